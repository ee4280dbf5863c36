"""The workbook's sheet of decisions, read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from configs.config_errors import DataRejectedError, UsageError
from reports.workbook.workbook_languages import read_back
from reports.workbook.workbook_sheets import DECISION_COLUMNS, DECISIONS
from scoring.prioritisation.overrides import KEPT_COLUMNS, checked
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import SOURCE_ROW

_DATES = ("decided_on", "expires_on")


def read_decisions(path: Path, supplier_ids: pl.Series) -> pl.DataFrame:
    """The rows that the analyst filled.

    Args:
        path: a workbook with the sheet `Decisions`, as written by this package.
        supplier_ids: of the list that the decisions are about.

    Returns:
        `KEPT_COLUMNS`, one row per supplier with a decision, in the order of the sheet.

    Raises:
        UsageError: there is no such file.
        DataRejectedError: no such sheet, a missing column, or a row that could not be defended.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; give the workbook that you filled")
    rows = _sheet(path).with_columns(
        pl.col(pl.String).str.strip_chars().str.replace(r"^'([=+\-@])", "$1").replace("", None)
    )
    filled = rows.filter(
        pl.any_horizontal(
            pl.col(name).is_not_null() for name in KEPT_COLUMNS if name != "supplier_id"
        )
    )
    decided = filled.with_columns(_date(filled, name, path) for name in _DATES)
    undecided = decided.filter(pl.col("decision").is_null())
    if undecided.height:
        raise DataRejectedError(
            f"{path.name}, sheet {DECISIONS}, row {undecided['row'][0]}: there is no decision; "
            "choose one, or clear the row"
        )
    numbered = decided.select(KEPT_COLUMNS)
    try:
        checked(numbered, supplier_ids)
    except DataRejectedError as error:
        raise DataRejectedError(
            f"{path.name}, sheet {DECISIONS}: {_with_row_of_sheet(str(error), decided)}"
        ) from error
    return numbered


def _sheet(path: Path) -> pl.DataFrame:
    """The columns of decisions as text, and `row`, the row of the sheet."""
    tab = _tab(path)
    columns = read_back("header")
    try:
        table = open_table(path, lambda header: header in columns, sheet=tab)
    except DataRejectedError as error:
        raise DataRejectedError(
            f"{path.name}: the sheet {tab} cannot be read; give the workbook that a run wrote"
        ) from error
    places = {columns.get(header, header): place for place, header in enumerate(table.headers)}
    missing = [name for name in DECISION_COLUMNS if name not in places]
    if missing:
        raise DataRejectedError(
            f"{path.name}, sheet {DECISIONS}: column {missing[0]} is missing; keep the header row "
            "as it was written"
        )
    read = table.read({name: places[name] for name in DECISION_COLUMNS})
    chosen = pl.col("decision")
    codes = dict(read_back("decision"))
    return read.select(pl.col(SOURCE_ROW).alias("row"), *DECISION_COLUMNS).with_columns(
        chosen.str.strip_chars().replace_strict(codes, default=chosen)
    )


def _tab(path: Path) -> str:
    """The sheet of decisions in the language that the workbook is in."""
    tabs = read_back("tab")
    try:
        names = CalamineWorkbook.from_path(str(path)).sheet_names
    except (CalamineError, OSError):
        return DECISIONS  # reading it says what is wrong with the file
    return next((name for name in names if name in tabs), DECISIONS)


def _date(rows: pl.DataFrame, name: str, path: Path) -> pl.Series:
    days: list[dt.date | None] = []
    for row, text in rows.select("row", name).iter_rows():
        try:
            days.append(None if text is None else dt.date.fromisoformat(text[:10]))
        except ValueError as error:
            raise DataRejectedError(
                f"{path.name}, sheet {DECISIONS}, row {row}: {name} is no day of the calendar; "
                "write it as 2024-03-01"
            ) from error
    return pl.Series(name, days, dtype=pl.Date)


def _with_row_of_sheet(message: str, rows: pl.DataFrame) -> str:
    """The check counts filled rows from 2; the reader wants the row of the sheet."""
    head, colon, rest = message.partition(": ")
    number = head.removeprefix("overrides row ")
    if not number.isdigit():
        return message
    return f"row {rows['row'][int(number) - 2]}{colon}{rest}"
