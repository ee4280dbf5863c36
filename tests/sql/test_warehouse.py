"""Contracts are kept at the border: good rows in, others kept by rule, nothing lost."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import sql
from sql import table_loads
from sql.warehouse import Warehouse, WarehouseError

TABLE = "stg_country_table__governance"


def governance(**changes: list[object]) -> pl.DataFrame:
    columns: dict[str, list[object]] = {
        "country_iso3": ["AAA", "BBB", "CCC"],
        "year": [2020, 2020, 2020],
        "rule_of_law_risk": [0.1, 0.5, 0.9],
        "observed_to": [dt.date(2020, 12, 31)] * 3,
        "published_on": [dt.date(2021, 9, 30), dt.date(2021, 9, 30), dt.date(2022, 1, 1)],
        "origin": ["made"] * 3,
    }
    return pl.DataFrame(columns | changes)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"rule_of_law_risk": [0.1, 3.0, 0.9]}, "risk_in_range"),
        ({"year": [2020, None, 2020]}, "year_is_missing"),
        ({"country_iso3": ["AAA", "AAA", "CCC"]}, "duplicate_key"),
        ({"income_group": ["low", "rich", None]}, "known_income_group"),
    ],
)
def test_a_bad_row_is_kept_with_its_rule_and_the_others_go_in(
    changes: dict[str, list[object]], rule: str
) -> None:
    with Warehouse(None) as warehouse:
        loaded = warehouse.load(TABLE, governance(**changes), "run")
        assert (loaded.kept, dict(loaded.rejected_by_rule)) == (2, {rule: 1})
        rejected = warehouse.read_rejected("run")
        assert rejected.select("table_name", "source_row", "rule").rows() == [(TABLE, 2, rule)]


def test_a_rejected_row_does_not_make_a_good_one_a_duplicate() -> None:
    changes = {"country_iso3": ["AAA", "AAA", "CCC"], "rule_of_law_risk": [7.0, 0.5, 0.9]}
    with Warehouse(None) as warehouse:
        loaded = warehouse.load(TABLE, governance(**changes), "run")
        assert dict(loaded.rejected_by_rule) == {"risk_in_range": 1}


def test_rows_are_known_only_from_the_day_they_were_published() -> None:
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, governance(), "run")
        known = {
            day: warehouse.published_as_of(TABLE, day)["country_iso3"].to_list()
            for day in (dt.date(2021, 9, 29), dt.date(2021, 9, 30), dt.date(2022, 1, 1))
        }
        assert list(known.values()) == [[], ["AAA", "BBB"], ["AAA", "BBB", "CCC"]]


def test_an_error_inside_a_transaction_leaves_the_rows_as_they_were() -> None:
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, governance(), "run")

        def empty_and_stop() -> None:
            with warehouse.transaction():
                warehouse.empty(TABLE, "run")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            empty_and_stop()
        assert warehouse.read(TABLE).height == 3


def test_a_key_that_an_earlier_load_has_is_an_error_of_ours() -> None:
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, governance(), "run")
        with pytest.raises(WarehouseError, match="same country_iso3, year were loaded before"):
            warehouse.load(TABLE, governance().tail(1), "run")
        warehouse.empty(TABLE, "run")
        assert warehouse.load(TABLE, governance().tail(1), "run").kept == 1


@pytest.mark.parametrize(
    ("table", "stored"),
    [("scores", "scores"), ("signal_values", "signal_values_intervals"), (TABLE, TABLE)],
)
def test_large_tables_have_no_index_and_small_ones_have(table: str, stored: str) -> None:
    assert "primary key" in sql.every_ddl()[table]
    assert "primary key" not in sql.stored_ddl()[stored]
    assert "primary key" in sql.stored_ddl()["runs"]


def test_an_unknown_column_is_an_error_of_ours() -> None:
    with Warehouse(None) as warehouse, pytest.raises(WarehouseError, match="telephone"):
        warehouse.load(TABLE, governance().with_columns(telephone=pl.lit("x")), "run")


def test_a_file_that_is_no_warehouse_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_text("not a database, but long enough to look like one " * 200)
    with pytest.raises(WarehouseError, match="cannot be opened"):
        Warehouse(path)


def test_rows_of_a_file_of_the_run_are_checked_and_not_stored() -> None:
    row = {
        "run_id": "run", "supplier_id": "S1", "signal_id": "leverage", "pillar": "financial",
        "status": "observed", "unit": "ratio", "weight": 1.0, "points": 0.0,
        "candidate_sources": "accounts", "sentence": "A sentence.",
    }  # fmt: skip
    rows = pl.DataFrame([row, row, row | {"signal_id": "liquidity", "risk": 2.0}])
    with Warehouse(None) as warehouse:
        checked = warehouse.check("contributions", rows, "run")
        assert (checked.kept, dict(checked.rejected_by_rule)) == (
            1,
            {"duplicate_key": 1, "risk_in_range": 1},
        )
        with pytest.raises(WarehouseError, match="no table named contributions"):
            warehouse.load("contributions", rows, "run")


@pytest.mark.parametrize("layer", [*sql.LAYERS, sql.FILE_LAYER])
def test_every_file_makes_the_table_of_its_name_and_says_what_it_holds(layer: str) -> None:
    for table in sql.tables(layer):
        text = sql.ddl(layer, table)
        assert f"create table if not exists {table} (" in text
        assert f"comment on table {table} is" in text
        assert len(text.splitlines()) < 60


HOLDER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_a_warehouse_that_is_held_is_waited_for_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    holding = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen([*holding, "60"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(WarehouseError, match="held by another run or a notebook"):
            Warehouse(path, patience_seconds=0)
        holder.kill()
    with subprocess.Popen([*holding, "1.5"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with Warehouse(path, patience_seconds=60) as warehouse:
            assert warehouse.read("runs").is_empty()


def test_a_file_that_is_no_warehouse_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_text("this is a text, long enough to be read as something else " * 200)
    with pytest.raises(WarehouseError, match="cannot be opened"):
        Warehouse(path)


_KILLED = """
import os, signal, sys
from pathlib import Path
from sql.warehouse import Warehouse
warehouse = Warehouse(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_warehouse_is_whole_after_the_process_that_made_it_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False)
    assert path.with_name("warehouse.duckdb.wal").stat().st_size > 0
    with Warehouse(path) as warehouse:
        assert warehouse.read("runs").is_empty()


def test_what_is_known_is_the_same_as_a_file(tmp_path: Path) -> None:
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, governance(), "run")
        assert warehouse.row_count(TABLE) == 3
        day = dt.date(2021, 9, 30)
        warehouse.write_published(TABLE, day, tmp_path / "it's known.parquet")
        known = pl.read_parquet(tmp_path / "it's known.parquet")
        assert known["country_iso3"].to_list() == ["AAA", "BBB"]
        assert known.equals(warehouse.published_as_of(TABLE, day))
        assert known.schema == warehouse.published_as_of(TABLE, day).schema


@pytest.mark.parametrize("folder", ["plain", "of [2022]", "it's *?"])
def test_a_file_is_loaded_as_its_rows_are(tmp_path: Path, folder: str) -> None:
    rows = pl.DataFrame(
        {
            "supplier_id": ["S2", "S1", "S2", "S3"],
            "signal_id": ["leverage"] * 4,
            "as_of": [dt.date(2022, 3, 1)] * 4,
            "value": [1.0, 2.0, 3.0, None],
            "status": ["observed"] * 4,
        }
    )
    path = tmp_path / folder / "values.parquet"
    path.parent.mkdir()
    rows.write_parquet(path)
    run = pl.lit("run").alias("run_id")
    with Warehouse(None) as of_frame, Warehouse(None) as of_file:
        loaded = of_file.load("signal_values", path, "run")
        assert loaded == of_frame.load("signal_values", rows.with_columns(run), "run")
        assert loaded.rejected_by_rule == {"duplicate_key": 1, "value_only_when_observed": 1}
        kept = of_file.read("signal_values", "run")
        assert kept.select("supplier_id", "value").rows() == [("S1", 2.0), ("S2", 1.0)]
        assert kept.equals(of_frame.read("signal_values", "run"))
        assert of_file.read_rejected("run").equals(of_frame.read_rejected("run"))


def test_an_error_in_a_transaction_is_reported_as_itself() -> None:
    rows = governance().with_columns(published_on=pl.lit("no day"))
    with (
        Warehouse(None) as warehouse,
        pytest.raises(WarehouseError, match="a column has the wrong type"),
        warehouse.transaction(),
    ):
        warehouse.load(TABLE, rows, "r1")


def test_a_long_table_has_more_memory_and_a_short_one_after_it_no_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[int | None] = []
    monkeypatch.setattr(table_loads, "limit_memory", lambda _, most: limits.append(most))
    path = tmp_path / "rows.parquet"
    with Warehouse(tmp_path / "w.duckdb") as warehouse:
        governance().head(1).write_parquet(path)
        monkeypatch.setattr(table_loads, "_BYTES_OF_ROW", 2_000_000_000)
        warehouse.load(TABLE, path, "r1")
        monkeypatch.setattr(table_loads, "_BYTES_OF_ROW", 1)
        governance().tail(1).write_parquet(path)
        warehouse.load(TABLE, path, "r1")
    assert limits == [1_000_000_000, 2_000_000_000]
