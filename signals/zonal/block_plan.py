"""Which blocks of a raster touch which sites, so that each block is decoded once for all."""

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
from signals.zonal.site_outlines import OUTLINES_AT_A_TIME, SiteShape, polygons_of
from signals.zonal.window_files import PixelWindow

CHUNK_PIXELS = 512
"""A chunk is as many whole blocks as fit in about this many pixels square."""

MAX_CHUNK_PIXELS = 1 << 23
"""Strips as wide as the raster are taken in fewer rows than CHUNK_PIXELS to stay below this."""

FOOTPRINT_PIECES = 64
"""Pieces that an edge of a tile is divided into for its outline on the ground."""

POLYGON = int(shapely.GeometryType.POLYGON)

LONGEST_EDGE_DEGREES = 0.01
"""Edges longer than this are divided before they are projected: a straight line of 0.01
degrees bends by about 2 cm in a projection."""


DATUM_MARGIN_DEGREES = 0.01
"""Bounds that are transformed to another geodetic datum may be off by less than this."""


_Placed: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]
"""Vertices in pixels (n, 2), first vertex of each ring, first ring of each polygon."""


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


def pixel_windows(plan: Plan) -> list[PixelWindow]:
    """The pixels of each chunk that its polygons' bounds reach: no others are read."""
    if not plan.chunks:
        return []
    polygons = np.concatenate([chunk.polygons for chunk in plan.chunks])
    first = np.cumsum([0] + [len(chunk.polygons) for chunk in plan.chunks[:-1]])
    reach = plan.rings.bounds()[polygons]
    left, top = np.floor(np.minimum.reduceat(reach[:, :2], first)).astype(int).T.tolist()
    right, bottom = np.ceil(np.maximum.reduceat(reach[:, 2:], first)).astype(int).T.tolist()
    windows = []
    for chunk, west, north, east, south in zip(plan.chunks, left, top, right, bottom, strict=True):
        row, column = max(chunk.row, north), max(chunk.column, west)
        height = min(chunk.row + chunk.height, south + 1) - row
        width = min(chunk.column + chunk.width, east + 1) - column
        windows.append(PixelWindow(row, column, height, width))
    return windows


def outlines_of(shapes: Sequence[SiteShape]) -> Outlines:
    """Take the sites' geometries apart into polygons."""
    geometries = np.array([shape.geometry for shape in shapes], dtype=object)
    polygons, sites = polygons_of(geometries)
    kept = ~shapely.is_empty(polygons)
    return Outlines(polygons[kept], sites[kept])


def make_plan(outlines: Outlines, grid: RasterGrid) -> Plan:
    """Bring the outlines onto a grid and list the chunks that they may touch."""
    if grid.crs.is_geographic:
        rings, sites = _place_on_geographic(outlines, grid)
    else:
        rings, sites = _place_on_projected(outlines, grid)
    return Plan(grid, rings, sites, _chunks(rings, grid))


def make_plans(outlines: Outlines, grids: Sequence[RasterGrid]) -> list[Plan]:
    """Plan the work on tiles of one product, so that no ground counts twice.

    Tiles of one coordinate system do not overlap (the caller has checked). Tiles of different
    ones, such as those of two UTM zones, often do: ground that an earlier tile holds is cut out of
    the outlines for the later ones.
    """
    plans = []
    for index, grid in enumerate(grids):
        elsewhere = [footprint(other) for other in grids[:index] if other.crs != grid.crs]
        plans.append(make_plan(_without(outlines, elsewhere), grid))
    return plans


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


def _without(outlines: Outlines, footprints: Sequence[shapely.Geometry]) -> Outlines:
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
                first = west[some][_polygon_of_vertex(ring_starts, polygon_starts)]
                x = np.where(x < first - margin, x + full_turn, x)
                yield _pixels(grid, x + turn, y), ring_starts, polygon_starts

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
        placed.append((_pixels(grid, x, y), ring_starts, polygon_starts))
        sites.append(outlines.sites[some][inside])
    return _joined(placed, sum(len(pixels) for pixels, _, _ in placed)), np.concatenate(sites)


def _blocks(indices: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(indices), OUTLINES_AT_A_TIME):
        yield indices[start : start + OUTLINES_AT_A_TIME]


def _polygon_of_vertex(
    ring_starts: NDArray[np.int64], polygon_starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Index of the polygon that each vertex belongs to."""
    counts = np.diff(ring_starts[polygon_starts])
    return np.repeat(np.arange(len(counts)), counts)


def _pixels(
    grid: RasterGrid, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.column_stack([(x - grid.left) / grid.x_step, (y - grid.top) / grid.y_step])


def _joined(placed: Iterable[_Placed], count: int) -> PixelRings:
    """Join polygons that have `count` vertices together."""
    columns, rows = np.empty(count), np.empty(count)
    ring_starts = [np.zeros(1, np.int64)]
    polygon_starts = [np.zeros(1, np.int64)]
    for pixels, rings, polygons in placed:
        first = ring_starts[-1][-1]
        columns[first : first + len(pixels)] = pixels[:, 0]
        rows[first : first + len(pixels)] = pixels[:, 1]
        ring_starts.append(rings[1:] + first)
        polygon_starts.append(polygons[1:] + polygon_starts[-1][-1])
    return pixel_rings(columns, rows, np.concatenate(ring_starts), np.concatenate(polygon_starts))


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
