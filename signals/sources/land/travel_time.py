"""Minutes of travel to the nearest city of 50,000 people, around sites (Weiss et al. 2018).

A mirror holds the raster with its year in the name, in minutes; at an address of yours the option
`file` names it, such as `travel_time_{year}.tif`.
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
    id="travel_time",
    title="Travel time to the nearest city",
    publisher="Malaria Atlas Project",
    url="https://malariaatlas.org/project-resources/accessibility-to-cities",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="University of Oxford and Google, from roads, land cover and rivers",
    collection=Collection.REMOTE_SENSING,
    lineage=("road_maps",),
    cadence="once",
    publication_lag_days=743,
    coverage="Land between 85 N and 60 S, 1 km, for 2015",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation=(
        "Weiss et al. 2018, A global map of travel time to cities to assess inequalities in "
        "accessibility in 2015, Nature 553:333-336"
    ),
    access=Access(
        adds="minutes to the nearest city, a part of isolation",
    ),
)

TABLE = "stg_travel_time__site_means"

#: Of the map.
YEAR = 2015


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the raster of the local folder, or of an address."""
    return pull_layers(CARD, context, [dt.date(YEAR, 1, 1)])


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean around each site, per raster."""
    return stage_layers(CARD, TABLE, files, context, quantity="travel_minutes")
