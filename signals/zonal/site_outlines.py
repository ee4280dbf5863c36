"""Outlines of sites: geodesic circles around points, and polygons as given.

All outlines are in longitude and latitude (EPSG:4326) within [-180, 180] and [-90, 90]: what
crosses the antimeridian is cut there, what holds a pole reaches up to it. Edges are straight in
longitude and latitude, as GeoJSON has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from signals.zonal.ellipsoid import ELLIPSOID, ring_areas_m2
from signals.zonal.pixel_coverage import flatten_polygons
from suppliers.input_errors import DataRejectedError

__all__ = [
    "ELLIPSOID",
    "SiteShape",
    "areas_ha",
    "geodesic_circles",
    "polygon_from_wkt",
    "site_shapes",
]

CIRCLE_VERTICES = 128
OUTLINES_AT_A_TIME = 2000
"""Circles drawn and outlines measured at a time: their vertices take many times their memory."""

POLAR_VERTICES = 4096
"""Near a pole straight lines in longitude and latitude leave the circle, so it gets more."""

NEAR_POLE_RADII = 20.0
"""A circle nearer to a pole than this many of its radii gets the finer outline."""


@dataclass(frozen=True)
class SiteShape:
    """The ground that stands for a site.

    Attributes:
        site_id: The site.
        geometry: shapely Polygon or MultiPolygon in EPSG:4326, valid and not empty.
    """

    site_id: str
    geometry: Any


def site_shapes(sites: pl.DataFrame, radius_km: float) -> list[SiteShape]:
    """Make the outline of each site that can be measured.

    Args:
        sites: site_id, latitude, longitude (degrees, WGS84), geometry_wkt (null for points) and
            has_measurable_location. Sites without a measurable location are left out.
        radius_km: Radius of the geodesic circle for sites without a polygon of their own.

    Returns:
        One shape per measurable site, in the order of the rows. A polygon or multipolygon is
        taken as it is (made valid where it crosses itself); any other site is a circle.

    Raises:
        DataRejectedError: a geometry that is no polygon, a point off the globe, a radius that is
            not above zero and at most 1,000 km.
    """
    if not 0.0 < radius_km <= 1000.0:
        raise DataRejectedError(
            f"radius_km is {radius_km:g}: give a radius above 0 and at most 1,000 km."
        )
    kept = sites.filter(pl.col("has_measurable_location"))
    site_ids = kept["site_id"].to_list()
    geometries = np.empty(len(site_ids), dtype=object)
    outlined = kept["geometry_wkt"].is_not_null().to_numpy()
    for row in np.flatnonzero(outlined):
        geometries[row] = polygon_from_wkt(kept["geometry_wkt"][int(row)], site_ids[row])
    points = kept.filter(pl.col("geometry_wkt").is_null())
    longitudes = points["longitude"].cast(pl.Float64).to_numpy()
    latitudes = points["latitude"].cast(pl.Float64).to_numpy()
    off_globe = ~((np.abs(latitudes) <= 90.0) & (np.abs(longitudes) <= 180.0))
    if off_globe.any():
        raise DataRejectedError(
            f"site {points['site_id'][int(np.argmax(off_globe))]}: its latitude and longitude "
            "are not on the globe; correct the row or mark the site as not measurable."
        )
    geometries[~outlined] = geodesic_circles(longitudes, latitudes, radius_km)
    return [
        SiteShape(site_id, geometry) for site_id, geometry in zip(site_ids, geometries, strict=True)
    ]


def polygon_from_wkt(wkt: str, site_id: str) -> Any:
    """Read a site's own outline and bring it into [-180, 180].

    Raises:
        DataRejectedError: text that is not WKT, or a geometry without area.
    """
    geometry = shapely.from_wkt(wkt, on_invalid="ignore")
    rejection = DataRejectedError(
        f"site {site_id}: its geometry is not a polygon with an area; give a POLYGON or "
        "MULTIPOLYGON in longitude and latitude, or leave it empty to use the point."
    )
    if geometry is None:
        raise rejection
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    pieces = [piece for part in polygons for piece in _within_globe(part)]
    merged = shapely.union_all(pieces) if len(pieces) > 1 else (pieces or [None])[0]
    if merged is None or merged.is_empty or not merged.area > 0.0:
        raise rejection
    return merged


def geodesic_circles(
    longitudes: NDArray[np.float64], latitudes: NDArray[np.float64], radius_km: float
) -> NDArray[np.object_]:
    """Draw the circle of all points within a geodesic distance, as polygons.

    Args:
        longitudes: Degrees.
        latitudes: Degrees, same length.
        radius_km: Distance along the WGS84 ellipsoid.

    Returns:
        Polygons, or MultiPolygons where the circle crosses the antimeridian. Vertices lie a
        little outside the circle, so that the outline's area is the circle's (1e-5 relative).
    """
    circles = np.empty(len(longitudes), dtype=object)
    if len(longitudes) == 0:
        return circles
    pole_km = _distance_to_pole_km(latitudes)
    polar = pole_km < NEAR_POLE_RADII * radius_km
    ordinary = np.flatnonzero(~polar)
    for start in range(0, len(ordinary), OUTLINES_AT_A_TIME):
        some = ordinary[start : start + OUTLINES_AT_A_TIME]
        vertices = _circle_vertices(longitudes[some], latitudes[some], radius_km, CIRCLE_VERTICES)
        circles[some] = shapely.polygons(vertices)
        crossing = np.abs(vertices[:, :, 0]).max(axis=1) > 180.0
        for row in some[crossing]:
            circles[row] = _cut_at_antimeridian(circles[row])
    for row in np.flatnonzero(polar):
        ring = _circle_vertices(longitudes[[row]], latitudes[[row]], radius_km, POLAR_VERTICES)[0]
        if pole_km[row] < radius_km:
            circles[row] = _around_pole(ring, north=bool(latitudes[row] > 0.0))
        else:
            circles[row] = _cut_at_antimeridian(shapely.Polygon(ring))
    return circles


def areas_ha(geometries: Sequence[Any]) -> NDArray[np.float64]:
    """Return the area of outlines on the WGS84 ellipsoid, in hectares.

    Edges are straight in longitude and latitude, so that the pixels of a geographic raster
    under a shape add up to the same area.
    """
    blocks = (
        geometries[start : start + OUTLINES_AT_A_TIME]
        for start in range(0, len(geometries), OUTLINES_AT_A_TIME)
    )
    return np.concatenate([np.empty(0), *map(_areas_ha, blocks)])


def polygons_of(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The polygons of outlines, and the index of the outline of each.

    Outlines that are polygons already are not copied: copies of many take longer than measuring
    small ones.
    """
    if np.all(shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON):
        return geometries, np.arange(len(geometries))
    parts, owners = shapely.get_parts(geometries, return_index=True)
    return parts, owners.astype(np.int64)


def _areas_ha(geometries: Sequence[Any]) -> NDArray[np.float64]:
    parts, owners = polygons_of(np.asarray(geometries, dtype=object))
    vertices, ring_starts, polygon_starts = flatten_polygons(parts)
    # Holes run clockwise, so their areas are negative.
    areas_m2 = ring_areas_m2(vertices, ring_starts)
    owner_of_ring = np.repeat(owners, np.diff(polygon_starts))
    total = np.bincount(owner_of_ring, weights=areas_m2, minlength=len(geometries))
    return np.asarray(total / 10_000.0)


def _distance_to_pole_km(latitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    zeros = np.zeros(len(latitudes))
    poles = np.where(latitudes >= 0.0, 90.0, -90.0)
    return np.asarray(ELLIPSOID.inv(zeros, latitudes, zeros, poles)[2]) / 1000.0


def _circle_vertices(
    longitudes: NDArray[np.float64],
    latitudes: NDArray[np.float64],
    radius_km: float,
    count: int,
) -> NDArray[np.float64]:
    """Return closed rings (n, count + 1, 2), longitudes running on past 180 where they cross."""
    step = 2.0 * np.pi / count
    # A polygon of `count` corners on the circle is smaller than it by sin(step) / step.
    radius_m = radius_km * 1000.0 / np.sqrt(np.sin(step) / step)
    azimuths = np.degrees(np.arange(count) * -step)
    shape = (len(longitudes), count)
    along, across, _ = ELLIPSOID.fwd(
        np.broadcast_to(longitudes[:, None], shape).ravel(),
        np.broadcast_to(latitudes[:, None], shape).ravel(),
        np.broadcast_to(azimuths, shape).ravel(),
        np.full(len(longitudes) * count, radius_m),
    )
    along, across = np.reshape(along, shape), np.reshape(across, shape)
    along = longitudes[:, None] + (along - longitudes[:, None] + 180.0) % 360.0 - 180.0
    rings = np.stack([along, across], axis=2)
    return np.concatenate([rings, rings[:, :1]], axis=1)


def _around_pole(ring: NDArray[np.float64], *, north: bool) -> Any:
    """Return the cap between a ring around a pole and the pole, from -180 to 180."""
    longitudes = (ring[:-1, 0] + 180.0) % 360.0 - 180.0
    order = np.argsort(longitudes, kind="stable")
    longitudes, latitudes = longitudes[order], ring[:-1, 1][order]
    edge = np.interp(180.0, [longitudes[-1], longitudes[0] + 360.0], [latitudes[-1], latitudes[0]])
    pole = 90.0 if north else -90.0
    return shapely.Polygon(
        [
            (-180.0, edge),
            *zip(longitudes, latitudes, strict=True),
            (180.0, edge),
            (180.0, pole),
            (-180.0, pole),
        ]
    )


def _cut_at_antimeridian(polygon: Any) -> Any:
    """Cut a polygon whose longitudes run on past ±180 and move each piece into the range."""
    west, _, east, _ = polygon.bounds
    if west >= -180.0 and east <= 180.0:
        return polygon
    pieces: list[Any] = []
    for turn in range(int(np.floor((west + 180.0) / 360.0)), int(np.ceil((east + 180.0) / 360.0))):
        shift = 360.0 * turn
        piece = shapely.intersection(
            polygon, shapely.box(-180.0 + shift, -90.0, 180.0 + shift, 90.0)
        )
        moved = shapely.transform(piece, lambda xy, by=shift: xy - np.array([by, 0.0]))
        pieces.extend(part for part in shapely.get_parts(moved) if part.geom_type == "Polygon")
    return pieces[0] if len(pieces) == 1 else shapely.MultiPolygon(pieces)


def _within_globe(polygon: Any) -> list[Any]:
    """Unroll a given polygon over the antimeridian, make it valid and cut it into the range.

    An edge longer than 180 degrees is taken to go the short way round.
    """
    if polygon.is_empty:
        return []
    rings = [_unrolled(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon)]
    shell = rings[0]
    if abs(shell[-1, 0] - shell[0, 0]) > 180.0:
        outline = _around_pole(shell, north=bool(shell[:, 1].mean() > 0.0))
        holes = [shapely.Polygon(ring) for ring in rings[1:]]
        valid = shapely.difference(outline, shapely.union_all(holes)) if holes else outline
    else:
        # Holes join the turn of the globe that their shell is drawn on.
        middle = shell[:, 0].mean()
        for ring in rings[1:]:
            ring[:, 0] += 360.0 * np.round((middle - ring[:, 0].mean()) / 360.0)
        valid = shapely.make_valid(shapely.Polygon(shell, rings[1:]))
    parts = [part for part in shapely.get_parts(valid) if part.geom_type == "Polygon"]
    return [piece for part in parts for piece in shapely.get_parts(_cut_at_antimeridian(part))]


def _unrolled(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.diff(ring[:, 0])
    steps -= 360.0 * np.round(steps / 360.0)
    longitudes = np.concatenate([ring[:1, 0], ring[0, 0] + np.cumsum(steps)])
    return np.column_stack([longitudes, ring[:, 1]])
