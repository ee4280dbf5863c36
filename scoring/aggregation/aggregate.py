"""From risks to scores: the power mean of what is present, its coverage, bounds, band and rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.aggregation.evidence_coverage import (
    coverage,
    is_sufficient,
    pillars_with_evidence,
    score_bounds,
)
from scoring.aggregation.power_mean import power_mean, tied_ranks
from scoring.aggregation.priority_bands import SCORE_DECIMALS
from scoring.normalisation.normalised_matrix import NormalisedMatrix, blocks
from scoring.scoring_model import ScoringModel
from signals.card import IloIndicator, SignalCard

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Strength of a link to an ILO indicator runs from 0 to 3.
_GREATEST_STRENGTH = 3


@dataclass(frozen=True)
class Totals:
    """The figures of each supplier; arrays over suppliers, NaN where there is none.

    Attributes:
        score: 0-100, NaN where the evidence is too thin.
        coverage: share of the applicable weight that is observed.
        pillars_with_evidence: pillars with own evidence.
        place: rank by score, 1 = highest priority; equals share the lowest of their ranks; 0 =
            none.
        context: power mean of the context pillar, 0-100; part of nothing else.
        score_absolute_scale: power mean of the absolute normalised values, 0-100.
        score_vs_peers: power mean of the percentiles among peers, 0-100.
        score_best_case: least score that what is missing could still make; also without a score.
        score_worst_case: greatest, likewise.
        peer_median_score: of the peer median on the signals that the supplier has.
    """

    score: Floats
    coverage: Floats
    pillars_with_evidence: NDArray[np.int64]
    place: NDArray[np.int64]
    context: Floats
    score_absolute_scale: Floats
    score_vs_peers: Floats
    score_best_case: Floats
    score_worst_case: Floats
    peer_median_score: Floats

    @property
    def has_score(self) -> Flags:
        """Where the evidence is enough."""
        return ~np.isnan(self.score)


def aggregate(own: NormalisedMatrix, context: NormalisedMatrix, model: ScoringModel) -> Totals:
    """Bring the normalised values of each supplier together.

    Args:
        own: normalised values of the own-evidence signals.
        context: normalised values of the context pillar.
        model: weights, exponent and missing rule.
    """
    parts = [
        _aggregate(own.part(rows), context.part(rows), model) for rows in blocks(own.suppliers)
    ]
    figures = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    place, _ = tied_ranks(np.round(figures["score"], SCORE_DECIMALS))
    return Totals(place=place, **figures)


def _aggregate(
    own: NormalisedMatrix, context: NormalisedMatrix, model: ScoringModel
) -> dict[str, NDArray[Any]]:
    """All but the rank of some suppliers."""
    weights, exponent = own.weighed(model.weights), model.exponent
    risk, applicable = own.risk, own.applicable
    present = ~np.isnan(risk)
    covered, pillars, sufficient = _sufficiency(present, applicable, weights, model)
    evidence = 100 * _mean_or_nan(risk, weights, exponent)
    typical = 100 * _mean_or_nan(np.where(present, own.typical, np.nan), weights, exponent)
    best, worst = score_bounds(
        risk, own.low, own.high, applicable, weights, exponent, own.relevance
    )
    prior_weights = np.array([signal.weight for signal in context.signals])
    return {
        "score": np.where(sufficient, evidence, np.nan),
        "coverage": covered,
        "pillars_with_evidence": pillars,
        "context": 100 * _mean_or_nan(context.risk, prior_weights, exponent),
        "score_absolute_scale": 100 * _mean_or_nan(own.absolute, weights, exponent),
        "score_vs_peers": 100 * _mean_or_nan(own.percentile, weights, exponent),
        # The present score is among the bounds' subsets; taken literally, equal stays equal.
        "score_best_case": np.fmin(100 * best, evidence),
        "score_worst_case": np.fmax(100 * worst, evidence),
        "peer_median_score": np.where(sufficient, typical, np.nan),
    }


def score_of_evidence(
    risk: Floats, applicable: Flags, weights: Floats, model: ScoringModel
) -> Floats:
    """[suppliers] score of 0-100, NaN where the evidence is too thin.

    Args:
        risk: [suppliers, signals] 0..1, NaN where missing.
        applicable: [suppliers, signals].
        weights: [signals] flattened, or [suppliers, signals] where sector groups state their own.
        model: weights, exponent and missing rule.
    """
    _, _, sufficient = _sufficiency(~np.isnan(risk), applicable, weights, model)
    return np.where(sufficient, 100 * _mean_or_nan(risk, weights, model.exponent), np.nan)


def _sufficiency(
    present: Flags, applicable: Flags, weights: Floats, model: ScoringModel
) -> tuple[Floats, NDArray[np.int64], Flags]:
    """[suppliers] evidence coverage, pillars with evidence, and whether these are enough."""
    covered = coverage(present, applicable, weights)
    pillars = pillars_with_evidence(
        present, model.weights, [signal.pillar for signal in model.signals]
    )
    rule = model.missing
    enough = is_sufficient(covered, pillars, rule.minimum_coverage, rule.minimum_own_pillars)
    return covered, pillars, enough


def ilo_indicator_coverage(
    own: NormalisedMatrix, weights: Floats, cards: Sequence[SignalCard]
) -> Floats:
    """How much of the eleven ILO indicators the present evidence can speak about, 0..1.

    The strongest present link to each indicator, summed, over 3 x 11 (Methodology 2.3).

    Args:
        own: normalised values of the own-evidence signals.
        weights: [signals]; what weighs nothing covers nothing.
        cards: [signals].
    """
    total = np.zeros(own.suppliers)
    for indicator in IloIndicator:
        strongest = np.zeros(own.suppliers)
        for column, card, weight in zip(own.columns, cards, weights, strict=True):
            for link in card.ilo:
                if link.indicator is indicator and weight > 0:
                    reached = np.where(np.isnan(column.risk), 0.0, link.strength)
                    strongest = np.maximum(strongest, reached)
        total += strongest
    return total / (_GREATEST_STRENGTH * len(IloIndicator))


def attach_uncertainty(scores: pl.DataFrame, intervals: pl.DataFrame) -> pl.DataFrame:
    """Fill rank_p05, rank_p95 and prob_top_k.

    Args:
        scores: as `scoring.engine.score` gives them.
        intervals: supplier_id, rank_p05, rank_p95, prob_top_k; suppliers it lacks stay null.
    """
    filled = ["rank_p05", "rank_p95", "prob_top_k"]
    known = intervals.select(
        "supplier_id", *(pl.col(name).cast(scores.schema[name]) for name in filled)
    )
    return (
        scores.drop(filled)
        .join(known, on="supplier_id", how="left", maintain_order="left")
        .select(scores.columns)
    )


def _mean_or_nan(risk: Floats, weights: Floats, exponent: float) -> Floats:
    if not (weights > 0).any():
        return np.full(risk.shape[0], np.nan)
    return power_mean(risk, weights, exponent)
