"""Pixels of a STAC scene: bands of one grid, an offset applied once, NDVI of clear ground."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from signals.source import RawFile
from signals.source_errors import ODD_FORM
from suppliers.input_errors import DataRejectedError
from suppliers.intake.numbers import stated_number

if TYPE_CHECKING:
    from signals.zonal.raster_grid import RasterGrid
    from signals.zonal.site_outlines import SiteShape

# The measuring engine is imported where it is used: it is slow to load.

#: Where more pixels than this share have a reflectance below this one, the declared offset is
#: wrong: over water and in shadow reflectance scatters around zero, and stays above it.
IMPOSSIBLE_SHARE, IMPOSSIBLE_BELOW = 0.05, -0.02

#: The catalogue whose assets ask for a token that lasts an hour or so.
PLANETARY_COMPUTER = "https://planetarycomputer.microsoft.com/"

#: Properties of an item that state its processing baseline, by catalogue.
_BASELINE_PROPERTIES = (
    "s2:processing_baseline",
    "sentinel:processing_baseline",
    "processing:version",
)
#: Set by earth-search where the offset is already in the stored values.
_OFFSET_APPLIED = "earthsearch:boa_offset_applied"


@dataclass(frozen=True)
class BaselineOffset:
    """From which processing baseline stored values are shifted, and by how much reflectance."""

    baseline: float
    offset: float


@dataclass(frozen=True)
class Bands:
    """How a product's scenes are read.

    Attributes:
        collections: of the catalogue, searched together; option `collections` replaces them.
        red: names of the red asset, the first that is there counts.
        near_infrared: likewise.
        mask: likewise, of the scene classification or quality bits.
        is_clear: which mask values are clear ground.
        scale: from stored values to reflectance where the item does not say it.
        offset: likewise.
        shifted: baseline from which the product's values are shifted; None where none is.
        may_be_negative: whether many pixels below zero are usual, as over dark water.
    """

    collections: tuple[str, ...]
    red: tuple[str, ...]
    near_infrared: tuple[str, ...]
    mask: tuple[str, ...]
    is_clear: Callable[[NDArray[Any]], NDArray[np.bool_]]
    scale: float
    offset: float
    shifted: BaselineOffset | None = None
    may_be_negative: bool = True


def reflectances(
    stored: Sequence[NDArray[Any]], calibrations: Sequence[tuple[float, float, float | None]]
) -> list[NDArray[np.float64]]:
    """Surface reflectance of the bands of a scene, NaN without data.

    Args:
        stored: values of each band as the file has them.
        calibrations: scale, offset and the value without data of each.
    """
    found = []
    for values, (scale, offset, nodata) in zip(stored, calibrations, strict=True):
        missing = np.zeros(values.shape, dtype=bool) if nodata is None else values == nodata
        found.append(np.where(missing, np.nan, values * scale + offset))
    return found


def _reject_impossible(item_id: object, values: Sequence[NDArray[np.float64]]) -> None:
    for band in values:
        seen = int(np.isfinite(band).sum())
        below = int(np.count_nonzero(band < IMPOSSIBLE_BELOW))
        if below > IMPOSSIBLE_SHARE * seen:
            raise DataRejectedError(
                f"item {item_id}: {below} of {seen} pixels have a reflectance below "
                f"{IMPOSSIBLE_BELOW:g} by the scale and offset it declares, so the offset was "
                "applied before or is another one; leave the scene out, or take it from a "
                "catalogue that declares its offset (sentinel-2-c1-l2a)."
            )


def mean_ndvi(
    item: Mapping[str, Any], raw: RawFile, bands: Bands, shape: SiteShape
) -> tuple[float, float, float] | None:
    """Mean NDVI of clear ground, clear share of the ground, and cloud share of what has data.

    None where the scene shows no clear ground of the site.

    Raises:
        DataRejectedError: an asset is missing or cannot be read, or the bands' grids differ.
    """
    import shapely
    from pyproj import Transformer
    from rasterio import Env
    from rasterio.windows import Window

    from signals.zonal.block_engine import read_window
    from signals.zonal.pixel_coverage import coverage_shares
    from signals.zonal.raster_grid import gdal_options, open_raster, read_grid
    from signals.zonal.spectral import normalised_difference
    from signals.zonal.window_files import PixelWindow, bring_windows

    red, near, mask = (
        _asset(item, names) for names in (bands.red, bands.near_infrared, bands.mask)
    )
    grid = read_grid(asset_path(red["href"], raw, item))
    if not grid.same_pixels(read_grid(asset_path(near["href"], raw, item))):
        raise DataRejectedError(
            f"item {item['id']}: its red and near infrared bands have other pixels; leave it out."
        )
    to_grid = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)
    outline = shapely.transform(
        shape.geometry, lambda xy: np.column_stack(to_grid.transform(xy[:, 0], xy[:, 1]))
    )
    west, south, east, north = outline.bounds
    left = max(0, math.floor((west - grid.left) / grid.x_step))
    right = min(grid.width, math.ceil((east - grid.left) / grid.x_step))
    top = max(0, math.floor((north - grid.top) / grid.y_step))
    bottom = min(grid.height, math.ceil((south - grid.top) / grid.y_step))
    if left >= right or top >= bottom:
        return None
    window = Window(left, top, right - left, bottom - top)
    corner = grid.left + left * grid.x_step, grid.top + top * grid.y_step
    transform = (grid.x_step, 0.0, corner[0], 0.0, grid.y_step, corner[1])
    shares = coverage_shares(outline, transform, bottom - top, right - left)
    stored = []
    for asset in (red, near):
        path = asset_path(asset["href"], raw, item)
        bring_windows(path, [PixelWindow(top, left, bottom - top, right - left)])
        with Env(**gdal_options(path)), open_raster(path) as dataset:
            stored.append(read_window(dataset, 1, window))
    values = reflectances(stored, [calibration(asset, bands, item) for asset in (red, near)])
    if not bands.may_be_negative:
        _reject_impossible(item["id"], values)
    has_data = np.isfinite(values[0]) & np.isfinite(values[1])
    clear = has_data & bands.is_clear(_read_mask(asset_path(mask["href"], raw, item), grid, window))
    weight = float(shares[clear].sum())
    if weight == 0.0:
        return None
    index = normalised_difference(values[1], values[0])
    known = clear & np.isfinite(index)
    if not shares[known].sum() > 0.0:
        return None
    value = float((index[known] * shares[known]).sum() / shares[known].sum())
    whole = outline.area / (grid.x_step * abs(grid.y_step))
    return value, min(1.0, weight / whole), 1.0 - weight / float(shares[has_data].sum())


def _read_mask(path: str, grid: RasterGrid, window: Any) -> NDArray[Any]:
    """A window of the mask on the pixels of the bands; it may be coarser, and must lie under them.

    Raises:
        DataRejectedError: it cannot be read, or lies elsewhere.
    """
    from rasterio import Env
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    from signals.zonal.raster_grid import gdal_options, open_raster, read_grid, unreadable
    from signals.zonal.window_files import PixelWindow, bring_windows

    own = read_grid(path)
    differ = max(abs(one - other) for one, other in zip(own.bounds, grid.bounds, strict=True))
    if own.crs != grid.crs or differ > max(own.x_step, grid.x_step):
        raise DataRejectedError(f"{path}: the mask lies elsewhere than its bands; leave it out.")
    ratio = grid.x_step / own.x_step
    area = Window(
        window.col_off * ratio, window.row_off * ratio, window.width * ratio, window.height * ratio
    )
    row, column = math.floor(area.row_off), math.floor(area.col_off)
    bottom = min(own.height, math.ceil(area.row_off + area.height))
    right = min(own.width, math.ceil(area.col_off + area.width))
    bring_windows(path, [PixelWindow(row, column, bottom - row, right - column)])
    with Env(**gdal_options(path)), open_raster(path) as dataset:
        try:
            return np.asarray(dataset.read(1, window=area, out_shape=(window.height, window.width)))
        except RasterioError as error:
            raise unreadable(path) from error


def _asset(item: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    for name in names:
        if name in item["assets"]:
            found: Mapping[str, Any] = item["assets"][name]
            return found
    raise DataRejectedError(f"item {item['id']}: has no asset {' or '.join(names)}; leave it out.")


def calibration(
    asset: Mapping[str, Any], bands: Bands, item: Mapping[str, Any]
) -> tuple[float, float, float | None]:
    """Scale, offset and the value without data, as the item declares or else as the product has it.

    The offset is, in this order: none where the catalogue states that it was applied before; that
    of the asset's band (STAC 1.0 `raster:bands`, STAC 1.1 `bands` with `raster:offset`), of the
    asset, of the item; that of the item's processing baseline; the product's own. It is never
    inferred from pixels.

    Raises:
        DataRejectedError: a declared figure is not a number.
    """
    properties = item.get("properties", {})
    scale = _declared(item, asset, "scale")
    offset = _declared(item, asset, "offset")
    if bands.shifted is not None and str(properties.get(_OFFSET_APPLIED)).lower() == "true":
        offset = 0.0
    if offset is None:
        offset = bands.offset
        if bands.shifted is not None and _baseline(item) >= bands.shifted.baseline:
            offset = bands.shifted.offset
    nodata = _declared(item, asset, "nodata", unset=0.0)
    return bands.scale if scale is None else scale, offset, nodata


def _declared(
    item: Mapping[str, Any], asset: Mapping[str, Any], name: str, unset: float | None = None
) -> float | None:
    """The scale, offset or no-data value of an asset's first band; a declared null is None."""
    described = [*(asset.get("raster:bands") or [])[:1], *(asset.get("bands") or [])[:1]]
    holders = [*described, asset, item.get("properties", {})]
    stated = [
        holder[key] for holder in holders for key in (f"raster:{name}", name) if key in holder
    ]
    if not stated:
        return unset
    if stated[0] is None:
        return None
    return _number(item, f"{name} {stated[0]}", stated[0])


def _baseline(item: Mapping[str, Any]) -> float:
    """The processing baseline of an item; 0 where it states none."""
    properties = item.get("properties", {})
    for name in _BASELINE_PROPERTIES:
        if properties.get(name):
            return _number(item, f"processing baseline {properties[name]}", properties[name])
    return 0.0


def _number(item: Mapping[str, Any], words: str, value: Any) -> float:
    try:
        found = stated_number(value)
    except ODD_FORM as error:
        raise DataRejectedError(
            f"item {item['id']}: its {words} is not a number; leave it out."
        ) from error
    return found


def asset_path(href: str, raw: RawFile, item: Mapping[str, Any]) -> str:
    """Where GDAL reads an asset; a token is fetched, kept till it expires and added by GDAL alone.

    So no path, message, raw file or table ever holds one. A path without an address lies beside
    its item.

    Raises:
        DataRejectedError: the path leads elsewhere.
    """
    if href.startswith(("http://", "https://")):
        links = (str(link.get("href", "")) for link in item.get("links", []))
        if any(link.startswith(PLANETARY_COMPUTER) for link in links):
            asked = f"pc_url_signing=yes&pc_collection={quote(str(item['collection']), safe='')}"
            return f"/vsicurl?{asked}&url={quote(href, safe=':/')}"
        return f"/vsicurl/{href}"
    if href.startswith("s3://"):
        return href
    folder = Path(raw.path).parent.resolve()
    beside = (folder / href).resolve()
    if href.startswith("/vsi") or "://" in href or not beside.is_relative_to(folder):
        raise DataRejectedError(
            f"item {item['id']}: its asset {href[:100]!r} is neither at an address nor beside the "
            "item; leave it out."
        )
    return str(beside)
