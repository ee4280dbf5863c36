"""Static layers: travel time to cities by a Web Coverage Service, yearly maps of land cover."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qs

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher

_STEP = 1.0 / 120.0
_COVERAGE = "Accessibility__201501_Global_Travel_Time_to_Cities"
_REJECTED = (
    b'<?xml version="1.0" encoding="UTF-8"?><ows:ExceptionReport version="2.0.0">'
    b'<ows:Exception exceptionCode="NoSuchCoverage"/></ows:ExceptionReport>'
)


def _travel(asked: Asked) -> Answer:
    """Minutes that grow by one a pixel from north-west; GeoServer reports errors in XML."""
    import numpy as np
    from rasterio import Affine
    from rasterio.io import MemoryFile

    # GeoServer does not distinguish parameter names by case.
    query = {name.lower(): values for name, values in parse_qs(asked.query).items()}
    found = {
        axis: (float(low), float(high))
        for one in query.get("subset", [])
        for axis, low, high in re.findall(r"^(Long|Lat)\(([-\d.]+),([-\d.]+)\)$", one)
    }
    if query.get("coverageid") != [_COVERAGE] or len(found) != 2:
        return Answer(_REJECTED, 404, "application/xml")
    (west, east), (south, north) = found["Long"], found["Lat"]
    width, height = round((east - west) / _STEP), round((north - south) / _STEP)
    minutes = np.add.outer(np.arange(height), np.arange(width)).astype(np.int32)
    with MemoryFile() as file:
        with file.open(
            driver="GTiff", width=width, height=height, count=1, dtype="int32", crs="EPSG:4326",
            transform=Affine(_STEP, 0.0, west, 0.0, -_STEP, north), nodata=-9999,
        ) as dataset:  # fmt: skip
            dataset.write(minutes, 1)
        body = bytes(file.read())
    # The answer is computed for each request, so that there are no parts of it.
    return Answer(body, content_type="image/tiff", gives_parts=False)


@cache
def _land(year: int) -> bytes:
    """A corner of tile 48M, 20 km wide at 10 m: forest, of which a stripe is built from 2022 on."""
    import numpy as np
    from rasterio import Affine
    from rasterio.io import MemoryFile

    classes = np.full((2048, 2048), 2, np.uint8)
    classes[:, ::8] = 7 if year >= 2022 else 2
    with MemoryFile() as file:
        with file.open(
            driver="GTiff", width=2048, height=2048, count=1, dtype="uint8", crs="EPSG:32748",
            transform=Affine(10.0, 0.0, 690_000.0, 0.0, -10.0, 9_325_000.0), nodata=0,
            compress="lzw", tiled=True, blockxsize=512, blockysize=512,
        ) as dataset:  # fmt: skip
            dataset.write(classes, 1)
        return bytes(file.read())


def _land_cover(asked: Asked) -> Answer:
    # From 2024 on, a file is named by the last day of its year and not by the day after it.
    found = re.fullmatch(
        r"/lulctimeseriesv003/lc(\d{4})/48M_\1(?:0101-(\d{4})0101|0101-\d{4}1231)\.tif", asked.path
    )
    if found is None or int(found[1]) > 2024:
        return NOT_THERE
    is_old_name = found[2] is not None and int(found[2]) == int(found[1]) + 1
    if is_old_name != (int(found[1]) < 2024):
        return NOT_THERE
    return Answer(_land(int(found[1])), content_type="image/tiff")


PUBLISHERS = (
    Publisher(
        "lulctimeseries.blob.core.windows.net",
        "/lulctimeseriesv003/",
        "names of 2017 to 2025 and classes in public code of several authors; 2026-11",
        _land_cover,
    ),
    Publisher(
        "data.malariaatlas.org",
        "/geoserver/Accessibility/ows",
        "WCS 2.0.1 requests in public code of several authors; 2026-11",
        _travel,
    ),
)
