"""Raster files as north-up pixel grids."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.errors
from pyproj import CRS

from signals.zonal.pixel_areas import axis_unit, check_pixel_area
from signals.zonal.window_files import VIRTUAL, standing_for
from suppliers.input_errors import DataRejectedError


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
    def unit(self) -> float:
        """Radians (geographic) or metres (projected) of one unit of the coordinates."""
        return axis_unit(self.crs)

    @property
    def full_turn(self) -> float:
        """360 degrees in the unit of a geographic grid's coordinates."""
        return 2.0 * float(np.pi) / self.unit

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
        if stream.read(len(VIRTUAL)) != VIRTUAL:
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
    opened = gdal_path(standing_for(path))
    # A virtual raster that a publisher sends could name any file or address.
    driver = None
    if opened.startswith(("/vsicurl", "/vsis3")):
        driver = "JP2OpenJPEG" if opened.lower().endswith(".jp2") else "GTiff"
    try:
        return rasterio.open(opened, driver=driver, sharing=False)
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


def _columns_of_one_turn(crs: CRS, x_step: float, width: int) -> int:
    """Columns that a geographic grid has before it comes round to its own first column."""
    if not crs.is_geographic:
        return width
    one_turn = 2.0 * np.pi / (axis_unit(crs) * x_step)
    return min(width, int(np.floor(one_turn + 1e-6)) if width > one_turn + 1e-6 else width)
