"""Measures of an order: cases worked by hand, and ties drawn by lot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.tune.ranking_measures import (
    auc,
    average_precision,
    corrected_auc,
    found_at,
    lift_at,
    measure,
    precision_at,
    probability_among_first,
    rank_agreement,
    recall_at,
    top_overlap,
    within_group_auc,
)

NO_SCORE = np.nan


@pytest.mark.parametrize(
    ("score", "cases", "expected"),
    [
        ([4, 3, 2, 1], [1, 1, 0, 0], 1.0),
        ([1, 2, 3, 4], [1, 1, 0, 0], 0.0),
        ([4, 3, 2, 1], [1, 0, 1, 0], 0.75),
        ([1, 1, 1, 1], [1, 0, 1, 0], 0.5),
    ],
)
def test_auc(score: list[float], cases: list[int], expected: float) -> None:
    assert auc(np.array(score, float), np.array(cases, bool)) == expected


def test_auc_of_one_kind_is_undefined() -> None:
    assert np.isnan(auc(np.array([1.0, 2.0]), np.array([True, True])))


@pytest.mark.parametrize(
    ("score", "cases", "expected"),
    [
        ([4, 3, 2, 1], [1, 0, 1, 0], (1 + 2 / 3) / 2),
        ([1, 1, 1, 1], [1, 0, 0, 0], 0.25),
        ([2, 2, 1, 1], [1, 0, 1, 0], (0.5 + 0.5) / 2),
    ],
)
def test_average_precision(score: list[float], cases: list[int], expected: float) -> None:
    assert average_precision(np.array(score, float), np.array(cases, bool)) == expected


def test_ties_at_the_cut_are_drawn_by_lot() -> None:
    score = np.array([3.0, 2.0, 2.0, 2.0, 1.0])
    cases = np.array([True, True, False, False, True])
    assert found_at(score, cases, 2) == pytest.approx(1 + 1 / 3)
    assert precision_at(score, cases, 2) == pytest.approx(2 / 3)
    assert found_at(score, cases, 5) == 3.0
    assert np.isnan(precision_at(score, cases, 6))


def test_within_group_auc_ignores_differences_between_groups() -> None:
    group = np.repeat(["a", "b"], 20)
    cases = np.tile([True, False], 20)
    score = np.where(group == "a", 10.0, 0.0) + cases
    assert within_group_auc(score, cases, group) == 1.0
    assert np.isnan(within_group_auc(score, cases, group, minimum_cases=11))


def test_units_without_a_score_count_in_recall_alone() -> None:
    score = np.array([3.0, 2.0, 1.0, NO_SCORE, NO_SCORE])
    cases = np.array([True, False, False, True, False])
    found = measure(score, cases, np.array(["a"] * 5), count=1)
    assert (found.cases, found.scoreable, found.scoreable_cases) == (2, 0.6, 0.5)
    assert (found.auc, found.average_precision) == (1.0, 1.0)
    assert (found.precision, found.recall, found.lift) == pytest.approx((1.0, 0.5, 3.0))
    assert np.isnan(found.within_group_auc)


def test_measures_of_no_case_are_undefined() -> None:
    none = np.zeros(3, dtype=bool)
    found = measure(np.arange(3.0), none, np.array(["a"] * 3), count=2)
    assert found.cases == 0
    assert np.isnan([found.auc, found.recall, found.lift, found.average_precision]).all()
    assert np.isnan(recall_at(np.arange(3.0), none, 1))
    assert np.isnan(lift_at(np.arange(3.0), none, 1))


def test_corrected_auc_undoes_cases_among_the_unlabelled() -> None:
    # A third of the unlabelled are cases that rank like the known ones (0.5 against these).
    assert corrected_auc(2 / 3 * 0.8 + 1 / 3 * 0.5, 1 / 3) == pytest.approx(0.8)
    assert corrected_auc(0.7, 0.0) == 0.7
    with pytest.raises(ValueError, match="among the unlabelled"):
        corrected_auc(0.7, 1.0)


def test_agreement_of_orders() -> None:
    first = np.array([4.0, 3.0, 2.0, 1.0, NO_SCORE])
    assert rank_agreement(first, first) == 1.0
    assert rank_agreement(first, -first) == -1.0
    assert top_overlap(first, first, 2) == 1.0
    assert top_overlap(first, -first, 2) == 0.0
    assert top_overlap(first, np.array([4.0, 1.0, 3.0, 2.0, 9.0]), 2) == 0.5
    # Four tied units for two seats: each sits with probability a half, in both orders.
    assert top_overlap(np.ones(4), np.ones(4), 2) == pytest.approx(0.5)
    # Fewer scores than the cut: all of them are among the first, twice.
    assert top_overlap(first, first, 20) == 1.0


@given(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, NO_SCORE]), min_size=1, max_size=12),
    st.integers(1, 12),
)
def test_probabilities_fill_the_seats(values: list[float], count: int) -> None:
    score = np.array(values)
    probability = probability_among_first(score, count)
    assert probability.sum() == pytest.approx(min(count, np.count_nonzero(~np.isnan(score))))
    assert ((probability >= 0) & (probability <= 1)).all()
