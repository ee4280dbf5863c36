"""Supplier risk scores for Salesforce: the fields of its standard object SupplierRiskScore."""

from __future__ import annotations

import polars as pl

from reports.exports.csv_text import quoted_csv, starts_formula
from reports.exports.export import Export, ExportFile, cut, note
from reports.exports.published_run import PublishedRun
from reports.exports.risk_rows import risk_rows

#: Of `Name`, as of every Salesforce record.
_NAME = 80
_TEXT = 255
_RATIONALE = 32_000


def _make(run: PublishedRun) -> ExportFile:
    rows = risk_rows(run)
    left_out = rows.filter(starts_formula("supplier_id"))["supplier_id"].n_unique()
    taken = rows.filter(~starts_formula("supplier_id"))
    source = pl.lit(f"Understory {run.run_id}")
    name = pl.format("{} {}", "supplier_id", "subcategory")
    table = taken.select(
        Name=_cut(name, _NAME),
        SupplierId="supplier_id",
        Category=_cut(pl.col("category"), _TEXT),
        Subcategory=_cut(pl.col("subcategory"), _TEXT),
        RawScore=_cut(pl.col("raw_score"), _TEXT),
        NormalizedScore="normalised_score",
        ScoreRationale=_cut(pl.format("{} Source: {}.", "rationale", "source"), _RATIONALE),
        AsOfDate=pl.col("as_of").dt.strftime("%Y-%m-%dT00:00:00Z"),
        SourceSystemName=source,
    )
    shortened = taken.filter(name.str.len_chars() > _NAME).height
    return ExportFile(
        quoted_csv(table),
        table.height,
        (
            *note(left_out, "suppliers left out, as their id could start a formula"),
            *note(shortened, f"record names cut to {_NAME} characters"),
            *note(table["NormalizedScore"].null_count(), "scores without a number"),
        ),
    )


def _cut(text: pl.Expr, longest: int) -> pl.Expr:
    return text.map_elements(lambda value: cut(value, longest), return_dtype=pl.String)


EXPORT = Export(
    name="salesforce",
    file="supplier_risk_scores_salesforce.csv",
    entries="scores",
    content="records of the object SupplierRiskScore for Data Loader or an ingestion of Data Cloud",
    confirmed="Names of the fields and their kinds: raw score and rationale are text, the "
    "normalised score is a number, the as-of date has a time (developer.salesforce.com, "
    "Data Cloud DMO mapping, Supplier Risk Score, release 264).",
    assumed=f"Lengths: {_NAME} characters for the name, {_TEXT} for category, subcategory and raw "
    f"score, {_RATIONALE:,} for the rationale. That Category takes any text. `SupplierId` holds "
    "the id of your list, or with `--ids` the record or external id of the supplier.",
    limits=(
        "A value that is not known has the raw score `Unknown` and an empty normalised score. Data "
        "Loader leaves a field as it was where a cell is empty, unless it is set to insert null "
        "values.",
        "A contested score or value has no normalised score.",
        "UTF-8 without a byte-order mark, all fields in quotes.",
    ),
    make=_make,
    takes_ids=True,
)
