"""What the pages about suppliers of a run show, and the decision of a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from configs.config_errors import UsageError
from flows.desk.lists.list_folders import shown_name
from reports.languages.catalogue import message
from reports.tables.shown_figures import percent_text, points_text
from reports.wording import (
    BAND_LABELS,
    CONTESTED_LABEL,
    DECISION_LABELS,
    PILLAR_LABELS,
    STATUS_LABELS,
)
from scoring.prioritisation.overrides import Override

#: Decisions in the order of the form, with what they mean.
DECISIONS = {
    Override.LOOK_FIRST: message("before the others, whatever the rank"),
    Override.LOOK_LATER: message("after the others, until the decision expires"),
    Override.CONTESTED: message(
        "the supplier objects; its band is not used until this is reviewed"
    ),
}
_WORDS = {**DECISION_LABELS, "taken_back": message("Taken back")}
#: What is compared for a question of identity, by column.
_COMPARED = {
    "name_agreement": message("name agreement"),
    "legal_form": message("legal form"),
    "country_agreement": message("country agreement"),
    "address": message("address"),
    "identifier": message("identifier"),
}
_REASONS = 8
_NOT_TOLD = ("not_applicable", "observed", "contested")


def supplier_line(row: Mapping[str, Any], ranks_withheld: str | None) -> dict[str, Any]:
    """A row of the ranked table as pages show it."""
    frozen = bool(row["priority_band_is_frozen"])
    band = str(row["priority_band"])
    has_rank = row["rank"] is not None
    return {
        **row,
        "rank": row["rank"] if ranks_withheld is None else None,
        "interval": (row["rank_p05"], row["rank_p95"])
        if has_rank and row["rank_p05"] is not None
        else None,
        "score": None if row["score"] is None else points_text(row["score"]),
        "band": CONTESTED_LABEL if frozen else BAND_LABELS.get(band, band),
        "coverage": _percent(row["evidence_coverage"]),
        "top_k": _percent(row["prob_top_k"]),
        "decision": decision_words(row["override"]),
        "is_ranked": has_rank,
    }


def decision_words(decision: str | None) -> str:
    """A decision as people read it; "" for none."""
    return "" if decision is None else _WORDS.get(decision, decision)


def reasons_shown(rows: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> dict[str, Any]:
    """What raises and lowers a supplier's score, and what is not known.

    Args:
        rows: contributions of the supplier, most points first.
        titles: of signals by id.

    Returns:
        `reasons` with points, pillar and sentence; `unknown` with the signal's status.
    """
    listed = list(rows)
    counted = [row for row in listed if row["status"] in ("observed", "contested")
               and row["pillar"] != "context" and row["points"]]  # fmt: skip
    unknown = [row for row in listed if row["status"] not in _NOT_TOLD
               and row["pillar"] != "context"]  # fmt: skip
    return {
        "reasons": [
            {
                "points": f"{row['points']:+.1f}",
                "pillar": PILLAR_LABELS.get(row["pillar"], row["pillar"]),
                "sentence": row["sentence"],
            }
            for row in counted[:_REASONS]
        ],
        "more_reasons": max(0, len(counted) - _REASONS),
        "unknown": [
            {
                "signal": titles.get(row["signal_id"], row["signal_id"]),
                "status": STATUS_LABELS.get(row["status"], row["status"]),
            }
            for row in unknown
        ],
    }


def decision_of(form: Mapping[str, str], supplier: str, today: dt.date) -> dict[str, Any]:
    """The decision that a form states, columns of `decisions.csv`.

    Evidence is a link (https) or a note on where a file is kept, which is kept as `file: note`.

    Raises:
        UsageError: no decision is chosen, the expiry is no day, or the link is not encrypted.
    """
    decision = form.get("decision", "")
    if decision not in set(Override):
        raise UsageError(message("no decision was chosen; choose one of the three"))
    evidence = shown_name(form.get("evidence", ""))
    if evidence.startswith("http://"):
        raise UsageError(
            message("the evidence is a link without encryption; give one with https://")
        )
    is_link = not evidence or evidence.startswith(("https://", "file:"))
    try:
        expires = dt.date.fromisoformat(form.get("expires_on", ""))
    except ValueError as error:
        raise UsageError(message("the day on which it expires is missing; choose one")) from error
    return {
        "supplier_id": supplier,
        "decision": decision,
        "author_role": shown_name(form.get("author_role", "")) or None,
        "reason": " ".join(form.get("reason", "").split())[:1000] or None,
        "evidence_link": (evidence if is_link else f"file: {evidence}") or None,
        "decided_on": today,
        "expires_on": expires,
        "outcome": shown_name(form.get("outcome", "")) or None,
    }


def identity_pairs(
    questions: Iterable[Mapping[str, str]],
    answers: Iterable[Mapping[str, str]],
    titles: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Questions on pairs with what was answered so far, both sides of each.

    Args:
        questions: rows of `identity_review.csv`.
        answers: rows of `identity_decisions.csv`.
        titles: of registers by id; an unknown one is shown by its id.
    """
    known = {_pair(row): row for row in answers}
    return [
        {
            **row,
            "title": titles.get(row["register"], row["register"].replace("_", " ")),
            "answer": known.get(_pair(row), {}).get("decision", ""),
            "compared": [(label, row[name]) for name, label in _COMPARED.items() if row.get(name)],
        }
        for row in questions
    ]


def identity_answers_of(
    form: Mapping[str, str], questions: Iterable[Mapping[str, str]], today: dt.date
) -> list[dict[str, str]]:
    """The answers of a form: `q0` (accept, reject or "") and `r0`, the reason, for question 0."""
    found = []
    for at, row in enumerate(questions):
        answer = form.get(f"q{at}", "")
        if answer in ("accept", "reject"):
            found.append(
                {
                    "supplier_id": row["supplier_id"],
                    "register": row["register"],
                    "register_id": row["register_id"],
                    "decision": answer,
                    "decided_on": today.isoformat(),
                    "decision_reason": shown_name(form.get(f"r{at}", "")),
                }
            )
    return found


def _pair(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["supplier_id"], row["register"], row["register_id"]


def _percent(share: float | None) -> str:
    return "" if share is None else percent_text(share)
