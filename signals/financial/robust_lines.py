"""Robust lines through short series of many companies at once.

Huber's M estimator as `statsmodels.RLM` fits it (iteratively reweighted least squares, scale by
the median absolute deviation, covariance H1: Huber 1973, Annals of Statistics 1(5)), with its norm
and its scale, but for all series of one length together: a fit of one series takes milliseconds, a
list holds ten thousands.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: As in `RLM.fit`.
_ROUNDS = 50
_TOLERANCE = 1e-8
#: Residuals below this share of the largest value are rounding.
_NO_RESIDUAL = 1e-9


def robust_slopes(years: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Slope per year of the robust line through each series, and its standard error.

    Where most points of a series lie on one line the scale of its residuals is zero and the robust
    weights are undefined; the line through those points is then the answer, without error.

    Args:
        years: [series, periods], different within a series.
        values: [series, periods], finite; at least three periods.
    """
    middle = _middle_slopes(years, values)
    offset = values - middle[:, None] * years
    residual = np.abs(offset - np.median(offset, axis=1, keepdims=True))
    size = np.maximum(1.0, np.abs(values).max(axis=1))
    scattered = np.median(residual, axis=1) > _NO_RESIDUAL * size
    slopes, errors = middle.copy(), np.zeros(middle.size)
    if scattered.any():
        slopes[scattered], errors[scattered] = _huber(years[scattered], values[scattered])
    return slopes, errors


def _middle_slopes(years: Floats, values: Floats) -> Floats:
    """Median of the slopes through all pairs of points (Theil 1950, Sen 1968)."""
    i, j = np.array(list(combinations(range(years.shape[1]), 2))).T
    slopes = (values[:, j] - values[:, i]) / (years[:, j] - years[:, i])
    return np.asarray(np.median(slopes, axis=1), dtype=np.float64)


def _huber(years: Floats, values: Floats) -> tuple[Floats, Floats]:
    # Imported here: verbs that only list the signals need not wait for statsmodels.
    from statsmodels.robust import norms
    from statsmodels.robust.scale import mad

    norm = norms.HuberT()
    freedom = years.shape[1] - 2
    slope, residual, spread = _weighted(years, values, np.ones_like(values))
    scale = mad(residual, axis=1, center=0)
    deviance = norm(residual / spread[:, None]).sum(axis=1)
    going = np.flatnonzero(scale > 0)
    for _ in range(_ROUNDS - 1):
        if not going.size:
            break
        weights = norm.weights(residual[going] / scale[going, None])
        slope[going], residual[going], spread[going] = _weighted(
            years[going], values[going], weights
        )
        scale[going] = mad(residual[going], axis=1, center=0)
        now = norm(residual[going] / spread[going, None]).sum(axis=1)
        moved = np.abs(now - deviance[going]) > _TOLERANCE
        deviance[going] = now
        going = going[moved & (scale[going] > 0)]
    unscaled = (scale == 0)[:, None]
    standard = np.where(unscaled, 0.0, residual / np.where(unscaled, 1.0, scale[:, None]))
    inside = norm.psi_deriv(standard)
    share = inside.mean(axis=1)
    correction = 1.0 + 2.0 / years.shape[1] * inside.var(axis=1) / share**2
    squares = (norm.psi(standard) ** 2).sum(axis=1) * scale**2 / freedom
    distance = years - years.mean(axis=1, keepdims=True)
    variance = correction**2 * squares / share**2 / (distance**2).sum(axis=1)
    return slope, np.sqrt(variance)


def _weighted(years: Floats, values: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted least squares: slopes, residuals, and the mean weighted square of the residuals."""
    total = weights.sum(axis=1, keepdims=True)
    x = years - (weights * years).sum(axis=1, keepdims=True) / total
    y = values - (weights * values).sum(axis=1, keepdims=True) / total
    slope = (weights * x * y).sum(axis=1) / (weights * x**2).sum(axis=1)
    residual = y - slope[:, None] * x
    return slope, residual, (weights * residual**2).sum(axis=1) / (years.shape[1] - 2)
