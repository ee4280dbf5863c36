"""Intervals by blocks: weights stand for rows drawn again, and equal orders differ by nothing."""

import numpy as np
import pytest

from scoring.tune.cluster_bootstrap import (
    auc_interval,
    bootstrap_interval,
    drawn_rows,
    weighted_auc,
)
from scoring.tune.ranking_measures import Floats, auc

RANDOM = np.random.default_rng(3)
BLOCK = np.repeat(["a", "b", "c", "d"], [30, 10, 25, 25])
CASES = RANDOM.random(90) < 0.3
SCORE: Floats = np.round(RANDOM.random(90) + 0.3 * CASES, 1).astype(np.float64)


def test_weights_are_rows_that_come_several_times() -> None:
    times = RANDOM.integers(0, 4, size=(5, 90))
    by_weight = weighted_auc(SCORE, CASES, times.astype(float))
    for weights, value in zip(times, by_weight, strict=True):
        rows = np.repeat(np.arange(90), weights)
        assert value == pytest.approx(auc(SCORE[rows], CASES[rows]))


def test_auc_that_is_not_defined_is_nan() -> None:
    assert np.isnan(weighted_auc(SCORE, CASES, CASES[None, :].astype(float)))


def test_fast_interval_is_that_of_rows_drawn() -> None:
    fast = auc_interval(SCORE, CASES, BLOCK, draws=60)
    slow = bootstrap_interval(lambda rows: auc(SCORE[rows], CASES[rows]), BLOCK, draws=60)
    assert fast.value == pytest.approx(auc(SCORE, CASES))
    assert (fast.value, fast.low, fast.high) == pytest.approx((slow.value, slow.low, slow.high))
    assert fast.low <= fast.value <= fast.high


def test_equal_orders_differ_by_nothing() -> None:
    gap = auc_interval(SCORE, CASES, BLOCK, SCORE, draws=50)
    assert (gap.value, gap.low, gap.high) == (0.0, 0.0, 0.0)
    assert not gap.excludes_zero


def test_blocks_are_drawn_whole() -> None:
    for rows in drawn_rows(BLOCK, draws=20, seed=1):
        for name in np.unique(BLOCK):
            times = np.bincount(rows, minlength=90)[name == BLOCK]
            assert np.unique(times).size == 1
