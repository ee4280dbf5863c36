"""NDVI around sites from Landsat scenes (collection 2, level 2), found by STAC.

At the address the collection `landsat-c2-l2` is searched, whose pixels are held where the reader
pays; a mirror holds item files with their assets beside them. Fill, clouds (dilated too), their
shadows, cirrus and snow of the quality bits do not count as clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signals.access import Access, AccessKind, Grid, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.stac_bands import Bands
from signals.sources.land.stac_scenes import pull_scenes, stage_scenes

CARD = SourceCard(
    id="landsat",
    title="Landsat surface reflectance",
    publisher="United States Geological Survey; catalogue by Element 84",
    url="https://earth-search.aws.element84.com/v1",
    licence=Licence(
        id="US-public-domain",
        url="https://www.usgs.gov/information-policies-and-instructions/copyrights-and-credits",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="United States Geological Survey",
    collection=Collection.REMOTE_SENSING,
    lineage=("landsat",),
    cadence="weekly",
    publication_lag_days=20,
    coverage="Land, 30 m, every 8 to 16 days from 1984",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation="Landsat-7 and -8 images courtesy of the U.S. Geological Survey.",
    access=Access(
        kind=AccessKind.PAID,
        register_at="https://aws.amazon.com/premiumsupport/knowledge-center/create-and-activate-aws-account/",
        price="the transfer is charged to your AWS account",
        waiting_time="a day",
        adds="greenness from 30 m scenes since 1982",
    ),
    reach=Reach(by="location"),
    requests=(
        Requests(
            each=7, kilobytes=400, per="cell", grid=Grid(latitude=1, longitude=1, counts="touched")
        ),
        Requests(each=1500, kilobytes=30, per="site", when="measure"),
    ),
    is_isolated=True,
    hosts=(
        "usgs-landsat.s3.us-west-2.amazonaws.com",
        "landsatlook.usgs.gov",
        "landsateuwest.blob.core.windows.net",
        "planetarycomputer.microsoft.com",
    ),
)

TABLE = "stg_landsat__site_ndvi"

#: Bits of QA_PIXEL: fill, dilated cloud, cirrus, cloud, cloud shadow, snow.
CLOUDED_BITS = 0b111111


def is_clear(quality: NDArray[Any]) -> NDArray[np.bool_]:
    """Which pixels of the quality band are clear ground."""
    return np.asarray((quality & CLOUDED_BITS) == 0)


BANDS = Bands(
    collections=("landsat-c2-l2",),
    red=("red", "SR_B4"),
    near_infrared=("nir08", "SR_B5"),
    mask=("qa_pixel", "QA_PIXEL"),
    is_clear=is_clear,
    scale=2.75e-5,
    offset=-0.2,
)


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="json", path="collections/landsat-c2-l2", holds=("id", "extent.temporal"))


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register item files of the mirror, or search the catalogue around the sites."""
    return pull_scenes(CARD, BANDS, context)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean NDVI of clear ground around each site and day."""
    return stage_scenes(CARD, TABLE, BANDS, files, context)
