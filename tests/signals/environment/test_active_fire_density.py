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


@pytest.mark.parametrize(("days", "detections"), [(1.0, 0), (1.0, 3), (7.0, 0), (89.0, 40)])
def test_a_short_window_is_not_covered(days: float, detections: int) -> None:
    row = run(fires("a", detections, days=days), fires("b", 0))["a"]
    assert (row["value"], row["status"]) == (None, "not_covered")
    assert row["status_reason"] == (
        f"the fire archive covers {days:.0f} of the last 365 days; at least 90 are needed"
    )


def test_a_short_window_moves_no_other_site() -> None:
    alone = run(fires("a", 2), fires("b", 10))
    beside = run(fires("a", 2), fires("b", 10), fires("x", 30, days=1.0))
    assert alone["a"]["value"] == beside["a"]["value"]


def test_a_shorter_archive_is_shrunk_further() -> None:
    others = [fires(f"s{i}", i % 5) for i in range(40)]
    short = run(*others, fires("x", 90, days=90.0))["x"]
    long = run(*others, fires("x", 365))["x"]
    assert number(short, "value") < number(long, "value")
    assert short["quality"] == pytest.approx(90 / 365)


def test_the_prior_is_worth_a_quarter_of_a_year() -> None:
    # 90 days each: T = 900 / 365 twice, m = 3 / (1800 / 365); the spread m² gives b = 1 / m, and
    # b is at least 2.5.
    rows = run(fires("a", 3, days=90.0), fires("b", 0, days=90.0))
    mean = 3 / (1800 / 365)
    ground = 900 / 365
    spread = (3 / ground - mean) ** 2
    worth = max(mean / max(spread - mean / ground, mean / (2 * ground)), 2.5)
    assert number(rows["a"], "value") == pytest.approx((3 + mean * worth) / (ground + worth))
    assert number(rows["b"], "value") == pytest.approx(mean * worth / (ground + worth))


def test_the_window_is_the_months_that_begin_within_a_year() -> None:
    as_of = dt.date(2024, 3, 15)
    old = fires("a", 100, month=dt.date(2023, 3, 1), days=131)
    new = fires("a", 1, month=dt.date(2023, 4, 1), days=101)
    last = fires("a", 0, month=dt.date(2024, 2, 1), days=29)
    other = fires("b", 0, month=dt.date(2024, 1, 1), days=131)
    rows = run(old, new, last, other, as_of=as_of)
    assert rows["a"]["period"] == "2023-04 to 2024-02-28"
    assert rows["a"]["quality"] == pytest.approx(130 / 365)
    everything = run(old, new, last, other, as_of=dt.date(2024, 3, 1))
    assert everything["a"]["period"] == "2023-03 to 2024-02-28"


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


def test_the_newest_archived_year_counts_where_later_days_are_not_known() -> None:
    # Months of 2022, seen as of June 2024: the year ends with the last covered day.
    archive = [fires("A", 3, days=30.0, month=dt.date(2022, month, 1)) for month in range(1, 13)]
    earlier = fires("A", 90, days=31.0, month=dt.date(2021, 12, 1))
    row = run(earlier, *archive)["A"]
    assert row["period"] == "2022-01 to 2022-12-28"
    assert row["quality"] == pytest.approx(360 / 365)
    assert row["observed_to"] == dt.date(2022, 12, 28)
    # One site: the list's mean is its own rate, 36 in 10 km2 and 360 days.
    assert number(row, "value") == pytest.approx(36 / (10.0 * 360 / 365))
