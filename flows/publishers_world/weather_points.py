"""NASA POWER: daily weather of a point, as a reanalysis gives it, for any span of days."""

from __future__ import annotations

import datetime as dt
import zlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from flows.publishers_world.publisher import Answer, Asked, as_json

_FIRST_DAY, _DAYS = dt.date(1981, 1, 1), 18_262
_MISSING = -999.0
_UNITS = {"T2M_MAX": "C", "T2M_MIN": "C", "T2MDEW": "C", "PRECTOTCORR": "mm/day"}


@cache
def _day_names() -> list[str]:
    return [f"{_FIRST_DAY + dt.timedelta(days=day):%Y%m%d}" for day in range(_DAYS)]


def _weather(latitude: float, longitude: float) -> dict[str, NDArray[np.float64]]:
    """All days of a point: seasons by latitude, a slow warming, noise that lasts for days."""
    random = np.random.default_rng(zlib.crc32(f"{latitude} {longitude}".encode()))
    day = np.arange(_DAYS)
    season = np.cos(2.0 * np.pi * (day % 365.25 - (200 if latitude > 0 else 17)) / 365.25)
    noise = np.repeat(random.normal(size=_DAYS // 5 + 1), 5)[:_DAYS]
    warming = random.normal(0.02, 0.02) * day / 365.25
    mean = 29.0 - 0.4 * max(0.0, abs(latitude) - 12.0)
    high = mean + 4.0 + 0.3 * abs(latitude) * season + 2.0 * noise + warming
    wet = random.random(_DAYS) < 0.35 + 0.2 * season * random.random()
    rain = np.where(wet, random.gamma(0.7, 9.0, size=_DAYS), 0.0)
    return {
        "T2M_MAX": high,
        "T2M_MIN": high - 9.0,
        "T2MDEW": high - 9.0 - 3.0 * random.random(_DAYS),
        "PRECTOTCORR": rain,
    }


def power(asked: Asked) -> Answer:
    """The JSON of one point; the service takes no other form here."""
    place = float(asked.value("latitude")), float(asked.value("longitude"))
    first, last = (
        (dt.datetime.strptime(asked.value(name), "%Y%m%d").date() - _FIRST_DAY).days
        for name in ("start", "end")
    )
    names = asked.value("parameters").split(",")
    weather = _weather(*place)
    days = _day_names()[first : last + 1]
    values = {
        name: dict(zip(days, np.round(weather[name][first : last + 1], 2).tolist(), strict=True))
        for name in names
    }
    return as_json(
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place[1], place[0], 100.0]},
            "properties": {"parameter": values},
            "header": {
                "title": "NASA/POWER Source Native Resolution Daily Data",
                "fill_value": _MISSING,
                "start": asked.value("start"),
                "end": asked.value("end"),
            },
            "parameters": {name: {"units": _UNITS[name], "longname": name} for name in names},
        }
    )
