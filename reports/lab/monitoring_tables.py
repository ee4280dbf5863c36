"""The tables of fairness and drift in the folder of every run."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle
from scoring.tune import fairness, value_drift

_DECIMALS = 4


def lab_tables(bundle: ReportBundle) -> dict[str, pl.DataFrame]:
    """By file name; empty tables where a run did not measure them."""
    return {
        "fairness.csv": _rounded(bundle.fairness, fairness.SCHEMA),
        "drift.csv": _rounded(bundle.drift, value_drift.SCHEMA),
    }


def _rounded(table: pl.DataFrame | None, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    if table is None:
        return pl.DataFrame(schema=dict(schema))
    return table.with_columns(pl.selectors.float().round(_DECIMALS))
