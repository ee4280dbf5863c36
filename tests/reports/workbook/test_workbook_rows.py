import datetime as dt
import io
from zipfile import ZipFile

import polars as pl
import pytest

from reports.workbook import workbook_rows
from reports.workbook.workbook import sheet_book
from reports.workbook.workbook_plain_rows import are_plain
from reports.workbook.workbook_shapes import Column, Sheet

COLUMNS = {
    "name": Column("Name", 20),
    "band": Column("Band", 16, "band"),
    "reason": Column("Reason", 10, "long"),
    "score": Column("Score", 8, "points"),
    "share": Column("Share", 8, "percent"),
    "value": Column("Value", 12, "figure"),
    "rank": Column("Rank", 7, "number"),
    "day": Column("Day", 12, "date"),
}
PLAIN = {
    "name": ["A & B <Ltd>", '"quoted" é 漢字 😀', " before", "after\n", "in\tside", "last"],
    "band": ["First priority", "Third priority", "other", None, "First priority", None],
    "reason": ["short", "a reason of several lines " * 3, None, "x" * 200, "", None],
    "score": [12.34, 100.0, 0.05, None, 7.0, None],
    "share": [0.1234, 1.0, None, 0.0, 0.5, None],
    "value": [1e-7, 123456789.123456789, -0.1 - 0.2, 1e20, 0.0, None],
    "rank": [1, 2, 3, None, 10**9, None],
    "day": [dt.date(1900, 3, 1), dt.date(2024, 2, 29), None, None, dt.date(9999, 12, 31), None],
}  # fmt: skip


def _book(rows: pl.DataFrame) -> dict[str, str]:
    book = sheet_book(
        [Sheet("Listed", "Note", COLUMNS, rows)], "Title", "Notice", dt.date(2024, 3, 1)
    )
    with ZipFile(io.BytesIO(book)) as parts:
        return {name: parts.read(name).decode("utf-8") for name in parts.namelist()}


def _cell_by_cell(rows: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    with monkeypatch.context() as patched:
        patched.setattr(workbook_rows, "are_plain", lambda cells: False)
        return _book(rows)


def test_rows_are_written_as_the_library_writes_their_cells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = pl.DataFrame(PLAIN)
    assert are_plain(rows)
    assert _book(rows) == _cell_by_cell(rows, monkeypatch)


def test_rows_in_several_parts_are_those_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pl.concat([pl.DataFrame(PLAIN)] * 3)
    whole = _book(rows)
    monkeypatch.setattr(workbook_rows, "_ROWS_AT_A_TIME", 4)
    assert _book(rows) == whole


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("name", "bell \x07"),
        ("name", "_x0041_"),
        ("name", "\uffff"),
        ("name", "😀" * 17_000),
        ("day", dt.date(1900, 2, 28)),
    ],
)
def test_a_cell_that_the_library_changes_is_left_to_it(
    column: str, cell: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pl.DataFrame(PLAIN)
    rows = pl.concat([rows, rows.head(1).with_columns(pl.lit(cell).alias(column))])
    assert not are_plain(rows)
    assert _book(rows) == _cell_by_cell(rows, monkeypatch)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_no_cell_can_hold_is_left_to_the_library(number: float) -> None:
    assert not are_plain(pl.DataFrame(PLAIN).with_columns(pl.lit(number).alias("value")))
