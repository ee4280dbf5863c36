"""The frame of questions keeps its contract."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from scoring.questionnaires.questions import COLUMNS, QUESTION_COLUMNS, checked_questions

ROW: dict[str, Any] = {
    "questionnaire": "form",
    "question_id": "form:1",
    "section": None,
    "number": "1",
    "text": "Do workers pay recruitment fees?",
    "language": "en",
    "answer_type": "yes_no",
    "condition": None,
    "row": 2,
    "data_point_id": "recruitment_fees_paid",
    "certainty": 0.99,
    "band": "accepted",
    "duplicate_of": None,
    "about": "forced_labour",
    "extractive": False,
}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([ROW | row for row in rows], schema=dict(COLUMNS))


def test_a_good_frame_passes_in_the_order_of_the_contract() -> None:
    shuffled = frame({}).select(sorted(COLUMNS))
    assert checked_questions(shuffled, matched=True).columns == list(COLUMNS)
    read = frame({}).select(list(QUESTION_COLUMNS))
    assert checked_questions(read, matched=False).equals(read)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, "null in text"),
        ({"answer_type": "essay"}, "answer_type is essay"),
        ({"band": "perhaps"}, "band is perhaps"),
        ({"data_point_id": None}, "contradicts"),
        ({"band": "none"}, "contradicts"),
        ({"certainty": 1.2}, "contradicts"),
    ],
)
def test_a_broken_row_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checked_questions(frame(change), matched=True)


def test_an_identifier_stands_once() -> None:
    with pytest.raises(ValueError, match="question_id stands twice"):
        checked_questions(frame({}, {"text": "Another"}), matched=True)


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="certainty"):
        checked_questions(frame({}).drop("certainty"), matched=True)
