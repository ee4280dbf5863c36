"""The SPI of whole series, compiled: gamma fits and their probabilities, site by site.

The incomplete gamma function is its ascending series, P(a, x) = x^a e^-x / Γ(a + 1) x
(1 + x/(a+1) + x²/((a+1)(a+2)) + ...) (Abramowitz and Stegun 6.5.29), all terms positive, run for
all years of a calendar month side by side so that the reciprocals are shared. The normal quantile
is Wichura's AS 241 (1988, Applied Statistics 37:477-484).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled

Floats = NDArray[np.float64]

#: Codes of the fits.
THOM, EXACT = 0, 1

_LARGEST_TERM = 1e-14
_TERMS_BETWEEN_CHECKS = 8
#: Values this many standard deviations above the mean of the fit have probability 1 in print.
_FAR = 12.0


@compiled
def spi_rows(
    monthly: Floats,
    months: int,
    fixed: NDArray[np.bool_],
    minimum: int,
    since: int,
    fit: int,
    largest: float,
    index: Floats,
    years: NDArray[np.int16],
) -> None:
    """Fill `index` (sites x columns from `since`) and `years` (sites x 12) for rows of `monthly`.

    `years` is by column modulo 12; calendar months that nothing is asked of keep theirs.
    """
    sites, columns = monthly.shape
    most = columns // 12 + 1
    sums = np.empty(columns)
    values, logs, probability = np.empty(most), np.empty(most), np.empty(most)
    term, total = np.empty(most), np.empty(most)
    for site in range(sites):
        _window_sums(monthly[site], months, sums)
        for calendar_month in range(min(12, columns)):
            # Only the calendar months that have a column from `since` on are asked for.
            first_asked = since + (calendar_month - since) % 12
            if first_asked >= columns:
                continue
            count = 0
            for column in range(calendar_month, columns, 12):
                values[count] = sums[column]
                logs[count] = math.log(sums[column]) if sums[column] > 0.0 else 0.0
                count += 1
            zeros, positive, mean, mean_log = _moments(
                values, logs, count, calendar_month, fixed, minimum
            )
            years[site, calendar_month] = zeros + positive
            shape = _shape(math.log(mean) - mean_log, fit) if positive >= 2 else np.nan
            if np.isnan(shape):
                for column in range(first_asked, columns, 12):
                    index[site, column - since] = np.nan
                continue
            dry = zeros / (zeros + positive)
            skipped = (first_asked - calendar_month) // 12
            asked = count - skipped
            _scale(values[skipped:], logs[skipped:], asked, shape, mean / shape)
            _incomplete_gamma(
                shape, values[skipped:], logs[skipped:], asked, term, total, probability
            )
            far = _far(shape)
            for item in range(asked):
                column = first_asked + 12 * item
                value = sums[column]
                if np.isnan(value):
                    index[site, column - since] = np.nan
                    continue
                if value <= 0.0:
                    chance = dry / 2.0
                elif value >= far * (mean / shape):
                    chance = 1.0
                else:
                    chance = dry + (1.0 - dry) * probability[item]
                index[site, column - since] = _normal_quantile(chance, largest)


@compiled
def _window_sums(row: Floats, months: int, sums: Floats) -> None:
    """Sums over the last months, each added afresh so that dry months give exactly zero."""
    sums[: months - 1] = np.nan
    count = row.size - months + 1
    if count <= 0:
        return
    tail = sums[months - 1 :]
    tail[:] = row[:count]
    for step in range(1, months):
        moved = row[step:]
        for column in range(count):
            tail[column] += moved[column]


@compiled
def _moments(
    values: Floats,
    logs: Floats,
    count: int,
    calendar_month: int,
    fixed: NDArray[np.bool_],
    minimum: int,
) -> tuple[int, int, float, float]:
    """Zeros, positives, their mean and mean logarithm over the calibration years."""
    in_fixed = 0
    for item in range(count):
        if fixed[calendar_month + 12 * item] and not np.isnan(values[item]):
            in_fixed += 1
    every = in_fixed < minimum
    zeros, positive, total, log_total = 0, 0, 0.0, 0.0
    for item in range(count):
        value = values[item]
        if np.isnan(value) or not (every or fixed[calendar_month + 12 * item]):
            continue
        if value > 0.0:
            positive += 1
            total += value
            log_total += logs[item]
        elif value == 0.0:
            zeros += 1
    if positive == 0:
        return zeros, 0, np.nan, np.nan
    return zeros, positive, total / positive, log_total / positive


@compiled
def _far(shape: float) -> float:
    """Where the fitted probability is 1 in print."""
    return shape + _FAR * math.sqrt(shape) + 4.0 * _FAR


@compiled
def _scale(values: Floats, logs: Floats, count: int, shape: float, scale: float) -> None:
    """Divide by the scale; the shape stands in for what is missing, zero or far."""
    far, log_scale, log_shape = _far(shape), math.log(scale), math.log(shape)
    for item in range(count):
        scaled = values[item] / scale
        if scaled > 0.0 and scaled < far:
            values[item] = scaled
            logs[item] -= log_scale
        else:
            values[item] = shape
            logs[item] = log_shape


@compiled
def _shape(statistic: float, fit: int) -> float:
    """Shape of the gamma distribution from A = ln(mean) - mean(ln); NaN where nothing varies."""
    if not statistic > 1e-12:
        return np.nan
    shape = (1.0 + math.sqrt(1.0 + 4.0 * statistic / 3.0)) / (4.0 * statistic)
    if fit == EXACT:
        # Newton on ln(a) - digamma(a) = A in 1/a (Minka 2002). It squares the error each time, so
        # a step of 1e-9 leaves none.
        for _ in range(20):
            digamma, trigamma = _psi(shape)
            step = (statistic - math.log(shape) + digamma) / (
                shape * shape * (1.0 / shape - trigamma)
            )
            inverse = 1.0 / shape - step
            if not inverse > 0.0:
                break
            moved = abs(1.0 / inverse - shape)
            shape = 1.0 / inverse
            if moved <= 1e-9 * shape:
                break
    return shape


@compiled
def _psi(shape: float) -> tuple[float, float]:
    """Digamma and trigamma: recurrence up to 10, then the asymptotic series (A&S 6.3, 6.4)."""
    digamma, trigamma = 0.0, 0.0
    while shape < 10.0:
        digamma -= 1.0 / shape
        trigamma += 1.0 / (shape * shape)
        shape += 1.0
    inverse = 1.0 / shape
    square = inverse * inverse
    digamma += (
        math.log(shape)
        - 0.5 * inverse
        - square
        * (
            1.0 / 12.0
            - square
            * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square / 132.0)))
        )
    )
    trigamma += (
        inverse
        + 0.5 * square
        + inverse
        * square
        * (
            1.0 / 6.0
            - square
            * (1.0 / 30.0 - square * (1.0 / 42.0 - square * (1.0 / 30.0 - square * 5 / 66)))
        )
    )
    return digamma, trigamma


@compiled
def _incomplete_gamma(
    shape: float,
    values: Floats,
    logs: Floats,
    count: int,
    term: Floats,
    total: Floats,
    probability: Floats,
) -> None:
    """P(shape, value) of the first `count` values into `probability`."""
    for item in range(count):
        term[item] = 1.0
        total[item] = 1.0
    divisor = shape
    unfinished = True
    while unfinished:
        for _ in range(_TERMS_BETWEEN_CHECKS):
            divisor += 1.0
            reciprocal = 1.0 / divisor
            for item in range(count):
                term[item] *= values[item] * reciprocal
                total[item] += term[item]
        unfinished = False
        for item in range(count):
            unfinished |= term[item] > _LARGEST_TERM * total[item]
    log_gamma = math.lgamma(shape + 1.0)
    for item in range(count):
        share = total[item] * math.exp(shape * logs[item] - values[item] - log_gamma)
        probability[item] = min(share, 1.0)


@compiled
def _normal_quantile(probability: float, largest: float) -> float:
    """Normal quantile within ±`largest`."""
    centred = probability - 0.5
    if abs(centred) <= 0.425:
        r = 0.180625 - centred * centred
        top = 2.5090809287301226727e3
        for c in (3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
                  1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2,
                  3.3871328727963666080e0):  # fmt: skip
            top = top * r + c
        bottom = 5.2264952788528545610e3
        for c in (2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
                  5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1,
                  1.0):  # fmt: skip
            bottom = bottom * r + c
        quantile = centred * top / bottom
    else:
        tail = min(probability, 1.0 - probability)
        if tail <= 0.0:
            quantile = np.inf
        else:
            # Beyond z = 5 the tables have another row; `largest` is well below it.
            r = math.sqrt(-math.log(tail)) - 1.6
            top = 7.74545014278341407640e-4
            for c in (2.27238449892691845833e-2, 2.41780725177450611770e-1,
                      1.27045825245236838258e0, 3.64784832476320460504e0,
                      5.76949722146069140550e0, 4.63033784615654529590e0,
                      1.42343711074968357734e0):  # fmt: skip
                top = top * r + c
            bottom = 1.05075007164441684324e-9
            for c in (5.47593808499534494600e-4, 1.51986665636164571966e-2,
                      1.48103976427480074590e-1, 6.89767334985100004550e-1,
                      1.67638483018380384940e0, 2.05319162663775882187e0, 1.0):  # fmt: skip
                bottom = bottom * r + c
            quantile = top / bottom
        if centred < 0.0:
            quantile = -quantile
    return min(max(quantile, -largest), largest)
