"""Residents around sites, from WorldPop's yearly maps of residents per pixel.

At the publisher's address the world map of 1 km is read in windows: that of the last year over. A
mirror holds such maps with the year in their names, of the world or of countries; at an address of
yours the option `file` names them, such as `residents_{year}.tif`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import text
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.land.places import PLACE_RADIUS_KM, at_centres
from signals.sources.land.site_means import pull_layers, stage_layers

CARD = SourceCard(
    id="worldpop",
    title="Residents by square kilometre",
    publisher="WorldPop, University of Southampton",
    url="https://hub.worldpop.org/project/categories?id=3",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="WorldPop, from censuses, projections and maps of settlements",
    collection=Collection.PUBLIC_RECORD,
    lineage=("census",),
    cadence="yearly",
    publication_lag_days=0,
    coverage="Land between 84 N and 60 S, 1 km, 2015 to 2030",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL),
    citation=(
        "WorldPop, University of Southampton: Global 2015-2030 gridded population, release "
        "R2025A, doi 10.5258/SOTON/WP00839"
    ),
    form_verified=(
        "2026-11: names of the releases R2025A and R2024B, years, size, unit, grid and licence in "
        "public code that reads them, of several authors; not called live. The layout of the "
        "file's blocks is not known: windows are taken to cost as strips of one row do"
    ),
    access=Access(
        adds="residents within 10 km of every site and town, for light per resident",
    ),
    reach=Reach(by="location", latitudes=(-60.0, 84.0)),
    requests=(
        Requests(kilobytes=0),
        Requests(kilobytes=400, when="measure"),
        Requests(kilobytes=400, per="site", when="measure"),
    ),
    location_needed="town",
    is_isolated=True,
)

TABLE = "stg_worldpop__place_residents"

FIRST_YEAR, LAST_YEAR = 2015, 2030

#: Names of the world map adjusted to national totals of the United Nations, newest release first.
_MAPS = tuple(
    f"Global_2015_2030/{release}/{{year}}/0_Mosaicked/v1/{folder}/constrained/"
    f"global_pop_{{year}}_CN_1km_{release}{mark}_v1.tif"
    for release, folder, mark in (("R2025A", "1km_ua", "_UA"), ("R2024B", "1km", ""))
)
_NAME = re.compile(r"_pop_(20[1-3]\d)_[A-Z]{2}_\w+_(R20\d\d[A-Z])(?:_UA)?_v\d\.tif$")
#: First day on which maps of a release were known, for years before it and after it.
_RELEASED = {"R2024B": dt.date(2025, 5, 1), "R2025A": dt.date(2025, 9, 30)}

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff", path=_MAPS[0].format(year=2025), otherwise=(_MAPS[1].format(year=2025),),
    is_part=True,
)  # fmt: skip


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the maps of the local folder or of an address, or the map of the last year.

    Raises:
        SourceUnavailableError: the publisher has no map of the year, or does not answer.
        UsageError: the mirror does not exist, or an option cannot be used.
    """
    year = min(max(context.as_of.year - 1, FIRST_YEAR), LAST_YEAR)
    if context.mirror is not None or not context.url or text(CARD.id, context.options, "file", ""):
        days = [dt.date(one, 1, 1) for one in range(FIRST_YEAR, year + 1)]
        return pull_layers(CARD, context, days)
    root = context.url.rstrip("/")
    for pattern in _MAPS:
        name = pattern.format(year=year)
        try:
            return [context.store.refer(CARD.id, f"{root}/{name}", key=Path(name).name, final=True)]
        except NotPublishedError:
            continue
    raise SourceUnavailableError(
        f"{root}: no map of {year} in the releases R2025A and R2024B; name a local copy as "
        f"sources.{CARD.id}.mirror."
    )


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Add up the residents of the place of each site, per map.

    Options: `radius_km` of the place (10), `minimum_covered_share`.
    """
    radius_km = context.options.get("radius_km", PLACE_RADIUS_KM)
    places = replace(at_centres(context), options={**context.options, "radius_km": radius_km})
    found = stage_layers(
        CARD, TABLE, files, places, quantity="residents", yearly=True, amounts=True
    )
    return [replace(one, rows=_released(one.rows)) for one in found]


def _released(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, none of them published before the release that its map belongs to."""
    days = {
        origin: _RELEASED[match[2]]
        for origin in rows["origin"].unique()
        if (match := _NAME.search(origin)) is not None and match[2] in _RELEASED
    }
    released = pl.col("origin").replace_strict(days, default=None, return_dtype=pl.Date)
    return rows.with_columns(published_on=pl.max_horizontal("published_on", released))
