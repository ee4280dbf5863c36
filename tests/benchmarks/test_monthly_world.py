"""The list of the monthly measurement: its sites stand near stations, its accounts add up."""

import numpy as np
import polars as pl
import pytest

from benchmarks import monthly_world
from benchmarks.whole_months import sizes


def test_three_sites_in_ten_are_a_second_one_and_all_are_near_a_station() -> None:
    stations = monthly_world._stations(np.random.default_rng(1))
    sites = monthly_world._sites(90, stations, np.random.default_rng(2))
    assert (sites.height, sites["supplier_id"].n_unique()) == (120, 90)
    at = stations.select("latitude", "longitude").to_numpy()[sites["station"].to_numpy()]
    off = np.abs(sites.select("latitude", "longitude").to_numpy() - at)
    assert off.max() <= 0.1501
    assert sites.group_by("supplier_id").agg(pl.col("station").n_unique())["station"].max() == 1


def test_equity_is_what_liabilities_leave_of_the_assets() -> None:
    accounts = monthly_world._accounts(200, np.random.default_rng(3))
    rest = accounts["total_assets"] - accounts["total_liabilities"] - accounts["equity"]
    assert (rest == 0).all()
    assert 0.6 < accounts["supplier_id"].n_unique() / 200 < 0.95


def test_sizes_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SIZES", "10,20")
    assert sizes("5", "SOME_SIZES") == [10, 20]
    assert sizes("5", "OTHER_SIZES") == [5]
