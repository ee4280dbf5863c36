"""Surface water gained and lost around sites since 1984: Global Surface Water (Pekel et al. 2016).

At the publisher's address the tiles of ten degrees of the layer `transitions` are read in windows:
of version 1.5 (1984 to 2024), else of 1.4 (1984 to 2021). A mirror holds such tiles under their
names. Each pixel of 30 m has the change between the first and the last year in which it was seen.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from signals.access import Access, Grid, Reach, Requests
from signals.account import NO_SITE_IN_IT, NO_SITES, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.land.dated_rasters import raise_if_remote
from signals.sources.land.ten_degree_tiles import corners_of
from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

CARD = SourceCard(
    id="surface_water",
    title="Surface water gained and lost",
    publisher="European Commission, Joint Research Centre",
    url="https://global-surface-water.appspot.com/download",
    licence=Licence(
        id="Copernicus, free with attribution",
        url="https://global-surface-water.appspot.com/download",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="JRC and Google, from all Landsat scenes since 1984",
    collection=Collection.REMOTE_SENSING,
    lineage=("landsat",),
    cadence="once",
    publication_lag_days=365,
    coverage="Land between 80 N and 60 S, 30 m, 1984 to 2024",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation=(
        "Pekel et al. 2016, High-resolution mapping of global surface water and its long-term "
        "changes, Nature 540:418-422. Source: EC JRC/Google"
    ),
    form_verified=(
        "2026-11: buckets, names and classes of versions 1.5 and 1.4 in public code that reads "
        "them, of several authors; not called live. Blocks are taken to be of 512 pixels"
    ),
    access=Access(
        adds="water lost around every site since 1984",
    ),
    reach=Reach(by="location", latitudes=(-60.0, 80.0)),
    requests=(
        Requests(kilobytes=0, per="cell", grid=Grid(latitude=10, longitude=10, counts="touched")),
        Requests(
            each=2, kilobytes=80, per="cell", when="measure",
            grid=Grid(latitude=10, longitude=10, counts="touched"),
        ),
        Requests(each=1.5, kilobytes=6, per="site", when="measure"),
    ),
    is_isolated=True,
)  # fmt: skip

TABLE = "stg_surface_water__site_water"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "kept_ha": pl.Float64(),
    "lost_ha": pl.Float64(),
    "reduced_ha": pl.Float64(),
    "gained_ha": pl.Float64(),
    "ground_ha": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_from": pl.Date(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}


@dataclass(frozen=True)
class _Version:
    """One version: its name in file names, its folder, and the last year that it describes."""

    mark: str
    folder: str
    last_year: int


_VERSIONS = (
    _Version("_v1_5_2024", "water-world/download2024/VER1-5/transitions", 2024),
    _Version("v1_4_2021", "global-surface-water/downloads2021/transitions", 2021),
)
_NAME = re.compile(r"^transitions_\d{1,3}[EW]_\d{1,2}[NS]_?v\d_\d_(20\d\d)\.tif$")

#: Codes of the layer. 9 and 10 are water of some years between; 0 is ground without water.
_CLASSES: Mapping[str, tuple[int, ...]] = {
    "kept_ha": (1, 4, 7),
    "lost_ha": (3, 6),
    "reduced_ha": (8,),
    "gained_ha": (2, 5),
}
_FIRST_DAY = dt.date(1984, 3, 16)
#: North edges of the southernmost and northernmost tiles.
_LOWEST_TOP, _HIGHEST_TOP = -50, 80
_MEASURED: dict[str, pl.DataType] = {
    name: SCHEMA[name] for name in ("site_id", *_CLASSES, "ground_ha")
}

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff",
    path=f"{_VERSIONS[0].folder}/transitions_100E_0N{_VERSIONS[0].mark}.tif",
    otherwise=(f"{_VERSIONS[1].folder}/transitions_100E_0N{_VERSIONS[1].mark}.tif",),
    is_part=True,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tiles of the local folder, or those of the address around the sites.

    Tiles of the sea do not exist; one that is missing is left out.

    Raises:
        SourceUnavailableError: the publisher does not answer, neither folder nor address is set,
            or no tile of any site is there.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, ["transitions_*.tif"], context.options)
        return [context.store.keep(CARD.id, path, key=path.stem) for path in paths]
    if not context.url:
        raise SourceUnavailableError(
            f"{CARD.id}: its tiles are read from a local folder, sources.{CARD.id}.mirror, or "
            "from an address; name one of them."
        )
    wanted = tiles(context.sites, number(CARD.id, context.options, "radius_km", 5.0))
    root = context.url.rstrip("/")
    for version in _VERSIONS:
        files = []
        for tile in wanted:
            name = f"transitions_{tile}{version.mark}.tif"
            try:
                url = f"{root}/{version.folder}/{name}"
                files.append(context.store.refer(CARD.id, url, key=name, final=True))
            except NotPublishedError:
                continue
        if files:
            return files
    if wanted:
        raise SourceUnavailableError(
            f"{root}: no tile of versions 1.5 and 1.4 for {', '.join(wanted[:3])}; name a local "
            f"copy as sources.{CARD.id}.mirror."
        )
    return []


def tiles(sites: pl.DataFrame, radius_km: float) -> list[str]:
    """Tiles that the ground around the sites touches, named by north-western corners: `100E_0N`.

    Args:
        sites: columns of `stg_sites`.
        radius_km: of the circle around a point.
    """
    from signals.zonal.site_outlines import site_shapes

    return [
        f"{abs(left)}{'E' if left >= 0 else 'W'}_{abs(top)}{'N' if top >= 0 else 'S'}"
        for top, left in corners_of(site_shapes(sites, radius_km), _LOWEST_TOP, _HIGHEST_TOP)
    ]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure, per site, the hectares of water kept, lost, reduced to some months, and gained.

    Options: `radius_km` of the circle around a point. Tiles of the newest version are read. Ground
    without water is coded 0 or as no data, so that a site in a tile always has a row.

    Raises:
        SourceUnavailableError: a tile at an address cannot be read.
    """
    from signals.zonal.site_outlines import site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    shapes = site_shapes(context.sites, radius_km)
    rejected, account = [no_rejections()], Account()
    account.count_each(Unit.LAYER, files)
    read, last_year = _newest(files, rejected, account)
    found, before = [pl.DataFrame(schema=_MEASURED)], len(rejected)
    if read and shapes:
        try:
            found.append(_measured(read, shapes, account))
        except DataRejectedError as error:
            raise_if_remote(read[0], error)
            rejected.append(rejected_file(read[0], error))
            for raw in read[1:]:
                account.reject(raw, "beside_a_tile_that_cannot_be_read")
    for raw in read if len(rejected) == before else ():
        account.leave_out(raw, NO_SITE_IN_IT if shapes else NO_SITES)
    last_day = dt.date(last_year, 12, 31)
    rows = pl.concat(found).with_columns(
        radius_km=pl.lit(radius_km),
        origin=pl.lit(read[0].origin if read else None, pl.String),
        observed_from=pl.lit(_FIRST_DAY),
        observed_to=pl.lit(last_day),
        published_on=pl.lit(last_day + dt.timedelta(days=CARD.publication_lag_days)),
    )
    return [Staged(TABLE, rows.select(list(SCHEMA)), pl.concat(rejected), account)]


def _newest(
    files: Sequence[RawFile], rejected: list[pl.DataFrame], account: Account
) -> tuple[list[RawFile], int]:
    """The tiles of the newest version, and the last year that it describes."""
    by_year: dict[int, list[RawFile]] = {}
    for raw in files:
        name = Path(raw.origin).name
        match = _NAME.match(name)
        if match is None:
            error = DataRejectedError(
                f"{name}: it is not named as a tile of Global Surface Water is, such as "
                "transitions_100E_0N_v1_5_2024.tif; name it so."
            )
            rejected.append(rejected_file(raw, error))
            continue
        by_year.setdefault(int(match[1]), []).append(raw)
    last_year = max(by_year, default=_VERSIONS[0].last_year)
    for year, older in by_year.items():
        for raw in older if year < last_year else ():
            account.leave_out(raw, "of an older version")
    return by_year.get(last_year, []), last_year


def _measured(
    files: Sequence[RawFile], shapes: Sequence[SiteShape], account: Account
) -> pl.DataFrame:
    """Columns of _MEASURED for the sites that lie in any of the tiles.

    Raises:
        DataRejectedError: a tile cannot be read, or two overlap.
    """
    import shapely

    from signals.zonal.raster_grid import read_grid
    from signals.zonal.site_outlines import areas_ha
    from signals.zonal.zonal_statistics import class_areas

    boxes = [shapely.box(*read_grid(raw.path, 1).bounds) for raw in files]
    grounds = [shape.geometry for shape in shapes]
    at_tile, at_site = shapely.STRtree(grounds).query(boxes, predicate="intersects")
    inside = [shapes[site] for site in sorted(set(at_site.tolist()))]
    if not inside:
        return pl.DataFrame(schema=_MEASURED)
    codes = sorted(code for of_kind in _CLASSES.values() for code in of_kind)
    areas = class_areas([raw.path for raw in files], inside, classes=codes).areas
    for tile in set(at_tile.tolist()):
        account.use(files[tile])
    sums = areas.group_by("site_id").agg(
        pl.col("area_ha").filter(pl.col("class_value").is_in(of_kind)).sum().alias(name)
        for name, of_kind in _CLASSES.items()
    )
    ground = pl.DataFrame(
        {
            "site_id": [shape.site_id for shape in inside],
            "ground_ha": areas_ha([shape.geometry for shape in inside]),
        }
    )
    return (
        ground.join(sums, on="site_id", how="left")
        .with_columns(pl.col(name).fill_null(0.0) for name in _CLASSES)
        .select(list(_MEASURED))
        .sort("site_id")
    )
