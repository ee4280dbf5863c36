"""Drought with evaporation and heat out of monthly weather."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from signals.environment import drought_months, drought_spei6, heat_hours, heat_hours_change
from signals.environment.spei import hargreaves, spei_series
from signals.sources.climate.heat_stress import (
    hours_above_limit,
    outdoor_wbgt_c,
    simple_wbgt_c,
    vapour_pressure_hpa,
)
from signals.sources.climate.weather_months import SCHEMA

YEARS = 34


def weather(
    site: str = "A", *, years: int = YEARS, source: str = "nasa_power", seed: int = 1
) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    months = [dt.date(1990 + i // 12, i % 12 + 1, 1) for i in range(years * 12)]
    end = pl.col("month").dt.month_end()
    return (
        pl.DataFrame(
            {
                "site_id": site,
                "month": months,
                "source_id": source,
                "latitude": 10.0,
                "lowest_c": random.normal(20, 1, years * 12),
                "highest_c": random.normal(30, 1, years * 12),
                "precipitation_mm": random.gamma(4, 30, years * 12),
                "heat_hours": 40.0,
                "origin": "made",
            }
        )
        .with_columns(observed_to=end, published_on=end + pl.duration(days=60))
        .cast(dict(SCHEMA))
        .select(list(SCHEMA))
    )


def run(signal: object, *frames: pl.DataFrame) -> list[dict[str, object]]:
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *frames])
    computed = signal.compute({"stg_weather__site_month": rows.lazy()})  # type: ignore[attr-defined]  # a module
    return list(computed.collect().to_dicts())


SIGNALS = (drought_spei6, drought_months, heat_hours, heat_hours_change)


def test_spei_of_the_last_month() -> None:
    rows = weather()
    (row,) = run(drought_spei6, rows)
    evaporation = hargreaves(
        rows["lowest_c"].to_numpy(), rows["highest_c"].to_numpy(), np.array(10.0),
        rows["month"].dt.month().to_numpy().astype(np.int64),
    )  # fmt: skip
    balance = rows["precipitation_mm"].to_numpy() - evaporation
    in_years = rows["month"].dt.year().is_between(1991, 2020).to_numpy()
    expected = spei_series(balance[None, :], 6, in_years).index[0, -1]
    assert row["value"] == pytest.approx(expected)
    assert (row["period"], row["status"], row["quality"]) == ("2023-12", None, 1.0)


def test_heat_alone_makes_a_drought_worse() -> None:
    rows = weather()
    late = pl.col("month") >= dt.date(2023, 7, 1)
    hotter = rows.with_columns(
        highest_c=pl.when(late).then(pl.col("highest_c") + 6).otherwise("highest_c")
    )
    (usual,), (hot,) = run(drought_spei6, rows), run(drought_spei6, hotter)
    assert float(str(hot["value"])) < float(str(usual["value"])) - 0.3


def test_months_of_drought_are_counted() -> None:
    rows = weather()
    late = pl.col("month") >= dt.date(2023, 1, 1)
    dry = rows.with_columns(precipitation_mm=pl.when(late).then(5.0).otherwise("precipitation_mm"))
    (usual,), (row,) = run(drought_months, rows), run(drought_months, dry)
    assert float(str(row["value"])) >= 10
    assert float(str(row["value"])) > float(str(usual["value"]))
    assert row["period"] == "24 months to 2023-12"


@pytest.mark.parametrize("signal", SIGNALS)
def test_no_weather_no_rows(signal: object) -> None:
    assert run(signal) == []


@pytest.mark.parametrize("signal", [drought_spei6, drought_months, heat_hours_change])
def test_fewer_than_thirty_years_are_not_covered(signal: object) -> None:
    (row,) = run(signal, weather(years=20))
    assert (row["value"], row["status"]) == (None, "not_covered")
    assert "years" in str(row["status_reason"])


@pytest.mark.parametrize("signal", [drought_spei6, heat_hours, heat_hours_change])
def test_a_gap_in_the_last_months_is_not_filled(signal: object) -> None:
    (row,) = run(signal, weather().filter(pl.col("month") != dt.date(2023, 10, 1)))
    assert (row["value"], row["status"]) == (None, "not_covered")


def test_hours_and_their_change() -> None:
    last_year = pl.col("month") >= dt.date(2023, 1, 1)
    rows = weather().with_columns(
        heat_hours=pl.when(last_year).then(60.0).otherwise(pl.col("heat_hours"))
    )
    (hours,), (change,) = run(heat_hours, rows), run(heat_hours_change, rows)
    assert (hours["value"], hours["period"]) == (720.0, "2023-12")
    assert change["value"] == 720.0 - 480.0


def test_sources_are_not_mixed_and_the_longer_one_is_taken() -> None:
    short = weather(years=31, source="era5").with_columns(heat_hours=pl.lit(1.0))
    (row,) = run(heat_hours, weather(), short)
    assert row["value"] == 480.0


def test_simple_wbgt_by_hand() -> None:
    # Bureau of Meteorology's table: 30 °C and 60 % humidity give 30 °C WBGT in its rounding.
    dew_point = np.array(21.4)
    pressure = vapour_pressure_hpa(dew_point)
    assert pressure == pytest.approx(25.5, abs=0.1)
    wbgt = simple_wbgt_c(np.array(30.0), dew_point)
    assert wbgt == pytest.approx(0.567 * 30 + 0.393 * float(pressure) + 3.94)
    assert round(float(wbgt)) in (30, 31)


def test_a_day_counts_four_hours_or_none_and_missing_stays_missing() -> None:
    hours = hours_above_limit(
        np.array([35.0, 15.0, np.nan, 35.0]), np.array([24.0, 10, 10, np.nan])
    )
    np.testing.assert_array_equal(hours, [4.0, 0.0, np.nan, np.nan])


def test_more_sun_is_more_heat_at_the_globe() -> None:
    air, dew, wind = np.array([30.0, 30.0]), np.array([20.0, 20.0]), np.array([1.0, 1.0])
    shade, sun = outdoor_wbgt_c(air, dew, np.array([30.0, 60.0]), wind)
    assert shade < sun < 40
