"""Yearly land-cover maps at publishers' addresses: names of their files, tiles, and classes.

The addresses, names, classes and licences (both CC BY 4.0) are from public code that reads the
maps, of several authors, in 2026-11; nothing was called live.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signals.source import PullContext, RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError, StoppedEarlyError

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: The map of a year may be this many years late.
_LATE_YEARS = 3
#: Bands of eight degrees from 80 S; I and O are left out, and X has twelve degrees.
_BANDS = "CDEFGHJKLMNPQRSTUVWX"


@dataclass(frozen=True)
class LandCoverProduct:
    """One series of maps.

    Attributes:
        address: folder of the series.
        files: names below it, with `{year}`, `{next_year}` and `{tile}`, tried in turn.
        legend: group of each class; other values are ground without a class, such as clouds.
        box: west, south, east and north of what is mapped.
        is_tiled: one file for each zone and band of the Universal Transverse Mercator system.
    """

    address: str
    files: tuple[str, ...]
    legend: Mapping[int, str]
    box: tuple[float, float, float, float]
    is_tiled: bool


PRODUCTS = (
    LandCoverProduct(
        "https://lulctimeseries.blob.core.windows.net/lulctimeseriesv003",
        # Maps of 2024 and later are named by the last day of their year.
        (
            "lc{year}/{tile}_{year}0101-{next_year}0101.tif",
            "lc{year}/{tile}_{year}0101-{year}1231.tif",
        ),
        # 10 is clouds. Flooded vegetation, snow and rangeland have no group of their own.
        {1: "water", 2: "tree", 4: "other", 5: "crop", 7: "built", 8: "bare", 9: "other",
         11: "other"},
        (-180.0, -80.0, 180.0, 84.0),
        is_tiled=True,
    ),
    LandCoverProduct(
        "https://storage.googleapis.com/mapbiomas-public/initiatives/brasil/collection_10/lulc/"
        "coverage",
        ("brazil_coverage_{year}.tif",),
        {
            **dict.fromkeys((3, 6, 9, 49), "tree"),
            5: "mangrove",
            **dict.fromkeys((4, 11, 12, 21, 29, 32, 50), "other"),
            15: "pasture",
            **dict.fromkeys((20, 35, 39, 40, 41, 46, 47, 48, 62), "crop"),
            **dict.fromkeys((23, 25), "bare"),
            **dict.fromkeys((24, 75), "built"),
            30: "mining",
            31: "aquaculture",
            33: "water",
        },
        (-74.0, -34.0, -28.5, 5.5),
        is_tiled=False,
    ),
)  # fmt: skip


def product_at(address: str) -> LandCoverProduct | None:
    """The series that an address belongs to; None where it is another."""
    return next((one for one in PRODUCTS if address.startswith(one.address)), None)


def refer_newest_pair(
    source_id: str,
    product: LandCoverProduct,
    context: PullContext,
    span_years: int,
    shapes: Sequence[SiteShape],
) -> list[RawFile]:
    """Register the newest map of each tile with a site, and the one some years before it.

    Args:
        source_id: that the files belong to.
        product: the series.
        context: of the run.
        span_years: between the two maps.
        shapes: ground around the sites.

    Raises:
        SourceUnavailableError: the publisher does not answer, or has no two maps of any tile.
    """
    tiles = _tiles(product, shapes)
    newest = context.as_of.year - 1
    files: list[RawFile] = []
    for position, tile in enumerate(tiles):
        try:
            for year in range(newest, context.as_of.year - 2 - _LATE_YEARS, -1):
                after = _refer(source_id, product, context, tile, year)
                if after is None:
                    continue
                # Maps of a year come out for all tiles at once.
                newest = year
                before = _refer(source_id, product, context, tile, year - span_years)
                files += [] if before is None else [before, after]
                break
        except SourceUnavailableError as error:
            if not files:
                raise
            raise StoppedEarlyError(
                f"{source_id}: {position} of {len(tiles)} tiles were answered; {error}", files
            ) from error
    if tiles and not files:
        raise SourceUnavailableError(
            f"{product.address}: no two maps that lie {span_years} years apart, of "
            f"{context.as_of.year - 1 - _LATE_YEARS} to {context.as_of.year - 1}; run again later, "
            f"or name a local folder as sources.{source_id}.mirror."
        )
    return files


def _refer(
    source_id: str, product: LandCoverProduct, context: PullContext, tile: str, year: int
) -> RawFile | None:
    """The map of a tile and year under the first of its names that is there."""
    for pattern in product.files:
        name = pattern.format(tile=tile, year=year, next_year=year + 1)
        try:
            return context.store.refer(source_id, f"{product.address}/{name}", key=name, final=True)
        except NotPublishedError:
            continue
    return None


def _tiles(product: LandCoverProduct, shapes: Sequence[SiteShape]) -> list[str]:
    """Tiles that the ground around the sites touches; an empty name where there are none."""
    import shapely

    west, south, east, north = product.box
    inside = shapely.box(west, south, east, north)
    found: set[str] = set()
    for part in shapely.get_parts([shape.geometry for shape in shapes]):
        if not part.intersects(inside):
            continue
        if not product.is_tiled:
            return [""]
        left, bottom, right, top = part.intersection(inside).bounds
        found |= {utm_tile(x, y) for x in (left, right) for y in (bottom, top)}
    return sorted(found)


def utm_tile(longitude: float, latitude: float) -> str:
    """Zone and band of the Universal Transverse Mercator system, such as `48M`.

    Args:
        longitude: in degrees.
        latitude: in degrees, from 80 S to 84 N.
    """
    zone = min(math.floor((longitude + 180.0) / 6.0) + 1, 60)
    band = min(max(math.floor((latitude + 80.0) / 8.0), 0), len(_BANDS) - 1)
    return f"{zone:02d}{_BANDS[band]}"
