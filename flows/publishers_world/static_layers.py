"""Static layers: travel time to cities by the Web Coverage Service of the Malaria Atlas Project."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from flows.publishers_world.publisher import Answer, Asked, Publisher

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


PUBLISHERS = (
    Publisher(
        "data.malariaatlas.org",
        "/geoserver/Accessibility/ows",
        "WCS 2.0.1 requests in public code of several authors; 2026-11",
        _travel,
    ),
)
