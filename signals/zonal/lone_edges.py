"""Rows that one edge or two alone cross: compiled into `pixel_coverage_kernel`."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import inlined
from signals.zonal.edge_crossings import add_cell, add_run


@inlined
def _add_piece(
    row: int,
    left: float,
    right: float,
    piece: float,
    covered: float,
    cells: NDArray[np.int32],
    cell_shares: NDArray[np.float64],
    cell: int,
) -> tuple[float, int, int]:
    """Write the cells of an edge that shares none with another.

    Returns:
        What is covered right of the edge, the column after its last cell, the number of cells.
    """
    column = int(left)
    border = column + 1.0
    if right <= border:
        share = covered + piece * (border - 0.5 * (left + right))
        cell = add_cell(row, column, share, cells, cell_shares, cell)
        return covered + piece, column + 1, cell
    per_column = piece / (right - left)
    while True:
        stop = min(right, border)
        part = (stop - left) * per_column
        share = covered + part * (border - 0.5 * (left + stop))
        cell = add_cell(row, column, share, cells, cell_shares, cell)
        covered += part
        column += 1
        if right <= border:
            return covered, column, cell
        left, border = border, border + 1.0


@inlined
def sweep_between(
    edges: NDArray[np.float64],
    one: int,
    other: int,
    row: int,
    height: int,
    width: int,
    heads: NDArray[np.int64],
    runs: NDArray[np.int32],
    run_shares: NDArray[np.float64],
    run: int,
    cells: NDArray[np.int32],
    cell_shares: NDArray[np.float64],
    cell: int,
) -> tuple[int, int, int]:
    """Write the rows that one edge or two alone cross from top to bottom, in cells of their own.

    Most rows of most polygons are such, and need no sums per cell. The outcome is that of
    `cross_row` and `sweep_row`, to the bit.

    Returns:
        The first row that is not such, and the numbers of runs and cells.
    """
    top0, x0, bottom0, end0 = edges[one, 0], edges[one, 1], edges[one, 2], edges[one, 3]
    slope0, side0 = edges[one, 4], edges[one, 5]
    # Without another edge one right of the window.
    top1, x1, bottom1, end1 = float(row), float(width), float(height), float(width)
    slope1, side1 = 0.0, 0.0
    if other >= 0:
        top1, x1, bottom1, end1 = (
            edges[other, 0],
            edges[other, 1],
            edges[other, 2],
            edges[other, 3],
        )
        slope1, side1 = edges[other, 4], edges[other, 5]
    if top0 > row or top1 > row:
        return row, run, cell
    low0, high0 = min(x0, end0), max(x0, end0)
    low1, high1 = min(x1, end1), max(x1, end1)
    upper0 = x0 if top0 == row else min(max(x0 + (row - top0) * slope0, low0), high0)
    upper1 = x1 if top1 == row else min(max(x1 + (row - top1) * slope1, low1), high1)
    last = min(min(bottom0, bottom1), float(height))
    while row + 1.0 <= last:
        below = row + 1.0
        lower0 = end0 if below == bottom0 else min(max(x0 + (below - top0) * slope0, low0), high0)
        lower1 = end1 if below == bottom1 else min(max(x1 + (below - top1) * slope1, low1), high1)
        left, right, piece = min(upper0, lower0), max(upper0, lower0), side0
        next_left, next_right, next_piece = min(upper1, lower1), max(upper1, lower1), side1
        if next_left < left:
            left, next_left = next_left, left
            right, next_right = next_right, right
            piece, next_piece = next_piece, piece
        if right >= np.floor(next_left) and right > 0.0:
            break
        covered, reached = 0.0, 0
        if right <= 0.0:
            covered = piece
        elif left < width and (left < 0.0 or right > width):
            break
        if next_right <= 0.0:
            covered += next_piece
        elif next_left < width and (next_left < 0.0 or next_right > width):
            break
        if right > 0.0 and left < width:
            covered, reached, cell = _add_piece(
                row, left, right, piece, covered, cells, cell_shares, cell
            )
        if next_right > 0.0 and next_left < width:
            run = add_run(row, reached, int(next_left), covered, runs, run_shares, run)
            covered, reached, cell = _add_piece(
                row, next_left, next_right, next_piece, covered, cells, cell_shares, cell
            )
        run = add_run(row, reached, width, covered, runs, run_shares, run)
        upper0, upper1 = lower0, lower1
        row += 1
        if row < height and heads[row] >= 0:
            break
    return row, run, cell
