"""Areas on the WGS84 ellipsoid, by latitude and inside outlines of straight degrees."""

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from signals.numba_cache import compiled

ELLIPSOID = Geod(ellps="WGS84")

SEMI_MAJOR_M = float(ELLIPSOID.a)
ECCENTRICITY_SQUARED = float(ELLIPSOID.es)

SERIES = tuple(
    SEMI_MAJOR_M**2 * (1.0 - ECCENTRICITY_SQUARED) * (k + 1) / (2 * k + 1) * ECCENTRICITY_SQUARED**k
    for k in range(7)
)
"""Snyder 1987, Map Projections: A Working Manual, equation 3-12, as a power series in sin²: the
term left out is below 1e-15 of the sum."""

NODE = float(np.sqrt(0.6) / 2.0)
"""Three-point Gauss-Legendre nodes on [0, 1] are 0.5 and 0.5 ± this, weights 4/9 and 5/18."""


def area_below_latitude_m2(latitude_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area between the equator and a latitude, per radian of longitude."""
    sine = np.sin(latitude_rad)
    return np.asarray(sine * np.polynomial.polynomial.polyval(sine**2, SERIES))


@compiled
def ring_areas_m2(
    vertices: NDArray[np.float64], ring_starts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the signed area of closed rings, counter-clockwise positive.

    Args:
        vertices: Longitude and latitude in degrees, ring after ring.
        ring_starts: First vertex of each ring, with the total as last entry. Edges are straight
            in longitude and latitude.
    """
    areas = np.zeros(len(ring_starts) - 1)
    for ring in range(len(areas)):
        total = 0.0
        for i in range(ring_starts[ring], ring_starts[ring + 1] - 1):
            east = vertices[i + 1, 0] - vertices[i, 0]
            if east != 0.0:
                south = vertices[i, 1]
                rise = vertices[i + 1, 1] - south
                total -= east * (
                    4.0 / 9.0 * _below_m2(south + 0.5 * rise)
                    + 5.0 / 18.0 * _below_m2(south + (0.5 - NODE) * rise)
                    + 5.0 / 18.0 * _below_m2(south + (0.5 + NODE) * rise)
                )
        areas[ring] = total * np.pi / 180.0
    return areas


@compiled
def _below_m2(latitude_degrees: float) -> float:
    sine = np.sin(latitude_degrees * (np.pi / 180.0))
    square = sine * sine
    total = SERIES[6]
    for k in range(5, -1, -1):
        total = total * square + SERIES[k]
    return float(total * sine)
