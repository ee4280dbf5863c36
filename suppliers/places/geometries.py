"""Outlines of sites and sourcing areas, from WKT, GeoJSON or WKB in hex digits."""

import functools
import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suppliers.places.countries import KM_PER_DEGREE

#: WGS 84 in two and three dimensions; ETRS89, NAD83 and SIRGAS 2000 are within two metres of it.
_WGS84_WITHIN_METRES = ("4326", "4979", "4258", "4269", "4674")
#: The former member `crs` of GeoJSON, with the name within.
_GEOJSON_SYSTEM = re.compile(r'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]*)"')
WIDEST_KM = 1_000.0


@dataclass(frozen=True)
class ParsedGeometry:
    """The result of reading a geometry text.

    Attributes:
        polygon: valid polygon or multipolygon in WGS84, or None.
        point: (latitude, longitude) where the text was a point, or None.
        note: what was corrected, or None.
        fault: why there is no geometry, or None.
    """

    polygon: Any | None = None
    point: tuple[float, float] | None = None
    note: str | None = None
    fault: str | None = None


def parse_geometry(text: str) -> ParsedGeometry:
    """Read an outline, correct it where that is unambiguous, else state what is wrong.

    Self-crossing rings are corrected (``shapely.make_valid``, polygon parts only). Empty, flat,
    out of range and more than 1,000 km wide outlines are not used. What spans more than half the
    globe is taken to cross the antimeridian, and is cut there.
    """
    import shapely

    if (system := _other_system(text.strip())) is not None:
        return ParsedGeometry(fault=f"the geometry is in {system}, not in WGS84 (EPSG:4326)")
    try:
        shape = _read(text.strip())
    except (shapely.errors.ShapelyError, ValueError, KeyError, TypeError, AttributeError) as error:
        if "closed" in str(error):
            return ParsedGeometry(fault="the outline is not closed: repeat its first corner")
        return ParsedGeometry(fault="the geometry is neither WKT nor GeoJSON")
    if shape is None or shape.is_empty:
        return ParsedGeometry(fault="the geometry is empty")
    shape = shapely.force_2d(shape)
    west, south, east, north = shape.bounds
    if not np.isfinite([west, south, east, north]).all():
        return ParsedGeometry(fault="the geometry holds coordinates that are not numbers")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        projected = max(map(abs, (west, south, east, north))) > 360
        cause = "it seems to be in metres" if projected else "latitude and longitude look swapped"
        return ParsedGeometry(fault=f"the geometry lies outside the globe: {cause}")
    if shape.geom_type == "Point":
        return ParsedGeometry(point=(shape.y, shape.x))
    if shape.geom_type not in {"Polygon", "MultiPolygon", "GeometryCollection"}:
        return ParsedGeometry(fault="the geometry is no polygon")
    if east - west > 180:
        shape = shapely.transform(shape, _turned_east)
        west, south, east, north = shape.bounds
    note = None
    if text.strip().startswith("{") and _has_open_ring(json.loads(text)):
        note = "the outline was not closed; its last corner was joined to its first"
    if not shape.is_valid:
        shape, note = shapely.make_valid(shape), "self-crossing outline corrected"
    polygon = _polygons_of(shape)
    if polygon.is_empty or polygon.area == 0:
        return ParsedGeometry(fault="the geometry has no area")
    width_km = (east - west) * KM_PER_DEGREE * np.cos(np.radians((south + north) / 2))
    if max(width_km, (north - south) * KM_PER_DEGREE) > WIDEST_KM:
        return ParsedGeometry(fault=f"the geometry is more than {WIDEST_KM:,.0f} km wide")
    if east > 180:
        polygon = _cut_at_antimeridian(polygon)
    return ParsedGeometry(polygon=polygon, note=note)


def _has_open_ring(content: Any) -> bool:
    """Whether a ring of a GeoJSON outline ends elsewhere than it begins; shapely closes it."""
    if isinstance(content, dict):
        if content.get("type") == "Polygon":
            return any(ring[:1] and ring[0][:2] != ring[-1][:2] for ring in content["coordinates"])
        if content.get("type") == "MultiPolygon":
            rings = (ring for part in content["coordinates"] for ring in part)
            return any(ring[:1] and ring[0][:2] != ring[-1][:2] for ring in rings)
        return any(_has_open_ring(value) for value in content.values())
    return isinstance(content, list) and any(
        _has_open_ring(item) for item in content if isinstance(item, dict)
    )


def _other_system(text: str) -> str | None:
    """The reference system that a text states, if it is not longitude and latitude of WGS84."""
    stated = re.match(r"SRID=(\d+);", text, re.IGNORECASE)
    if stated is not None:
        return None if stated[1] in ("0", *_WGS84_WITHIN_METRES) else f"EPSG:{stated[1]}"
    named = _GEOJSON_SYSTEM.search(text) if text.startswith("{") else None
    if named is None or named[1].upper().endswith("CRS84"):
        return None
    number = re.search(r"EPSG:+(?:[\d.]*:)?(\d+)$", named[1], re.IGNORECASE)
    if number is None:
        return repr(named[1])
    return None if number[1] in _WGS84_WITHIN_METRES else f"EPSG:{number[1]}"


def _turned_east(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitudes from 0 to 360, so that what crosses the antimeridian is whole."""
    return np.where([True, False] & (vertices < 0), vertices + 360.0, vertices)


def _cut_at_antimeridian(polygon: Any) -> Any:
    import shapely

    before = polygon.intersection(shapely.box(0.0, -90.0, 180.0, 90.0))
    beyond = polygon.intersection(shapely.box(180.0, -90.0, 360.0, 90.0))
    turned = shapely.transform(beyond, lambda vertices: vertices - [360.0, 0.0])
    return shapely.union(_polygons_of(before), _polygons_of(turned))


def _read(text: str) -> Any | None:
    import shapely
    from shapely.geometry import shape

    if text.startswith("{"):
        return _from_geojson(json.loads(text), shape)
    if text.upper().startswith("SRID="):
        text = text.partition(";")[2]
    if text[:2] in {"00", "01"}:
        return shapely.from_wkb(text)
    return shapely.from_wkt(text)


def _from_geojson(content: Any, shape: Any) -> Any | None:
    import shapely

    if content["type"] == "FeatureCollection":
        parts = [_from_geojson(feature, shape) for feature in content["features"]]
        kept = [part for part in parts if part is not None]
        return functools.reduce(shapely.union, kept) if kept else None
    if content["type"] == "Feature":
        return None if content["geometry"] is None else shape(content["geometry"])
    return shape(content)


def _polygons_of(shape: Any) -> Any:
    import shapely

    parts = [p for p in shapely.get_parts(shape) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts)
