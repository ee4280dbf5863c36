"""The catalogue of data points: what questionnaires ask, who holds it, and how else it is known.

The list is `data_points.csv` beside this file, in own words. References name the provisions that a
data point serves; they are no legal advice and quote no text.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from signals.card import IloIndicator, SignalCard

FILE = "data_points.csv"


class HeldBy(StrEnum):
    """Who knows the answer."""

    PUBLIC = "public"
    BUYER = "buyer"
    SUPPLIER = "supplier"
    WORKER = "worker"


class AnswerType(StrEnum):
    """What form an answer has."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    TABLE = "table"
    DOCUMENT = "document"


def _names(text: Any) -> Any:
    return tuple(part for part in text.split(";") if part) if isinstance(text, str) else text


def _strengths(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    return dict(part.split(":", 1) for part in text.split(";") if part)


class DataPoint(BaseModel):
    """One thing that questionnaires ask for.

    Attributes:
        id: lower-case words.
        topic: the part of the catalogue.
        question: in plain words.
        answer: the form of the answer.
        held_by: who knows it. What only workers hold is never asked of a supplier.
        known_by: signals and sources that show it, or a part of it, without asking; empty: the
            desk cannot know it.
        ilo: strength, 1 context to 3 fairly direct, by ILO indicator of forced labour that the
            answer bears on.
        references: provisions and standards that ask for it.
        minutes: the time that a supplier needs to answer once, our estimate.
        same_for_all_buyers: whether every buyer gets the same answer, so that one answer could
            serve them all.
        hs_chapters: chapters of the Harmonized System whose goods it concerns; empty: all goods.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    topic: Annotated[str, Field(pattern="^[a-z][a-z_]*$")]
    question: Annotated[str, Field(pattern=r"\?$")]
    answer: AnswerType
    held_by: HeldBy
    known_by: Annotated[tuple[str, ...], BeforeValidator(_names)]
    ilo: Annotated[
        Mapping[IloIndicator, Annotated[int, Field(ge=1, le=3)]], BeforeValidator(_strengths)
    ]
    references: Annotated[tuple[str, ...], BeforeValidator(_names)]
    minutes: Annotated[int, Field(gt=0)]
    same_for_all_buyers: bool
    hs_chapters: Annotated[
        tuple[Annotated[str, Field(pattern="^[0-9]{2}$")], ...], BeforeValidator(_names)
    ] = ()

    def evidence_grade(self, cards: Mapping[str, SignalCard]) -> str | None:
        """The best evidence grade of the signals that show it; None: no signal does."""
        grades = [cards[name].evidence_grade.value for name in self.known_by if name in cards]
        return min(grades, default=None)


@cache
def data_points() -> Mapping[str, DataPoint]:
    """The catalogue by id, in the order of the file.

    Raises:
        ValidationError: a row that is no data point.
        ValueError: an id that stands twice.
    """
    text = files("scoring.questionnaires").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, DataPoint] = {}
    for row in csv.DictReader(text.splitlines()):
        point = DataPoint.model_validate(row)
        if point.id in found:
            raise ValueError(f"{FILE}: {point.id} stands twice")
        found[point.id] = point
    return found
