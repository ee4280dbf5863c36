"""Rows are stored once, and every run reads its own again, whatever came and went between."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sql
from sql.compaction import compact
from sql.parquet_rows import PartFiles
from sql.warehouse import Loaded, Parts, Warehouse, WarehouseError

TABLE = "signal_values"


def rows(run_id: str, values: dict[str, float | None], day: int = 1) -> pl.DataFrame:
    """One row for each supplier; None has no value."""
    return pl.DataFrame(
        {
            "run_id": run_id,
            "supplier_id": list(values),
            "signal_id": "leverage",
            "as_of": dt.date(2024, 6, day),
            "value": list(values.values()),
            "status": ["not_covered" if v is None else "observed" for v in values.values()],
        },
        schema_overrides={"value": pl.Float64, "supplier_id": pl.String, "status": pl.String},
    )


def stored(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Supplier, value, first and last number of each stored row."""
    found = warehouse._connection.execute(
        f"select supplier_id, value, valid_from, valid_to from {TABLE}_intervals order by all"
    )
    return found.fetchall()


def test_a_row_is_stored_once_for_all_runs_that_have_it() -> None:
    first, second = {"A": 1.0, "B": 2.0, "C": None}, {"A": 1.0, "B": 3.0, "D": None}
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, rows("one", first), "one")
        warehouse.load(TABLE, rows("two", second, day=2), "two")
        assert stored(warehouse) == [
            ("A", 1.0, 1, None),
            ("B", 2.0, 1, 1),
            ("B", 3.0, 2, None),
            ("C", None, 1, 1),
            ("D", None, 2, None),
        ]
        columns = ["run_id", "supplier_id", "as_of", "value"]
        assert warehouse.read(TABLE, "one").select(columns).rows() == [
            ("one", "A", dt.date(2024, 6, 1), 1.0),
            ("one", "B", dt.date(2024, 6, 1), 2.0),
            ("one", "C", dt.date(2024, 6, 1), None),
        ]
        assert warehouse.read(TABLE).height == 6


def test_the_newest_run_leaves_the_table_as_it_was_before() -> None:
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, rows("one", {"A": 1.0, "B": 2.0}), "one")
        before = stored(warehouse)
        warehouse.load(TABLE, rows("two", {"A": 5.0, "C": 2.0}), "two")
        warehouse.clear(TABLE, "two")
        assert stored(warehouse) == before
        warehouse.remove_runs(["one"])
        assert stored(warehouse) == []
        assert not warehouse.has_run(TABLE, "one")


def test_the_two_zeros_are_two_values() -> None:
    with Warehouse(None) as warehouse:
        for run_id, zero in (("one", 0.0), ("two", -0.0)):
            warehouse.load(TABLE, rows(run_id, {"A": zero}), run_id)
        signs = warehouse._connection.execute(f"select signbit(value) from {TABLE} order by run_id")
        assert signs.fetchall() == [(False,), (True,)]


@pytest.mark.parametrize(
    ("second", "run_id", "says"),
    [
        (rows("two", {"A": 1.0}), "one", "rows of another run than one"),
        (rows("one", {"B": 1.0}, day=9), "one", "several as-of dates"),
        (pl.concat([rows("two", {"A": 1.0}), rows("two", {"B": 1.0}, 2)]), "two", "several"),
        (rows("one", {"A": 1.0}), "one", "were loaded before"),
    ],
)
def test_rows_that_do_not_belong_to_the_run_are_an_error_of_ours(
    second: pl.DataFrame, run_id: str, says: str
) -> None:
    with Warehouse(None) as warehouse:
        warehouse.load(TABLE, rows("one", {"A": 1.0}), "one")
        with pytest.raises(WarehouseError, match=says):
            warehouse.load(TABLE, second, run_id)


_VALUES = st.dictionaries(
    st.sampled_from("ABC"), st.sampled_from([None, 1.0, 2.0]), min_size=1, max_size=3
)
_STEPS = st.lists(st.tuples(st.sampled_from("pqrs"), st.none() | _VALUES), max_size=12)


@pytest.fixture(scope="module")
def shared() -> Iterator[Warehouse]:
    with Warehouse(None) as warehouse:
        yield warehouse


@given(steps=_STEPS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_run_reads_what_was_loaded_for_it(
    shared: Warehouse, steps: list[tuple[str, dict[str, float | None] | None]]
) -> None:
    """Runs are loaded, loaded again and removed in any order; None removes one."""
    expected: dict[str, dict[str, float | None]] = {}
    for run_id in "pqrs":
        shared.clear(TABLE, run_id)
    assert stored(shared) == []
    for run_id, values in steps:
        shared.clear(TABLE, run_id)
        expected.pop(run_id, None)
        if values is not None:
            shared.load(TABLE, rows(run_id, values), run_id)
            expected[run_id] = values
    found = shared.read(TABLE).select("run_id", "supplier_id", "value").rows()
    wanted = [(run_id, name, v) for run_id, of in expected.items() for name, v in of.items()]
    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert len(stored(shared)) <= len(wanted)


def test_a_warehouse_with_a_row_for_each_run_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    months = {"20240601-a": {"A": 1.0, "B": 2.0}, "20240701-b": {"A": 1.0, "B": None}}
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql.loaded_ddl()[TABLE])
        for run_id, values in months.items():
            connection.register("rows_", rows(run_id, dict(values)).to_arrow())
            connection.execute(f"insert into {TABLE} by name select * from rows_")
    for _ in range(2):
        with Warehouse(path) as warehouse:
            assert stored(warehouse) == [
                ("A", 1.0, 1, None),
                ("B", 2.0, 1, 1),
                ("B", None, 2, None),
            ]
            for run_id, values in months.items():
                read = warehouse.read(TABLE, run_id)
                assert dict(read.select("supplier_id", "value").rows()) == values
        compact(path)


def dated(run_id: str, values: dict[str, tuple[str | None, float | None]]) -> pl.DataFrame:
    """As `rows`, with the period of each value."""
    periods = [period for period, _ in values.values()]
    plain = rows(run_id, {name: value for name, (_, value) in values.items()})
    return plain.with_columns(period=pl.Series(periods, dtype=pl.String))


def test_late_data_show_as_restated_against_any_run() -> None:
    first = {"a": ("2020", 1.0), "b": ("2020", 2.0), "c": ("2020", None), "d": (None, 1.0)}
    second = {"a": ("2020", 1.5), "b": ("2020", 2.0), "c": ("2020", 3.0), "d": (None, 2.0)}
    third = {"a": ("2021", 9.0), "b": ("2020", None), "e": ("2020", 1.0)}
    with Warehouse(None) as warehouse:
        for run_id, values in (("one", first), ("two", second), ("three", third)):
            warehouse.load(TABLE, dated(run_id, values), run_id)
        assert warehouse.restated("one", "two").rows() == [
            ("a", "leverage", "2020", 1.0, 1.5),
            ("c", "leverage", "2020", None, 3.0),
        ]
        assert warehouse.restated("two", "three").rows() == [("b", "leverage", "2020", 2.0, None)]
        assert warehouse.restated("three", "one").rows() == [("b", "leverage", "2020", None, 2.0)]
        assert warehouse.restated("one", "one").is_empty()


def test_only_equal_fingerprints_are_unchanged_signals() -> None:
    def load(run_id: str, value: float, fingerprint: str) -> None:
        parts = Parts("signal_id", {"leverage": fingerprint}, {"leverage": 1})
        warehouse.load(TABLE, rows(run_id, {"A": value}), run_id, parts)

    with Warehouse(None) as warehouse:
        load("one", 1.0, "x")
        load("two", 1.0, "x")
        load("three", 2.0, "y")
        assert warehouse.unchanged_signals("one", "two") == {"leverage"}
        assert warehouse.unchanged_signals("two", "three") == frozenset()
        assert warehouse.unchanged_signals("one", "gone") == frozenset()


def test_files_of_parts_are_the_table_and_unchanged_ones_are_not_read(tmp_path: Path) -> None:
    leverage: dict[str, float | None] = {"A": 1.0, "B": None}
    first = {"leverage": leverage, "margin": {"A": 3.0, "B": 4.0}}
    second = {"leverage": leverage, "margin": {"A": 3.0, "B": 5.0}}

    def load(run_id: str, values: dict[str, dict[str, float | None]], day: int) -> Loaded:
        files, fingerprints = {}, {}
        for signal_id, of_signal in values.items():
            frame = rows(run_id, of_signal).with_columns(signal_id=pl.lit(signal_id))
            files[signal_id] = tmp_path / f"{run_id}-{signal_id}.parquet"
            frame.drop("run_id", "as_of").write_parquet(files[signal_id])
            fingerprints[signal_id] = repr(of_signal)
        parts = Parts("signal_id", fingerprints, dict.fromkeys(values, 2))
        if run_id == "two":
            # Only its columns are looked at.
            unread = pl.read_parquet(files["leverage"]).with_columns(status=pl.lit("unheard of"))
            unread.write_parquet(files["leverage"])
        part_files = PartFiles(files, dt.date(2024, 6, day))
        return warehouse.load(TABLE, part_files, run_id, parts)

    with Warehouse(None) as warehouse:
        assert load("one", first, 1).kept == 4
        assert load("two", second, 2).kept == 4
        columns = ["signal_id", "supplier_id", "as_of", "value"]
        day = dt.date(2024, 6, 2)
        assert sorted(warehouse.read(TABLE, "two").select(columns).rows(), key=str) == [
            ("leverage", "A", day, 1.0),
            ("leverage", "B", day, None),
            ("margin", "A", day, 3.0),
            ("margin", "B", day, 5.0),
        ]
        assert warehouse.read(TABLE, "one", ["value"], of_signal="margin")["value"].to_list() == [
            3.0,
            4.0,
        ]
        third: dict[str, dict[str, float | None]] = {
            "leverage": {"A": 1.5, "B": None},
            "margin": {"A": 3.0, "B": None},
        }
        assert load("three", third, 3).kept == 4
        # Nothing is new: the day of the run is that of its files all the same.
        assert load("four", third, 4).kept == 4
        assert set(warehouse.read(TABLE, "four")["as_of"]) == {dt.date(2024, 6, 4)}


def test_rejected_rows_of_files_are_numbered_as_in_one_table(tmp_path: Path) -> None:
    files = {}
    for signal_id, statuses in (("leverage", ["observed"] * 3), ("margin", ["observed", "odd"])):
        frame = rows("one", {f"s{number}": 1.0 for number, _ in enumerate(statuses)})
        files[signal_id] = tmp_path / f"{signal_id}.parquet"
        frame.drop("run_id", "as_of").with_columns(
            signal_id=pl.lit(signal_id), status=pl.Series(statuses)
        ).write_parquet(files[signal_id])
    with Warehouse(None) as warehouse:
        loaded = warehouse.load(TABLE, PartFiles(files, dt.date(2024, 6, 1)), "one")
        assert (loaded.kept, loaded.rejected) == (4, 1)
        assert warehouse.read_rejected("one")["source_row"].to_list() == [5]
