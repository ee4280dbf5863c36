"""NDVI around sites from Sentinel-2 scenes (level 2A), found by STAC.

At the address the collection `sentinel-2-c1-l2a` of earth-search is searched, whose offset is
stated correctly; a mirror holds item files with their assets beside them. Only the classes
vegetation, bare ground, water and unclassified of the scene classification count as clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signals.access import Access, Grid, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.stac_bands import Bands, BaselineOffset
from signals.sources.land.stac_scenes import pull_scenes, stage_scenes

CARD = SourceCard(
    id="sentinel2",
    title="Sentinel-2 surface reflectance",
    publisher="European Space Agency, Copernicus; catalogue by Element 84",
    url="https://earth-search.aws.element84.com/v1",
    licence=Licence(
        id="Copernicus-Sentinel",
        url="https://sentinels.copernicus.eu/documents/247904/690755/Sentinel_Data_Legal_Notice",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="European Space Agency",
    collection=Collection.REMOTE_SENSING,
    lineage=("sentinel2",),
    cadence="weekly",
    publication_lag_days=3,
    coverage="Land between 84 N and 56 S, 10 m, every 5 days from 2017",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation="Contains modified Copernicus Sentinel data.",
    access=Access(
        adds="greenness from 10 m scenes",
        off_because="it reads windows of every scene around every site",
    ),
    reach=Reach(by="location", latitudes=(-56.0, 84.0)),
    requests=(
        Requests(
            each=7, kilobytes=400, per="cell", grid=Grid(latitude=1, longitude=1, counts="touched")
        ),
        Requests(each=1500, kilobytes=60, per="site", when="measure"),
    ),
    is_isolated=True,
    hosts=(
        "e84-earth-search-sentinel-data.s3.us-west-2.amazonaws.com",
        "sentinel-cogs.s3.us-west-2.amazonaws.com",
        "sentinel2l2a01.blob.core.windows.net",
        "planetarycomputer.microsoft.com",
    ),
)

TABLE = "stg_sentinel2__site_ndvi"

#: Scene classification: vegetation, not vegetated, water, unclassified.
CLEAR_CLASSES = (4, 5, 6, 7)


def is_clear(classes: NDArray[Any]) -> NDArray[np.bool_]:
    """Which pixels of the scene classification are clear ground."""
    return np.isin(classes, CLEAR_CLASSES)


BANDS = Bands(
    collections=("sentinel-2-c1-l2a",),
    red=("red", "B04"),
    near_infrared=("nir", "B08"),
    mask=("scl", "SCL"),
    is_clear=is_clear,
    scale=0.0001,
    offset=0.0,
    shifted=BaselineOffset(baseline=4.0, offset=-0.1),
    may_be_negative=False,
)


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json", path="collections/sentinel-2-c1-l2a", holds=("id", "extent.temporal")
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register item files of the mirror, or search the catalogue around the sites."""
    return pull_scenes(CARD, BANDS, context)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean NDVI of clear ground around each site and day."""
    return stage_scenes(CARD, TABLE, BANDS, files, context)
