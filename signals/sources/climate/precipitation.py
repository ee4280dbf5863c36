"""Monthly rain at sites: rasters such as CHIRPS, or the series of a station near by.

GeoTIFFs carry their period in the name (`chirps-v2.0.2010.01.tif`, `.cog`) and are in mm, or in the
unit of the option `unit`; NetCDF files hold it on their time axis and say their unit. Days, pentads
and dekads are summed to months. At the publisher's address CHIRPS 3.0 is read, or 2.0 where that is
not there: all months are of one version, which the origin of every file names. A station table has
the columns station_id, latitude, longitude, year, month, precipitation_mm. Where both reach a site,
the one with more months is taken.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

import polars as pl

from signals.access import Access, Grid, Periods, Reach, Requests
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import decimal_option, mirror_files, number, string_list, text
from signals.fetching.name_dates import NamedPeriod, named_period
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.climate.rain_layers import is_netcdf
from signals.sources.climate.rain_rasters import read_rasters
from signals.sources.climate.rain_series import chosen_series, rain_of_rasters
from signals.sources.climate.rain_stations import read_station_tables
from suppliers.input_errors import DataRejectedError

# The measuring engine is imported where it is used: it is slow to load, and listing the sources
# must stay quick.

CARD = SourceCard(
    id="precipitation",
    title="Monthly precipitation (CHIRPS 3.0, 2.0 or station series)",
    publisher="Climate Hazards Center, University of California, Santa Barbara",
    url="https://data.chc.ucsb.edu/products",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Climate Hazards Center, from satellites and public rain gauges",
    collection=Collection.REMOTE_SENSING,
    cadence="monthly",
    publication_lag_days=21,
    coverage="Land between 60 N and 60 S (CHIRPS 2.0: 50 N and 50 S), 0.05 degrees, from 1981",
    expected_rows=(0, 100_000_000),
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL, Unit.ROW),
    citation=(
        "Funk et al. 2015, The climate hazards infrared precipitation with stations, "
        "Scientific Data 2:150066; Funk et al. 2026, The Climate Hazards Center Infrared "
        "Precipitation with Stations, Version 3, Scientific Data 13:718. doi 10.15780/G2JQ0P."
    ),
    form_verified=(
        "2026-11: folders, names, unit and undeclared no-data value of both versions in public "
        "code that reads them; not called live"
    ),
    access=Access(
        adds=(
            "monthly rain and drought around every site; the first run reads the months of 30 "
            "years, on which drought is calibrated, and later ones the new months"
        ),
    ),
    reach=Reach(by="location", latitudes=(-60.0, 60.0)),
    requests=(
        # Length and version of each month's file, then its directory, then its blocks.
        Requests(
            kilobytes=1,
            periods=Periods(
                option="first_year", default=1991, unit="first_year", every="month", earlier_years=1
            ),
        ),
        Requests(
            kilobytes=16,
            periods=Periods(
                option="first_year", default=1991, unit="first_year", every="month", earlier_years=1
            ),
            when="measure",
        ),
        Requests(
            kilobytes=700,
            per="cell",
            grid=Grid(latitude=25.6, longitude=25.6, counts="touched"),
            periods=Periods(
                option="first_year", default=1991, unit="first_year", every="month", earlier_years=1
            ),
            when="measure",
        ),
    ),
    location_needed="town",
    is_isolated=True,
)

#: Months by series, and which series speaks for a site: a station's is stored once for all sites.
MONTHS_TABLE = "stg_precipitation__series_month"
SITES_TABLE = "stg_precipitation__site_series"

MONTHS_SCHEMA: dict[str, pl.DataType] = {
    "series_id": pl.String(),
    "month": pl.Date(),
    "precipitation_mm": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}
SITES_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "series_id": pl.String(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: Names of the monthly rasters below the publisher's address, newest version first; 2.0 ends with
#: December 2026. Versions are never mixed: a step between them would read as a drought.
VERSIONS = (
    "CHIRPS/v3.0/monthly/global/cogs/chirps-v3.0.{year}.{month:02d}.cog",
    "CHIRPS-2.0/global_monthly/cogs/chirps-v2.0.{year}.{month:02d}.cog",
)
#: A version that lacks all of this many newest months is not the current one.
_NEWEST_MONTHS = 3

#: A month may be revised so many days after it began; older ones are asked for once.
_SETTLED_DAYS = 180

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff",
    path="CHIRPS/v3.0/monthly/global/cogs/chirps-v3.0.<year>.<month>.cog",
    otherwise=("CHIRPS-2.0/global_monthly/cogs/chirps-v2.0.<year>.<month>.cog",),
    days_before=62,
    is_part=True,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register rasters and station tables, from the year before `first_year` to the as-of date.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    first = dt.date(int(number(CARD.id, context.options, "first_year", 1991)) - 1, 1, 1)
    if context.mirror is not None:
        patterns = [
            f"*{word}*.{end}" for word in ("chirps", "precip") for end in ("tif", "cog", "nc")
        ]
        patterns += [f"*{word}*.csv*" for word in ("precip", "rain", "station")]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        kept, undated = [], []
        for path in paths:
            if _is_table(path.name) or is_netcdf(path.name):
                kept.append(context.store.keep(CARD.id, path, key=path.name))
                continue
            period = _period_of(path.name)
            if period is None:
                undated.append(path)
            elif first <= period.first <= context.as_of:
                key = period.first.isoformat() if period.kind == "month" else path.name
                kept.append(context.store.keep(CARD.id, path, key=key))
        if not kept:
            raise SourceUnavailableError(
                f"{CARD.id}: no file in {context.mirror} names a month from {first:%Y-%m} on; "
                "write it into the names, such as 2010.01."
            )
        # Staging rejects them by name.
        return kept + [context.store.keep(CARD.id, path, key=path.name) for path in undated]
    named = text(CARD.id, context.options, "file", "")
    months = [
        month for month in _months(first, context.as_of) if _published_on(month) <= context.as_of
    ]
    for pattern in [named] if named else VERSIONS:
        newest = _months_there(context, pattern, months[-_NEWEST_MONTHS:])
        if newest:
            return [*_months_there(context, pattern, months[:-_NEWEST_MONTHS]), *newest]
    raise SourceUnavailableError(
        f"{context.url}: it has none of the monthly rasters of the last months; check the address "
        f"and sources.{CARD.id}.options.file."
    )


def _months_there(context: PullContext, pattern: str, months: Sequence[dt.date]) -> list[RawFile]:
    files = []
    for month in months:
        name = pattern.format(year=month.year, month=month.month)
        url = f"{context.url.rstrip('/')}/{name}"
        try:
            final = context.as_of - month > dt.timedelta(days=_SETTLED_DAYS)
            files.append(context.store.refer(CARD.id, url, key=month.isoformat(), final=final))
        except NotPublishedError:
            continue
    return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring rain to sites: mean over the ground around each, or the nearest station's series.

    Raises:
        SourceUnavailableError: a raster at the publisher cannot be read.
        NonExtractiveError: a station table holds data about persons.
    """
    from signals.zonal.site_outlines import site_shapes

    shapes = site_shapes(context.sites, number(CARD.id, context.options, "radius_km", 5.0))
    tables = [raw for raw in files if _is_table(raw.origin)]
    rasters = [raw for raw in files if not _is_table(raw.origin)]
    unit = text(CARD.id, context.options, "unit", "") or None
    first_year = int(number(CARD.id, context.options, "first_year", 1991)) - 1
    since = dt.date(first_year, 1, 1)
    account = Account()
    rain = read_rasters(rasters, shapes, unit, since, account)
    stations, bad_rows = read_station_tables(
        tables,
        shapes,
        account,
        radius_km=number(CARD.id, context.options, "station_radius_km", 50.0),
        first_year=first_year,
        drop=string_list(CARD.id, context.options, "drop"),
        declared=decimal_option(CARD.id, context.options),
    )
    sites, months = chosen_series(rain.months(), stations)
    rain.count(account, rain_of_rasters(sites, months))
    # Each unit is there, also where no file holds any.
    account.count_each(Unit.LAYER, ())
    account.count_each(Unit.ROW, ())
    for station in stations:
        station.count(account, months)
    rejected = pl.concat([*rain.rejected, *bad_rows])
    return [
        Staged(MONTHS_TABLE, _known_on(months).select(list(MONTHS_SCHEMA)), rejected, account),
        Staged(SITES_TABLE, _from_first_month(sites, months), rejected.clear(), Account()),
    ]


def _known_on(months: pl.DataFrame) -> pl.DataFrame:
    """Rows of months with the day they end on and the day they appear."""
    month_end = pl.col("month").dt.month_end()
    appears = month_end + pl.duration(days=CARD.publication_lag_days)
    return months.with_columns(observed_to=month_end, published_on=appears)


def _from_first_month(sites: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Sites with the series of each, known from the day on that its first month is."""
    first = _known_on(months.unique("series_id", keep="first", maintain_order=True))
    return sites.join(first, on="series_id").sort("site_id").select(list(SITES_SCHEMA))


def _period_of(name: str) -> NamedPeriod | None:
    """The period in a name; None where it has none, or one that staging will reject."""
    try:
        return named_period(name)
    except DataRejectedError:
        return None


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        dt.date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1)
        for step in range(count)
    ]


def _published_on(month: dt.date) -> dt.date:
    last_day = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=last_day) + dt.timedelta(days=CARD.publication_lag_days)


def _is_table(name: str) -> bool:
    return name.lower().endswith((".csv", ".csv.gz", ".tsv", ".xlsx", ".parquet"))
