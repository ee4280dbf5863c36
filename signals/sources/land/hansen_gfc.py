"""Yearly tree-cover loss around sites, from Global Forest Change (Hansen et al.).

`lossyear` holds 0 for no loss and 1, 2, … for 2001, 2002, …; `treecover2000` the canopy percent
of 2000. At the publisher's address the 10-degree tiles that touch a site are read in windows, of
the newest version that is out; the origin of every file names the version. A mirror holds any
GeoTIFFs named `*lossyear*.tif`, each with its `*treecover2000*.tif` in the same folder where there
is one. A site is measured on the finest raster that covers enough of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import polars as pl

from configs.config_errors import UsageError
from signals.access import Access, Grid, Reach, Requests
from signals.account import NO_SITE_IN_IT, NO_SITES, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, text
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError, StoppedEarlyError
from signals.sources.land.dated_rasters import raise_if_remote
from signals.sources.land.forest_surroundings import more_shapes
from signals.sources.land.hansen_layers import (
    VERSION_YEAR,
    LossLayer,
    last_year,
    maps_of,
    name_of,
    read_layers,
    reject_fill,
)
from signals.sources.land.ten_degree_tiles import corners_of
from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.zonal.raster_grid import RasterGrid
    from signals.zonal.site_outlines import SiteShape

# The measuring engine is imported where it is used: it is slow to load, and listing the sources
# must stay quick.

CARD = SourceCard(
    id="hansen_gfc",
    title="Global Forest Change: tree cover loss by year",
    publisher="University of Maryland, GLAD laboratory",
    url="https://storage.googleapis.com/earthenginepartners-hansen",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="University of Maryland, from Landsat images",
    collection=Collection.REMOTE_SENSING,
    lineage=("landsat",),
    cadence="yearly",
    publication_lag_days=121,
    coverage="Land between 80 N and 60 S, 30 m, from 2001",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation=(
        "Hansen et al. 2013, High-Resolution Global Maps of 21st-Century Forest Cover Change, "
        "Science 342:850-853. Source: Hansen/UMD/Google/USGS/NASA."
    ),
    form_verified=(
        "2026-11: folder and tile names of GFC-2025-v1.13 and GFC-2024-v1.12 in public code that "
        "reads them; not called live"
    ),
    access=Access(
        adds="tree cover loss by year around every site",
    ),
    reach=Reach(by="location", latitudes=(-60.0, 80.0)),
    requests=(
        Requests(
            each=2, kilobytes=1, per="cell", grid=Grid(latitude=10, longitude=10, counts="touched")
        ),
        Requests(each=10, kilobytes=860, per="site", when="measure"),
    ),
    is_isolated=True,
)

TABLE = "stg_hansen_gfc__site_loss"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "year": pl.Int32(),
    "loss_ha": pl.Float64(),
    "baseline_ha": pl.Float64(),
    "baseline_is_forest": pl.Boolean(),
    "covered_share": pl.Float64(),
    "radius_km": pl.Float64(),
    "pixel_m": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

_LAYERS = ("lossyear", "treecover2000")
#: Upper edges of the northernmost and southernmost tiles: 80 N to 60 S.
_HIGHEST_TOP, _LOWEST_TOP = 80, -50
#: Tiles asked for before a version counts as not out.
_TILES_TRIED = 3
_METRES_PER_DEGREE = 111_320.0
#: Of the data set, newest first.
VERSIONS = ("GFC-2025-v1.13", "GFC-2024-v1.12")
_FIRST_YEAR = 2001


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff",
    path=f"{VERSIONS[0]}/Hansen_{VERSIONS[0]}_lossyear_00N_060W.tif",
    otherwise=tuple(f"{one}/Hansen_{one}_lossyear_00N_060W.tif" for one in VERSIONS[1:]),
    is_part=True,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the rasters: those of the mirror, or the publisher's tiles that touch a site.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror has no raster.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = [f"*{name}*.{kind}" for name in _LAYERS for kind in ("tif", "tiff", "vrt")]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.stem) for path in paths]
    from signals.zonal.site_outlines import site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    tiles = tiles_of(site_shapes(context.sites, radius_km))
    folders = _version_folders(context)
    for folder in folders:
        files = _files_of_version(context, folder, tiles)
        if files or not tiles:
            return files
    raise SourceUnavailableError(
        f"{CARD.id}: none of the tiles {', '.join(tiles)} is at {' or '.join(folders)}; check "
        f"sources.{CARD.id}.url and sources.{CARD.id}.options.version."
    )


def _version_folders(context: PullContext) -> list[str]:
    """Folders to look in, the newest version first; one alone where options or address name it."""
    root = context.url.rstrip("/")
    last = root.rsplit("/", 1)[-1]
    named = text(CARD.id, context.options, "version", "")
    if VERSION_YEAR.match(last) and named in ("", last):
        return [root]
    return [f"{root}/{version}" for version in ([named] if named else VERSIONS)]


def _files_of_version(context: PullContext, folder: str, tiles: Sequence[str]) -> list[RawFile]:
    """The tiles of one version, so that all sites are measured up to the same year.

    There is a tile for every ten degrees of land and sea, so that a version without the first
    `_TILES_TRIED` of them is not out.
    """
    version = folder.rsplit("/", 1)[-1]
    files: list[RawFile] = []
    missing = 0
    for position, tile in enumerate(tiles):
        try:
            files += [
                context.store.refer(
                    CARD.id,
                    f"{folder}/Hansen_{version}_{layer}_{tile}.tif",
                    key=f"{layer}_{tile}",
                    final=True,
                )
                for layer in _LAYERS
            ]
        except NotPublishedError:
            missing += 1
            if missing == _TILES_TRIED and not files:
                return []
        except SourceUnavailableError as error:
            if not files:
                raise
            raise StoppedEarlyError(
                f"{CARD.id}: {position} of {len(tiles)} tiles were answered; {error}", files
            ) from error
    return files


def tiles_of(shapes: Iterable[SiteShape]) -> list[str]:
    """Names of the 10-degree tiles that shapes touch: the top-left corner, such as `00N_060W`."""
    return [
        f"{abs(top):02d}{'S' if top < 0 else 'N'}_{abs(left):03d}{'W' if left < 0 else 'E'}"
        for top, left in corners_of(shapes, _LOWEST_TOP, _HIGHEST_TOP)
    ]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure hectares of loss per site and year.

    With tree cover, the baseline is the ground with canopy at or above `canopy_percent` in 2000
    and loss counts inside it alone; without, the baseline is all ground in view. Sites of which
    less than `minimum_covered_share` is in view get no rows. `ring_radius_km` measures the ground
    between a point's circle and that radius too, `protected_areas` (a vector file) the part of
    the circle inside protected areas; each has a table of its own.

    Raises:
        SourceUnavailableError: a raster at the publisher cannot be read.
        UsageError: an option is out of range.
    """
    from signals.zonal.site_outlines import site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    canopy = number(CARD.id, context.options, "canopy_percent", 30.0, above=-1.0)
    least_share = number(CARD.id, context.options, "minimum_covered_share", 0.5)
    if least_share > 1.0:
        raise UsageError(
            f"sources.{CARD.id}.options.minimum_covered_share: give a share of at most 1."
        )
    shapes = site_shapes(context.sites, radius_km)
    layers, rejected = read_layers(files)
    account = Account()
    account.count_each(Unit.LAYER, files)
    rows = _best(layers, shapes, canopy, least_share, context, rejected, account)
    for raw in (one for one in files if "treecover2000" in name_of(one)):
        account.leave_out(raw, "tree cover without its raster of loss")
    outlined = context.sites.filter(pl.col("geometry_wkt").is_not_null()).select("site_id")
    rows = rows.with_columns(
        radius_km=pl.when(pl.col("site_id").is_in(outlined["site_id"].to_list()))
        .then(pl.col("radius_km"))
        .otherwise(radius_km)
    )
    staged = [Staged(TABLE, rows, pl.concat([no_rejections(), *rejected]), account)]
    for table, others in more_shapes(shapes, context, radius_km):
        more = _best(layers, others, canopy, least_share, context, rejected, account)
        staged.append(Staged(table, more))
    return staged


def _best(
    layers: Sequence[LossLayer],
    shapes: Sequence[SiteShape],
    canopy: float,
    least_share: float,
    context: PullContext,
    rejected: list[pl.DataFrame],
    account: Account,
) -> pl.DataFrame:
    """Measure shapes on every map and keep the finest that covers enough of each."""
    measured = [pl.DataFrame(schema=SCHEMA)]
    for layer in layers if not shapes else ():
        layer.leave_out(account, NO_SITES)
    for group in maps_of(layers) if shapes else []:
        try:
            frame = _measure(group, shapes, canopy, context)
        except DataRejectedError as error:
            raise_if_remote(group[0].loss, error)
            rejected.append(rejected_file(group[0].loss, error))
            continue
        seen = frame.filter(pl.col("covered_share") >= least_share)
        # Tiles of one map are named in its rows by the first alone.
        for layer in group:
            if seen.is_empty():
                layer.leave_out(account, NO_SITE_IN_IT)
            else:
                layer.use(account)
        measured.append(seen)
    best = pl.concat(measured).sort(
        "site_id", "pixel_m", "covered_share", "origin", descending=[False, False, True, False]
    )
    chosen = best.unique("site_id", keep="first", maintain_order=True).select("site_id", "origin")
    return best.join(chosen, on=["site_id", "origin"], how="semi").sort("site_id", "year")


def _measure(
    group: Sequence[LossLayer], shapes: Sequence[SiteShape], canopy: float, context: PullContext
) -> pl.DataFrame:
    from signals.zonal.zonal_statistics import RasterMask, class_areas

    mask = None
    if group[0].cover is not None:
        covers = [layer.cover.path for layer in group if layer.cover is not None]
        mask = RasterMask(covers, at_least=canopy)
    table = class_areas([layer.loss.path for layer in group], shapes, mask=mask)
    seen = table.areas.filter(pl.col("area_ha") > 0)["class_value"]
    reject_fill(group, max(seen.to_list(), default=0))
    given = number(CARD.id, context.options, "last_year", 0.0)
    years = pl.DataFrame(
        {"year": range(_FIRST_YEAR, last_year(group, given) + 1)}, schema={"year": pl.Int32}
    )
    baseline = table.areas.group_by("site_id").agg(baseline_ha=pl.col("area_ha").sum())
    losses = table.areas.select(
        "site_id", (pl.col("class_value") + 2000).cast(pl.Int32).alias("year"), loss_ha="area_ha"
    )
    latitudes = {shape.site_id: shape.geometry.centroid.y for shape in shapes}
    sites = table.site_coverage.filter(pl.col("valid_ha") > 0)
    pixels = [_pixel_m(group[0].grid, latitudes[site_id]) for site_id in sites["site_id"]]
    origins = sorted(layer.loss.origin for layer in group)
    origin = origins[0] if len(origins) == 1 else f"{origins[0]} and {len(origins) - 1} more tiles"
    return (
        sites.with_columns(
            pl.Series("pixel_m", pixels, dtype=pl.Float64),
            # The circle that has the area of the outline.
            radius_km=(pl.col("site_area_ha") / 100.0 / math.pi).sqrt(),
        )
        .join(baseline, on="site_id", how="left")
        .join(years, how="cross")
        .join(losses, on=["site_id", "year"], how="left")
        .select(
            "site_id",
            "year",
            pl.col("loss_ha").fill_null(0.0),
            pl.col("baseline_ha").fill_null(0.0),
            pl.lit(mask is not None).alias("baseline_is_forest"),
            "covered_share",
            "radius_km",
            "pixel_m",
            pl.date(pl.col("year"), 12, 31).alias("observed_to"),
            pl.date(pl.col("year") + 1, 5, 1).alias("published_on"),
            pl.lit(origin).alias("origin"),
        )
    )


def _pixel_m(grid: RasterGrid, latitude: float) -> float:
    side = math.sqrt(abs(grid.x_step * grid.y_step))
    if not grid.crs.is_geographic:
        return side
    return side * _METRES_PER_DEGREE * math.sqrt(max(math.cos(math.radians(latitude)), 1e-6))
