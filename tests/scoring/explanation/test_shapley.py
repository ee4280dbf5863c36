"""Exact Shapley points and the small general Shapley value."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scoring.aggregation.power_mean import power_mean
from scoring.explanation.shapley import owen_values, shapley_from_coalitions

NAN = float("nan")


def slow_owen(
    row: NDArray[np.float64],
    typical: NDArray[np.float64],
    weights: NDArray[np.float64],
    pillars: list[int],
    power: float,
) -> NDArray[np.float64]:
    """Average over every order that keeps each pillar's signals together."""
    present = [signal for signal in range(row.size) if row[signal] == row[signal]]
    orders = [
        order
        for order in permutations(present)
        if sum(pillars[a] != pillars[b] for a, b in pairwise(order))
        == len({pillars[signal] for signal in present}) - 1
    ]
    points = np.zeros(row.size)
    for order in orders:
        values = np.where(np.isnan(row), NAN, typical)
        before = power_mean([values], weights, power)[0]
        for signal in order:
            values[signal] = row[signal]
            after = power_mean([values], weights, power)[0]
            points[signal] += (after - before) / len(orders)
            before = after
    return points


@st.composite
def cases(
    draw: st.DrawFn,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], list[int], float]:
    signals = draw(st.integers(1, 6))
    cell = st.one_of(st.just(NAN), st.floats(0, 1))
    risk = [draw(st.lists(cell, min_size=signals, max_size=signals)) for _ in range(3)]
    typical = draw(st.lists(st.floats(0, 1), min_size=signals, max_size=signals))
    weights = draw(st.lists(st.floats(0.01, 5), min_size=signals, max_size=signals))
    pillars = draw(st.lists(st.integers(0, 2), min_size=signals, max_size=signals))
    power = draw(st.sampled_from([1.0, 2.0, 3.0]))
    return np.array(risk), np.array(typical), np.array(weights), pillars, power


@settings(max_examples=60, deadline=None)
@given(cases())
def test_points_are_the_average_over_all_orders(
    case: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], list[int], float],
) -> None:
    risk, typical, weights, pillars, power = case
    explained = owen_values(risk, typical, weights, pillars, power=power)
    for row, points in zip(risk, explained.points, strict=True):
        if not np.isnan(row).all():
            expected = slow_owen(row, typical, weights, pillars, power)
            assert points == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(cases())
def test_points_sum_to_the_difference_to_the_typical_peer(
    case: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], list[int], float],
) -> None:
    risk, typical, weights, pillars, power = case
    explained = owen_values(risk, typical, weights, pillars, power=power)
    scored = ~np.isnan(explained.score)
    difference = (explained.score - explained.typical_score)[scored]
    assert explained.points.sum(axis=1)[scored] == pytest.approx(difference, abs=1e-9)
    assert (explained.points[np.isnan(risk)] == 0).all()
    assert (explained.points[~scored] == 0).all()


def test_of_an_arithmetic_mean_each_signal_has_its_own_difference() -> None:
    random = np.random.default_rng(5)
    risk, typical = random.random((40, 30)), random.random((40, 30))
    weights = random.random(30)
    explained = owen_values(risk, typical, weights, np.arange(30) // 5, power=1)
    expected = weights * (risk - typical) / weights.sum()
    np.testing.assert_allclose(explained.points, expected, atol=1e-14)


def test_the_largest_shape_sums_too() -> None:
    random = np.random.default_rng(6)
    risk = random.random((3, 80))
    explained = owen_values(risk, np.full(80, 0.4), np.ones(80), np.arange(80) // 10)
    difference = explained.score - explained.typical_score
    assert explained.points.sum(axis=1) == pytest.approx(difference, abs=1e-12)


def test_threads_change_no_bit() -> None:
    risk = np.random.default_rng(7).random((9000, 6))
    arguments = (risk, np.full(6, 0.4), np.ones(6), [0, 0, 1, 1, 2, 2])
    one = owen_values(*arguments, threads=1).points
    np.testing.assert_array_equal(one, owen_values(*arguments, threads=3).points)


@pytest.mark.parametrize(
    ("typical", "pillars", "message"),
    [
        ([NAN, 0.5], [0, 1], "peer median has no value for signal 0"),
        ([0.5, 0.5], [0], "one pillar per signal"),
        ([2.0, 0.5], [0, 1], "typical runs"),
    ],
)
def test_what_cannot_be_explained_is_rejected(
    typical: list[float], pillars: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        owen_values([[0.1, 0.2]], typical, [1, 1], pillars)


def test_too_many_pillars_are_rejected() -> None:
    with pytest.raises(ValueError, match="9 pillars"):
        owen_values(np.zeros((1, 9)), np.zeros(9), np.ones(9), np.arange(9))


def test_signals_are_counted_as_each_supplier_has_them() -> None:
    risk = np.full((2, 16), np.nan)
    risk[0, :13], risk[1, 13:] = 0.5, 1.0
    explained = owen_values(risk, np.zeros(16), np.ones(16), np.zeros(16))
    np.testing.assert_allclose(explained.points[0, :13], 0.5 / 13)
    np.testing.assert_allclose(explained.points[1, 13:], 1 / 3)
    with pytest.raises(ValueError, match="16 signals in a pillar"):
        owen_values(np.ones((1, 16)), np.zeros(16), np.ones(16), np.zeros(16))


def test_the_glove_game() -> None:
    # Players 0 and 1 have a left glove, player 2 the right one: 1/6, 1/6, 2/3.
    values = [0, 0, 0, 0, 0, 1, 1, 1]
    assert shapley_from_coalitions(values) == pytest.approx([1 / 6, 1 / 6, 2 / 3])


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16))
def test_four_parts_sum_and_equal_the_average_over_orders(values: list[float]) -> None:
    parts = shapley_from_coalitions(np.array([values, values]))
    assert parts.shape == (2, 4)
    assert parts.sum(axis=1) == pytest.approx([values[-1] - values[0]] * 2, abs=1e-9)
    expected = np.zeros(4)
    for order in permutations(range(4)):
        coalition = 0
        for player in order:
            joined = coalition | 1 << player
            expected[player] += (values[joined] - values[coalition]) / 24
            coalition = joined
    assert parts[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("size", [0, 1, 3, 6])
def test_a_number_of_coalitions_that_is_no_power_of_two_is_rejected(size: int) -> None:
    with pytest.raises(ValueError, match="coalition"):
        shapley_from_coalitions(np.zeros(size))
