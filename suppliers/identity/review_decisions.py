"""What a person decided about a pair: read from a table, kept, obeyed until it expires."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import polars as pl

from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.delimited_text import delimited
from suppliers.intake.person_values import rule_of_text

Pair = tuple[str, str, str]

DECISION_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "register": pl.String(),
    "register_id": pl.String(),
    "decision": pl.String(),
    "decided_on": pl.Date(),
    "expires_on": pl.Date(),
    "reason": pl.String(),
}

_KEY = ("supplier_id", "register", "register_id")
_WORDS: Mapping[str, Literal["accept", "reject"]] = {
    **dict.fromkeys(("accept", "accepted", "yes", "same"), "accept"),
    **dict.fromkeys(("reject", "rejected", "no", "different"), "reject"),
}


@dataclass(frozen=True)
class Decision:
    """A decision on one pair.

    Attributes:
        pair: supplier_id, register, register_id.
        decision: whether the two are the same company.
        decided_on: the day.
        expires_on: from the day after it the pair is asked again; None: never.
        reason: in the decider's words.
    """

    pair: Pair
    decision: Literal["accept", "reject"]
    decided_on: dt.date
    expires_on: dt.date | None = None
    reason: str | None = None

    def is_expired(self, as_of: dt.date) -> bool:
        """Whether it no longer holds on a day."""
        return self.expires_on is not None and self.expires_on < as_of


def read_decisions(path: Path, default_day: dt.date) -> list[Decision]:
    """Decisions from a CSV, such as a filled-in `identity_review.csv`.

    Columns `supplier_id, register, register_id, decision` (accept or reject; rows without one
    are still open and passed over), and if wanted `decided_on, expires_on, decision_reason`.
    Other columns are not read.

    Args:
        path: UTF-8, comma or semicolon.
        default_day: for rows without `decided_on`.

    Raises:
        DataRejectedError: no such file, a column is missing, or a cell cannot be understood.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataRejectedError(
            f"{path}: the decisions cannot be read; give a CSV in UTF-8, or null as "
            "identity.decisions."
        ) from error
    needed = (*_KEY, "decision")
    table = delimited(text, path.name, needed.__contains__)
    rows = table.rows()
    header = next(rows, [])
    missing = [name for name in needed if name not in header]
    if missing:
        raise DataRejectedError(
            f"{path.name}: the column {missing[0]!r} is missing; take the header of "
            "identity_review.csv."
        )
    return [
        decision
        for number, row in enumerate(rows, start=2)
        if row
        and (
            decision := _decision(
                _cells(header, row, f"{path.name}, row {number}", number not in table.uncertain),
                f"{path.name}, row {number}",
                default_day,
            )
        )
        is not None
    ]


def _cells(
    header: Sequence[str], row: Sequence[str], where: str, is_certain: bool
) -> Mapping[str, str]:
    """A row by its header.

    Raises:
        DataRejectedError: its cells may stand under other headers than their own.
    """
    if not is_certain or len(row) < len(header) or any(row[len(header) :]):
        raise DataRejectedError(
            f"{where}: its cells do not fit the header; put a text that holds a delimiter between "
            "quotation marks, and double a mark that belongs to a text."
        )
    return dict(zip(header, row, strict=False))


def merged(kept: pl.DataFrame, new: Iterable[Decision]) -> tuple[list[Decision], set[Pair]]:
    """Kept and new decisions as one, the later of two on the same pair.

    Args:
        kept: rows of `identity_decisions`.
        new: as read.

    Returns:
        Decisions by pair, and pairs accepted and rejected on the same day, which are open again.
    """
    latest: dict[Pair, Decision] = {}
    open_again: set[Pair] = set()
    for decision in [*_decisions(kept), *new]:
        other = latest.get(decision.pair)
        if other is None or decision.decided_on > other.decided_on:
            latest[decision.pair] = decision
            open_again.discard(decision.pair)
        elif decision.decided_on == other.decided_on:
            if decision.decision != other.decision:
                open_again.add(decision.pair)
            else:
                latest[decision.pair] = decision
    standing = [latest[pair] for pair in sorted(latest) if pair not in open_again]
    return standing, open_again


def decision_frame(decisions: Iterable[Decision]) -> pl.DataFrame:
    """Decisions as rows of `identity_decisions`."""
    return pl.DataFrame(
        [(*d.pair, d.decision, d.decided_on, d.expires_on, d.reason) for d in decisions],
        schema=DECISION_SCHEMA,
        orient="row",
    )


def _decisions(frame: pl.DataFrame) -> list[Decision]:
    return [
        Decision((supplier, register, entry), cast(Literal["accept", "reject"], word), *rest)
        for supplier, register, entry, word, *rest in frame.select(
            list(DECISION_SCHEMA)
        ).iter_rows()
    ]


def _decision(cells: Mapping[str, str | None], where: str, default_day: dt.date) -> Decision | None:
    word = (cells.get("decision") or "").strip().lower()
    if not word:
        return None
    if word not in _WORDS:
        raise DataRejectedError(
            f"{where}: the decision is neither accept nor reject; write one, or leave it empty."
        )
    pair = tuple((cells.get(name) or "").strip() for name in _KEY)
    if not all(pair):
        raise DataRejectedError(f"{where}: supplier_id, register or register_id is empty; fill it.")
    reason = (cells.get("decision_reason") or "").strip() or None
    rule = None if reason is None else rule_of_text(reason)
    if rule is not None:
        raise DataRejectedError(
            f"{where}: decision_reason is about a person (rule {rule}); write it without."
        )
    return Decision(
        cast(Pair, pair),
        _WORDS[word],
        _day(cells.get("decided_on"), f"{where}, decided_on") or default_day,
        _day(cells.get("expires_on"), f"{where}, expires_on"),
        reason,
    )


def _day(text: str | None, where: str) -> dt.date | None:
    if not (text or "").strip():
        return None
    try:
        return stated_day(text)
    except ValueError as error:
        raise DataRejectedError(f"{where}: give a day such as 2024-06-01.") from error
