"""Supplier-weighted AUC: by hand, against sampling by brute force, and what may not move it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.tune.ranking_measures import auc
from scoring.tune.supplier_weighted import (
    MINIMUM_CASES,
    SectorPlaces,
    supplier_auc,
    supplier_weighted,
    supplier_weighted_over_months,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("score", "cases", "exposure", "expected"),
    [
        # One case at 3; suppliers 1, 1, 2 of 4 lie below, below, equal: (1 + 1 + 2/2) / 4.
        ([1.0, 2.0, 3.0], [0, 0, 1], [1.0, 1.0, 2.0], 0.75),
        # Two of three cases at the top (1 less half of its 1/4), one at the bottom (half of 1/2).
        ([1.0, 2.0, 3.0], [1, 0, 2], [2.0, 1.0, 1.0], (0.25 + 2 * 0.875) / 3),
        ([5.0, 5.0, 5.0], [1, 0, 0], [3.0, 2.0, 9.0], 0.5),
        # A place without a score takes no part, on neither side.
        ([1.0, NAN, 3.0], [0, 7, 1], [1.0, 100.0, 0.0], 1.0),
        # Unknown exposure is no exposure; the case there still counts.
        ([1.0, 2.0], [0, 1], [4.0, NAN], 1.0),
        ([1.0, 2.0], [0, 0], [1.0, 1.0], NAN),
        ([1.0, 2.0], [0, 1], [0.0, NAN], NAN),
    ],
)
def test_by_hand(
    score: list[float], cases: list[int], exposure: list[float], expected: float
) -> None:
    found = supplier_auc(np.array(score), np.array(cases, dtype=float), np.array(exposure))
    assert found == pytest.approx(expected, nan_ok=True)


@st.composite
def places(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = draw(st.integers(2, 12))
    each = {"min_size": count, "max_size": count}
    score = draw(st.lists(st.integers(0, 5), **each))
    cases = draw(st.lists(st.integers(0, 3), **each).filter(any))
    exposure = draw(st.lists(st.integers(0, 4), **each).filter(any))
    return tuple(np.array(part, dtype=float) for part in (score, cases, exposure))


@given(places())
@settings(max_examples=80, deadline=None)
def test_equals_brute_force_over_single_suppliers(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    score, cases, exposure = drawn
    case = np.repeat(score, cases.astype(int))
    supplier = np.repeat(score, exposure.astype(int))
    wins = (case[:, None] > supplier) + (case[:, None] == supplier) / 2
    assert supplier_auc(score, cases, exposure) == pytest.approx(wins.mean())


@given(places())
@settings(max_examples=60, deadline=None)
def test_depends_on_the_ranking_and_the_proportions_alone(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    score, cases, exposure = drawn
    found = supplier_auc(score, cases, exposure)
    assert supplier_auc(np.exp(score) * 3 - 7, cases, exposure) == pytest.approx(found)
    assert supplier_auc(score, 5 * cases, 0.01 * exposure) == pytest.approx(found)
    assert supplier_auc(-score, cases, exposure) == pytest.approx(1 - found)


def test_cases_in_proportion_to_exposure_give_a_half_whatever_the_score() -> None:
    random = np.random.default_rng(3)
    exposure = random.gamma(0.5, size=200)
    for score in (exposure, -exposure, random.random(200)):
        assert supplier_auc(score, 2 * exposure, exposure) == pytest.approx(0.5)


def test_one_supplier_per_row_is_the_auc_among_suppliers_with_cases_on_both_sides() -> None:
    score = np.random.default_rng(5).random(50)
    is_case = np.arange(50) % 7 == 0
    share = is_case.mean()
    own = supplier_auc(score, is_case.astype(float), np.ones(50))
    # Cases are suppliers too: against themselves they win half.
    assert own == pytest.approx((1 - share) * auc(score, is_case) + share / 2)


def test_sectors_have_their_own_scores_and_a_plain_mean_of_those_with_cases_enough() -> None:
    up, down = np.array([1.0, 2.0]), np.array([2.0, 1.0])
    found = supplier_weighted(
        {"a": up, "b": down, "c": up},
        [
            SectorPlaces("a", np.array([0.0, 9.0]), np.array([1.0, 0.0])),
            SectorPlaces("b", np.array([0.0, 6.0]), np.array([1.0, 1.0])),
            SectorPlaces("c", np.array([0.0, MINIMUM_CASES - 1.0]), np.array([1.0, 1.0])),
        ],
        np.array(["x", "y"]),
    )
    assert [sector.auc.value for sector in found.sectors] == pytest.approx([1.0, 0.25, 0.75])
    assert [sector.cases for sector in found.sectors] == [9, 6, MINIMUM_CASES - 1]
    assert found.in_mean == ("a", "b")
    assert found.mean.value == pytest.approx(0.625)


def test_the_interval_of_a_difference_from_itself_is_nothing() -> None:
    random = np.random.default_rng(11)
    state = np.repeat(["a", "b", "c", "d"], 25)
    sector = SectorPlaces("s", random.poisson(0.4, 100).astype(float), random.random(100))
    score = random.random(100)
    apart = supplier_weighted(score, [sector], state, less=score)
    assert (apart.mean.value, apart.mean.low, apart.mean.high) == (0.0, 0.0, 0.0)
    own = supplier_weighted(score, [sector], state)
    assert own.mean == own.sectors[0].auc
    assert own.mean.low < own.mean.value < own.mean.high


def test_months_add_their_pairs_and_never_compare_across() -> None:
    block = np.array(["x", "x"])
    one = SectorPlaces("s", np.array([0.0, 3.0]), np.array([1.0, 0.0]))
    two = SectorPlaces("s", np.array([4.0, 0.0]), np.array([0.0, 1.0]))
    low, high = np.array([1.0, 2.0]), np.array([11.0, 12.0])
    found = supplier_weighted_over_months([(low, [one]), (high, [two])], block)
    # 3 pairs won in the first month, 4 lost in the second.
    assert found.mean.value == pytest.approx(3 / 7)
    assert found.sectors[0].cases == 7
    again = supplier_weighted_over_months([(low, [one])], block)
    assert again.sectors == supplier_weighted(low, [one], block).sectors


def test_figures_are_given_in_a_sentence_and_as_json() -> None:
    state = np.repeat(["a", "b"], 20)
    cases = np.tile(np.repeat([0.0, 1.0], 10), 2)
    sector = SectorPlaces("01", cases, cases + 1)
    found = supplier_weighted(np.tile(np.arange(20.0), 2), [sector], state)
    assert found.sentence().startswith("Supplier-weighted AUC 0.6")
    assert "the mean of 1 sector:" in found.sentence()
    metrics = found.metrics()
    assert metrics["in_mean"] == ["01"]
    assert metrics["sectors"][0]["auc"] == metrics["mean"]["auc"]
    alone = found.without_intervals()
    assert alone.metrics()["mean"]["auc_low"] is None
    assert "[" not in alone.sentence()
    few = supplier_weighted(np.arange(2.0), [SectorPlaces("s", np.ones(2), np.ones(2))], state[:2])
    assert few.sentence().startswith("No sector has 5 cases")


def test_no_cases_give_no_figure_and_negative_weights_are_rejected() -> None:
    nothing = SectorPlaces("s", np.zeros(2), np.ones(2))
    found = supplier_weighted(np.arange(2.0), [nothing], np.array(["a", "b"]))
    assert np.isnan(found.mean.value)
    assert found.in_mean == ()
    with pytest.raises(ValueError, match="0 or more"):
        supplier_auc(np.arange(2.0), np.ones(2), np.array([1.0, -1.0]))
