"""Reads the files of the tuning tools through the personal-data guard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from configs.former_names import OUTCOME_COLUMNS
from scoring.tune import sector_exposure
from scoring.tune.outcomes import COLUMNS, REQUIRED, checked_outcomes
from signals.fetching.source_tables import read_source_table
from suppliers.input_errors import DataRejectedError, Findings, NonExtractiveError
from suppliers.intake.fields import FieldKind


def read_lab_table(
    path: Path,
    kinds: Mapping[str, FieldKind],
    required: Collection[str],
    former: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """A table that no profile describes: no option leaves a column out, so the file must.

    Raises:
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `signals.fetching.source_tables.read_source_table`; and a row or a
            sheet that it does not read.
    """
    try:
        table, unread = read_source_table(path, kinds, required=required, former=former)
    except NonExtractiveError as error:
        raise NonExtractiveError(
            f"{path.name}: the column {error.column!r} seems to hold person-level data (rule "
            f"{error.rule}), which is never read; take it out of the file, or put a row of "
            "headers on top if there is none.",
            column=error.column,
            rule=error.rule,
        ) from error
    findings = Findings()
    for row, reason in unread.select("source_row", "reason").iter_rows():
        where = path.name if row is None else f"{path.name} row {row}"
        findings.add(DataRejectedError(f"{where}: {reason}."))
    findings.raise_all()
    return table


def read_outcomes(path: Path, unit_ids: pl.Series, as_of: dt.date) -> pl.DataFrame:
    """Outcomes in the shape of `scoring.tune.outcomes.SCHEMA`.

    Args:
        path: CSV, TSV, XLSX or Parquet with the columns of `scoring.tune.outcomes.COLUMNS`;
            others are never read. Columns of version 0.1 are taken under their old names.
        unit_ids: ids of the suppliers or areas that are scored.
        as_of: outcomes known by this day are used.

    Raises:
        UsageError: there is no such file.
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `checked_outcomes`.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file of outcomes; check the path")
    rows = read_lab_table(path, COLUMNS, REQUIRED, OUTCOME_COLUMNS)
    return checked_outcomes(rows, unit_ids, as_of, path.name)


def read_sector_exposure(path: Path, unit_ids: pl.Series) -> pl.DataFrame:
    """A table of exposure by supplier or area and sector: entity_id, sector, exposure.

    Raises:
        UsageError: there is no such file.
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `scoring.tune.sector_exposure.checked_exposure`.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file of sector exposure; check the path")
    kinds = sector_exposure.COLUMNS
    rows = read_lab_table(path, kinds, tuple(kinds))
    return sector_exposure.checked_exposure(rows, unit_ids, path.name)
