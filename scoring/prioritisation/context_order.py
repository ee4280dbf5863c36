"""An order of the suppliers without a score by country, sector and goods; never a rank by evidence.

Context describes where a supplier is and what it makes, not the supplier. Suppliers of one country,
sector and good therefore share one position, and the order is never mixed with ranks.

The interval is the spread over weightings that can be defended: weights of the context signals
drawn uniformly from all that sum to 1 (Dirichlet with parameters 1), as nothing says that rule of
law weighs more than listed goods. Its lower end is the 5 % quantile of the best position that ties
allow, its upper end the 95 % quantile of the worst.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel

SUPPLIER_EVIDENCE = "supplier-specific evidence"
CONTEXT = "context"
UNKNOWN = "unknown"

_DRAWS = 500
_SEED = 20_240_901
_TAIL = 0.05
_TIE_DECIMALS = 9

Floats = NDArray[np.float64]


def context_order(
    normalised: NormalisedSignals, scores: pl.DataFrame, model: ScoringModel
) -> pl.DataFrame:
    """What orders each supplier, and the position by context of those without a score.

    Args:
        normalised: the normalised signals; context signals with a weight above 0 are used.
        scores: supplier_id and score, null without one.
        model: for the exponent of the power mean.

    Returns:
        supplier_id, order_basis (`supplier-specific evidence` with a score, `context` without
        one where a context signal is known, else `unknown`), context_position (1 = most adverse
        context; ties share the lowest), context_position_p05, context_position_p95 and
        suppliers_by_context (how many are ordered so). Null for the other bases.
    """
    weights = np.array([signal.weight for signal in normalised.context.signals], dtype=np.float64)
    risk = normalised.context.of("risk", np.flatnonzero(weights > 0))
    with_score = scores.filter(pl.col("score").is_not_null())["supplier_id"]
    has_score = normalised.supplier_ids.is_in(with_score.implode()).to_numpy()
    known = ~np.isnan(risk).all(axis=1) if risk.shape[1] else np.zeros(len(has_score), dtype=bool)
    chosen = np.flatnonzero(~has_score & known)
    position, low, high = context_positions(risk[chosen], weights[weights > 0], model.exponent)
    basis = np.where(has_score, SUPPLIER_EVIDENCE, np.where(known, CONTEXT, UNKNOWN))

    def spread(values: NDArray[np.int64]) -> pl.Series:
        everywhere = np.zeros(len(has_score), dtype=np.int64)
        everywhere[chosen] = values
        return pl.Series(everywhere).replace(0, None)

    return pl.DataFrame(
        {
            "supplier_id": normalised.supplier_ids,
            "order_basis": pl.Series(basis.tolist(), dtype=pl.String),
            "context_position": spread(position),
            "context_position_p05": spread(low),
            "context_position_p95": spread(high),
            "suppliers_by_context": spread(np.full(chosen.size, chosen.size, dtype=np.int64)),
        }
    )


def context_positions(
    risk: Floats, weights: Floats, exponent: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Position with the configured weights, and the ends of its interval; 1 is the highest risk.

    Args:
        risk: [suppliers, context signals] in 0..1, NaN where missing; each row has a value.
        weights: configured weight of each signal, above 0.
        exponent: of the power mean.

    Returns:
        Three arrays by supplier: position, lower and upper end.
    """
    if not risk.shape[0]:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    contexts, place, counts = np.unique(risk, axis=0, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    best, _ = _ranks(_mean(contexts, weights, exponent), counts)
    generator = np.random.default_rng(_SEED)
    drawn = generator.dirichlet(np.ones(weights.size), _DRAWS)
    ranked = [_ranks(_mean(contexts, one, exponent), counts) for one in drawn]
    low = np.quantile([first for first, _ in ranked], _TAIL, axis=0, method="lower")
    high = np.quantile([last for _, last in ranked], 1 - _TAIL, axis=0, method="higher")
    # With the configured weights a position can lie outside the spread of the others.
    _, worst = _ranks(_mean(contexts, weights, exponent), counts)
    return (
        best[place],
        np.minimum(low, best).astype(np.int64)[place],
        np.maximum(high, worst).astype(np.int64)[place],
    )


def _mean(contexts: Floats, weights: Floats, exponent: float) -> Floats:
    """Weighted power mean over the signals that are present."""
    present = ~np.isnan(contexts)
    powered = np.where(present, np.nan_to_num(contexts) ** exponent, 0.0)
    total = present @ weights
    mean = np.divide(powered @ weights, total, out=np.zeros(len(contexts)), where=total > 0)
    return np.round(mean ** (1 / exponent), _TIE_DECIMALS)


def _ranks(score: Floats, counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last position of each context among all suppliers, ties included."""
    values, group = np.unique(-score, return_inverse=True)
    sizes = np.bincount(group.reshape(-1), weights=counts, minlength=values.size).astype(np.int64)
    last = np.cumsum(sizes)
    return (last - sizes + 1)[group.reshape(-1)], last[group.reshape(-1)]
