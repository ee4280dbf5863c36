"""The compiled part of counting fires around sites."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled

BAND_DEGREES = 0.05
"""Height of a band of latitude: about the radius of a usual site."""

BANDS = int(180.0 / BAND_DEGREES) + 1

ROUNDING = 1e-9
"""Distances from the centre nearer than this to a limit, as a share of it, decide nothing."""


def band_of(latitude: NDArray[np.float64]) -> NDArray[np.int64]:
    """The band that each latitude lies in."""
    return np.floor((latitude + 90.0) / BAND_DEGREES).astype(np.int64)


@compiled
def outline_distances(
    vertices: NDArray[np.float64], starts: NDArray[np.int64], bounds: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How near to the centre of its bounds, and how far from it, the edge of an outline comes.

    Lengths are shares of half the width and half the height of the bounds. What is nearer than
    the first lies on the same side of the outline as the centre, what is farther than the second
    lies outside.

    Args:
        vertices: of all outlines, one after another; a step between two rings counts as an edge,
            which makes the first smaller.
        starts: first vertex of each outline, with the total as last entry.
        bounds: west, south, east, north of each outline.

    Returns:
        The squares of both distances, with a margin for rounding.
    """
    count = len(bounds)
    nearest, farthest = np.full(count, np.inf), np.zeros(count)
    for site in range(count):
        west, south, east, north = bounds[site]
        across, along = 2.0 / (east - west), 2.0 / (north - south)
        middle_x, middle_y = 0.5 * (west + east), 0.5 * (south + north)
        for vertex in range(starts[site], starts[site + 1]):
            x = (vertices[vertex, 0] - middle_x) * across
            y = (vertices[vertex, 1] - middle_y) * along
            farthest[site] = max(farthest[site], x * x + y * y)
            if vertex + 1 == starts[site + 1]:
                continue
            step_x = (vertices[vertex + 1, 0] - middle_x) * across - x
            step_y = (vertices[vertex + 1, 1] - middle_y) * along - y
            length = step_x * step_x + step_y * step_y
            share = 0.0
            if length > 0.0:
                share = min(max(-(x * step_x + y * step_y) / length, 0.0), 1.0)
            x += share * step_x
            y += share * step_y
            nearest[site] = min(nearest[site], x * x + y * y)
    return nearest * (1.0 - ROUNDING), farthest * (1.0 + ROUNDING)


@compiled
def _first_from(values: NDArray[np.float64], start: int, stop: int, least: float) -> int:
    """First position of a sorted stretch that is not below a value."""
    while start < stop:
        half = (start + stop) // 2
        if values[half] < least:
            start = half + 1
        else:
            stop = half
    return start


@compiled
def count_inside(
    bounds: NDArray[np.float64],
    within: NDArray[np.float64],
    beyond: NDArray[np.float64],
    place: NDArray[np.int64],
    covered: NDArray[np.bool_],
    month: NDArray[np.int64],
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    day: NDArray[np.int64],
    is_night: NDArray[np.bool_],
    is_undecided: NDArray[np.bool_],
    band_starts: NDArray[np.int64],
    detections: NDArray[np.int32],
    nights: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Count the detections that surely lie inside each outline, by month.

    Args:
        bounds: west, south, east, north of each outline.
        within: `outline_distances`; 0 where the centre lies outside the outline.
        beyond: the same, the farthest.
        place: of each outline.
        covered: [places, days].
        month: [days].
        longitude: of each detection, by band and longitude.
        latitude: of each detection.
        day: of each detection; one that is not in `month` does not count.
        is_night: whether it is at night.
        is_undecided: whether it is given back wherever it may lie inside.
        band_starts: first detection of each band, with the total as last entry.
        detections: [outlines, months], added to.
        nights: the same, of those at night.

    Returns:
        [2, n] outline and detection of those to be decided.
    """
    unsure = np.empty((2, 1024), np.int64)
    found = 0
    for site in range(len(bounds)):
        west, south, east, north = bounds[site]
        across, along = 2.0 / (east - west), 2.0 / (north - south)
        middle_x, middle_y = 0.5 * (west + east), 0.5 * (south + north)
        first = int((south + 90.0) / BAND_DEGREES)
        last = int((north + 90.0) / BAND_DEGREES)
        for band in range(max(first - 1, 0), min(last + 2, len(band_starts) - 1)):
            stop = band_starts[band + 1]
            row = _first_from(longitude, band_starts[band], stop, west)
            while row < stop and longitude[row] <= east:
                x = (longitude[row] - middle_x) * across
                y = (latitude[row] - middle_y) * along
                distance = x * x + y * y
                if distance <= beyond[site]:
                    if is_undecided[row] or distance >= within[site]:
                        if found == unsure.shape[1]:
                            wider = np.empty((2, 2 * found), np.int64)
                            wider[:, :found] = unsure
                            unsure = wider
                        unsure[0, found], unsure[1, found] = site, row
                        found += 1
                    elif 0 <= day[row] < len(month) and covered[place[site], day[row]]:
                        detections[site, month[day[row]]] += 1
                        if is_night[row]:
                            nights[site, month[day[row]]] += 1
                row += 1
    return unsure[:, :found].copy()
