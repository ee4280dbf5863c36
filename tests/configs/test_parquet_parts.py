"""A table written part by part is the table that the parts make."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from configs import parquet_parts


def parts() -> list[pl.DataFrame]:
    return [
        pl.DataFrame({"id": [f"{name}{n}" for n in range(3)], "value": [1.0, None, float(start)]})
        for start, name in enumerate("ab")
    ]


def test_the_file_holds_the_parts_in_their_order_a_group_each(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    parquet_parts.write(path, iter(parts()))
    assert pl.read_parquet(path).equals(pl.concat(parts()))
    assert pq.ParquetFile(path).num_row_groups == 2


def test_texts_that_repeat_are_held_once_and_others_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    given = pl.DataFrame({"id": [f"a{n}" for n in range(9)], "state": [*"aabb", None, *"abab"]})
    parquet_parts.write(path, [given])
    assert pl.read_parquet(path).equals(given)
    group = pq.ParquetFile(path).metadata.row_group(0)
    has_dictionary = [group.column(place).has_dictionary_page for place in range(2)]
    assert has_dictionary == [False, True]


def test_equal_parts_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        parquet_parts.write(tmp_path / name, parts())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_table_without_a_part_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"table\.parquet: a table needs a part"):
        parquet_parts.write(tmp_path / "table.parquet", [])
