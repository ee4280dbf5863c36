"""Count the classes of a window's pixels over runs of coverage, exactly, and weigh the counts."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined
from signals.zonal.bit_count_kernel import count_by_bits, folded
from signals.zonal.pixel_coverage import Runs
from signals.zonal.vector_instructions import BITS, ROWS


def class_areas_of_runs(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    columns: int,
    runs: Runs,
    areas_ha: NDArray[np.float64],
    segment: int,
    first_row: int = 0,
) -> NDArray[np.float64]:
    """Return hectares per polygon and column of the table.

    Of the pixels that lie wholly in a polygon, those of a column are counted in each row (and
    segment of it), which is exact. The count times the hectares of a pixel is added to one of
    eight sums by the last three bits of the raster's row, in the order of rows. Pixels that an
    edge crosses or that are covered in part are added one by one, in a sum of their own. The
    bits depend neither on the way of counting nor on what else the window holds, and a sum of n
    addends is within (n + 4) / 2⁵³ of its value.

    Args:
        keys: Pixels of the window, of an unsigned type.
        table: Column of each possible key.
        columns: Number of columns.
        runs: Coverage, with rows and columns counted from the window's corner.
        areas_ha: Pixel areas (rows, segments).
        segment: Columns of the window per segment.
        first_row: The raster's row of the window's first.
    """
    stretches = (runs.rows, runs.starts, runs.stops, runs.shares, runs.polygon_starts)
    edges = (runs.edge_rows, runs.edge_columns, runs.edge_shares, runs.edge_starts)
    lane = first_row % ROWS
    whole = np.zeros((len(runs.polygon_starts) - 1, columns))
    counted = False
    is_narrow = min(len(table), columns) <= 256
    if is_narrow and keys.size >= BITS and areas_ha.shape[1] == 1:
        of_pixel, column_of = _as_bytes(keys, table, columns)
        counted = count_by_bits(
            of_pixel, keys.shape[1], column_of, *stretches, areas_ha[:, 0], lane, whole
        )
    if not counted:
        _count_by_pixel(keys, table, *stretches, areas_ha, segment, lane, whole)
    _add_parts(keys, table, *stretches, *edges, areas_ha, segment, whole)
    return whole


def _as_bytes(
    keys: NDArray[np.unsignedinteger], table: NDArray[np.uint32], columns: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Keys of a byte and their table; of wider keys, their columns and a table of columns."""
    if len(table) <= 256:
        return np.ascontiguousarray(keys, dtype=np.uint8).reshape(-1), table
    found = np.empty(keys.size, np.uint8)
    _look_up(np.ascontiguousarray(keys).reshape(-1), table.astype(np.uint8), found)
    return found, np.arange(columns, dtype=np.uint32)


@compiled
def _look_up(
    keys: NDArray[np.unsignedinteger], table: NDArray[np.uint8], found: NDArray[np.uint8]
) -> None:
    for position in range(len(keys)):
        found[position] = table[keys[position]]


@compiled
def _add_parts(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    edge_rows: NDArray[np.int32],
    edge_columns: NDArray[np.int32],
    edge_shares: NDArray[np.float64],
    edge_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
    whole: NDArray[np.float64],
) -> None:
    """Add the sum of pixels that an edge crosses, then of runs that are covered in part."""
    polygons, columns = whole.shape
    totals = np.empty(columns)
    segments = areas_ha.shape[1]
    for polygon in range(polygons):
        totals[:] = 0.0
        # Unsigned numbers are not checked for counting from an array's end.
        for pixel in range(np.uint64(edge_starts[polygon]), np.uint64(edge_starts[polygon + 1])):
            row, position = np.uint64(edge_rows[pixel]), np.uint64(edge_columns[pixel])
            part = np.uint64(0) if segments == 1 else position // np.uint64(segment)
            totals[table[keys[row, position]]] += edge_shares[pixel] * areas_ha[row, part]
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            if run_share[run] == 1.0:
                continue
            run_line = run_row[run]
            for inner in range(run_start[run], run_stop[run]):
                weight = (
                    run_share[run] * areas_ha[run_line, 0 if segments == 1 else inner // segment]
                )
                totals[table[keys[run_line, inner]]] += weight
        for column in range(columns):
            whole[polygon, column] += totals[column]


@compiled
def _count_by_pixel(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
    lane: int,
    whole: NDArray[np.float64],
) -> None:
    columns = whole.shape[1]
    segments = areas_ha.shape[1]
    counts = np.zeros(2 * columns, np.int64)
    touched = np.empty(2 * columns, np.int64)
    sums = np.zeros(columns * ROWS)
    for polygon in range(len(polygon_starts) - 1):
        touches, row, part = 0, 0, 0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            if run_share[run] != 1.0:
                continue
            start, end = run_start[run], run_stop[run]
            while start < end:
                here = 0 if segments == 1 else start // segment
                stop = end if segments == 1 else min(end, (here + 1) * segment)
                if run_row[run] != row or here != part:
                    first = (lane + row) & (ROWS - 1)
                    _weigh(counts, touched, touches, areas_ha[row, part], sums, first)
                    touches, row, part = 0, run_row[run], here
                for position in range(start, stop):
                    # Two counts, so that equal neighbours do not wait for each other.
                    index = 2 * table[keys[row, position]] + (position & 1)
                    touched[touches] = index
                    touches += counts[index] == 0
                    counts[index] += 1
                start = stop
        _weigh(counts, touched, touches, areas_ha[row, part], sums, (lane + row) & (ROWS - 1))
        for column in range(columns):
            whole[polygon, column] = folded(sums, column * ROWS)
        sums[:] = 0.0


@inlined
def _weigh(
    counts: NDArray[np.int64],
    touched: NDArray[np.int64],
    touches: int,
    weight: float,
    sums: NDArray[np.float64],
    first: int,
) -> None:
    """Add a row's counts times the hectares of a pixel to one sum of each column it has."""
    for touch in range(touches):
        even = touched[touch] & ~1
        sums[(even >> 1) * ROWS + first] += weight * (counts[even] + counts[even + 1])
        counts[even] = 0
        counts[even + 1] = 0
