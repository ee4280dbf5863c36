"""Which blocks of a raster touch which sites, so that each block is decoded once for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from signals.zonal.pixel_coverage import PixelRings, flatten_polygons, pixel_rings
from signals.zonal.raster_grid import RasterGrid
from signals.zonal.site_outlines import SiteShape

CHUNK_PIXELS = 512
"""A chunk is as many whole blocks as fit in about this many pixels square."""

MAX_CHUNK_PIXELS = 1 << 23
"""Strips as wide as the raster are taken in fewer rows than CHUNK_PIXELS to stay below this."""

LONGEST_EDGE_DEGREES = 0.01
"""Edges longer than this are divided before they are projected: a straight line of 0.01
degrees bends by about 2 cm in a projection."""


@dataclass(frozen=True)
class Outlines:
    """The polygons of all sites in longitude and latitude.

    Attributes:
        polygons: shapely Polygons; a multipolygon gives one per part.
        sites: Index of the site of each polygon.
    """

    polygons: NDArray[np.object_]
    sites: NDArray[np.int64]


@dataclass(frozen=True)
class Chunk:
    """A window of whole blocks and the polygons whose bounds reach into it."""

    row: int
    column: int
    height: int
    width: int
    polygons: NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """The work on one raster grid.

    Attributes:
        grid: The grid.
        rings: Polygons in its pixel coordinates.
        sites: Index of the site of each polygon.
        chunks: In the order of rows, then columns.
    """

    grid: RasterGrid
    rings: PixelRings
    sites: NDArray[np.int64]
    chunks: tuple[Chunk, ...]


def outlines_of(shapes: Sequence[SiteShape]) -> Outlines:
    """Take the sites' geometries apart into polygons."""
    geometries = np.array([shape.geometry for shape in shapes], dtype=object)
    polygons, sites = shapely.get_parts(geometries, return_index=True)
    kept = ~shapely.is_empty(polygons)
    return Outlines(polygons[kept], sites[kept].astype(np.int64))


def make_plan(outlines: Outlines, grid: RasterGrid) -> Plan:
    """Bring the outlines onto a grid and list the chunks that they may touch."""
    if grid.crs.is_geographic:
        rings, sites = _place_on_geographic(outlines, grid)
    else:
        rings, sites = _place_on_projected(outlines, grid)
    return Plan(grid, rings, sites, _chunks(rings, grid))


def _place_on_geographic(
    outlines: Outlines, grid: RasterGrid
) -> tuple[PixelRings, NDArray[np.int64]]:
    """Place outlines on a grid of longitude and latitude, also one that runs from 0 to 360."""
    to_grid = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)
    west, south, east, north = shapely.bounds(outlines.polygons).T
    left, bottom, right, top = grid.bounds
    placed, sites = [], []
    for turn in (-360.0, 0.0, 360.0):
        meets = (west + turn < right) & (east + turn > left) & (south < top) & (north > bottom)
        if meets.any():
            vertices, ring_starts, polygon_starts = flatten_polygons(outlines.polygons[meets])
            x, y = to_grid.transform(vertices[:, 0], vertices[:, 1])
            placed.append((_pixels(grid, x + turn, y), ring_starts, polygon_starts))
            sites.append(outlines.sites[meets])
    return _joined(placed), np.concatenate(sites) if sites else np.empty(0, np.int64)


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
        return _joined([]), np.empty(0, np.int64)
    polygons = shapely.segmentize(outlines.polygons[meets], LONGEST_EDGE_DEGREES)
    vertices, ring_starts, polygon_starts = flatten_polygons(polygons)
    to_grid = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)
    x, y = to_grid.transform(vertices[:, 0], vertices[:, 1], errcheck=False)
    # A polygon that reaches outside the projection's domain has no outline on this grid.
    outside = np.add.reduceat(~(np.isfinite(x) & np.isfinite(y)), ring_starts[polygon_starts[:-1]])
    inside = np.flatnonzero(outside == 0)
    if len(inside) < len(polygons):
        vertices, ring_starts, polygon_starts = flatten_polygons(polygons[inside])
        x, y = to_grid.transform(vertices[:, 0], vertices[:, 1])
    if len(inside) == 0:
        return _joined([]), np.empty(0, np.int64)
    rings = _joined([(_pixels(grid, x, y), ring_starts, polygon_starts)])
    return rings, outlines.sites[meets][inside]


def _pixels(
    grid: RasterGrid, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.column_stack([(x - grid.left) / grid.x_step, (y - grid.top) / grid.y_step])


def _joined(
    placed: Sequence[tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]],
) -> PixelRings:
    pixels = [np.empty((0, 2))]
    ring_starts = [np.zeros(1, np.int64)]
    polygon_starts = [np.zeros(1, np.int64)]
    for vertices, rings, polygons in placed:
        ring_starts.append(rings[1:] + ring_starts[-1][-1])
        polygon_starts.append(polygons[1:] + polygon_starts[-1][-1])
        pixels.append(vertices)
    columns, rows = np.concatenate(pixels).T
    return pixel_rings(
        np.ascontiguousarray(columns),
        np.ascontiguousarray(rows),
        np.concatenate(ring_starts),
        np.concatenate(polygon_starts),
    )


def _chunk_shape(grid: RasterGrid) -> tuple[int, int]:
    block_height, block_width = grid.block_shape
    width = min(block_width * max(1, CHUNK_PIXELS // block_width), grid.width)
    rows = max(1, min(CHUNK_PIXELS, MAX_CHUNK_PIXELS // width))
    height = min(block_height * max(1, rows // block_height), grid.height)
    return height, width


def _chunks(rings: PixelRings, grid: RasterGrid) -> tuple[Chunk, ...]:
    height, width = _chunk_shape(grid)
    bounds = rings.bounds()
    inside = np.flatnonzero(
        (bounds[:, 0] < grid.width)
        & (bounds[:, 1] < grid.height)
        & (bounds[:, 2] > 0.0)
        & (bounds[:, 3] > 0.0)
    )
    if len(inside) == 0:
        return ()
    limits = np.array([grid.width, grid.height, grid.width, grid.height], dtype=np.float64)
    within = np.clip(bounds[inside], 0.0, limits)
    first_column, first_row = np.floor(within[:, :2] / [width, height]).astype(np.int64).T
    last_column, last_row = np.ceil(within[:, 2:] / [width, height]).astype(np.int64).T
    across = np.maximum(last_column - first_column, 1)
    counts = across * np.maximum(last_row - first_row, 1)
    position = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    chunk_row = np.repeat(first_row, counts) + position // np.repeat(across, counts)
    chunk_column = np.repeat(first_column, counts) + position % np.repeat(across, counts)
    polygons = np.repeat(inside, counts)
    order = np.lexsort((polygons, chunk_column, chunk_row))
    keys = np.column_stack([chunk_row, chunk_column])[order]
    starts = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=-1) != 0, axis=1))
    chunks = []
    for start, stop in zip(starts, [*starts[1:], len(keys)], strict=True):
        row, column = int(keys[start, 0]) * height, int(keys[start, 1]) * width
        chunks.append(
            Chunk(
                row,
                column,
                min(height, grid.height - row),
                min(width, grid.width - column),
                polygons[order[start:stop]],
            )
        )
    return tuple(chunks)
