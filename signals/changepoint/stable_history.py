"""Reverse-ordered CUSUM of recursive residuals: where the stable history of a series begins.

Pesaran and Timmermann 2002, Journal of Empirical Finance 9:495-510; recursive residuals after
Brown, Durbin and Evans 1975, Journal of the Royal Statistical Society B 37:149-192; p-value of
the Brownian motion after Zeileis et al. 2002, Journal of Statistical Software 7(2).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm


def recursive_residuals(
    design: NDArray[np.float64], values: NDArray[np.float64], first: int | None = None
) -> NDArray[np.float64]:
    """Return the standardised one-step forecast errors from observation `first` on.

    Args:
        design: (observations, columns), without gaps.
        values: Observations.
        first: Observations of the first fit; None for as many as there are columns.

    Raises:
        ValueError: the first observations do not determine the model.
    """
    first = design.shape[1] if first is None else first
    beginning = design[:first]
    if np.linalg.matrix_rank(beginning) < design.shape[1]:
        raise ValueError("the first observations do not determine the model")
    # By way of the pseudo-inverse: neighbouring dates nearly repeat each other.
    unfold = np.linalg.pinv(beginning)
    inverse, beta = unfold @ unfold.T, unfold @ values[:first]
    residuals = np.empty(len(values) - first)
    for step, (row, value) in enumerate(zip(design[first:], values[first:], strict=True)):
        spread = inverse @ row
        variance = 1.0 + row @ spread
        error = value - row @ beta
        residuals[step] = error / np.sqrt(variance)
        inverse -= np.outer(spread, spread) / variance
        beta += spread * (error / variance)
    return residuals


def recursive_cusum(
    design: NDArray[np.float64], values: NDArray[np.float64], first: int | None = None
) -> NDArray[np.float64]:
    """Return the cumulated recursive residuals, scaled; begins with 0."""
    residuals = recursive_residuals(design, values, first)
    scale = np.std(residuals, ddof=1) * np.sqrt(len(residuals))
    return np.asarray(np.concatenate([[0.0], np.cumsum(residuals)]) / scale)


def brownian_p_value(statistic: float) -> float:
    """Return the probability that a Brownian motion leaves the linear boundaries of this factor."""
    if statistic < 0.3:
        return 1.0 - 0.1464 * statistic
    return float(
        2.0
        * (
            1.0
            - norm.cdf(3.0 * statistic)
            + np.exp(-4.0 * statistic**2) * (norm.cdf(statistic) + norm.cdf(5.0 * statistic) - 1.0)
            - np.exp(-16.0 * statistic**2) * (1.0 - norm.cdf(statistic))
        )
    )


def stable_from(
    design: NDArray[np.float64],
    values: NDArray[np.float64],
    *,
    level: float = 0.05,
    first: int | None = None,
) -> int:
    """Return the first observation of the history that is stable up to its end.

    Args:
        design: (observations, columns) of the history, without gaps, in the order of time.
        values: Observations.
        level: Of the test for any instability.
        first: Observations of the first fit, see `recursive_residuals`.
    """
    process = recursive_cusum(design[::-1], values[::-1], first)
    shares = np.linspace(0.0, 1.0, len(process))
    relative = np.abs(process) / (1.0 + 2.0 * shares)
    if brownian_p_value(float(relative[1:].max())) >= level:
        return 0
    critical = brentq(lambda factor: brownian_p_value(factor) - level, 0.3, 20.0)
    return len(process) - 1 - int(np.flatnonzero(relative[1:] > critical)[0])
