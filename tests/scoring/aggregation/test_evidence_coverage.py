"""Missing evidence lowers coverage, widens bounds or leaves no score; it never becomes a value."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.aggregation.evidence_coverage import coverage, pillars_with_evidence, score_bounds
from scoring.aggregation.power_mean import power_mean
from scoring.aggregation.priority_bands import PriorityBand
from tests.scoring.sample import CARDS, card, column, model, scored

NAN = np.nan


def test_coverage_counts_weight_and_leaves_out_what_does_not_apply():
    present = np.array([[True, True], [True, False], [True, False], [False, False]])
    applicable = np.array([[True, True], [True, True], [True, False], [False, False]])
    got = coverage(present, applicable, np.array([3.0, 1.0]))
    assert got.tolist() == [1.0, 0.75, 1.0, 0.0]


def test_a_pillar_counts_once_and_only_if_it_weighs():
    present = np.array([[True, True, True, True]])
    got = pillars_with_evidence(present, np.array([1.0, 1.0, 1.0, 0.0]), ["a", "a", "b", "c"])
    assert got.tolist() == [2]


@pytest.mark.parametrize(
    ("values", "priority_band"),
    [
        # Weights: accounts 1, forest 1, drought 0.5, fires 0.5.
        ({"accounts": 0.9, "forest": 0.9}, PriorityBand.FIRST_PRIORITY),
        (
            {"accounts": 0.9, "drought": 0.9},
            PriorityBand.FIRST_PRIORITY,
        ),  # half the weight, two pillars
        (
            {"accounts": 0.9},
            PriorityBand.INSUFFICIENT_INFORMATION,
        ),  # one pillar, a third of the weight
        ({"drought": 0.9, "fires": 0.9}, PriorityBand.INSUFFICIENT_INFORMATION),  # one pillar
        ({}, PriorityBand.INSUFFICIENT_INFORMATION),
        ({"governance": 1.0}, PriorityBand.INSUFFICIENT_INFORMATION),  # a prior is no evidence
        ({"accounts": 0.9, "forest": "contested"}, PriorityBand.INSUFFICIENT_INFORMATION),
        # What does not apply leaves the denominator: 1.5 of 2 is known.
        ({"accounts": 0.9, "forest": "not_applicable", "fires": 0.9}, PriorityBand.FIRST_PRIORITY),
        ({"accounts": 0.9, "forest": 0.0, "drought": "too_old"}, PriorityBand.FIRST_PRIORITY),
    ],
)
def test_too_little_evidence_is_a_band_of_its_own(values, priority_band):
    row = scored({"a": values | {"accounts": values.get("accounts")}}).scores.row(0, named=True)
    assert row["priority_band"] == priority_band
    assert (row["score"] is None) == (priority_band is PriorityBand.INSUFFICIENT_INFORMATION)
    assert (row["rank"] is None) == (row["score"] is None)
    assert (row["insufficient_reason"] is None) == (row["score"] is not None)


def test_missing_is_never_zero_filled():
    result = scored({"a": {"accounts": 0.8, "forest": 0.8}})
    assert column(result.scores, "score")["a"] == pytest.approx(80.0)


def test_the_reason_names_what_is_missing_and_the_cheapest_data_item():
    result = scored({"a": {"accounts": None, "forest": "too_old", "fires": 0.5}})
    row = result.scores.row(0, named=True)
    assert row["insufficient_reason"] == (
        "Evidence coverage is 16 % (minimum 40 %). Pillars with evidence: 1 (minimum 2). "
        "Missing: Accounts (not covered), Forest (too old), Drought (not covered)."
    )
    assert row["lowest_cost_data_gap"] == "Accounts: from the public records of the Ministry"


def test_the_reason_says_when_nothing_is_known():
    row = scored({"a": {"accounts": None}}).scores.row(0, named=True)
    assert row["insufficient_reason"].startswith(
        "There is no supplier-specific evidence. Missing: Accounts"
    )


def test_long_lists_of_missing_signals_are_cut():
    cards = {f"s{i}": card(f"s{i}", "financial") for i in range(7)}
    row = scored({"a": {"s0": None}}, model(cards), cards).scores.row(0, named=True)
    assert row["insufficient_reason"].endswith("S3 (not covered) and 3 more.")


def test_where_all_that_applies_is_known_the_reason_says_so():
    names = [name for name in CARDS if name not in ("accounts", "governance")]
    table = {"a": {"accounts": 0.5} | dict.fromkeys(names, "not_applicable")}
    row = scored(table).scores.row(0, named=True)
    assert row["insufficient_reason"] == (
        "Evidence coverage is 100 % (minimum 40 %). Pillars with evidence: 1 (minimum 2). "
        "Nothing else applies to this supplier."
    )
    assert row["lowest_cost_data_gap"] is None


def test_a_contested_value_is_not_asked_for_again():
    row = scored({"a": {"accounts": "contested", "forest": None}}).scores.row(0, named=True)
    assert row["lowest_cost_data_gap"].startswith("Forest: ")


def bounds(risk, low, high, weights=None, exponent=2.0, applicable=None):
    risk, low, high = (np.array([row], dtype=float) for row in (risk, low, high))
    weights = np.ones(risk.shape[1]) if weights is None else np.array(weights, dtype=float)
    applies = np.ones(risk.shape, dtype=bool) if applicable is None else np.array([applicable])
    best, worst = score_bounds(risk, low, high, applies, weights, exponent)
    return best[0], worst[0]


def test_bounds_by_hand():
    # 0.5 with one missing signal at 0.1 or 0.9: M_2 is sqrt(0.13) and sqrt(0.53).
    assert bounds([0.5, NAN], [0, 0.1], [1, 0.9]) == pytest.approx((0.13**0.5, 0.53**0.5))


def test_bounds_hold_the_score_where_even_the_best_case_is_above_it():
    assert bounds([0.2, NAN], [0, 0.6], [1, 0.9])[0] == pytest.approx(0.2)


def test_what_does_not_apply_or_weigh_moves_no_bound():
    assert bounds([0.5, NAN], [0, 0.1], [1, 0.9], applicable=[True, False]) == (0.5, 0.5)
    assert bounds([0.5, NAN], [0, 0.1], [1, 0.9], weights=[1, 0]) == (0.5, 0.5)


def test_a_signal_that_nobody_has_may_be_anything():
    # M_2 of 0.5 with one at 0 or 1: sqrt(0.125) and sqrt(0.625).
    assert bounds([0.5, NAN], [0, NAN], [1, NAN]) == pytest.approx((0.125**0.5, 0.625**0.5))
    assert bounds([NAN], [NAN], [NAN]) == (0.0, 1.0)


def test_where_nothing_applies_there_are_no_bounds():
    assert np.isnan(bounds([NAN], [NAN], [NAN], applicable=[False])).all()


risk = st.floats(0, 1)


@st.composite
def evidence(draw, size=5):
    """Risks, of which some are missing, and quantiles of the peers around nothing in particular."""
    low, high = [], []
    for _ in range(size):
        one, other = draw(risk), draw(risk)
        low.append(min(one, other))
        high.append(max(one, other))
    risks = draw(st.lists(risk, min_size=size, max_size=size))
    missing = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    weights = draw(st.lists(st.floats(0.01, 10), min_size=size, max_size=size))
    return risks, missing, low, high, weights, draw(st.sampled_from([1.0, 2.0, 3.5]))


@settings(deadline=None, max_examples=80)
@given(evidence())
def test_bounds_are_the_extremes_over_all_subsets_of_the_missing(case):
    risks, missing, low, high, weights, exponent = case
    known = np.where(missing, NAN, risks)
    absent = [place for place, gone in enumerate(missing) if gone]
    extremes = []
    for fills in (low, high):
        scores = []
        for size in range(len(absent) + 1):
            for subset in itertools.combinations(absent, size):
                filled = known.copy()
                filled[list(subset)] = [fills[place] for place in subset]
                scores.append(power_mean([filled], weights, exponent)[0])
        extremes.append(scores)
    best, worst = bounds(known, low, high, weights, exponent)
    assert best == pytest.approx(np.nanmin(extremes[0]), abs=1e-7)
    assert worst == pytest.approx(np.nanmax(extremes[1]), abs=1e-7)


@settings(deadline=None, max_examples=80)
@given(evidence(), st.data())
def test_information_between_the_quantiles_never_widens_the_bounds(case, data):
    risks, missing, low, high, weights, exponent = case
    known = np.where(missing, NAN, risks)
    before = bounds(known, low, high, weights, exponent)
    for place, gone in enumerate(missing):
        if gone:
            known[place] = data.draw(st.floats(low[place], high[place]))
            break
    after = bounds(known, low, high, weights, exponent)
    assert after[0] >= before[0] - 1e-7
    assert after[1] <= before[1] + 1e-7
    score = power_mean([known], weights, exponent)[0]
    assert np.isnan(score) or after[0] - 1e-7 <= score <= after[1] + 1e-7


def test_full_evidence_has_bounds_equal_to_the_score():
    table = {f"s{n}": dict.fromkeys(CARDS, 0.1 * n + 0.05) for n in range(5)}
    scores = scored(table).scores
    assert scores["score_best_case"].to_list() == scores["score"].to_list()
    assert scores["score_worst_case"].to_list() == scores["score"].to_list()
