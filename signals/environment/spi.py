"""The standardised precipitation index, for many series at once.

Gamma fit per calendar month with the mass at zero (McKee, Doesken and Kleist 1993).
Two fits are offered. `fit_gamma_likelihood` is Thom's (1958) approximation to maximum likelihood
and is what the signal uses. `fit_gamma_moments` is the L-moment fit by unbiased
probability-weighted moments, the default of R's SPEI package; the two differ by some 0.1 in SPI,
more in the tails.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Fit = Callable[[Floats], tuple[Floats, Floats]]

#: SPI is clipped to this: few series are long enough to distinguish values beyond it.
LARGEST_SPI = 3.0


def rolling_sums(monthly: Floats, months: int) -> Floats:
    """Sums over the last `months` months.

    Args:
        monthly: shape (series, time), NaN where a month is missing.
        months: length of the sum.

    Returns:
        Same shape; NaN where any month of the sum is missing.
    """
    sums = np.full(monthly.shape, np.nan)
    if monthly.shape[1] >= months:
        windows = np.lib.stride_tricks.sliding_window_view(monthly, months, axis=1)
        sums[:, months - 1 :] = windows.sum(axis=2)
    return sums


def fit_gamma_likelihood(positive: Floats) -> tuple[Floats, Floats]:
    """Shape and scale by A = ln(mean) - mean(ln), shape = (1 + sqrt(1 + 4A/3)) / 4A.

    Args:
        positive: shape (series, years), NaN for what is missing or zero.

    Returns:
        Shape and scale per series, NaN where fewer than two different values are there.
    """
    count = np.isfinite(positive).sum(axis=1)
    total = np.nansum(positive, axis=1)
    logs = np.nansum(np.log(positive), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        statistic = np.log(mean) - logs / count
        shape = (1.0 + np.sqrt(1.0 + 4.0 * statistic / 3.0)) / (4.0 * statistic)
        fitted = (count >= 2) & (statistic > 1e-12)
        return np.where(fitted, shape, np.nan), np.where(fitted, mean / shape, np.nan)


def fit_gamma_moments(positive: Floats) -> tuple[Floats, Floats]:
    """Shape and scale by L-moments from unbiased probability-weighted moments.

    Hosking and Wallis 1997, Regional Frequency Analysis, A.3 (rational approximation).

    Args:
        positive: shape (series, years), NaN for what is missing or zero.

    Returns:
        Shape and scale per series, NaN where fewer than two different values are there.
    """
    ordered = np.sort(positive, axis=1)
    count = np.isfinite(positive).sum(axis=1)
    rank = np.arange(positive.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.nansum(ordered, axis=1) / count
        weights = np.where(rank < count[:, None], rank / (count[:, None] - 1.0), 0.0)
        first_moment = np.nansum(weights * ordered, axis=1) / count
        second_l_moment = 2.0 * first_moment - mean
        ratio = second_l_moment / mean
        low = np.pi * ratio**2
        high = 1.0 - ratio
        shape = np.where(
            ratio < 0.5,
            (1.0 - 0.3080 * low) / (low - 0.05812 * low**2 + 0.01765 * low**3),
            (0.7213 * high - 0.5947 * high**2) / (1.0 - 2.1817 * high + 1.2113 * high**2),
        )
        fitted = (count >= 2) & (ratio > 1e-12)
        return np.where(fitted, shape, np.nan), np.where(fitted, mean / shape, np.nan)


def standardised(value: Floats, calibration: Floats, fit: Fit = fit_gamma_likelihood) -> Floats:
    """SPI of one value per series against that calendar month's sums in the calibration years.

    H = q + (1 - q) G(x) with q the share of zeros; a sum of zero stands in the middle of the
    mass at zero, q / 2, so that dry climates are not read as wet.

    Args:
        value: shape (series,), the sums to judge.
        calibration: shape (series, years), NaN for missing years.
        fit: how the gamma distribution is fitted.

    Returns:
        SPI within ±3; NaN where the value is missing or nothing can be fitted.
    """
    from scipy.special import gammainc, ndtri

    observed = np.isfinite(calibration).sum(axis=1)
    shape, scale = fit(np.where(calibration > 0.0, calibration, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        zeros = (calibration == 0.0).sum(axis=1) / observed
        below = gammainc(shape, np.maximum(value, 0.0) / scale)
        probability = np.where(value > 0.0, zeros + (1.0 - zeros) * below, zeros / 2.0)
        index = np.clip(ndtri(probability), -LARGEST_SPI, LARGEST_SPI)
    return np.where(np.isfinite(value) & np.isfinite(shape), index, np.nan)


def standard_error(index: Floats, years: NDArray[np.int64]) -> Floats:
    """Sampling error of an index fitted on so many years: sqrt((1 + z²/2) / years).

    The delta-method error of a fitted normal quantile; the gamma fit is close to it.
    """
    return np.asarray(np.sqrt((1.0 + index**2 / 2.0) / years))
