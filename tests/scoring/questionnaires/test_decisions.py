"""Which decision each data point and each question gets, and in which order it is asked."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from scoring.questionnaires.decisions import (
    ON_THE_FORM,
    PAIR_SCHEMA,
    question_decisions,
    supplier_decisions,
)
from scoring.questionnaires.evidence import FACT_SCHEMA
from tests.scoring.questionnaires.questions_sample import (
    CARDS,
    POINTS,
    contribution,
    evidence,
    point,
    questions,
)


def decided(found, points=POINTS, supplier="a"):
    pairs = supplier_decisions(list(points), found, points, CARDS)
    return dict(pairs.filter(supplier_id=supplier).select("data_point_id", "decision").iter_rows())


def test_without_evidence_each_data_point_goes_to_whom_holds_it() -> None:
    assert decided(evidence()) == {
        "revenue": "ask_once",
        "flood": "look_up",
        "lead_times": "ask_buyer",
        "terms": "ask_buyer",
        "overtime": "ask_once",
        "passports": "do_not_ask",
        "deception": "keep",
        "subcontractors": "ask_supplier",
        "protests": "look_up",
    }


def test_what_is_known_of_one_supplier_is_dropped_for_it_alone() -> None:
    found = evidence(contribution("a", "sales"), contribution("a", "squeeze"))
    assert decided(found)["revenue"] == decided(found)["lead_times"] == "drop"
    assert decided(found, supplier="b")["revenue"] == "ask_once"
    row = supplier_decisions(["revenue"], found, POINTS, CARDS).row(0, named=True)
    assert row["known_by"] == "sales"
    assert row["known_value"] == "sales of a."
    assert row["known_on"] == dt.date(2021, 12, 1)
    assert row["confidence"] == "high"


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "not_disclosed"},
        {"status": "contested"},
        {"status": "too_old"},
        {"data_through": dt.date(2021, 1, 1)},
        {"data_through": None},
        {"shrinkage_weight": 0.49},
        {"pillar": "context"},
    ],
)
def test_what_is_missing_stale_unsure_contested_or_context_is_not_known(changed) -> None:
    assert decided(evidence(contribution("a", "sales", **changed)))["revenue"] == "ask_once"


@pytest.mark.parametrize(
    ("signal", "changed", "name", "sure"),
    [
        ("sales", {"shrinkage_weight": 0.79}, "revenue", "medium"),
        ("sales", {"shrinkage_weight": None}, "revenue", "high"),
        ("water", {}, "flood", "medium"),
    ],
)
def test_the_confidence_follows_from_the_kind_of_evidence(signal, changed, name, sure) -> None:
    found = evidence(contribution("a", signal, **changed))
    pairs = supplier_decisions([name], found, POINTS, CARDS)
    assert pairs.row(0, named=True)["confidence"] == sure


def test_runs_of_earlier_versions_have_no_shrinkage_weight() -> None:
    found = evidence(contribution("a", "sales"))
    older = replace(found, contributions=found.contributions.drop("shrinkage_weight"))
    assert decided(older) == decided(found)


@pytest.mark.parametrize(("signal", "name"), [("hours", "overtime"), ("news", "protests")])
def test_what_a_signal_shows_without_answering_is_an_indication(signal, name) -> None:
    found = evidence(contribution("a", signal))
    row = supplier_decisions([name], found, POINTS, CARDS).row(0, named=True)
    assert row["decision"] != "drop"
    assert row["known_by"] is None
    assert row["indication"] == f"{signal} of a."


def test_a_fact_counts_for_its_data_point_where_the_catalogue_names_its_source() -> None:
    points = {
        "owner": point("owner", held_by="public", topic="ownership", known_by="gleif"),
        "status": point("status", held_by="public", topic="company", known_by="other"),
    }
    facts = pl.DataFrame(
        [("a", name, "gleif", dt.date(2022, 2, 1), "high", "It is so.") for name in points],
        schema=FACT_SCHEMA,
        orient="row",
    )
    assert decided(evidence(facts=facts), points) == {"owner": "drop", "status": "ask_once"}


def test_the_surest_evidence_is_given_then_the_newest() -> None:
    points = {"known": point("known", held_by="public", known_by="sales;squeeze;water")}
    rows = [
        contribution("a", "water", data_through=dt.date(2022, 2, 1)),
        contribution("a", "sales", data_through=dt.date(2021, 6, 1)),
        contribution("a", "squeeze", data_through=dt.date(2021, 7, 1)),
    ]
    pairs = supplier_decisions(["known"], evidence(*rows), points, CARDS)
    assert pairs["known_by"].to_list() == ["squeeze", None]


def test_it_is_asked_by_what_settles_most_then_by_information_per_minute() -> None:
    """Per minute: deception 2/3 / 4, overtime 3/3 / 20 (1/3 / 20 once seen), 1/3 / 30."""
    asked = ["overtime", "deception", "subcontractors"]
    found = evidence(contribution("b", "hours"))
    pairs = supplier_decisions(asked, found, POINTS, CARDS)
    order = {
        supplier: pairs.filter(supplier_id=supplier).sort("ask_order")["data_point_id"].to_list()
        for supplier in "ab"
    }
    assert order["a"] == ["deception", "overtime", "subcontractors"]
    information = dict(
        pairs.filter(supplier_id="b").select("data_point_id", "information").iter_rows()
    )
    assert information["overtime"] == pytest.approx(1 / 3)
    assert information["deception"] == pytest.approx(2 / 3)
    assert order["b"] == ["deception", "overtime", "subcontractors"]
    first = pl.DataFrame(
        {"supplier_id": ["a"], "signal_id": ["hours"], "uncertainty_reduction": [0.01]}
    )
    pairs = supplier_decisions(asked, evidence(find_first=first), POINTS, CARDS)
    assert pairs.filter(supplier_id="a", ask_order=1)["data_point_id"].item() == "overtime"


@pytest.mark.parametrize(
    ("chapters", "decision"),
    [(["09"], "not_relevant"), (["09", "52"], "ask_supplier"), ([], "ask_supplier")],
)
def test_what_concerns_other_goods_is_not_asked_where_the_goods_are_known(
    chapters: list[str], decision: str
) -> None:
    points = {"cotton": point("cotton", hs_chapters="52;61", same_for_all_buyers=False)}
    goods = pl.DataFrame(
        {"supplier_id": ["a"] * len(chapters), "chapter": chapters},
        schema={"supplier_id": pl.String, "chapter": pl.String},
    )
    assert decided(evidence(goods=goods), points) == {"cotton": decision}
    assert decided(evidence(), points) == {"cotton": "ask_supplier"}


def test_only_what_stays_on_the_form_has_an_order() -> None:
    pairs = supplier_decisions(list(POINTS), evidence(contribution("a", "sales")), POINTS, CARDS)
    on_form = pairs["decision"].is_in([decision.value for decision in ON_THE_FORM])
    assert pairs["ask_order"].is_not_null().to_list() == on_form.to_list()
    for supplier in ("a", "b"):
        orders = pairs.filter(supplier_id=supplier)["ask_order"].drop_nulls().sort().to_list()
        assert orders == list(range(1, len(orders) + 1))


def test_no_question_and_no_supplier_give_no_pair() -> None:
    assert supplier_decisions([], evidence(), POINTS, CARDS).schema == pl.Schema(PAIR_SCHEMA)
    assert supplier_decisions(["flood"], evidence(suppliers=()), POINTS, CARDS).is_empty()


def test_an_unknown_data_point_is_an_error() -> None:
    with pytest.raises(KeyError, match="weather"):
        supplier_decisions(["weather"], evidence(), POINTS, CARDS)


def test_a_question_may_decide_alone() -> None:
    frame = question_decisions(
        questions(
            {"data_point_id": "revenue"},
            {"data_point_id": "revenue", "extractive": True},
            {"data_point_id": "revenue", "band": "review"},
            {},
            {"about": "other"},
            {"extractive": True, "about": "other"},
        )
    )
    assert frame["own_decision"].to_list() == [
        None, "do_not_ask", "review", "review", "other_subject", "do_not_ask",
    ]  # fmt: skip
    assert frame["asked_as"].to_list() == ["revenue", None, None, None, None, None]


def test_a_repeat_is_asked_once_and_an_unmatched_one_only_repeats_an_unmatched_one() -> None:
    frame = question_decisions(
        questions(
            {"data_point_id": "revenue"},
            {"data_point_id": "revenue", "questionnaire": "other", "duplicate_of": "form 1"},
            {"data_point_id": "revenue", "band": "review", "duplicate_of": "form 1"},
            {},
            {"duplicate_of": "form 4"},
        )
    )
    assert frame["is_repeat"].to_list() == [False, True, False, False, True]
