"""Weather, air, fires and water: NASA POWER, OpenAQ, FIRMS, Aqueduct."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flows.publishers_world.fire_archives import fire_archive
from flows.publishers_world.publisher import Answer, Asked, Publisher, as_json
from flows.publishers_world.water_basins import water_basins
from flows.publishers_world.weather_points import power

_PRODUCTS = (
    "data_id,min_date,max_date\n"
    "VIIRS_NOAA20_SP,2018-04-01,2026-08-31\n"
    "VIIRS_NOAA20_NRT,2026-09-01,2026-11-28\n"
)
_FIRES = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight,type\n"


def _openaq(asked: Asked) -> Answer:
    if "x-api-key" not in asked.headers:
        return Answer(b'{"detail":"Unauthorized"}', 401)
    limits = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59", "x-ratelimit-reset": "60"}
    parameter = {"id": 2, "name": "pm25", "units": "µg/m³"}
    if asked.path.startswith("/v3/sensors/"):
        first = dt.date.fromisoformat(asked.value("date_from"))
        results = [_air_day(first + dt.timedelta(days=day), parameter) for day in range(365)]
    else:
        results = [
            {
                "id": 2178,
                "name": "Del Norte",
                "coordinates": {"latitude": 35.1353, "longitude": -106.5847},
                "sensors": [{"id": 3917, "parameter": parameter}],
                "datetimeFirst": {"utc": "2016-03-06T19:00:00Z"},
                "datetimeLast": {"utc": "2026-11-20T00:00:00Z"},
            }
        ]
    found = as_json({"meta": {"found": len(results), "page": 1, "limit": 1000}, "results": results})
    return Answer(found.body, headers=limits)


def _air_day(day: dt.date, parameter: Mapping[str, object]) -> dict[str, object]:
    begin, end = (f"{one}T00:00:00-07:00" for one in (day, day + dt.timedelta(days=1)))
    return {
        "value": 8.0,
        "parameter": parameter,
        "period": {"datetimeFrom": {"local": begin}, "datetimeTo": {"local": end}},
        "coverage": {"percentComplete": 100.0},
    }


def _firms(asked: Asked) -> Answer:
    if asked.path.startswith("/api/data_availability/csv/"):
        return Answer(_PRODUCTS.encode(), content_type="text/csv")
    if asked.path.startswith("/api/area/csv/"):
        west, south, east, north = map(float, asked.path.split("/")[6].split(","))
        place = f"{(south + north) / 2:.4f},{(west + east) / 2:.4f}"
        day = asked.path.rsplit("/", 1)[-1]
        row = f"{place},{day},0610,N20,n,D,0\n"
        return Answer((_FIRES + row).encode(), content_type="text/csv")
    return fire_archive(asked)


PUBLISHERS = (
    Publisher("power.larc.nasa.gov", "/api/", "NASA POWER API documentation; 2026-11", power),
    Publisher("api.openaq.org", "/v3/", "OpenAQ v3 documentation; 2026-11", _openaq),
    Publisher(
        "firms.modaps.eosdis.nasa.gov", "/", "FIRMS API pages and public clients; 2026-11", _firms
    ),
    Publisher(
        "files.wri.org", "/aqueduct/", "layout of the Aqueduct 4.0 archive; 2026-11", water_basins
    ),
)
