"""Which way round the rings of polygons go, and on which turn of the globe."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined


@inlined
def _doubled_area(xs: NDArray[np.float64], ys: NDArray[np.float64], first: int, last: int) -> float:
    """Twice the signed area of a ring, measured from its first vertex.

    So far origins cost no precision.
    """
    doubled = 0.0
    for i in range(first, last):
        doubled += (xs[i] - xs[first]) * (ys[i + 1] - ys[first])
        doubled -= (xs[i + 1] - xs[first]) * (ys[i] - ys[first])
    return doubled


@compiled
def turn_rings(
    vertices: NDArray[np.float64],
    ring_starts: NDArray[np.int64],
    polygon_starts: NDArray[np.int64],
) -> None:
    """Turn shells counter-clockwise and holes clockwise, in place; y runs upwards."""
    xs, ys = vertices[:, 0], vertices[:, 1]
    for polygon in range(len(polygon_starts) - 1):
        for ring in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            first, last = ring_starts[ring], ring_starts[ring + 1] - 1
            doubled = _doubled_area(xs, ys, first, last)
            if (doubled < 0.0) if ring == polygon_starts[polygon] else (doubled > 0.0):
                vertices[first : last + 1] = vertices[first : last + 1][::-1].copy()


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
        first, last = ring_starts[shell], ring_starts[shell + 1] - 1
        signs[polygon] = -1.0 if _doubled_area(columns, rows, first, last) > 0.0 else 1.0
    return signs


@compiled
def add_turns(
    longitudes: NDArray[np.float64],
    starts: NDArray[np.int64],
    least: NDArray[np.float64],
    full_turn: float,
    turn: float,
) -> None:
    """Add a turn of the globe to longitudes below the least of their polygon, and one to all.

    Args:
        longitudes: Of vertices, polygon after polygon; changed in place.
        starts: First vertex of each polygon, with the total as last entry.
        least: Per polygon.
        full_turn: What is added to those below.
        turn: What is added to all.
    """
    for polygon in range(len(least)):
        for vertex in range(starts[polygon], starts[polygon + 1]):
            longitude = longitudes[vertex]
            if longitude < least[polygon]:
                longitude += full_turn
            longitudes[vertex] = longitude + turn
