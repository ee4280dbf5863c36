"""Quotation marks that do not match: the row or the table is rejected, no value moves."""

import polars as pl
import pytest

from suppliers.input_errors import DataRejectedError
from suppliers.intake.table_rows import RAGGED, Table
from suppliers.intake.text_tables import open_text

_HEADERS = ("supplier_id", "name", "country", "address")


def _table(*lines: str) -> Table:
    text = "\n".join((",".join(_HEADERS), *lines)) + "\n"
    return open_text(text.encode(), "list.csv", lambda cell: cell in _HEADERS)


def _rows(*lines: str) -> list[tuple[str | None, ...]]:
    frame = _table(*lines).read({name: at for at, name in enumerate(_HEADERS)})
    return frame.filter(~pl.col(RAGGED)).select(_HEADERS).rows()


def test_a_cell_without_its_opening_mark_rejects_the_row() -> None:
    rows = _rows('1,"Acme, Ltd",IN,Pune', '2,Fils, Co",IN', "3,Coton,FR,Lyon")

    assert rows == [("1", "Acme, Ltd", "IN", "Pune"), ("3", "Coton", "FR", "Lyon")]


def test_a_cell_of_two_lines_that_ends_early_rejects_both_halves() -> None:
    rows = _rows('1,"Acme, Ltd",IN,Pune', '"2"', 'b",Fils,IN,Pune', "3,Coton,FR,Lyon")

    assert rows == [("1", "Acme, Ltd", "IN", "Pune"), ("3", "Coton", "FR", "Lyon")]


def test_rows_joined_by_a_mark_reject_the_table_with_the_line() -> None:
    with pytest.raises(DataRejectedError, match=r"row of line 2 do not match"):
        _table('5,S21,"Acme', '","|', '", Null Ltd",S22')


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (['1, "Acme, Ltd", IN, Pune'], "Acme, Ltd"),
        (['1,Pipe 12",IN,Pune'], 'Pipe 12"'),
        (['1,5" nails,IN,"Pune"'], '5" nails'),
        (['1,"Pipe 12""",IN,Pune'], 'Pipe 12"'),
        (['1,"""Acme"" Ltd",IN,Pune'], '"Acme" Ltd'),
    ],
)
def test_marks_that_are_certain_keep_their_value(lines: list[str], name: str) -> None:
    assert _rows(*lines) == [("1", name, "IN", "Pune")]
