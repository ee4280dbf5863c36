"""How the edges of a polygon cross one row of pixels: compiled into `pixel_coverage_kernel`."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import inlined

ROUNDING = 1e-12
"""Coverage nearer than this to 0 or 1 is 0 or 1: sums of a row carry errors of about 1e-15."""


@inlined
def hang_edges(
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    first: int,
    last: int,
    sign: float,
    row: int,
    column: int,
    height: int,
    width: int,
    edges: NDArray[np.float64],
    following: NDArray[np.int64],
    heads: NDArray[np.int64],
    count: int,
) -> int:
    """Hang every edge of a ring that matters to the window on the row it begins in.

    An edge has its upper row and column, its lower row and column, columns per row, and the sign
    of what lies on its right. Edges right of the window and level ones cover nothing.
    """
    y1 = rows[first] - row
    # Unsigned numbers are not checked for counting from an array's end.
    for i in range(np.uint64(first), np.uint64(last)):
        y0, y1 = y1, rows[i + np.uint64(1)] - row
        if y0 == y1 or max(y0, y1) <= 0.0 or min(y0, y1) >= height:
            continue
        x0, x1 = columns[i] - column, columns[i + np.uint64(1)] - column
        if min(x0, x1) >= width:
            continue
        upper, lower, side = y0, y1, sign
        if y1 < y0:
            x0, upper, x1, lower, side = x1, y1, x0, y0, -sign
        edges[count, 0] = upper
        edges[count, 1] = x0
        edges[count, 2] = lower
        edges[count, 3] = x1
        edges[count, 4] = (x1 - x0) / (lower - upper)
        edges[count, 5] = side
        begins = int(max(upper, 0.0))
        following[count] = heads[begins]
        heads[begins] = count
        count += 1
    return count


@inlined
def cross_row(
    y0: float,
    x0: float,
    y1: float,
    x1: float,
    slope: float,
    side: float,
    row: int,
    width: int,
    heights: NDArray[np.float64],
    areas: NDArray[np.float64],
) -> tuple[float, int, int]:
    """Record an edge's part of one row.

    Each cell that it crosses gets the edge's height in it, and the area of the cell right of the
    edge. The edge comes as numbers: a row of an array would be counted as referenced on every
    call, which costs as much as the crossing.

    Returns:
        The height that lies left of the window, and the first and the last cell that it crosses,
        the last before the first where there is none.
    """
    above, below = max(y0, float(row)), min(y1, row + 1.0)
    if below <= above:
        return 0.0, 0, -1
    low, high = min(x0, x1), max(x0, x1)
    x_above = x0 if above == y0 else min(max(x0 + (above - y0) * slope, low), high)
    x_below = x1 if below == y1 else min(max(x0 + (below - y0) * slope, low), high)
    left, right = min(x_above, x_below), max(x_above, x_below)
    piece = (below - above) * side
    if right <= 0.0:
        return piece, 0, -1
    if left >= width:
        return 0.0, 0, -1
    outside = 0.0
    if left < 0.0 or right > width:
        per_column = piece / (right - left)
        if left < 0.0:
            outside = -left * per_column
            left = 0.0
        right = min(right, float(width))
        piece = (right - left) * per_column
    column = min(int(left), width - 1)
    border = column + 1.0
    at = np.uint64(column)
    if right <= border:
        heights[at] += piece
        areas[at] += piece * (border - 0.5 * (left + right))
        return outside, column, column
    first = column
    per_column = piece / (right - left)
    while True:
        stop = min(right, border)
        part = (stop - left) * per_column
        heights[at] += part
        areas[at] += part * (border - 0.5 * (left + stop))
        if right <= border:
            return outside, first, int(at)
        at += np.uint64(1)
        left, border = border, border + 1.0


@inlined
def most_crossed(edges: NDArray[np.float64], count: int, height: int, width: int) -> int:
    """Bound the cells that a polygon's edges cross."""
    cells = 0
    for edge in range(count):
        upper, lower = max(edges[edge, 0], 0.0), min(edges[edge, 2], float(height))
        left = max(min(edges[edge, 1], edges[edge, 3]), 0.0)
        right = min(max(edges[edge, 1], edges[edge, 3]), float(width))
        cells += int(lower - upper) + int(max(right - left, 0.0)) + 4
    return cells


@inlined
def insert_crossing(
    firsts: NDArray[np.int64], lasts: NDArray[np.int64], count: int, first: int, last: int
) -> None:
    """Insert crossed cells among `count` others, in the order of their first one."""
    index = count
    while index > 0 and firsts[index - 1] > first:
        firsts[index], lasts[index] = firsts[index - 1], lasts[index - 1]
        index -= 1
    firsts[index], lasts[index] = first, last


@inlined
def add_run(
    row: int,
    start: int,
    stop: int,
    covered: float,
    runs: NDArray[np.int32],
    run_shares: NDArray[np.float64],
    run: int,
) -> int:
    """Write a run if it has pixels that are covered; returns the number of runs."""
    if start < stop and covered > ROUNDING:
        at = np.uint64(run)
        runs[0, at], runs[1, at], runs[2, at] = row, start, stop
        run_shares[at] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
        run += 1
    return run


@inlined
def add_cell(
    row: int,
    column: int,
    share: float,
    cells: NDArray[np.int32],
    cell_shares: NDArray[np.float64],
    cell: int,
) -> int:
    """Write a crossed cell if it is covered; returns the number of cells."""
    if share > ROUNDING:
        at = np.uint64(cell)
        cells[0, at], cells[1, at] = row, column
        cell_shares[at] = 1.0 if abs(share - 1.0) < ROUNDING else share
        cell += 1
    return cell


@inlined
def sweep_row(
    row: int,
    width: int,
    covered: float,
    heights: NDArray[np.float64],
    areas: NDArray[np.float64],
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    crossings: int,
    runs: NDArray[np.int32],
    run_shares: NDArray[np.float64],
    run: int,
    cells: NDArray[np.int32],
    cell_shares: NDArray[np.float64],
    cell: int,
) -> tuple[int, int]:
    """Write a row's runs and crossed cells, wipe these, and return the numbers of both."""
    reached = 0
    for crossing in range(crossings):
        if firsts[crossing] > reached:
            run = add_run(row, reached, firsts[crossing], covered, runs, run_shares, run)
            reached = firsts[crossing]
        while reached <= lasts[crossing]:
            at = np.uint64(reached)
            share = covered + areas[at]
            covered += heights[at]
            heights[at] = 0.0
            areas[at] = 0.0
            cell = add_cell(row, reached, share, cells, cell_shares, cell)
            reached += 1
    run = add_run(row, reached, width, covered, runs, run_shares, run)
    return run, cell
