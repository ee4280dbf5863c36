"""What weights do, against what they say: how much of the scores each signal really carries.

A score to the power p is a sum of parts, one per signal: w r^p over the weight present. The share
of a signal in its variance is cov(part, sum) / var(sum); the shares add up to 1. A signal that
hardly varies carries little however much it weighs, and one that varies much can carry most.

The correlation ratio of a pillar is the share of the variance of the scores that lies between
twentieths of the suppliers ordered by the pillar: what fixing the pillar would take away
(Paruolo, Saisana and Saltelli 2013, J. R. Stat. Soc. A 176).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from scoring.normalisation.normalised_matrix import NormalisedMatrix
from scoring.scoring_model import ScoringModel
from scoring.tune.ranking_measures import Flags, Floats

_BINS = 20


def effective_weights(own: NormalisedMatrix, model: ScoringModel, has_score: Flags) -> pl.DataFrame:
    """Nominal weight and share of the variance of each signal that weighs something.

    Args:
        own: normalised values of own evidence.
        model: the weights and the exponent.
        has_score: [suppliers] only these count.

    Returns:
        signal_id, pillar, nominal_share (of all weights), variance_share (null where no score
        varies), in the order of variance_share, the greatest first.
    """
    parts = score_parts(own, model)[has_score]
    total = parts.sum(axis=1)
    spread = float(total.var()) if total.size else 0.0
    centred = total - total.mean() if total.size else total
    weights = model.weights
    rows = [
        {
            "signal_id": signal.signal_id,
            "pillar": str(signal.pillar),
            "nominal_share": float(weights[column] / weights.sum()),
            "variance_share": (
                float((parts[:, column] * centred).mean() / spread) if spread > 0 else None
            ),
        }
        for column, signal in enumerate(own.signals)
        if weights[column] > 0
    ]
    schema = {
        "signal_id": pl.String(),
        "pillar": pl.String(),
        "nominal_share": pl.Float64(),
        "variance_share": pl.Float64(),
    }
    return pl.DataFrame(rows, schema=schema).sort(
        "variance_share", "signal_id", descending=[True, False], nulls_last=True
    )


def pillar_weights(own: NormalisedMatrix, model: ScoringModel, has_score: Flags) -> pl.DataFrame:
    """The same by pillar, with the correlation ratio.

    Returns:
        pillar, nominal_share, variance_share, correlation_ratio (null where nothing varies or
        fewer suppliers have the pillar than bins); by pillar.
    """
    by_signal = effective_weights(own, model, has_score)
    parts = score_parts(own, model)
    score = parts.sum(axis=1) ** (1 / model.exponent)
    ratios = []
    for pillar in model.pillars:
        columns = [
            column
            for column, signal in enumerate(own.signals)
            if signal.pillar is pillar and signal.weight > 0
        ]
        known = has_score & own.present[:, columns].any(axis=1)
        ratio = correlation_ratio(parts[known][:, columns].sum(axis=1), score[known])
        ratios.append({"pillar": str(pillar), "correlation_ratio": ratio})
    frame = pl.DataFrame(
        ratios, schema={"pillar": pl.String(), "correlation_ratio": pl.Float64()}
    ).with_columns(pl.col("correlation_ratio").fill_nan(None))
    summed = by_signal.group_by("pillar").agg(
        pl.col("nominal_share").sum(),
        pl.when(pl.col("variance_share").is_not_null().all())
        .then(pl.col("variance_share").sum())
        .alias("variance_share"),
    )
    return summed.join(frame, on="pillar", how="left").sort("pillar")


def score_parts(own: NormalisedMatrix, model: ScoringModel) -> Floats:
    """[suppliers, signals] w r^p over the weight present, 0 where missing.

    Sums to (score / 100)^p.
    """
    present = own.present
    weights = own.weighed(model.weights)
    total = np.where(present, weights, 0.0).sum(axis=1, keepdims=True)
    powered = np.where(present, np.nan_to_num(own.risk), 0.0) ** model.exponent * weights
    parts: Floats = np.divide(powered, total, out=np.zeros_like(powered), where=total > 0)
    return parts


def correlation_ratio(of: Floats, score: Floats, bins: int = _BINS) -> float:
    """Share of the variance of a score between equal bins of a part of it; NaN if undefined."""
    if of.size < bins or score.var() == 0:
        return float("nan")
    order = np.argsort(of, kind="stable")
    means, sizes = [], []
    for part in np.array_split(order, bins):
        means.append(score[part].mean())
        sizes.append(part.size)
    between = np.average((np.array(means) - score.mean()) ** 2, weights=sizes)
    return float(between / score.var())
