"""The score and its ranks."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import rankdata

from scoring.aggregation.power_mean import mid_ranks, power_mean, tied_ranks

NAN = float("nan")


def slow_power_mean(
    risk: NDArray[np.float64], weights: NDArray[np.float64], power: float
) -> list[float]:
    """The definition, one supplier and one signal at a time."""
    scores = []
    for row in risk:
        pairs = [(w, r) for w, r in zip(weights, row, strict=True) if r == r and w > 0]
        total = sum(w for w, _ in pairs)
        scores.append(
            (sum(w * r**power for w, r in pairs) / total) ** (1 / power) if pairs else NAN
        )
    return scores


@st.composite
def cases(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    suppliers = draw(st.integers(1, 6))
    signals = draw(st.integers(1, 5))
    cell = st.one_of(st.just(NAN), st.floats(0, 1))
    risk = draw(
        st.lists(
            st.lists(cell, min_size=signals, max_size=signals),
            min_size=suppliers,
            max_size=suppliers,
        )
    )
    weights = draw(st.lists(st.floats(0.01, 10), min_size=signals, max_size=signals))
    power = draw(st.sampled_from([1.0, 1.5, 2.0, 3.0]))
    return np.array(risk), np.array(weights), power


@pytest.mark.parametrize(
    ("row", "weights", "power", "score"),
    [
        ([0.5, 0.5, 0.5], [1, 2, 3], 2, 0.5),
        ([1, 0, 0, 0, 0], [1, 1, 1, 1, 1], 2, 0.4472135955),  # one serious pillar of five
        ([0.2, 0.6], [3, 1], 1, 0.3),
        ([0.2, NAN], [3, 1], 2, 0.2),  # a missing value is not a zero
        ([0.2, 0.9], [1, 0], 2, 0.2),
        ([0, 0], [1, 1], 2, 0),
        ([1, 1], [1, 1], 3, 1),
        ([0.3, 0.4], [1, 1], 3, 0.3570018),  # (0.091 / 2)^(1/3)
        ([NAN, NAN], [1, 1], 2, NAN),
        ([NAN, 0.4], [1, 0], 2, NAN),
    ],
)
def test_hand_computed_scores(
    row: list[float], weights: list[float], power: float, score: float
) -> None:
    assert power_mean([row], weights, power) == pytest.approx([score], abs=1e-7, nan_ok=True)


@settings(deadline=None)  # the first call may compile
@given(cases())
def test_it_is_the_definition(
    case: tuple[NDArray[np.float64], NDArray[np.float64], float],
) -> None:
    risk, weights, power = case
    expected = slow_power_mean(risk, weights, power)
    assert power_mean(risk, weights, power) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@settings(deadline=None)  # the first call may compile
@given(cases(), st.data())
def test_it_is_monotone_in_every_signal(
    case: tuple[NDArray[np.float64], NDArray[np.float64], float], data: st.DataObject
) -> None:
    risk, weights, power = case
    row = data.draw(st.integers(0, risk.shape[0] - 1))
    signal = data.draw(st.integers(0, risk.shape[1] - 1))
    raised = risk.copy()
    raised[row, signal] = data.draw(st.floats(0, 1)) * (1 - risk[row, signal]) + risk[row, signal]
    before, after = power_mean(risk, weights, power), power_mean(raised, weights, power)
    assert np.isnan(before[row]) or after[row] >= before[row] - 1e-15


@settings(deadline=None)  # the first call may compile
@given(cases(), st.randoms(use_true_random=False), st.floats(0.001, 1000))
def test_order_and_scale_change_nothing(
    case: tuple[NDArray[np.float64], NDArray[np.float64], float],
    random: Random,
    scale: float,
) -> None:
    risk, weights, power = case
    rows = list(range(risk.shape[0]))
    signals = list(range(risk.shape[1]))
    random.shuffle(rows)
    random.shuffle(signals)
    shuffled = power_mean(risk[rows][:, signals], weights[signals] * scale, power)
    assert shuffled == pytest.approx(power_mean(risk, weights, power)[rows], abs=1e-12, nan_ok=True)


@settings(deadline=None)  # the first call may compile
@given(cases())
def test_a_signal_without_weight_or_values_changes_nothing(
    case: tuple[NDArray[np.float64], NDArray[np.float64], float],
) -> None:
    risk, weights, power = case
    rows = risk.shape[0]
    wider = np.column_stack([risk, np.full(rows, 0.9), np.full(rows, NAN)])
    scores = power_mean(wider, [*weights, 0.0, 5.0], power)
    assert scores == pytest.approx(power_mean(risk, weights, power), nan_ok=True)


@settings(deadline=None)  # the first call may compile
@given(cases(), st.data())
def test_one_missing_value_changes_only_its_row(
    case: tuple[NDArray[np.float64], NDArray[np.float64], float], data: st.DataObject
) -> None:
    risk, weights, power = case
    row = data.draw(st.integers(0, risk.shape[0] - 1))
    holed = risk.copy()
    holed[row, 0] = NAN
    others = np.arange(risk.shape[0]) != row
    before, after = power_mean(risk, weights, power), power_mean(holed, weights, power)
    np.testing.assert_array_equal(before[others], after[others])


def test_float32_is_read_without_being_changed() -> None:
    risk = np.array([[0.25, 0.5], [0.75, NAN]], dtype=np.float32)
    assert power_mean(risk, [1, 1], 1) == pytest.approx([0.375, 0.75])


@pytest.mark.parametrize(
    ("risk", "weights", "power", "message"),
    [
        ([[0.5, 0.5]], [0, 0], 2, "Every weight is 0"),
        ([[0.5, 0.5]], [1, -1], 2, "negative"),
        ([[0.5, 0.5]], [1, NAN], 2, "not a finite"),
        ([[0.5, 0.5]], [1], 2, "one weight per signal"),
        ([[float("inf"), 0.5]], [1, 1], 2, "normalise"),
        ([[-0.1, 0.5]], [1, 1], 2, "normalise"),
        ([0.5, 0.5], [1, 1], 2, "one row per supplier"),
        ([[0.5, 0.5]], [1, 1], 0, "power"),
        ([[0.5, 0.5]], [1, 1], float("inf"), "power"),
    ],
)
def test_what_cannot_be_scored_is_rejected_in_one_sentence(
    risk: list[list[float]], weights: list[float], power: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        power_mean(risk, weights, power)


def test_ties_share_the_middle_of_their_places() -> None:
    scores = [0.9, 0.5, 0.5, NAN, 0.1, 0.5 + 1e-14]
    assert mid_ranks(scores) == pytest.approx([1, 3, 3, NAN, 5, 3], nan_ok=True)
    first, last = tied_ranks(scores)
    assert first.tolist() == [1, 2, 2, 0, 5, 2]
    assert last.tolist() == [1, 4, 4, 0, 5, 4]


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), max_size=12))
def test_ranks_are_average_ranks_from_the_top(scores: list[float]) -> None:
    assert mid_ranks(scores) == pytest.approx(rankdata([-score for score in scores]))
