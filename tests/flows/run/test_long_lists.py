"""A list computed in parts has the values of the list computed as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from configs.settings import Settings
from flows.run import stages
from flows.run.staged_tables import KnownFrames
from flows.run.work.stage_types import RunRequest
from signals import list_parts
from signals.financial.statements import PREPARED
from signals.list_parts import computed, parts_of
from signals.registry import Signal, signals
from sql.warehouse import Warehouse
from tests.signals.builders import sites, suppliers

_LIST = {
    "suppliers": suppliers(*({"supplier_id": name} for name in "dbca")).lazy(),
    "sites": sites(
        {"site_id": "z", "supplier_id": "a"},
        {"site_id": "m", "supplier_id": "b"},
        {"site_id": "n", "supplier_id": "c"},
    ).lazy(),
    "stg_of_sites": pl.LazyFrame({"site_id": ["m", "n", "o", "z"]}),
    "stg_of_suppliers": pl.LazyFrame({"supplier_id": ["d", "c", "a"]}),
    "stg_of_countries": pl.LazyFrame({"country_iso3": ["PER", "IND"]}),
}


@pytest.mark.parametrize(
    ("name", "column", "first", "second"),
    [
        ("suppliers", "supplier_id", ["b", "a"], ["d", "c"]),
        ("sites", "site_id", ["z", "m"], ["n"]),
        # `n` and `o` lie between the sites of the first part, and are not its own.
        ("stg_of_sites", "site_id", ["m", "z"], ["n"]),
        ("stg_of_suppliers", "supplier_id", ["a"], ["d", "c"]),
        ("stg_of_countries", "country_iso3", ["PER", "IND"], ["PER", "IND"]),
    ],
)
def test_each_part_has_the_rows_of_its_suppliers(
    name: str, column: str, first: list[str], second: list[str]
) -> None:
    found = [part[name].collect()[column].to_list() for part in parts_of(_LIST, 2)]
    assert found == [first, second]


def test_signals_that_compare_suppliers_see_the_whole_list() -> None:
    counted = signals()["active_fire_density"]

    def compute(frames: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
        return frames["suppliers"].select("supplier_id", listed=pl.len())

    whole = replace(counted, compute=compute)
    assert computed(whole, _LIST, 2).collect()["listed"].to_list() == [4, 4, 4, 4]
    of_parts = replace(
        whole, card=counted.card.model_copy(update={"inputs": (), "is_per_supplier": True})
    )
    assert computed(of_parts, _LIST, 2).collect()["listed"].to_list() == [2, 2, 2, 2]


def _sorted(signal: Signal, values: pl.DataFrame) -> pl.DataFrame:
    return values.sort("site_id" if signal.card.support == "site" else "supplier_id")


def test_the_values_of_parts_are_those_of_the_list(
    copied: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, out = copied
    prepared = stages.prepare(RunRequest(settings, dt.date(2022, 3, 1), out))
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        whole = dict(KnownFrames(warehouse, prepared, {}))
        monkeypatch.setattr(list_parts, "SUPPLIERS_AT_A_TIME", 1)
        long = dict(KnownFrames(warehouse, prepared, {}))
    statements = whole[PREPARED].collect()
    assert statements.height
    assert_frame_equal(long[PREPARED].collect(), statements, check_column_order=False)
    per_supplier = [signal for signal in signals().values() if signal.card.is_per_supplier]
    assert per_supplier
    for signal in per_supplier:
        expected = _sorted(signal, signal.compute(whole).collect())
        found = _sorted(signal, computed(signal, long, prepared.suppliers.height // 3).collect())
        assert_frame_equal(found, expected, check_exact=True)
