"""Exact share of every pixel inside a polygon, as runs of equal share along each row.

Every edge of a polygon leaves, in each cell it crosses, its height and the area on its right.
Summed from left to right along a row these give the exact covered area of each cell, as in the
area-coverage rasterisers of font engines: no sampling, and inner pixels cost nothing until read.
Holes and several parts need no case of their own, because areas are signed.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from signals.zonal.pixel_coverage_kernel import move_to_corner, runs_of_polygons
from signals.zonal.ring_turns import shell_signs, turn_rings


@dataclass(frozen=True)
class PixelRings:
    """Polygons in pixel coordinates (column to the right, row downwards), laid out flat.

    Attributes:
        columns: Column of each vertex, float64, closed rings one after another.
        rows: Row of each vertex, same length.
        ring_starts: First vertex of each ring, with the total as last entry.
        polygon_starts: First ring of each polygon, with the total as last entry.
        signs: +1 or -1 per polygon: the turning sense of its shell.
    """

    columns: NDArray[np.float64]
    rows: NDArray[np.float64]
    ring_starts: NDArray[np.int64]
    polygon_starts: NDArray[np.int64]
    signs: NDArray[np.float64]

    def bounds(self) -> NDArray[np.float64]:
        """Return column minimum, row minimum, column maximum, row maximum per polygon."""
        if len(self.signs) == 0:
            return np.empty((0, 4))
        first = self.ring_starts[self.polygon_starts[:-1]]
        return np.column_stack(
            [
                np.minimum.reduceat(self.columns, first),
                np.minimum.reduceat(self.rows, first),
                np.maximum.reduceat(self.columns, first),
                np.maximum.reduceat(self.rows, first),
            ]
        )


@dataclass(frozen=True)
class Runs:
    """Pixels of equal coverage inside a window: those that no edge crosses as runs.

    Attributes:
        rows: Row of each run, counted from the window's top.
        starts: First column, counted from the window's left.
        stops: One past the last column.
        shares: Covered share of every pixel of the run, in (0, 1].
        polygon_starts: First run of each polygon asked for, with the total as last entry.
        edge_rows: Row of each pixel that an edge crosses.
        edge_columns: Its column.
        edge_shares: Its covered share, in (0, 1].
        edge_starts: First such pixel of each polygon, with the total as last entry.
    """

    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    shares: NDArray[np.float64]
    polygon_starts: NDArray[np.int64]
    edge_rows: NDArray[np.int32]
    edge_columns: NDArray[np.int32]
    edge_shares: NDArray[np.float64]
    edge_starts: NDArray[np.int64]

    @property
    def is_empty(self) -> bool:
        """Return whether no pixel is covered."""
        return len(self.rows) == 0 and len(self.edge_rows) == 0

    def move_to_corner(self) -> tuple[int, int, int, int]:
        """Count rows and columns from the covered part's own corner from now on.

        Returns:
            The corner's row and column in the window, and the part's height and width. There
            must be a covered pixel.
        """
        return move_to_corner(self.rows, self.starts, self.stops, self.edge_rows, self.edge_columns)


def flatten_polygons(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Lay simple polygons out flat, shells counter-clockwise and holes clockwise.

    Args:
        polygons: shapely Polygons (no multipolygons), none empty.

    Returns:
        Vertices (n, 2), first vertex of each ring, first ring of each polygon; the last two
        end with the totals.
    """
    rings, owners = polygons, np.arange(len(polygons))
    if np.any(shapely.get_num_interior_rings(polygons)):
        rings, owners = shapely.get_rings(polygons, return_index=True)
    vertices = shapely.get_coordinates(rings)
    ring_starts = _starts(shapely.get_num_coordinates(rings))
    polygon_starts = _starts(np.bincount(owners, minlength=len(polygons)))
    turn_rings(vertices, ring_starts, polygon_starts)
    return vertices, ring_starts, polygon_starts


def _starts(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """First index of each of some stretches in a row, with the total as last entry."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def pixel_rings(
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    ring_starts: NDArray[np.int64],
    polygon_starts: NDArray[np.int64],
) -> PixelRings:
    """Hold flat polygons in pixel coordinates and find the turning sense of each shell."""
    signs = shell_signs(columns, rows, ring_starts, polygon_starts)
    return PixelRings(columns, rows, ring_starts, polygon_starts, signs)


def window_runs(
    rings: PixelRings,
    polygons: NDArray[np.int64],
    row: int,
    column: int,
    height: int,
    width: int,
) -> Runs:
    """Return the exact coverage of a pixel window by each of some polygons.

    Args:
        rings: Polygons in pixel coordinates of the whole raster.
        polygons: Which of them, as indices.
        row: First row of the window.
        column: First column of the window.
        height: Rows of the window.
        width: Columns of the window.

    Returns:
        Runs and pixels in the order of `polygons`, then rows, then columns. A polygon outside the
        window has none.
    """
    count = len(polygons)
    return strip_runs(rings, polygons, row, height, np.full(count, column), np.full(count, width))


def strip_runs(
    rings: PixelRings,
    polygons: NDArray[np.int64],
    row: int,
    height: int,
    columns: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> Runs:
    """Return the exact coverage of windows side by side, each by one polygon.

    Args:
        rings: Polygons in pixel coordinates of the whole raster.
        polygons: Which of them, as an index for each window.
        row: First row of all windows.
        height: Rows of all windows.
        columns: First column of each window.
        widths: Columns of each window.

    Returns:
        As `window_runs`, with a window's runs and pixels in the position of a polygon's. Columns
        are counted from those of the first window.
    """
    runs, shares, polygon_starts, edge, edge_shares, edge_starts = runs_of_polygons(
        rings.columns,
        rings.rows,
        rings.ring_starts,
        rings.polygon_starts,
        rings.signs,
        polygons,
        row,
        height,
        columns,
        widths,
    )
    return Runs(
        runs[0],
        runs[1],
        runs[2],
        shares,
        polygon_starts,
        edge[0],
        edge[1],
        edge_shares,
        edge_starts,
    )


def coverage_shares(
    geometry: shapely.Geometry, transform: tuple[float, ...], height: int, width: int
) -> NDArray[np.float64]:
    """Return the covered share of every pixel of a north-up grid as one array.

    Args:
        geometry: Polygon or MultiPolygon in the grid's coordinates.
        transform: (step in x, 0, left, 0, step in y, top) as in a rasterio Affine.
        height: Rows of the grid.
        width: Columns of the grid.

    Returns:
        Shares in [0, 1], shape (height, width).
    """
    parts = shapely.get_parts(geometry)
    vertices, ring_starts, polygon_starts = flatten_polygons(parts)
    columns = (vertices[:, 0] - transform[2]) / transform[0]
    rows = (vertices[:, 1] - transform[5]) / transform[4]
    rings = pixel_rings(columns, rows, ring_starts, polygon_starts)
    runs = window_runs(rings, np.arange(len(parts)), 0, 0, height, width)
    shares = np.zeros((height, width))
    for run, share in enumerate(runs.shares):
        shares[runs.rows[run], runs.starts[run] : runs.stops[run]] += share
    np.add.at(shares, (runs.edge_rows, runs.edge_columns), runs.edge_shares)
    return shares
