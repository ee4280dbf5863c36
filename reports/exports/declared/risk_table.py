"""The neutral long table of scores, for systems without a form of their own."""

from __future__ import annotations

import polars as pl

from reports.exports.export import Export, ExportFile, note
from reports.exports.published_run import PublishedRun
from reports.exports.risk_rows import OVERALL, risk_rows
from reports.tables.cells import csv_bytes
from reports.wording import row_notice


def _make(run: PublishedRun) -> ExportFile:
    rows = risk_rows(run).with_columns(
        run_id=pl.lit(run.run_id), notice=pl.lit(row_notice(run.is_synthetic))
    )
    unknown = rows.filter((pl.col("category") == OVERALL) & pl.col("normalised_score").is_null())
    return ExportFile(
        csv_bytes(rows), rows.height, note(unknown.height, "suppliers without a usable score")
    )


EXPORT = Export(
    name="risk-table",
    file="risk_scores.csv",
    entries="scores",
    content="one row per supplier and risk category: raw and normalised score, rationale, as-of "
    "date and source",
    confirmed="A form of our own: UTF-8 CSV with a byte-order mark, as the tables of a run.",
    assumed="",
    limits=(
        "A value that is not known has the raw score `Unknown` and no normalised score.",
        "A contested score or value has no normalised score either.",
        "A cell that could start a formula in a spreadsheet begins with an apostrophe.",
    ),
    make=_make,
)
