"""A scored list with all that the scoring stage knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from signals.card import SignalCard, SourceCard


@dataclass(frozen=True)
class ScoredList:
    """What a table of the results may be made from.

    Attributes:
        scores: columns of the scores table without run_id, with rank intervals.
        contributions: columns of the contributions table without run_id, read when collected.
        normalised: the normalised signals of the list.
        model: what it was scored with.
        suppliers: columns of `stg_suppliers`.
        sites: columns of `stg_sites`.
        cards: by signal.
        source_cards: by source.
    """

    scores: pl.DataFrame
    contributions: pl.LazyFrame
    normalised: NormalisedSignals
    model: ScoringModel
    suppliers: pl.DataFrame
    sites: pl.DataFrame
    cards: Mapping[str, SignalCard]
    source_cards: Mapping[str, SourceCard]
