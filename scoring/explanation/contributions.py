"""What each signal adds to a score, against the typical peer, with its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.explanation.sentences import sentences_of
from scoring.explanation.shapley import owen_values
from scoring.normalisation.normalised_matrix import NormalisedMatrix, blocks, shared
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from signals.card import SignalCard, SourceCard, Status

Floats = NDArray[np.float64]


def points(own: NormalisedMatrix, model: ScoringModel, scored: NDArray[np.bool_]) -> list[Floats]:
    """Exact Owen points on the 0-100 scale, of each signal, [suppliers].

    Over all orders of the pillars, and within a pillar over all orders of its signals, against
    the typical peer: the peers' median risk on the signals that the supplier has. The points of a
    scored supplier sum to score - peer_median_score; a missing signal and an unscored supplier
    have none.
    """
    weighted = np.flatnonzero(model.weights > 0)
    _, pillar = np.unique([own.signals[column].pillar for column in weighted], return_inverse=True)
    known = [not np.isnan(own.columns[column].risk).all() for column in weighted]
    found = [shared(0.0, own.suppliers)] * len(own.signals)
    for column in weighted[known]:
        found[column] = np.zeros(own.suppliers)
    for rows in blocks(own.suppliers):
        part, chosen = own.part(rows), np.flatnonzero(scored[rows])
        weights = part.weighed(model.weights)
        exact = owen_values(
            part.of("risk", weighted)[chosen],
            part.of("typical", weighted)[chosen],
            weights[np.ix_(chosen, weighted)] if weights.ndim == 2 else weights[weighted],
            pillar,
            power=model.exponent,
        )
        for place, column in enumerate(weighted):
            if known[place]:
                found[column][rows.start + chosen] = 100 * exact.points[:, place]
    return found


def contributions(
    normalised: NormalisedSignals,
    evidence: NormalisedMatrix,
    added: Sequence[Floats],
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    as_of: str | None,
) -> Iterator[pl.DataFrame]:
    """A row for every signal and supplier, also where the value is missing.

    Signals come one at a time: of a long list the rows of all of them do not fit in memory.

    Args:
        normalised: the normalised signals of the list.
        evidence: supplier-specific or context signals.
        added: of each signal, [suppliers] points.
        cards: by signal.
        sources: by source, for their titles.
        as_of: the date the run stands on, as text.

    Yields:
        Of each signal: columns of the contributions table without run_id, in the order of the
        list. Of one that applies to no supplier, for the same reason, one row that holds for all
        of them: its supplier_id is null.
    """
    for signal, column, own_points in zip(evidence.signals, evidence.columns, added, strict=True):
        card = cards[signal.signal_id]
        measured = normalised.aligned[signal.signal_id]
        described = measured.rows.with_columns(
            pl.Series("shrunk_value", measured.usable, nan_to_null=True),
            pl.Series("shrinkage_weight", measured.shrinkage_weight, nan_to_null=True),
            pl.Series("peer_value", column.peer_value, nan_to_null=True),
            pl.Series("risk", column.risk, nan_to_null=True),
            pl.Series("peer_risk", column.typical, nan_to_null=True),
            pl.Series("points", own_points),
            # A context signal has no weight in the score, whatever its weight in the context
            # score.
            pl.Series(
                "weight",
                np.zeros(evidence.suppliers)
                if signal.is_context
                else signal.weight * column.group_weight,
            ),
        )
        supplier_ids = normalised.supplier_ids
        if _holds_for_all(described):
            described, supplier_ids = described.head(1), supplier_ids.clear(1)
        yield (
            sentences_of(described, card, sources, as_of)
            .select(
                supplier_ids.alias("supplier_id"),
                pl.lit(signal.signal_id).alias("signal_id"),
                pl.lit(signal.pillar.value).alias("pillar"),
                "status",
                "value",
                "stderr",
                pl.lit(card.unit).alias("unit"),
                "shrunk_value",
                "shrinkage_weight",
                "peer_value",
                pl.col("relevance").alias("sector_relevance"),
                "risk",
                "peer_risk",
                "weight",
                "points",
                "period",
                pl.col("observed_to").alias("data_through"),
                pl.lit(", ".join(card.sources)).alias("candidate_sources"),
                pl.col("origin").alias("source_file"),
                "source_used",
                pl.when(pl.col("value").is_not_null() & pl.col("sector_note").is_not_null())
                .then(pl.format("{} {}", "sentence", "sector_note"))
                .otherwise("sentence")
                .alias("sentence"),
            )
            .collect()
        )


def _holds_for_all(described: pl.DataFrame) -> bool:
    """Whether a signal applies to no supplier, and its rows differ in nothing."""
    first = described.head(1)
    if first["status"].to_list() != [Status.NOT_APPLICABLE] or first["observed_to"].count():
        return False
    is_shared = pl.all_horizontal(pl.all().eq_missing(pl.all().first()).all())
    return bool(described.select(is_shared).item())
