"""Shrinkage: by noise, within peers, against statsmodels as the oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from scoring.normalisation.shrinkage import paule_mandel, shrink

ONE_GROUP = np.zeros(6, dtype=np.int64)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 3), st.integers(3, 30))
def test_the_spread_among_peers_equals_statsmodels(seed: int, spread: float, number: int) -> None:
    random = np.random.default_rng(seed)
    stderr = random.uniform(0.2, 2.0, number)
    y = random.normal(5, spread, number) + random.normal(0, stderr)
    oracle = combine_effects(y, stderr**2, method_re="iterated", atol=1e-12, maxiter=500)
    ours = paule_mandel(y, stderr**2, np.zeros(number, dtype=np.int64), 1)[0]
    weight = 1 / (ours + stderr**2)
    left_side = (weight * (y - np.average(y, weights=weight)) ** 2).sum()
    if ours > 0:
        assert left_side == pytest.approx(number - 1)
    else:
        assert left_side <= number - 1
    if oracle.tau2 > 0:  # its Newton steps sometimes overshoot below zero and stop there
        assert ours == pytest.approx(oracle.tau2, abs=2e-5)


def test_the_noisier_value_moves_further_and_exact_ones_stay() -> None:
    value = np.array([10.0, 10.0, 0.0, 1.0, 2.0, np.nan])
    stderr = np.array([1.0, 5.0, 1.0, 1.0, 1.0, 1.0])
    result = shrink(value, stderr, ONE_GROUP)
    assert result.peer_mean[0] < result.value[1] < result.value[0] < 10
    assert np.isnan(result.value[5])
    assert np.isnan(result.shrinkage_weight[5])
    exact = shrink(value, np.where(stderr == 5.0, 0.0, stderr), ONE_GROUP)
    assert (exact.value[1], exact.shrinkage_weight[1]) == (10.0, 1.0)


def test_equal_noise_and_no_true_spread_give_the_mean() -> None:
    value = np.array([1.0, 1.1, 0.9, 1.0, 1.05, 0.95])
    result = shrink(value, np.full(6, 2.0), ONE_GROUP)
    np.testing.assert_allclose(result.value, 1.0)
    np.testing.assert_allclose(result.shrinkage_weight, 0.0)


def test_too_few_peers_are_left_alone_and_groups_do_not_touch() -> None:
    value = np.array([1.0, 2.0, 3.0, 100.0])
    result = shrink(value, np.ones(4), np.array([0, 0, 0, 1]))
    np.testing.assert_array_equal(result.value, value)
    many = np.concatenate([np.arange(10.0), np.arange(10.0) + 100])
    group = np.repeat(np.array([0, 1]), 10)
    both = shrink(many, np.ones(20), group)
    alone = shrink(many[:10], np.ones(10), group[:10])
    np.testing.assert_allclose(both.value[:10], alone.value)


def test_nothing_in_nothing_out() -> None:
    empty = np.empty(0)
    assert shrink(empty, empty, np.empty(0, dtype=np.int64)).value.size == 0
