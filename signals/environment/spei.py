"""The standardised precipitation-evapotranspiration index, for many series at once.

The monthly balance of rain and potential evapotranspiration is summed over n months and compared
with the sums of the same calendar month by a three-parameter log-logistic distribution fitted by
unbiased probability-weighted moments (Vicente-Serrano, Beguería and López-Moreno 2010, Journal of
Climate 23:1696-1718), the defaults of R's SPEI package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signals.environment.spi import LARGEST_SPI, rolling_sums

Floats = NDArray[np.float64]

#: Fewer different values than this cannot carry three parameters.
_MIN_VALUES = 4

#: Skews nearer to zero than this are zero.
_SYMMETRIC = 1e-9

_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_MID_MONTH = np.cumsum(_MONTH_DAYS) - _MONTH_DAYS + 15


class LogLogistic(NamedTuple):
    """F(x) = 1 / (1 + e^-y), y = ln(1 + skew (x - location) / spread) / skew, one per series.

    The same as 1 / (1 + (a / (x - g))^b) with b = 1 / skew, a = spread / skew and
    g = location - a, but whole where the skew is zero or negative.
    """

    location: Floats
    spread: Floats
    skew: Floats


@dataclass(frozen=True)
class SpeiSeries:
    """The index of many series.

    Attributes:
        index: shape (series, time).
        years: shape (series, 12), how many years calibrated the columns of each remainder
            modulo 12.
    """

    index: Floats
    years: NDArray[np.int16]


def fit_log_logistic(values: Floats) -> LogLogistic:
    """Fit by the moments w_s = mean of x (1 - F)^s, unbiased.

    b = (2 w1 - w0) / (6 w1 - w0 - 6 w2) and a = (w0 - 2 w1) b / (Γ(1 + 1/b) Γ(1 - 1/b)), where the
    product of the two is (π/b) / sin(π/b).

    Args:
        values: shape (series, years), NaN for what is missing.

    Returns:
        Parameters, NaN where fewer than four values are there or they do not vary.
    """
    ordered = np.sort(values, axis=1)
    number = np.isfinite(ordered).sum(axis=1)
    rank = np.arange(1, values.shape[1] + 1)
    present = rank <= number[:, None]
    above = np.where(present, number[:, None] - rank, 0)
    held = np.where(present, ordered, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        w0 = held.sum(axis=1) / number
        w1 = (held * above).sum(axis=1) / (number * (number - 1.0))
        w2 = (held * above * (above - 1.0)).sum(axis=1) / (number * (number - 1.0) * (number - 2.0))
        skew = (6.0 * w1 - w0 - 6.0 * w2) / (2.0 * w1 - w0)
        product = 1.0 / np.sinc(skew)
        spread = (w0 - 2.0 * w1) / product
        symmetric = np.abs(skew) < _SYMMETRIC
        location = w0 - spread * np.where(symmetric, 0.0, (product - 1.0) / skew)
        varies = (w0 - 2.0 * w1) > 1e-12 * np.abs(held).max(axis=1, initial=0.0)
        fitted = (number >= _MIN_VALUES) & varies & (np.abs(skew) < 1.0)
    return LogLogistic(*(np.where(fitted, part, np.nan) for part in (location, spread, skew)))


def standardised_balance(value: Floats, fitted: LogLogistic) -> Floats:
    """Normal quantile of the fitted probability of each value, within ±3; NaN for NaN.

    Args:
        value: shape (series, values).
        fitted: one distribution per series.
    """
    from scipy.special import expit, ndtri

    location, spread, skew = (part[:, None] for part in fitted)
    with np.errstate(divide="ignore", invalid="ignore"):
        reduced = (value - location) / spread
        symmetric = np.abs(skew) < _SYMMETRIC
        # Beyond its bound the distribution has probability 0 (skew > 0) or 1 (skew < 0).
        logit = np.where(symmetric, reduced, np.log1p(np.maximum(skew * reduced, -1.0)) / skew)
        return np.asarray(np.clip(ndtri(expit(logit)), -LARGEST_SPI, LARGEST_SPI))


def spei_series(
    balance: Floats, months: int, fixed: NDArray[np.bool_], *, minimum: int = 0
) -> SpeiSeries:
    """SPEI of the sums over the last `months` months.

    Args:
        balance: rain less potential evapotranspiration in mm, shape (series, time), NaN where
            missing.
        months: length of the sums.
        fixed: shape (time,), the columns whose sums calibrate.
        minimum: a series with fewer such sums in a calendar month is calibrated on all its own.

    Returns:
        SPEI within ±3, NaN where a month of the sum is missing or nothing can be fitted; and how
        many years calibrated it.
    """
    sums = rolling_sums(balance, months)
    index = np.full(sums.shape, np.nan)
    years = np.zeros((sums.shape[0], 12), dtype=np.int16)
    for calendar_month in range(min(12, sums.shape[1])):
        columns = np.arange(calendar_month, sums.shape[1], 12)
        same = sums[:, columns]
        enough = np.isfinite(same[:, fixed[columns]]).sum(axis=1) >= max(minimum, 1)
        calibration = np.where(fixed[columns] | ~enough[:, None], same, np.nan)
        years[:, calendar_month] = np.isfinite(calibration).sum(axis=1)
        index[:, columns] = standardised_balance(same, fit_log_logistic(calibration))
    return SpeiSeries(index, years)


def radiation_above_air(latitude: Floats, calendar_month: NDArray[np.int64]) -> Floats:
    """Radiation above the air on the middle day of a month, in MJ per m² and day.

    FAO-56 equation 21 (Allen et al. 1998). Where the sun does not set, it is up for the day; where
    it does not rise, there is none.

    Args:
        latitude: degrees, any shape that broadcasts with the months.
        calendar_month: 1 to 12.
    """
    day = _MID_MONTH[np.asarray(calendar_month) - 1]
    angle = 2.0 * np.pi * day / 365.0
    distance = 1.0 + 0.033 * np.cos(angle)
    declination = 0.409 * np.sin(angle - 1.39)
    radians = np.radians(latitude)
    sunset = np.arccos(np.clip(-np.tan(radians) * np.tan(declination), -1.0, 1.0))
    radiation = (
        37.586
        * distance
        * (
            sunset * np.sin(radians) * np.sin(declination)
            + np.cos(radians) * np.cos(declination) * np.sin(sunset)
        )
    )
    return np.asarray(np.maximum(radiation, 0.0))


def hargreaves(
    lowest_c: Floats, highest_c: Floats, latitude: Floats, calendar_month: NDArray[np.int64]
) -> Floats:
    """Potential evapotranspiration of a month in mm, from mean daily extremes.

    0.0023 x 0.408 Ra (T + 17.8) sqrt(Tx - Tn) mm a day (Hargreaves 1994, Journal of Irrigation
    and Drainage Engineering 120:1132-1139), never below zero; times the days of the month,
    February having 28.

    Args:
        lowest_c: mean daily minimum of the month in °C, NaN where missing.
        highest_c: mean daily maximum of the month in °C.
        latitude: degrees.
        calendar_month: 1 to 12.
    """
    mean = (lowest_c + highest_c) / 2.0
    spread = np.sqrt(np.maximum(highest_c - lowest_c, 0.0))
    radiation = radiation_above_air(latitude, calendar_month)
    per_day = 0.0023 * 0.408 * radiation * (mean + 17.8) * spread
    days = _MONTH_DAYS[np.asarray(calendar_month) - 1]
    return np.asarray(np.maximum(per_day, 0.0) * days)
