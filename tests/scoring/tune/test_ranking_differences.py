import numpy as np
import polars as pl
import pytest

from scoring.aggregation.aggregate import aggregate
from scoring.explanation.shapley import owen_values
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.scoring_model import ScoringModel
from scoring.tune.effective_weights import (
    correlation_ratio,
    effective_weights,
    pillar_weights,
    score_parts,
)
from scoring.tune.ranking_differences import (
    ProfileOrder,
    compare,
    profile_order,
    side_by_side,
)
from tests.scoring import sample

TABLE = {
    "s1": {"accounts": 0.9, "forest": 0.1, "drought": 0.2, "fires": 0.2},
    "s2": {"accounts": 0.1, "forest": 0.8, "drought": 0.2, "fires": 0.3},
    "s3": {"accounts": 0.3, "forest": 0.3, "drought": 0.2, "fires": 0.4},
    "s4": {"accounts": 0.2, "forest": 0.2, "drought": 0.2, "fires": 0.1},
    "s5": {"accounts": None, "forest": 0.5, "drought": None, "fires": None},
}


def order(name: str, model: ScoringModel) -> ProfileOrder:
    listed = sample.suppliers(list(TABLE))
    return profile_order(name, normalise_signals(sample.values(TABLE), listed, None, model), model)


def weighted(**pillars: float) -> ScoringModel:
    known = {"financial": 1.0, "land_use": 1.0, "environment": 1.0}
    return sample.model(pillars={**known, **pillars})


def test_who_enters_and_leaves_and_why() -> None:
    accounts, land = (
        order("accounts", weighted(financial=5.0)),
        order("land", weighted(land_use=5.0)),
    )
    found = compare(accounts, land, count=1, maximum_variance_share=0.9)
    moves = {row["change"]: row for row in found.moves.to_dicts()}
    assert moves["leaves"]["supplier_id"] == "s1"
    assert moves["enters"]["supplier_id"] == "s2"
    assert (moves["enters"]["rank_before"], moves["enters"]["rank_after"]) == (2, 1)
    assert "forest +" in moves["enters"]["why"]
    assert "accounts -" in moves["leaves"]["why"]
    assert found.metrics()["enter"] == ["s2"]


def test_ranks_of_several_profiles_side_by_side() -> None:
    orders = [
        order("accounts", weighted(financial=5.0)),
        order("land", weighted(land_use=5.0)),
        order("same", weighted(financial=5.0)),
    ]
    found = side_by_side(orders, count=1)
    ranks = {row["supplier_id"]: row for row in found.ranks.to_dicts()}
    assert (ranks["s1"]["rank_1"], ranks["s2"]["rank_1"], ranks["s2"]["rank_2"]) == (1, 2, 1)
    for row in ranks.values():
        known = [row[f"rank_{n}"] for n in (1, 2, 3) if row[f"rank_{n}"] is not None]
        assert row["rank_1"] == row["rank_3"]
        assert row["best"] == min(known, default=None)
        assert row["difference"] == (max(known) - min(known) if len(known) > 1 else None)
    assert found.ranks["supplier_id"].to_list()[:2] == ["s1", "s2"]
    assert found.top().rows() == [(1, "s1", "s2", "s1")]
    assert found.agreement["tau"].to_list()[::2] == [1.0, 1.0]
    assert found.agreement["top_overlap"].to_list() == [1.0, 0.0, 1.0]


def test_a_profile_against_itself_moves_nobody() -> None:
    same = order("same", weighted())
    found = compare(same, same, count=2, maximum_variance_share=0.5)
    assert found.moves.is_empty()
    assert found.agreement == 1
    assert found.overlap == 1


def test_a_budget_beyond_the_list_moves_nobody_also_with_weights_of_each_supplier() -> None:
    of_suppliers = order("groups", weighted())
    assert compare(of_suppliers, order("land", weighted(land_use=5.0)), 9, 0.5).moves.is_empty()
    none = np.empty((0, 3))
    found = owen_values(none, none, none, pillars=np.array([0, 0, 1]), power=1.0, threads=1)
    assert found.points.shape == (0, 3)


def test_losing_the_score_is_said() -> None:
    strict = sample.model(missing={
        "minimum_coverage": 1.0, "minimum_own_pillars": 1,
        "low_quantile": 0.1, "high_quantile": 0.9,
    })  # fmt: skip
    lax = sample.model(missing={
        "minimum_coverage": 0.1, "minimum_own_pillars": 1,
        "low_quantile": 0.1, "high_quantile": 0.9,
    })  # fmt: skip
    found = compare(order("lax", lax), order("strict", strict), 5, 0.9)
    assert found.moves["supplier_id"].to_list() == ["s5"]
    assert "too little evidence" in found.moves["why"][0]


def test_parts_sum_to_the_score_and_shares_to_one() -> None:
    side = order("all", weighted())
    own = side.normalised.own
    scored = side.totals.has_score
    score = 100 * score_parts(own, side.model).sum(axis=1) ** (1 / side.model.exponent)
    np.testing.assert_allclose(score[scored], side.totals.score[scored])
    shares = effective_weights(own, side.model, scored)
    assert shares["variance_share"].sum() == pytest.approx(1)
    assert shares["nominal_share"].sum() == pytest.approx(1)
    assert shares["signal_id"][0] in ("accounts", "forest")
    drought = shares.filter(pl.col("signal_id") == "drought")["variance_share"][0]
    assert drought == pytest.approx(0, abs=1e-12)


def test_a_dominant_signal_is_named() -> None:
    heavy = weighted(financial=50.0)
    found = compare(order("even", weighted()), order("heavy", heavy), 1, 0.9)
    assert [name for name, _ in found.dominant["heavy"]] == ["accounts"]
    assert found.dominant["even"] == ()


def test_nothing_varies_nothing_carries() -> None:
    model = weighted()
    alike = dict.fromkeys(("s1", "s2"), TABLE["s1"])
    normalised = normalise_signals(
        sample.values(alike), sample.suppliers(["s1", "s2"]), None, model
    )
    scored = aggregate(normalised.own, normalised.context, model).has_score
    assert effective_weights(normalised.own, model, scored)["variance_share"].null_count() == 4
    by_pillar = pillar_weights(normalised.own, model, scored)
    assert by_pillar["correlation_ratio"].null_count() == by_pillar.height


def test_the_correlation_ratio_of_a_score_with_itself_is_near_one() -> None:
    values = np.linspace(0, 1, 400)
    assert correlation_ratio(values, values**2) > 0.99
    random = np.random.default_rng(3)
    assert correlation_ratio(random.random(4000), random.random(4000)) < 0.03
