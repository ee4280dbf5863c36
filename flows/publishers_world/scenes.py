"""Scenes of satellites: a STAC catalogue, its search, and the files that its items name."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np

from flows.publishers_world.publisher import (
    NOT_THERE,
    Answer,
    Asked,
    LargeFile,
    Publisher,
    as_json,
    file_of,
)

_ROOT = "https://earth-search.aws.element84.com/v1"
_CONFORMS_TO = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0/item-search#query",
]
_DAYS = ("2026-10-03", "2026-10-18", "2026-11-02")
#: A scene reaches so many degrees from the middle of the box that is asked for.
_HALF = 0.09
_PIXELS = 512
#: By collection: where its files are, its assets in the sequence red, near infrared and mask, the
#: values of the first two, and that of a clear pixel of the mask.
_PRODUCTS = {
    "sentinel-2-c1-l2a": (
        "https://e84-earth-search-sentinel-data.s3.us-west-2.amazonaws.com/sentinel-2-c1-l2a",
        ("red", "nir", "scl"),
        (1500, 4500),
        4,
    ),
    "landsat-c2-l2": (
        "s3://usgs-landsat/collection02/level-2",
        ("red", "nir08", "qa_pixel"),
        (9000, 20000),
        21824,
    ),
}


def _catalogue(asked: Asked) -> Answer:
    path = asked.path.removeprefix("/v1").strip("/")
    if not path:
        links = [
            {"rel": "self", "href": _ROOT},
            {"rel": "root", "href": _ROOT},
            {
                "rel": "search",
                "href": f"{_ROOT}/search",
                "type": "application/geo+json",
                "method": "POST",
            },
        ]
        return as_json(
            {
                "type": "Catalog", "stac_version": "1.0.0", "id": "earth-search-aws",
                "description": "A STAC API", "conformsTo": _CONFORMS_TO, "links": links,
            }
        )  # fmt: skip
    if path == "search":
        return _search(asked)
    name = path.removeprefix("collections/")
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}}
    return as_json({"type": "Collection", "id": name, "extent": extent})


def _search(asked: Asked) -> Answer:
    question = json.loads(asked.body)
    west, south, east, north = question["bbox"]
    x, y = round((west + east) / 2, 2), round((south + north) / 2, 2)
    corners = [(-_HALF, -_HALF), (_HALF, -_HALF), (_HALF, _HALF), (-_HALF, _HALF), (-_HALF, -_HALF)]
    ring = [[x + across, y + up] for across, up in corners]
    first, last = (day[:10] for day in question["datetime"].split("/"))
    items = [
        {
            "type": "Feature", "stac_version": "1.0.0", "id": f"{collection}_{day}_{x:g}_{y:g}",
            "collection": collection, "links": [],
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {
                "datetime": f"{day}T10:15:00Z", "eo:cloud_cover": 5.0,
                "earthsearch:boa_offset_applied": True,
            },
            "assets": {
                asset: {"href": f"{_PRODUCTS[collection][0]}/{x:g}/{y:g}/{day}/{asset}.tif"}
                for asset in _PRODUCTS[collection][1]
            },
        }
        for collection in question["collections"]
        for day in _DAYS
        if first <= day <= last
    ]  # fmt: skip
    return as_json({"type": "FeatureCollection", "features": items, "links": []})


def _pixels(asked: Asked) -> Answer:
    parts = asked.path.strip("/").split("/")
    product = next((one for one in _PRODUCTS.values() if asked.host.split(".")[0] in one[0]), None)
    if product is None or len(parts) < 4 or not parts[-1].endswith(".tif"):
        return NOT_THERE
    x, y, day, name = parts[-4:]
    asset = product[1].index(name.removesuffix(".tif"))
    body = _band(float(x), float(y), (*product[2], product[3])[asset])
    large = LargeFile(len(body), body, lambda start, count: body[start : start + count])
    return file_of(large, "image/tiff", f"{day}{x}{y}{asset}")


@lru_cache(maxsize=200)
def _band(x: float, y: float, value: int) -> bytes:
    """A square around a point, all of one value."""
    from rasterio import Affine
    from rasterio.io import MemoryFile

    values = np.full((_PIXELS, _PIXELS), value, dtype=np.uint16)
    step = 2 * _HALF / _PIXELS
    with MemoryFile() as file:
        with file.open(
            driver="GTiff", width=_PIXELS, height=_PIXELS, count=1, dtype="uint16",
            crs="EPSG:4326", transform=Affine(step, 0.0, x - _HALF, 0.0, -step, y + _HALF),
            nodata=0, compress="deflate", tiled=True, blockxsize=256, blockysize=256,
        ) as dataset:  # fmt: skip
            dataset.write(values, 1)
        return bytes(file.read())


PUBLISHERS = (
    Publisher(
        "earth-search.aws.element84.com",
        "/v1",
        "STAC API 1.0 specification and recorded answers of the catalogue; 2026-11",
        _catalogue,
    ),
    Publisher(
        "e84-earth-search-sentinel-data.s3.us-west-2.amazonaws.com",
        "/sentinel-2-c1-l2a/",
        "addresses of assets in recorded answers of the catalogue; 2026-11",
        _pixels,
    ),
    Publisher(
        "usgs-landsat.s3.amazonaws.com",
        "/collection02/",
        "addresses of assets in recorded answers of the catalogue; 2026-11",
        _pixels,
    ),
)
