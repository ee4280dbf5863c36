"""Which blocks of a raster touch which sites, so that each block is decoded once for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.zonal.outline_placement import Outlines, footprint, place_outlines, without
from signals.zonal.pixel_coverage import PixelRings
from signals.zonal.raster_grid import RasterGrid
from signals.zonal.window_files import PixelWindow

CHUNK_PIXELS = 512
"""A chunk is as many whole blocks as fit in about this many pixels square."""

MAX_CHUNK_PIXELS = 1 << 23
"""Strips as wide as the raster are taken in fewer rows than CHUNK_PIXELS to stay below this."""

STRIP_PIXELS = 1 << 21
"""Most pixels of chunks that are read and added up together: a call costs as much as a site."""


@dataclass(frozen=True)
class Strip:
    """Chunks side by side: windows of whole blocks, and the polygons that may reach into each.

    Attributes:
        row: First row.
        height: Rows.
        chunks: How many there are.
        polygons: Polygons whose bounds reach into a chunk, chunk after chunk.
        columns: First column of the chunk, for each of these.
        widths: Columns of the chunk, for each of these.
    """

    row: int
    height: int
    chunks: int
    polygons: NDArray[np.int64]
    columns: NDArray[np.int64]
    widths: NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """The work on one raster grid.

    Attributes:
        grid: The grid.
        rings: Polygons in its pixel coordinates.
        sites: Index of the site of each polygon.
        strips: In the order of rows, then columns.
    """

    grid: RasterGrid
    rings: PixelRings
    sites: NDArray[np.int64]
    strips: tuple[Strip, ...]


def pixel_windows(plan: Plan) -> list[PixelWindow]:
    """The pixels of each chunk that its polygons' bounds reach: no others are read."""
    if not plan.strips:
        return []
    counts = [len(strip.polygons) for strip in plan.strips]
    polygons = np.concatenate([strip.polygons for strip in plan.strips])
    left = np.concatenate([strip.columns for strip in plan.strips])
    width = np.concatenate([strip.widths for strip in plan.strips])
    top = np.repeat([strip.row for strip in plan.strips], counts)
    height = np.repeat([strip.height for strip in plan.strips], counts)
    is_first = (np.diff(left, prepend=-1) != 0) | (np.diff(top, prepend=-1) != 0)
    first = np.flatnonzero(is_first)
    reach = plan.rings.bounds()[polygons]
    west, north = np.floor(np.minimum.reduceat(reach[:, :2], first)).astype(np.int64).T
    east, south = np.ceil(np.maximum.reduceat(reach[:, 2:], first)).astype(np.int64).T + 1
    top, left = top[first], left[first]
    bottom = np.minimum(top + height[first], south)
    right = np.minimum(left + width[first], east)
    top, left = np.maximum(top, north), np.maximum(left, west)
    windows = np.column_stack([top, left, bottom - top, right - left]).tolist()
    return [PixelWindow(*window) for window in windows]


def make_plan(outlines: Outlines, grid: RasterGrid) -> Plan:
    """Bring the outlines onto a grid and list the strips of chunks that they may touch."""
    rings, sites = place_outlines(outlines, grid)
    return Plan(grid, rings, sites, _strips(rings, grid))


def make_plans(outlines: Outlines, grids: Sequence[RasterGrid]) -> list[Plan]:
    """Plan the work on tiles of one product, so that no ground counts twice.

    Tiles of one coordinate system do not overlap (the caller has checked). Tiles of different
    ones, such as those of two UTM zones, often do: ground that an earlier tile holds is cut out of
    the outlines for the later ones.
    """
    plans = []
    for index, grid in enumerate(grids):
        elsewhere = [footprint(other) for other in grids[:index] if other.crs != grid.crs]
        plans.append(make_plan(without(outlines, elsewhere), grid))
    return plans


def _chunk_shape(grid: RasterGrid) -> tuple[int, int]:
    block_height, block_width = grid.block_shape
    width = min(block_width * max(1, CHUNK_PIXELS // block_width), grid.width)
    rows = max(1, min(CHUNK_PIXELS, MAX_CHUNK_PIXELS // width))
    height = min(block_height * max(1, rows // block_height), grid.height)
    return height, width


def _strips(rings: PixelRings, grid: RasterGrid) -> tuple[Strip, ...]:
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
    rows = height * (np.repeat(first_row, counts) + position // np.repeat(across, counts))
    columns = width * (np.repeat(first_column, counts) + position % np.repeat(across, counts))
    polygons = np.repeat(inside, counts)
    order = np.lexsort((polygons, columns, rows))
    rows, columns, polygons = rows[order], columns[order], polygons[order]
    widths = np.minimum(width, grid.width - columns)
    is_first = (np.diff(rows, prepend=-1) != 0) | (np.diff(columns, prepend=-1) != 0)
    chunks = np.flatnonzero(is_first)
    begins = _joined_chunks(rows[chunks], columns[chunks], grid)
    starts = chunks[begins].tolist()
    strips = []
    for index, (start, stop) in enumerate(zip(starts, [*starts[1:], len(rows)], strict=True)):
        row = int(rows[start])
        number = (begins[index + 1] if index + 1 < len(begins) else len(chunks)) - begins[index]
        some = slice(start, stop)
        strips.append(
            Strip(
                row,
                min(height, grid.height - row),
                number,
                polygons[some],
                columns[some],
                widths[some],
            )
        )
    return tuple(strips)


def _joined_chunks(
    rows: NDArray[np.int64], columns: NDArray[np.int64], grid: RasterGrid
) -> list[int]:
    """Begin a strip at some of the chunks, so that no strip reads a block more than its chunks.

    The outcome is that of each chunk by itself, to the bit. Areas of projected pixels are
    interpolated within a chunk, so these chunks stay alone.
    """
    shape = _chunk_shape(grid)
    is_block = shape[0] <= grid.block_shape[0] and shape[1] <= grid.block_shape[1]
    if not (grid.crs.is_geographic and is_block):
        return list(range(len(rows)))
    most = max(1, STRIP_PIXELS // (shape[0] * shape[1]))
    is_neighbour = (np.diff(rows) == 0) & (np.diff(columns) == shape[1])
    begins = [0]
    for index, joins in enumerate(is_neighbour.tolist(), 1):
        if not joins or index - begins[-1] == most:
            begins.append(index)
    return begins
