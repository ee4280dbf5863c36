"""Layers of land: travel time by a Web Coverage Service, land cover, mines, greenness."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json

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


@cache
def _mines() -> bytes:
    """Mines as boxes of a tenth of a degree, one each ten degrees; the publisher's has 23.5 MB."""
    import geopandas
    from shapely.geometry import box

    corners = [(west, south) for south in range(-60, 80, 10) for west in range(-180, 180, 10)]
    columns = {
        "ISO3_CODE": ["IDN"] * len(corners),
        "COUNTRY_NAME": ["Indonesia"] * len(corners),
        "AREA": [123.0] * len(corners),
    }
    boxes = [box(west + 1, south + 1, west + 1.1, south + 1.1) for west, south in corners]
    frame = geopandas.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4326")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "global_mining_polygons_v2.gpkg"
        frame.to_file(path, driver="GPKG", layer="mining_polygons")
        return path.read_bytes()


def _mining(asked: Asked) -> Answer:
    if not asked.path.endswith("/global_mining_polygons_v2.gpkg"):
        return NOT_THERE
    return Answer(
        _mines(), content_type="application/octet-stream", headers={"ETag": '"v2-2022-03-14"'}
    )


#: First day of MODIS composites within a year.
_COMPOSITES = range(1, 366, 16)


def _greenness(asked: Asked) -> Answer:
    """Subsets of MOD13Q1: values grow by 1 a column from 5000, and the first row has no data."""
    matches = [
        re.fullmatch(r"A(\d{4})(\d{3})", asked.value(f"{end}Date")) for end in ("start", "end")
    ]
    if matches[0] is None or matches[1] is None or not asked.path.endswith("/MOD13Q1/subset"):
        return Answer(b"Product or dates are not valid", 400, "text/plain")
    year, first, last = int(matches[0][1]), int(matches[0][2]), int(matches[1][2])
    days = [day for day in _COMPOSITES if first <= day <= last]
    if len(days) > 10:
        return Answer(b"Number of MODIS dates requested is greater than 10", 400, "text/plain")
    cell = 231.656358264
    height, width = (
        2 * round(int(asked.value(name)) * 1000 / cell) + 1
        for name in ("kmAboveBelow", "kmLeftRight")
    )
    data = [-3000] * width + [5000 + column for column in range(width)] * (height - 1)
    entries = [
        {
            "modis_date": f"A{year}{day:03d}",
            "calendar_date": (dt.date(year, 1, 1) + dt.timedelta(days=day - 1)).isoformat(),
            "band": "250m_16_days_NDVI",
            "tile": "h28v09",
            "proc_date": f"{year}{day:03d}000000",
            "data": data,
        }
        for day in days
    ]
    return as_json(
        {
            "xllcorner": "11842000.0", "yllcorner": "-790000.0", "cellsize": cell,
            "nrows": height, "ncols": width, "band": "250m_16_days_NDVI", "scale": "0.0001",
            "latitude": float(asked.value("latitude")),
            "longitude": float(asked.value("longitude")), "subset": entries,
        }
    )  # fmt: skip


PUBLISHERS = (
    Publisher(
        "modis.ornl.gov",
        "/rst/api/v1/",
        "fields and limit of ten composites in public clients and MODISTools; 2026-11",
        _greenness,
    ),
    Publisher(
        "lulctimeseries.blob.core.windows.net",
        "/lulctimeseriesv003/",
        "names of 2017 to 2025 and classes in public code of several authors; 2026-11",
        _land_cover,
    ),
    Publisher(
        "download.pangaea.de",
        "/dataset/942325/files/",
        "address, name, columns and size in public code of several authors; 2026-11",
        _mining,
    ),
    Publisher(
        "data.malariaatlas.org",
        "/geoserver/Accessibility/ows",
        "WCS 2.0.1 requests in public code of several authors; 2026-11",
        _travel,
    ),
)
