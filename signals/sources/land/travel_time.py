"""Minutes of travel to the nearest city of 50,000 people, around sites (Weiss et al. 2018).

At the publisher's Web Coverage Service boxes of two degrees around the sites are asked for, once:
the map does not change. A mirror holds the raster with its year in the name, in minutes; at an
address of yours the option `file` names it, such as `travel_time_{year}.tif`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import polars as pl

from signals.access import Access, Grid, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import number, text
from signals.fetching.partial_pull import fetch_each
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
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL),
    citation=(
        "Weiss et al. 2018, A global map of travel time to cities to assess inequalities in "
        "accessibility in 2015, Nature 553:333-336"
    ),
    form_verified=(
        "2026-11: service, coverage, axes, format, type and no-data value in public code that "
        "reads it, of several authors; not called live"
    ),
    access=Access(
        adds="minutes to the nearest city, for the remoteness of every site",
    ),
    reach=Reach(by="location", latitudes=(-60.0, 85.0)),
    requests=(
        Requests(kilobytes=260, per="cell", grid=Grid(latitude=2, longitude=2, counts="centre")),
    ),
    is_isolated=True,
)

TABLE = "stg_travel_time__site_means"

#: Of the map.
YEAR = 2015

_COVERAGE = "Accessibility__201501_Global_Travel_Time_to_Cities"
_REQUEST = (
    f"service=WCS&version=2.0.1&request=GetCoverage&format=image/geotiff&coverageId={_COVERAGE}"
)
#: Side of a box in degrees. Boxes lie on multiples of it, so that the store has most of those of a
#: changed list.
_BOX = 2
_SOUTH, _NORTH = -60.0, 85.0
_KM_PER_DEGREE = 111.0

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff",
    path=f"?{_REQUEST}&subset=Long(106.5,107)&subset=Lat(-6.5,-6)",
    only_at="https://data.malariaatlas.org/",
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the raster of the local folder or of an address, or boxes of the service.

    Raises:
        StoppedEarlyError: the service stopped answering after some boxes.
        SourceUnavailableError: it does not answer, or neither folder nor address is set.
        UsageError: the mirror does not exist, or an option cannot be used.
    """
    if context.mirror is not None or not context.url or text(CARD.id, context.options, "file", ""):
        return pull_layers(CARD, context, [dt.date(YEAR, 1, 1)])
    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    root = context.url.rstrip("/")
    wanted = boxes(context.sites, radius_km)
    absent = (
        f"{root}: the service has no coverage {_COVERAGE}; name a local copy as "
        f"sources.{CARD.id}.mirror."
    )
    return fetch_each(
        CARD.id,
        wanted,
        lambda subset: iter(
            [
                context.store.download(
                    CARD.id, f"{root}?{_REQUEST}&{subset}", key=subset, expect="tiff", headers={},
                    final=True,
                )
            ]
        ),
        absent=absent,
    )  # fmt: skip


def boxes(sites: pl.DataFrame, radius_km: float) -> list[str]:
    """Subsets of the service that hold the ground around all sites, one for each box with a site.

    A box is widened by the radius, so that the ground of a site at its edge is inside.

    Args:
        sites: columns of `stg_sites`.
        radius_km: of the circle around a point.
    """
    import shapely

    from signals.zonal.site_outlines import site_shapes

    cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    # Ground that goes round the 180th meridian has a part on either side.
    parts = shapely.get_parts([shape.geometry for shape in site_shapes(sites, radius_km)])
    for part in parts:
        centre = part.centroid
        if _SOUTH <= centre.y <= _NORTH:
            cell = (math.floor(centre.y / _BOX), math.floor(centre.x / _BOX))
            cells.setdefault(cell, []).append(part.bounds)
    found = []
    for (row, column), inside in sorted(cells.items()):
        least = radius_km / _KM_PER_DEGREE
        farthest = min(max(abs(row * _BOX), abs((row + 1) * _BOX)), _NORTH)
        across = least / math.cos(math.radians(farthest))
        wests, souths, easts, norths = zip(*inside, strict=True)
        # Outlines may be larger than the circle around a point.
        west = min(column * _BOX - across, *wests)
        east = max((column + 1) * _BOX + across, *easts)
        south = min(row * _BOX - least, *souths)
        north = max((row + 1) * _BOX + least, *norths)
        found.append(
            f"subset=Long({max(_down(west), -180):g},{min(_up(east), 180):g})"
            f"&subset=Lat({max(_down(south), _SOUTH):g},{min(_up(north), _NORTH):g})"
        )
    return found


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure the mean around each site, per raster."""
    is_service = bool(files) and all(_COVERAGE in raw.origin for raw in files)
    year = (dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
    return stage_layers(
        CARD, TABLE, files, context, quantity="travel_minutes", dates=year if is_service else None
    )


def _down(degrees: float) -> float:
    """The tenth of a degree below: boxes begin where pixels do."""
    return math.floor(round(degrees * 10, 6)) / 10


def _up(degrees: float) -> float:
    return math.ceil(round(degrees * 10, 6)) / 10
