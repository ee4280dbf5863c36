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


def test_equal_parts_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        parquet_parts.write(tmp_path / name, parts())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_table_without_a_part_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"table\.parquet: a table needs a part"):
        parquet_parts.write(tmp_path / "table.parquet", [])
