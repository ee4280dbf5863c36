import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from scoring.tune.backtest import PROFILE, LabelWindow
from scoring.tune.outcomes import SCHEMA
from scoring.tune.ranking_measures import Floats, auc
from scoring.tune.rolling_weights import (
    ESTIMATED,
    ESTIMATED_AND_EXPOSURE,
    FITTED_EXPOSURE,
    ROLLING,
    HeldOut,
    MonthWeights,
    RollingRule,
    estimate_for_month,
    training_windows,
    with_estimated,
)
from scoring.tune.training_sample import ExposureColumns, NormalisedMonth, Units

WINDOW = LabelWindow(embargo_days=30, horizon_days=180)
DAYS = tuple(dt.date(2019 + month // 12, month % 12 + 1, 1) for month in range(24))
MONTH = DAYS[-1]
UNITS = 400


def test_windows_close_an_embargo_before_the_month_and_do_not_overlap() -> None:
    found = training_windows(DAYS, MONTH, WINDOW)
    assert found == (dt.date(2019, 4, 1), dt.date(2019, 10, 1), dt.date(2020, 4, 1))
    assert WINDOW.closes(found[-1]) + dt.timedelta(days=30) <= MONTH
    for earlier, later in itertools.pairwise(found):
        assert WINDOW.closes(earlier) <= WINDOW.opens(later)
    assert training_windows(DAYS[:3], DAYS[2], WINDOW) == ()


def units() -> Units:
    names = np.array(["p", "q", "r", "s"] * (UNITS // 4))
    return Units(pl.Series([f"u{n:03d}" for n in range(UNITS)]), names, np.full(UNITS, np.nan))


def history() -> dict[dt.date, NormalisedMonth]:
    """Two signals that tell nothing of each other, and an exposure, each month a little moved."""
    random = np.random.default_rng(5)
    base, size = random.random((UNITS, 2)), random.random((UNITS, 1))
    return {
        day: NormalisedMonth(np.clip(base + random.normal(0, 0.02, base.shape), 0, 1), size)
        for day in DAYS
    }


def outcomes(column: int, after: dt.date, by: dt.date, seed: int) -> pl.DataFrame:
    """Cases learned in a stretch of time, ever more likely where the signal is high."""
    random = np.random.default_rng(seed)
    risk = history()[DAYS[0]].risk[:, column]
    cases = np.flatnonzero(random.random(UNITS) < 0.5 * risk**3)
    days = (by - after).days
    known_after = random.integers(1, days, cases.size)
    rows = {
        "entity_id": [f"u{n:03d}" for n in cases],
        "known_on": [after + dt.timedelta(days=int(d)) for d in known_after],
        "kind": "public_listing",
        "source": "register",
        "selection": "public",
        "found": True,
        "probability": None,
        "sector": None,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


KNOWN_TO = MONTH - dt.timedelta(days=WINDOW.embargo_days)
BEFORE = outcomes(0, dt.date(2019, 5, 1), KNOWN_TO, seed=1)


def rule(held_out: HeldOut = "time") -> RollingRule:
    return RollingRule(("a", "b"), np.array([0.5, 0.5]), 2.0, WINDOW, "logit", held_out)


def learned(
    known: pl.DataFrame,
    of: Mapping[dt.date, NormalisedMonth] | None = None,
    held_out: HeldOut = "time",
) -> tuple[MonthWeights, dict[str, Floats]]:
    return estimate_for_month(MONTH, of or history(), units(), known, rule(held_out))


def test_what_was_known_is_estimated() -> None:
    weights, orders = learned(BEFORE)
    assert weights.is_estimated
    assert weights.weights[0] > 0.75
    assert weights.weights.sum() == pytest.approx(1.0)
    assert set(orders) == {ESTIMATED, ESTIMATED_AND_EXPOSURE, FITTED_EXPOSURE}
    is_high = history()[MONTH].risk[:, 0] > 0.8
    assert auc(orders[ESTIMATED], is_high) > 0.9


def test_a_planted_leak_is_not_seen() -> None:
    """Outcomes after the embargo follow the other signal, as do the values after it."""
    weights, orders = learned(BEFORE)
    leak = outcomes(1, KNOWN_TO, KNOWN_TO + dt.timedelta(days=400), seed=2)
    reported = leak["entity_id"].is_in(BEFORE["entity_id"].implode())
    planted = pl.concat([BEFORE, leak.filter(~reported)])
    is_leaked = units().ids.is_in(leak["entity_id"].implode()).to_numpy()
    read_on = set(weights.read_on)
    telling = {
        day: reading
        if day in read_on or day == MONTH
        else replace(reading, risk=np.column_stack([reading.risk[:, 0], is_leaked * 1.0]))
        for day, reading in history().items()
    }
    again, same = learned(planted, telling)
    assert np.array_equal(again.weights, weights.weights)
    assert (again.cases, again.read_on) == (weights.cases, weights.read_on)
    assert all(np.array_equal(same[name], orders[name]) for name in orders)
    # Had the same cases been known in time, they would have been learned from: the leak is one.
    in_time = WINDOW.closes(weights.read_on[-1])
    early = planted.with_columns(pl.col("known_on").clip(upper_bound=in_time))
    assert learned(early, telling)[0].weights[1] > weights.weights[1]


def test_a_unit_held_out_is_read_by_weights_of_other_places() -> None:
    """Where the other signal tells in one place alone, that place does not learn it from itself."""
    inside = units().block == "p"
    here = pl.Series(units().ids.to_list()).filter(pl.Series(inside)).implode()
    there = BEFORE.filter(~pl.col("entity_id").is_in(here))
    other = outcomes(1, dt.date(2019, 5, 1), KNOWN_TO, seed=3).filter(
        pl.col("entity_id").is_in(here)
    )
    mixed = pl.concat([there, other])
    apart = learned(mixed, held_out="space")[1]
    alone = learned(there)[1]
    assert not np.array_equal(learned(mixed)[1][ESTIMATED][inside], apart[ESTIMATED][inside])
    high = history()[MONTH].risk[inside, 0] > 0.8
    assert auc(apart[ESTIMATED][inside], high) == pytest.approx(
        auc(alone[ESTIMATED][inside], high), abs=0.05
    )


def test_too_few_cases_keep_the_default_and_say_so() -> None:
    weights, orders = learned(BEFORE.head(12))
    assert not weights.is_estimated
    assert "cases for 2 signals" in str(weights.reason)
    assert np.array_equal(weights.weights, [0.5, 0.5])
    assert orders == {}
    score = np.array([3.0, np.nan, 1.0])
    assert np.array_equal(with_estimated({PROFILE: score}, {})[ROLLING], score, equal_nan=True)


def test_orders_are_of_units_with_a_score() -> None:
    score = np.array([3.0, np.nan, 1.0])
    found = with_estimated({PROFILE: score}, {ESTIMATED: np.array([np.nan, 0.5, 0.2])})
    assert found[ESTIMATED].tolist()[0] < found[ESTIMATED].tolist()[2]
    assert np.isnan(found[ESTIMATED][1])
    assert np.array_equal(found[ROLLING], found[ESTIMATED], equal_nan=True)


def test_what_is_not_known_of_exposure_stands_apart() -> None:
    columns = ExposureColumns.of(np.array([[1.0, 5.0], [3.0, 5.0], [np.nan, 5.0]]))
    assert columns.read(np.array([[1.0, 5.0], [np.nan, 5.0]])).tolist() == [[-1.0, 1.0], [0.0, 0.0]]
