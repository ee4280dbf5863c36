"""Water stress and river floods from WRI Aqueduct 4.0, as published in a GeoPackage.

One polygon per sub-basin and province with `{indicator}_raw`, `_score` (0-5) and `_cat` (-1 to 4);
raw 9999 and category -1 mean arid with low water use for water stress, and no data elsewhere.
The column `rri` (a vendor's index of news about countries) is never read: it would count news and
governance a second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.card import Collection, Licence, SourceCard
from signals.mirror import mirror_files, text
from signals.source import PullContext, RawFile, Staged
from signals.source_tables import no_rejections, refused_file
from suppliers.errors import DataRefusedError

CARD = SourceCard(
    id="aqueduct",
    title="Aqueduct 4.0 water risk (baseline)",
    publisher="World Resources Institute",
    url="https://www.wri.org/data/aqueduct-global-maps-40-data",
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
    citation="Kuzma et al. 2023, Aqueduct 4.0, World Resources Institute technical note.",
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

#: Baseline water stress and riverine flood risk; nothing else is read.
INDICATORS = ("bws", "rfr")
_COLUMNS = [f"{name}_{part}" for name in INDICATORS for part in ("score", "cat")]
_BASELINE_END = dt.date(2019, 12, 31)
_PUBLISHED = "2023-08-16"


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the GeoPackage of the mirror; it is published inside a large archive.

    Raises:
        SourceUnavailableError: the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return ()
    paths = mirror_files(CARD.id, context.mirror, ["*aqueduct*.gpkg", "*.gpkg"], context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the polygon that each measurable site lies in, category -1 and all.

    The option `published_on` is the day the files became public. A file without the columns is
    refused by name.
    """
    published = dt.date.fromisoformat(text(CARD.id, context.options, "published_on", _PUBLISHED))
    frames = [pl.DataFrame(schema=SCHEMA)]
    refused = [no_rejections()]
    for raw in files:
        try:
            found = _at_sites(Path(raw.path), context.sites)
        except DataRefusedError as error:
            refused.append(refused_file(raw, error))
            continue
        frames.append(
            found.with_columns(
                observed_to=pl.lit(_BASELINE_END),
                published_on=pl.lit(published),
                origin=pl.lit(raw.origin),
            ).select(list(SCHEMA))
        )
    rows = pl.concat(frames).unique(["site_id", "indicator"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(refused))]


def _at_sites(path: Path, sites: pl.DataFrame) -> pl.DataFrame:
    """site_id, indicator, score, category of the polygon under each site."""
    import geopandas
    import shapely

    from signals.measure.shapes import site_shapes

    try:
        polygons = geopandas.read_file(path, columns=_COLUMNS)
    except RuntimeError as error:
        raise DataRefusedError(f"{path.name}: it is no GeoPackage; download it again.") from error
    lacking = [name for name in _COLUMNS if name not in polygons.columns]
    if lacking:
        raise DataRefusedError(
            f"{path.name}: the column {lacking[0]} is missing; give the baseline annual layer of "
            "Aqueduct 4.0."
        )
    shapes = site_shapes(sites, 1.0)
    points = [shape.geometry.centroid for shape in shapes]
    tree = shapely.STRtree(polygons.geometry.to_numpy())
    at_site, at_polygon = tree.query(points, predicate="intersects")
    rows = [
        (
            shapes[site].site_id,
            name,
            float(polygons[f"{name}_score"].iloc[polygon]),
            int(polygons[f"{name}_cat"].iloc[polygon]),
        )
        for site, polygon in zip(at_site, at_polygon, strict=True)
        for name in INDICATORS
        if polygons[f"{name}_cat"].notna().iloc[polygon]
    ]
    frame = pl.DataFrame(
        rows, schema={name: SCHEMA[name] for name in list(SCHEMA)[:4]}, orient="row"
    )
    return frame.with_columns(
        score=pl.when(pl.col("score").is_between(0.0, 5.0)).then("score")
    ).unique(["site_id", "indicator"], keep="first", maintain_order=True)
