"""Intervals of weights: by hand, at the boundary, over many draws, and on simulated lists."""

import numpy as np
import pytest
from scipy.stats import norm, t

from benchmarks.recovered_truth import compare
from scoring.tune.weight_intervals import jackknife_covariance, leave_out_groups, share_intervals

MANY = 10**6  # degrees of freedom: as good as normal


def test_a_block_is_a_group_until_there_are_a_hundred() -> None:
    block = np.array(["b", "a", "b", "c"])
    group = leave_out_groups(block)
    assert group[0] == group[2]
    assert np.unique(group).size == 3
    many = leave_out_groups(np.arange(250).astype(np.str_))
    assert np.bincount(many).tolist() == [3] * 50 + [2] * 50


def test_units_of_a_single_block_are_dealt_to_groups() -> None:
    assert np.bincount(leave_out_groups(np.full(250, "a"))).tolist() == [3] * 50 + [2] * 50
    assert sorted(leave_out_groups(np.full(7, "a"))) == list(range(7))


def test_the_jackknife_of_a_mean_is_its_usual_variance() -> None:
    values = np.array([1.0, 4.0, 2.0, 7.0])
    without = np.array([[np.delete(values, n).mean()] for n in range(4)])
    covariance = jackknife_covariance(np.array([values.mean()]), without)
    assert covariance[0, 0] == pytest.approx(values.var(ddof=1) / 4)


def test_far_from_the_ends_it_is_the_interval_of_fieller() -> None:
    """b = (6, 4), errors 0.5: ends s solve |6 - 10 s| = 1.645 x 0.5 root(1 - 2 s + 2 s2)."""
    low, high = share_intervals(np.array([6.0, 4.0]), np.eye(2) / 4, MANY, 0.9)
    z = norm.ppf(0.95) / 2
    # (100 - 2 z2) s2 - (120 - 2 z2) s + 36 - z2 = 0
    ends = np.sort(np.roots([100 - 2 * z**2, -(120 - 2 * z**2), 36 - z**2]))
    assert (low[0], high[0]) == pytest.approx(tuple(ends), abs=1e-3)
    assert (low[1], high[1]) == pytest.approx((1 - ends[1], 1 - ends[0]), abs=1e-3)


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    # Feldman and Cousins 1998, table X, 90 %: mean of a normal that is 0 or more.
    [(-1.0, 0.0, 0.81), (0.0, 0.0, 1.64), (1.0, 0.0, 2.64), (2.0, 0.58, 3.64), (3.0, 1.37, 4.64)],
)
def test_near_zero_it_is_the_table_of_feldman_and_cousins(
    estimate: float, low: float, high: float
) -> None:
    """Beside one large coefficient without error, a share is the coefficient itself."""
    share = share_intervals(np.array([estimate, 99.0]), np.diag([1.0, 0.0]), MANY, 0.9)
    ends = [end[0] / (1 - end[0]) * 99.0 for end in share]
    assert ends == pytest.approx([low, high], abs=0.06)


@pytest.mark.parametrize("degrees", [3, 39, MANY])
@pytest.mark.parametrize("truth", [(3.0, 1.0, 0.0), (3.0, 2.0, 1.0), (2.0, 2.0, 0.2)], ids=str)
def test_the_level_is_kept_over_many_draws(truth: tuple[float, ...], degrees: int) -> None:
    random, share = np.random.default_rng(5), np.array(truth) / sum(truth)
    covariance = 0.04 * (np.eye(3) + 0.3)
    drawn = random.multivariate_normal(truth, covariance, size=1500)
    spread = random.chisquare(degrees, size=1500) / degrees
    held = np.array([
        [low <= share, share <= high]
        for low, high in (
            share_intervals(b, covariance * s, degrees, 0.9)
            for b, s in zip(drawn, spread, strict=True)
        )
    ]).all(axis=1)  # fmt: skip
    assert held.mean(axis=0) == pytest.approx([0.9] * 3, abs=0.035)


def test_where_the_sum_is_open_so_are_the_shares() -> None:
    low, high = share_intervals(np.array([-1.0, 0.5]), np.eye(2), 9, 0.9)
    assert (low.tolist(), high.tolist()) == ([0, 0], [1, 1])
    alone = share_intervals(np.array([0.3]), np.eye(1), 9, 0.9)
    assert [end.tolist() for end in alone] == [[1.0], [1.0]]


def test_without_error_the_interval_is_the_share() -> None:
    low, high = share_intervals(np.array([2.0, 1.0, -0.5]), np.zeros((3, 3)), 9, 0.9)
    assert low == pytest.approx([0.8, 0.4, 0.0], abs=1e-3)
    assert high == pytest.approx([0.8, 0.4, 0.0], abs=1e-3)


def test_fewer_blocks_give_wider_intervals() -> None:
    wide, narrow = (
        share_intervals(np.array([6.0, 4.0]), np.eye(2) / 4, degrees, 0.9) for degrees in (2, 50)
    )
    assert (wide[1] - wide[0] > narrow[1] - narrow[0]).all()
    assert t.ppf(0.95, 2) > t.ppf(0.95, 50)


@pytest.mark.long
def test_on_simulated_lists_the_corrected_estimator_holds_the_truth_and_the_other_does_not() -> (
    None
):
    outcomes = compare(3, units=2500, estimators=("corrected", "not corrected"))
    misled = [0, 3]  # audits go where the first is low and the fourth is high
    assert outcomes["corrected"].covered.mean() > 0.75
    assert outcomes["corrected"].covered[:, misled].mean() > 0.6
    assert outcomes["not corrected"].covered[:, misled].mean() < 0.4
