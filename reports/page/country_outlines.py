"""Country outlines for the map, from `countryinfo`: cut at the antimeridian and thinned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import numpy as np
import shapely
from countryinfo import all_countries
from numpy.typing import NDArray

#: About a pixel of a world map that is 1,200 pixels wide.
_TOLERANCE_DEGREES = 0.2
_SMALLEST_RING_SQUARE_DEGREES = 0.05
_HALF_TURN = 180.0
_WHOLE_TURN = 360.0


@cache
def outlines() -> tuple[tuple[int, ...], ...]:
    """Rings of the world's countries, to draw lines along; not for measuring.

    Returns:
        Each ring as longitude, latitude, longitude, latitude ... in tenths of a degree, longest
        first. A ring that crosses the antimeridian is cut there, so that no line runs across the
        whole map.
    """
    rings = {ring for shape in _shapes() for ring in _rings(shape)}
    return tuple(sorted(rings, key=lambda ring: (-len(ring), ring)))


def _shapes() -> Iterator[shapely.Geometry]:
    for country in all_countries():
        for feature in country.geo_json().get("features", []):
            yield from shapely.get_parts(shapely.from_geojson(json.dumps(feature["geometry"])))


def _rings(polygon: shapely.Geometry) -> Iterator[tuple[int, ...]]:
    whole = shapely.make_valid(_unwrapped(polygon))
    world = shapely.box(-_HALF_TURN, -90, _HALF_TURN, 90)
    beyond = shapely.box(_HALF_TURN, -90, _HALF_TURN + _WHOLE_TURN, 90)
    pieces = (
        shapely.intersection(whole, world),
        shapely.transform(
            shapely.intersection(whole, beyond), lambda points: points - [_WHOLE_TURN, 0]
        ),
    )
    for piece in pieces:
        for part in shapely.get_parts(shapely.simplify(piece, _TOLERANCE_DEGREES)):
            if part.geom_type == "Polygon" and part.area >= _SMALLEST_RING_SQUARE_DEGREES:
                tenths = (shapely.get_coordinates(part.exterior) * 10).round().astype(int)
                yield tuple(tenths.ravel().tolist())


def _unwrapped(polygon: shapely.Geometry) -> shapely.Geometry:
    """The polygon; one that jumps across the antimeridian with its west moved a turn east."""
    longitudes = shapely.get_coordinates(polygon)[:, 0]
    if np.abs(np.diff(longitudes)).max(initial=0.0) <= _HALF_TURN:
        return polygon

    def eastward(points: NDArray[np.float64]) -> NDArray[np.float64]:
        west = points[:, :1] < 0
        return points + np.where(west, [[_WHOLE_TURN, 0.0]], [[0.0, 0.0]])

    return shapely.transform(polygon, eastward)
