"""Night-time radiance around sites, from yearly rasters (Black Marble VNP46A4, or VIIRS annual).

A mirror holds one GeoTIFF a year with the year in its name (2020, A2020001 or 20200101-20201231),
in nW cm-2 sr-1; at an address of yours the option `file` names them, such as `lights_{year}.tif`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from signals.access import Access
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.site_means import pull_layers, stage_layers

CARD = SourceCard(
    id="night_lights",
    title="Night-time lights by year",
    publisher="NASA Black Marble or Earth Observation Group",
    url="https://blackmarble.gsfc.nasa.gov",
    licence=Licence(
        id="NASA-open",
        url="https://www.earthdata.nasa.gov/engage/open-data-services-software-policies",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="NASA, from the VIIRS day/night band",
    collection=Collection.REMOTE_SENSING,
    lineage=("viirs_day_night_band",),
    cadence="yearly",
    publication_lag_days=120,
    coverage="World, 15 arc seconds, from 2012",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation=(
        "Roman et al. 2018, NASA Black Marble nighttime lights product suite, Remote Sensing of "
        "Environment 210:113-143"
    ),
    access=Access(
        adds="night-time radiance by year around every site",
    ),
    location_needed="town",
)

TABLE = "stg_night_lights__site_means"

FIRST_YEAR = 2012


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the rasters of the local folder, or of an address for the years since 2012."""
    years = range(FIRST_YEAR, context.as_of.year + 1)
    return pull_layers(CARD, context, [dt.date(year, 1, 1) for year in years])


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean around each site, per raster."""
    return stage_layers(CARD, TABLE, files, context, quantity="radiance", yearly=True)
