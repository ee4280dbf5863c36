"""What FIRMS is asked for at its address: the area API with a key, country archives without.

The API counts days: 5,000 of them in ten minutes for one key. When they are used up it answers 400,
403, or a sentence with 200; what came before is used, and the next run takes the days of the
standard record from the store and goes on from there.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.fetching.source_tables import read_plain_table
from signals.source import PullContext, RawFile
from signals.source_errors import (
    KeyMissingError,
    NotPublishedError,
    SourceUnavailableError,
    StoppedEarlyError,
)
from signals.sources.climate.firms_files import area_key
from suppliers.intake.days import stated_day
from suppliers.places.countries import resolve_country

Box = tuple[float, float, float, float]
Days = tuple[dt.date, dt.date]

#: The area API gives at most this many days a request.
DAYS_A_REQUEST = 5
_BOX_DEGREES = 10
#: Satellites in the order of preference; Suomi NPP ends in 2026. One satellite is taken for the
#: whole window: its standard record (SP), and near-real-time (NRT) for the days after that.
SATELLITES = ("VIIRS_NOAA20", "VIIRS_NOAA21", "VIIRS_SNPP")
#: Yearly archives of a country: NOAA-20, from 2018. NOAA-21 has none.
_ARCHIVE = "viirs-jpss1"
#: The archive of a year may be this many years late.
_LATE_YEARS = 1
#: Other names that a country's archive may have; the publisher lists none.
_ARCHIVE_NAMES: Mapping[str, tuple[str, ...]] = {
    "CIV": ("Cote_d_Ivoire",),
    "COG": ("Congo", "Republic_of_Congo"),
    "CPV": ("Cabo_Verde",),
    "CZE": ("Czechia",),
    "GMB": ("Gambia",),
    "LAO": ("Lao_PDR",),
    "MKD": ("Macedonia", "North_Macedonia"),
    "PSE": ("Palestine",),
    "RUS": ("Russian_Federation",),
    "SWZ": ("Eswatini",),
    "TUR": ("Turkiye",),
    "VNM": ("Viet_Nam",),
}

_LOG = logging.getLogger("understory")


def area_files(
    context: PullContext, source_id: str, window: Days, product: str, areas: Sequence[Box]
) -> list[RawFile]:
    """Answers of the area API for every box and every day of the window that is held.

    Args:
        context: of the run.
        source_id: that the files belong to.
        window: first and last day wanted.
        product: of FIRMS, such as `VIIRS_NOAA20_SP`; empty for the best satellite.
        areas: boxes in degrees.

    Raises:
        KeyMissingError: FIRMS_MAP_KEY is not set.
        StoppedEarlyError: the publisher stopped answering after some files.
        SourceUnavailableError: it does not answer, or holds no day of the window.
    """
    root = context.url.rstrip("/")
    spans = _spans(context, source_id, window, product)
    files: list[RawFile] = []
    for box in areas:
        for name, first, days in _requests(spans):
            sides = ",".join(f"{side:g}" for side in box)
            url = f"{root}/{{FIRMS_MAP_KEY}}/{name}/{sides}/{days}/{first.isoformat()}"
            try:
                files.append(
                    context.store.download(
                        source_id,
                        url,
                        key=area_key(box, days, first),
                        expect="csv",
                        headers={},
                        final=name.endswith("_SP"),
                    )
                )
            except (SourceUnavailableError, NotPublishedError) as error:
                if not files:
                    raise
                raise StoppedEarlyError(
                    f"{source_id}: {len(files)} of {len(areas) * len(list(_requests(spans)))} "
                    f"requests were answered, then: {error}",
                    files,
                ) from error
    return files


def country_archives(
    context: PullContext, source_id: str, window: Days, no_key: KeyMissingError
) -> list[RawFile]:
    """The newest archives of the countries of the sites, as many years as the window is long.

    An archive comes out some months after its year, so that the newest may end before the window.

    Raises:
        StoppedEarlyError: the publisher stopped answering after some files.
        SourceUnavailableError: it does not answer, or none is out; with what a key would change.
    """
    root = f"{context.url.rstrip('/').removesuffix('/api/area/csv')}/data/country/{_ARCHIVE}"
    measurable = context.sites.filter(pl.col("has_measurable_location"))
    countries = sorted(measurable["country_iso3"].drop_nulls().unique().to_list())
    is_whole = (window[1] + dt.timedelta(days=1)).year > window[1].year
    newest = window[1].year if is_whole else window[1].year - 1
    count = math.ceil(((window[1] - window[0]).days + 1) / 366)
    files: list[RawFile] = []
    without: list[str] = []
    for iso3 in countries:
        try:
            found = _newest_archives(context, source_id, root, iso3, newest, count)
        except SourceUnavailableError as error:
            if not files:
                raise
            raise StoppedEarlyError(f"{source_id}: {error}", files) from error
        files += found
        if not found:
            without.append(iso3)
    if countries and not files:
        raise SourceUnavailableError(
            f"{source_id}: no country archive of {newest - _LATE_YEARS} to {newest} is out at "
            f"{root} for {', '.join(countries)}, and the newer days need a key: {no_key}"
        )
    if without:
        _LOG.warning("%s: no archive of fires is out for %s", source_id, ", ".join(without))
    return files


def boxes(sites: pl.DataFrame, radius_km: float) -> list[Box]:
    """Boxes of 10 degrees that hold the centre of a site, widened so that its ground is inside."""
    from signals.zonal.site_outlines import site_shapes

    bounds: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for shape in site_shapes(sites, radius_km):
        centre = shape.geometry.centroid
        cell = (math.floor(centre.x / _BOX_DEGREES), math.floor(centre.y / _BOX_DEGREES))
        bounds[cell].append(shape.geometry.bounds)
    found = []
    for _, inside in sorted(bounds.items()):
        west, south, east, north = zip(*inside, strict=True)
        found.append(
            (
                math.floor(min(west) * 100) / 100,
                math.floor(min(south) * 100) / 100,
                math.ceil(max(east) * 100) / 100,
                math.ceil(max(north) * 100) / 100,
            )
        )
    return found


def _spans(
    context: PullContext, source_id: str, window: Days, product: str
) -> list[tuple[str, dt.date, dt.date]]:
    """Products with the days to ask each for: those it holds of the window.

    A day that a product does not hold yet answers with no rows, which must not read as no fire.
    """
    base = context.url.rstrip("/").removesuffix("/area/csv")
    url = f"{base}/data_availability/csv/{{FIRMS_MAP_KEY}}/ALL"
    raw = context.store.download(source_id, url, key="availability", expect="csv", headers={})
    table = read_plain_table(Path(raw.path), {"data_id", "min_date", "max_date"})
    if not {"data_id", "min_date", "max_date"} <= set(table.columns):
        raise SourceUnavailableError(
            f"{url}: it does not state which days each product holds; run again later."
        )
    try:
        held = {
            name: (stated_day(first), stated_day(last))
            for name, first, last in table.select("data_id", "min_date", "max_date").iter_rows()
        }
    except ValueError:
        raise SourceUnavailableError(
            f"{url}: min_date or max_date of a product is not a day; run again later."
        ) from None
    if product:
        choices = [_in_turn([product], held, window)]
    else:
        choices = [_in_turn([f"{s}_SP", f"{s}_NRT"], held, window) for s in SATELLITES]
    best = max(choices, key=lambda spans: sum((last - first).days + 1 for _, first, last in spans))
    if not best:
        asked = product or "VIIRS"
        raise SourceUnavailableError(
            f"{url}: {asked} holds no day from {window[0]} to {window[1]}; set "
            f"sources.{source_id}.options.product to one of {', '.join(sorted(held))}."
        )
    return best


def _in_turn(
    products: Sequence[str], held: Mapping[str, Days], window: Days
) -> list[tuple[str, dt.date, dt.date]]:
    """Days of the window by product, each day from the first product that holds it."""
    spans = []
    first, last = window
    for name in products:
        if name not in held:
            continue
        begin, end = max(first, held[name][0]), min(last, held[name][1])
        if begin <= end:
            spans.append((name, begin, end))
            first = end + dt.timedelta(days=1)
    return spans


def _requests(spans: Sequence[tuple[str, dt.date, dt.date]]) -> Iterator[tuple[str, dt.date, int]]:
    """Product, first day and number of days of every request.

    Requests end on the same days whatever day the window begins, so that the store has most of
    next month's answers.
    """
    for name, day, last in spans:
        while day <= last:
            days = min(DAYS_A_REQUEST - day.toordinal() % DAYS_A_REQUEST, (last - day).days + 1)
            yield name, day, days
            day += dt.timedelta(days=days)


def _newest_archives(
    context: PullContext, source_id: str, root: str, iso3: str, newest: int, count: int
) -> list[RawFile]:
    """Archives of a country: the newest that is out, and those of the years before it."""
    found: list[RawFile] = []
    for year in range(newest, newest - _LATE_YEARS - count, -1):
        found += _archive(context, source_id, root, iso3, year)
        if len(found) == count or (not found and year == newest - _LATE_YEARS):
            break
    return found


def _archive(
    context: PullContext, source_id: str, root: str, iso3: str, year: int
) -> list[RawFile]:
    """The archive of a country and year under the first of its names that is there, if any."""
    matched = resolve_country(iso3)
    if matched is None:
        return []
    for name in (matched.country.name.replace(" ", "_"), *_ARCHIVE_NAMES.get(iso3, ())):
        file = f"{_ARCHIVE}_{year}_{name}.csv"
        try:
            return [
                context.store.download(
                    source_id, f"{root}/{year}/{file}", key=file, expect="csv", headers={},
                    final=True,
                )
            ]  # fmt: skip
        except NotPublishedError:
            continue
    return []
