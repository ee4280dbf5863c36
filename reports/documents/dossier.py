"""The dossier: one printed page about one supplier, for a category manager."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.documents.document_pages import language_parts, page
from reports.documents.notice import SupplierRecord, changes
from reports.languages.catalogue import translator
from reports.languages.sentences import Sentences
from reports.tables.list_hits import flag_line
from reports.tables.next_step import STEP_LABELS, Step
from reports.wording import PILLAR_LABELS, STATUS_LABELS, decision_text, notices, shown_band
from signals.card import Pillar, SignalCard, Status

#: As many as fit the page.
REASONS_SHOWN = 5
UNKNOWNS_SHOWN = 6

_HAS_VALUE = (Status.OBSERVED.value, Status.CONTESTED.value)


def render_dossier(
    record: SupplierRecord,
    signal_cards: Mapping[str, SignalCard],
    title: str,
    top_k: int,
    ranks_withheld: str | None,
    ranked: int | None = None,
    language: str = "en",
) -> str:
    """One page of A4, with its figures drawn inside it.

    Args:
        record: the supplier in a published run.
        signal_cards: by signal id.
        title: of the run.
        top_k: how many suppliers the budget allows.
        ranks_withheld: why single ranks are not shown; None where they are.
        ranked: how many suppliers of the run have a rank; None leaves it out.
        language: one of `reports.languages.catalogue.LANGUAGES`.
    """
    own = record.own()
    counted = own.filter(
        pl.col("status").is_in(_HAS_VALUE) & (pl.col("pillar") != Pillar.CONTEXT.value)
    )
    unknown = _unknown(own, signal_cards)
    step = str(record.supplier["next_step"])
    words = translator(language)
    sentences = Sentences(words, signal_cards)
    return page(
        "dossier.html.j2",
        "dossier.css",
        **language_parts(words, sentences),
        record=record,
        supplier=record.supplier,
        title=title,
        top_k=top_k,
        ranks_withheld=ranks_withheld,
        last_rank=ranked,
        priority_band=shown_band(record.supplier),
        step=STEP_LABELS[Step(step)],
        reasons=_reasons(counted.head(REASONS_SHOWN), signal_cards),
        more_reasons=max(0, counted.height - REASONS_SHOWN),
        pillars=_pillars(counted),
        unknown=unknown[:UNKNOWNS_SHOWN],
        more_unknown=max(0, len(unknown) - UNKNOWNS_SHOWN),
        decision=decision_text(record.supplier),
        flags=[flag_line(flag, sentences) for flag in record.flags],
        better=[change for change in changes(record, signal_cards) if change.is_better],
        notices=notices(record.is_synthetic),
    )


def _reasons(rows: pl.DataFrame, signal_cards: Mapping[str, SignalCard]) -> list[dict[str, object]]:
    return [
        {
            "title": signal_cards[row["signal_id"]].title,
            "points": row["points"],
            "sentence": row["sentence"],
            "grade": signal_cards[row["signal_id"]].evidence_grade.value,
        }
        for row in rows.iter_rows(named=True)
    ]


def _pillars(counted: pl.DataFrame) -> list[dict[str, object]]:
    """Points of each pillar, with the bar that shows them, from the middle of a track of 100."""
    sums = counted.group_by("pillar").agg(pl.col("points").sum()).sort("points", descending=True)
    widest = max([1.0, *(abs(points) for points in sums["points"])])
    return [
        {
            "label": PILLAR_LABELS[pillar],
            "points": points,
            "left": 50.0 if points >= 0 else 50.0 + 50.0 * points / widest,
            "width": 50.0 * abs(points) / widest,
        }
        for pillar, points in sums.iter_rows()
    ]


def _unknown(own: pl.DataFrame, cards: Mapping[str, SignalCard]) -> list[tuple[str, str]]:
    """Title and status of signals without a value."""
    known = (Status.OBSERVED.value, Status.NOT_APPLICABLE.value)
    rows = own.filter(
        ~pl.col("status").is_in(known) & (pl.col("pillar") != Pillar.CONTEXT.value)
    ).sort("signal_id")
    return [
        (cards[signal_id].title, STATUS_LABELS[status])
        for signal_id, status in rows.select("signal_id", "status").iter_rows()
    ]
