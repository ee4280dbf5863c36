"""Medians by exchanges: sorted as numpy sorts, whatever the gaps."""

import itertools

import numpy as np
import pytest

from signals.changepoint.medians import FEW, exchanges_of, median_of, sort_later
from signals.changepoint.monitoring_kernel import observed_counts
from signals.changepoint.normal_equations import LANES


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 8, 9, 12])
def test_exchanges_sort_every_row_of_zeros_and_ones(count: int) -> None:
    # Then they sort every row of numbers (Knuth 1973, The Art of Computer Programming 3, 5.3.4).
    rows = np.array(list(itertools.product([0.0, 1.0], repeat=count))).reshape(-1, count)
    for one, other in exchanges_of(count):
        rows[:, [one, other]] = np.sort(rows[:, [one, other]], axis=1)
    assert (np.diff(rows, axis=1) >= 0).all()


@pytest.mark.parametrize("count", [13, 24, 33, FEW])
def test_lanes_are_sorted_with_gaps_last(count: int) -> None:
    rng = np.random.default_rng(count)
    history = 4
    residuals = rng.standard_normal((history + count, LANES))
    weight = (rng.random(residuals.shape) > 0.3).astype(float)
    weight[:, 1], weight[:, 2] = 0.0, 1.0
    ordered = np.empty((count, LANES))
    sort_later(residuals, weight, history, exchanges_of(count), ordered)
    later = np.where(weight[history:] > 0, residuals[history:], np.inf)
    assert np.array_equal(ordered, np.sort(later, axis=0))


@pytest.mark.parametrize("count", [1, 2, 5, 6, FEW, FEW + 1])
def test_median_is_that_of_numpy(count: int) -> None:
    values = np.random.default_rng(count).standard_normal(count)
    assert median_of(values, np.empty(count)) == np.median(values)


def test_median_of_none_is_nan() -> None:
    assert np.isnan(median_of(np.empty(0), np.empty(1)))


def test_finite_values_are_counted_before_and_after() -> None:
    values = np.array([[1.0, np.nan, 3.0, np.inf, 5.0], [np.nan] * 5])
    history, monitored = observed_counts(values, 3)
    assert history.tolist() == [2, 0]
    assert monitored.tolist() == [1, 0]
