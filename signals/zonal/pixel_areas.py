"""The true area of a grid's pixels on the WGS84 ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from signals.zonal.ellipsoid import (
    ECCENTRICITY_SQUARED,
    ELLIPSOID,
    SEMI_MAJOR_M,
    area_below_latitude_m2,
)
from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.zonal.raster_grid import RasterGrid

SCALE_NODE_M = 4000.0
"""Distance between the points at which a projection's scale is sampled. Linear interpolation
between them errs by at most (distance / earth radius)² / 8, about 5e-8 of the area."""

SCALE_SEGMENT_M = 500.0
"""Pixels of a row nearer together than this share one area, that of their middle."""

DERIVATIVE_STEP_M = 50.0

AREA_TOLERANCE = 0.01
"""Relative difference from which the area of a pixel contradicts its corners."""

EDGE_PIECES = 32
"""Pieces that an edge of a pixel is divided into before its geodesic area is taken."""

NEAR_WGS84_M = 10.0
"""Ellipsoids whose equator differs by less give the same areas to 3e-6."""


def axis_unit(crs: CRS) -> float:
    """Radians (geographic) or metres (projected) of one unit of a coordinate system."""
    return float(crs.axis_info[0].unit_conversion_factor)


class PixelAreas:
    """True areas of a grid's pixels, on the WGS84 ellipsoid.

    Geographic grids: exact area between the row's parallels. Other grids: nominal area times
    the ellipsoid's area per projected area at the pixel's centre, from the numerical Jacobian
    of the inverse projection. Pixels outside the projection's domain have area 0.
    """

    def __init__(self, grid: RasterGrid) -> None:
        self._grid = grid
        self._unit = grid.unit
        self._row_areas_ha: NDArray[np.float64] | None = None
        if grid.crs.is_geographic:
            edges = grid.top + grid.y_step * np.arange(grid.height + 1)
            half_turn = 0.5 * np.pi
            latitudes = np.clip(edges * self._unit, -half_turn, half_turn)
            below = area_below_latitude_m2(latitudes)
            width_rad = grid.x_step * self._unit
            self._row_areas_ha = np.abs(np.diff(below)) * width_rad / 10_000.0
        else:
            self._to_degrees = Transformer.from_crs(
                grid.crs, _geodetic_in_degrees(grid.crs), always_xy=True
            )

    def window_ha(
        self, row: int, column: int, height: int, width: int
    ) -> tuple[NDArray[np.float64], int]:
        """Return the areas of the pixels of a window.

        Returns:
            Hectares, shape (height, segments), and the number of columns of a segment: pixel
            (r, c) of the window has area [r, c // columns].
        """
        if self._row_areas_ha is not None:
            return self._row_areas_ha[row : row + height].reshape(-1, 1), max(width, 1)
        grid = self._grid
        metres = self._unit
        segment = max(1, int(SCALE_SEGMENT_M / (grid.x_step * metres)))
        starts = np.arange(0, width, segment)
        stops = np.minimum(starts + segment, width)
        centres = column + 0.5 * (starts + stops).astype(np.float64)
        rows: NDArray[np.float64] = row + 0.5 + np.arange(height, dtype=np.float64)
        column_nodes = _nodes(column, width, grid.x_step * metres)
        row_nodes = _nodes(row, height, abs(grid.y_step) * metres)
        density = self._density(row_nodes, column_nodes)
        if np.isfinite(density).all():
            areas = _weights(rows, row_nodes) @ density @ _weights(centres, column_nodes).T
        else:
            segment = 1
            every_column: NDArray[np.float64] = column + 0.5 + np.arange(width, dtype=np.float64)
            density = self._density(rows, every_column)
            areas = np.where(np.isfinite(density), density, 0.0)
        return np.ascontiguousarray(areas), segment

    def _density(
        self, rows: NDArray[np.float64], columns: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return hectares of ground per pixel at positions (rows × columns) of the grid."""
        grid = self._grid
        x, y = np.meshgrid(grid.left + columns * grid.x_step, grid.top + rows * grid.y_step)
        step = DERIVATIVE_STEP_M / self._unit
        east, west = self._radians(x + step, y), self._radians(x - step, y)
        north, south = self._radians(x, y + step), self._radians(x, y - step)
        along_x, across_x = _difference(east, west)
        along_y, across_y = _difference(north, south)
        jacobian = np.abs(along_x * across_y - across_x * along_y) / (2.0 * step) ** 2
        sine = np.sin(0.5 * (north[1] + south[1]))
        cosine = np.sqrt(1.0 - sine**2)
        curvature = 1.0 - ECCENTRICITY_SQUARED * sine**2
        ground = SEMI_MAJOR_M**2 * (1.0 - ECCENTRICITY_SQUARED) / curvature**2
        nominal = grid.x_step * abs(grid.y_step)
        return np.asarray(ground * cosine * jacobian * nominal / 10_000.0)

    def _radians(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        longitudes, latitudes = self._to_degrees.transform(x, y, errcheck=False)
        with np.errstate(invalid="ignore"):
            finite = np.isfinite(longitudes) & np.isfinite(latitudes)
        return (
            np.radians(np.where(finite, longitudes, np.nan)),
            np.radians(np.where(finite, latitudes, np.nan)),
        )


def _geodetic_in_degrees(crs: CRS) -> CRS:
    """The system's own longitude and latitude, or WGS84 where those are no degrees of Greenwich."""
    own = crs.geodetic_crs
    is_plain = (
        own is not None
        and abs(axis_unit(own) - np.pi / 180.0) < 1e-12
        and own.prime_meridian is not None
        and own.prime_meridian.longitude == 0.0
        and own.ellipsoid is not None
        and abs(own.ellipsoid.semi_major_metre - SEMI_MAJOR_M) < NEAR_WGS84_M
    )
    return own if own is not None and is_plain else CRS.from_epsg(4326)


def _difference(
    ahead: tuple[NDArray[np.float64], NDArray[np.float64]],
    behind: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    along = ahead[0] - behind[0]
    return (along + np.pi) % (2.0 * np.pi) - np.pi, ahead[1] - behind[1]


def _nodes(first: int, count: int, pixel_m: float) -> NDArray[np.float64]:
    """Return positions of sampling points from the first to the last pixel centre."""
    spans = int(np.ceil((count - 1) * min(1.0, pixel_m / SCALE_NODE_M)))
    nodes: NDArray[np.float64] = np.linspace(first + 0.5, first + count - 0.5, spans + 1)
    return nodes


def _weights(positions: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the linear interpolation from nodes to positions as a matrix."""
    return np.column_stack([np.interp(positions, nodes, unit) for unit in np.eye(len(nodes))])


def check_pixel_area(grid: RasterGrid) -> None:
    """Hold the areas by the grid against those of pixel corners on the ellipsoid, at three points.

    The corners are brought to longitude and latitude on their own, so a unit, a meridian or a
    projection that was misunderstood shows. Points outside the projection's domain do not count.

    Raises:
        DataRejectedError: an area differs by more than 1 %, or no point has a place on earth.
    """
    try:
        areas = PixelAreas(grid)
        to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise DataRejectedError(
            f"{grid.path}: its coordinate system ({grid.crs.name}) cannot be brought to longitude "
            "and latitude; warp the file to EPSG:4326 (gdalwarp)."
        ) from error
    compared = 0
    for share in (0.5, 0.25, 0.75):
        row, column = (min(int(share * size), size - 1) for size in (grid.height, grid.width))
        corners = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])
        x = grid.left + (column + corners[:, 0]) * grid.x_step
        y = grid.top + (row + corners[:, 1]) * grid.y_step
        longitudes, latitudes = to_degrees.transform(x, y, errcheck=False)
        by_grid = float(areas.window_ha(row, column, 1, 1)[0][0, 0])
        if not (np.isfinite(longitudes).all() and np.isfinite(latitudes).all() and by_grid > 0.0):
            continue
        by_corners = _quadrilateral_ha(to_degrees, x, y)
        compared += 1
        if abs(by_grid / by_corners - 1.0) > AREA_TOLERANCE:
            raise DataRejectedError(
                f"{grid.path}: a pixel in row {row + 1} has {by_grid:.6g} ha by the coordinate "
                f"system ({grid.crs.name}) and {by_corners:.6g} ha by its corners; correct the "
                "coordinate system or the pixel size, or warp the file to EPSG:4326 (gdalwarp)."
            )
    if not compared:
        raise DataRejectedError(
            f"{grid.path}: its pixels have no position on earth by its coordinate system "
            f"({grid.crs.name}); correct the coordinate system or the position (gdal_edit.py)."
        )


def _quadrilateral_ha(
    to_degrees: Transformer, x: NDArray[np.float64], y: NDArray[np.float64]
) -> float:
    """Geodesic area of a pixel whose edges are divided, so that they follow the grid."""
    steps = np.linspace(0.0, 1.0, EDGE_PIECES, endpoint=False)
    ring_x = np.concatenate([a + (b - a) * steps for a, b in zip(x, np.roll(x, -1), strict=True)])
    ring_y = np.concatenate([a + (b - a) * steps for a, b in zip(y, np.roll(y, -1), strict=True)])
    longitudes, latitudes = to_degrees.transform(ring_x, ring_y, errcheck=False)
    area, _ = ELLIPSOID.polygon_area_perimeter(longitudes, latitudes)
    return abs(area) / 10_000.0
