import datetime as dt

import numpy as np
import polars as pl
import pytest

from signals.environment.drought_spi12 import CARD, compute
from signals.environment.spi import standardised
from signals.sources.climate.precipitation import MONTHS_SCHEMA


def series(
    monthly: np.ndarray, *, site: str = "A", first: dt.date = dt.date(1990, 1, 1)
) -> pl.DataFrame:
    start = first.year * 12 + first.month - 1
    months = [dt.date((start + i) // 12, (start + i) % 12 + 1, 1) for i in range(len(monthly))]
    frame = pl.DataFrame(
        {
            "series_id": f"series of {site}",
            "month": months,
            "precipitation_mm": monthly,
            "origin": "rain",
        }
    )
    end = pl.col("month").dt.month_end()
    return (
        frame.with_columns(observed_to=end, published_on=end + pl.duration(days=21))
        .filter(pl.col("precipitation_mm").is_not_nan())
        .select(list(MONTHS_SCHEMA))
        .cast(dict(MONTHS_SCHEMA))
    )


def draw(years: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).gamma(4.0, 25.0, years * 12)


def run(*frames: pl.DataFrame, as_of: dt.date = dt.date(2024, 6, 1)) -> list[dict[str, object]]:
    rows = pl.concat([pl.DataFrame(schema=MONTHS_SCHEMA), *frames])
    known = rows.filter(pl.col("published_on") <= as_of).lazy()
    sites = (
        known.select("series_id")
        .unique()
        .with_columns(site_id=pl.col("series_id").str.strip_prefix("series of "))
    )
    inputs = {
        "stg_precipitation__series_month": known,
        "stg_precipitation__site_series": sites,
    }
    return compute(inputs).sort("site_id").collect().to_dicts()


def test_the_last_twelve_months_against_1991_to_2020() -> None:
    rain = draw(34)
    rain[-12:] *= 0.3
    (row,) = run(series(rain))
    totals = rain.reshape(34, 12).sum(axis=1)
    expected = standardised(totals[-1:], totals[None, 1:31])
    assert row["value"] == pytest.approx(expected[0])
    assert float(str(row["value"])) < -2.0
    assert (row["period"], row["observed_to"]) == ("2023-12", dt.date(2023, 12, 31))
    assert (row["quality"], row["status"]) == (1.0, None)
    assert row["stderr"] == pytest.approx(np.sqrt((1 + expected[0] ** 2 / 2) / 30))
    assert CARD.direction == -1


def test_months_published_after_the_date_are_not_seen() -> None:
    rain = draw(34)
    rain[-2:] = 5000.0
    frame = series(rain)
    (before,) = run(frame, as_of=dt.date(2023, 11, 30))
    (same,) = run(series(rain[:-2]), as_of=dt.date(2023, 11, 30))
    assert before == same
    assert before["period"] == "2023-10"


@pytest.mark.parametrize(
    ("first_year", "years", "period"),
    [(1991, 30, "2020-12"), (1985, 30, "2014-12"), (1970, 30, "1999-12")],
)
def test_thirty_years_are_enough_wherever_they_lie(
    first_year: int, years: int, period: str
) -> None:
    (row,) = run(series(draw(years), first=dt.date(first_year, 1, 1)))
    assert (row["status"], row["period"]) == (None, period)


@pytest.mark.parametrize(("months", "reason"), [(12, "only 12"), (29 * 12, "only 348")])
def test_fewer_years_are_not_covered(months: int, reason: str) -> None:
    (row,) = run(series(draw(30)[:months]))
    assert (row["value"], row["stderr"], row["quality"]) == (None, None, None)
    assert row["status"] == "not_covered"
    assert row["status_reason"] == f"{reason} months of rain are known, not 30 years"


def test_a_gap_in_the_last_year_is_not_filled() -> None:
    rain = draw(34)
    rain[-5] = np.nan
    (row,) = run(series(rain))
    assert row["status_reason"] == "a month of the last twelve is missing"


def test_a_gap_long_ago_costs_only_its_years() -> None:
    rain = draw(36)
    rain[40] = np.nan
    (row,) = run(series(rain, first=dt.date(1988, 1, 1)))
    assert row["status"] is None
    assert row["quality"] == pytest.approx(29 / 30)


def test_ground_where_rain_never_varies_has_no_index() -> None:
    (row,) = run(series(np.zeros(34 * 12)))
    assert row["status"] == "not_covered"
    assert row["status_reason"] == "the rain of the calibration years does not vary"


def test_sites_are_measured_alike_alone_and_together() -> None:
    frames = [
        series(draw(34, seed), site=f"site {seed}", first=dt.date(1990, 1, 1)) for seed in range(5)
    ]
    frames.append(series(draw(31, 9), site="short", first=dt.date(1990, 4, 1)))
    together = {row["site_id"]: row for row in run(*frames)}
    for frame in frames:
        (alone,) = run(frame)
        assert together[alone["site_id"]] == pytest.approx(alone)


def test_sites_of_one_series_have_one_value() -> None:
    frame = series(draw(34))
    sites = pl.LazyFrame({"site_id": ["A", "B"], "series_id": ["series of A"] * 2})
    rows = compute(
        {
            "stg_precipitation__series_month": frame.lazy(),
            "stg_precipitation__site_series": sites,
        }
    )
    a, b = rows.sort("site_id").collect().to_dicts()
    assert a | {"site_id": "B"} == b


def test_no_rain_data_no_rows() -> None:
    assert run() == []
