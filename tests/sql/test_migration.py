"""A warehouse of another version is taken over with its rows, or rejected in one sentence."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import sql
from configs.former_names import RETIRED_TABLES
from signals.card import Status
from sql import migration
from sql.migration import make_tables, other_tables
from sql.warehouse import Warehouse, WarehouseError

RUN = "20240601-00000001"
FLAG: dict[str, Any] = {
    "run_id": RUN,
    "supplier_id": "S1",
    "list_id": "bans",
    "entry_id": "7",
    "matched_via": "supplier",
    "list_title": "Bans",
    "kind": "import_ban",
    "matched_name": "Acme",
    "band": "review",
    "score": 0.9,
    "reason": "name",
}
WATER: dict[str, Any] = {
    "site_id": "P1",
    "indicator": "bws",
    "score": 2.5,
    "category": 2,
    "observed_to": dt.date(2024, 1, 1),
    "published_on": dt.date(2024, 1, 1),
    "origin": "row 1",
}
VALUES = pl.DataFrame(
    {
        "run_id": RUN,
        "supplier_id": [status.value for status in Status],
        "signal_id": "leverage",
        "as_of": dt.date(2024, 6, 1),
        "value": [1.0 if status in ("observed", "contested") else None for status in Status],
        "status": [status.value for status in Status],
    }
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def other(path: Path, table: str, changes: Mapping[str, str], row: Mapping[str, Any]) -> None:
    """A warehouse with one table of another version: its file with some text replaced."""
    statements = sql.every_ddl()[table].partition("comment on")[0]
    for text, instead in changes.items():
        assert text in statements
        statements = statements.replace(text, instead)
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements)
        connection.register("rows_", pl.DataFrame([row]).to_arrow())
        connection.execute(f"insert into {table} by name select * from rows_")


def kept(path: Path, table: str) -> pl.DataFrame:
    with Warehouse(path) as warehouse:
        return warehouse.read(table)


def test_a_warehouse_of_today_is_left_as_it_is(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        assert make_tables(connection) == ()
    with duckdb.connect(str(path)) as connection:
        assert make_tables(connection) == ()


def test_a_table_under_an_older_check_is_made_again_with_its_rows(path: Path) -> None:
    ddl = sql.every_ddl()["signal_values"]
    start = ddl.index("status in (")
    statuses = ddl[start : ddl.index(")", ddl.index("(", start)) + 1]
    first = VALUES.row(0, named=True)
    older = {statuses: f"status in ('{first['status']}')"}
    other(path, "signal_values", older, first)
    for _ in range(2):
        assert kept(path, "signal_values").height == 1
    with Warehouse(path) as warehouse:
        loaded = warehouse.load("signal_values", VALUES.tail(-1), RUN)
        assert (loaded.kept, loaded.rejected) == (len(Status) - 1, 0)
        assert set(warehouse.read("signal_values")["status"]) == set(Status)


@pytest.mark.parametrize(
    ("table", "changes", "row"),
    [
        ("stg_aqueduct__site_water", {"category integer not null": "category integer"}, WATER),
        ("supplier_flags", {"    link varchar,\n": ""}, FLAG),
        ("supplier_flags", {"('supplier', 'parent', 'site', 'relation')": "('supplier')"}, FLAG),
        ("supplier_flags", {"link varchar,": "link varchar, note varchar,"}, FLAG),
        ("supplier_flags", {"score double": "score float"}, FLAG | {"score": 0.5}),
        ("supplier_flags", {"reason varchar not null": "reason varchar"}, FLAG),
        ("supplier_flags", {", entry_id, matched_via)": ", entry_id)"}, FLAG),
        ("supplier_flags", {}, FLAG),
    ],
    ids=["staging", "gained", "check", "gone_and_empty", "type", "required", "key", "index"],
)
def test_rows_are_kept(
    path: Path, table: str, changes: dict[str, str], row: dict[str, Any]
) -> None:
    other(path, table, changes, row)
    with Warehouse(None) as fresh:
        columns = fresh.read(table).columns
    (found,) = kept(path, table).to_dicts()
    assert list(found) == columns
    assert {name: value for name, value in found.items() if value is not None} == row


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"'import_ban',": "'other', 'import_ban',"}, FLAG | {"kind": "other"}),
        ({"link varchar,": "link varchar, note varchar,"}, FLAG | {"note": "mine"}),
        ({"    reason varchar not null,\n": ""}, {k: v for k, v in FLAG.items() if k != "reason"}),
        ({"listed_on date": "listed_on varchar"}, FLAG | {"listed_on": "last week"}),
    ],
    ids=["check", "gone", "required", "type"],
)
def test_what_cannot_be_kept_is_said_and_left_alone(
    path: Path, changes: dict[str, str], row: dict[str, Any]
) -> None:
    other(path, "supplier_flags", changes, row)
    for _ in range(2):
        with pytest.raises(WarehouseError, match=r"another version.*supplier_flags.*move it away"):
            Warehouse(path)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (1,)
        assert connection.execute("select supplier_id from supplier_flags").fetchone() == ("S1",)


def test_staged_rows_without_a_place_make_way_for_the_next_run(path: Path) -> None:
    other(path, "stg_aqueduct__site_water", {"'rfr'": "'old'"}, WATER | {"indicator": "old"})
    with Warehouse(path) as warehouse:
        assert warehouse.read("stg_aqueduct__site_water").is_empty()
        loaded = warehouse.load("stg_aqueduct__site_water", pl.DataFrame([WATER]), RUN)
        assert (loaded.kept, loaded.rejected) == (1, 0)


def test_a_staging_table_that_is_no_more_is_dropped(path: Path) -> None:
    Warehouse(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table {RETIRED_TABLES[0]} (site_id varchar)")
        connection.execute("create table my_notes (text varchar)")
        make_tables(connection)
        names = {name for (name,) in connection.execute("show tables").fetchall()}
    assert RETIRED_TABLES[0] not in names
    assert "my_notes" in names


def test_every_table_may_be_of_another_version(path: Path) -> None:
    Warehouse(path).close()
    with duckdb.connect(str(path)) as connection:
        for table in sql.stored_ddl():
            connection.execute(f"alter table {table} add column older varchar")
    with duckdb.connect(str(path)) as connection:
        assert set(make_tables(connection)) == set(sql.stored_ddl())
        assert make_tables(connection) == ()


def test_a_comment_that_changed_is_taken_over(path: Path) -> None:
    Warehouse(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("comment on table scores is 'older'")
    with duckdb.connect(str(path)) as connection:
        assert make_tables(connection) == ()
        reported = connection.execute(
            "select comment from duckdb_tables() where table_name = 'scores'"
        ).fetchone()
    assert reported is not None
    assert reported[0].startswith("The result")


def test_tables_that_are_as_they_were_left_are_not_compared_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bool] = []
    wanted = migration._wanted_views

    def noted() -> Mapping[str, Any]:
        compared.append(True)
        return wanted()

    monkeypatch.setattr(migration, "_wanted_views", noted)

    def opened() -> bool:
        compared.clear()
        with duckdb.connect(str(path)) as connection:
            make_tables(connection)
            assert other_tables(connection) == []
        return bool(compared)

    assert opened()
    assert not opened()
    for change in (
        "alter table runs add column more integer",
        "comment on column runs.run_id is 'other'",
        "drop view signal_values",
        "drop table stg_firms__site_fires",
        "create or replace view signal_values as select 1 as one",
        "update table_shapes set fingerprint = 'of another version'",
        "drop table table_shapes",
    ):
        with duckdb.connect(str(path)) as connection:
            connection.execute(change)
        assert opened(), change
        assert not opened(), change
