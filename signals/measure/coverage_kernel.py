"""The compiled part of `coverage`: walk edges through cells, then sweep each row."""

import numpy as np
from numpy.typing import NDArray

from signals.measure.compiled import compiled

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
def _most_cells(
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    first: int,
    last: int,
    row: int,
    column: int,
    height: int,
    width: int,
) -> int:
    """Bound the cells that a ring's edges can cross in the window (0: no edge in its rows)."""
    top, bottom, left, right = float(row), float(row + height), float(column), float(column + width)
    bound = 0
    for i in range(first, last):
        low = max(min(rows[i], rows[i + 1]), top)
        high = min(max(rows[i], rows[i + 1]), bottom)
        if low < high:
            near = max(min(columns[i], columns[i + 1]), left)
            far = min(max(columns[i], columns[i + 1]), right)
            bound += 3 * (int(high - low) + 2) + int(max(far - near, 0.0)) + 2
    return bound


@compiled
def _walk_vertical(
    y0: float,
    y1: float,
    cell_row: NDArray[np.int32],
    cell_column: NDArray[np.int32],
    cell_height: NDArray[np.float64],
    cell_area: NDArray[np.float64],
    count: int,
    sign: float,
) -> int:
    """Record an edge left of the window: it covers the whole row from the first column on."""
    low, high = min(y0, y1), max(y0, y1)
    direction = sign if y1 > y0 else -sign
    row = int(low)
    while row < high:
        piece = (min(high, row + 1.0) - max(low, float(row))) * direction
        if piece != 0.0:
            cell_row[count] = row
            cell_column[count] = -1
            cell_height[count] = piece
            cell_area[count] = 0.0
            count += 1
        row += 1
    return count


@compiled
def _walk_edge(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    width: int,
    cell_row: NDArray[np.int32],
    cell_column: NDArray[np.int32],
    cell_height: NDArray[np.float64],
    cell_area: NDArray[np.float64],
    count: int,
    sign: float,
) -> int:
    """Record an edge that lies inside the window: each cell it crosses, row by row."""
    if y1 < y0:
        x0, y0, x1, y1 = x1, y1, x0, y0
        sign = -sign
    slope = (x1 - x0) / (y1 - y0)
    low, high = min(x0, x1), max(x0, x1)
    row = int(y0)
    above, x_above = y0, x0
    while above < y1:
        below = min(y1, row + 1.0)
        x_below = x1 if below == y1 else min(max(x0 + (below - y0) * slope, low), high)
        left, right = min(x_above, x_below), max(x_above, x_below)
        piece = (below - above) * sign
        column = min(int(left), width - 1)
        if right <= column + 1.0:
            cell_row[count] = row
            cell_column[count] = column
            cell_height[count] = piece
            cell_area[count] = piece * (1.0 - (0.5 * (left + right) - column))
            count += 1
        else:
            per_column = piece / (right - left)
            start = left
            while start < right:
                stop = min(right, column + 1.0)
                part = (stop - start) * per_column
                cell_row[count] = row
                cell_column[count] = column
                cell_height[count] = part
                cell_area[count] = part * (1.0 - (0.5 * (start + stop) - column))
                count += 1
                start = stop
                column += 1
        above, x_above = below, x_below
        row += 1
    return count


@compiled
def _cells_of_polygon(
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    ring_starts: NDArray[np.int64],
    first_ring: int,
    last_ring: int,
    sign: float,
    row: int,
    column: int,
    height: int,
    width: int,
    cell_row: NDArray[np.int32],
    cell_column: NDArray[np.int32],
    cell_height: NDArray[np.float64],
    cell_area: NDArray[np.float64],
) -> int:
    """Clip every edge to the window and record the cells it crosses; returns their number."""
    count = 0
    bottom, side = float(height), float(width)
    for ring in range(first_ring, last_ring):
        for i in range(ring_starts[ring], ring_starts[ring + 1] - 1):
            y0, y1 = rows[i] - row, rows[i + 1] - row
            if y0 == y1 or max(y0, y1) <= 0.0 or min(y0, y1) >= bottom:
                continue
            x0, x1 = columns[i] - column, columns[i + 1] - column
            if min(x0, x1) >= side:
                continue
            slope = (x1 - x0) / (y1 - y0)
            start_y, stop_y = min(max(y0, 0.0), bottom), min(max(y1, 0.0), bottom)
            start_x = x0 if start_y == y0 else x0 + (start_y - y0) * slope
            stop_x = x1 if stop_y == y1 else x0 + (stop_y - y0) * slope
            if start_y == stop_y:
                continue
            # Rows at which the edge passes the window's left and right side, in its own order.
            cut_a, cut_b = start_y, start_y
            if (start_x < 0.0) != (stop_x < 0.0):
                cut_a = start_y + (0.0 - start_x) / (stop_x - start_x) * (stop_y - start_y)
            if (start_x > side) != (stop_x > side):
                cut_b = start_y + (side - start_x) / (stop_x - start_x) * (stop_y - start_y)
            if abs(cut_a - start_y) > abs(cut_b - start_y):
                cut_a, cut_b = cut_b, cut_a
            from_y, from_x = start_y, start_x
            for step in range(3):
                if step == 0:
                    to_y = cut_a
                elif step == 1:
                    to_y = cut_b
                else:
                    to_y = stop_y
                if to_y == from_y:
                    continue
                to_x = stop_x if to_y == stop_y else start_x + (to_y - start_y) * slope
                middle = 0.5 * (from_x + to_x)
                if middle < 0.0:
                    count = _walk_vertical(
                        from_y, to_y, cell_row, cell_column, cell_height, cell_area, count, sign
                    )
                elif middle < side:
                    count = _walk_edge(
                        min(max(from_x, 0.0), side),
                        from_y,
                        min(max(to_x, 0.0), side),
                        to_y,
                        width,
                        cell_row,
                        cell_column,
                        cell_height,
                        cell_area,
                        count,
                        sign,
                    )
                from_y, from_x = to_y, to_x
    return count


@compiled
def _sort_row(
    order: NDArray[np.int64], first: int, last: int, cell_column: NDArray[np.int32]
) -> None:
    """Order a row's cells by column; the few of a usual row are cheapest by insertion."""
    if last - first > 48:
        cells = order[first:last]
        cells[:] = cells[np.argsort(cell_column[cells], kind="mergesort")]
        return
    for i in range(first + 1, last):
        moving = order[i]
        j = i - 1
        while j >= first and cell_column[order[j]] > cell_column[moving]:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = moving


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
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int64],
]:
    """Return rows, starts, stops and shares of the runs, and each polygon's first run."""
    most_cells, most_runs = 0, 0
    for polygon in polygons:
        bound = 0
        for ring in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            first, last = ring_starts[ring], ring_starts[ring + 1] - 1
            bound += _most_cells(columns, rows, first, last, row, column, height, width)
        most_cells = max(most_cells, bound)
        most_runs += 2 * bound
    cell_row = np.empty(most_cells, np.int32)
    cell_column = np.empty(most_cells, np.int32)
    cell_height = np.empty(most_cells)
    cell_area = np.empty(most_cells)
    row_starts = np.empty(height + 1, np.int64)
    filled = np.empty(height, np.int64)
    order = np.empty(most_cells, np.int64)
    run_row = np.empty(most_runs, np.int32)
    run_start = np.empty(most_runs, np.int32)
    run_stop = np.empty(most_runs, np.int32)
    run_share = np.empty(most_runs)
    run_starts = np.zeros(len(polygons) + 1, np.int64)
    runs = 0
    for position in range(len(polygons)):
        polygon = polygons[position]
        cells = _cells_of_polygon(
            columns,
            rows,
            ring_starts,
            polygon_starts[polygon],
            polygon_starts[polygon + 1],
            signs[polygon],
            row,
            column,
            height,
            width,
            cell_row,
            cell_column,
            cell_height,
            cell_area,
        )
        top, bottom = height, 0
        for i in range(cells):
            top = min(top, cell_row[i])
            bottom = max(bottom, cell_row[i] + 1)
        row_starts[top : bottom + 1] = 0
        for i in range(cells):
            row_starts[cell_row[i] + 1] += 1
        for r in range(top, bottom):
            row_starts[r + 1] += row_starts[r]
            filled[r] = row_starts[r]
        for i in range(cells):
            order[filled[cell_row[i]]] = i
            filled[cell_row[i]] += 1
        for r in range(top, bottom):
            first, last = row_starts[r], row_starts[r + 1]
            if first == last:
                continue
            _sort_row(order, first, last, cell_column)
            covered = 0.0
            reached = 0
            i = first
            while i < last:
                c = cell_column[order[i]]
                if c > reached and covered > ROUNDING:
                    run_row[runs], run_start[runs], run_stop[runs] = r, reached, c
                    run_share[runs] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
                    runs += 1
                share = covered
                while i < last and cell_column[order[i]] == c:
                    share += cell_area[order[i]]
                    covered += cell_height[order[i]]
                    i += 1
                if c >= 0 and share > ROUNDING:
                    run_row[runs], run_start[runs], run_stop[runs] = r, c, c + 1
                    run_share[runs] = 1.0 if abs(share - 1.0) < ROUNDING else share
                    runs += 1
                reached = c + 1
            if reached < width and covered > ROUNDING:
                run_row[runs], run_start[runs], run_stop[runs] = r, reached, width
                run_share[runs] = 1.0 if abs(covered - 1.0) < ROUNDING else covered
                runs += 1
        run_starts[position + 1] = runs
    return (
        run_row[:runs].copy(),
        run_start[:runs].copy(),
        run_stop[:runs].copy(),
        run_share[:runs].copy(),
        run_starts,
    )
