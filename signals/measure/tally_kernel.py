"""Add up the pixels of a window over runs of coverage: by class, or as weighted sums."""

import numpy as np
from numpy.typing import NDArray

from signals.measure.compiled import compiled
from signals.measure.coverage import Runs

LANES = 8
"""Sums kept side by side, so that equal neighbours do not wait for each other's addition."""

KEEP, DROP, NO_DATA = 0, 1, 2
"""Codes of a mask's pixels."""


def class_areas_of_runs(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    columns: int,
    runs: Runs,
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    """Return hectares per polygon and column of the table.

    Args:
        keys: Pixels of the window, of an unsigned type.
        table: Column of each possible key.
        columns: Number of columns.
        runs: Coverage, with rows and columns counted from the window's corner.
        areas_ha: Pixel areas (rows, segments).
        segment: Columns of the window per segment.
    """
    return _tally_classes(
        keys,
        table,
        columns,
        runs.rows,
        runs.starts,
        runs.stops,
        runs.shares,
        runs.polygon_starts,
        areas_ha,
        segment,
    )


def sums_of_runs(
    values: NDArray[np.float64],
    runs: Runs,
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    """Return, per polygon, four sums over its pixels; NaN stands for no data.

    Columns: value times covered hectares; covered hectares with a value; covered hectares
    without; value times covered share.
    """
    return _tally_values(
        values,
        runs.rows,
        runs.starts,
        runs.stops,
        runs.shares,
        runs.polygon_starts,
        areas_ha,
        segment,
    )


@compiled
def encode_masked(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    mask_keys: NDArray[np.unsignedinteger],
    codes: NDArray[np.uint8],
    dropped: int,
    no_data: int,
) -> NDArray[np.uint16]:
    """Turn keys into columns: no data of either raster first, then what the mask drops.

    Args:
        keys: Pixels of the class raster.
        table: Column of each of its keys.
        mask_keys: Pixels of the mask, same shape.
        codes: KEEP, DROP or NO_DATA for each of its keys.
        dropped: Column of what the mask drops.
        no_data: Column of what has no data.
    """
    columns = np.empty(keys.shape, np.uint16)
    for row in range(keys.shape[0]):
        for position in range(keys.shape[1]):
            code = codes[mask_keys[row, position]]
            column = table[keys[row, position]]
            if code == DROP and column != no_data:
                column = dropped
            columns[row, position] = no_data if code == NO_DATA else column
    return columns


@compiled
def _tally_classes(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    columns: int,
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    polygons = len(polygon_starts) - 1
    totals = np.zeros((polygons, columns))
    lanes = np.zeros((LANES, columns))
    segments = areas_ha.shape[1]
    for polygon in range(polygons):
        lanes[:] = 0.0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            row = run_row[run]
            start, end = run_start[run], run_stop[run]
            pixels = keys[row]
            while start < end:
                part, stop = 0, end
                if segments > 1:
                    part = start // segment
                    stop = min(end, (part + 1) * segment)
                weight = run_share[run] * areas_ha[row, part]
                position = start
                while position + LANES <= stop:
                    lanes[0, table[pixels[position]]] += weight
                    lanes[1, table[pixels[position + 1]]] += weight
                    lanes[2, table[pixels[position + 2]]] += weight
                    lanes[3, table[pixels[position + 3]]] += weight
                    lanes[4, table[pixels[position + 4]]] += weight
                    lanes[5, table[pixels[position + 5]]] += weight
                    lanes[6, table[pixels[position + 6]]] += weight
                    lanes[7, table[pixels[position + 7]]] += weight
                    position += LANES
                while position < stop:
                    lanes[0, table[pixels[position]]] += weight
                    position += 1
                start = stop
        for lane in range(LANES):
            for column in range(columns):
                totals[polygon, column] += lanes[lane, column]
    return totals


@compiled
def _tally_values(
    values: NDArray[np.float64],
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    polygons = len(polygon_starts) - 1
    totals = np.zeros((polygons, 4))
    for polygon in range(polygons):
        weighted, valid, missing, amount = 0.0, 0.0, 0.0, 0.0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            row = run_row[run]
            for position in range(run_start[run], run_stop[run]):
                value = values[row, position]
                weight = run_share[run] * areas_ha[row, position // segment]
                if np.isnan(value):
                    missing += weight
                else:
                    weighted += value * weight
                    valid += weight
                    amount += value * run_share[run]
        totals[polygon, 0] = weighted
        totals[polygon, 1] = valid
        totals[polygon, 2] = missing
        totals[polygon, 3] = amount
    return totals
