"""Add up the values of a window's pixels over runs of coverage, and apply masks to classes."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined
from signals.zonal.pixel_coverage import Runs

LANES = 8
"""Sums of a run kept side by side, in a fixed order: neighbours do not wait for each other."""

SUMS = 9
"""Columns of `sums_of_runs`."""

KEEP, DROP, NO_DATA = 0, 1, 2
"""Codes of a mask's pixels."""


def sums_of_runs(
    stored: NDArray[np.float64],
    scale: float,
    offset: float,
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

    The stored values of a run's pixels of one area are added first, in eight sums by the position
    in the run, which are then added in pairs; scale, offset, hectares and share are applied to
    that sum. Pixels that an edge crosses are added one by one before. For stored whole numbers
    the sums of runs are exact, as long as they are below 2⁵³; others are within n / 2⁵⁰ of the
    sum of absolute values, with n pixels of a run divided by eight. Each sum of m such addends is
    within (m + 3) / 2⁵³ of the sum of their absolute values.
    """
    return _tally_values(
        stored,
        scale,
        offset,
        low,
        high,
        runs.rows,
        runs.starts,
        runs.stops,
        runs.shares,
        runs.polygon_starts,
        runs.edge_rows,
        runs.edge_columns,
        runs.edge_shares,
        runs.edge_starts,
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


@inlined
def _add(
    sums: NDArray[np.float64],
    share: float,
    area_ha: float,
    within: tuple[float, int],
    beyond: tuple[float, int],
    pixels: int,
) -> None:
    """Add pixels of equal area and share: the sum and the number of values of both kinds."""
    weight = share * area_ha
    missing = pixels - within[1] - beyond[1]
    sums[0] += within[0] * weight
    sums[1] += within[1] * weight
    sums[2] += missing * weight
    sums[3] += within[0] * share
    sums[4] += beyond[1] * weight
    sums[5] += beyond[0] * weight
    sums[6] += within[1]
    sums[7] += missing
    sums[8] += beyond[1]


@inlined
def _folded(sums: NDArray[np.float64]) -> float:
    """Add eight sums in pairs and set them to 0."""
    left = (sums[0] + sums[1]) + (sums[2] + sums[3])
    right = (sums[4] + sums[5]) + (sums[6] + sums[7])
    sums[:] = 0.0
    return float(left + right)


@compiled
def _tally_values(
    stored: NDArray[np.float64],
    scale: float,
    offset: float,
    low: float,
    high: float,
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
) -> NDArray[np.float64]:
    polygons = len(polygon_starts) - 1
    totals = np.zeros((polygons, SUMS))
    segments = areas_ha.shape[1]
    within, beyond = np.zeros(LANES), np.zeros(LANES)
    for polygon in range(polygons):
        sums = totals[polygon]
        for pixel in range(edge_starts[polygon], edge_starts[polygon + 1]):
            row, position = edge_rows[pixel], edge_columns[pixel]
            area_ha = areas_ha[row, 0 if segments == 1 else position // segment]
            value = stored[row, position] * scale + offset
            if np.isnan(value):
                _add(sums, edge_shares[pixel], area_ha, (0.0, 0), (0.0, 0), 1)
            elif value < low or value > high:
                _add(sums, edge_shares[pixel], area_ha, (0.0, 0), (value, 1), 1)
            else:
                _add(sums, edge_shares[pixel], area_ha, (value, 1), (0.0, 0), 1)
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            pixels = stored[run_row[run]]
            start, end = run_start[run], run_stop[run]
            while start < end:
                part, stop = 0, end
                if segments > 1:
                    part = start // segment
                    stop = min(end, (part + 1) * segment)
                used = out = 0
                for position in range(start, stop):
                    lane = (position - start) & (LANES - 1)
                    value = pixels[position] * scale + offset
                    if low <= value <= high:
                        within[lane] += pixels[position]
                        used += 1
                    elif not np.isnan(value):
                        beyond[lane] += pixels[position]
                        out += 1
                _add(
                    sums,
                    run_share[run],
                    areas_ha[run_row[run], part],
                    (_folded(within) * scale + offset * used, used),
                    (_folded(beyond) * scale + offset * out, out),
                    stop - start,
                )
                start = stop
    return totals
