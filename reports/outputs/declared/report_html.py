"""Declares `report.html`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle
from reports.outputs.output import DocumentOutput


def _files(bundle: ReportBundle, ranked: pl.DataFrame) -> Mapping[str, bytes]:
    # Slow to import, and a run without documents has no use for it.
    from reports.page.html_report import render_html

    return {"report.html": render_html(bundle, ranked).encode("utf-8")}


OUTPUT = DocumentOutput(
    file="report.html",
    order=10,
    content="the report: open it in a browser; it needs no network",
    is_for_reading=True,
    files=_files,
)
