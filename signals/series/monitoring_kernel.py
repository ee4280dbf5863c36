"""Fit season-trend models to histories and monitor their residuals, many series at once.

Series with the same gaps share one factorised normal matrix; each series then costs a few
multiplications per observation. Gaps are left out exactly: time counts observations, as in the
reference implementations.
"""

import numpy as np
from numpy.typing import NDArray

from signals.measure.compiled import compiled

MOSUM, CUSUM = 0, 1

#: Columns of the numbers returned per series.
SIGMA, PHI, HISTORY, MONITORED, PEAK, LAST, FIRST, MAGNITUDE, NUMBERS = range(9)


@compiled
def factorised(normal: NDArray[np.float64]) -> bool:
    """Replace a symmetric matrix by its lower Cholesky factor; False where it is singular."""
    size = normal.shape[0]
    largest = 0.0
    for row in range(size):
        largest = max(largest, normal[row, row])
    for column in range(size):
        for row in range(column, size):
            total = normal[row, column]
            for inner in range(column):
                total -= normal[row, inner] * normal[column, inner]
            if row == column:
                if total <= 1e-13 * largest:
                    return False
                normal[row, row] = np.sqrt(total)
            else:
                normal[row, column] = total / normal[column, column]
    return True


@compiled
def solve(factor: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    """Solve L L' x = right in place for the factor of `factorised`."""
    size = factor.shape[0]
    for row in range(size):
        total = right[row]
        for inner in range(row):
            total -= factor[row, inner] * right[inner]
        right[row] = total / factor[row, row]
    for row in range(size - 1, -1, -1):
        total = right[row]
        for inner in range(row + 1, size):
            total -= factor[inner, row] * right[inner]
        right[row] = total / factor[row, row]


@compiled
def monitor_groups(
    values: NDArray[np.float64],
    design: NDArray[np.float64],
    history_end: int,
    members: NDArray[np.int64],
    group_starts: NDArray[np.int64],
    kind: int,
    window_share: float,
    longest_window: int,
    long_run: bool,
    critical: NDArray[np.float64],
    numbers: NDArray[np.float64],
    coefficients: NDArray[np.float64],
) -> None:
    """Fit and monitor groups of series that have the same gaps.

    Args:
        values: (series, times), NaN where there is no observation.
        design: (times, columns) of the model.
        history_end: First time that is monitored.
        members: Series, group after group.
        group_starts: First member of each group, with the total as last entry.
        kind: MOSUM or CUSUM.
        window_share: Window of the MOSUM as a share of the history's observations.
        longest_window: Most observations in that window.
        long_run: Scale by the long-run standard deviation of an AR(1) instead of the plain one.
        critical: Per series, factor of the MOSUM boundary sqrt(log+ t/n), or a² of the CUSUM's.
        numbers: Filled per series: sigma (already long-run if asked for), phi, observations of
            the history, observations monitored, largest process over boundary, process and
            boundary ratio at the last observation, time of the first crossing (NaN: none),
            median residual monitored. NaN where the history is too short.
        coefficients: Filled per series, (series, columns).
    """
    times, columns = design.shape
    normal = np.empty((columns, columns))
    slots = np.empty(times, np.int64)
    residuals = np.empty(times)
    beta = np.empty(columns)
    rows = np.empty((times, columns))
    whole = np.zeros((columns, columns))
    for time in range(history_end):
        _add_outer(whole, design[time], 1.0)
    for group in range(len(group_starts) - 1):
        first = members[group_starts[group]]
        count, history = 0, 0
        for time in range(times):
            if not np.isnan(values[first, time]):
                slots[count] = time
                rows[count] = design[time]
                count += 1
                if time < history_end:
                    history += 1
        enough = history > columns
        if enough:
            if 2 * history > history_end:
                normal[:] = whole
                for time in range(history_end):
                    if np.isnan(values[first, time]):
                        _add_outer(normal, design[time], -1.0)
            else:
                normal[:] = 0.0
                for slot in range(history):
                    _add_outer(normal, rows[slot], 1.0)
            enough = factorised(normal)
        for member in range(group_starts[group], group_starts[group + 1]):
            series = members[member]
            numbers[series, HISTORY] = history
            numbers[series, MONITORED] = count - history
            if not enough:
                continue
            beta[:] = 0.0
            for slot in range(history):
                value = values[series, slots[slot]]
                for column in range(columns):
                    beta[column] += rows[slot, column] * value
            solve(normal, beta)
            coefficients[series] = beta
            for slot in range(count):
                fitted = 0.0
                for column in range(columns):
                    fitted += rows[slot, column] * beta[column]
                residuals[slot] = values[series, slots[slot]] - fitted
            _spread(residuals, slots, history, columns, long_run, numbers[series])
            _watch(
                residuals,
                slots,
                history,
                count,
                kind,
                window_share,
                longest_window,
                critical[series],
                numbers[series],
            )


@compiled
def _add_outer(normal: NDArray[np.float64], row: NDArray[np.float64], sign: float) -> None:
    """Add the lower half of row row' to a matrix."""
    for first in range(len(row)):
        factor = sign * row[first]
        for second in range(first + 1):
            normal[first, second] += factor * row[second]


@compiled
def _spread(
    residuals: NDArray[np.float64],
    slots: NDArray[np.int64],
    history: int,
    columns: int,
    long_run: bool,
    numbers: NDArray[np.float64],
) -> None:
    """Fill sigma and phi: r1 + (1 + columns) / n within [0, 0.9], of neighbours without a gap."""
    squares, products, pairs = 0.0, 0.0, 0
    for slot in range(history):
        squares += residuals[slot] ** 2
        if slot > 0 and slots[slot] == slots[slot - 1] + 1:
            products += residuals[slot] * residuals[slot - 1]
            pairs += 1
    sigma = np.sqrt(squares / (history - columns))
    phi = 0.0
    if pairs > 0 and squares > 0.0:
        first = products / squares * (history / (pairs + 1.0))
        phi = min(max(first + (1.0 + columns) / history, 0.0), 0.9)
    numbers[PHI] = phi
    numbers[SIGMA] = sigma * np.sqrt((1.0 + phi) / (1.0 - phi)) if long_run else sigma


@compiled
def _watch(
    residuals: NDArray[np.float64],
    slots: NDArray[np.int64],
    history: int,
    count: int,
    kind: int,
    window_share: float,
    longest_window: int,
    critical: float,
    numbers: NDArray[np.float64],
) -> None:
    """Fill peak, last process and boundary, first crossing and magnitude."""
    scale = numbers[SIGMA] * np.sqrt(history)
    window = max(1, min(int(np.floor(window_share * history + 1e-9)), longest_window))
    process, peak, last = 0.0, 0.0, 0.0
    first = np.nan
    if kind == MOSUM:
        for slot in range(history - window, history):
            process += residuals[slot]
    else:
        for slot in range(history):
            process += residuals[slot]
    for slot in range(history, count):
        process += residuals[slot]
        if kind == MOSUM:
            process -= residuals[slot - window]
        share = (slot + 1.0) / history
        if kind == MOSUM:
            boundary = np.sqrt(max(1.0, np.log(share)))
            crossed = critical
        else:
            boundary = np.sqrt(share * (share - 1.0) * (critical + np.log(share / (share - 1.0))))
            crossed = 1.0
        last = process / scale if scale > 0.0 else 0.0
        ratio = abs(last) / boundary
        peak = max(peak, ratio)
        if np.isnan(first) and ratio > crossed:
            first = slots[slot]
    numbers[PEAK] = peak
    numbers[LAST] = last
    numbers[FIRST] = first
    numbers[MAGNITUDE] = np.median(residuals[history:count]) if count > history else np.nan
