"""Declares `workbook.xlsx`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle
from reports.outputs.output import DocumentOutput


def _files(bundle: ReportBundle, ranked: pl.DataFrame) -> Mapping[str, bytes]:
    # Slow to import, and a run without documents has no use for it.
    from reports.workbook.workbook import workbook_bytes

    return {"workbook.xlsx": workbook_bytes(bundle, ranked)}


OUTPUT = DocumentOutput(
    file="workbook.xlsx",
    order=20,
    content="the same for a spreadsheet program, with a sheet for your decisions",
    is_for_reading=True,
    files=_files,
)
