"""Deforestation alerts around sites by month, from the integrated alerts of Global Forest Watch.

The Data API is asked once per site, by `POST /dataset/gfw_integrated_alerts/latest/query/json`
with the site's outline and the key of `GFW_API_KEY` as `x-api-key`; it answers hectares by day and
confidence. A mirror holds CSV downloads of the dataset instead (longitude, latitude, date and
confidence of each alert pixel of 10 m). Alerts exist between 30 N and 30 S alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from signals.access import Access, AccessKind, Reach, Requests
from signals.account import NOT_THEN, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, string_list
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.fields import FieldKind

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

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
    lineage=("landsat", "sentinel2", "sentinel1"),
    cadence="weekly",
    publication_lag_days=14,
    coverage="Forest between 30 N and 30 S, 10 m, from 2019",
    expected_rows=(0, 50_000_000),
    citation="Integrated deforestation alerts, Global Forest Watch; GLAD (UMD), RADD (WUR).",
    access=Access(
        kind=AccessKind.FREE_KEY,
        variables=("GFW_API_KEY",),
        register_at="https://www.globalforestwatch.org/help/developers/guides/create-and-use-an-api-key/",
        price="free",
        waiting_time="minutes; create the key without domains",
        adds="deforestation alerts by month, between 30 N and 30 S",
    ),
    reach=Reach(by="location", latitudes=(-30.0, 30.0)),
    requests=(Requests(kilobytes=40, per="site"),),
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


#: Of the answer to `SQL`.
AREA = "area__ha"

_QUERY_PATH = "dataset/gfw_integrated_alerts/latest/query/json"

#: Keys of answers begin with this; the days asked for and the site follow.
_ANSWER = "query"

#: Decimal places of outlines in questions: about a metre.
_DECIMALS = 5


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path=_QUERY_PATH,
    holds=("data.0.count",),
    headers={"x-api-key": "{GFW_API_KEY}"},
    question={
        "sql": f"SELECT COUNT(*) AS count FROM data WHERE {DATE} >= '2024-01-01'",
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[102, 0], [102.01, 0], [102.01, 0.01], [102, 0.01], [102, 0]]],
        },
    },
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the downloads of the local folder, or ask the Data API about each site.

    Options: `radius_km`, `years` (4: three to compare the last months with).

    Raises:
        SourceUnavailableError: no key, the API does not answer, or the folder has no download.
        UsageError: the folder does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, ["*alerts*.csv*"], context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    if not context.url:
        raise SourceUnavailableError(
            f"{CARD.id}: its downloads are read from a local folder; name it as "
            f"sources.{CARD.id}.mirror, or give the address of the Data API."
        )
    last = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    years = int(number(CARD.id, context.options, "years", 4.0))
    first = last.replace(year=last.year - years, day=1)
    sql = (
        f"SELECT {DATE}, {CONFIDENCE}, SUM({AREA}) AS {AREA} FROM data "
        f"WHERE {DATE} >= '{first}' AND {DATE} <= '{last}' GROUP BY {DATE}, {CONFIDENCE}"
    )
    return [
        context.store.ask(
            CARD.id,
            f"{context.url.rstrip('/')}/{_QUERY_PATH}",
            {"sql": sql, "geometry": _outline(shape)},
            key=f"{_ANSWER}/{first}/{last}/{shape.site_id}",
            headers={"x-api-key": "{GFW_API_KEY}"},
        )
        for shape in _in_reach(context)
    ]


def _in_reach(context: PullContext) -> list[SiteShape]:
    from signals.zonal.site_outlines import site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    return [
        shape
        for shape in site_shapes(context.sites, radius_km)
        if abs(shape.geometry.centroid.y) <= LATITUDE_LIMIT
    ]


def _outline(shape: SiteShape) -> Mapping[str, Any]:
    import shapely

    rounded = shapely.set_precision(shape.geometry, 10.0**-_DECIMALS)
    geometry: Mapping[str, Any] = json.loads(shapely.to_geojson(rounded))
    return geometry


def day_cut(day: dt.date) -> dt.date | None:
    """What of a run's day the rows depend on beside their publication: the month it cuts, if any.

    Rows are of months; where the last day published ends a month, a later staging has the same.
    """
    last = day - dt.timedelta(days=CARD.publication_lag_days)
    return None if (last + dt.timedelta(days=1)).day == 1 else last


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Add up the hectares of alerts per site and month; an alert in two files counts once.

    Where a site was covered, months without an alert have 0 ha: all months that were asked for,
    and of downloads, which do not state the area they cover, the months from the first
    alert of the files to the last for sites with any alert. Sites beyond 30 degrees have no row.
    Options: `radius_km`, `pixel_m` (10), `drop`.

    Raises:
        NonExtractiveError: a file holds data about persons.
    """
    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    pixel_ha = number(CARD.id, context.options, "pixel_m", 10.0) ** 2 / 10_000.0
    known_to = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    shapes = _in_reach(context)
    found, refused = [pl.DataFrame(schema=_ALERTS)], [no_rejections()]
    account = Account()
    daily, looked = [pl.DataFrame(schema=_DAILY)], [pl.DataFrame(schema=_AUDITED)]
    for raw in files:
        try:
            if raw.key.startswith(f"{_ANSWER}/"):
                answered, asked = _answer(raw)
                daily.append(answered)
                looked.append(asked)
                account.use(raw)
                continue
            alerts, rejected, read = _download(raw, context)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        found.append(alerts.with_columns(origin=pl.lit(raw.origin)).select(list(_ALERTS)))
        refused.append(rejected)
        near = alerts.filter(pl.col("day") <= known_to).height
        beyond = {NOT_THEN: alerts.height - near}
        account.count(Unit.ROW, raw, read=read, used=near, out_of_scope=beyond)
    alerts = newest_of_each_pixel(pl.concat(found).filter(pl.col("day") <= known_to))
    daily.append(_by_day(alerts, shapes, pixel_ha))
    if not alerts.is_empty():
        looked.append(
            daily[-1]
            .group_by("site_id")
            .agg(origin=pl.col("origin").min())
            .with_columns(first=pl.lit(alerts["day"].min()), last=pl.lit(alerts["day"].max()))
            .select(list(_AUDITED))
        )
    rows = _by_month(pl.concat(daily), pl.concat(looked), known_to)
    rows = rows.with_columns(radius_km=pl.lit(radius_km)).select(list(SCHEMA))
    return [Staged(TABLE, rows, pl.concat(refused), account)]


def newest_of_each_pixel(alerts: pl.DataFrame) -> pl.DataFrame:
    """The alerts of each pixel from the newest download that holds it.

    Later downloads revise the day and the confidence of an alert, so that two of them hold one
    alert under two days. The newest download is the one whose alerts reach furthest.

    Args:
        alerts: columns of `_ALERTS`, of all downloads.
    """
    reach = alerts.group_by("origin").agg(reach=pl.col("day").max())
    in_order = reach.sort("reach", "origin").with_row_index("age")
    pixel = ["x", "y"]
    return (
        alerts.join(in_order, on="origin")
        .with_columns(x=pl.col("longitude").round(_DECIMALS), y=pl.col("latitude").round(_DECIMALS))
        .filter(pl.col("age") == pl.col("age").max().over(pixel))
        .unique([*pixel, "day"], keep="first", maintain_order=True)
        .sort("longitude", "latitude", "day")
        .select(list(_ALERTS))
    )


_ALERTS: dict[str, pl.DataType] = {
    "longitude": pl.Float64(),
    "latitude": pl.Float64(),
    "day": pl.Date(),
    "is_high": pl.Boolean(),
    "origin": pl.String(),
}


#: Hectares of alerts of a site by day.
_DAILY: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "day": pl.Date(),
    "alert_ha": pl.Float64(),
    "high_ha": pl.Float64(),
    "origin": pl.String(),
}

#: Days on which alerts of a site would be known.
_AUDITED: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "first": pl.Date(),
    "last": pl.Date(),
    "origin": pl.String(),
}


def _answer(raw: RawFile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Days of one site as the Data API answers them, and the days that were asked for."""
    _, first, last, site_id = raw.key.split("/", 3)
    rows = json.loads(Path(raw.path).read_text(encoding="utf-8")).get("data")
    try:
        daily = pl.DataFrame(
            [
                {
                    "site_id": site_id,
                    "day": dt.date.fromisoformat(row[DATE][:10]),
                    "alert_ha": float(row[AREA]),
                    "high_ha": float(row[AREA]) * (str(row[CONFIDENCE]).lower() in HIGH),
                    "origin": raw.origin,
                }
                for row in rows
            ],
            schema=_DAILY,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataRejectedError(
            f"{raw.origin}: the answer about site {site_id} has no rows of {DATE}, {CONFIDENCE} "
            f"and {AREA} under `data`; look at what the Data API says of its query."
        ) from error
    asked = {
        "site_id": [site_id],
        "first": [dt.date.fromisoformat(first)],
        "last": [dt.date.fromisoformat(last)],
        "origin": [raw.origin],
    }
    return daily, pl.DataFrame(asked, schema=_AUDITED)


def _download(raw: RawFile, context: PullContext) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Alerts of a download, its rejected rows, and the number of rows that were read."""
    name = Path(raw.origin).name
    drop = string_list(CARD.id, context.options, "drop")
    table, unread = read_source_table(
        Path(raw.path), COLUMNS, required=list(COLUMNS), drop=drop, where=name
    )
    typed, bad = _typed(table, name)
    return typed, pl.concat([unread, bad]), rows_read(table, unread)


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
    reason = "an alert needs a date and a place between 30 N and 30 S; correct the row."
    bad = rejected_rows(typed.filter(~is_whole), name, "alert_has_date_and_place", reason)
    return typed.filter(is_whole), bad


def _by_day(alerts: pl.DataFrame, shapes: Sequence[SiteShape], pixel_ha: float) -> pl.DataFrame:
    import shapely

    if alerts.is_empty() or not shapes:
        return pl.DataFrame(schema=_DAILY)
    points = shapely.points(alerts["longitude"].to_numpy(), alerts["latitude"].to_numpy())
    geometries = [shape.geometry for shape in shapes]
    site_rows, point_rows = shapely.STRtree(points).query(geometries, predicate="intersects")
    site_ids = pl.Series("site_id", [shape.site_id for shape in shapes], dtype=pl.String)
    hits: pl.DataFrame = alerts[point_rows]
    return (
        hits.with_columns(site_ids.gather(site_rows))
        .group_by("site_id", "day")
        .agg(
            alert_ha=pl.len() * pixel_ha,
            high_ha=pl.col("is_high").sum() * pixel_ha,
            origin=pl.col("origin").min(),
        )
        .select(list(_DAILY))
    )


def _by_month(daily: pl.DataFrame, looked: pl.DataFrame, known_to: dt.date) -> pl.DataFrame:
    """Months of each site from the first day covered to the last one known."""
    month = pl.col("day").dt.truncate("1mo").alias("month")
    sums = (
        daily.filter(pl.col("day") <= known_to)
        .group_by("site_id", month)
        .agg(alert_ha=pl.col("alert_ha").sum(), high_confidence_ha=pl.col("high_ha").sum())
    )
    months = (
        looked.group_by("site_id")
        .agg(pl.col("first").min(), pl.col("last").max(), pl.col("origin").min())
        .with_columns(last=pl.min_horizontal("last", pl.lit(known_to)))
        .with_columns(month=pl.date_ranges(pl.col("first").dt.truncate("1mo"), "last", "1mo"))
        .explode("month")
        .drop_nulls("month")
    )
    return (
        months.join(sums, on=["site_id", "month"], how="left")
        .with_columns(
            pl.col("alert_ha", "high_confidence_ha").fill_null(0.0),
            observed_to=pl.min_horizontal(pl.col("month").dt.month_end(), "last"),
        )
        .with_columns(
            published_on=pl.col("observed_to") + dt.timedelta(days=CARD.publication_lag_days)
        )
        .sort("site_id", "month")
    )
