"""The nearest of many points within a short distance, by cells of that size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Cells around the earth are fewer, so that a row of cells has numbers of its own.
_CELLS_A_ROW = 1_000_000


def nearest_within(
    known: NDArray[np.float64], points: NDArray[np.float64], reach: float
) -> NDArray[np.int64]:
    """The position of the nearest known point of each point, nearer than `reach`; -1 for none.

    A tree (`scipy.spatial`) finds the same, but half a second goes by until it is imported.

    Args:
        known: [n, 2] coordinates.
        points: [m, 2] coordinates.
        reach: in their unit, Euclidean.
    """
    if not len(known) or not len(points):
        return np.full(len(points), -1, dtype=np.int64)
    cells = _cells(known, reach)
    order = np.argsort(cells, kind="stable")
    sorted_cells, own = cells[order], _cells(points, reach)
    found, at = [], []
    for step in (row * _CELLS_A_ROW + column for row in (-1, 0, 1) for column in (-1, 0, 1)):
        first = np.searchsorted(sorted_cells, own + step, side="left")
        number = np.searchsorted(sorted_cells, own + step, side="right") - first
        within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        at.append(np.repeat(np.arange(len(points)), number))
        found.append(order[np.repeat(first, number) + within])
    candidate, point = np.concatenate(found), np.concatenate(at)
    distance = np.hypot(*(known[candidate] - points[point]).T)
    is_near = distance < reach
    candidate, point, distance = candidate[is_near], point[is_near], distance[is_near]
    # The nearest last, as later entries overwrite; of equal ones the first known point.
    last = np.lexsort((-candidate, -distance))
    nearest = np.full(len(points), -1, dtype=np.int64)
    nearest[point[last]] = candidate[last]
    return nearest


def _cells(points: NDArray[np.float64], size: float) -> NDArray[np.int64]:
    """The number of the cell of each point."""
    rows, columns = np.floor(points / size).astype(np.int64).T
    return np.asarray(rows * _CELLS_A_ROW + columns, dtype=np.int64)
