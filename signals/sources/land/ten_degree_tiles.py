"""Tiles of ten degrees that the ground around sites touches."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

_DEGREES = 10


def corners_of(
    shapes: Iterable[SiteShape], lowest_top: int, highest_top: int
) -> list[tuple[int, int]]:
    """North and west edge of each tile that shapes touch, in degrees, ascending.

    Args:
        shapes: ground around the sites.
        lowest_top: north edge of the southernmost tiles.
        highest_top: north edge of the northernmost tiles.
    """
    import shapely

    corners = set()
    # Sites over the antimeridian lie in two parts, at both ends of the map.
    for part in shapely.get_parts([shape.geometry for shape in shapes]):
        west, south, east, north = part.bounds
        tops = range(max(_upper(south), lowest_top), min(_upper(north), highest_top) + 1, _DEGREES)
        lefts = range(_lower(west), _lower(east) + 1, _DEGREES)
        corners |= {(top, left) for top in tops for left in lefts if left < 180}
    return sorted(corners)


def _upper(latitude: float) -> int:
    return math.ceil(latitude / _DEGREES) * _DEGREES


def _lower(longitude: float) -> int:
    return math.floor(longitude / _DEGREES) * _DEGREES
