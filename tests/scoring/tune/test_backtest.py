import datetime as dt

import numpy as np
import polars as pl
import pytest

from scoring.tune.backtest import LabelWindow, month_labels, month_rows, with_recent_cases
from scoring.tune.backtest_summary import MonthTally, summarise
from scoring.tune.cluster_auc import block_pairs, pair_intervals
from scoring.tune.cluster_bootstrap import weighted_auc
from scoring.tune.ranking_measures import auc

IDS = pl.Series(["a", "b", "c", "d", "e"])
AS_OF = dt.date(2020, 1, 1)
WINDOW = LabelWindow(embargo_days=30, horizon_days=100)


def outcomes(**days: dt.date) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "entity_id": list(days),
            "known_on": list(days.values()),
            "source": "register",
            "found": True,
        }
    )


@pytest.mark.parametrize(
    ("days_after", "is_case", "takes_part", "is_recent"),
    [
        (-400, False, True, False),
        (-365, False, True, False),
        (-364, False, True, True),
        (0, False, True, True),
        (1, False, False, False),
        (30, False, False, False),
        (31, True, True, False),
        (130, True, True, False),
        (131, False, True, False),
    ],
)
def test_labels_keep_embargo_and_horizon(
    days_after: int, is_case: bool, takes_part: bool, is_recent: bool
) -> None:
    learned = outcomes(a=AS_OF + dt.timedelta(days=days_after))
    labels = month_labels(learned, IDS, AS_OF, WINDOW, dt.date(2020, 12, 31))
    assert (labels.is_case[0], labels.takes_part[0], labels.is_recent[0]) == (
        is_case,
        takes_part,
        is_recent,
    )
    assert not labels.is_case[1:].any()


def test_a_month_is_whole_when_its_horizon_is_over() -> None:
    learned = outcomes(a=dt.date(2020, 3, 1))
    closes = WINDOW.closes(AS_OF)
    assert month_labels(learned, IDS, AS_OF, WINDOW, closes).is_whole
    before = closes - dt.timedelta(days=1)
    assert not month_labels(learned, IDS, AS_OF, WINDOW, before).is_whole


def test_rows_are_measured_on_who_takes_part() -> None:
    learned = outcomes(a=dt.date(2020, 3, 1), b=dt.date(2020, 1, 5), c=dt.date(2019, 12, 1))
    labels = month_labels(learned, IDS, AS_OF, WINDOW, dt.date(2020, 12, 31))
    orders = {"profile": np.array([5.0, 4.0, 3.0, 2.0, np.nan])}
    rows = month_rows(AS_OF, orders, labels, np.array(["x"] * 5), 1)
    assert [row["order"] for row in rows] == ["profile", "last year's cases"]
    assert rows[0]["units"] == 4
    assert (rows[0]["cases"], rows[0]["auc"], rows[0]["precision"]) == (1, 1.0, 1.0)
    assert rows[1]["auc"] == 0.25
    assert rows[0]["within_group_auc"] is None


def test_pairs_give_the_auc_and_that_of_drawn_blocks() -> None:
    random = np.random.default_rng(1)
    score = random.integers(0, 20, 200).astype(float)
    is_case = random.random(200) < 0.2
    block = random.choice(np.array(["p", "q", "r"]), 200)
    pairs = block_pairs(score, is_case, block, np.unique(block))
    assert pairs.auc == pytest.approx(auc(score, is_case))
    for drawn in ([1, 1, 1], [2, 0, 1], [0, 3, 0]):
        times = np.array(drawn, dtype=float)
        weights = times[np.searchsorted(np.unique(block), block)]
        expected = weighted_auc(score, is_case, weights[None, :])[0]
        assert (times @ pairs.won @ times) / (times @ pairs.pairs @ times) == pytest.approx(
            expected
        )
    left = block != "p"
    assert pairs.without("p") == pytest.approx(auc(score[left], is_case[left]))


def test_units_without_a_score_are_in_no_pair() -> None:
    names = np.array(["p", "p", "p"])
    pairs = block_pairs(
        np.array([1.0, np.nan, 0.0]), np.array([True, True, False]), names, np.array(["p"])
    )
    assert pairs.pairs.sum() == 1
    assert pairs.auc == 1.0


def test_an_order_against_itself_is_not_ahead() -> None:
    random = np.random.default_rng(2)
    score, is_case = random.random(60), random.random(60) < 0.3
    block = np.array(["p", "q"] * 30)
    pairs = block_pairs(score, is_case, block, np.unique(block))
    interval = pair_intervals(pairs, pairs)
    assert (interval.value, interval.low, interval.high) == (0, 0, 0)


def _tally(order: list[float], baseline: str) -> MonthTally:
    days = {name: dt.date(2020, 3, 1) for name in "ab"}
    learned = outcomes(**days)
    labels = month_labels(learned, IDS, AS_OF, WINDOW, dt.date(2020, 12, 31))
    orders = {"profile": np.array(order), baseline: np.array([5.0, 4.0, 3.0, 2.0, 1.0])}
    return MonthTally(AS_OF, with_recent_cases(orders, labels), labels)


def test_the_verdict_says_where_exposure_wins() -> None:
    tally = _tally([1.0, 2.0, 3.0, 4.0, 5.0], "size")
    block = np.array(["p", "q", "p", "q", "p"])
    summary = summarise([tally], IDS, block, {}, WINDOW, dt.date(2020, 12, 31), draws=50)
    assert "here exposure explains the ranking" in summary.sentence()
    assert summary.metrics()["orders"][1]["profile_ahead"] == -1.0


def test_an_order_of_some_months_is_compared_in_those() -> None:
    """The profile is right in the first month and wrong in the second, which alone has the size."""
    first = _tally([5.0, 4.0, 3.0, 2.0, 1.0], "prior")
    second = _tally([1.0, 2.0, 3.0, 4.0, 5.0], "size")
    block = np.array(["p", "q", "p", "q", "p"])
    found = summarise([first, second], IDS, block, {}, WINDOW, dt.date(2020, 12, 31), draws=50)
    orders = {order.name: order for order in found.orders}
    assert orders["profile"].auc.value == 0.5
    assert (orders["size"].months, orders["size"].auc.value) == (1, 1.0)
    assert orders["size"].ahead is not None
    assert orders["size"].ahead.value == -1.0
    assert orders["prior"].ahead is not None
    assert orders["prior"].ahead.value == 0.0
    assert "best baseline last year's cases" in found.sentence()


def test_the_verdict_does_not_tell_equals_apart() -> None:
    tally = _tally([5.0, 4.0, 3.0, 2.0, 1.0], "prior")
    block = np.array(["p", "q", "p", "q", "p"])
    summary = summarise([tally], IDS, block, {}, WINDOW, dt.date(2020, 12, 31), draws=50)
    assert "cannot be distinguished from prior" in summary.sentence()
