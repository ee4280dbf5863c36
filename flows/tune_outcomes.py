"""Reads a file of outcomes past the guard."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from configs.errors import UsageError
from scoring.tune.outcomes import COLUMNS, REQUIRED, checked_outcomes
from signals.source_tables import read_source_table


def read_outcomes(path: Path, unit_ids: pl.Series, as_of: dt.date) -> pl.DataFrame:
    """Outcomes in the shape of `scoring.tune.outcomes.SCHEMA`.

    Args:
        path: CSV, TSV, XLSX or Parquet with the columns of `scoring.tune.outcomes.COLUMNS`;
            others are never read.
        unit_ids: ids of the suppliers or areas that are scored.
        as_of: day on which the outcomes are looked at.

    Raises:
        UsageError: there is no such file.
        NonExtractiveError: a header or a column is about persons.
        DataRefusedError: see `checked_outcomes`.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file of outcomes; check the path")
    rows = read_source_table(path, COLUMNS, required=REQUIRED)
    return checked_outcomes(rows, unit_ids, as_of, path.name)
