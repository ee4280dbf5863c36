"""Active fires around sites, from NASA FIRMS (MODIS and VIIRS).

A mirror holds FIRMS CSV files under their own names, of which the coverage is read (see
`firms_files`). At the address, with the key of `FIRMS_MAP_KEY`, the area API is asked in boxes of
10 degrees around the sites, five days a request, for the last `window_days` before the as-of date;
without the key the newest yearly archives of countries are read (see `firms_address`). Detections
of low confidence, and static sources such as gas flares where the file marks them, are left out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from signals.access import Access, AccessKind, Grid, Periods, Reach, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import KeyMissingError
from signals.sources.climate.firms_address import area_files, boxes, country_archives
from signals.sources.climate.firms_files import (
    COLUMNS,
    REQUIRED,
    Coverage,
    coverage_of,
    read_detections,
)
from signals.sources.climate.firms_sites import DETECTION_SCHEMA, covered_days_of, near_sites
from suppliers.input_errors import DataRejectedError, NonExtractiveError

CARD = SourceCard(
    id="firms",
    title="FIRMS active fire detections",
    publisher="NASA LANCE / FIRMS",
    url="https://firms.modaps.eosdis.nasa.gov/api/area/csv",
    licence=Licence(
        id="NASA-open",
        url="https://www.earthdata.nasa.gov/engage/open-data-services-software-policies",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="NASA, from the MODIS and VIIRS instruments",
    collection=Collection.REMOTE_SENSING,
    lineage=("modis_thermal", "viirs_thermal"),
    cadence="daily",
    publication_lag_days=1,
    coverage="World, 375 m (VIIRS) or 1 km (MODIS), from 2000",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="NASA FIRMS, https://earthdata.nasa.gov/firms",
    form_verified=(
        "2026-11: area API, availability table, quota sentences and country archives in public "
        "clients and their records of real calls of 2026; not called live"
    ),
    access=Access(
        kind=AccessKind.FREE_KEY,
        variables=("FIRMS_MAP_KEY",),
        required=False,
        register_at="https://firms.modaps.eosdis.nasa.gov/api/map_key/",
        price="free",
        waiting_time="minutes, by e-mail",
        adds="active fires up to the last days; without a key, only archives of past years",
    ),
    reach=Reach(by="location"),
    requests=(
        Requests(kilobytes=2, key="with"),
        Requests(
            kilobytes=60,
            per="cell",
            grid=Grid(latitude=10, longitude=10, counts="centre"),
            periods=Periods(
                option="window_days", default=365, unit="days", every="5 days", and_more=1
            ),
            key="with",
        ),
        Requests(
            kilobytes=8000,
            per="country",
            periods=Periods(option="window_days", default=365, unit="days", every="year"),
            key="without",
        ),
    ),
    has_yearly_archives=True,
)

TABLE = "stg_firms__site_fires"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "covered_days": pl.Float64(),
    "detections": pl.Int32(),
    "night_detections": pl.Int32(),
    "area_km2": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="csv",
    path="../../data_availability/csv/{FIRMS_MAP_KEY}/ALL",
    holds=("data_id", "min_date", "max_date"),
    without_key=("../../../data/country/viirs-jpss1/<year>/viirs-jpss1_<year>_Indonesia.csv"),
    days_before=730,
)


#: Whose months are joined and sorted at a time.
_SITES_AT_A_TIME = 20_000


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the mirror's files, ask the area API, or without a key read country archives.

    Raises:
        StoppedEarlyError: the quota ended, or the publisher stopped answering, in the middle.
        SourceUnavailableError: the publisher cannot be reached, holds no day of the window, or
            nothing is in the mirror.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        words = ("modis", "viirs", "fire", "firms")
        patterns = [f"*{word}*.csv*" for word in words]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    days = int(number(CARD.id, context.options, "window_days", 365.0))
    last = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    window = (last - dt.timedelta(days=days - 1), last)
    product = text(CARD.id, context.options, "product", "")
    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    try:
        return area_files(context, CARD.id, window, product, boxes(context.sites, radius_km))
    except KeyMissingError as error:
        return country_archives(context, CARD.id, window, error)


def day_cut(day: dt.date) -> dt.date | None:
    """What of a run's day the rows depend on beside their publication: the month it cuts, if any.

    Rows are of months; where the last day published ends a month, a later staging has the same.
    """
    last = day - dt.timedelta(days=CARD.publication_lag_days)
    return None if (last + dt.timedelta(days=1)).day == 1 else last


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Count detections around each site by month, with the days covered.

    Only days published by the as-of date count, so that a month cut by it keeps its known days.
    A site no file covers gets no row. A fire reported by two files counts once.

    Raises:
        NonExtractiveError: a file holds data about persons.
    """
    from signals.zonal.site_outlines import areas_ha, site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    least = number(CARD.id, context.options, "minimum_confidence", 30.0, above=-1.0)
    drop = string_list(CARD.id, context.options, "drop")
    shapes = site_shapes(context.sites, radius_km)
    area_km2 = areas_ha([shape.geometry for shape in shapes]) / 100.0 if shapes else np.empty(0)
    grounds = pl.DataFrame(
        {"site_id": [shape.site_id for shape in shapes], "area_km2": area_km2},
        schema={"site_id": pl.String, "area_km2": pl.Float64},
    ).with_columns(radius_km=(pl.col("area_km2") / math.pi).sqrt())
    coverages: list[tuple[Coverage, str]] = []
    found = [pl.DataFrame(schema=DETECTION_SCHEMA)]
    refused = [no_rejections()]
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        try:
            table, unread = read_source_table(
                Path(raw.path), COLUMNS, required=REQUIRED, drop=drop, where=name
            )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        detections, bad = read_detections(table, name)
        rejected = pl.concat([unread, bad])
        refused.append(rejected)
        try:
            coverage = coverage_of(name, raw.key, detections)
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        coverages.append((coverage, raw.origin))
        # A file without any fire says that there was none on its days.
        account.use(raw)
        sure = detections.filter(pl.col("confidence") >= least)
        fires = sure.filter(pl.col("type") == 0)
        beyond = {
            "below the confidence asked for": detections.height - sure.height,
            "no fire of vegetation": sure.filter(pl.col("type") != 0).height,
        }
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(table, unread),
            used=fires.height,
            rejected=rows_by_rule(rejected),
            out_of_scope=beyond,
        )
        found.append(fires.select(list(DETECTION_SCHEMA)))
    known_to = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    countries = dict(context.sites.select("site_id", "country_iso3").iter_rows())
    places, covered = covered_days_of(coverages, shapes, countries)
    days = (
        covered.filter(pl.col("day") <= known_to)
        .group_by("place", "day")
        .agg(pl.col("share").max(), pl.col("origin").min())
    )
    rows = _by_month(places, days, near_sites(pl.concat(found), shapes), grounds)
    return [Staged(TABLE, rows, pl.concat(refused), account)]


def _by_month(
    places: pl.DataFrame, days: pl.DataFrame, fires: pl.DataFrame, grounds: pl.DataFrame
) -> pl.DataFrame:
    """Columns of the table, by site and month.

    Args:
        places: site_id, place.
        days: place, day, share, origin; each day of a place once.
        fires: site_id, day, is_night; those on days that nothing covers do not count.
        grounds: site_id, area_km2, radius_km.
    """
    month = pl.col("day").dt.month_start().alias("month")
    counts = (
        fires.join(places, on="site_id")
        .join(days, on=["place", "day"], how="semi")
        .group_by("site_id", month)
        .agg(
            detections=pl.len().cast(pl.Int32),
            night_detections=pl.col("is_night").sum().cast(pl.Int32),
        )
    )
    months = (
        days.sort("place", "day")
        .group_by("place", month, maintain_order=True)
        .agg(
            covered_days=pl.col("share").sum(),
            origin=pl.col("origin").min(),
            observed_to=pl.col("day").max(),
        )
    )
    sites = places.sort("site_id")
    parts = [
        _of_sites(part, months, counts, grounds)
        for part in (sites.head(0), *sites.iter_slices(_SITES_AT_A_TIME))
    ]
    return pl.concat(parts)


def _of_sites(
    places: pl.DataFrame, months: pl.DataFrame, counts: pl.DataFrame, grounds: pl.DataFrame
) -> pl.DataFrame:
    """`_by_month` of some sites: the rows of all of them are not joined and sorted at once."""
    lag = pl.duration(days=CARD.publication_lag_days)
    return (
        places.join(months, on="place")
        .join(counts, on=["site_id", "month"], how="left")
        .with_columns(pl.col("detections", "night_detections").fill_null(0))
        .sort("site_id", "month")
        .join(grounds, on="site_id", how="left", maintain_order="left")
        .with_columns(published_on=pl.col("observed_to") + lag)
        .select(list(SCHEMA))
    )
