"""The whole of the scoring on lists small enough to work by hand."""

import datetime as dt
import math

import polars as pl
import pytest

from scoring.aggregation.aggregate import attach_uncertainty, ilo_indicator_coverage
from scoring.aggregation.priority_bands import PriorityBand, band_names
from sql.warehouse import Warehouse
from tests.scoring.sample import ANCHORS, AS_OF, CARDS, card, column, model, scored, suppliers

# Three suppliers by three signals, worked by hand: normalise between anchors, cap the grade C
# signal at half its weight, aggregate what is present, rank.
HAND_CARDS = {
    "accounts": card("accounts", "financial", direction=-1),
    "forest": card("forest", "land_use"),
    "drought": card("drought", "environment", evidence_grade="C"),
}
HAND_LINES = {
    "accounts": {"normalise": ANCHORS | {"floor": 6.0, "ceiling": 0.0}},
    "forest": {"normalise": ANCHORS | {"ceiling": 0.04}},
}
HAND_VALUES = {
    "a": {"accounts": 3.0, "forest": 0.02, "drought": 0.5},  # risks 0.5 0.5 0.5
    "b": {"accounts": 0.0, "forest": 0.0, "drought": 0.0},  # risks 1 0 0
    "c": {"accounts": 6.0, "forest": 0.04, "drought": None},  # risks 0 1 -
}


def by_hand(exponent):
    return scored(HAND_VALUES, model(HAND_CARDS, HAND_LINES, exponent=exponent), HAND_CARDS)


@pytest.mark.parametrize(
    ("exponent", "scores", "ranks", "typical"),
    [
        # Typical peer: medians 0.5, 0.5 and 0.25 with weights 1, 1 and 0.5.
        (
            1.0,
            {"a": 50.0, "b": 40.0, "c": 50.0},
            {"a": 1, "b": 3, "c": 1},
            {"a": 45.0, "b": 45.0, "c": 50.0},
        ),
        (
            2.0,
            {"a": 50.0, "b": 100 * math.sqrt(1 / 2.5), "c": 100 * math.sqrt(1 / 2)},
            {"c": 1, "b": 2, "a": 3},
            {"a": 100 * math.sqrt(0.53125 / 2.5), "b": 100 * math.sqrt(0.53125 / 2.5), "c": 50.0},
        ),
    ],
)
def test_scores_and_ranks_by_hand(exponent, scores, ranks, typical):
    result = by_hand(exponent)
    assert column(result.scores, "score") == pytest.approx(scores)
    assert column(result.scores, "rank") == ranks
    assert column(result.scores, "peer_median_score") == pytest.approx(typical)
    assert column(result.scores, "evidence_coverage") == pytest.approx(
        {"a": 1.0, "b": 1.0, "c": 0.8}
    )


def test_points_of_an_arithmetic_mean_by_hand():
    # w (risk - typical) / sum of w, times 100.
    points = by_hand(1.0).contributions.filter(pl.col("supplier_id") == "b")
    assert dict(points.select("signal_id", "points").iter_rows()) == pytest.approx(
        {"accounts": 20.0, "forest": -20.0, "drought": -5.0}
    )


def test_equal_scores_share_the_first_of_their_ranks_and_are_listed_by_id():
    assert by_hand(1.0).scores["supplier_id"].to_list() == ["a", "c", "b"]


def test_a_power_mean_of_equal_risks_is_that_risk():
    assert column(scored({"a": dict.fromkeys(CARDS, 0.5)}).scores, "score")["a"] == 50.0


def test_one_serious_pillar_of_five_speaks():
    pillars = ("financial", "land_use", "environment", "sentiment", "purchasing")
    cards = {pillar: card(pillar, pillar) for pillar in pillars}
    using = model(cards, pillars=dict.fromkeys(pillars, 1.0))
    result = scored({"a": dict.fromkeys(cards, 0.0) | {"financial": 1.0}}, using, cards)
    assert column(result.scores, "score")["a"] == pytest.approx(44.721, abs=1e-3)


def test_one_supplier_is_its_own_typical_peer():
    row = scored({"a": {"accounts": 0.7, "forest": 0.1}}).scores.row(0, named=True)
    assert row["rank"] == 1
    assert row["score"] == row["peer_median_score"]
    assert row["peer_group_size"] == 1


def test_a_list_without_any_value_has_no_scores():
    result = scored({"a": {}, "b": {}})
    assert result.scores["score"].null_count() == 2
    assert result.scores["evidence_coverage"].to_list() == [0.0, 0.0]
    assert result.contributions.height == 2 * len(CARDS)
    assert set(result.contributions["status"]) == {"not_covered"}


def test_a_signal_that_applies_to_no_one_has_one_row_for_all():
    values = {name: {"accounts": 0.5, "forest": "not_applicable"} for name in "ab"}
    result = scored(values)
    (forest,) = [
        part for part in result.contributions_by_signal() if part["signal_id"][0] == "forest"
    ]
    assert forest["supplier_id"].to_list() == [None]
    shown = result.contributions.filter(signal_id="forest")
    assert shown["supplier_id"].to_list() == ["a", "b"]
    assert shown.drop("supplier_id").unique().equals(forest.drop("supplier_id"))
    # One that applies to somebody, or for which nobody's figures are the same, has a row for each.
    values["a"]["forest"] = None
    assert all(part.height == 2 for part in scored(values).contributions_by_signal())


def test_an_empty_list_gives_empty_tables():
    result = scored({}, listed=suppliers([]))
    assert result.scores.is_empty()
    assert result.contributions.is_empty()


def test_the_prior_stands_beside_and_changes_no_score_and_no_rank():
    table = {f"s{n}": {"accounts": 0.1 * n, "forest": 0.5} for n in range(6)}
    without = scored(table)
    with_prior = scored(
        {name: row | {"governance": float(row["accounts"] < 0.2)} for name, row in table.items()}
    )
    assert column(with_prior.scores, "country_context_score")["s0"] == 100.0
    assert with_prior.scores["country_context_score"].null_count() == 0
    assert without.scores["country_context_score"].null_count() == 6
    assert with_prior.scores.drop("country_context_score").equals(
        without.scores.drop("country_context_score")
    )
    assert (with_prior.contributions.filter(pillar="context")["points"] == 0).all()
    assert (with_prior.contributions.filter(pillar="context")["weight"] == 0).all()


def test_the_prior_lifts_nobody_without_own_evidence():
    row = scored({"a": {"governance": 1.0, "accounts": 1.0}}).scores.row(0, named=True)
    assert row["priority_band"] == PriorityBand.INSUFFICIENT_INFORMATION


def test_ilo_coverage_takes_the_strongest_present_link_of_each_indicator():
    def links(*pairs):
        return tuple({"indicator": i, "strength": s, "path": "trace"} for i, s in pairs)

    cards = {
        "accounts": card("accounts", "financial", ilo=links(("withholding_of_wages", 2))),
        "forest": card(
            "forest", "land_use", ilo=links(("withholding_of_wages", 1), ("isolation", 3))
        ),
        "fires": card("fires", "environment", ilo=links(("debt_bondage", 3))),
    }
    using = model(cards, {"fires": {"weight": 0.0}})
    result = scored({"a": {"accounts": 0.1, "forest": 0.1, "fires": 0.1}}, using, cards)
    assert column(result.scores, "ilo_indicator_coverage")["a"] == pytest.approx((2 + 3) / 33)
    nothing = scored({"a": {"accounts": None, "forest": None, "fires": None}}, using, cards)
    assert ilo_indicator_coverage(
        nothing.normalised.own, using.weights, list(cards.values())
    ).tolist() == [0.0]


def test_bands_begin_at_their_floors():
    floors = model(priority_bands={"first": 60.0, "second": 40.0, "third": 20.0}).priority_bands
    scores = pl.Series([60.0, 59.9999999999, 59.9, 40.0, 20.0, 19.9, 0.0, math.nan]).to_numpy()
    assert band_names(scores, floors).tolist() == [
        "first_priority",
        "first_priority",  # equal to the floor but for the rounding of sums
        "second_priority",
        "second_priority",
        "third_priority",
        "few_signals",
        "few_signals",
        "insufficient_information",
    ]


def test_a_model_that_can_score_nobody_says_so():
    cards = {"accounts": card("accounts", "financial")}
    notes = scored({"a": {"accounts": 0.9}}, cards=cards).notes
    assert any("no supplier can have a score" in note for note in notes)


def test_the_tables_keep_their_contracts():
    table = {f"s{n}": {"accounts": 0.1 * n, "forest": 0.3} for n in range(9)} | {"z": {}}
    result = scored(table)
    with Warehouse(None) as warehouse:
        warehouse.start_run("20220301-test", AS_OF, "test", dt.datetime(2022, 3, 1, tzinfo=dt.UTC))
        run_id = "20220301-test"
        scores, contributions = (
            frame.with_columns(run_id=pl.lit(run_id))
            for frame in (result.scores, result.contributions)
        )
        for loaded, frame in (
            (warehouse.load("scores", scores, run_id), scores),
            (warehouse.check("contributions", contributions, run_id), contributions),
        ):
            assert dict(loaded.rejected_by_rule) == {}
            assert loaded.kept == frame.height


def test_uncertainty_is_attached_in_one_place():
    result = scored({"a": {"accounts": 0.9, "forest": 0.9}, "b": {}})
    intervals = pl.DataFrame(
        {"supplier_id": ["a"], "rank_p05": [1], "rank_p95": [2], "prob_top_k": [0.75]}
    )
    attached = attach_uncertainty(result.scores, intervals)
    assert attached.schema == result.scores.schema
    assert attached.select("supplier_id", "rank_p05", "rank_p95", "prob_top_k").rows() == [
        ("a", 1, 2, 0.75),
        ("b", None, None, None),
    ]
