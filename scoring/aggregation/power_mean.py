"""The score: a weighted power mean of risks over the signals that are present, and its ranks.

A power mean with exponent above 1 lets one serious signal raise the whole, and it stays monotone
in every signal. A geometric mean of risks would do the opposite: one quiet pillar hides the rest.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]

# Scores that agree to this many decimals differ only by the rounding of their sums: they tie.
TIE_DECIMALS = 12


def checked_weights(
    weights: ArrayLike, signals: int, suppliers: int | None = None
) -> NDArray[np.float64]:
    """Return the weights as float64, rejecting what cannot weigh anything.

    Args:
        weights: one nonnegative weight per signal; only their ratios matter.
        signals: how many signals there are.
        suppliers: how many, where each may have weights of its own; None: all share them.

    Raises:
        ValueError: the shape is wrong, or the weights are negative, not finite or all zero.
    """
    checked = np.asarray(weights, dtype=np.float64)
    if checked.shape != (signals,) and checked.shape != (suppliers, signals):
        raise ValueError(
            f"There are {signals} signals but weights of shape {checked.shape}: "
            "give one weight per signal."
        )
    if not np.isfinite(checked).all() or (checked < 0).any():
        raise ValueError(
            "A weight is negative or not a finite number: give each signal a weight of 0 or more."
        )
    # Of no suppliers there are no weights, and nothing to score.
    if len(checked) and not (checked > 0).any():
        raise ValueError(
            "Every weight is 0, so no score can be made: give at least one signal a weight above 0."
        )
    return checked


def checked_risks(risk: ArrayLike, name: str = "risk") -> Floats:
    """Return normalised risks as a two-dimensional float array, NaN where missing.

    float32 stays float32 and is never copied; everything else becomes float64.

    Raises:
        ValueError: not two-dimensional, infinite, or outside [0, 1].
    """
    checked: Floats = np.asarray(risk)
    if checked.dtype != np.float32:
        checked = checked.astype(np.float64, copy=False)
    if checked.ndim != 2:
        raise ValueError(
            f"{name} has {checked.ndim} dimensions: give one row per supplier and one column per "
            "signal."
        )
    # fmin and fmax pass over NaN, and an infinite value is outside the range like any other.
    if checked.size:
        lowest = np.fmin.reduce(checked, axis=None)
        highest = np.fmax.reduce(checked, axis=None)
        if lowest < 0 or highest > 1:
            raise ValueError(
                f"{name} runs from {lowest:g} to {highest:g}: normalise every value to 0..1 first, "
                "and leave a missing one NaN."
            )
    return checked


def checked_power(power: float) -> float:
    """Return the exponent of the power mean.

    Raises:
        ValueError: not a finite number above 0.
    """
    if not np.isfinite(power) or power <= 0:
        raise ValueError(f"The power is {power}: give a finite number above 0 (2 is the default).")
    return float(power)


def power_mean(risk: ArrayLike, weights: ArrayLike, power: float = 2.0) -> NDArray[np.float64]:
    """Score every supplier: (sum w r^p / sum w)^(1/p) over the signals it has.

    Args:
        risk: [suppliers, signals] normalised risk in 0..1, NaN where missing.
        weights: [signals], 0 or more. Flattened: pillar weight times weight within the pillar.
            Or [suppliers, signals], where sector groups state their own.
        power: the exponent p; 1 is the arithmetic mean, larger leans to the worst signal.

    Returns:
        [suppliers] scores in 0..1. NaN where no signal with a weight above 0 is present: a missing
        value is never counted as zero nor filled.

    Raises:
        ValueError: weights all zero or negative, a risk that is infinite or outside 0..1, or a
            power that is not above 0.
    """
    checked = checked_risks(risk)
    suppliers, signals = checked.shape
    weighed = checked_weights(weights, signals, suppliers)
    return _power_mean(checked, np.atleast_2d(weighed), checked_power(power))


@njit(cache=True, nogil=True)
def _power_mean(risk: Floats, weights: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    suppliers, signals = risk.shape
    scores = np.empty(suppliers)
    for supplier in range(suppliers):
        total = 0.0
        weight = 0.0
        own = weights[supplier if weights.shape[0] > 1 else 0]
        for signal in range(signals):
            value = np.float64(risk[supplier, signal])
            if own[signal] > 0.0 and not np.isnan(value):
                weight += own[signal]
                if power == 1.0:
                    total += own[signal] * value
                elif power == 2.0:
                    total += own[signal] * value * value
                else:
                    total += own[signal] * value**power
        if weight == 0.0:
            scores[supplier] = np.nan
        else:
            # A ratio a rounding error above 1 is 1.
            scores[supplier] = min(total / weight, 1.0) ** (1.0 / power)
    return scores


def tied_ranks(scores: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last rank that each supplier shares with its equals.

    Place 1 is the highest score. Suppliers whose scores agree to 12 decimals tie, and a supplier
    without a tie has one place, first and last alike.

    Args:
        scores: [suppliers], NaN where not scored.

    Returns:
        Two arrays [suppliers]; 0 and 0 where not scored, since such a supplier has no rank.
    """
    rounded = np.round(np.asarray(scores, dtype=np.float64), TIE_DECIMALS)
    # From the highest; NaN sorts last.
    order = np.argsort(-rounded)[: np.count_nonzero(~np.isnan(rounded))]
    ordered = rounded[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: ordered.size])
    sizes = np.diff(np.append(starts, ordered.size))
    first = np.zeros(rounded.shape, dtype=np.int64)
    last = np.zeros(rounded.shape, dtype=np.int64)
    first[order] = np.repeat(starts + 1, sizes)
    last[order] = np.repeat(starts + sizes, sizes)
    return first, last


def mid_ranks(scores: ArrayLike) -> NDArray[np.float64]:
    """Rank the scores; 1 is the highest, and tied suppliers share the middle of their places.

    Three suppliers tied for places 1 to 3 all have rank 2, two tied for 1 and 2 have 1.5. So ranks
    always sum to n (n + 1) / 2, and turning the list over turns the ranks over. `tied_ranks`
    gives the places themselves for printing ("2 to 4, tied").

    Args:
        scores: [suppliers], NaN where not scored.

    Returns:
        [suppliers] ranks, NaN where not scored.
    """
    first, last = tied_ranks(scores)
    return np.where(first > 0, (first + last) / 2.0, np.nan)
