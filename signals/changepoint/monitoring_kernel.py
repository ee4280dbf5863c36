"""Fit season-trend models to histories and monitor their residuals, many series at once.

Eight series go side by side through the same steps, each with the normal matrix of its own
observations. Gaps are left out exactly: time counts observations, as in the reference
implementations.
"""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled

MOSUM, CUSUM = 0, 1

#: Columns of the numbers returned per series.
SIGMA, PHI, HISTORY, MONITORED, PEAK, LAST, FIRST, MAGNITUDE = range(8)
SINCE, SINCE_COUNT, NUMBERS = range(8, 11)


#: Series that are fitted side by side: their numbers lie next to each other, so that one
#: instruction works on several. `_moments` and `_residuals` name them one by one.
LANES = 8

#: As many residuals as are sorted by insertion for their median.
_FEW = 64


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
    products = _outer_products(design)
    total = np.zeros(products.shape[1])
    for time in range(history_end):
        total += products[time]
    packed = np.empty(products.shape[1])
    for lane in range(LANES):
        _unpack(total, lane, whole)
    _factorise(whole, whole_determined)
    slots = np.empty(times, np.int64)
    line = np.empty(times)
    scratch = np.empty(times)
    for start in range(0, len(members), LANES):
        filled = min(LANES, len(members) - start)
        gaps = _take(values, members[start : start + filled], history_end, taken, weight)
        if gaps:
            for lane in range(LANES):
                _normal_matrix(products, total, weight, history_end, lane, packed)
                _unpack(packed, lane, factor)
            _factorise(factor, determined)
        used = factor if gaps else whole
        fits = determined if gaps else whole_determined
        _moments(design, taken, history_end, beta)
        _solve(used, beta)
        _residuals(design, taken, beta, residuals)
        for lane in range(filled):
            series = members[start + lane]
            count, history = 0, 0
            for time in range(times):
                if weight[time, lane] > 0.0:
                    slots[count] = time
                    line[count] = residuals[time, lane]
                    count += 1
                    if time < history_end:
                        history += 1
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
        for time in range(taken.shape[0]):
            value = values[series, time]
            if np.isnan(value):
                taken[time, lane] = 0.0
                weight[time, lane] = 0.0
                gaps = gaps or time < history_end
            else:
                taken[time, lane] = value
                weight[time, lane] = 1.0
    return gaps


@compiled
def _outer_products(design: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower halves of row row' of the design, packed, (times, entries)."""
    times, columns = design.shape
    products = np.empty((times, columns * (columns + 1) // 2))
    for time in range(times):
        entry = 0
        for row in range(columns):
            for column in range(row + 1):
                products[time, entry] = design[time, row] * design[time, column]
                entry += 1
    return products


@compiled
def _normal_matrix(
    products: NDArray[np.float64],
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
    history_end: int,
    lane: int,
    packed: NDArray[np.float64],
) -> None:
    """Fill the packed X'X of one lane's history: gaps taken off the whole, or seen ones summed."""
    entries = len(packed)
    seen = 0
    for time in range(history_end):
        seen += int(weight[time, lane])
    if 2 * seen > history_end:
        packed[:] = total
        for time in range(history_end):
            if weight[time, lane] == 0.0:
                for entry in range(entries):
                    packed[entry] -= products[time, entry]
    else:
        packed[:] = 0.0
        for time in range(history_end):
            if weight[time, lane] > 0.0:
                for entry in range(entries):
                    packed[entry] += products[time, entry]


@compiled
def _unpack(packed: NDArray[np.float64], lane: int, normal: NDArray[np.float64]) -> None:
    entry = 0
    for row in range(normal.shape[0]):
        for column in range(row + 1):
            normal[row, column, lane] = packed[entry]
            entry += 1


@compiled
def _factorise(normal: NDArray[np.float64], determined: NDArray[np.bool_]) -> None:
    """Replace lower halves by their Cholesky factors; not determined where one is singular."""
    size = normal.shape[0]
    largest = np.zeros(LANES)
    total = np.empty(LANES)
    for row in range(size):
        for lane in range(LANES):
            largest[lane] = max(largest[lane], normal[row, row, lane])
    determined[:] = True
    for column in range(size):
        for row in range(column, size):
            for lane in range(LANES):
                total[lane] = normal[row, column, lane]
            for inner in range(column):
                for lane in range(LANES):
                    total[lane] -= normal[row, inner, lane] * normal[column, inner, lane]
            if row == column:
                for lane in range(LANES):
                    if total[lane] <= 1e-13 * largest[lane]:
                        determined[lane] = False
                        total[lane] = 1.0
                    normal[row, row, lane] = np.sqrt(total[lane])
            else:
                for lane in range(LANES):
                    normal[row, column, lane] = total[lane] / normal[column, column, lane]


@compiled
def _moments(
    design: NDArray[np.float64],
    taken: NDArray[np.float64],
    history_end: int,
    moments: NDArray[np.float64],
) -> None:
    """Fill X'y of the histories; the eight sums are named so that they stay in registers."""
    for column in range(design.shape[1]):
        a = b = c = d = e = f = g = h = 0.0
        for time in range(history_end):
            factor, row = design[time, column], taken[time]
            a += factor * row[0]
            b += factor * row[1]
            c += factor * row[2]
            d += factor * row[3]
            e += factor * row[4]
            f += factor * row[5]
            g += factor * row[6]
            h += factor * row[7]
        moments[column] = (a, b, c, d, e, f, g, h)


@compiled
def _solve(factor: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    """Solve L L' x = right in place, lane by lane, for the factors of `_factorise`."""
    size = factor.shape[0]
    for row in range(size):
        for inner in range(row):
            for lane in range(LANES):
                right[row, lane] -= factor[row, inner, lane] * right[inner, lane]
        for lane in range(LANES):
            right[row, lane] /= factor[row, row, lane]
    for row in range(size - 1, -1, -1):
        for inner in range(row + 1, size):
            for lane in range(LANES):
                right[row, lane] -= factor[inner, row, lane] * right[inner, lane]
        for lane in range(LANES):
            right[row, lane] /= factor[row, row, lane]


@compiled
def _residuals(
    design: NDArray[np.float64],
    taken: NDArray[np.float64],
    beta: NDArray[np.float64],
    residuals: NDArray[np.float64],
) -> None:
    """Fill y - Xb of all times, as `_moments` does; where there is a gap it means nothing."""
    for time in range(design.shape[0]):
        row = taken[time]
        a, b, c, d, e, f, g, h = row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
        for column in range(design.shape[1]):
            factor, one = design[time, column], beta[column]
            a -= factor * one[0]
            b -= factor * one[1]
            c -= factor * one[2]
            d -= factor * one[3]
            e -= factor * one[4]
            f -= factor * one[5]
            g -= factor * one[6]
            h -= factor * one[7]
        residuals[time] = (a, b, c, d, e, f, g, h)


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
    scratch: NDArray[np.float64],
) -> None:
    """Fill peak, last process and boundary, first crossing and magnitude."""
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
    numbers[MAGNITUDE] = _median(residuals[history:count], scratch)
    numbers[SINCE] = _median(residuals[since:count], scratch)
    numbers[SINCE_COUNT] = count - since


@compiled
def _median(values: NDArray[np.float64], scratch: NDArray[np.float64]) -> float:
    """The middle value, NaN of none; few are sorted in place, which takes no memory."""
    count = len(values)
    if count == 0:
        return np.nan
    if count > _FEW:
        middle: float = np.median(values)
        return middle
    for place in range(count):
        value = values[place]
        back = place
        while back > 0 and scratch[back - 1] > value:
            scratch[back] = scratch[back - 1]
            back -= 1
        scratch[back] = value
    middle = 0.5 * (scratch[(count - 1) // 2] + scratch[count // 2])
    return middle
