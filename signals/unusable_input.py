"""Sentences on what of a source's input is missing or became no row: no loss is silent."""

from __future__ import annotations

import datetime as dt

import polars as pl

from signals.account import Unit
from signals.card import SourceCard
from signals.conservation import Balance, Settled
from signals.fetching.source_tables import UNREADABLE

_LONGEST_REASON = 240


def unusable_input(settled: Settled) -> str | None:
    """What could not be used, with the first reason; None where there is nothing to say.

    Said are files that could not be read, and files from which no row came at all.

    Args:
        settled: the staged tables of a source with the outcome for its input.
    """
    files = settled.balances.get(Unit.FILE)
    if files is None or not settled.tables:
        return None
    rejected = pl.concat([one.rejected for one in settled.tables])
    if not any(one.rows.height for one in settled.tables) and files.read:
        return f"no row came from its {_files(files.read)}{_why(rejected, files)}"
    broken = files.rejected.get(UNREADABLE, 0)
    if not broken:
        return None
    first = _short(rejected.filter(rule=UNREADABLE)["reason"].first())
    return f"{broken} of its {_files(files.read)} could not be read; the first reason: {first}"


def fewer_than_usual(card: SourceCard, settled: Settled) -> str | None:
    """That a publisher's answer has fewer rows than the card expects; None where it has enough.

    A list that is cut off between two rows, or emptied, is in form like a whole one, and a first
    run has no earlier one to compare it with.

    Args:
        card: of the source.
        settled: the staged tables of what its publisher sent.
    """
    rows, least = sum(one.rows.height for one in settled.tables), card.expected_rows[0]
    if not 0 < rows < least:
        return None
    counted = f"{rows:,} row{'' if rows == 1 else 's'}"
    return (
        f"it has {counted}, far fewer than the {least:,} or more that it usually has; it may be "
        "cut off: compare it with its publisher's page before the result is used"
    )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _why(rejected: pl.DataFrame, files: Balance) -> str:
    """The first reason of a rejection, else why the most files are out of scope."""
    if not rejected.is_empty():
        return f"; the first reason: {_short(rejected['reason'].first())}"
    if files.out_of_scope:
        return f": {max(files.out_of_scope, key=lambda reason: files.out_of_scope[reason])}"
    return ""


def _short(reason: object) -> str:
    text = " ".join(str(reason).split()).rstrip(".")
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}..."


def known_later(card: SourceCard, settled: Settled, as_of: dt.date) -> str | None:
    """A sentence where the source has rows and none was known by the as-of date."""
    days = [table.rows["published_on"].cast(pl.Date) for table in settled.tables
            if "published_on" in table.rows.columns]  # fmt: skip
    known_on = pl.concat([pl.Series(dtype=pl.Date), *days]).drop_nulls()
    first = known_on.min()
    if not isinstance(first, dt.date) or first <= as_of:
        return None
    undated = (
        f", or set sources.{card.id}.options.known_since where its files state no day"
        if card.role == "identity"
        else ""
    )
    return (
        f"all of its {known_on.len():,} rows became known after the as-of date {as_of}, the first "
        f"on {first}, and are not used; use {first} or a later as-of date{undated}"
    )
