"""Tables to decide by: data gaps, legal rankings, audit plan, decisions and rank changes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle

#: What each file is for.
CONTENTS: Mapping[str, str] = {
    "find_data_first.csv": "data gaps to close first: the item that reduces uncertainty about the "
    "top most, by supplier",
    "legal_rankings.csv": "CSDDD and LkSG rankings from the same evidence",
    "audit_plan.csv": "suppliers to assess within the audit budget, with inclusion probabilities",
    "overrides.csv": "analysts' decisions, next to the computed ranking",
    "movements.csv": "reasons for rank changes since the previous run, in parts that sum exactly",
    "restatements.csv": "values of past periods that differ from the previous run",
}

_DECIMALS = 4


def decision_tables(bundle: ReportBundle) -> dict[str, pl.DataFrame]:
    """The tables that the run has, by file name; figures have four decimals."""
    tables = {
        "find_data_first.csv": bundle.find_data_first,
        "legal_rankings.csv": bundle.legal_rankings,
        "audit_plan.csv": bundle.audit_plan,
        "overrides.csv": bundle.overrides,
        "movements.csv": bundle.movements,
        "restatements.csv": bundle.restatements,
    }
    names = bundle.suppliers.select("supplier_id", "name")
    return {
        file: table.join(names, on="supplier_id", how="left", maintain_order="left")
        .select("supplier_id", "name", pl.exclude("supplier_id", "name"))
        .with_columns(pl.col(pl.Float64).round(_DECIMALS) + 0.0)
        for file, table in tables.items()
        if table is not None
    }
