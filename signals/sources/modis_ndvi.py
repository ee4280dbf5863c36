"""NDVI around sites every 16 days, from MODIS (MOD13Q1).

A mirror holds one GeoTIFF a date with the date in its name, such as A2013273 or 2013-09-30.
"""

from __future__ import annotations

from collections.abc import Sequence

from signals.card import Collection, Licence, SourceCard
from signals.source import PullContext, RawFile, Staged
from signals.sources.site_means import pull_layers, stage_layers

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
    citation=(
        "Didan 2021, MODIS/Terra Vegetation Indices 16-Day L3 Global 250m V061, "
        "doi 10.5067/MODIS/MOD13Q1.061"
    ),
)

TABLE = "stg_modis_ndvi__site_means"


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the rasters of the local folder."""
    return pull_layers(CARD, context)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean around each site, per raster."""
    return stage_layers(CARD, TABLE, files, context, days=16)
