"""A small catalogue, a questionnaire and the evidence of a run, in numbers that can be checked."""

import datetime as dt
from typing import Any

import polars as pl

from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.decisions import Evidence
from scoring.questionnaires.evidence import FACT_SCHEMA
from scoring.questionnaires.questions import COLUMNS, checked_questions
from tests.scoring.sample import card

AS_OF = dt.date(2022, 3, 1)
SUPPLIERS = ("a", "b")


def point(name: str, **changed: Any) -> DataPoint:
    """A data point that a supplier holds, the same for all buyers, of 10 minutes."""
    given = {
        "id": name,
        "topic": "wages",
        "question": "What?",
        "answer": "text",
        "held_by": "supplier",
        "known_by": "",
        "ilo": "debt_bondage:3",
        "references": "",
        "minutes": 10,
        "same_for_all_buyers": True,
    }
    return DataPoint.model_validate(given | changed)


POINTS = {
    each.id: each
    for each in (
        point("revenue", held_by="public", topic="finance", known_by="sales", ilo="", minutes=5),
        point("flood", held_by="public", topic="environment", known_by="water", ilo=""),
        point("lead_times", held_by="buyer", known_by="squeeze", same_for_all_buyers=False),
        point("terms", held_by="buyer", ilo="", same_for_all_buyers=False),
        point("overtime", known_by="hours", ilo="excessive_overtime:3", minutes=20),
        point("passports", held_by="worker", same_for_all_buyers=False, minutes=60),
        point("deception", ilo="deception:2", minutes=4),
        point("subcontractors", same_for_all_buyers=False, ilo="debt_bondage:1", minutes=30),
        point("protests", held_by="public", topic="voice", known_by="news", ilo=""),
    )
}
CARDS = {
    each.id: each
    for each in (
        card("sales", "financial"),
        card("water", "environment"),
        card("squeeze", "purchasing"),
        card(
            "hours",
            "purchasing",
            ilo=({"indicator": "excessive_overtime", "strength": 2, "path": "driver"},),
        ),
        card("news", "sentiment"),
        card("risk_of_country", "context"),
    )
}


def contribution(supplier_id: str, signal_id: str, **changed: Any) -> dict[str, Any]:
    """An observed value of the supplier's own, three months old."""
    given = {
        "supplier_id": supplier_id,
        "signal_id": signal_id,
        "pillar": CARDS[signal_id].pillar.value,
        "status": "observed",
        "shrinkage_weight": 1.0,
        "data_through": dt.date(2021, 12, 1),
        "sentence": f"{signal_id} of {supplier_id}.",
    }
    return given | changed


def evidence(*rows: dict[str, Any], **changed: Any) -> Evidence:
    """The evidence of a run from rows of `contribution`."""
    schema = {
        "supplier_id": pl.String,
        "signal_id": pl.String,
        "pillar": pl.String,
        "status": pl.String,
        "shrinkage_weight": pl.Float64,
        "data_through": pl.Date,
        "sentence": pl.String,
    }
    find_first = {
        "supplier_id": pl.String,
        "signal_id": pl.String,
        "uncertainty_reduction": pl.Float64,
    }
    given = {
        "as_of": AS_OF,
        "suppliers": SUPPLIERS,
        "contributions": pl.DataFrame(list(rows), schema=schema),
        "facts": pl.DataFrame(schema=FACT_SCHEMA),
        "find_first": pl.DataFrame(schema=find_first),
    }
    return Evidence(**(given | changed))


def questions(*rows: dict[str, Any]) -> pl.DataFrame:
    """A frame of questions: by default accepted matches of one questionnaire on forced labour."""
    made = []
    for number, row in enumerate(rows, start=1):
        band = "none" if row.get("data_point_id") is None else "accepted"
        given = {
            "questionnaire": "form",
            "question_id": f"form {number}",
            "section": None,
            "number": str(number),
            "text": f"Question {number}?",
            "language": "en",
            "answer_type": "text",
            "condition": None,
            "row": number,
            "data_point_id": None,
            "certainty": 0.9,
            "band": band,
            "duplicate_of": None,
            "about": "forced_labour",
            "extractive": False,
        }
        made.append(given | row)
    return checked_questions(pl.DataFrame(made, schema=dict(COLUMNS)), matched=True)
