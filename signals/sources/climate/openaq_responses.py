"""Answers of the OpenAQ API, version 3, and the rows of its open archive."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from signals.fetching.physical_ranges import OutOfRange
from signals.fetching.responses import read_json
from signals.fetching.source_tables import read_source_table
from signals.source_errors import ODD_FORM
from signals.sources.climate.air_rows import POLLUTANTS, micrograms_factor
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day, stated_moment
from suppliers.intake.numbers import stated_number, stated_whole

#: A station that everybody can check: Del Norte in Albuquerque, USA. Text and examples of the
#: publisher contradict each other on the order of coordinates.
KNOWN_STATION, KNOWN_LATITUDE, KNOWN_LONGITUDE = 2178, 35.1353, -106.5847
_KNOWN_WITHIN_DEGREES = 0.05

#: A day needs this many of its hours.
MINIMUM_HOURS = 18.0
_DAY_HOURS = 24.0

_ARCHIVE_COLUMNS = ("location_id", "sensors_id", "datetime", "lat", "lon", "parameter", "units",
                    "value")  # fmt: skip


@dataclass(frozen=True)
class Sensor:
    """An instrument for one pollutant at a fixed place.

    Attributes:
        unit: as the publisher writes it.
        last_day: of the station's newest value; None where the publisher does not say.
    """

    sensor_id: int
    location_id: int
    latitude: float
    longitude: float
    pollutant: str
    unit: str
    last_day: dt.date | None = None


Days = dict[dt.date, float]


def results_of(content: object, name: str) -> list[Any]:
    """The results of a page, when it holds as many as it says.

    `meta.found` may be a text such as `>100`, which says only that there are more pages.

    Raises:
        DataRejectedError: it is no page, or a part of one.
    """
    meta = content.get("meta") if isinstance(content, dict) else None
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(meta, dict) or not isinstance(results, list):
        raise DataRejectedError(f"{name}: it is no page of the OpenAQ API (meta and results).")
    try:
        limit, page = stated_whole(meta["limit"]), stated_whole(meta["page"])
    except ODD_FORM as error:
        raise DataRejectedError(f"{name}: its meta has no page and limit.") from error
    found = meta.get("found")
    if isinstance(found, int):
        due = max(0, min(limit, found - (page - 1) * limit))
        if len(results) < due:
            raise DataRejectedError(
                f"{name}: the page holds {len(results)} of the {due} results that it names; fetch "
                "it again."
            )
    return results


def read_locations(results: Iterable[Any], name: str) -> list[Sensor]:
    """Sensors of fixed stations for the pollutants wanted.

    Raises:
        DataRejectedError: a record without the fields, off the globe, or with the known station
            somewhere else.
    """
    sensors = []
    try:
        for record in results:
            place = record["coordinates"]
            latitude, longitude = (stated_number(place[side]) for side in ("latitude", "longitude"))
            _check_place(stated_whole(record["id"]), latitude, longitude, name)
            if record.get("isMobile"):
                continue
            last = (record.get("datetimeLast") or {}).get("utc")
            last_day = None if last is None else stated_day(last)
            sensors += [
                Sensor(
                    stated_whole(sensor["id"]),
                    stated_whole(record["id"]),
                    latitude,
                    longitude,
                    str(sensor["parameter"]["name"]),
                    str(sensor["parameter"]["units"]),
                    last_day,
                )
                for sensor in record["sensors"]
                if sensor["parameter"]["name"] in POLLUTANTS
            ]
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{name}: a location without id, coordinates or sensors; give the answer of "
            "/v3/locations."
        ) from error
    return sensors


def _check_place(location_id: int, latitude: float, longitude: float, name: str) -> None:
    if not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0):
        raise DataRejectedError(
            f"{name}: location {location_id} is off the globe; are latitude and longitude swapped?"
        )
    if location_id == KNOWN_STATION:
        off = max(abs(latitude - KNOWN_LATITUDE), abs(longitude - KNOWN_LONGITUDE))
        if off > _KNOWN_WITHIN_DEGREES:
            raise DataRejectedError(
                f"{name}: station {KNOWN_STATION} stands at {latitude:g}, {longitude:g} and not in "
                "Albuquerque; the publisher has changed the order of coordinates."
            )


def read_means(results: Iterable[Any], sensor: Sensor, name: str, outside: OutOfRange) -> Days:
    """Daily means of a sensor in µg/m³, from hours or days; faults and short days left out.

    Args:
        results: of a page.
        sensor: whose they are.
        name: of the page.
        outside: takes the count of values out of the physical range, such as the codes -999, -9999
            and 9999 for "no value"; the noise of clean air below zero is within it.

    Raises:
        DataRejectedError: a record without period, value and parameter, or in another unit.
    """
    readings = []
    try:
        for record in results:
            unit = str(record["parameter"]["units"])
            factor = micrograms_factor(sensor.pollutant, unit, name)
            begin, end = (
                stated_moment(record["period"][key]["local"])
                for key in ("datetimeFrom", "datetimeTo")
            )
            value = record["value"]
            if value is not None and (end - begin).total_seconds() > 0:
                hours = (end - begin).total_seconds() / 3600.0
                share = (record.get("coverage") or {}).get("percentComplete")
                readings.append(
                    (begin.date(), stated_number(value) * factor,
                     hours * (1.0 if share is None else stated_number(share) / 100.0))
                )  # fmt: skip
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{name}: a record without period, value and parameter; give the answer of "
            "/v3/sensors/<id>/days or /hours."
        ) from error
    return _days(readings, outside)


def read_archive(
    path: Path, name: str, outside: OutOfRange
) -> tuple[list[Sensor], dict[int, Days], pl.DataFrame]:
    """A file of the open archive: hourly values with the place of the station in every row.

    Raises:
        DataRejectedError: it lacks a column, or a figure is none.
    """
    table, unread = read_source_table(
        path,
        {column: "number" if column in ("lat", "lon", "value") else "category"
         for column in _ARCHIVE_COLUMNS},
        required=_ARCHIVE_COLUMNS,
        where=name,
    )  # fmt: skip
    sensors: dict[int, Sensor] = {}
    readings: dict[int, list[tuple[dt.date, float, float]]] = defaultdict(list)
    try:
        for row in table.iter_rows(named=True):
            if row["parameter"] not in POLLUTANTS:
                continue
            sensor = Sensor(
                stated_whole(row["sensors_id"]), stated_whole(row["location_id"]),
                stated_number(row["lat"]), stated_number(row["lon"]), row["parameter"],
                row["units"],
            )  # fmt: skip
            _check_place(sensor.location_id, sensor.latitude, sensor.longitude, name)
            sensors.setdefault(sensor.sensor_id, sensor)
            factor = micrograms_factor(sensor.pollutant, sensor.unit, name)
            # The archive dates an hour by its end.
            day = (stated_moment(row["datetime"]) - dt.timedelta(seconds=1)).date()
            if row["value"]:
                readings[sensor.sensor_id].append((day, stated_number(row["value"]) * factor, 1.0))
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{name}: a figure or a time in it is none; give a file of the OpenAQ archive."
        ) from error
    days = {sensor_id: _days(found, outside) for sensor_id, found in readings.items()}
    return list(sensors.values()), days, unread


def _days(readings: Sequence[tuple[dt.date, float, float]], outside: OutOfRange) -> Days:
    """Means weighted by hours of the days with enough of them."""
    totals: Mapping[dt.date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    values = outside.keep(np.array([value for _, value, _ in readings]), "concentration")
    for (day, _, hours), value in zip(readings, values.tolist(), strict=True):
        if math.isfinite(value):
            totals[day][0] += value * hours
            totals[day][1] += hours
    return {
        day: total / hours
        for day, (total, hours) in totals.items()
        if min(hours, _DAY_HOURS) >= MINIMUM_HOURS
    }


def read_page(path: Path, name: str) -> list[Any]:
    """The results of a stored page; see `results_of`."""
    return results_of(read_json(path), name)
