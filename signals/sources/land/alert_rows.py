"""Alerts of deforestation: rows of downloads and of answers, and the sites that they are near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from signals.account import NO_SITE_IN_IT, NOT_THEN, REPEATED, Account, Unit, rows_by_rule
from signals.fetching.responses import read_json
from signals.fetching.source_tables import read_source_table, rejected_rows, rows_read
from signals.source import RawFile
from signals.source_errors import ODD_FORM
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import day_of, stated_day
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style, stated_number

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

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
_CONFIDENCES = (*HIGH, "nominal", "low", "not_detected")

#: Of an answer.
AREA = "area__ha"

#: Decimal places of the middle of a pixel, and of outlines in questions: about a metre.
DECIMALS = 5

ALERTS: dict[str, pl.DataType] = {
    "longitude": pl.Float64(),
    "latitude": pl.Float64(),
    "day": pl.Date(),
    "is_high": pl.Boolean(),
    "origin": pl.String(),
    "source_row": pl.Int64(),
}

#: Hectares of alerts of a site by day.
DAILY: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "day": pl.Date(),
    "alert_ha": pl.Float64(),
    "high_ha": pl.Float64(),
    "origin": pl.String(),
}

#: Days on which alerts of a site would be known.
ASKED: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "first": pl.Date(),
    "last": pl.Date(),
    "origin": pl.String(),
}


def newest_of_each_pixel(alerts: pl.DataFrame) -> pl.DataFrame:
    """The alerts of each pixel from the newest download that holds it.

    Later downloads revise the day and the confidence of an alert, so that two of them hold one
    alert under two days. The newest download is the one whose alerts reach furthest.

    Args:
        alerts: columns of `ALERTS`, of all downloads.
    """
    reach = alerts.group_by("origin").agg(reach=pl.col("day").max())
    in_order = reach.sort("reach", "origin").with_row_index("age")
    pixel = ["x", "y"]
    return (
        alerts.join(in_order, on="origin")
        .with_columns(x=pl.col("longitude").round(DECIMALS), y=pl.col("latitude").round(DECIMALS))
        .filter(pl.col("age") == pl.col("age").max().over(pixel))
        .unique([*pixel, "day"], keep="first", maintain_order=True)
        .sort("longitude", "latitude", "day")
        .select(list(ALERTS))
    )


def read_answer(raw: RawFile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Days of one site as the Data API answers them, and the days that were asked for."""
    _, first, last, site_id = raw.key.split("/", 3)
    content = read_json(Path(raw.path))
    try:
        if not isinstance(content, dict):
            raise TypeError("the answer is no object")
        daily = pl.DataFrame(
            [
                {
                    "site_id": site_id,
                    "day": stated_day(row[DATE]),
                    "alert_ha": stated_number(row[AREA]),
                    "high_ha": stated_number(row[AREA]) * (str(row[CONFIDENCE]).lower() in HIGH),
                    "origin": raw.origin,
                }
                for row in content["data"]
            ],
            schema=DAILY,
        )
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{raw.origin}: the answer about site {site_id} has no rows of {DATE}, {CONFIDENCE} "
            f"and {AREA} under `data`; look at what the Data API says of its query."
        ) from error
    asked = {
        "site_id": [site_id],
        "first": [stated_day(first)],
        "last": [stated_day(last)],
        "origin": [raw.origin],
    }
    return daily, pl.DataFrame(asked, schema=ASKED)


def read_download(raw: RawFile, drop: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Alerts of a download (ALERTS), its rejected rows, and the number of rows that were read.

    Raises:
        DataRejectedError: unreadable, or a column is missing.
        NonExtractiveError: it holds data about persons.
    """
    name = Path(raw.origin).name
    table, unread = read_source_table(
        Path(raw.path), COLUMNS, required=list(COLUMNS), drop=drop, where=name
    )
    typed, bad = _typed(table, name)
    alerts = typed.with_columns(origin=pl.lit(raw.origin)).select(list(ALERTS))
    return alerts, pl.concat([unread, bad]), rows_read(table, unread)


def _typed(table: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    style = number_style(table, ("longitude", "latitude"), checks=[_within_range])
    typed = table.with_columns(
        number_of("longitude", style),
        number_of("latitude", style),
        day=day_of(DATE),
        is_high=pl.col(CONFIDENCE).str.to_lowercase().is_in(HIGH).fill_null(False),
    )
    is_whole = (
        pl.col("day").is_not_null()
        & pl.col("longitude").is_between(-180.0, 180.0).fill_null(False)
        & pl.col("latitude").is_between(-LATITUDE_LIMIT, LATITUDE_LIMIT).fill_null(False)
    )
    reason = "an alert needs a date and a place between 30 N and 30 S; correct the row."
    bad = rejected_rows(typed.filter(~is_whole), name, "alert_has_date_and_place", reason)
    whole = typed.filter(is_whole)
    is_known = pl.col(CONFIDENCE).is_null() | pl.col(CONFIDENCE).str.to_lowercase().is_in(
        _CONFIDENCES
    )
    reason = f"the confidence is none of {', '.join(_CONFIDENCES)}; correct the row."
    odd = rejected_rows(whole.filter(~is_known), name, "confidence_is_known", reason)
    return whole.filter(is_known), pl.concat([bad, odd])


def _within_range(table: pl.DataFrame) -> pl.Series:
    return table.select(
        pl.col("latitude").is_between(-LATITUDE_LIMIT, LATITUDE_LIMIT)
        & pl.col("longitude").is_between(-180.0, 180.0)
    ).to_series()


def near_sites(alerts: pl.DataFrame, shapes: Sequence[SiteShape]) -> pl.DataFrame:
    """The alerts inside the outlines of sites, with `site_id`; one may be inside several."""
    import shapely

    sited = {"site_id": pl.String(), **ALERTS}
    if alerts.is_empty() or not shapes:
        return pl.DataFrame(schema=sited)
    points = shapely.points(alerts["longitude"].to_numpy(), alerts["latitude"].to_numpy())
    geometries = [shape.geometry for shape in shapes]
    site_rows, point_rows = shapely.STRtree(points).query(geometries, predicate="intersects")
    site_ids = pl.Series("site_id", [shape.site_id for shape in shapes], dtype=pl.String)
    hits: pl.DataFrame = alerts[point_rows]
    return hits.with_columns(site_ids.gather(site_rows)).select(list(sited))


def by_day(near: pl.DataFrame, pixel_ha: float) -> pl.DataFrame:
    """Hectares of alerts of each site by day, DAILY."""
    return (
        near.group_by("site_id", "day")
        .agg(
            alert_ha=pl.len() * pixel_ha,
            high_ha=pl.col("is_high").sum() * pixel_ha,
            origin=pl.col("origin").min(),
        )
        .select(list(DAILY))
    )


@dataclass(frozen=True)
class AlertSteps:
    """The alerts of downloads after each step: read, known by then, counted once, near a site."""

    read: pl.DataFrame
    known: pl.DataFrame
    once: pl.DataFrame
    near: pl.DataFrame

    def count(self, account: Account, raw: RawFile, read: int, rejected: pl.DataFrame) -> None:
        """Count the rows of a download."""
        whole, known, once, near = (
            step.filter(origin=raw.origin)["source_row"].n_unique()
            for step in (self.read, self.known, self.once, self.near)
        )
        account.count(
            Unit.ROW,
            raw,
            read=read,
            used=near,
            rejected=rows_by_rule(rejected),
            out_of_scope={
                NOT_THEN: whole - known, REPEATED: known - once, NO_SITE_IN_IT: once - near,
            },
        )  # fmt: skip
        # Its days say from when to when the sites near alerts of other downloads are covered.
        if known and not self.near.is_empty():
            account.use(raw)
