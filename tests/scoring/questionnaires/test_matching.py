"""Questions are matched in any language; duplicates and extractive questions are found."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.extractive import EXTRACTIVE_POINTS, asks_for_persons
from scoring.questionnaires.matching import match_questions
from scoring.questionnaires.matching_model import languages, matching_model
from scoring.questionnaires.questions import QUESTION_COLUMNS
from scoring.questionnaires.text_features import plain
from scoring.questionnaires.wordings import digest, wordings

CASES = Path(__file__).resolve().parents[2] / "cases" / "questionnaires"


def asked(*texts: str) -> pl.DataFrame:
    rows = [
        {
            "questionnaire": "form", "question_id": f"form:{at}", "section": None, "number": None,
            "text": text, "language": None, "answer_type": "unknown", "condition": None, "row": at,
        }
        for at, text in enumerate(texts, start=1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(QUESTION_COLUMNS))


def points_of(texts: Sequence[str]) -> list[str | None]:
    return match_questions(asked(*texts))["data_point_id"].to_list()


def test_every_data_point_has_wordings_in_five_languages() -> None:
    spoken: dict[str, set[str]] = {}
    for wording in wordings():
        spoken.setdefault(wording.data_point_id, set()).add(wording.language)
    assert set(spoken) == {*data_points(), ""}
    assert {code for point in spoken for code in spoken[point]} == {"en", "de", "es", "fr", "pt"}
    assert all(len(codes) == 5 for codes in spoken.values())


def test_no_wording_stands_for_two_data_points() -> None:
    meant: dict[str, set[str]] = {}
    for wording in wordings():
        meant.setdefault(plain(wording.text), set()).add(wording.data_point_id)
    assert not [text for text, points in meant.items() if len(points) > 1]


def test_the_stored_model_is_that_of_the_wordings() -> None:
    model = matching_model()
    assert model.wordings == digest(), (
        "run .venv/bin/python -m scoring.questionnaires.matching_model"
    )
    assert set(model.data_points) == {*data_points(), ""}


def test_one_question_in_five_languages() -> None:
    texts = [
        "Does the company retain the passports of its workers?",
        "Behält das Unternehmen die Pässe der Beschäftigten ein?",
        "¿Retiene la empresa los pasaportes de los trabajadores?",
        "L'entreprise garde-t-elle les passeports des travailleurs ?",
        "A empresa retém os passaportes dos trabalhadores?",
    ]
    matched = match_questions(asked(*texts))
    assert set(matched["data_point_id"]) == {"document_retention"}
    assert set(matched["band"]) == {"accepted"}
    assert matched["duplicate_of"].to_list() == [None, *["form:1"] * 4]
    assert languages(texts, matching_model()) == ["en", "de", "es", "fr", "pt"]


def test_what_the_catalogue_does_not_hold_has_no_data_point() -> None:
    texts = ["Is your quality system certified to ISO 9001?", "IBAN and BIC of your bank account"]
    matched = match_questions(asked(*texts))
    assert matched["data_point_id"].to_list() == [None, None]
    assert set(matched["about"]) == {"other"}
    assert set(matched["band"]) == {"none"}


def test_a_decision_of_a_person_wins() -> None:
    text = "Is overtime voluntary?"
    assert points_of([text]) == ["overtime_voluntary"]
    for decided in ("overtime_hours", None):
        matched = match_questions(asked(text), {plain(text): decided})
        assert matched["data_point_id"].to_list() == [decided]
        assert matched["certainty"].to_list() == [1.0]


def test_no_questions_are_no_error() -> None:
    assert match_questions(asked()).height == 0


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_planted_extractive_questions() -> None:
    planted = rows("extractive.csv")
    matched = match_questions(asked(*(row["question"] for row in planted)))
    wrong = [
        row["question"]
        for row, found in zip(planted, matched["extractive"], strict=True)
        if found != (row["extractive"] == "yes")
    ]
    assert not wrong
    assert sum(row["extractive"] == "yes" for row in planted) == 60


def test_the_choosing_part_is_matched_with_the_precision_that_the_bands_promise() -> None:
    labelled = [
        (row["question"], set(row["data_point"].split(";")) - {""})
        for path in sorted(CASES.glob("*.csv"))
        for row in rows(path.name)
        if row.get("part") == "choosing"
    ]
    matched = match_questions(asked(*(text for text, _ in labelled)))
    accepted = matched["band"] == "accepted"
    given = zip(matched["data_point_id"], accepted, labelled, strict=True)
    right = sum(point in points for point, is_accepted, (_, points) in given if is_accepted)
    with_point = sum(bool(points) for _, points in labelled)
    assert right / accepted.sum() >= 0.95
    assert right / with_point >= 0.85
    for (text, points), extractive in zip(labelled, matched["extractive"], strict=True):
        assert extractive == bool(points & EXTRACTIVE_POINTS), text


def test_rules_alone_leave_practices_alone() -> None:
    assert not asks_for_persons("Are passports of workers kept by the employer?")
    assert asks_for_persons("Please upload the passports of all foreign workers.")
