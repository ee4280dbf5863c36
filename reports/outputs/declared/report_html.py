"""Declares `report.html`."""

from __future__ import annotations

from reports.outputs.output import DocumentOutput
from reports.page.html_report import render_html

OUTPUT = DocumentOutput(
    file="report.html",
    order=10,
    content="the report: open it in a browser; it needs no network",
    is_for_reading=True,
    files=lambda bundle, ranked: {"report.html": render_html(bundle, ranked).encode("utf-8")},
)
