"""Add up the pixels of a window over runs of coverage: by class, or as weighted sums."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled
from signals.zonal.bitmask import BITS, count_bits, equal_bits, first_bit
from signals.zonal.pixel_coverage import Runs

LANES = 8
"""Sums kept side by side, so that equal neighbours do not wait for each other's addition."""

SHORT_STRETCH = 16
"""Fewer pixels than this are looked up one by one."""

USUAL_SHARE = 0.5
"""Skipping the usual value pays when at least about this share of the pixels has it."""

SAMPLE_STEP = 509
"""One pixel in this many is sampled to find the modal value."""

SUMS = 9
"""Columns of `sums_of_runs`."""

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
    coverage = (runs.rows, runs.starts, runs.stops, runs.shares, runs.polygon_starts)
    if len(table) <= 256:
        pixels = np.ascontiguousarray(keys, dtype=np.uint8).reshape(-1)
        usual, share = _usual_value(pixels)
        if share >= USUAL_SHARE and len(pixels) >= BITS:
            return _tally_unusual(
                pixels, keys.shape[1], usual, table, columns, *coverage, areas_ha, segment
            )
    return _tally_classes(keys, table, columns, *coverage, areas_ha, segment)


def sums_of_runs(
    values: NDArray[np.float64],
    low: float,
    high: float,
    runs: Runs,
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    """Return, per polygon, sums over its pixels; NaN stands for no data.

    Columns: value times covered hectares; covered hectares with a value; covered hectares
    without; value times covered share; covered hectares whose value is below low or above high,
    which are in none of the columns before; these values times their hectares; pixels with a
    value, without one, and with one out of the range.
    """
    return _tally_values(
        values,
        low,
        high,
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
def _usual_value(pixels: NDArray[np.uint8]) -> tuple[int, float]:
    """Return the commonest value of a sample of the pixels, and its share of the sample."""
    counts = np.zeros(256, np.int64)
    for position in range(0, len(pixels), SAMPLE_STEP):
        counts[pixels[position]] += 1
    usual = int(np.argmax(counts))
    return usual, counts[usual] / max(counts.sum(), 1)


@compiled
def _look_up(
    pixels: NDArray[np.uint8],
    first: int,
    word: np.uint64,
    table: NDArray[np.uint32],
    weight: float,
    lanes: NDArray[np.float64],
) -> None:
    """Add a weight to the column of each pixel of a word whose bit is set."""
    while word != 0:
        position = first + first_bit(word)
        lanes[position & (LANES - 1), table[pixels[position]]] += weight
        word &= word - np.uint64(1)


@compiled
def _tally_unusual(
    pixels: NDArray[np.uint8],
    width: int,
    usual: int,
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
    """Tally as `_tally_classes`: count the usual value 64 pixels at a time, look the others up.

    Maps of loss are 0 nearly everywhere; only where something happened does a pixel cost time.
    """
    polygons = len(polygon_starts) - 1
    totals = np.zeros((polygons, columns))
    lanes = np.zeros((LANES, columns))
    segments = areas_ha.shape[1]
    wanted = np.full(BITS, usual, np.uint8)
    for polygon in range(polygons):
        lanes[:] = 0.0
        usual_ha = 0.0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            row = run_row[run]
            start, end = run_start[run], run_stop[run]
            while start < end:
                part, stop = 0, end
                if segments > 1:
                    part = start // segment
                    stop = min(end, (part + 1) * segment)
                weight = run_share[run] * areas_ha[row, part]
                first, last = row * width + start, row * width + stop
                start = stop
                if last - first < SHORT_STRETCH:
                    for position in range(first, last):
                        lanes[position & (LANES - 1), table[pixels[position]]] += weight
                    continue
                counted = 0
                while first + BITS <= last:
                    unusual = ~equal_bits(pixels, first, wanted, 0)
                    counted += BITS - count_bits(unusual)
                    _look_up(pixels, first, unusual, table, weight, lanes)
                    first += BITS
                if first < last:
                    inside = (np.uint64(1) << np.uint64(last - first)) - np.uint64(1)
                    if first + BITS > len(pixels):
                        # The last word is read from where it fits; its bits move up as far as
                        # it moves back.
                        inside <<= np.uint64(first + BITS - len(pixels))
                        first = len(pixels) - BITS
                    unusual = ~equal_bits(pixels, first, wanted, 0) & inside
                    counted += count_bits(inside) - count_bits(unusual)
                    _look_up(pixels, first, unusual, table, weight, lanes)
                usual_ha += weight * counted
        for lane in range(LANES):
            for column in range(columns):
                totals[polygon, column] += lanes[lane, column]
        totals[polygon, table[usual]] += usual_ha
    return totals


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
    low: float,
    high: float,
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    polygons = len(polygon_starts) - 1
    totals = np.zeros((polygons, SUMS))
    segments = areas_ha.shape[1]
    for polygon in range(polygons):
        weighted, valid, missing, amount = 0.0, 0.0, 0.0, 0.0
        beyond, beyond_weighted = 0.0, 0.0
        with_value, without_value, with_beyond = 0, 0, 0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            row = run_row[run]
            share = run_share[run]
            for position in range(run_start[run], run_stop[run]):
                value = values[row, position]
                part = 0 if segments == 1 else position // segment
                weight = share * areas_ha[row, part]
                if np.isnan(value):
                    missing += weight
                    without_value += 1
                elif value < low or value > high:
                    beyond += weight
                    beyond_weighted += value * weight
                    with_beyond += 1
                else:
                    weighted += value * weight
                    valid += weight
                    amount += value * share
                    with_value += 1
        totals[polygon, 0] = weighted
        totals[polygon, 1] = valid
        totals[polygon, 2] = missing
        totals[polygon, 3] = amount
        totals[polygon, 4] = beyond
        totals[polygon, 5] = beyond_weighted
        totals[polygon, 6] = with_value
        totals[polygon, 7] = without_value
        totals[polygon, 8] = with_beyond
    return totals
