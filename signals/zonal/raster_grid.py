"""Raster files as north-up pixel grids, and the true area of their pixels on the ellipsoid."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.errors
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

_VIRTUAL = b"<VRTDataset"


@dataclass(frozen=True)
class RasterGrid:
    """What a band of a raster file says about its pixels, without the pixels.

    Attributes:
        path: Local path or /vsicurl/ address.
        crs: Coordinate system.
        left: x of the left edge of column 0, in the unit of the CRS.
        top: y of the top edge of row 0.
        x_step: Width of a pixel.
        y_step: Change of y from a row to the next, negative when north is up.
        width: Columns.
        height: Rows.
        block_shape: Rows and columns of the blocks that the file is stored in.
        dtype: Type of the band's values.
        nodata: Value that stands for no data, or None.
        has_mask: The file holds a mask or alpha band that says which pixels hold data.
        scale: Factor from stored to real values.
        offset: Added to the scaled value.
    """

    path: str
    crs: CRS
    left: float
    top: float
    x_step: float
    y_step: float
    width: int
    height: int
    block_shape: tuple[int, int]
    dtype: np.dtype[Any]
    nodata: float | None
    has_mask: bool
    scale: float
    offset: float

    @property
    def full_turn(self) -> float:
        """360 degrees in the unit of a geographic grid's coordinates."""
        return 2.0 * float(np.pi) / _unit_factor(self.crs)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest x, smallest y, largest x, largest y."""
        right = self.left + self.width * self.x_step
        bottom = self.top + self.height * self.y_step
        return (self.left, min(self.top, bottom), right, max(self.top, bottom))

    def same_pixels(self, other: "RasterGrid") -> bool:
        """Return whether both grids have the same pixels in the same place."""
        tolerance = 1e-3
        return (
            (self.width, self.height) == (other.width, other.height)
            and self.crs == other.crs
            and abs(self.left - other.left) < tolerance * abs(self.x_step)
            and abs(self.top - other.top) < tolerance * abs(self.y_step)
            and abs(self.x_step - other.x_step) * self.width < tolerance * abs(self.x_step)
            and abs(self.y_step - other.y_step) * self.height < tolerance * abs(self.y_step)
        )


def gdal_options(path: str) -> dict[str, Any]:
    """Return GDAL's settings for reading windows: bounded memory, patient over the network.

    A virtual raster over an address counts as read over the network: without the settings GDAL
    asks the publisher for `.aux.xml`, `.ovr` and `.msk` files that are not there.
    """
    options: dict[str, Any] = {"GDAL_CACHEMAX": 64}
    if _is_read_over_network(path):
        options |= {
            "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
            "GDAL_HTTP_MAX_RETRY": 4,
            "GDAL_HTTP_RETRY_DELAY": 1,
            "GDAL_HTTP_CONNECTTIMEOUT": 20,
            "GDAL_HTTP_TIMEOUT": 120,
            "GDAL_HTTP_USERAGENT": "Understory/0.1",
        }
    return options


def _is_read_over_network(path: str) -> bool:
    if path.startswith(("/vsi", "http://", "https://", "s3://")):
        return True
    file = Path(path)
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        # Virtual rasters of the raw store have no ending in their names.
        if stream.read(len(_VIRTUAL)) != _VIRTUAL:
            return False
        content = stream.read()
    return b">/vsicurl/" in content or b">/vsis3/" in content


def gdal_path(path: str) -> str:
    """Return a path as GDAL reads it: objects of `s3://` through /vsis3/, all else as it is.

    Where the objects are and how requests are signed stands in the environment: AWS_REGION,
    AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_NO_SIGN_REQUEST=YES, and for storage that
    speaks S3 elsewhere AWS_S3_ENDPOINT, AWS_HTTPS and AWS_VIRTUAL_HOSTING=FALSE.
    """
    return f"/vsis3/{path.removeprefix('s3://')}" if path.startswith("s3://") else path


def open_raster(path: str) -> Any:
    """Open a raster for reading; `s3://` addresses too, see `gdal_path`.

    Raises:
        DataRejectedError: the file is missing, truncated or no raster.
    """
    if "://" not in path and not path.startswith("/vsi") and not Path(path).is_file():
        raise DataRejectedError(f"{path}: no such raster file; check the path or fetch it again.")
    try:
        return rasterio.open(gdal_path(path), sharing=False)
    except rasterio.errors.RasterioError as error:
        raise unreadable(path) from error


def unreadable(path: str) -> DataRejectedError:
    """Return the rejection of a raster whose bytes cannot be read."""
    named = f"s3://{path.removeprefix('/vsis3/')}" if path.startswith("/vsis3/") else path
    return DataRejectedError(
        f"{named}: cannot be read as a raster (truncated, or not what its name says); "
        "fetch the file again."
    )


def read_grid(path: str, band: int = 1) -> RasterGrid:
    """Read the pixel grid of one band.

    Raises:
        DataRejectedError: unreadable file, missing band, no coordinate system or one that is not
            tied to the earth, no position, rotated grid, complex values, or pixels whose area by
            the coordinate system is not that of their corners on the ellipsoid.
    """
    with warnings.catch_warnings(), rasterio.Env(**gdal_options(path)):
        # A file without a position is rejected below, in a sentence.
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        dataset = open_raster(path)
    with rasterio.Env(**gdal_options(path)), dataset:
        if not 1 <= band <= dataset.count:
            raise DataRejectedError(
                f"{path}: has {dataset.count} bands, band {band} was asked for; name one of them."
            )
        if dataset.crs is None:
            raise DataRejectedError(
                f"{path}: has no coordinate system; assign the right one "
                "(gdal_edit.py -a_srs) before it is measured."
            )
        crs = horizontal_crs(path, dataset.crs.to_wkt())
        affine = dataset.transform
        if affine.is_identity:
            raise DataRejectedError(
                f"{path}: does not say where its pixels are (no geotransform); georeference it "
                "(gdal_edit.py -a_ullr, or gdalwarp where it has ground control points)."
            )
        if affine.b != 0.0 or affine.d != 0.0 or affine.a <= 0.0 or affine.e == 0.0:
            raise DataRejectedError(
                f"{path}: its grid is rotated or mirrored; warp it to a north-up grid (gdalwarp)."
            )
        dtype = np.dtype(dataset.dtypes[band - 1])
        if dtype.kind == "c":
            raise DataRejectedError(f"{path}: holds complex values; give a raster of real numbers.")
        flags = {flag.name for flag in dataset.mask_flag_enums[band - 1]}
        grid = RasterGrid(
            path=path,
            crs=crs,
            left=affine.c,
            top=affine.f,
            x_step=affine.a,
            y_step=affine.e,
            width=_columns_of_one_turn(crs, affine.a, dataset.width),
            height=dataset.height,
            block_shape=dataset.block_shapes[band - 1],
            dtype=dtype,
            nodata=dataset.nodatavals[band - 1],
            has_mask=bool(flags & {"per_dataset", "alpha"}) and "nodata" not in flags,
            scale=dataset.scales[band - 1],
            offset=dataset.offsets[band - 1],
        )
    check_pixel_area(grid)
    return grid


def horizontal_crs(path: str, wkt: str) -> CRS:
    """Return the horizontal part of a coordinate system, of kinds that can be measured in.

    Raises:
        DataRejectedError: a local, geocentric or rotated-pole system.
    """
    crs = CRS.from_wkt(wkt)
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    crs = crs.to_2d()
    if not (crs.is_projected or (crs.is_geographic and not crs.is_derived)):
        raise DataRejectedError(
            f"{path}: its coordinate system ({crs.name or 'without a name'}) is not one of "
            "longitude and latitude or of a map projection; assign the right one "
            "(gdal_edit.py -a_srs), or warp the file to EPSG:4326 (gdalwarp)."
        )
    return crs


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


def _unit_factor(crs: CRS) -> float:
    """Radians (geographic) or metres (projected) of one unit of the coordinates."""
    return float(crs.axis_info[0].unit_conversion_factor)


def _columns_of_one_turn(crs: CRS, x_step: float, width: int) -> int:
    """Columns that a geographic grid has before it comes round to its own first column."""
    if not crs.is_geographic:
        return width
    one_turn = 2.0 * np.pi / (_unit_factor(crs) * x_step)
    return min(width, int(np.floor(one_turn + 1e-6)) if width > one_turn + 1e-6 else width)


class PixelAreas:
    """True areas of a grid's pixels, on the WGS84 ellipsoid.

    Geographic grids: exact area between the row's parallels. Other grids: nominal area times
    the ellipsoid's area per projected area at the pixel's centre, from the numerical Jacobian
    of the inverse projection. Pixels outside the projection's domain have area 0.
    """

    def __init__(self, grid: RasterGrid) -> None:
        self._grid = grid
        self._unit = _unit_factor(grid.crs)
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
        and abs(_unit_factor(own) - np.pi / 180.0) < 1e-12
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
