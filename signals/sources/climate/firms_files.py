"""What a FIRMS file says it covers, by its name, and the detections in it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

import polars as pl

from signals.fetching.source_tables import no_rejections, rejected_rows
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import day_of, stated_day, time_of_day
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style, stated_number, whole_number_of
from suppliers.places.countries import resolve_country

COLUMNS: dict[str, FieldKind] = {
    "latitude": "number",
    "longitude": "number",
    "acq_date": "category",
    "acq_time": "category",
    "satellite": "category",
    "confidence": "category",
    "daynight": "category",
    "type": "category",
}
REQUIRED = ("latitude", "longitude", "acq_date", "acq_time", "confidence")

_HOURS = re.compile(r"_(24h|48h|7d)(?:\.|$)", re.IGNORECASE)
_SPAN_HOURS = {"24h": 24, "48h": 48, "7d": 168}
_COUNTRY_YEAR = re.compile(r"^(?:modis|viirs[a-z0-9-]*)_(20\d\d)_(.+?)\.csv", re.IGNORECASE)
_AREA_KEY = re.compile(r"^area/(-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)/(\d+)/([\d-]{10})$")
_WORLD = frozenset({"global", "world", "worldwide"})
#: One satellite has several names over FIRMS files of different services and years.
_SATELLITES = {
    "terra": "T", "aqua": "A", "npp": "N", "snpp": "N", "suomi npp": "N", "suomi-npp": "N",
    "1": "N20", "j1": "N20", "noaa-20": "N20", "noaa20": "N20", "noaa 20": "N20",
    "2": "N21", "j2": "N21", "noaa-21": "N21", "noaa21": "N21", "noaa 21": "N21",
}  # fmt: skip
_LETTERS = {
    "l": 0.0, "low": 0.0, "n": 50.0, "nominal": 50.0, "h": 100.0, "high": 100.0,
}  # fmt: skip
#: The type of a presumed fire of vegetation, the only one in files that state none.
_VEGETATION = 0


@dataclass(frozen=True)
class Coverage:
    """Where and when a file would show a fire.

    Attributes:
        country_iso3: sites of this country alone, or None.
        box: west, south, east, north; sites whose centre lies inside, or None for the world.
        days: share of each day covered, in (0, 1].
    """

    country_iso3: str | None
    box: tuple[float, float, float, float] | None
    days: dict[dt.date, float]

    def until(self, last: dt.date) -> Coverage:
        """The same without the days after the last one."""
        return replace(self, days={day: share for day, share in self.days.items() if day <= last})


def area_key(box: tuple[float, float, float, float], days: int, first: dt.date) -> str:
    """Key of a raw file that answers one request of the area API."""
    return f"area/{','.join(f'{side:g}' for side in box)}/{days}/{first.isoformat()}"


def coverage_of(name: str, key: str, detections: pl.DataFrame) -> Coverage:
    """What a file covers.

    A request of the area API covers its box and days. A country's yearly archive
    (`modis_2021_Brazil.csv`) covers that country and year; any file named `Global` the world;
    any other file the box around its own detections. `_24h`, `_48h` and `_7d` count back from
    the last detection; other files cover every day from the first detection to the last.

    Args:
        name: the file's name.
        key: the raw file's key.
        detections: the outcome of `read_detections`, before any filter.

    Raises:
        DataRejectedError: the archive of a country and year names no country of today.
    """
    if match := _AREA_KEY.match(key):
        west, south, east, north = (stated_number(match[side]) for side in range(1, 5))
        first = stated_day(match[6])
        last = first + dt.timedelta(days=int(match[5]) - 1)
        return Coverage(None, (west, south, east, north), _every_day(first, last))
    if match := _COUNTRY_YEAR.match(name):
        year = int(match[1])
        days = _every_day(dt.date(year, 1, 1), dt.date(year, 12, 31))
        named = match[2].replace("_", " ")
        if named.lower() in _WORLD:
            return Coverage(None, None, days)
        matched = resolve_country(named)
        if matched is None or matched.guessed:
            raise DataRejectedError(
                f"{name}: {named!r} is not a present country, so which sites it covers is not "
                "known; give the files of the present countries, or leave it out."
            )
        return Coverage(matched.country.iso3, None, days)
    if detections.is_empty():
        return Coverage(None, None, {})
    box = None
    if "global" not in name.lower():
        sides = detections.select(
            pl.col("longitude").min().alias("w"),
            pl.col("latitude").min().alias("s"),
            pl.col("longitude").max().alias("e"),
            pl.col("latitude").max().alias("n"),
        ).row(0)
        box = (float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3]))
    first_time: dt.datetime
    last_time: dt.datetime
    first_time, last_time = detections.select(
        pl.col("acquired_at").min().alias("first"), pl.col("acquired_at").max().alias("last")
    ).row(0)
    if match := _HOURS.search(name):
        start = last_time - dt.timedelta(hours=_SPAN_HOURS[match[1].lower()])
        return Coverage(None, box, _shares(start, last_time))
    return Coverage(None, box, _every_day(first_time.date(), last_time.date()))


def read_detections(table: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check the rows of one file.

    MODIS gives confidence in percent, VIIRS as l, n or h, read here as 0, 50 and 100.
    `acq_time` is text of up to four digits; exports lose its leading zeros, so they are put back.

    Args:
        table: `COLUMNS` as text, as far as the file has them, with `source_row`.
        name: of the file.

    Returns:
        latitude, longitude, acquired_at (UTC, naive), satellite, confidence (0-100), is_night,
        type (0 where the file has none); and the rejected rows.
    """
    absent = [column for column in COLUMNS if column not in table.columns]
    full = table.with_columns(pl.lit(None, pl.String).alias(c) for c in absent)
    style = number_style(full, ("latitude", "longitude"), checks=[_on_globe])
    typed = full.with_columns(
        number_of("latitude", style),
        number_of("longitude", style),
        acquired_at=day_of("acq_date").cast(pl.Datetime("us")) + time_of_day("acq_time"),
        percent=pl.col("confidence")
        .str.to_lowercase()
        .replace_strict(_LETTERS, default=None, return_dtype=pl.Float64)
        .fill_null(number_of("confidence", "dot")),
        kind=pl.when(pl.col("type").is_null())
        .then(pl.lit(_VEGETATION))
        .otherwise(whole_number_of("type", "dot"))
        .cast(pl.Int32),
    )
    on_globe = pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    satellite = pl.col("satellite").fill_null("").str.strip_chars().str.to_lowercase()
    rules = (
        ("place_on_globe", on_globe, "latitude and longitude are not on the globe"),
        ("time_is_known", pl.col("acquired_at").is_not_null(), "acq_date or acq_time is no time"),
        (
            "confidence_known",
            pl.col("percent").is_between(0.0, 100.0),
            "confidence is not 0 to 100, l, n or h",
        ),
        (
            "day_or_night_is_known",
            pl.col("daynight").is_null() | pl.col("daynight").str.to_uppercase().is_in(["D", "N"]),
            "daynight is neither D nor N",
        ),
        ("type_is_known", pl.col("kind").is_between(0, 3), "type is not 0, 1, 2 or 3"),
    )
    rejected = [no_rejections()]
    for rule, holds, reason in rules:
        kept = holds.fill_null(False)
        rejected.append(rejected_rows(typed.filter(~kept), name, rule, reason))
        typed = typed.filter(kept)
    detections = typed.select(
        "latitude",
        "longitude",
        "acquired_at",
        satellite=satellite.replace_strict(_SATELLITES, default=satellite.str.to_uppercase()),
        confidence="percent",
        is_night=(pl.col("daynight").str.to_uppercase() == "N").fill_null(False),
        type="kind",
    )
    return detections, pl.concat(rejected)


def _on_globe(table: pl.DataFrame) -> pl.Series:
    return table.select(
        pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    ).to_series()


def _every_day(first: dt.date, last: dt.date) -> dict[dt.date, float]:
    return {first + dt.timedelta(days=step): 1.0 for step in range((last - first).days + 1)}


def _shares(start: dt.datetime, end: dt.datetime) -> dict[dt.date, float]:
    """Share of each day between two times."""
    shares: dict[dt.date, float] = {}
    day = start.date()
    while day <= end.date():
        midnight = dt.datetime.combine(day, dt.time())
        begin, stop = max(start, midnight), min(end, midnight + dt.timedelta(days=1))
        share = (stop - begin) / dt.timedelta(days=1)
        if share > 0:
            shares[day] = share
        day += dt.timedelta(days=1)
    return shares
