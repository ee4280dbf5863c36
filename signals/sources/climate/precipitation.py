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
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from signals.access import Access, Grid, Periods, Reach, Requests
from signals.account import NO_SITE_IN_IT, NO_SITES, NOT_THEN, Account
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import decimal_option, mirror_files, number, string_list, text
from signals.fetching.name_dates import NamedPeriod, named_period
from signals.fetching.physical_ranges import OutOfRange, bounds_of, file_name, rejected_outside
from signals.fetching.source_tables import no_rejections, read_source_table, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.climate.rain_layers import (
    RainLayer,
    incomplete_months,
    is_netcdf,
    months_of_parts,
    parts_in_months,
    rain_layers,
    without_overlaps,
)
from signals.sources.climate.rain_stations import STATION_COLUMNS, nearest_stations, read_stations
from signals.sources.land.valid_range import count_outside, ranged_raster
from suppliers.input_errors import DataRejectedError, NonExtractiveError

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

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
        adds="monthly rain and drought around every site",
    ),
    reach=Reach(by="location", latitudes=(-60.0, 60.0)),
    requests=(
        Requests(
            kilobytes=1,
            periods=Periods(
                option="first_year", default=1991, unit="first_year", every="month", earlier_years=1
            ),
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
)

TABLE = "stg_precipitation__site_month"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "precipitation_mm": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

_FOUND_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "precipitation_mm": pl.Float64(),
    "origin": pl.String(),
    "kind": pl.String(),
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

#: A raster mean needs data on at least this share of the ground around the site.
MINIMUM_COVERED_SHARE = 0.5

#: Packing may put rain this many mm below zero; it is then zero, and beyond it no data.
ROUNDING_MM = 0.01

_NOT_TAKEN = "of a month that is not whole, or of which other files say more"


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
    """Bring rain to sites: mean over the ground around each, or the nearest station's figure.

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
    from_rasters, refused, layers, periods = _from_rasters(rasters, shapes, unit, since, account)
    from_stations, refused_rows = _from_stations(tables, shapes, context, account)
    found = pl.concat([from_rasters, from_stations])
    most = (
        found.group_by("site_id", "kind")
        .len()
        .sort("site_id", "len", "kind", descending=[False, True, False])
        .unique("site_id", keep="first", maintain_order=True)
    )
    month_end = pl.col("month").dt.month_end()
    rows = (
        found.join(most, on=["site_id", "kind"], how="semi")
        .sort("site_id", "month", "origin")
        .unique(["site_id", "month"], keep="first", maintain_order=True)
        .with_columns(
            observed_to=month_end,
            published_on=month_end + pl.duration(days=CARD.publication_lag_days),
        )
        .select(list(SCHEMA))
    )
    _count_rasters(account, layers, periods, rows)
    return [Staged(TABLE, rows, pl.concat([refused, refused_rows]), account)]


def _count_rasters(
    account: Account, layers: Sequence[RainLayer], periods: pl.DataFrame, rows: pl.DataFrame
) -> None:
    """The outcome for rasters of which something was read; a month can be made of several."""
    of_month = periods.with_columns(month=pl.col("first").dt.month_start())
    kept = of_month.join(rows, on=["site_id", "month"], how="semi")["origin"].unique().to_list()
    every = periods["origin"].unique().to_list()
    for raw in {layer.raw: None for layer in layers}:
        otherwise = _NOT_TAKEN if raw.origin in every else NO_SITE_IN_IT
        account.note(raw, is_used=raw.origin in kept, otherwise=otherwise)


def _from_rasters(
    rasters: Sequence[RawFile],
    shapes: Sequence[SiteShape],
    unit: str | None,
    since: dt.date,
    account: Account,
) -> tuple[pl.DataFrame, pl.DataFrame, list[RainLayer], pl.DataFrame]:
    """Months of sites, what was rejected, the layers, and their means by site and period."""
    rejected = [no_rejections()]
    parts = parts_in_months(Path(raw.origin).name for raw in rasters)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found: list[RainLayer] = []
        for raw in rasters:
            if not shapes:
                account.leave_out(raw, NO_SITES)
                continue
            try:
                of_file = rain_layers(raw, unit, since, parts, folder)
                found += of_file
                if not of_file:
                    account.leave_out(raw, NOT_THEN)
            except DataRejectedError as error:
                _raise_if_remote(raw, error)
                rejected.append(rejected_file(raw, error))
        layers, overlapping = without_overlaps(found)
        rejected += [overlapping, incomplete_months(layers)]
        named = set(overlapping["source_file"])
        for raw in {one.raw: None for one in found if one not in layers}:
            if raw.origin not in named:
                account.leave_out(raw, _NOT_TAKEN)
        ranged: dict[str, str] = {}
        for layer in layers:
            try:
                bounds = (-ROUNDING_MM, bounds_of(_quantity(layer))[1])
                content = ranged_raster(layer.path, 1, bounds, layer.factor)
            except DataRejectedError as error:
                _raise_if_remote(layer.raw, error)
                rejected.append(rejected_file(layer.raw, error))
                continue
            path = folder / f"{len(list(folder.iterdir()))}.vrt"
            path.write_text(content, encoding="utf-8")
            ranged[layer.id] = str(path)
        means, unread = _means(ranged, {layer.id: layer.raw for layer in layers}, shapes)
        by_id = {layer.id: layer for layer in layers}
        for layer_id, fault in unread.items():
            raw = by_id[layer_id].raw
            _raise_if_remote(raw, fault)
            message = str(fault).replace(ranged[layer_id], by_id[layer_id].path)
            rejected.append(rejected_file(raw, DataRejectedError(message)))
        rejected.append(_out_of_range(means, by_id, shapes))
    known = pl.DataFrame(
        [(one.id, one.first, one.last, one.factor, one.raw.origin) for one in layers],
        schema={
            "layer": pl.String, "first": pl.Date, "last": pl.Date, "factor": pl.Float64,
            "origin": pl.String,
        },
        orient="row",
    )  # fmt: skip
    periods = (
        means.filter(
            pl.col("value").is_not_null(), pl.col("covered_share") >= MINIMUM_COVERED_SHARE
        )
        .join(known, on="layer", how="left", maintain_order="left")
        .with_columns(precipitation_mm=(pl.col("value") * pl.col("factor")).clip(lower_bound=0.0))
    )
    months = months_of_parts(periods).with_columns(kind=pl.lit("0 raster"))
    return months, pl.concat(rejected), layers, periods


def _quantity(layer: RainLayer) -> str:
    return "rain_of_day" if layer.days == 1 else "rain_of_month"


def _out_of_range(
    means: pl.DataFrame, layers: Mapping[str, RainLayer], shapes: Sequence[SiteShape]
) -> pl.DataFrame:
    reports = []
    for (layer_id,), measured in means.group_by("layer", maintain_order=True):
        layer = layers[str(layer_id)]
        outside = OutOfRange(file_name(layer.raw.origin), of="sites")
        count_outside(measured, layer.path, 1, shapes, layer.factor, _quantity(layer), outside)
        reports.append(outside)
    return rejected_outside(reports)


def _means(
    layers: Mapping[str, str], raws: Mapping[str, RawFile], shapes: Sequence[SiteShape]
) -> tuple[pl.DataFrame, dict[str, DataRejectedError]]:
    """Means of all layers at once; where one of a mirror cannot be read, of each by itself.

    Raises:
        SourceUnavailableError: one at an address cannot be read. A publisher that rejects requests
            is not asked for all the others.
    """
    from signals.zonal.zonal_statistics import weighted_mean_series

    try:
        return weighted_mean_series(layers, shapes), {}
    except DataRejectedError as error:
        for layer_id, path in layers.items():
            if path in str(error):
                _raise_if_remote(raws[layer_id], error)
        frames = [weighted_mean_series({}, shapes)]
        unread: dict[str, DataRejectedError] = {}
        for origin, path in layers.items():
            try:
                frames.append(weighted_mean_series({origin: path}, shapes))
            except DataRejectedError as error:
                unread[origin] = error
        return pl.concat(frames), unread


def _from_stations(
    tables: Sequence[RawFile],
    shapes: Sequence[SiteShape],
    context: PullContext,
    account: Account,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    radius_km = number(CARD.id, context.options, "station_radius_km", 50.0)
    drop = string_list(CARD.id, context.options, "drop")
    first_year = int(number(CARD.id, context.options, "first_year", 1991)) - 1
    found = [pl.DataFrame(schema=_FOUND_SCHEMA)]
    refused = [no_rejections()]
    for raw in tables:
        try:
            table, unread = read_source_table(
                Path(raw.path), STATION_COLUMNS, required=STATION_COLUMNS, drop=drop
            )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        declared = decimal_option(CARD.id, context.options)
        series, rejected = read_stations(table, Path(raw.origin).name, declared)
        refused += [unread, rejected]
        pairs = nearest_stations(series, shapes, radius_km)
        otherwise = NO_SITES if not shapes else "no station of it is near a site"
        account.note(raw, is_used=not pairs.is_empty(), otherwise=otherwise)
        found.append(
            pairs.join(series, on="station_id")
            .filter(pl.col("month").dt.year() >= first_year)
            .select(
                "site_id",
                "month",
                "precipitation_mm",
                pl.format("{} station {}", pl.lit(raw.origin), "station_id").alias("origin"),
                pl.lit("1 station").alias("kind"),
            )
        )
    return pl.concat(found), pl.concat(refused)


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


def _raise_if_remote(raw: RawFile, error: DataRejectedError) -> None:
    if raw.path.startswith("/vsi"):
        raise SourceUnavailableError(
            f"{raw.origin}: its pixels could not be read; run again later, or name a local copy "
            f"as sources.{CARD.id}.mirror."
        ) from error
