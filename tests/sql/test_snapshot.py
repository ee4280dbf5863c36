import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.run.folders.readers_snapshot import run_tables
from sql.snapshot import RunTable, fill

TEXT, NUMBER, WHOLE, DATE = "text", "number", "whole number", "date"


def run_row(run_id: str, month: int, state: str, day: int = 2) -> dict[str, object]:
    return {
        "run_id": run_id,
        "as_of": dt.date(2022, month, 1),
        "state": state,
        "is_latest": False,
        "finished_at": dt.datetime(2022, month, day, tzinfo=dt.UTC),
        "suppliers_ranked": 1,
        "suppliers_listed": 1,
        "ranks_withheld": None,
        "warnings": [],
    }


def rank_row(run_id: str, rank: int | None) -> dict[str, object]:
    return {"run_id": run_id, "supplier_id": "a", "rank": rank, "score": 5.0 if rank else None}


def filled(
    runs: list[dict[str, object]], ranks: list[dict[str, object]]
) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    fill(connection, run_tables(None), runs, pl.DataFrame(ranks, infer_schema_length=None))
    return connection


@pytest.fixture
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        fill(connection, run_tables(None), (), None)
        yield connection


def test_every_table_view_and_column_has_a_comment(empty: duckdb.DuckDBPyConnection) -> None:
    for function, name in (("tables", "table_name"), ("views", "view_name")):
        without = f"select {name} from duckdb_{function}() where not internal and comment is null"
        assert empty.execute(without).fetchall() == []
    without = (
        "select table_name, column_name from duckdb_columns() "
        "where not internal and coalesce(comment, '') = ''"
    )
    assert empty.execute(without).fetchall() == []


@pytest.mark.parametrize("view", ["current_ranking", "history", "evidence"])
def test_views_of_nothing_are_empty(empty: duckdb.DuckDBPyConnection, view: str) -> None:
    assert empty.execute(f"select * from {view}").fetchall() == []


def test_history_has_the_last_published_run_of_each_month_and_the_rank_before() -> None:
    runs = [
        run_row("jan", 1, "published"),
        run_row("feb", 2, "published", day=2),
        run_row("feb2", 2, "published", day=5),
        run_row("mar", 3, "held"),
        run_row("apr", 4, "published"),
    ]
    ranks = [("jan", 4), ("feb", 9), ("feb2", 2), ("mar", 7), ("apr", None)]
    with filled(runs, [rank_row(*row) for row in ranks]) as connection:
        rows = connection.execute("select run_id, rank, rank_before from history").fetchall()
    assert rows == [("jan", 4, None), ("feb2", 2, 4), ("apr", None, 2)]


def test_text_of_a_file_gets_the_declared_type_and_a_column_that_lacks_is_null() -> None:
    columns = {
        "when": (DATE, "day"),
        "size": (NUMBER, "n"),
        "n": (WHOLE, "n"),
        "why": (TEXT, "it's"),
    }
    rows = pl.DataFrame({"when": ["2022-03-01", None], "size": ["0.5", "7"], "other": ["x", "y"]})
    with duckdb.connect(":memory:") as connection:
        fill(connection, [*run_tables(None), RunTable("things", "Some.", columns, rows)], (), None)
        found = connection.execute("select * from things").fetchall()
    assert found == [(dt.date(2022, 3, 1), 0.5, None, None), (None, 7.0, None, None)]


def test_a_value_of_another_type_is_an_error() -> None:
    rows = pl.DataFrame({"n": ["many"]})
    with duckdb.connect(":memory:") as connection, pytest.raises(duckdb.ConversionException):
        fill(connection, [RunTable("things", "Some.", {"n": (WHOLE, "n")}, rows)], (), None)


def test_a_parquet_file_is_copied_under_the_names_and_types_of_today(tmp_path: Path) -> None:
    path = tmp_path / "it's [1].parquet"
    pl.DataFrame({"who": ["a", "b"], "n": [1, None], "unknown": [0, 0]}).write_parquet(path)
    columns = {"supplier_id": (TEXT, "id"), "n": (NUMBER, "count"), "day": (DATE, "day")}
    table = RunTable("named", "A table.", columns, path, {"who": "supplier_id"})
    with duckdb.connect(":memory:") as connection:
        fill(connection, [*run_tables(None), table], (), None)
        rows = connection.execute("from named").fetchall()
    assert rows == [("a", 1.0, None), ("b", None, None)]
