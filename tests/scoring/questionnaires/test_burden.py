"""Questions, minutes and money that are saved; indicators that nobody asks about; repeats."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.questionnaires.burden import (
    Costs,
    indicator_questions,
    question_table,
    repeated_questions,
    supplier_burden,
)
from scoring.questionnaires.decisions import question_decisions, supplier_decisions
from tests.scoring.questionnaires.questions_sample import (
    CARDS,
    POINTS,
    SUPPLIERS,
    contribution,
    evidence,
    questions,
)

COSTS = Costs(hourly_cost=30, currency="USD", unmatched_minutes=8, repeat_minutes=2)
FORM = (
    {"data_point_id": "revenue"},  # 5 minutes, known of a
    {"data_point_id": "overtime"},  # 20
    {"data_point_id": "overtime", "questionnaire": "second"},  # repeat, 2
    {"data_point_id": "terms"},  # 10, the buyer's
    {"data_point_id": "flood"},  # 10, looked up
    {"data_point_id": "passports", "extractive": True},  # 60, not asked
    {},  # 8, kept for review
    {"about": "other"},  # not counted
)


def burden(form=FORM, found=None):
    decided = question_decisions(questions(*form))
    found = found or evidence(contribution("a", "sales"))
    asked = decided["asked_as"].drop_nulls().unique().to_list()
    pairs = supplier_decisions(asked, found, POINTS, CARDS)
    return decided, pairs, supplier_burden(SUPPLIERS, decided, pairs, POINTS, COSTS)


def test_the_burden_by_hand() -> None:
    _, _, rows = burden()
    assert rows["supplier_id"].to_list() == ["a", "b"]
    a, b = rows.to_dicts()
    assert (a["questions_sent"], a["minutes_sent"]) == (7, 5 + 20 + 2 + 10 + 10 + 60 + 8)
    assert (a["questions_asked"], a["minutes_asked"]) == (2, 20 + 8)
    assert (b["questions_asked"], b["minutes_asked"]) == (3, 20 + 8 + 5)
    assert a["money_saved"] == pytest.approx((115 - 28) / 60 * 30)
    assert a["share_saved"] == pytest.approx(5 / 7)
    assert a["questions_once"] == 1
    parts = ("known", "ask_buyer", "look_up", "do_not_ask", "repeat")
    assert [a[f"saved_{part}"] for part in parts] == [1, 1, 1, 1, 1]
    assert b["saved_known"] == 0


def test_unmatched_questions_alone_are_all_kept() -> None:
    _, _, rows = burden(({}, {}))
    assert rows["questions_asked"].to_list() == [2, 2]
    assert rows["share_saved"].to_list() == [0, 0]


def test_a_questionnaire_on_another_subject_has_no_share() -> None:
    _, _, rows = burden(({"about": "other"},))
    assert rows["questions_sent"].to_list() == [0, 0]
    assert rows["share_saved"].to_list() == [None, None]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "data_point_id": st.sampled_from([*POINTS, None]),
                "extractive": st.booleans(),
                "about": st.sampled_from(["forced_labour", "other"]),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_what_is_saved_sums_to_its_parts_and_is_never_negative(form) -> None:
    _, _, rows = burden(tuple(form))
    parts = pl.sum_horizontal("^saved_.*$")
    assert (rows.select(parts).to_series() == rows["questions_saved"]).all()
    assert (rows["questions_saved"] >= 0).all()


def test_indicators_are_counted_and_those_that_nobody_asks_about_are_listed() -> None:
    decided, _, _ = burden()
    rows = indicator_questions(decided, POINTS)
    assert rows.row(0) == ("excessive_overtime", 2, 1, 3)
    assert rows.height == 11
    assert rows.filter(pl.col("questions") == 0).height == 10


def test_repeats_within_and_across_questionnaires() -> None:
    decided = question_decisions(
        questions(
            {"data_point_id": "overtime"},
            {"data_point_id": "overtime"},
            {"data_point_id": "overtime", "questionnaire": "second"},
            {"data_point_id": "flood"},
        )
    )
    row = repeated_questions(decided).to_dicts()
    assert row == [
        {
            "asked_as": "overtime",
            "questions": 3,
            "questionnaires": "form; second",
            "repeats_within": 1,
            "repeats_across": 1,
            "question_ids": "form 1; form 2; form 3",
        }
    ]


def test_the_table_of_questions_counts_suppliers_by_decision() -> None:
    decided, pairs, _ = burden()
    table = question_table(decided, pairs)
    counts = table.select("drop", "ask_once", "do_not_ask", "review", "other_subject")
    assert counts.rows() == [
        (1, 1, 0, 0, 0),
        (0, 2, 0, 0, 0),
        (0, 2, 0, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 0, 2, 0, 0),
        (0, 0, 0, 2, 0),
        (0, 0, 0, 0, 2),
    ]
