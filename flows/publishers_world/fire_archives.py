"""FIRMS: the yearly archive of a country, with detections around its towns."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from functools import lru_cache

import numpy as np

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked
from suppliers.places.countries import resolve_country
from suppliers.places.gazetteer import towns_of

_HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
    "confidence,version,bright_ti5,frp,daynight,type\n"
)
_NAME = re.compile(r"/data/country/viirs-jpss1/(\d{4})/viirs-jpss1_\1_(.+)\.csv$")
_FIRST_YEAR, _LAST_YEAR = 2018, 2025
_DETECTIONS = 20_000


def fire_archive(asked: Asked) -> Answer:
    """The archive of a country and year that is out; names with underscores for spaces."""
    match = _NAME.search(asked.path)
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return NOT_THERE
    found = resolve_country(match[2].replace("_", " "))
    if found is None:
        return NOT_THERE
    return Answer(_rows(int(match[1]), found.country.iso2), content_type="text/csv")


@lru_cache(maxsize=80)
def _rows(year: int, iso2: str) -> bytes:
    towns = towns_of(iso2).towns
    if not towns:
        return _HEADER.encode()
    random = np.random.default_rng(zlib.crc32(f"{year} {iso2}".encode()))
    # Fires keep to some towns' surroundings, more to few of them.
    chosen = np.floor(len(towns) * random.random(_DETECTIONS) ** 3).astype(int)
    places = np.array([(one.latitude, one.longitude) for one in towns])[chosen]
    places = places + random.normal(0.0, 0.15, size=(_DETECTIONS, 2))
    days = np.floor(365 * random.random(_DETECTIONS)).astype(int)
    new_year = dt.date(year, 1, 1)
    lines = [
        f"{latitude:.5f},{longitude:.5f},331.2,0.4,0.4,{new_year + dt.timedelta(days=day)},"
        f"0610,N20,VIIRS,n,2,290.1,3.4,D,0"
        for (latitude, longitude), day in zip(places.tolist(), days.tolist(), strict=True)
    ]
    return (_HEADER + "\n".join(lines) + "\n").encode()
