"""Scenes from a STAC catalogue: search, reflectance with a guarded offset, NDVI around sites.

Search goes through pystac-client, page by page. Of each scene only windows around the sites are
read: red, near infrared and the mask.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.card import SourceCard
from signals.errors import SourceUnavailableError
from signals.mirror import mirror_files, number, string_list
from signals.source import PullContext, RawFile, Staged
from signals.source_tables import no_rejections, refused_file
from suppliers.errors import DataRefusedError

if TYPE_CHECKING:
    from signals.measure.shapes import SiteShape

# The measuring engine and the client are imported where they are used: they are slow to load.

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "observed_from": pl.Date(),
    "value": pl.Float64(),
    "covered_share": pl.Float64(),
    "cloud_share": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: More of the pixels below zero than this after the offset tell that it was applied before.
NEGATIVE_SHARE = 0.05

#: The catalogue whose assets ask for a token that lasts an hour or so.
PLANETARY_COMPUTER = "https://planetarycomputer.microsoft.com/"

#: Baseline of Sentinel-2 from which stored values are shifted, and by how much reflectance.
_SHIFTED_FROM_BASELINE, _BASELINE_OFFSET = 4.0, -0.1

_BOX_DEGREES = 1.0
_PAGE = 100


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
    """

    collections: tuple[str, ...]
    red: tuple[str, ...]
    near_infrared: tuple[str, ...]
    mask: tuple[str, ...]
    is_clear: Callable[[NDArray[Any]], NDArray[np.bool_]]
    scale: float
    offset: float


def pull_scenes(card: SourceCard, bands: Bands, context: PullContext) -> Sequence[RawFile]:
    """Register item files of the mirror, or search the catalogue around the sites.

    Options: `window_days` before the as-of date (1825), `maximum_cloud_percent` (60),
    `radius_km`, `maximum_scenes` per box of one degree (500), `collections`.

    Raises:
        SourceUnavailableError: the catalogue does not answer.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(card.id, context.mirror, ["*.json", "*.geojson"], context.options)
        return [context.store.keep(card.id, path, key=path.stem) for path in paths]
    from signals.measure.shapes import site_shapes

    window = dt.timedelta(days=number(card.id, context.options, "window_days", 1825.0))
    cloud = number(card.id, context.options, "maximum_cloud_percent", 60.0)
    most = int(number(card.id, context.options, "maximum_scenes", 500.0))
    radius_km = number(card.id, context.options, "radius_km", 5.0)
    collections = string_list(card.id, context.options, "collections") or bands.collections
    first, last = context.as_of - window, context.as_of
    period = f"{first:%Y-%m-%d}T00:00:00Z/{last:%Y-%m-%d}T23:59:59Z"
    files = []
    for box in _boxes(site_shapes(context.sites, radius_km)):
        items = search_items(context.url, collections, box, period, cloud, most)
        content = json.dumps({"type": "FeatureCollection", "features": items}, sort_keys=True)
        key = ",".join(f"{side:g}" for side in box)
        address = f"{context.url}/search?bbox={key}&datetime={period}"
        files.append(context.store.put(card.id, address, content.encode(), key=key))
    return files


def search_items(
    url: str,
    collections: Sequence[str],
    box: tuple[float, float, float, float],
    period: str,
    cloud_percent: float,
    most: int,
) -> list[dict[str, Any]]:
    """Search a catalogue through all its pages, items ordered by their ids.

    Raises:
        SourceUnavailableError: it does not answer, or breaks off between pages.
    """
    import requests
    from pystac_client import Client
    from pystac_client.exceptions import APIError

    try:
        client = Client.open(url, timeout=60)
        search = client.search(
            collections=list(collections),
            bbox=list(box),
            datetime=period,
            query={"eo:cloud_cover": {"lt": cloud_percent}},
            limit=_PAGE,
            max_items=most,
        )
        items = list(search.items_as_dicts())
    except (APIError, requests.RequestException) as error:
        raise SourceUnavailableError(
            f"{url}: the catalogue did not answer the search ({type(error).__name__}); run again "
            "later, or name a folder of its items as the source's mirror."
        ) from error
    return sorted(items, key=lambda item: str(item["id"]))


def item_day(item: Mapping[str, Any]) -> dt.date:
    """The day of an item: its datetime, or the start of its span where that is null.

    Raises:
        DataRefusedError: neither is there.
    """
    properties = item.get("properties", {})
    text = properties.get("datetime") or properties.get("start_datetime")
    if not isinstance(text, str):
        raise DataRefusedError(
            f"item {item.get('id')}: has neither datetime nor start_datetime; leave it out."
        )
    return dt.date.fromisoformat(text[:10])


def reflectance(
    stored: NDArray[Any], scale: float, offset: float, nodata: float | None
) -> NDArray[np.float64]:
    """Return surface reflectance, NaN without data, with the offset applied exactly once.

    Catalogues disagree about whether the offset of Sentinel-2's baseline 04.00 is already in the
    stored values (earth-search issues 66 and 71). Where more than 5 % of the pixels would come out
    below zero, it was.
    """
    missing = np.zeros(stored.shape, dtype=bool) if nodata is None else stored == nodata
    plain = np.where(missing, np.nan, stored * scale)
    shifted = plain + offset
    seen = np.count_nonzero(~missing)
    if offset < 0.0 and seen and np.count_nonzero(shifted < 0.0) > NEGATIVE_SHARE * seen:
        return plain
    return np.asarray(shifted)


def stage_scenes(
    card: SourceCard, table: str, bands: Bands, files: Sequence[RawFile], context: PullContext
) -> Sequence[Staged]:
    """Measure the mean NDVI of clear ground around each site, scene by scene.

    Scenes of one day are joined by the clearest. A scene that cannot be read is refused with its
    sentence, and the others are measured. Options: `radius_km`, `minimum_clear_share` (0.5).
    """
    from signals.measure.shapes import site_shapes

    radius_km = number(card.id, context.options, "radius_km", 5.0)
    least = number(card.id, context.options, "minimum_clear_share", 0.5)
    shapes = site_shapes(context.sites, radius_km)
    rows: list[dict[str, object]] = []
    refused = [no_rejections()]
    for raw in files:
        for item in read_items(Path(raw.path)):
            try:
                rows += _scene_rows(item, raw, bands, shapes)
            except DataRefusedError as error:
                refused.append(refused_file(raw, error))
    lag = dt.timedelta(days=card.publication_lag_days)
    frame = (
        pl.DataFrame(
            rows, schema={name: SCHEMA[name] for name in list(SCHEMA) if name in _MEASURED}
        )
        .filter(pl.col("covered_share") >= least)
        .sort("site_id", "observed_from", "covered_share", "origin")
        .unique(["site_id", "observed_from"], keep="last", maintain_order=True)
        .with_columns(
            radius_km=pl.lit(radius_km),
            observed_to=pl.col("observed_from"),
            published_on=pl.col("observed_from") + lag,
        )
        .select(list(SCHEMA))
    )
    return [Staged(table, frame, pl.concat(refused))]


_MEASURED = ("site_id", "observed_from", "value", "covered_share", "cloud_share", "origin")


def read_items(path: Path) -> list[dict[str, Any]]:
    """Items of a file: one item, a list of them, or an item collection."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(content, list):
        return content
    return list(content["features"]) if "features" in content else [content]


def _boxes(shapes: Sequence[SiteShape]) -> list[tuple[float, float, float, float]]:
    """Boxes of one degree that hold sites, shrunk to them; in the order of south-west corners."""
    bounds: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    for shape in shapes:
        west, south, east, north = shape.geometry.bounds
        cell = math.floor(south / _BOX_DEGREES), math.floor(west / _BOX_DEGREES)
        bounds.setdefault(cell, []).append((west, south, east, north))
    found = []
    for cell in sorted(bounds):
        sides = np.array(bounds[cell])
        low, high = sides[:, :2].min(axis=0), sides[:, 2:].max(axis=0)
        found.append((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    return found


def _scene_rows(
    item: Mapping[str, Any], raw: RawFile, bands: Bands, shapes: Sequence[SiteShape]
) -> Iterator[dict[str, object]]:
    import shapely

    if "geometry" not in item or item["geometry"] is None:
        return
    footprint = shapely.geometry.shape(item["geometry"])
    day = item_day(item)
    for shape in shapes:
        if not footprint.intersects(shape.geometry):
            continue
        measured = _mean_ndvi(item, raw, bands, shape)
        if measured is not None:
            value, clear, cloud = measured
            yield {
                "site_id": shape.site_id,
                "observed_from": day,
                "value": value,
                "covered_share": clear,
                "cloud_share": cloud,
                "origin": str(item["id"]),
            }


def _mean_ndvi(
    item: Mapping[str, Any], raw: RawFile, bands: Bands, shape: SiteShape
) -> tuple[float, float, float] | None:
    """Mean NDVI of clear ground, clear share of the ground, and cloud share of what has data."""
    import shapely
    from pyproj import Transformer
    from rasterio.windows import Window

    from signals.measure.coverage import coverage_shares
    from signals.measure.engine import read_window
    from signals.measure.grid import open_raster, read_grid
    from signals.measure.spectral import normalised_difference

    red, near, mask = (
        _asset(item, names) for names in (bands.red, bands.near_infrared, bands.mask)
    )
    path = asset_path(red["href"], raw, item)
    grid = read_grid(path)
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
    values = []
    for asset in (red, near):
        scale, offset, nodata = calibration(asset, bands, item)
        with open_raster(asset_path(asset["href"], raw, item)) as dataset:
            values.append(reflectance(read_window(dataset, 1, window), scale, offset, nodata))
    with open_raster(asset_path(mask["href"], raw, item)) as dataset:
        ratio = grid.x_step / abs(dataset.transform.a)
        area = Window(left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio)
        coarse = np.asarray(dataset.read(1, window=area, out_shape=shares.shape))
    has_data = np.isfinite(values[0]) & np.isfinite(values[1])
    clear = has_data & bands.is_clear(coarse)
    weight = float(shares[clear].sum())
    if weight == 0.0:
        return None
    index = normalised_difference(values[1], values[0])
    known = clear & np.isfinite(index)
    value = float((index[known] * shares[known]).sum() / shares[known].sum())
    whole = outline.area / (grid.x_step * abs(grid.y_step))
    return value, min(1.0, weight / whole), 1.0 - weight / float(shares[has_data].sum())


def _asset(item: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    for name in names:
        if name in item["assets"]:
            found: Mapping[str, Any] = item["assets"][name]
            return found
    raise DataRefusedError(f"item {item['id']}: has no asset {' or '.join(names)}; leave it out.")


def calibration(
    asset: Mapping[str, Any], bands: Bands, item: Mapping[str, Any]
) -> tuple[float, float, float | None]:
    """Scale, offset and the value without data, as the item says or else as the product has it.

    An item that says nothing of its bands may still tell the baseline that shifted them.
    """
    described = asset.get("raster:bands") or [{}]
    band = described[0]
    nodata = band.get("nodata", 0)
    baseline = float(item.get("properties", {}).get("s2:processing_baseline") or 0.0)
    shifted = baseline >= _SHIFTED_FROM_BASELINE
    return (
        float(band.get("scale", bands.scale)),
        float(band.get("offset", _BASELINE_OFFSET if shifted else bands.offset)),
        None if nodata is None else float(nodata),
    )


def asset_path(href: str, raw: RawFile, item: Mapping[str, Any]) -> str:
    """Where GDAL reads an asset; a token is fetched, kept till it expires and added by GDAL alone.

    So no path, message, raw file or table ever holds one.
    """
    if href.startswith(("http://", "https://")):
        links = (str(link.get("href", "")) for link in item.get("links", []))
        if any(link.startswith(PLANETARY_COMPUTER) for link in links):
            asked = f"pc_url_signing=yes&pc_collection={quote(str(item['collection']), safe='')}"
            return f"/vsicurl?{asked}&url={quote(href, safe=':/')}"
        return f"/vsicurl/{href}"
    if href.startswith("s3://"):
        return href
    return str(Path(raw.path).parent / href)
