"""Configuration and cards become weights, or one sentence that says what to correct."""

import pytest

from configs.config_errors import UsageError
from scoring.scoring_model import scoring_model
from tests.scoring.sample import ANCHORS, CARDS, card, model, settings


def weights(**kwargs):
    made = model(**kwargs)
    return {signal.signal_id: signal.weight for signal in made.signals}


def test_a_pillars_weight_is_shared_by_its_signals():
    assert weights() == {"accounts": 1.0, "drought": 0.5, "fires": 0.5, "forest": 1.0}


def test_signal_weights_are_relative_within_the_pillar():
    assert weights(lines={"fires": {"weight": 3.0}})["fires"] == 0.75


@pytest.mark.parametrize(("grade", "cap"), [("A", 1.0), ("B", 0.75), ("C", 0.5), ("D", 0.25)])
def test_evidence_grade_caps_the_weight(grade, cap):
    cards = CARDS | {"forest": card("forest", "land_use", evidence_grade=grade)}
    assert weights(cards=cards)["forest"] == cap


def test_signals_of_other_kinds_of_suppliers_take_no_weight():
    cards = {
        "forest": card("forest", "land_use"),
        "mill": card("mill", "land_use", applies_to="firm"),
        "crops": card("crops", "land_use", applies_to="sourcing_area"),
    }
    assert weights(cards=cards) == {"forest": 0.5, "mill": 0.5, "crops": 0.5}


def test_priors_stand_apart():
    made = model()
    assert [signal.signal_id for signal in made.context_signals] == ["governance"]
    assert "governance" not in {signal.signal_id for signal in made.signals}


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            ["accounts", "forest", "drought", "fires", "governance", "droght"],
            "did you mean drought",
        ),
        (["accounts", "forest", "drought", "governance"], "signals.fires.*no weight line"),
        ({name: {"weight": 0.0} for name in CARDS}, "has weight 0"),
        (
            {name: {} for name in CARDS} | {"fires": {"normalise": ANCHORS | {"floor": 2.0}}},
            "exchange floor and ceiling",
        ),
    ],
)
def test_what_cannot_be_scored_is_rejected_in_one_sentence(lines, says):
    with pytest.raises(UsageError, match=says):
        scoring_model(settings(lines), CARDS)


def test_a_pillar_without_weight_is_named():
    with pytest.raises(UsageError, match=r"scoring\.pillars\.land_use"):
        model(pillars={"financial": 1.0, "environment": 1.0})


def test_only_the_prior_weighing_is_rejected():
    lines = {name: {"weight": 0.0} for name in CARDS if name != "governance"}
    with pytest.raises(UsageError, match="outside the context pillar"):
        model(lines=lines)


def test_more_signals_than_can_be_explained_exactly_are_rejected():
    cards = {f"s{i}": card(f"s{i}", "financial") for i in range(14)}
    with pytest.raises(UsageError, match="14 signals of pillar financial"):
        model(cards=cards)


def test_signals_of_companies_and_of_areas_never_meet_and_are_counted_apart():
    kinds = ["firm"] * 13 + ["sourcing_area"] * 2
    cards = {f"s{i}": card(f"s{i}", "financial", applies_to=kind) for i, kind in enumerate(kinds)}
    assert len(model(cards=cards).signals) == 15
    with pytest.raises(UsageError, match="14 signals of pillar financial"):
        model(cards=cards | {"s15": card("s15", "financial", applies_to="any")})
