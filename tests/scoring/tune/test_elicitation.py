"""Weights from groups of people."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.config_errors import DataRejectedError, UsageError
from scoring.tune.elicitation import (
    LARGEST_CONCENTRATION,
    budget_weights,
    compared_weights,
    comparison_weights,
    fit_dirichlet,
)
from scoring.tune.stakeholder_rankings import group_ranks, reweighted
from scoring.tune.weight_votes import group_weights
from tests.scoring.sample import CARDS, model, scored, suppliers

PILLARS = {"financial": 1.0, "land_use": 1.0, "environment": 1.0, "purchasing": 0.0}


def test_a_dirichlet_gives_back_what_it_was_drawn_from() -> None:
    alpha = np.array([8.0, 4.0, 2.0, 6.0])
    drawn = np.random.default_rng(4).dirichlet(alpha, size=4000)
    mean, concentration = fit_dirichlet(drawn)
    assert mean == pytest.approx(alpha / 20, abs=0.005)
    assert concentration == pytest.approx(20, rel=0.04)


def test_votes_that_agree_have_the_largest_concentration() -> None:
    mean, concentration = fit_dirichlet(np.tile([0.5, 0.3, 0.2], (5, 1)))
    assert mean == pytest.approx([0.5, 0.3, 0.2])
    assert concentration == LARGEST_CONCENTRATION


def test_a_share_of_nothing_can_be_fitted() -> None:
    mean, concentration = fit_dirichlet(np.array([[1.0, 0.0], [0.6, 0.4], [0.8, 0.2], [0.7, 0.3]]))
    assert mean[0] == pytest.approx(0.75, abs=0.06)
    assert 0 < concentration < 100


@pytest.mark.parametrize("votes", [3, 5, 40])
def test_items_without_points_get_no_weight_however_few_vote(votes: int) -> None:
    points = np.tile([70.0, 30.0, 0.0, 0.0, 0.0], (votes, 1))
    found = budget_weights("buyers", "abcde", points)
    assert list(found.shares.values()) == pytest.approx([0.7, 0.3, 0, 0, 0])
    assert found.concentration == LARGEST_CONCENTRATION


def test_one_item_that_has_all_points_needs_no_fit() -> None:
    mean, concentration = fit_dirichlet(np.array([[0.0, 1.0, 0.0]] * 4))
    assert (mean.tolist(), concentration) == ([0, 1, 0], LARGEST_CONCENTRATION)


def test_a_zero_in_one_vote_moves_the_mean_by_what_it_says() -> None:
    points = np.array([[50.0, 50.0, 0.0], [40.0, 40.0, 20.0], [60.0, 30.0, 10.0]])
    found = budget_weights("buyers", "abc", points)
    assert list(found.shares.values()) == pytest.approx([0.5, 0.4, 0.1])


@given(st.lists(st.floats(0.1, 9), min_size=3, max_size=6))
def test_a_consistent_comparison_has_ratio_0_and_its_own_weights(weights: list[float]) -> None:
    true = np.array(weights) / sum(weights)
    found, ratio = comparison_weights(true[:, None] / true[None, :])
    assert ratio == pytest.approx(0, abs=1e-6)
    assert found == pytest.approx(true, abs=1e-6)


def test_the_published_example_of_saaty() -> None:
    # Saaty 1980, choosing a school: six criteria, weights .32 .14 .03 .13 .24 .14; his ratio
    # of 0.24 comes from a rounded eigenvalue.
    matrix = np.array(
        [
            [1, 4, 3, 1, 3, 4],
            [1 / 4, 1, 7, 3, 1 / 5, 1],
            [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
            [1, 1 / 3, 5, 1, 1, 1 / 3],
            [1 / 3, 5, 5, 1, 1, 3],
            [1 / 4, 1, 6, 3, 1 / 3, 1],
        ]
    )
    weights, ratio = comparison_weights(matrix)
    assert np.round(weights, 2).tolist() == [0.32, 0.14, 0.03, 0.13, 0.24, 0.14]
    assert ratio == pytest.approx(0.24, abs=0.015)


def test_inconsistent_votes_are_left_out() -> None:
    circular = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    plain = np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    found = compared_weights("buyers", "abc", [circular, plain, plain])
    assert found is not None
    assert (found.votes, found.left_out) == (2, 1)
    assert found.shares == pytest.approx({"a": 4 / 7, "b": 2 / 7, "c": 1 / 7})
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert compared_weights("buyers", "abc", [circular]) is None


def test_two_votes_give_shares_but_no_agreement() -> None:
    found = budget_weights("buyers", ["a", "b"], np.array([[70.0, 30.0], [50.0, 50.0]]))
    assert found.shares == pytest.approx({"a": 0.6, "b": 0.4})
    assert found.concentration is None


def _votes(rows: list[tuple[str, str, str, str]], **columns: str) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["group", "vote", "item", "points"], orient="row")
    return frame.with_columns(
        source_row=pl.int_range(2, len(rows) + 2), **{k: pl.lit(v) for k, v in columns.items()}
    )


GOOD = [("buyers", "1", "financial", "60"), ("buyers", "1", "land_use", "40")]


def test_points_become_shares_per_group() -> None:
    (found,) = group_weights(_votes(GOOD), PILLARS)
    assert found.shares == pytest.approx({"financial": 0.6, "land_use": 0.4})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*GOOD, ("Anna Schmidt", "1", "financial", "100")], "never a name"),
        ([("buyers", "Anna", "financial", "100")], "the vote must be a number"),
        ([("buyers", "1", "finance", "100")], "did you mean financial"),
        ([("buyers", "1", "financial", "90")], "must share 100"),
        ([("buyers", "1", "financial", "-5")], "not a number of 0 or more"),
        ([("buyers", "1", "financial", "many")], "not a number of 0 or more"),
        ([*GOOD, ("buyers", "1", "land_use", "0")], "an item twice"),
        ([*GOOD, ("suppliers", "1", "financial", "100")], "voted on different items"),
        ([], "no vote"),
    ],
    ids=["name", "voter", "item", "sum", "negative", "words", "twice", "items", "none"],
)
def test_bad_votes_are_rejected_in_a_sentence(
    rows: list[tuple[str, str, str, str]], said: str
) -> None:
    with pytest.raises(DataRejectedError, match=said) as error:
        group_weights(_votes(rows), PILLARS)
    assert "Anna" not in str(error.value)


def test_a_column_about_who_voted_is_rejected() -> None:
    with pytest.raises(DataRejectedError, match="voter is not read"):
        group_weights(_votes(GOOD, voter="x"), PILLARS)


def _pairs(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [("buyers", "1", *row) for row in rows],
        schema=["group", "vote", "item", "other_item", "times"],
        orient="row",
    )


def test_pairs_become_shares() -> None:
    (found,) = group_weights(
        _pairs(
            ("financial", "land_use", "2"),
            ("financial", "environment", "4"),
            ("environment", "land_use", "0.5"),
        ),
        PILLARS,
    )
    assert found.shares == pytest.approx(
        {"environment": 1 / 7, "financial": 4 / 7, "land_use": 2 / 7}
    )
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("financial", "land_use", "2"), ("environment", "land_use", "2")], "does not compare"),
        ([("financial", "land_use", "12")], "from 1/9 to 9"),
        ([("financial", "financial", "1")], "compare two items"),
        ([("financial", "land_use", "2"), ("land_use", "financial", "2")], "says two things"),
        (
            [
                ("financial", "land_use", "9"),
                ("land_use", "environment", "9"),
                ("environment", "financial", "9"),
            ],
            "no vote of buyers is consistent",
        ),
    ],
    ids=["gap", "scale", "itself", "twice", "circle"],
)
def test_bad_comparisons_are_rejected(rows: list[tuple[str, str, str]], said: str) -> None:
    with pytest.raises(DataRejectedError, match=said):
        group_weights(_pairs(*rows), PILLARS)


def test_shares_of_pillars_keep_what_lies_within_and_their_sum() -> None:
    built = model()
    changed = reweighted(built, {"financial": 0.2, "environment": 0.8}, PILLARS)
    by_id = {signal.signal_id: signal.weight for signal in changed.signals}
    before = {signal.signal_id: signal.weight for signal in built.signals}
    assert by_id["accounts"] == pytest.approx(0.4 * before["accounts"])
    assert by_id["fires"] == pytest.approx(1.6 * before["fires"])
    assert by_id["forest"] == before["forest"]


def test_shares_of_signals_take_the_place_of_weights() -> None:
    built = model()
    changed = reweighted(built, {"accounts": 0.25, "fires": 0.75}, PILLARS)
    by_id = {signal.signal_id: signal.weight for signal in changed.signals}
    before = {signal.signal_id: signal.weight for signal in built.signals}
    assert by_id["accounts"] == pytest.approx(0.25 * (before["accounts"] + before["fires"]))
    assert by_id["drought"] == before["drought"]


def test_a_pillar_that_weighs_nothing_cannot_be_voted_on() -> None:
    with pytest.raises(UsageError, match="purchasing was voted on but weighs 0"):
        reweighted(model(), {"financial": 0.5, "purchasing": 0.5}, PILLARS)


def test_the_list_is_shown_under_each_group() -> None:
    table = {
        "a": {"accounts": 0.9, "forest": 0.1, "drought": 0.1, "fires": 0.1},
        "b": {"accounts": 0.1, "forest": 0.1, "drought": 0.9, "fires": 0.9},
        "c": {"accounts": 0.2, "forest": 0.2, "drought": 0.2, "fires": 0.2},
    }
    built = model(top_k=1)
    result = scored(table, built, CARDS, suppliers(list(table)))
    votes = [
        budget_weights("buyers", ["environment", "financial"], np.array([[10.0, 90.0]] * 3)),
        budget_weights("suppliers", ["environment", "financial"], np.array([[90.0, 10.0]] * 2)),
    ]
    ranks = group_ranks(result.normalised, result.has_score, built, votes, PILLARS)
    by_id = {row["supplier_id"]: row for row in ranks.to_dicts()}
    assert (by_id["a"]["rank_buyers"], by_id["a"]["rank_suppliers"]) == (1, 2)
    assert by_id["b"]["rank_suppliers"] == 1
    assert by_id["a"]["groups_in_top_k"] == 1
    assert not ranks["in_top_k_of_all"].any()
    assert ranks["in_top_k_of_any"].sum() == 2
    # Three equal votes agree fully; two tell no agreement.
    assert by_id["a"]["p_top_k_buyers"] == 1
    assert "p_top_k_suppliers" not in ranks.columns


@pytest.mark.parametrize("thirds", [("33.333", "33.333", "33.334"), ("33,333", "33,333", "33,334")])
def test_the_sum_of_a_vote_settles_its_decimal_mark(thirds: tuple[str, str, str]) -> None:
    rows = [("buyers", "1", item, points) for item, points in zip("abc", thirds, strict=True)]
    votes = pl.DataFrame(rows, schema=["group", "vote", "item", "points"], orient="row")
    (found,) = group_weights(votes, "abc")
    assert found.shares["a"] == pytest.approx(1 / 3, abs=1e-4)
