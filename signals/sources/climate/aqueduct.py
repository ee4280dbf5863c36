"""Water stress and river floods from WRI Aqueduct 4.0: the archive, geodatabase, GeoPackage or CSV.

At the publisher's address the one archive of all data (some 250 MB) is fetched once; a mirror holds
it as it is, or unpacked. Of the geodatabase the layer `baseline_annual` is read.

One polygon per sub-basin and province with `{indicator}_raw`, `_score` (0-5) and `_cat` (-1 to 4);
raw 9999 and category -1 mean arid with low water use for water stress, and no data elsewhere.
The CSV has the same columns without outlines: it is laid on those of all vector files beside it, by
`string_id`, or by `pfaf_id` as in HydroBASINS of level 6, which is published by continent.
The column `rri` (a vendor's index of news about countries) is never read: it would count news and
governance a second time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import NO_SITE_IN_IT, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import day_option, decimal_option, mirror_files
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.climate.basin_outlines import INDICATORS, read_polygons, read_with_outlines
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="aqueduct",
    title="Aqueduct 4.0 water risk (baseline)",
    publisher="World Resources Institute",
    url="https://files.wri.org/aqueduct/aqueduct-4-0-water-risk-data.zip",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="World Resources Institute, from the hydrological model PCR-GLOBWB 2",
    collection=Collection.REMOTE_SENSING,
    cadence="once",
    publication_lag_days=0,
    coverage="The land of the globe by sub-basin; baseline 1979-2019",
    expected_rows=(0, 100_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Kuzma et al. 2023, Aqueduct 4.0, World Resources Institute technical note.",
    form_verified=(
        "2026-11: address, folders, layer and columns of the archive of 2023-07-05 in public code "
        "that reads it; not called live"
    ),
    access=Access(
        adds="water stress and river floods by sub-basin",
    ),
    reach=Reach(by="location"),
    requests=(Requests(kilobytes=250000),),
    location_needed="town",
)

TABLE = "stg_aqueduct__site_water"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "indicator": pl.String(),
    "score": pl.Float64(),
    "category": pl.Int64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

_BASELINE_END = dt.date(2019, 12, 31)
_PUBLISHED = "2023-08-16"
_NO_CATEGORY = "a basin without a category of either indicator"


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="zip", is_part=True)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register archive, geodatabase, GeoPackage, CSV and outlines of the mirror, or the archive.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        url = context.url
        return [
            context.store.download(
                CARD.id, url, key=Path(url).name, expect="zip", headers={}, final=True
            )
        ]
    patterns = [
        *(f"*.{ending}" for ending in ("zip", "gpkg", "shp", "geojson", "gdbtable")),
        "*aqueduct*.csv", "*baseline_annual*.csv",
    ]  # fmt: skip
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    # Tables of months and of scenarios lie beside that of the baseline.
    read = [path for path in paths if not re.search("monthly|future", path.name, re.IGNORECASE)]
    whole = [path for path in read if path.suffix != ".gdbtable"]
    # A geodatabase is a folder; its largest table stands for it.
    for folder in sorted({path.parent for path in read if path.suffix == ".gdbtable"}):
        whole.append(max(folder.glob("*.gdbtable"), key=lambda path: path.stat().st_size))
    return [context.store.keep(CARD.id, path, key=path.name) for path in whole]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the polygon that each measurable site lies in, category -1 and all.

    The option `published_on` is the day the files became public. A file without the columns is
    rejected by name.
    """
    published = day_option(CARD.id, context.options, "published_on", _PUBLISHED)
    declared = decimal_option(CARD.id, context.options)
    frames = [pl.DataFrame(schema=SCHEMA)]
    rejected = [no_rejections()]
    tables = [raw for raw in files if raw.key.lower().endswith(".csv")]
    outlines = [raw for raw in files if raw not in tables]
    account = Account()
    for outline in outlines if tables else ():
        account.leave_out(outline, "outlines of which no table is read")
    for raw in tables or outlines:
        try:
            basins = read_with_outlines(raw, outlines, declared) if tables else read_polygons(raw)
            found, at_sites = _at_sites(basins.polygons, context.sites)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        rejected.append(basins.rejected)
        used = found["source_row"].n_unique()
        account.count(
            Unit.ROW,
            raw,
            read=basins.read,
            used=used,
            rejected=rows_by_rule(basins.rejected),
            out_of_scope={
                **basins.out_of_scope,
                _NO_CATEGORY: len(at_sites) - used,
                NO_SITE_IN_IT: len(set(basins.polygons["source_row"]) - at_sites),
            },
        )
        for outline in outlines if tables and not found.is_empty() else ():
            account.use(outline)
        frames.append(
            found.with_columns(
                observed_to=pl.lit(_BASELINE_END),
                published_on=pl.lit(published),
                origin=pl.lit(raw.origin),
            ).select(list(SCHEMA))
        )
    rows = pl.concat(frames).unique(["site_id", "indicator"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _at_sites(polygons: Any, sites: pl.DataFrame) -> tuple[pl.DataFrame, set[int]]:
    """site_id, indicator, score, category, source_row of the polygon under each site.

    And the rows of all polygons under a site.
    """
    import shapely

    from signals.zonal.site_outlines import site_shapes

    shapes = site_shapes(sites, 1.0)
    # An empty list would be numbers to the tree.
    points = np.array([shape.geometry.centroid for shape in shapes], dtype=object)
    tree = shapely.STRtree(polygons.geometry.to_numpy())
    at_site, at_polygon = tree.query(points, predicate="intersects")
    rows = [
        (
            shapes[site].site_id,
            name,
            float(polygons[f"{name}_score"].iloc[polygon]),
            int(polygons[f"{name}_cat"].iloc[polygon]),
            int(polygons["source_row"].iloc[polygon]),
        )
        for site, polygon in zip(at_site, at_polygon, strict=True)
        for name in INDICATORS
        if polygons[f"{name}_cat"].notna().iloc[polygon]
    ]
    schema = {name: SCHEMA[name] for name in list(SCHEMA)[:4]} | {"source_row": pl.Int64()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    found = frame.with_columns(score=pl.when(pl.col("score").is_between(0.0, 5.0)).then("score"))
    return found, {int(row) for row in polygons["source_row"].iloc[at_polygon]}
