"""The compiled part of `pixel_coverage`: sweep the edges of a polygon row by row."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined

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


@inlined
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


@inlined
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
    if right <= border:
        heights[column] += piece
        areas[column] += piece * (border - 0.5 * (left + right))
        return outside, column, column
    first = column
    per_column = piece / (right - left)
    while True:
        stop = min(right, border)
        part = (stop - left) * per_column
        heights[column] += part
        areas[column] += part * (border - 0.5 * (left + stop))
        if right <= border:
            return outside, first, column
        column += 1
        left, border = border, border + 1.0


@inlined
def _most_crossed(edges: NDArray[np.float64], count: int, height: int, width: int) -> int:
    """Bound the cells that a polygon's edges cross."""
    cells = 0
    for edge in range(count):
        upper, lower = max(edges[edge, 0], 0.0), min(edges[edge, 2], float(height))
        left = max(min(edges[edge, 1], edges[edge, 3]), 0.0)
        right = min(max(edges[edge, 1], edges[edge, 3]), float(width))
        cells += int(lower - upper) + int(max(right - left, 0.0)) + 4
    return cells


@compiled
def _more_room(
    places: NDArray[np.int32], shares: NDArray[np.float64], needed: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    if needed <= len(shares):
        return places, shares
    size = max(needed, 2 * len(shares))
    wider_places, wider_shares = np.empty((len(places), size), np.int32), np.empty(size)
    wider_places[:, : len(shares)] = places
    wider_shares[: len(shares)] = shares
    return wider_places, wider_shares


@inlined
def _insert(
    firsts: NDArray[np.int64], lasts: NDArray[np.int64], count: int, first: int, last: int
) -> None:
    """Insert crossed cells among `count` others, in the order of their first one."""
    index = count
    while index > 0 and firsts[index - 1] > first:
        firsts[index], lasts[index] = firsts[index - 1], lasts[index - 1]
        index -= 1
    firsts[index], lasts[index] = first, last


@inlined
def _sweep_row(
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
            if covered > ROUNDING:
                runs[0, run], runs[1, run], runs[2, run] = row, reached, firsts[crossing]
                run_shares[run] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
                run += 1
            reached = firsts[crossing]
        while reached <= lasts[crossing]:
            share = covered + areas[reached]
            covered += heights[reached]
            heights[reached] = 0.0
            areas[reached] = 0.0
            if share > ROUNDING:
                cells[0, cell], cells[1, cell] = row, reached
                cell_shares[cell] = 1.0 if abs(share - 1.0) < ROUNDING else share
                cell += 1
            reached += 1
    if reached < width and covered > ROUNDING:
        runs[0, run], runs[1, run], runs[2, run] = row, reached, width
        run_shares[run] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
        run += 1
    return run, cell


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
) -> tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int64],
]:
    """Return the runs that no edge crosses and the cells that an edge crosses.

    Returns:
        Row, start and stop of each run (3, runs), their shares, each polygon's first run; row and
        column of each crossed cell (2, cells), their shares, each polygon's first cell.
    """
    most = 0
    for polygon in polygons:
        first, last = polygon_starts[polygon], polygon_starts[polygon + 1]
        most = max(most, ring_starts[last] - ring_starts[first])
    edges, following = np.empty((most, 6)), np.empty(most, np.int64)
    active, firsts, lasts = np.empty((3, most), np.int64)
    heads = np.full(height, -1, np.int64)
    heights, areas = np.zeros(width), np.zeros(width)
    runs, run_shares = np.empty((3, 4 * height), np.int32), np.empty(4 * height)
    cells, cell_shares = np.empty((2, 8 * height), np.int32), np.empty(8 * height)
    run_starts, cell_starts = np.zeros((2, len(polygons) + 1), np.int64)
    run = cell = 0
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
        needed = _most_crossed(edges, hung, height, width)
        cells, cell_shares = _more_room(cells, cell_shares, cell + needed)
        # One before each crossed cell and one to end each row.
        runs, run_shares = _more_room(runs, run_shares, run + needed + height)
        running, waiting, r = 0, hung, 0
        while waiting > 0 or running > 0:
            edge = heads[r]
            heads[r] = -1
            while edge >= 0:
                active[running] = edge
                running += 1
                waiting -= 1
                edge = following[edge]
            covered, kept, crossings = 0.0, 0, 0
            for index in range(running):
                edge = active[index]
                outside, first, last = _cross_row(
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
                )
                covered += outside
                if first <= last:
                    _insert(firsts, lasts, crossings, first, last)
                    crossings += 1
                if edges[edge, 2] > r + 1.0:
                    active[kept] = edge
                    kept += 1
            if running > 0:
                run, cell = _sweep_row(
                    r,
                    width,
                    covered,
                    heights,
                    areas,
                    firsts,
                    lasts,
                    crossings,
                    runs,
                    run_shares,
                    run,
                    cells,
                    cell_shares,
                    cell,
                )
            running = kept
            r += 1
            if r == height:
                break
        run_starts[position + 1] = run
        cell_starts[position + 1] = cell
    return (
        runs[:, :run].copy(),
        run_shares[:run].copy(),
        run_starts,
        cells[:, :cell].copy(),
        cell_shares[:cell].copy(),
        cell_starts,
    )


@compiled
def corner(
    rows: NDArray[np.int32],
    starts: NDArray[np.int32],
    stops: NDArray[np.int32],
    cell_rows: NDArray[np.int32],
    cell_columns: NDArray[np.int32],
) -> tuple[int, int, int, int]:
    """Return first row, first column, and the rows and columns that runs and cells take."""
    top, left, bottom, right = np.int32(2**31 - 1), np.int32(2**31 - 1), np.int32(-1), np.int32(0)
    for run in range(len(rows)):
        top, bottom = min(top, rows[run]), max(bottom, rows[run])
        left, right = min(left, starts[run]), max(right, stops[run])
    for cell in range(len(cell_rows)):
        top, bottom = min(top, cell_rows[cell]), max(bottom, cell_rows[cell])
        left, right = min(left, cell_columns[cell]), max(right, cell_columns[cell] + 1)
    return int(top), int(left), int(bottom + 1 - top), int(right - left)
