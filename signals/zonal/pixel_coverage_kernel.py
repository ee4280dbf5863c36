"""The compiled part of `pixel_coverage`: sweep the edges of a polygon row by row."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined
from signals.zonal.edge_crossings import (
    cross_row,
    hang_edges,
    insert_crossing,
    most_crossed,
    sweep_row,
)
from signals.zonal.lone_edges import sweep_between

CELLS_PER_VERTEX = 8
"""Crossed cells that memory is taken for at first, for each vertex of the polygons."""


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
def _sweep_polygon(
    edges: NDArray[np.float64],
    following: NDArray[np.int64],
    heads: NDArray[np.int64],
    active: NDArray[np.int64],
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    heights: NDArray[np.float64],
    areas: NDArray[np.float64],
    hung: int,
    height: int,
    width: int,
    runs: NDArray[np.int32],
    run_shares: NDArray[np.float64],
    run: int,
    cells: NDArray[np.int32],
    cell_shares: NDArray[np.float64],
    cell: int,
) -> tuple[int, int]:
    """Write the runs and crossed cells of a polygon whose edges hang; returns their numbers."""
    running, waiting, r = 0, hung, 0
    while waiting > 0 or running > 0:
        edge = heads[r]
        heads[r] = -1
        while edge >= 0:
            active[running] = edge
            running += 1
            waiting -= 1
            edge = following[edge]
        if 0 < running <= 2:
            r, run, cell = sweep_between(
                edges,
                active[0],
                active[1] if running == 2 else -1,
                r,
                height,
                width,
                heads,
                runs,
                run_shares,
                run,
                cells,
                cell_shares,
                cell,
            )
            if r == height:
                break
            kept = 0
            for index in range(running):
                if edges[active[index], 2] > r:
                    active[kept] = active[index]
                    kept += 1
            running = kept
            edge = heads[r]
            heads[r] = -1
            while edge >= 0:
                active[running] = edge
                running += 1
                waiting -= 1
                edge = following[edge]
            if running == 0:
                r += 1
                continue
        covered, kept, crossings = 0.0, 0, 0
        for index in range(running):
            edge = active[index]
            outside, first, last = cross_row(
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
                insert_crossing(firsts, lasts, crossings, first, last)
                crossings += 1
            if edges[edge, 2] > r + 1.0:
                active[kept] = edge
                kept += 1
        if running > 0:
            run, cell = sweep_row(
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
    height: int,
    lefts: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int64],
]:
    """Return the runs that no edge crosses and the cells that an edge crosses.

    Args:
        columns: As in `PixelRings`, like the four that follow.
        rows: The same.
        ring_starts: The same.
        polygon_starts: The same.
        signs: The same.
        polygons: Which polygon is looked for in each of the windows.
        row: First row of all windows.
        height: Rows of all windows.
        lefts: First column of each window.
        widths: Columns of each window.

    Returns:
        Row, start and stop of each run (3, runs), their shares, each window's first run; row and
        column of each crossed cell (2, cells), their shares, each window's first cell. Columns
        are counted from the first window's.
    """
    most = vertices = 0
    for polygon in polygons:
        first, last = polygon_starts[polygon], polygon_starts[polygon + 1]
        most = max(most, ring_starts[last] - ring_starts[first])
        vertices += ring_starts[last] - ring_starts[first]
    edges, following = np.empty((most, 6)), np.empty(most, np.int64)
    active, firsts, lasts = np.empty((3, most), np.int64)
    heads = np.full(height, -1, np.int64)
    widest = 0
    for width in widths:
        widest = max(widest, width)
    heights, areas = np.zeros(widest), np.zeros(widest)
    # Memory that is never used costs nothing, more of it later a copy.
    most_cells = CELLS_PER_VERTEX * vertices + 4 * height
    runs, run_shares = np.empty((3, most_cells), np.int32), np.empty(most_cells)
    cells, cell_shares = np.empty((2, most_cells), np.int32), np.empty(most_cells)
    run_starts, cell_starts = np.zeros((2, len(polygons) + 1), np.int64)
    run = cell = 0
    for position in range(len(polygons)):
        polygon, column, width = polygons[position], lefts[position], widths[position]
        shift = np.int32(column - lefts[0])
        first_run, first_cell = run, cell
        hung = 0
        for ring in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            hung = hang_edges(
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
        needed = most_crossed(edges, hung, height, width)
        cells, cell_shares = _more_room(cells, cell_shares, cell + needed)
        # One before each crossed cell and one to end each row.
        runs, run_shares = _more_room(runs, run_shares, run + needed + height)
        run, cell = _sweep_polygon(
            edges,
            following,
            heads,
            active,
            firsts,
            lasts,
            heights,
            areas,
            hung,
            height,
            width,
            runs,
            run_shares,
            run,
            cells,
            cell_shares,
            cell,
        )
        if shift != 0:
            runs[1:, first_run:run] += shift
            cells[1, first_cell:cell] += shift
        run_starts[position + 1] = run
        cell_starts[position + 1] = cell
    return (
        runs[:, :run],
        run_shares[:run],
        run_starts,
        cells[:, :cell],
        cell_shares[:cell],
        cell_starts,
    )


@compiled
def move_to_corner(
    rows: NDArray[np.int32],
    starts: NDArray[np.int32],
    stops: NDArray[np.int32],
    cell_rows: NDArray[np.int32],
    cell_columns: NDArray[np.int32],
) -> tuple[int, int, int, int]:
    """Count rows and columns from the first that runs and cells take, in place.

    Returns:
        First row, first column, and the rows and columns that they take.
    """
    top, left, bottom, right = np.int32(2**31 - 1), np.int32(2**31 - 1), np.int32(-1), np.int32(0)
    for run in range(len(rows)):
        top, bottom = min(top, rows[run]), max(bottom, rows[run])
        left, right = min(left, starts[run]), max(right, stops[run])
    for cell in range(len(cell_rows)):
        top, bottom = min(top, cell_rows[cell]), max(bottom, cell_rows[cell])
        left, right = min(left, cell_columns[cell]), max(right, cell_columns[cell] + 1)
    for run in range(len(rows)):
        rows[run] -= top
        starts[run] -= left
        stops[run] -= left
    for cell in range(len(cell_rows)):
        cell_rows[cell] -= top
        cell_columns[cell] -= left
    return int(top), int(left), int(bottom + 1 - top), int(right - left)
