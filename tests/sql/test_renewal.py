"""A warehouse of an earlier version takes the rows that are good today."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

import sql
from signals.card import Status
from sql.warehouse import Warehouse, WarehouseError

VALUES = pl.DataFrame(
    {
        "supplier_id": [status.value for status in Status],
        "signal_id": "leverage",
        "as_of": dt.date(2024, 6, 1),
        "value": [1.0 if status in ("observed", "contested") else None for status in Status],
        "status": [status.value for status in Status],
    }
).with_columns(run_id=pl.lit("20240601-00000001"))


def older(path: Path, statuses: str, rows: pl.DataFrame) -> None:
    ddl = sql.ddl("30_signals", "signal_values")
    start = ddl.index("status in (")
    end = ddl.index(")", ddl.index("(", start)) + 1
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"{ddl[:start]}status in ({statuses}){ddl[end:]}")
        connection.register("rows_", rows.to_arrow())
        connection.execute("insert into signal_values by name select * from rows_")


def test_a_table_under_an_older_check_is_made_anew_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    older(path, "'observed', 'not_covered'", VALUES.head(1))
    for _ in range(2):
        with Warehouse(path) as warehouse:
            assert warehouse.read("signal_values").height >= 1
    with Warehouse(path) as warehouse:
        loaded = warehouse.load("signal_values", VALUES.tail(-1), "20240601-00000001")
        assert (loaded.kept, loaded.rejected) == (len(Status) - 1, 0)
        assert set(warehouse.read("signal_values")["status"]) == set(Status)


def test_rows_that_no_rule_of_today_allows_are_said(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    odd = VALUES.head(1).with_columns(status=pl.lit("guessed"), value=pl.lit(None, pl.Float64))
    older(path, "'observed', 'guessed'", odd)
    with pytest.raises(WarehouseError, match="another folder"):
        Warehouse(path)
