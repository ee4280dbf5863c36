"""Air quality measured by stations near sites: OpenAQ, version 3 of its API, or its archive.

The API is asked once per cell of 0.1 degrees with a site, for the middle of the cell, so that no
exact place leaves the project; then once per sensor near enough for the days of the last year. A
mirror holds answers (`locations*.json`, and `*sensor*<id>*.json` for the days or hours of a sensor)
or files of the open archive (`location-*.csv.gz`). A site without a station has no data.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind, Grid, Reach, Requests
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number
from signals.fetching.physical_ranges import OutOfRange, file_name, rejected_outside
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError, StoppedEarlyError
from signals.sources.climate.air_rows import MINIMUM_YEAR_SHARE, SCHEMA, TABLE, YEAR_DAYS, last_year
from signals.sources.climate.openaq_responses import (
    KNOWN_LATITUDE,
    KNOWN_LONGITUDE,
    KNOWN_STATION,
    Days,
    Sensor,
    read_archive,
    read_locations,
    read_means,
    read_page,
)
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="openaq",
    title="Air quality stations (OpenAQ)",
    publisher="OpenAQ",
    url="https://api.openaq.org/v3",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Public and private owners of stations, brought together by OpenAQ",
    collection=Collection.REMOTE_SENSING,
    cadence="daily",
    publication_lag_days=7,
    coverage="Places with a station; most of the world has none near",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.DOCUMENT),
    citation="OpenAQ, api.openaq.org, from the providers named there.",
    form_verified="2026-11: recorded answers of version 3 and public clients; not called live",
    access=Access(
        kind=AccessKind.FREE_KEY,
        variables=("OPENAQ_API_KEY",),
        register_at="https://explore.openaq.org/register",
        price="free",
        waiting_time="minutes",
        adds="fine dust and nitrogen dioxide from stations near a site",
    ),
    reach=Reach(by="location"),
    requests=(
        Requests(kilobytes=30),
        Requests(
            kilobytes=30, per="cell", grid=Grid(latitude=0.1, longitude=0.1, counts="nearest")
        ),
        Requests(
            each=2,
            kilobytes=60,
            per="cell",
            grid=Grid(latitude=0.1, longitude=0.1, counts="nearest"),
        ),
    ),
)

#: PM2.5 and NO2 by the publisher's numbers.
_PARAMETERS = "2,7"
_PAGE = 1000
#: The farthest that the API looks.
_ASKED_METRES = 25_000
_CELL_DEGREES = 0.1
_MAX_STATIONS = 3
_HEADERS = {"X-API-Key": "{OPENAQ_API_KEY}"}
_SENSOR = re.compile(r"sensors?\D{0,3}(\d+)", re.IGNORECASE)


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path=(
        f"locations?coordinates={KNOWN_LATITUDE},{KNOWN_LONGITUDE}&radius=1000"
        f"&parameters_id={_PARAMETERS}&limit=1"
    ),
    holds=(
        "results.0.id",
        "results.0.coordinates.latitude",
        "results.0.sensors.0.parameter",
        "results.0.datetimeLast",
    ),
    headers=_HEADERS,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the mirror's files, or ask for stations and then for their days.

    Raises:
        StoppedEarlyError: the publisher stopped answering after some sensors.
        SourceUnavailableError: the publisher cannot be reached, a page came by half, or the known
            station is not where it should be.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["location*.json", "*sensor*.json", "location*.csv*"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    cells = _cells(context)
    if not cells:
        return []
    files: list[RawFile] = []
    sensors: dict[int, Sensor] = {}
    for latitude, longitude in [(KNOWN_LATITUDE, KNOWN_LONGITUDE), *cells]:
        url = (
            f"{context.url.rstrip('/')}/locations?coordinates={latitude},{longitude}"
            f"&radius={_ASKED_METRES}&parameters_id={_PARAMETERS}"
        )
        found = list(_pages(context, url, f"locations {latitude}_{longitude}"))
        stations = [s for raw in found for s in _sensors(raw)]
        if (latitude, longitude) == (KNOWN_LATITUDE, KNOWN_LONGITUDE):
            if not any(sensor.location_id == KNOWN_STATION for sensor in stations):
                raise SourceUnavailableError(
                    f"{CARD.id}: asked for stations in Albuquerque, the publisher does not name "
                    f"station {KNOWN_STATION}; the order of coordinates may have changed."
                )
            continue
        files += found
        sensors |= {sensor.sensor_id: sensor for sensor in stations}
    first, last = last_year(context.as_of, CARD.publication_lag_days)
    # A station that ended before it had enough days of the year would hide one that goes on.
    needed = first + dt.timedelta(days=math.ceil(MINIMUM_YEAR_SHARE * YEAR_DAYS) - 1)
    alive = [s for s in sensors.values() if s.last_day is None or s.last_day >= needed]
    wanted = sorted({s.sensor_id for near in _near(context, alive).values() for s in near})
    for position, sensor_id in enumerate(wanted):
        url = (
            f"{context.url.rstrip('/')}/sensors/{sensor_id}/days"
            f"?date_from={first}&date_to={last + dt.timedelta(days=1)}"
        )
        try:
            files += list(_pages(context, url, f"sensor {sensor_id}", final=True))
        except SourceUnavailableError as error:
            if position == 0:
                raise
            raise StoppedEarlyError(
                f"{CARD.id}: {position} of {len(wanted)} sensors were answered, then: {error}",
                files,
            ) from error
    return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """The mean of the nearest stations over the last year, per pollutant and site.

    A station counts within `radius_km` of the site and with three quarters of the year's days; at
    most three, nearest first, weigh alike. A file that is none is rejected and the others go on.
    """
    rejected = [no_rejections()]
    reports: list[OutOfRange] = []
    account = Account()
    archives = {raw for raw in files if _is_archive(raw)}
    account.count_each(Unit.DOCUMENT, archives)
    account.count_each(Unit.PAGE, [raw for raw in files if raw not in archives])
    sensors: dict[int, Sensor] = {}
    days: dict[int, Days] = {}
    origins: dict[int, str] = {}
    given: list[tuple[RawFile, int]] = []
    bodies: list[tuple[RawFile, int]] = []
    for raw in files:
        name = Path(raw.key or raw.origin).name
        outside = OutOfRange(file_name(raw.origin))
        try:
            if raw in archives:
                found, of_file, unread = read_archive(Path(raw.path), name, outside)
                rejected.append(unread)
                sensors |= {sensor.sensor_id: sensor for sensor in found}
                for sensor_id, part in of_file.items():
                    days.setdefault(sensor_id, {}).update(part)
                    origins[sensor_id] = raw.origin
                    given.append((raw, sensor_id))
                account.leave_out(raw, "no day of a pollutant that is asked for")
                reports.append(outside)
            elif match := _SENSOR.search(raw.key):
                bodies.append((raw, int(match[1])))
            else:
                sensors |= {sensor.sensor_id: sensor for sensor in _read_sensors(raw)}
                account.use(raw)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    for raw, sensor_id in bodies:
        if sensor_id not in sensors:
            account.leave_out(raw, "of a sensor of no station that is described")
            continue
        outside = OutOfRange(file_name(raw.origin))
        try:
            page = read_page(Path(raw.path), raw.key)
            part = read_means(page, sensors[sensor_id], raw.key, outside)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        reports.append(outside)
        days.setdefault(sensor_id, {}).update(part)
        origins[sensor_id] = raw.origin
        given.append((raw, sensor_id))
    rejected.append(rejected_outside(reports))
    of_year = _of_year(context, days)
    for raw, sensor_id in given:
        is_whole = _is_whole(of_year[sensor_id])
        account.note(raw, is_used=is_whole, otherwise="of a station without most of the year")
    rows = _rows(context, list(sensors.values()), of_year, origins)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _is_archive(raw: RawFile) -> bool:
    return raw.origin.lower().endswith((".csv", ".csv.gz"))


def _of_year(context: PullContext, days: dict[int, Days]) -> dict[int, Days]:
    """The days of each sensor that lie in the last year known."""
    first, last = last_year(context.as_of, CARD.publication_lag_days)
    return {
        sensor_id: {day: value for day, value in found.items() if first <= day <= last}
        for sensor_id, found in days.items()
    }


def _is_whole(days: Days) -> bool:
    return len(days) >= MINIMUM_YEAR_SHARE * YEAR_DAYS


def _rows(
    context: PullContext, sensors: list[Sensor], of_year: dict[int, Days], origins: dict[int, str]
) -> pl.DataFrame:
    whole = [sensor for sensor in sensors if _is_whole(of_year.get(sensor.sensor_id, {}))]
    rows = []
    for (site_id, pollutant), near in _near(context, whole).items():
        means = [sum(of_year[s.sensor_id].values()) / len(of_year[s.sensor_id]) for s in near]
        known = [day for sensor in near for day in of_year[sensor.sensor_id]]
        rows.append(
            {
                "site_id": site_id,
                "source_id": CARD.id,
                "pollutant": pollutant,
                "micrograms_m3": sum(means) / len(means),
                "covered_share": len(known) / len(near) / YEAR_DAYS,
                "distance_km": min(near.values()),
                "origin": origins[next(iter(near)).sensor_id],
                "observed_from": min(known),
                "observed_to": max(known),
                "published_on": max(known) + dt.timedelta(days=CARD.publication_lag_days),
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("site_id", "pollutant")


def _near(
    context: PullContext, sensors: list[Sensor]
) -> dict[tuple[str, str], dict[Sensor, float]]:
    """By site and pollutant the nearest sensors within the radius, with their kilometres."""
    from signals.zonal.ellipsoid import ELLIPSOID

    radius_km = number(CARD.id, context.options, "radius_km", 15.0)
    near: dict[tuple[str, str], dict[Sensor, float]] = {}
    ordered = sorted(sensors, key=lambda sensor: sensor.sensor_id)
    for site_id, latitude, longitude in _places(context):
        for pollutant in sorted({sensor.pollutant for sensor in ordered}):
            # A first cut by latitude spares most of the geodesics.
            close = [
                (ELLIPSOID.inv(longitude, latitude, s.longitude, s.latitude)[2] / 1000.0, s)
                for s in ordered
                if s.pollutant == pollutant and abs(s.latitude - latitude) * 110.0 <= radius_km
            ]
            within = sorted(((km, s) for km, s in close if km <= radius_km), key=lambda one: one[0])
            if within:
                near[(site_id, pollutant)] = {s: km for km, s in within[:_MAX_STATIONS]}
    return near


def _places(context: PullContext) -> list[tuple[str, float, float]]:
    from signals.zonal.site_outlines import site_shapes

    shapes = site_shapes(context.sites, 1.0)
    return [(s.site_id, s.geometry.centroid.y, s.geometry.centroid.x) for s in shapes]


def _cells(context: PullContext) -> list[tuple[float, float]]:
    places = {
        tuple(round(round(degrees / _CELL_DEGREES) * _CELL_DEGREES, 4) for degrees in place)
        for _, *place in _places(context)
    }
    return sorted((latitude, longitude) for latitude, longitude in places)


def _pages(context: PullContext, url: str, key: str, *, final: bool = False) -> Iterator[RawFile]:
    page = 1
    while True:
        raw = context.store.download(
            CARD.id,
            f"{url}&limit={_PAGE}&page={page}",
            key=f"{key} page {page}",
            expect="json",
            headers=_HEADERS,
            final=final,
        )
        yield raw
        try:
            found = len(read_page(Path(raw.path), raw.key))
        except DataRejectedError as error:
            raise SourceUnavailableError(str(error)) from error
        if found < _PAGE:
            return
        page += 1


def _sensors(raw: RawFile) -> list[Sensor]:
    try:
        return _read_sensors(raw)
    except DataRejectedError as error:
        raise SourceUnavailableError(str(error)) from error


def _read_sensors(raw: RawFile) -> list[Sensor]:
    return read_locations(read_page(Path(raw.path), raw.key), raw.key)
