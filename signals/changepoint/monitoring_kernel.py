"""Fit season-trend models to histories and monitor their residuals, many series at once.

Eight series go side by side through the same steps, each with the normal matrix of its own
observations. Gaps are left out exactly: time counts observations, as in the reference
implementations.
"""

import numpy as np
from numpy.typing import NDArray

from signals.changepoint.medians import FEW, exchanges_of, median_of, sort_later
from signals.changepoint.normal_equations import (
    LANES,
    factorise,
    fill_residuals,
    moments_of,
    normal_matrix,
    outer_products,
    solve,
    unpack,
)
from signals.numba_cache import compiled

MOSUM, CUSUM = 0, 1

#: Columns of the numbers returned per series.
SIGMA, PHI, HISTORY, MONITORED, PEAK, LAST, FIRST, MAGNITUDE = range(8)
SINCE, SINCE_COUNT, NUMBERS = range(8, 11)


@compiled
def monitor(
    values: NDArray[np.float64],
    design: NDArray[np.float64],
    history_end: int,
    members: NDArray[np.int64],
    kind: int,
    window_share: float,
    longest_window: int,
    long_run: bool,
    critical: NDArray[np.float64],
    numbers: NDArray[np.float64],
    coefficients: NDArray[np.float64],
) -> None:
    """Fit and monitor series; what comes out for one does not depend on the others.

    Args:
        values: (series, times), NaN where there is no observation.
        design: (times, columns) of the model.
        history_end: First time that is monitored.
        members: Rows of the series to fit.
        kind: MOSUM or CUSUM.
        window_share: Window of the MOSUM as a share of the history's observations.
        longest_window: Most observations in that window.
        long_run: Scale by the long-run standard deviation of an AR(1) instead of the plain one.
        critical: Per series, factor of the MOSUM boundary sqrt(log+ t/n), or a² of the CUSUM's.
        numbers: Filled per series: sigma (already long-run if asked for), phi, observations of
            the history, observations monitored, largest process over boundary, process and
            boundary ratio at the last observation, time of the first crossing (NaN: none),
            median residual monitored, median residual since the first crossing (NaN: none) and
            how many those are. NaN where the history is too short.
        coefficients: Filled per series, (series, columns).
    """
    times, columns = design.shape
    taken = np.empty((times, LANES))
    weight = np.empty((times, LANES))
    beta = np.empty((columns, LANES))
    residuals = np.empty((times, LANES))
    factor = np.empty((columns, columns, LANES))
    determined = np.empty(LANES, np.bool_)
    # Series without gaps share one factor.
    whole = np.empty((columns, columns, LANES))
    whole_determined = np.empty(LANES, np.bool_)
    products = outer_products(design)
    total = np.zeros(products.shape[1])
    for time in range(history_end):
        total += products[time]
    packed = np.empty(products.shape[1])
    for lane in range(LANES):
        unpack(total, lane, whole)
    factorise(whole, whole_determined)
    slots = np.empty(times, np.int64)
    line = np.empty(times)
    scratch = np.empty(times)
    later = times - history_end
    sorted_later = np.empty((later, LANES))
    exchanges = exchanges_of(later if later <= FEW else 0)
    for start in range(0, len(members), LANES):
        filled = min(LANES, len(members) - start)
        gaps = _take(values, members[start : start + filled], history_end, taken, weight)
        if gaps:
            for lane in range(LANES):
                normal_matrix(products, total, weight, history_end, lane, packed, slots)
                unpack(packed, lane, factor)
            factorise(factor, determined)
        used = factor if gaps else whole
        fits = determined if gaps else whole_determined
        moments_of(design, taken, history_end, beta)
        solve(used, beta)
        fill_residuals(design, taken, beta, residuals)
        if later <= FEW:
            sort_later(residuals, weight, history_end, exchanges, sorted_later)
        for lane in range(filled):
            series = members[start + lane]
            history, count = _observed(residuals, weight, history_end, lane, line, slots)
            numbers[series, HISTORY] = history
            numbers[series, MONITORED] = count - history
            if history <= columns or not fits[lane]:
                continue
            for column in range(columns):
                coefficients[series, column] = beta[column, lane]
            _spread(line, slots, history, columns, long_run, numbers[series])
            _watch(
                line,
                slots,
                history,
                count,
                kind,
                window_share,
                longest_window,
                critical[series],
                numbers[series],
                scratch,
            )
            monitored = count - history
            if later > FEW:
                numbers[series, MAGNITUDE] = median_of(line[history:count], scratch)
            elif monitored > 0:
                low, high = (monitored - 1) // 2, monitored // 2
                numbers[series, MAGNITUDE] = 0.5 * (
                    sorted_later[low, lane] + sorted_later[high, lane]
                )
            else:
                numbers[series, MAGNITUDE] = np.nan


@compiled
def _observed(
    residuals: NDArray[np.float64],
    weight: NDArray[np.float64],
    history_end: int,
    lane: int,
    line: NDArray[np.float64],
    slots: NDArray[np.int64],
) -> tuple[int, int]:
    """Fill what is observed of one lane, in order; how much in the history, and in all.

    Every time is written, and the next one over it where there is a gap: gaps come without a
    pattern, and a branch at each would be guessed wrongly.
    """
    count, history = 0, 0
    for time in range(residuals.shape[0]):
        if time == history_end:
            history = count
        slots[count] = time
        line[count] = residuals[time, lane]
        count += int(weight[time, lane])
    return (count if history_end == residuals.shape[0] else history), count


@compiled
def observed_counts(
    values: NDArray[np.float64], history_end: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many finite values of each series lie before a time, and how many from it on."""
    series, times = values.shape
    history = np.empty(series, np.int64)
    monitored = np.empty(series, np.int64)
    for row in range(series):
        before, after = 0, 0
        for time in range(history_end):
            before += np.isfinite(values[row, time])
        for time in range(history_end, times):
            after += np.isfinite(values[row, time])
        history[row] = before
        monitored[row] = after
    return history, monitored


@compiled
def _take(
    values: NDArray[np.float64],
    members: NDArray[np.int64],
    history_end: int,
    taken: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> bool:
    """Lay series side by side, 0 with weight 0 where there is a gap; True with any in a history."""
    gaps = False
    for lane in range(LANES):
        if lane >= len(members):
            for time in range(taken.shape[0]):
                taken[time, lane] = 0.0
                weight[time, lane] = 1.0
            continue
        series = members[lane]
        seen = 0
        for time in range(taken.shape[0]):
            if time == history_end:
                gaps |= seen < history_end
            value = values[series, time]
            is_seen = value == value
            taken[time, lane] = value if is_seen else 0.0
            weight[time, lane] = 1.0 if is_seen else 0.0
            seen += is_seen
        if history_end == taken.shape[0]:
            gaps |= seen < history_end
    return gaps


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
        if slot > 0:
            is_next = slots[slot] == slots[slot - 1] + 1
            products += residuals[slot] * residuals[slot - 1] if is_next else 0.0
            pairs += is_next
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
    scratch: NDArray[np.float64],
) -> None:
    """Fill peak, last process and boundary, first crossing and what follows it."""
    scale = numbers[SIGMA] * np.sqrt(history)
    window = max(1, min(int(np.floor(window_share * history + 1e-9)), longest_window))
    process, peak, last = 0.0, 0.0, 0.0
    first = np.nan
    since = count
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
            # log+ is 1 up to e, which few records reach.
            boundary = 1.0 if share <= np.e else np.sqrt(np.log(share))
            crossed = critical
        else:
            boundary = np.sqrt(share * (share - 1.0) * (critical + np.log(share / (share - 1.0))))
            crossed = 1.0
        last = process / scale if scale > 0.0 else 0.0
        ratio = abs(last) / boundary
        peak = max(peak, ratio)
        if np.isnan(first) and ratio > crossed:
            first = slots[slot]
            since = slot
    numbers[PEAK] = peak
    numbers[LAST] = last
    numbers[FIRST] = first
    numbers[SINCE] = median_of(residuals[since:count], scratch)
    numbers[SINCE_COUNT] = count - since
