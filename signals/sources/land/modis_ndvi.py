"""NDVI around sites every 16 days, from MODIS (MOD13Q1).

A mirror holds one GeoTIFF a date with the date in its name, such as A2013273 or 2013-09-30; at an
address of yours the option `file` names them, such as `MOD13Q1.A{year}{day_of_year:03d}.tif`. Of
the web service of ORNL DAAC subsets around the sites are asked (see `modis_subsets`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

from signals.access import Access, AccessKind, Periods, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import number, text
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.modis_subsets import BAND, HOST, PRODUCT, pull_subsets, stage_subsets
from signals.sources.land.site_means import pull_layers, stage_layers

CARD = SourceCard(
    id="modis_ndvi",
    title="MODIS vegetation index, 16-day",
    publisher="NASA LP DAAC",
    url="https://lpdaac.usgs.gov/products/mod13q1v061",
    licence=Licence(
        id="NASA-open",
        url="https://www.earthdata.nasa.gov/engage/open-data-services-software-policies",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="NASA, from the MODIS instruments",
    collection=Collection.REMOTE_SENSING,
    lineage=("modis",),
    cadence="weekly",
    publication_lag_days=14,
    coverage="World, 250 m, every 16 days from 2000",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL),
    citation=(
        "Didan 2021, MODIS/Terra Vegetation Indices 16-Day L3 Global 250m V061, "
        "doi 10.5067/MODIS/MOD13Q1.061"
    ),
    form_verified=(
        "2026-11: parameters, fields and the limit of ten composites of the ORNL web service in "
        "public clients and the package MODISTools; not called live"
    ),
    access=Access(
        kind=AccessKind.FREE_ACCOUNT,
        register_at="https://urs.earthdata.nasa.gov/users/new",
        price="free",
        waiting_time="minutes; an order of files takes hours",
        adds=(
            "greenness every 16 days, downloaded through AppEEARS; or without an account from the "
            "web service of ORNL, three requests a site and year"
        ),
        off_because="its web service takes 27 requests a site, one every 4 s: 15 hours for 500",
    ),
    requests=(
        Requests(
            each=3,
            kilobytes=80,
            per="site",
            periods=Periods(option="years", default=8, unit="years", every="year", and_more=1),
        ),
    ),
    is_isolated=True,
)

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path=(
        f"{PRODUCT}/subset?latitude=-7.1&longitude=107.3&band={BAND}"
        "&startDate=A2024001&endDate=A2024017&kmAboveBelow=1&kmLeftRight=1"
    ),
    holds=(
        "nrows",
        "ncols",
        "cellsize",
        "subset.0.band",
        "subset.0.calendar_date",
        "subset.0.data",
    ),
    headers={"Accept": "application/json"},
    only_at=f"https://{HOST}/",
)

TABLE = "stg_modis_ndvi__site_means"

#: They begin on day 1 of every year.
COMPOSITES_A_YEAR = 23


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the rasters of the local folder, or of an address for the last `years` (8)."""
    years = int(number(CARD.id, context.options, "years", 8.0))
    if _is_service(context):
        return pull_subsets(
            CARD, context, years, number(CARD.id, context.options, "radius_km", 5.0)
        )
    first = context.as_of.year - years
    composites = [
        dt.date(year, 1, 1) + dt.timedelta(days=16 * place)
        for year in range(first, context.as_of.year + 1)
        for place in range(COMPOSITES_A_YEAR)
    ]
    days = [day for day in composites if day <= context.as_of]
    return pull_layers(CARD, context, days)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean around each site, per raster or composite."""
    if _is_service(context):
        radius_km = number(CARD.id, context.options, "radius_km", 5.0)
        least = number(CARD.id, context.options, "minimum_covered_share", 0.5)
        return stage_subsets(CARD, TABLE, files, context, radius_km, least)
    return stage_layers(CARD, TABLE, files, context, quantity="modis_ndvi", days=16)


def _is_service(context: PullContext) -> bool:
    """Whether the address is that of the web service."""
    return (
        context.mirror is None
        and urlsplit(context.url).hostname == HOST
        and not text(CARD.id, context.options, "file", "")
    )
