"""Which missing data item to find first: the one that most reduces the uncertainty about the top k.

Whether a supplier belongs to the top k is a yes or no with the probability p, so the uncertainty
is p (1 - p).
Its score, to the power of the exponent, is a weighted mean in which each missing signal may lie
anywhere between its bounds; taken as normal, p and what it becomes once one signal is known have a
closed form. The expected uncertainty reduction of a signal is E[p'^2] - p^2, never below 0; with
z = (mean - cut) / spread and r the signal's share of the variance it is 2 (T(z, 0) - T(z, a)) by
Owen's T and a = sqrt((1 - r) / (1 + r)), up to the same terms (Owen 1956).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, owens_t

from scoring.aggregation.evidence_coverage import (
    coverage,
    is_sufficient,
    open_bounds,
    pillars_with_evidence,
)
from scoring.explanation.insufficient_information import how_to_get
from scoring.normalisation.normalised_matrix import NormalisedMatrix, blocks
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from signals.card import SignalCard, SourceCard, Status

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Spread of a fully known score^exponent where the draws give none to learn it from.
_USUAL_SPREAD = 0.05
# Probabilities nearer to 0 or 1 say little of the spread.
_CLEAR = 0.02


def find_data_first(
    normalised: NormalisedSignals,
    scores: pl.DataFrame,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
) -> pl.DataFrame:
    """Order suppliers by how much one more data item would settle about the top k.

    Args:
        normalised: the normalised signals of the list.
        scores: supplier_id, score, coverage, prob_top_k, score_best_case, score_worst_case.
        model: weights, exponent, audit budget and missing rule.
        cards: by signal.
        sources: by source, for who holds the data.

    Returns:
        One row per supplier that lacks something: priority (from 1), supplier_id, signal_id and
        title of the data item, prob_top_k (of the simulations; null without a score),
        uncertainty_reduction (expected fall of p (1 - p) by the closed form, 0..0.25),
        would_enable_score (it alone makes the evidence enough), how (where it can be had without
        asking a worker), score_best_case, score_worst_case, evidence_coverage.
    """
    own = normalised.own
    by_id = normalised.supplier_ids.to_frame().join(scores, on="supplier_id", how="left")
    cut = _cut(by_id["score"], model)
    spread = _spread(own, model, by_id["prob_top_k"], cut)
    contested = [
        normalised.aligned[signal.signal_id].where(pl.col("status") == Status.CONTESTED)
        for signal in own.signals
    ]
    found = []
    for block in blocks(own.suppliers):
        held = np.column_stack([of_signal[block] for of_signal in contested])
        lacking, *figures = _best_of(own.part(block), model, held, cut, spread)
        found.append((lacking + block.start, *figures))
    rows, signal, removed, enough = (np.concatenate(part) for part in zip(*found, strict=True))
    place = pl.Series(signal)
    names = [one.signal_id for one in own.signals]
    titles = [cards[name].title for name in names]
    hows = [how_to_get(cards[name], sources) for name in names]
    unscored = by_id["score"].is_null().to_numpy()[rows]
    table = pl.DataFrame(
        {
            "supplier_id": normalised.supplier_ids.gather(rows),
            "signal_id": pl.Series(names, dtype=pl.String).gather(place),
            "title": pl.Series(titles, dtype=pl.String).gather(place),
            "prob_top_k": by_id["prob_top_k"].gather(rows),
            "uncertainty_reduction": removed,
            "would_enable_score": enough & unscored,
            "how": pl.Series(hows, dtype=pl.String).gather(place),
        }
    )
    return (
        table.join(
            scores.select(
                "supplier_id", "score_best_case", "score_worst_case", "evidence_coverage"
            ),
            on="supplier_id",
            how="left",
        )
        .sort(
            pl.col("uncertainty_reduction").round(9),
            "would_enable_score",
            "evidence_coverage",
            "supplier_id",
            descending=[True, True, True, False],
        )
        .with_row_index("priority", offset=1)
    )


@dataclass(frozen=True)
class _Known:
    """What is known of some suppliers' score^exponent.

    Attributes:
        missing: [suppliers, signals] what could still come.
        centre: [suppliers] its mean.
        parts: [suppliers, signals] its variance by each missing signal.
    """

    missing: Flags
    centre: Floats
    parts: Floats


def _known(own: NormalisedMatrix, model: ScoringModel) -> _Known:
    exponent, weights = model.exponent, own.weighed(model.weights)
    low, high = open_bounds(own.low, own.high, own.relevance)
    risk = own.risk
    present = ~np.isnan(risk)
    missing: Flags = own.applicable & ~present & (weights > 0)
    # Few signals of a list are missing: the others apply to no one, or are there.
    mean, variance = np.zeros(risk.shape), np.zeros(risk.shape)
    mean[missing], variance[missing] = _moments(low[missing], high[missing], exponent)
    share = _shares(present | missing, weights)
    expected = np.where(present, np.nan_to_num(risk) ** exponent, mean)
    return _Known(missing, (share * expected).sum(axis=1), share**2 * variance)


def _best_of(
    own: NormalisedMatrix, model: ScoringModel, contested: Flags, cut: float, spread: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, Flags]:
    """Of some suppliers those that lack something: their rows, the item to find first, the fall.

    Last whether the evidence is enough for a score once the item is known.
    """
    known = _known(own, model)
    weights = own.weighed(model.weights)
    total = known.parts.sum(axis=1) + spread**2
    z = (known.centre - cut) / np.sqrt(total)
    removed = np.full(known.missing.shape, -1.0)
    supplier, signal = np.nonzero(known.missing & ~contested)
    removed[supplier, signal] = uncertainty_reduction(
        z[supplier], known.parts[supplier, signal] / total[supplier]
    )
    most = removed.max(axis=1, initial=-1)
    rows = np.flatnonzero(most >= 0)
    # Of equally informative ones the heavier, then the first by name: columns stand by name.
    own_weights = weights[rows] if weights.ndim == 2 else weights
    informative = removed[rows] == most[rows, None]
    chosen = np.where(informative, own_weights, -np.inf).argmax(axis=1)
    after = own.present[rows]
    after[np.arange(rows.size), chosen] = True
    enough = is_sufficient(
        coverage(after, own.applicable[rows], own_weights),
        pillars_with_evidence(after, model.weights, [signal.pillar for signal in own.signals]),
        model.missing.minimum_coverage,
        model.missing.minimum_own_pillars,
    )
    return rows, chosen, removed[rows, chosen], enough


def uncertainty_reduction(z: Floats, share: Floats) -> Floats:
    """Expected fall of p (1 - p) when a part of the variance becomes known.

    Args:
        z: how many spreads the mean lies above the cut.
        share: part of the variance that becomes known, 0..1.
    """
    whole = np.sqrt((1 - share) / (1 + share))
    p = ndtr(z)
    return np.asarray(np.maximum(p - 2 * owens_t(z, whole) - p**2, 0.0), dtype=np.float64)


def _moments(low: Floats, high: Floats, exponent: float) -> tuple[Floats, Floats]:
    """Mean and variance of x^exponent, x even between the bounds."""

    def mean_of(power: float) -> Floats:
        width = high - low
        narrow = width < 1e-9
        area = (high ** (power + 1) - low ** (power + 1)) / (power + 1)
        return np.where(narrow, low**power, area / np.where(narrow, 1.0, width))

    mean = mean_of(exponent)
    return mean, np.maximum(mean_of(2 * exponent) - mean**2, 0.0)


def _shares(counts: Flags, weights: Floats) -> Floats:
    weighted = counts * weights
    total = weighted.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(weighted, total, out=np.zeros(weighted.shape), where=total > 0)
    return shares


def _cut(score: pl.Series, model: ScoringModel) -> float:
    """Score^exponent of the last supplier that the budget reaches; 0 where it reaches all."""
    ranked = score.drop_nulls().sort(descending=True)
    if ranked.len() < model.top_k:
        return 0.0
    return float((ranked[model.top_k - 1] / 100) ** model.exponent)


def _spread(own: NormalisedMatrix, model: ScoringModel, prob_top_k: pl.Series, cut: float) -> float:
    """Spread of score^exponent from all other sources, estimated on fully known suppliers."""
    probability = prob_top_k.cast(pl.Float64).fill_null(np.nan).to_numpy()
    clear = np.flatnonzero(np.abs(probability - 0.5) < 0.5 - _CLEAR)
    known = _known(own.part(clear), model)
    lacks_nothing = ~known.missing.any(axis=1)
    z = ndtri(probability[clear[lacks_nothing]])
    distance = known.centre[lacks_nothing] - cut
    ratio = np.divide(distance, z, out=np.zeros_like(z), where=z != 0)
    ratio = ratio[ratio > 0]
    return float(np.median(ratio)) if ratio.size else _USUAL_SPREAD
