"""A published run as exports and evidence packs read it: its files, and the cards of its signals.

The tables are those of the run's folder, so values whose licence forbids redistribution are
already withheld (`reports.redistribution`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from reports.wording import shown_band
from signals.card import SignalCard, SourceCard


@dataclass(frozen=True)
class PublishedRun:
    """What was published.

    Attributes:
        run_id: name of the run.
        as_of: its as-of date.
        is_synthetic: the data are synthetic.
        title: heading of the report.
        manifest: of the run.
        ranked: columns of `ranked.parquet`, by rank.
        contributions: columns of `contributions.parquet`.
        files: content of the run's CSV tables, by their path in its folder.
        sizes: size of every file of the folder in bytes, by its path there.
        hashes: SHA-256 of the same files.
        sites: columns of `sql/20_staging/stg_sites.sql` of the list read last; None where the
            export needs none.
        signal_cards: by signal id.
        source_cards: by source id.
    """

    run_id: str
    as_of: dt.date
    is_synthetic: bool
    title: str
    manifest: Mapping[str, Any]
    ranked: pl.DataFrame
    contributions: pl.DataFrame
    files: Mapping[str, bytes]
    sizes: Mapping[str, int]
    hashes: Mapping[str, str]
    signal_cards: Mapping[str, SignalCard]
    source_cards: Mapping[str, SourceCard]
    sites: pl.DataFrame | None = None

    @property
    def ranks_withheld(self) -> str | None:
        """Why single ranks are not shown; None where they are."""
        reason = self.manifest.get("uncertainty", {}).get("reason")
        return None if reason is None else str(reason)


def usable_score(supplier: Mapping[str, Any]) -> float | None:
    """The score that another system may use; None where there is none or it is contested.

    A system that computes from scores cannot show "under review".
    """
    score = supplier["score"]
    return None if score is None or supplier.get("priority_band_is_frozen") else float(score)


def band_text(supplier: Mapping[str, Any], unknown: str) -> str:
    """The label of a supplier's priority band; `unknown` where its information is insufficient."""
    return unknown if supplier["score"] is None else shown_band(supplier)


def reason_text(supplier: Mapping[str, Any]) -> str:
    """The main reason of a supplier's score, or what is missing for one."""
    if supplier["score"] is None:
        return str(supplier["insufficient_reason"] or "")
    reasons = supplier.get("reasons") or []
    return str(reasons[0]) if len(reasons) else "No signal raises its score."
