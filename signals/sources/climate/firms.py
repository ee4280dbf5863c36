"""Active fires around sites, from NASA FIRMS (MODIS and VIIRS).

A mirror holds FIRMS CSV files under their own names, of which the coverage is read (see
`firms_files`). At the address, with the key of `FIRMS_MAP_KEY`, the area API is asked in boxes of
10 degrees around the sites, five days a request, for the last `window_days` before the as-of date;
without the key the newest yearly archives of countries are read (see `firms_address`). Detections
of low confidence, and static sources such as gas flares where the file marks them, are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from signals.access import Access, AccessKind, Grid, Periods, Reach, Requests
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, string_list, text
from signals.fetching.source_tables import no_rejections
from signals.month_staging import read_changed
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import KeyMissingError
from signals.sources.climate.firms_address import area_files, boxes, country_archives
from signals.sources.climate.firms_months import CoveredAreas, rows_by_block
from signals.sources.climate.firms_reach import cells_within_reach
from signals.sources.climate.firms_reading import read_file
from signals.sources.climate.firms_sites import DETECTION_SCHEMA, Fires

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
    rows_by_month=True,
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
    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    least = number(CARD.id, context.options, "minimum_confidence", 30.0, above=-1.0)
    drop = string_list(CARD.id, context.options, "drop")
    sites = context.sites.filter(pl.col("has_measurable_location"))
    cells = cells_within_reach(sites, radius_km)
    lag = CARD.publication_lag_days
    known_to = context.as_of - dt.timedelta(days=lag)
    found = read_changed(
        files, lambda raw: read_file(raw, cells, least, drop), context.earlier, known_to, lag
    )
    areas = CoveredAreas.of(
        [(f.coverage.until(known_to), f.origin) for f in found.read if f.coverage is not None],
        found.is_staged,
    )
    in_files = pl.concat([pl.DataFrame(schema=DETECTION_SCHEMA), *(f.fires for f in found.read)])
    month = pl.col("acquired_at").dt.date().dt.month_start()
    fires = Fires.of(in_files.filter(found.is_staged(month)))
    rows = [
        pl.DataFrame(schema=SCHEMA),
        *rows_by_block(sites, radius_km, areas, fires, lag, found.standing),
    ]
    refused = pl.concat([no_rejections(), *(one.rejected for one in found.read)])
    account = Account.sum(found.accounts)
    return [Staged(TABLE, pl.concat(rows), refused, account, found.notes)]
