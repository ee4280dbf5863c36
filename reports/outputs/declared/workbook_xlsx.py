"""Declares `workbook.xlsx`."""

from __future__ import annotations

from reports.outputs.output import DocumentOutput
from reports.workbook.workbook import workbook_bytes

OUTPUT = DocumentOutput(
    file="workbook.xlsx",
    order=20,
    content="the same for a spreadsheet program, with a sheet for your decisions",
    is_for_reading=True,
    files=lambda bundle, ranked: {"workbook.xlsx": workbook_bytes(bundle, ranked)},
)
