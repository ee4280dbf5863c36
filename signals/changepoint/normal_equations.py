"""Least squares of eight series side by side, each with the gaps of its own history."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled

#: Series that are fitted side by side: their numbers lie next to each other, so that one
#: instruction works on several. `moments_of` and `fill_residuals` name them one by one.
LANES = 8


@compiled
def outer_products(design: NDArray[np.float64]) -> NDArray[np.float64]:
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
def normal_matrix(
    products: NDArray[np.float64],
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
    history_end: int,
    lane: int,
    packed: NDArray[np.float64],
    slots: NDArray[np.int64],
) -> None:
    """Fill the packed X'X of one lane's history: gaps taken off the whole, or seen ones summed."""
    entries = len(packed)
    gaps = 0
    for time in range(history_end):
        slots[gaps] = time
        gaps += weight[time, lane] == 0.0
    if 2 * gaps < history_end:
        packed[:] = total
        for gap in range(gaps):
            row = products[slots[gap]]
            for entry in range(entries):
                packed[entry] -= row[entry]
    else:
        packed[:] = 0.0
        for time in range(history_end):
            if weight[time, lane] > 0.0:
                for entry in range(entries):
                    packed[entry] += products[time, entry]


@compiled
def unpack(packed: NDArray[np.float64], lane: int, normal: NDArray[np.float64]) -> None:
    """Lay a packed lower half into one lane of square matrices."""
    entry = 0
    for row in range(normal.shape[0]):
        for column in range(row + 1):
            normal[row, column, lane] = packed[entry]
            entry += 1


@compiled
def factorise(normal: NDArray[np.float64], determined: NDArray[np.bool_]) -> None:
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
def moments_of(
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
def solve(factor: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    """Solve L L' x = right in place, lane by lane, for the factors of `factorise`."""
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
def fill_residuals(
    design: NDArray[np.float64],
    taken: NDArray[np.float64],
    beta: NDArray[np.float64],
    residuals: NDArray[np.float64],
) -> None:
    """Fill y - Xb of all times, as `moments_of` does; where there is a gap it means nothing."""
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
