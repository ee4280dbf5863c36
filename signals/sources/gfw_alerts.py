"""Deforestation alerts around sites by month, from the integrated alerts of Global Forest Watch.

A mirror holds CSV downloads of the dataset `gfw_integrated_alerts` (longitude, latitude, date and
confidence of each alert pixel of 10 m), for instance of
`/dataset/gfw_integrated_alerts/latest/download/csv` of the Data API, which asks for a key and a
geometry. Alerts exist between 30 N and 30 S alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from signals.card import Collection, Licence, SourceCard
from signals.errors import SourceUnavailableError
from signals.mirror import mirror_files, number, string_list
from signals.source import PullContext, RawFile, Staged
from signals.source_tables import (
    no_rejections,
    read_source_table,
    refused_file,
    rejected_rows,
)
from suppliers.errors import DataRefusedError, NonExtractiveError
from suppliers.fields import FieldKind

if TYPE_CHECKING:
    from signals.measure.shapes import SiteShape

# The measuring engine is imported where it is used: it is slow to load, and listing the sources
# must stay quick.

CARD = SourceCard(
    id="gfw_alerts",
    title="Integrated deforestation alerts",
    publisher="Global Forest Watch, World Resources Institute",
    url="https://data-api.globalforestwatch.org",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="World Resources Institute, from GLAD-L, GLAD-S2 and RADD alerts",
    collection=Collection.REMOTE_SENSING,
    cadence="weekly",
    publication_lag_days=14,
    coverage="Forest between 30 N and 30 S, 10 m, from 2019",
    expected_rows=(0, 50_000_000),
    citation="Integrated deforestation alerts, Global Forest Watch; GLAD (UMD), RADD (WUR).",
)

TABLE = "stg_gfw_alerts__site_alerts"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "alert_ha": pl.Float64(),
    "high_confidence_ha": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: Alerts are made between these parallels.
LATITUDE_LIMIT = 30.0

DATE, CONFIDENCE = "gfw_integrated_alerts__date", "gfw_integrated_alerts__confidence"

COLUMNS: dict[str, FieldKind] = {
    "longitude": "number",
    "latitude": "number",
    DATE: "category",
    CONFIDENCE: "category",
}

#: Words of the dataset for alerts seen more than once, or by more than one system.
HIGH = ("high", "highest")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the downloads of the local folder.

    Raises:
        SourceUnavailableError: no folder is named, or it has no download.
        UsageError: the folder does not exist.
    """
    if context.mirror is None:
        raise SourceUnavailableError(
            f"{CARD.id}: its downloads are read from a local folder; name it as "
            f"sources.{CARD.id}.mirror."
        )
    paths = mirror_files(CARD.id, context.mirror, ["*alerts*.csv*"], context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Add up the hectares of alerts per site and month; an alert told by two files counts once.

    A month without alerts has no row: a download does not say which ground it looked at. Sites
    beyond 30 degrees have none at all. Options: `radius_km`, `pixel_m` (10), `drop`.

    Raises:
        NonExtractiveError: a file holds data about persons.
    """
    from signals.measure.shapes import site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    pixel_ha = number(CARD.id, context.options, "pixel_m", 10.0) ** 2 / 10_000.0
    drop = string_list(CARD.id, context.options, "drop")
    shapes = [
        shape
        for shape in site_shapes(context.sites, radius_km)
        if abs(shape.geometry.centroid.y) <= LATITUDE_LIMIT
    ]
    found, refused = [pl.DataFrame(schema=_ALERTS)], [no_rejections()]
    for raw in files:
        name = Path(raw.origin).name
        try:
            table = read_source_table(
                Path(raw.path), COLUMNS, required=list(COLUMNS), drop=drop, where=name
            )
        except NonExtractiveError:
            raise
        except DataRefusedError as error:
            refused.append(refused_file(raw, error))
            continue
        alerts, rejected = _typed(table, name)
        found.append(alerts.with_columns(origin=pl.lit(raw.origin)).select(list(_ALERTS)))
        refused.append(rejected)
    known_to = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    alerts = (
        pl.concat(found)
        .filter(pl.col("day") <= known_to)
        .sort("longitude", "latitude", "day", "origin")
        .unique(["longitude", "latitude", "day"], keep="first", maintain_order=True)
    )
    rows = _by_month(alerts, shapes, pixel_ha, radius_km)
    return [Staged(TABLE, rows, pl.concat(refused))]


_ALERTS: dict[str, pl.DataType] = {
    "longitude": pl.Float64(),
    "latitude": pl.Float64(),
    "day": pl.Date(),
    "is_high": pl.Boolean(),
    "origin": pl.String(),
}


def _typed(table: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    typed = table.with_columns(
        pl.col("longitude", "latitude").cast(pl.Float64, strict=False),
        day=pl.col(DATE).str.to_date("%Y-%m-%d", strict=False),
        is_high=pl.col(CONFIDENCE).str.to_lowercase().is_in(HIGH).fill_null(False),
    )
    is_whole = (
        pl.col("day").is_not_null()
        & pl.col("longitude").is_between(-180.0, 180.0).fill_null(False)
        & pl.col("latitude").is_between(-LATITUDE_LIMIT, LATITUDE_LIMIT).fill_null(False)
    )
    reason = "an alert needs a date and a place between 30 N and 30 S; mend the row."
    bad = rejected_rows(typed.filter(~is_whole), name, "alert_has_date_and_place", reason)
    return typed.filter(is_whole), bad


def _by_month(
    alerts: pl.DataFrame, shapes: Sequence[SiteShape], pixel_ha: float, radius_km: float
) -> pl.DataFrame:
    import shapely

    if alerts.is_empty() or not shapes:
        return pl.DataFrame(schema=SCHEMA)
    points = shapely.points(alerts["longitude"].to_numpy(), alerts["latitude"].to_numpy())
    geometries = [shape.geometry for shape in shapes]
    site_rows, point_rows = shapely.STRtree(points).query(geometries, predicate="intersects")
    site_ids = pl.Series("site_id", [shape.site_id for shape in shapes], dtype=pl.String)
    hits: pl.DataFrame = alerts[point_rows]
    return (
        hits.with_columns(site_ids.gather(site_rows), month=pl.col("day").dt.truncate("1mo"))
        .group_by("site_id", "month")
        .agg(
            alert_ha=pl.len() * pixel_ha,
            high_confidence_ha=pl.col("is_high").sum() * pixel_ha,
            origin=pl.col("origin").min(),
            observed_to=pl.col("day").max(),
        )
        .with_columns(
            radius_km=pl.lit(radius_km),
            published_on=pl.col("observed_to") + dt.timedelta(days=CARD.publication_lag_days),
        )
        .select(list(SCHEMA))
        .sort("site_id", "month")
    )
