"""Area of mines around sites, from outlines that people drew on satellite images.

At the publisher's address the GeoPackage of Maus et al. (2022) is fetched once. A mirror holds it
or another layer of outlines, such as the shapefile of Tang and Werner (2023), which its publisher
packs as RAR: unpack it first. Where layers overlap, ground counts once.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import NO_SITE_IN_IT, NO_SITES, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import day_option, mirror_files, number
from signals.fetching.source_tables import no_rejections, rejected_file, rejected_rows
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from suppliers.input_errors import DataRejectedError
from suppliers.intake.table_rows import SOURCE_ROW

CARD = SourceCard(
    id="mining_areas",
    title="Areas of mines",
    publisher="Maus et al., Vienna University of Economics and Business",
    url="https://doi.org/10.1594/PANGAEA.942325",
    licence=Licence(
        id="CC-BY-SA-4.0",
        url="https://creativecommons.org/licenses/by-sa/4.0/",
        redistributable=True,
        commercial_use=True,
        share_alike=True,
    ),
    held_by="PANGAEA, outlines drawn on satellite images around known mines",
    collection=Collection.REMOTE_SENSING,
    lineage=("mine_outlines",),
    cadence="once",
    publication_lag_days=804,
    coverage="World, mines within 10 km of some 35,000 known locations, images of about 2019",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation=(
        "Maus et al. 2022, Global-scale mining polygons (Version 2), PANGAEA, doi "
        "10.1594/PANGAEA.942325"
    ),
    form_verified=(
        "2026-11: address, name, size, layer and licence of version 2 in public code that reads "
        "it, of several authors; not called live"
    ),
    access=Access(
        adds="share of the ground around a site that is mined",
    ),
    reach=Reach(by="location"),
    requests=(Requests(kilobytes=23500),),
)

TABLE = "stg_mining_areas__site_areas"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "mined_ha": pl.Float64(),
    "ground_ha": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

_OBSERVED_TO = dt.date(2019, 12, 31)
_PUBLISHED = dt.date(2022, 3, 14)

#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="geopackage", is_part=True)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the layers of the local folder, or the GeoPackage of the address.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, neither folder nor address is
            set, or the folder has no layer.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["*.gpkg", "*.shp", "*.geojson"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    if not context.url:
        raise SourceUnavailableError(
            f"{CARD.id}: its layers are read from a local folder, sources.{CARD.id}.mirror, or "
            "from an address; name one of them."
        )
    return [
        context.store.download(
            CARD.id, context.url, key=Path(context.url).name, expect="geopackage", headers={},
            final=True,
        )
    ]  # fmt: skip


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure, per site, the hectares of its ground and those within any outline of a mine.

    Options: `radius_km` of the circle around a point; `published_on`, the day the layers became
    public. A site with no outline near has a row with 0: none is mapped there.
    """
    import shapely

    from signals.zonal.site_outlines import areas_ha, site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    published = day_option(CARD.id, context.options, "published_on", _PUBLISHED)
    shapes = site_shapes(context.sites, radius_km)
    # An empty list would be numbers to the tree.
    grounds = np.array([shape.geometry for shape in shapes], dtype=object)
    rejected, account = [no_rejections()], Account()
    near: list[list[Any]] = [[] for _ in shapes]
    read: list[RawFile] = []
    for raw in files:
        try:
            outlines, faulty, total = _outlines(raw)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        read.append(raw)
        rejected.append(faulty)
        at_site, at_outline = shapely.STRtree(outlines).query(grounds, predicate="intersects")
        for site, outline in zip(at_site, at_outline, strict=True):
            near[site].append(outlines[outline])
        used = len(set(at_outline.tolist()))
        account.count(
            Unit.ROW,
            raw,
            read=total,
            used=used,
            rejected={_RULE: faulty.height} if faulty.height else {},
            out_of_scope={NO_SITE_IN_IT if shapes else NO_SITES: len(outlines) - used},
        )
        if shapes:
            # Ground without an outline is known to have none.
            account.use(raw)
    whole: Sequence[float] = areas_ha(list(grounds)).tolist() if shapes else []
    rows = [
        (
            shape.site_id,
            _mined_ha(shape.geometry, outlines),
            ground_ha,
            radius_km,
            read[0].origin,
            _OBSERVED_TO,
            published,
        )
        for shape, outlines, ground_ha in zip(shapes, near, whole, strict=True)
        if read
    ]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("site_id")
    return [Staged(TABLE, frame, pl.concat(rejected), account)]


_RULE = "outline_is_polygon"


def _outlines(raw: RawFile) -> tuple[list[Any], pl.DataFrame, int]:
    """Valid outlines of a layer in degrees, rejected rows, and the number of rows.

    Raises:
        DataRejectedError: it is no layer of outlines, or has no coordinate system.
    """
    import geopandas
    import shapely

    name = Path(raw.origin).name
    try:
        # GDAL expects the usual ending, which files in the store do not have.
        with tempfile.TemporaryDirectory() as folder:
            named = Path(folder) / name
            named.symlink_to(Path(raw.path).resolve())
            path = Path(raw.path) if Path(raw.path).name == name else named
            frame = geopandas.read_file(path, columns=[])
    except (RuntimeError, ValueError, shapely.errors.ShapelyError) as error:
        # What GDAL says of a file it cannot open is a RuntimeError of its reader.
        raise DataRejectedError(
            f"{name}: cannot be read as a layer of outlines; give GeoPackage, GeoJSON or a "
            "shapefile."
        ) from error
    if frame.crs is None:
        raise DataRejectedError(f"{name}: has no coordinate system; assign the right one.")
    shapes = shapely.force_2d(frame.to_crs(4326).geometry.to_numpy())
    is_outline = shapely.get_type_id(shapes)
    good = [
        shapely.make_valid(shape)
        for shape, kind in zip(shapes, is_outline, strict=True)
        if kind in _POLYGONS
    ]
    bad = pl.DataFrame(
        {SOURCE_ROW: [row for row, kind in enumerate(is_outline, 1) if kind not in _POLYGONS]},
        schema={SOURCE_ROW: pl.Int64},
    )
    return good, rejected_rows(bad, name, _RULE, "it is no polygon"), len(shapes)


#: Of shapely: Polygon and MultiPolygon; lines, points and rows without a shape are others.
_POLYGONS = (3, 6)


def _mined_ha(ground: Any, outlines: Sequence[Any]) -> float:
    import shapely

    from signals.zonal.site_outlines import areas_ha

    if not outlines:
        return 0.0
    inside = shapely.intersection(ground, shapely.union_all(outlines))
    parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon"]
    return float(areas_ha(parts).sum()) if parts else 0.0
