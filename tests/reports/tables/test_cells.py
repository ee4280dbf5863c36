import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.tables import cells as cells_of_files
from reports.tables.cells import csv_bytes, neutralise


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+41 club", "'+41 club"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("\0=1", "'=1"),
        ("A=B", "A=B"),
        ("", ""),
        (None, None),
    ],
)
def test_formula_cells_get_an_apostrophe(cell: str | None, shown: str | None) -> None:
    assert neutralise(pl.DataFrame({"name": [cell]}, schema={"name": pl.String})).item() == shown


def test_numbers_stay_numbers() -> None:
    frame = pl.DataFrame({"points": [-1.5], "name": ["-1.5"]})
    assert neutralise(frame).row(0) == (-1.5, "'-1.5")


def test_csv_has_a_mark_unix_lines_and_a_header() -> None:
    content = csv_bytes(pl.DataFrame({"name": ["Café, 株式会社"], "rank": [1]}))
    assert content == '\ufeffname,rank\n"Café, 株式会社",1\n'.encode()
    assert pl.read_csv(io.BytesIO(content)).columns == ["name", "rank"]


@pytest.mark.parametrize("rows", [0, 1, 6, 7])
def test_rows_in_several_parts_are_those_in_one(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame(
        {
            "name": [None, "=x", 'a "b", c', "two\nlines", "", None, "last"],
            "points": [1.5, None, 1e-9, 1e22, 0.1, 3.0, -0.0],
        }
    ).head(rows)
    whole = csv_bytes(frame)
    monkeypatch.setattr(cells_of_files, "_ROWS_AT_A_TIME", 2)
    assert csv_bytes(frame) == whole


@given(st.lists(st.text(), min_size=1, max_size=8))
def test_no_text_cell_can_start_a_formula(cells: list[str]) -> None:
    shown = neutralise(pl.DataFrame({"name": cells}))["name"]
    assert not shown.str.contains(r"^[=+\-@\t\r\n＝＋－＠]").any()
