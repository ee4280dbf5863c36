"""Weather, air, fires and water: NASA POWER, OpenAQ, FIRMS, Aqueduct."""

from __future__ import annotations

from flows.publishers_world.fire_archives import fire_archive
from flows.publishers_world.publisher import Answer, Asked, Publisher, as_json
from flows.publishers_world.water_basins import water_basins
from flows.publishers_world.weather_points import power

_FIRES = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight,type\n"


def _openaq(asked: Asked) -> Answer:
    if "x-api-key" not in asked.headers:
        return Answer(b'{"detail":"Unauthorized"}', 401)
    station = {
        "id": 2178,
        "name": "Del Norte",
        "coordinates": {"latitude": 35.1353, "longitude": -106.5847},
        "sensors": [{"id": 3917, "parameter": {"id": 2, "name": "pm25", "units": "µg/m³"}}],
        "datetimeFirst": {"utc": "2016-03-06T19:00:00Z"},
        "datetimeLast": {"utc": "2026-11-20T00:00:00Z"},
    }
    limits = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59", "x-ratelimit-reset": "60"}
    found = as_json({"meta": {"found": 1, "page": 1, "limit": 1000}, "results": [station]})
    return Answer(found.body, headers=limits)


def _firms(asked: Asked) -> Answer:
    if asked.path.startswith("/api/data_availability/csv/"):
        rows = "data_id,min_date,max_date\nVIIRS_NOAA20_SP,2018-04-01,2026-08-31\n"
        return Answer(rows.encode(), content_type="text/csv")
    if asked.path.startswith("/api/area/csv/"):
        return Answer(_FIRES.encode(), content_type="text/csv")
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
