"""Measures of an order: cases worked by hand, and ties drawn by lot."""

import numpy as np
import pytest

from benchmarks.ranking_measures import (
    auc,
    average_precision,
    block_interval,
    found_at,
    precision_at,
    within_group_auc,
)


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


def test_block_interval_of_equal_orders_is_nothing() -> None:
    random = np.random.default_rng(3)
    block = np.repeat(["a", "b", "c"], 30)
    cases = random.random(90) < 0.3
    score = random.random(90) + cases
    (low, high), other, gap = block_interval((score, score), cases, block, draws=50)
    assert (low, high) == other
    assert gap == (0.0, 0.0)
    assert low <= auc(score, cases) <= high
