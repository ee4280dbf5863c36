"""What missing evidence does: never a value, only less coverage, wider bounds or no score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# A coverage of one half made of summed weights may fall short of 0.5 in the last digit.
_ROUNDING = 1e-9


def coverage(present: Flags, applicable: Flags, weights: Floats) -> Floats:
    """Share of the weight that is observed, of what applies to the supplier; 0 if nothing does.

    Args:
        present: [suppliers, signals] there is a value that may be used.
        applicable: [suppliers, signals] the signal means something for the supplier.
        weights: [signals] flattened, or [suppliers, signals] where sector groups state their own.
    """
    return _coverage(present, applicable, np.atleast_2d(np.asarray(weights, dtype=np.float64)))


@njit(cache=True, nogil=True)
def _coverage(present: Flags, applicable: Flags, weights: Floats) -> Floats:
    # A product of flags and weights would first make floats of all flags.
    share = np.zeros(present.shape[0])
    for supplier in range(present.shape[0]):
        applies = 0.0
        observed = 0.0
        own = weights[supplier if weights.shape[0] > 1 else 0]
        for signal in range(own.size):
            if applicable[supplier, signal]:
                applies += own[signal]
                if present[supplier, signal]:
                    observed += own[signal]
        if applies > 0.0:
            share[supplier] = min(observed / applies, 1.0)
    return share


def pillars_with_evidence(
    present: Flags, weights: Floats, pillars: Sequence[str | int]
) -> Integers:
    """Number of pillars with at least one present signal that weighs something.

    Args:
        present: [suppliers, signals].
        weights: [signals] flattened.
        pillars: [signals] name of the pillar.
    """
    names = np.array(pillars, dtype=str)
    count = np.zeros(present.shape[0], dtype=np.int64)
    for name in np.unique(names):
        count += present[:, (names == name) & (weights > 0)].any(axis=1)
    return count


def is_sufficient(
    covered: Floats, pillars: Integers, minimum_coverage: float, minimum_own_pillars: int
) -> Flags:
    """Whether the evidence is enough for a score."""
    enough: Flags = covered >= minimum_coverage - _ROUNDING
    return enough & (pillars >= minimum_own_pillars)


def score_bounds(
    risk: Floats,
    low: Floats,
    high: Floats,
    applicable: Flags,
    weights: Floats,
    exponent: float,
    greatest: Floats | float = 1.0,
) -> tuple[Floats, Floats]:
    """The lowest and the highest score that what is missing could still make.

    Any of the missing signals may come in, the best case at the peers' low quantile and the worst
    at their high one: the bounds run over all subsets of the missing signals. So they hold the
    score of what is present, equal it where nothing is missing, and draw in whenever evidence
    arrives that lies between the quantiles. A signal that no one has may be anything: 0 to the
    greatest.

    Args:
        risk: [suppliers, signals] 0..1, NaN where missing.
        low: [suppliers, signals] the peers' low quantile of risk, NaN where no one is known.
        high: likewise, high.
        applicable: [suppliers, signals].
        weights: [signals] flattened, or [suppliers, signals].
        exponent: of the power mean.
        greatest: [suppliers, signals] risk that a signal can reach, as its sector is weighed.

    Returns:
        Best and worst on the 0..1 scale; NaN where nothing is present and nothing applies.
    """
    low, high = open_bounds(low, high, greatest)
    present = ~np.isnan(risk)
    counted = weighed_sum(present, weights)
    total = weighed_sum(np.where(present, risk, 0.0) ** exponent, weights)
    may_come = applicable & ~present & (weights > 0)
    best, worst = (
        _extreme_mean(
            sign * total, counted, np.where(may_come, sign * fill**exponent, np.nan), weights
        )
        for sign, fill in ((1.0, low), (-1.0, high))
    )
    return best ** (1 / exponent), np.minimum(-worst, 1.0) ** (1 / exponent)


def weighed_sum(values: Floats | Flags, weights: Floats) -> Floats:
    """[suppliers] sum over the signals.

    Args:
        values: [suppliers, signals].
        weights: [signals], or [suppliers, signals].
    """
    if weights.ndim == 1:
        return np.asarray(values @ weights, dtype=np.float64)
    return np.asarray((values * weights).sum(axis=1), dtype=np.float64)


def open_bounds(low: Floats, high: Floats, greatest: Floats | float = 1.0) -> tuple[Floats, Floats]:
    """The quantiles of the peers' risk, 0 and the greatest where no one is known."""
    return np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), greatest, high)


def _extreme_mean(total: Floats, counted: Floats, fills: Floats, weights: Floats) -> Floats:
    """The least weighted mean over all subsets of the fills.

    Takes the fills below the mean reached so far until none is left to take or to give back
    (Dinkelbach 1967); a handful of rounds, each on the rows that still fall.
    """
    mean = np.divide(total, counted, out=np.full(total.shape, np.inf), where=counted > 0)
    rows = np.flatnonzero(~np.isnan(fills).all(axis=1)) if fills.size else np.empty(0, np.int64)
    while rows.size:
        joins = fills[rows] < mean[rows, None]
        own = weights if weights.ndim == 1 else weights[rows]
        weight = counted[rows] + weighed_sum(joins, own)
        summed = total[rows] + weighed_sum(np.where(joins, fills[rows], 0.0), own)
        lower = np.divide(summed, weight, out=mean[rows], where=weight > 0)
        falls = lower < mean[rows]
        mean[rows] = np.minimum(lower, mean[rows])
        rows = rows[falls]
    return np.where(np.isinf(mean), np.nan, mean)
