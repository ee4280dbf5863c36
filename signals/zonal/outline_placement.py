"""Outlines of sites placed on the pixels of a grid."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.affinity import translate

from signals.zonal.pixel_coverage import PixelRings, flatten_polygons, pixel_rings
from signals.zonal.raster_grid import RasterGrid
from signals.zonal.ring_turns import add_turns
from signals.zonal.site_outlines import OUTLINES_AT_A_TIME, SiteShape, polygons_of

FOOTPRINT_PIECES = 64
"""Pieces that an edge of a tile is divided into for its outline on the ground."""

POLYGON = int(shapely.GeometryType.POLYGON)

LONGEST_EDGE_DEGREES = 0.01
"""Edges longer than this are divided before they are projected: a straight line of 0.01
degrees bends by about 2 cm in a projection."""


DATUM_MARGIN_DEGREES = 0.01
"""Bounds that are transformed to another geodetic datum may be off by less than this."""


_Placed: TypeAlias = tuple[
    NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]
]
"""Columns and rows of vertices, first vertex of each ring, first ring of each polygon."""


@dataclass(frozen=True)
class Outlines:
    """The polygons of all sites in longitude and latitude.

    Attributes:
        polygons: shapely Polygons; a multipolygon gives one per part.
        sites: Index of the site of each polygon.
    """

    polygons: NDArray[np.object_]
    sites: NDArray[np.int64]


def outlines_of(shapes: Sequence[SiteShape]) -> Outlines:
    """Take the sites' geometries apart into polygons."""
    geometries = np.array([shape.geometry for shape in shapes], dtype=object)
    polygons, sites = polygons_of(geometries)
    kept = ~shapely.is_empty(polygons)
    return Outlines(polygons[kept], sites[kept])


def place_outlines(outlines: Outlines, grid: RasterGrid) -> tuple[PixelRings, NDArray[np.int64]]:
    """Bring outlines onto a grid.

    Returns:
        Those that may touch it, in its pixels, and the index of the site of each.
    """
    if grid.crs.is_geographic:
        return _place_on_geographic(outlines, grid)
    return _place_on_projected(outlines, grid)


def footprint(grid: RasterGrid) -> shapely.Geometry:
    """The ground of a grid in longitude and latitude, its edges divided.

    A footprint across the antimeridian reaches beyond 180 degrees; copies one turn to either side
    cover outlines in any numbering of longitudes.
    """
    left, bottom, right, top = grid.bounds
    share = np.linspace(0.0, 1.0, FOOTPRINT_PIECES, endpoint=False)
    x = np.concatenate([left + (right - left) * share, np.full(share.size, right)])
    x = np.concatenate([x, right + (left - right) * share, np.full(share.size, left)])
    y = np.concatenate([np.full(share.size, bottom), bottom + (top - bottom) * share])
    y = np.concatenate([y, np.full(share.size, top), top + (bottom - top) * share])
    to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    longitudes, latitudes = to_degrees.transform(x, y, errcheck=False)
    finite = np.isfinite(longitudes) & np.isfinite(latitudes)
    if finite.sum() < 3:
        return shapely.Polygon()
    longitudes = np.unwrap(longitudes[finite], period=360.0)
    ring = shapely.make_valid(shapely.Polygon(np.column_stack([longitudes, latitudes[finite]])))
    return shapely.union_all([translate(ring, xoff=turn) for turn in (-360.0, 0.0, 360.0)])


def without(outlines: Outlines, footprints: Sequence[shapely.Geometry]) -> Outlines:
    """Cut ground out of outlines."""
    taken = shapely.union_all([one for one in footprints if not one.is_empty])
    if taken.is_empty:
        return outlines
    shapely.prepare(taken)
    touched = shapely.intersects(taken, outlines.polygons)
    if not touched.any():
        return outlines
    rest = np.where(touched, shapely.difference(outlines.polygons, taken), outlines.polygons)
    parts, owners = shapely.get_parts(rest, return_index=True)
    kept = (shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)
    return Outlines(parts[kept], outlines.sites[owners[kept]])


def _place_on_geographic(
    outlines: Outlines, grid: RasterGrid
) -> tuple[PixelRings, NDArray[np.int64]]:
    """Place outlines on a grid of longitude and latitude, also one that runs from 0 to 360."""
    to_grid = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)
    west, south, east, north = shapely.bounds(outlines.polygons).T
    # Corners of bounds, in the unit and from the meridian of the grid; a shift of the
    # geodetic datum bends them by less than the margin.
    west, south = to_grid.transform(west, south)
    east, north = to_grid.transform(east, north)
    left, bottom, right, top = grid.bounds
    full_turn = grid.full_turn
    margin = DATUM_MARGIN_DEGREES / 360.0 * full_turn
    east = np.where(east < west, east + full_turn, east)
    turns, meeting = (-full_turn, 0.0, full_turn), []
    for turn in turns:
        meets = (west + turn < right + margin) & (east + turn > left - margin)
        meets &= (south < top + margin) & (north > bottom - margin)
        meeting.append(np.flatnonzero(meets))

    def placed() -> Iterator[_Placed]:
        for turn, indices in zip(turns, meeting, strict=True):
            for some in _blocks(indices):
                vertices, ring_starts, polygon_starts = flatten_polygons(outlines.polygons[some])
                x, y = to_grid.transform(vertices[:, 0], vertices[:, 1])
                # From another meridian single longitudes may come back a turn lower.
                add_turns(x, ring_starts[polygon_starts], west[some] - margin, full_turn, turn)
                yield *_pixels(grid, x, y), ring_starts, polygon_starts

    every = np.concatenate(meeting)
    count = int(shapely.get_num_coordinates(outlines.polygons[every]).sum())
    return _joined(placed(), count), outlines.sites[every]


def _place_on_projected(
    outlines: Outlines, grid: RasterGrid
) -> tuple[PixelRings, NDArray[np.int64]]:
    """Project the outlines near a grid, their long edges divided first."""
    to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    left, bottom, right, top = to_degrees.transform_bounds(*grid.bounds, densify_pts=51)
    west, south, east, north = shapely.bounds(outlines.polygons).T
    meets = (south <= top) & (north >= bottom)
    if left <= right:
        meets &= (west <= right) & (east >= left)
    else:
        meets &= (west <= right) | (east >= left)
    if not meets.any():
        return _joined([], 0), np.empty(0, np.int64)
    to_grid = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)
    placed: list[_Placed] = []
    sites = [np.empty(0, np.int64)]
    for some in _blocks(np.flatnonzero(meets)):
        polygons = shapely.segmentize(outlines.polygons[some], LONGEST_EDGE_DEGREES)
        vertices, ring_starts, polygon_starts = flatten_polygons(polygons)
        x, y = to_grid.transform(vertices[:, 0], vertices[:, 1], errcheck=False)
        # A polygon that reaches outside the projection's domain has no outline on this grid.
        is_outside = ~(np.isfinite(x) & np.isfinite(y))
        inside = np.flatnonzero(
            np.add.reduceat(is_outside, ring_starts[polygon_starts[:-1]], dtype=np.int64) == 0
        )
        if len(inside) == 0:
            continue
        if len(inside) < len(polygons):
            vertices, ring_starts, polygon_starts = flatten_polygons(polygons[inside])
            x, y = to_grid.transform(vertices[:, 0], vertices[:, 1])
        placed.append((*_pixels(grid, x, y), ring_starts, polygon_starts))
        sites.append(outlines.sites[some][inside])
    return _joined(placed, sum(len(x) for x, _, _, _ in placed)), np.concatenate(sites)


def _blocks(indices: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(indices), OUTLINES_AT_A_TIME):
        yield indices[start : start + OUTLINES_AT_A_TIME]


def _pixels(
    grid: RasterGrid, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn coordinates into columns and rows, in place."""
    x -= grid.left
    x /= grid.x_step
    y -= grid.top
    y /= grid.y_step
    return x, y


def _joined(placed: Iterable[_Placed], count: int) -> PixelRings:
    """Join polygons that have `count` vertices together."""
    columns, rows = np.empty(count), np.empty(count)
    ring_starts = [np.zeros(1, np.int64)]
    polygon_starts = [np.zeros(1, np.int64)]
    for x, y, rings, polygons in placed:
        first = ring_starts[-1][-1]
        columns[first : first + len(x)] = x
        rows[first : first + len(y)] = y
        ring_starts.append(rings[1:] + first)
        polygon_starts.append(polygons[1:] + polygon_starts[-1][-1])
    return pixel_rings(columns, rows, np.concatenate(ring_starts), np.concatenate(polygon_starts))
