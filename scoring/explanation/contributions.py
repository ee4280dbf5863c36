"""What each signal adds to a score, against the typical peer, with its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.explanation.sentences import absence, sentence
from scoring.explanation.shapley import owen_values
from scoring.normalisation.normalised_signals import NormalisedMatrix, NormalisedSignals
from scoring.scoring_model import ScoringModel
from signals.card import SignalCard, SourceCard, Status

Floats = NDArray[np.float64]


def points(own: NormalisedMatrix, model: ScoringModel, scored: NDArray[np.bool_]) -> Floats:
    """Exact Owen points on the 0-100 scale, [suppliers, signals].

    Over all orders of the pillars, and within a pillar over all orders of its signals, against
    the typical peer: the peers' median risk on the signals that the supplier has. The points of a
    scored supplier sum to score - peer_median_score; a missing signal and an unscored supplier
    have none.
    """
    shared = np.zeros(own.risk.shape)
    weighted = np.flatnonzero(model.weights > 0)
    _, pillar = np.unique([own.signals[column].pillar for column in weighted], return_inverse=True)
    cells = np.ix_(np.flatnonzero(scored), weighted)
    exact = owen_values(
        own.risk[cells],
        own.typical[cells],
        _part(own.weighed(model.weights), cells),
        pillar,
        power=model.exponent,
    )
    shared[cells] = 100 * exact.points
    return shared


def _part(weights: Floats, cells: tuple[NDArray[np.intp], ...]) -> Floats:
    """Weights of some suppliers and signals, or of some signals where all suppliers share them."""
    return weights[cells] if weights.ndim == 2 else weights[cells[1].ravel()]


def contributions(
    normalised: NormalisedSignals,
    evidence: NormalisedMatrix,
    shared: Floats,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    as_of: str | None,
) -> Iterator[pl.DataFrame]:
    """A row for every signal and supplier, also where the value is missing.

    Signals come one at a time: of a long list the rows of all of them do not fit in memory.

    Args:
        normalised: the normalised signals of the list.
        evidence: supplier-specific or context signals.
        shared: [suppliers, signals] points.
        cards: by signal.
        sources: by source, for their titles.
        as_of: the date the run stands on, as text.

    Yields:
        Of each signal: columns of the contributions table without run_id, in the order of the
        list.
    """
    for column, signal in enumerate(evidence.signals):
        card = cards[signal.signal_id]
        described = normalised.aligned[signal.signal_id].rows.with_columns(
            normalised.supplier_ids.alias("supplier_id"),
            pl.Series(
                "shrunk_value", normalised.aligned[signal.signal_id].usable, nan_to_null=True
            ),
            pl.Series(
                "shrinkage_weight",
                normalised.aligned[signal.signal_id].shrinkage_weight,
                nan_to_null=True,
            ),
            pl.Series("peer_value", evidence.peer_value[:, column], nan_to_null=True),
            pl.Series("risk", evidence.risk[:, column], nan_to_null=True),
            pl.Series("peer_risk", evidence.typical[:, column], nan_to_null=True),
            pl.Series("points", shared[:, column]),
            # A context signal has no weight in the score, whatever its weight in the context
            # score.
            pl.Series(
                "weight",
                np.zeros(evidence.risk.shape[0])
                if signal.is_context
                else signal.weight * evidence.group_weight[:, column],
            ),
        )
        is_observed = (described["status"] == Status.OBSERVED).any()
        yield described.select(
            "supplier_id",
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
            pl.concat_str(
                sentence(card, sources, as_of) if is_observed else absence(card, as_of),
                pl.when(pl.col("value").is_not_null() & pl.col("sector_note").is_not_null())
                .then(pl.format(" {}", "sector_note"))
                .otherwise(pl.lit("")),
            ).alias("sentence"),
        )
