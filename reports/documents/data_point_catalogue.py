"""The catalogue of data points as a document and a table, so that others can adopt it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import polars as pl

from scoring.questionnaires.data_points import DataPoint
from signals.card import SignalCard

#: Raised when a field changes its meaning or goes.
CATALOGUE_VERSION = "1"


def catalogue(
    points: Mapping[str, DataPoint], cards: Mapping[str, SignalCard]
) -> dict[str, object]:
    """Every data point with who holds it and how it is known without asking.

    Args:
        points: by id.
        cards: of the signals, by id; give the evidence grade of what signals show.

    Returns:
        A document that `schema()` describes.
    """
    return {
        "catalogue_version": CATALOGUE_VERSION,
        "licence": "CC-BY-4.0",
        "data_points": [_point(point, cards) for point in points.values()],
    }


def catalogue_table(
    points: Mapping[str, DataPoint], cards: Mapping[str, SignalCard]
) -> pl.DataFrame:
    """The catalogue as one flat row per data point; lists are joined with a semicolon."""
    rows = [_point(point, cards) for point in points.values()]
    return pl.DataFrame([{name: _flat(value) for name, value in row.items()} for row in rows])


def schema() -> dict[str, object]:
    """JSON Schema of the catalogue."""
    text = files("reports").joinpath("assets", "data_points.schema.json").read_text("utf-8")
    described: dict[str, object] = json.loads(text)
    return described


def _point(point: DataPoint, cards: Mapping[str, SignalCard]) -> dict[str, object]:
    return {
        "id": point.id,
        "topic": point.topic,
        "question": point.question,
        "answer": point.answer.value,
        "held_by": point.held_by.value,
        "known_by": list(point.known_by),
        "evidence_grade": point.evidence_grade(cards),
        "ilo": [
            {"indicator": indicator.value, "strength": strength}
            for indicator, strength in point.ilo.items()
        ],
        "references": list(point.references),
        "minutes": point.minutes,
        "same_for_all_buyers": point.same_for_all_buyers,
        "hs_chapters": list(point.hs_chapters),
    }


def _flat(value: object) -> object:
    if not isinstance(value, list):
        return value
    return "; ".join(
        f"{part['indicator']} {part['strength']}" if isinstance(part, dict) else str(part)
        for part in value
    )
