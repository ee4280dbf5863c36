"""The smallest change of evidence that puts a supplier below the cut."""

import polars as pl
import pytest

from scoring.explanation.counterfactual import counterfactuals, needed_changes
from signals.registry import signals
from tests.scoring.sample import ANCHORS, CARDS, card, model, scored

CUT = {"cut": {"accounts": 0.5, "forest": 0.5}, "low": {"accounts": 0.1, "forest": 0.1}}


def changes_of(table, using):
    result = scored(table, using)
    return needed_changes(result.scores, result.contributions, using, result.normalised)


def test_one_signal_that_suffices_by_hand():
    # Weights 1 and 1: sqrt((0.81 + x^2) / 2) = 0.5 has no solution, sqrt((x^2 + 0.36) / 2) = 0.5
    # gives x^2 = 0.14.
    found = changes_of({"a": {"accounts": 0.9, "forest": 0.6}, **CUT}, model(top_k=1))
    row = found.row(0, named=True)
    assert (found.height, row["signal_id"], row["order"]) == (1, "accounts", 1)
    assert row["needed_risk"] == pytest.approx(0.14**0.5)
    assert row["needed_value"] == pytest.approx(0.14**0.5)


def test_of_two_that_suffice_the_smaller_change_is_taken():
    # accounts to sqrt(0.5 - 0.49) = 0.1 is a fall of 0.55; forest to sqrt(0.5 - 0.4225) = 0.28 one
    # of 0.42.
    found = changes_of({"a": {"accounts": 0.65, "forest": 0.7}, **CUT}, model(top_k=1))
    assert found["signal_id"].to_list() == ["forest"]
    assert found["needed_risk"][0] == pytest.approx((0.5 - 0.65**2) ** 0.5)


def test_where_none_suffices_signals_fall_together_by_points():
    found = changes_of({"a": {"accounts": 1.0, "forest": 0.9}, **CUT}, model(top_k=1))
    assert found["signal_id"].to_list() == ["accounts", "forest"]
    assert found["needed_risk"].to_list() == pytest.approx([0.0, 0.5**0.5])
    lowered = {"accounts": 0.0, "forest": found["needed_risk"][1]}
    after = scored({"a": lowered, **CUT}, model(top_k=1)).scores
    assert after.filter(supplier_id="a")["score"][0] == pytest.approx(50.0)


def test_a_signal_of_0_0_points_is_no_change_to_ask_for():
    using = model(top_k=1)
    result = scored({"a": {"accounts": 0.9, "forest": 0.6}, **CUT}, using)
    for points, asked in ((0.04, []), (-3.0, []), (0.06, ["accounts"])):
        contributions = result.contributions.with_columns(
            points=pl.when(signal_id="accounts").then(points).otherwise("points")
        )
        found = needed_changes(result.scores, contributions, using, result.normalised)
        assert found["signal_id"].to_list() == asked, points


def test_in_raw_units_through_anchors_of_either_direction():
    cards = CARDS | {"accounts": card("accounts", "financial", direction=-1)}
    lines = {"accounts": {"normalise": ANCHORS | {"floor": 6.0, "ceiling": 0.0}}}
    using = model(cards, lines, top_k=1)
    table = {"a": {"accounts": 0.6, "forest": 0.6}, "cut": {"accounts": 3.0, "forest": 0.5}}
    result = scored(table, using, cards)
    found = needed_changes(result.scores, result.contributions, using, result.normalised)
    assert found["needed_value"][0] == pytest.approx(6.0 * (1 - 0.14**0.5))
    text = counterfactuals(found, cards, 1)["changes_to_leave_top_k"][0]
    assert text == "To fall below rank 1, this would have to change: accounts 0.6 -> 3.76 points."


def test_without_a_cut_nothing_is_needed():
    assert changes_of(CUT, model(top_k=5)).is_empty()
    nothing = changes_of(CUT, model(top_k=5))
    assert counterfactuals(nothing, CARDS, 5).is_empty()


def test_those_at_or_below_the_cut_have_none():
    found = changes_of({"a": {"accounts": 0.9, "forest": 0.6}, **CUT}, model(top_k=1))
    assert found["supplier_id"].unique().to_list() == ["a"]


def test_a_figure_that_may_not_be_passed_on_is_not_worded():
    found = changes_of({"a": {"accounts": 0.9, "forest": 0.6}, **CUT}, model(top_k=1))
    hidden = found.with_columns(
        pl.lit(None, pl.Float64).alias(name)
        for name in ("risk", "needed_risk", "value", "needed_value")
    )
    text = counterfactuals(hidden, CARDS, 1)["changes_to_leave_top_k"][0]
    assert text.endswith("change: accounts lower (its figures may not be redistributed).")
    assert not any(digit.isdigit() for digit in text.removeprefix("To fall below rank 1"))


@pytest.mark.parametrize(
    ("signal_ids", "ending"),
    [
        (("accounts",), "4 -> 1 points."),
        (("forest",), "4 -> 1 points. (It is not in the supplier's control.)"),
        (("accounts", "forest"), "(Not all are in the supplier's control.)"),
        (("forest", "fires"), "(None is in the supplier's control.)"),
        (("forest", "fires", "accounts"), "(Most are not in the supplier's control.)"),
    ],
)
def test_what_is_not_in_the_supplier_s_control_is_stated(signal_ids, ending):
    cards = CARDS | {"fires": card("fires", "land_use")}
    found = pl.DataFrame(
        {
            "supplier_id": "a",
            "signal_id": signal_ids,
            "order": range(1, len(signal_ids) + 1),
            "risk": 0.9,
            "needed_risk": 0.1,
            "value": 4.0,
            "needed_value": 1.0,
        }
    )
    text = counterfactuals(found, cards, 20)["changes_to_leave_top_k"].item()
    subject = "this" if len(signal_ids) == 1 else "all of these"
    assert text.startswith(f"To fall below rank 20, {subject} would have to change: ")
    assert text.endswith(ending)


@pytest.mark.parametrize(
    ("signal_id", "change"),
    [
        ("lead_time_squeeze", "shortened lead times 30 % shorter -> 2 % longer"),
        ("forest_loss_anomaly", "unusual forest loss around the site 1.35 times -> 0.98 times"),
        ("enforcement_news", "labour enforcement in the news 0.3 -> -0.02 times"),
        ("payables_stretch", "0.3 days later -> 0.02 days earlier"),
        ("altman_z_double_prime", "financial distress (Altman Z'') 0.3 -> -0.02 Z'' points"),
        ("no2_column_excess", "NO2 above the site compared with its surroundings 0.3 × 10¹⁵"),
    ],
)
def test_changes_are_worded_as_the_sentences_word_their_values(signal_id, change):
    signal = signals()[signal_id].card
    found = pl.DataFrame(
        {"supplier_id": "a", "signal_id": signal.id, "order": 1, "risk": 0.9, "needed_risk": 0.0,
         "value": 0.3, "needed_value": -0.02}
    )  # fmt: skip
    text = counterfactuals(found, {signal.id: signal}, 20)["changes_to_leave_top_k"].item()
    assert change in text
