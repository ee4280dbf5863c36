"""Rasters and catalogues: Global Forest Change, CHIRPS, forest alerts, scenes."""

from __future__ import annotations

from calendar import monthrange
from functools import cache

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json


@cache
def _raster(west: float, north: float, step: float, dtype: str) -> bytes:
    import numpy as np
    from rasterio import Affine
    from rasterio.io import MemoryFile

    values = (np.arange(512 * 512).reshape(512, 512) % 24).astype(dtype)
    with MemoryFile() as file:
        with file.open(
            driver="GTiff", width=512, height=512, count=1, dtype=dtype, crs="EPSG:4326",
            transform=Affine(step, 0.0, west, 0.0, -step, north), compress="lzw", tiled=True,
            blockxsize=256, blockysize=256,
        ) as dataset:  # fmt: skip
            dataset.write(values, 1)
        return bytes(file.read())


def _forest(asked: Asked) -> Answer:
    # One corner of the tile, at the pixel size of the publisher.
    return Answer(_raster(-60.0, 0.0, 0.00025, "uint8"), content_type="image/tiff")


def _rain(asked: Asked) -> Answer:
    if "/CHIRPS/v3.0/" in asked.path or "/CHIRPS-2.0/" in asked.path:
        return Answer(_raster(95.0, 10.0, 0.05, "float32"), content_type="image/tiff")
    return NOT_THERE


def _lights(asked: Asked) -> Answer:
    if asked.path.endswith(".avg_rade9.tif"):
        return Answer(_raster(95.0, 10.0, 0.004166667, "float32"), content_type="image/tiff")
    prefix = asked.value("prefix")
    satellite, month = prefix.removeprefix("composites/").split("_")
    year, number = int(month[:4]), int(month[4:])
    span = f"{month}01-{month}{monthrange(year, number)[1]}"
    key = f"{prefix}_ops/DNB_{satellite}_{span}_global_ecm-slcorr_v10_ops.avg_rade9.tif"
    listing = f"<ListBucketResult><Contents><Key>{key}</Key></Contents></ListBucketResult>"
    return Answer(listing.encode(), content_type="application/xml")


def _alerts(asked: Asked) -> Answer:
    if "x-api-key" not in asked.headers:
        return Answer(b'{"status":"failed","message":"Forbidden"}', 403)
    return as_json({"data": [{"count": 3}], "status": "success"})


def _scenes(asked: Asked) -> Answer:
    name = asked.path.removeprefix("/v1/collections/")
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}}
    return as_json({"type": "Collection", "id": name, "extent": extent})


PUBLISHERS = (
    Publisher(
        "storage.googleapis.com",
        "/earthenginepartners-hansen/GFC-2025-v1.13/",
        "folder and tile names in public clients; 2026-11",
        _forest,
    ),
    Publisher(
        "storage.googleapis.com",
        "/earthenginepartners-hansen/GFC-2024-v1.12/",
        "folder and tile names in public clients; 2026-11",
        _forest,
    ),
    Publisher(
        "data.chc.ucsb.edu", "/products/", "CHIRPS folders in public clients; 2026-11", _rain
    ),
    Publisher(
        "globalnightlight.s3.amazonaws.com",
        "/",
        "bucket, listing and names in public clients; 2026-11",
        _lights,
    ),
    Publisher(
        "data-api.globalforestwatch.org", "/", "GFW Data API documentation; 2026-11", _alerts
    ),
    Publisher(
        "earth-search.aws.element84.com", "/v1/", "STAC API 1.0 specification; 2026-11", _scenes
    ),
)
