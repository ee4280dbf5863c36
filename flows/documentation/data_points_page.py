"""The page of data points: what questionnaires ask, and how it is known without asking."""

from __future__ import annotations

from collections.abc import Sequence

from flows.documentation.markdown import cell, code, page, table
from scoring.questionnaires.data_points import DataPoint, HeldBy, data_points
from signals import registry
from signals.card import SignalCard

_INTRODUCTION = """This page is generated from `scoring/questionnaires/data_points.csv`. It lists
what questionnaires on forced labour ask suppliers, in own words. *Held by* says who knows the
answer; what only workers hold is never asked of a supplier. *Known by* names the signals and
sources that show it, or a part of it, without asking; an empty cell means that the desk cannot know
it. The number after an ILO indicator is how directly the answer bears on it, from 1 (context) to 3.
Minutes are our estimate of a supplier's time to answer once. *One answer for all* means that every
buyer gets the same answer. References name the provisions that a data point serves; they are no
legal advice. `understory questions catalogue` prints the list as JSON, as CSV or its JSON Schema,
under CC-BY-4.0."""


def data_points_page() -> str:
    """A summary by holder, then a table of each topic."""
    points = list(data_points().values())
    cards = {name: signal.card for name, signal in registry.signals().items()}
    summary = table(
        ("held by", "data points", "known in whole or part without asking", "minutes"),
        (_summary(holder, points) for holder in HeldBy),
    )
    topics = dict.fromkeys(point.topic for point in points)
    parts = [_topic(name, [p for p in points if p.topic == name], cards) for name in topics]
    return page("Data points", _INTRODUCTION, summary, *parts)


def _summary(holder: HeldBy, points: Sequence[DataPoint]) -> tuple[str, ...]:
    held = [point for point in points if point.held_by is holder]
    known = sum(bool(point.known_by) for point in held)
    minutes = sum(point.minutes for point in held)
    return (holder.value, str(len(held)), str(known), str(minutes))


def _topic(name: str, points: Sequence[DataPoint], cards: dict[str, SignalCard]) -> str:
    rows = table(
        (
            "question",
            "held by",
            "known by",
            "grade",
            "ILO indicators",
            "references",
            "minutes",
            "one answer for all",
        ),
        (
            (
                cell(f"{point.question} ({code(point.id)})"),
                point.held_by.value,
                ", ".join(map(code, point.known_by)),
                point.evidence_grade(cards) or "",
                cell(
                    ", ".join(f"{key.value.replace('_', ' ')} {n}" for key, n in point.ilo.items())
                ),
                cell(", ".join(point.references)),
                str(point.minutes),
                "yes" if point.same_for_all_buyers else "no",
            )
            for point in points
        ),
    )
    return f"## {name.replace('_', ' ').capitalize()}\n\n{rows}"
