"""Reads the files of the tuning tools through the personal-data guard."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from configs.former_names import OUTCOME_COLUMNS
from flows.run.request.inputs import file_hash
from scoring.tune import sector_exposure
from scoring.tune.outcomes import COLUMNS, REQUIRED, checked_outcomes
from signals.fetching.source_tables import read_source_table
from suppliers.input_errors import DataRejectedError, Findings, NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.intake.workbook_sheets import WORKBOOK_SUFFIXES


def workbook_and_sheet(path: Path) -> tuple[Path, str | None]:
    """A file, and the sheet of it that is named after ``#``, if one is.

    A file whose own name holds the mark is taken as it is.
    """
    name, mark, sheet = path.name.rpartition("#")
    if not mark or path.exists() or Path(name).suffix.lower() not in WORKBOOK_SUFFIXES:
        return path, None
    return path.with_name(name), sheet


def outcomes_hash(path: Path) -> str:
    """SHA-256 of a file of outcomes; with the name of its sheet, if one is named."""
    file, sheet = workbook_and_sheet(path)
    of_file = file_hash(file)
    return of_file if sheet is None else hashlib.sha256(f"{of_file}#{sheet}".encode()).hexdigest()


def read_lab_table(
    path: Path,
    kinds: Mapping[str, FieldKind],
    required: Collection[str],
    former: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """A table that no profile describes: no option leaves a column out, so the file must.

    Args:
        path: the file; of a workbook also ``FILE#SHEET``.
        kinds: columns to their kinds.
        required: columns that must be there.
        former: old names of columns.

    Raises:
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `signals.fetching.source_tables.read_source_table`; and a row or a
            sheet that it does not read.
    """
    path, sheet = workbook_and_sheet(path)
    try:
        table, unread = read_source_table(
            path, kinds, required=required, former=former, sheet=sheet
        )
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
        choice = f", or name one sheet: '{path.name}#SHEET'" if row is None else ""
        findings.add(DataRejectedError(f"{where}: {reason}{choice}."))
    findings.raise_all()
    return table


def read_outcomes(path: Path, unit_ids: pl.Series, as_of: dt.date) -> pl.DataFrame:
    """Outcomes in the shape of `scoring.tune.outcomes.SCHEMA`.

    Args:
        path: CSV, TSV, XLSX (also ``FILE#SHEET``) or Parquet with the columns of
            `scoring.tune.outcomes.COLUMNS`;
            others are never read. Columns of version 0.1 are taken under their old names.
        unit_ids: ids of the suppliers or areas that are scored.
        as_of: outcomes known by this day are used.

    Raises:
        UsageError: there is no such file.
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `checked_outcomes`.
    """
    if not workbook_and_sheet(path)[0].is_file():
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
    if not workbook_and_sheet(path)[0].is_file():
        raise UsageError(f"{path}: there is no such file of sector exposure; check the path")
    kinds = sector_exposure.COLUMNS
    rows = read_lab_table(path, kinds, tuple(kinds))
    return sector_exposure.checked_exposure(rows, unit_ids, path.name)
