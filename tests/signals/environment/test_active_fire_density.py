import datetime as dt
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.environment.active_fire_density import compute
from signals.sources.climate.firms import SCHEMA
from tests.signals.builders import AS_OF


def fires(
    site: str,
    detections: int,
    *,
    days: float = 365.0,
    month: dt.date = dt.date(2024, 3, 1),
    area_km2: float = 10.0,
) -> pl.DataFrame:
    row = {
        "site_id": site,
        "month": month,
        "covered_days": days,
        "detections": detections,
        "night_detections": 0,
        "area_km2": area_km2,
        "radius_km": 5.0,
        "origin": "firms",
        "observed_to": month + dt.timedelta(days=27),
        "published_on": month + dt.timedelta(days=28),
    }
    return pl.DataFrame([row], schema=SCHEMA)


def run(*frames: pl.DataFrame, as_of: dt.date = AS_OF) -> dict[str, dict[str, object]]:
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *frames])
    known = rows.filter(pl.col("published_on") <= as_of).lazy()
    inputs = {"stg_firms__site_fires": known, "run": pl.LazyFrame({"as_of": [as_of]})}
    return {str(row["site_id"]): row for row in compute(inputs).collect().to_dicts()}


def number(row: dict[str, object], name: str) -> float:
    return float(str(row[name]))


def test_two_sites_by_hand() -> None:
    # Each 10 km2-years: counts 2 and 10, mean m = 0.6.
    # Spread ((0.2 - 0.6)² + (1 - 0.6)²) / 2 = 0.16; A = 0.16 - 0.6 / 10 = 0.10.
    # b = m / A = 6, a = m² / A = 3.6.
    rows = run(fires("low", 2), fires("high", 10))
    assert number(rows["low"], "value") == pytest.approx((2 + 3.6) / 16)
    assert number(rows["high"], "value") == pytest.approx((10 + 3.6) / 16)
    assert number(rows["low"], "stderr") == pytest.approx(math.sqrt(5.6) / 16)
    assert rows["low"]["quality"] == 1.0
    assert rows["low"]["period"] == "2024-03 to 2024-03-28"


def test_alike_sites_are_drawn_to_the_mean_as_far_as_the_list_goes() -> None:
    # Spread is less than chance gives, so A = m / sum T and b = sum T = 20.
    rows = run(fires("a", 5), fires("b", 5))
    assert number(rows["a"], "value") == pytest.approx((5 + 0.5 * 20) / (10 + 20))


def test_no_fire_anywhere_is_a_small_rate_and_not_certainty() -> None:
    rows = run(fires("a", 0), fires("b", 0))
    # m = 0.5 / 20, b = 20, a = 0.5.
    assert number(rows["a"], "value") == pytest.approx(0.5 / 30)
    assert number(rows["a"], "stderr") == pytest.approx(math.sqrt(0.5) / 30)


def test_one_day_without_a_fire_is_no_reason_to_look() -> None:
    rows = run(fires("a", 0, days=1.0), fires("b", 0, days=1.0))
    # m = 0.5 / 20, b = 2.5 (a quarter of a year), a = 0.0625.
    assert number(rows["a"], "value") == pytest.approx(0.0625 / (10 / 365 + 2.5))


def test_a_short_archive_cannot_shout() -> None:
    others = [fires(f"s{i}", i % 5) for i in range(40)]
    short = run(*others, fires("x", 3, days=1.0))["x"]
    long = run(*others, fires("x", 3 * 365))["x"]
    assert number(short, "value") < 3.0
    assert number(long, "value") > 50.0
    assert short["quality"] == pytest.approx(1 / 365)


def test_the_prior_is_worth_a_quarter_of_a_year() -> None:
    # One day each: T = 10 / 365 twice, m = 3 / (20 / 365) = 54.75, spread (54.75)², b = 2.5.
    rows = run(fires("a", 3, days=1.0), fires("b", 0, days=1.0))
    mean = 3 / (20 / 365)
    assert number(rows["a"], "value") == pytest.approx((3 + mean * 2.5) / (10 / 365 + 2.5))
    assert number(rows["b"], "value") == pytest.approx(mean * 2.5 / (10 / 365 + 2.5))


def test_the_window_is_the_months_that_begin_within_a_year() -> None:
    as_of = dt.date(2024, 3, 15)
    old = fires("a", 100, month=dt.date(2023, 3, 1), days=31)
    new = fires("a", 1, month=dt.date(2023, 4, 1), days=30)
    other = fires("b", 0, month=dt.date(2024, 1, 1), days=31)
    rows = run(old, new, other, as_of=as_of)
    assert rows["a"]["period"] == "2023-04 to 2023-04-28"
    assert rows["a"]["quality"] == pytest.approx(30 / 365)
    everything = run(old, new, other, as_of=dt.date(2024, 3, 1))
    assert everything["a"]["period"] == "2023-03 to 2023-04-28"


def test_sites_without_coverage_are_left_out() -> None:
    assert run() == {}
    assert set(run(fires("a", 1))) == {"a"}


@given(st.lists(st.integers(0, 200), min_size=1, max_size=8), st.integers(1, 50))
def test_more_fires_are_a_higher_rate(counts: list[int], more: int) -> None:
    frames = [fires(f"s{i}", count) for i, count in enumerate(counts)]
    rows = run(*frames, fires("x", 3))
    assert all(number(row, "value") > 0 for row in rows.values())
    in_order = sorted(rows.values(), key=lambda row: number(row, "value"))
    by_count = {f"s{i}": count for i, count in enumerate(counts)} | {"x": 3}
    reported = [by_count[str(row["site_id"])] for row in in_order]
    assert reported == sorted(reported)
    assert more > 0
