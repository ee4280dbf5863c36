"""A trend of greenness by Mann and Kendall, and Theil and Sen."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from signals.environment.land_degradation import compute, mann_kendall_z, sen_slope


def greenness(*yearly: float, months: int = 12, first: int = 2005) -> pl.LazyFrame:
    rows = [
        (
            "A",
            dt.date(first + year, month, 1),
            value,
            dt.date(first + year, month, 28),
            "ndvi",
        )
        for year, value in enumerate(yearly)
        for month in range(1, months + 1)
    ]
    return pl.LazyFrame(
        rows, schema=["site_id", "observed_from", "value", "observed_to", "origin"], orient="row"
    )


def run(frame: pl.LazyFrame) -> dict[str, object]:
    (row,) = compute({"stg_modis_ndvi__site_means": frame}).collect().to_dicts()
    return row


def test_a_steady_fall_is_reported_by_its_size() -> None:
    row = run(greenness(*(0.6 - 0.01 * year for year in range(12))))
    assert row["value"] == pytest.approx(0.1 / 0.545)
    assert row["period"] == "2005-2016"


def test_a_rise_and_an_unsure_trend_are_no_loss() -> None:
    assert run(greenness(*(0.5 + 0.01 * year for year in range(12))))["value"] == 0.0
    assert run(greenness(*([0.5, 0.6] * 6)))["value"] == 0.0


def test_short_series_short_years_and_bare_ground_are_not_covered() -> None:
    assert "only 9 years" in str(run(greenness(*([0.5] * 9)))["status_reason"])
    assert "nothing grows" in str(run(greenness(*([0.0] * 12)))["status_reason"])
    empty = compute({"stg_modis_ndvi__site_means": greenness(*([0.5] * 12), months=9)})
    assert empty.collect().is_empty()


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=10, max_size=30))
def test_the_statistic_is_that_of_kendall_and_the_slope_that_of_theil(values: list[int]) -> None:
    series, times = np.array(values, dtype=float), np.arange(len(values), dtype=float)
    assert sen_slope(times, series) == pytest.approx(stats.theilslopes(series, times)[0])
    z = mann_kendall_z(series)
    assert mann_kendall_z(series[::-1]) == pytest.approx(-z)
    tau = stats.kendalltau(times, series).statistic
    if np.isfinite(tau):
        assert np.sign(z) in (0.0, np.sign(tau))


def test_the_statistic_by_hand() -> None:
    # All 45 pairs rise: (45 - 1) / sqrt(10 x 9 x 25 / 18).
    assert mann_kendall_z(np.arange(10.0)) == pytest.approx(44 / np.sqrt(125.0))
