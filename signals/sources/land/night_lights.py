"""Night-time radiance around sites, from rasters of VIIRS, in nW cm-2 sr-1.

At the World Bank's open bucket (Light Every Night) the monthly composites of the same months of
each year are read in windows (`signals.sources.land.light_composites`). A mirror holds these, or
one GeoTIFF a year with the year in its name (Black Marble VNP46A4 or VIIRS annual: 2020, A2020001
or 20200101-20201231); at an address of yours the option `file` names them, such as
`lights_{year}.tif`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import text
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.light_composites import MONTHS, YEARS, is_monthly, pull_composites
from signals.sources.land.place_lights import stage_place_light
from signals.sources.land.site_means import pull_layers, stage_layers

CARD = SourceCard(
    id="night_lights",
    title="Night-time lights",
    publisher="World Bank and Earth Observation Group, or NASA Black Marble",
    url="https://registry.opendata.aws/wb-light-every-night",
    licence=Licence(
        id="ODbL-1.0",
        url="https://opendatacommons.org/licenses/odbl/1-0",
        redistributable=True,
        commercial_use=True,
        share_alike=True,
    ),
    held_by="World Bank, from the VIIRS day/night band",
    collection=Collection.REMOTE_SENSING,
    lineage=("viirs_day_night_band",),
    cadence="yearly",
    publication_lag_days=120,
    coverage="World, 15 arc seconds, from 2012",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL),
    citation=(
        "World Bank, Light Every Night. Elvidge et al. 2013, Why VIIRS data are superior to DMSP "
        "for mapping nighttime lights, Proceedings of the Asia-Pacific Advanced Network 35:62-69"
    ),
    form_verified=(
        "2026-11: bucket, listing, names of 2024 and licence in public code that reads them; not "
        "called live. Months after October 2024 are taken to be named alike"
    ),
    access=Access(
        adds="night-time radiance by year around every site and town",
    ),
    reach=Reach(by="location"),
    requests=(
        Requests(each=(YEARS + 2) * len(MONTHS), kilobytes=4),
        Requests(each=YEARS * len(MONTHS), kilobytes=1),
        Requests(each=YEARS * len(MONTHS) * 2, kilobytes=200, per="site", when="measure"),
    ),
    location_needed="town",
    is_isolated=True,
)

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff",
    path=(
        "composites/npp_202401_ops/"
        "DNB_npp_20240101-20240131_global_ecm-slcorr_v10_ops.avg_rade9.tif"
    ),
    is_part=True,
)

TABLE = "stg_night_lights__site_means"

FIRST_YEAR = 2012


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the rasters of the local folder, or of an address.

    With the option `file` the years since 2012 are asked for by that name, else the composites of
    the open bucket.
    """
    if context.mirror is None and context.url and not text(CARD.id, context.options, "file", ""):
        return pull_composites(CARD, context)
    years = range(FIRST_YEAR, context.as_of.year + 1)
    return pull_layers(CARD, context, [dt.date(year, 1, 1) for year in years])


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure, per raster, the mean around each site and the lit ground of the place around it.

    In monthly composites exactly 0 stands for ground that no cloud-free night showed.
    """
    monthly = bool(files) and all(is_monthly(raw.origin) for raw in files)
    fill = 0.0 if monthly else None
    means = stage_layers(
        CARD, TABLE, files, context, quantity="radiance", yearly=not monthly, fill=fill
    )
    return [*means, stage_place_light(CARD, files, context, fill=fill, yearly=not monthly)]
