"""The compiled part of `coverage`: sweep a polygon's edges row by row and write down the runs."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled
from signals.zonal.bitmask import BITS, first_bit

ROUNDING = 1e-12
"""Coverage nearer than this to 0 or 1 is 0 or 1: sums of a row carry errors of about 1e-15."""


@compiled
def shell_signs(
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    ring_starts: NDArray[np.int64],
    polygon_starts: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the factor per polygon that makes the area inside its shell positive."""
    signs = np.empty(len(polygon_starts) - 1)
    for polygon in range(len(signs)):
        shell = polygon_starts[polygon]
        first = ring_starts[shell]
        doubled = 0.0
        for i in range(first, ring_starts[shell + 1] - 1):
            # Measured from the first vertex, so that far origins cost no precision.
            doubled += (columns[i] - columns[first]) * (rows[i + 1] - rows[first])
            doubled -= (columns[i + 1] - columns[first]) * (rows[i] - rows[first])
        signs[polygon] = -1.0 if doubled > 0.0 else 1.0
    return signs


@compiled
def _hang_edges(
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
    for i in range(first, last):
        y0, y1 = rows[i] - row, rows[i + 1] - row
        if y0 == y1 or max(y0, y1) <= 0.0 or min(y0, y1) >= height:
            continue
        x0, x1 = columns[i] - column, columns[i + 1] - column
        if min(x0, x1) >= width:
            continue
        side = sign
        if y1 < y0:
            x0, y0, x1, y1 = x1, y1, x0, y0
            side = -sign
        edges[count, 0] = y0
        edges[count, 1] = x0
        edges[count, 2] = y1
        edges[count, 3] = x1
        edges[count, 4] = (x1 - x0) / (y1 - y0)
        edges[count, 5] = side
        begins = int(max(y0, 0.0))
        following[count] = heads[begins]
        heads[begins] = count
        count += 1
    return count


@compiled
def _cross_row(
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
    marks: NDArray[np.uint64],
) -> float:
    """Record an edge's part of one row; returns the height that lies left of the window.

    Each cell that it crosses is marked and gets the edge's height in it, and the area of the
    cell right of the edge. The edge comes as numbers: a row of an array would be counted as
    referenced on every call, which costs as much as the crossing.
    """
    above, below = max(y0, float(row)), min(y1, row + 1.0)
    if below <= above:
        return 0.0
    low, high = min(x0, x1), max(x0, x1)
    x_above = x0 if above == y0 else min(max(x0 + (above - y0) * slope, low), high)
    x_below = x1 if below == y1 else min(max(x0 + (below - y0) * slope, low), high)
    left, right = min(x_above, x_below), max(x_above, x_below)
    piece = (below - above) * side
    if right <= 0.0:
        return piece
    if left >= width:
        return 0.0
    per_column = piece / (right - left) if right > left else 0.0
    outside = 0.0
    if left < 0.0 or right > width:
        if left < 0.0:
            outside = -left * per_column
            left = 0.0
        right = min(right, float(width))
        piece = (right - left) * per_column
    column = min(int(left), width - 1)
    border = column + 1.0
    stop = min(right, border)
    part = piece if right <= border else (stop - left) * per_column
    while True:
        heights[column] += part
        areas[column] += part * (border - 0.5 * (left + stop))
        marks[column >> 6] |= np.uint64(1) << np.uint64(column & 63)
        if right <= border:
            return outside
        column += 1
        left, border = border, border + 1.0
        stop = min(right, border)
        part = (stop - left) * per_column


@compiled
def _most_runs(edges: NDArray[np.float64], count: int, height: int, width: int) -> int:
    """Bound a polygon's runs: two for each cell that an edge crosses, one to end each row."""
    cells = 0
    for edge in range(count):
        upper, lower = max(edges[edge, 0], 0.0), min(edges[edge, 2], float(height))
        left = max(min(edges[edge, 1], edges[edge, 3]), 0.0)
        right = min(max(edges[edge, 1], edges[edge, 3]), float(width))
        cells += int(lower - upper) + int(max(right - left, 0.0)) + 4
    return 2 * cells + height


@compiled
def _more_room(
    runs: NDArray[np.int32], shares: NDArray[np.float64], needed: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    size = max(needed, 2 * len(shares))
    wider_runs, wider_shares = np.empty((3, size), np.int32), np.empty(size)
    wider_runs[:, : len(shares)] = runs
    wider_shares[: len(shares)] = shares
    return wider_runs, wider_shares


@compiled
def _sweep_row(
    row: int,
    width: int,
    covered: float,
    heights: NDArray[np.float64],
    areas: NDArray[np.float64],
    marks: NDArray[np.uint64],
    runs: NDArray[np.int32],
    shares: NDArray[np.float64],
    count: int,
) -> int:
    """Write a row's runs from its marked cells, wipe these, and return the number of runs."""
    reached = 0
    for word in range(len(marks)):
        left = marks[word]
        if left == 0:
            continue
        marks[word] = 0
        while left != 0:
            column = word * BITS + first_bit(left)
            left &= left - np.uint64(1)
            if column > reached and covered > ROUNDING:
                runs[0, count], runs[1, count], runs[2, count] = row, reached, column
                shares[count] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
                count += 1
            share = covered + areas[column]
            covered += heights[column]
            heights[column] = 0.0
            areas[column] = 0.0
            if share > ROUNDING:
                runs[0, count], runs[1, count], runs[2, count] = row, column, column + 1
                shares[count] = 1.0 if abs(share - 1.0) < ROUNDING else share
                count += 1
            reached = column + 1
    if reached < width and covered > ROUNDING:
        runs[0, count], runs[1, count], runs[2, count] = row, reached, width
        shares[count] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
        count += 1
    return count


@compiled
def runs_of_polygons(
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    ring_starts: NDArray[np.int64],
    polygon_starts: NDArray[np.int64],
    signs: NDArray[np.float64],
    polygons: NDArray[np.int64],
    row: int,
    column: int,
    height: int,
    width: int,
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Return row, start and stop of each run (3, runs), their shares, each polygon's first run."""
    most = 0
    for polygon in polygons:
        first, last = polygon_starts[polygon], polygon_starts[polygon + 1]
        most = max(most, ring_starts[last] - ring_starts[first])
    edges, following = np.empty((most, 6)), np.empty(most, np.int64)
    active = np.empty(most, np.int64)
    heads = np.full(height, -1, np.int64)
    heights, areas = np.zeros(width), np.zeros(width)
    marks = np.zeros((width + BITS - 1) // BITS, np.uint64)
    runs, shares = np.empty((3, 16 * height), np.int32), np.empty(16 * height)
    run_starts = np.zeros(len(polygons) + 1, np.int64)
    count = 0
    for position in range(len(polygons)):
        polygon = polygons[position]
        hung = 0
        for ring in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            hung = _hang_edges(
                columns,
                rows,
                ring_starts[ring],
                ring_starts[ring + 1] - 1,
                signs[polygon],
                row,
                column,
                height,
                width,
                edges,
                following,
                heads,
                hung,
            )
        needed = count + _most_runs(edges, hung, height, width)
        if needed > len(shares):
            runs, shares = _more_room(runs, shares, needed)
        running, waiting, r = 0, hung, 0
        while waiting > 0 or running > 0:
            edge = heads[r]
            heads[r] = -1
            while edge >= 0:
                active[running] = edge
                running += 1
                waiting -= 1
                edge = following[edge]
            covered, kept = 0.0, 0
            for index in range(running):
                edge = active[index]
                covered += _cross_row(
                    edges[edge, 0],
                    edges[edge, 1],
                    edges[edge, 2],
                    edges[edge, 3],
                    edges[edge, 4],
                    edges[edge, 5],
                    r,
                    width,
                    heights,
                    areas,
                    marks,
                )
                if edges[edge, 2] > r + 1.0:
                    active[kept] = edge
                    kept += 1
            if running > 0:
                count = _sweep_row(r, width, covered, heights, areas, marks, runs, shares, count)
            running = kept
            r += 1
            if r == height:
                break
        run_starts[position + 1] = count
    return runs[:, :count].copy(), shares[:count].copy(), run_starts


@compiled
def move_to_corner(
    rows: NDArray[np.int32], starts: NDArray[np.int32], stops: NDArray[np.int32]
) -> tuple[int, int, int, int]:
    """Shift runs in place to the corner of what they cover; returns it, its height and width."""
    top, left, bottom, right = rows[0], starts[0], rows[0], stops[0]
    for run in range(len(rows)):
        top, bottom = min(top, rows[run]), max(bottom, rows[run])
        left, right = min(left, starts[run]), max(right, stops[run])
    for run in range(len(rows)):
        rows[run] -= top
        starts[run] -= left
        stops[run] -= left
    return top, left, bottom + 1 - top, right - left
