"""Deforestation alerts around sites by month, from the integrated alerts of Global Forest Watch.

The Data API is asked once per site, by `POST /dataset/gfw_integrated_alerts/latest/query/json`
with the site's outline and the key of `GFW_API_KEY` as `x-api-key`; it answers hectares by day and
confidence. A mirror holds CSV downloads of the dataset instead (longitude, latitude, date and
confidence of each alert pixel of 10 m). Alerts exist between 30 N and 30 S alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from signals.access import Access, AccessKind, Reach, Requests
from signals.account import NOT_THEN, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, string_list
from signals.fetching.partial_pull import fetch_each
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.land.alert_rows import (
    ALERTS,
    AREA,
    ASKED,
    CONFIDENCE,
    DAILY,
    DATE,
    DECIMALS,
    LATITUDE_LIMIT,
    AlertSteps,
    by_day,
    near_sites,
    newest_of_each_pixel,
    read_answer,
    read_download,
)
from suppliers.input_errors import DataRejectedError, NonExtractiveError

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
    counts=(Unit.FILE, Unit.ROW),
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

_QUERY_PATH = "dataset/gfw_integrated_alerts/latest/query/json"

#: Keys of answers begin with this; the days asked for and the site follow.
_ANSWER = "query"


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

    def ask(shape: SiteShape) -> Iterator[RawFile]:
        yield context.store.ask(
            CARD.id,
            f"{context.url.rstrip('/')}/{_QUERY_PATH}",
            {"sql": sql, "geometry": _outline(shape)},
            key=f"{_ANSWER}/{first}/{last}/{shape.site_id}",
            headers={"x-api-key": "{GFW_API_KEY}"},
        )

    return fetch_each(CARD.id, _in_reach(context), ask)


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

    rounded = shapely.set_precision(shape.geometry, 10.0**-DECIMALS)
    geometry: Mapping[str, Any] = json.loads(shapely.to_geojson(rounded))
    return geometry


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
    drop = string_list(CARD.id, context.options, "drop")
    found, refused = [pl.DataFrame(schema=ALERTS)], [no_rejections()]
    account = Account()
    daily, asked = [pl.DataFrame(schema=DAILY)], [pl.DataFrame(schema=ASKED)]
    downloads: list[tuple[RawFile, int, pl.DataFrame]] = []
    for raw in files:
        try:
            if raw.key.startswith(f"{_ANSWER}/"):
                answered, of_site = read_answer(raw)
                daily.append(answered)
                asked.append(of_site)
                account.use(raw)
                known = answered.filter(pl.col("day") <= known_to).height
                later = answered.filter(pl.col("day") > known_to).height
                account.count(
                    Unit.ROW, raw, read=answered.height, used=known, rejected={},
                    out_of_scope={NOT_THEN: later},
                )  # fmt: skip
                continue
            alerts, rejected, read = read_download(raw, drop)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        found.append(alerts)
        refused.append(rejected)
        downloads.append((raw, read, rejected))
    every = pl.concat(found)
    alerts = newest_of_each_pixel(every.filter(pl.col("day") <= known_to))
    near = near_sites(alerts, shapes)
    daily.append(by_day(near, pixel_ha))
    if not alerts.is_empty():
        asked.append(
            daily[-1]
            .group_by("site_id")
            .agg(origin=pl.col("origin").min())
            .with_columns(first=pl.lit(alerts["day"].min()), last=pl.lit(alerts["day"].max()))
            .select(list(ASKED))
        )
    outcomes = AlertSteps(every, every.filter(pl.col("day") <= known_to), alerts, near)
    for raw, read, rejected in downloads:
        outcomes.count(account, raw, read, rejected)
    rows = _by_month(pl.concat(daily), pl.concat(asked), known_to)
    rows = rows.with_columns(radius_km=pl.lit(radius_km)).select(list(SCHEMA))
    return [Staged(TABLE, rows, pl.concat(refused), account)]


def _by_month(daily: pl.DataFrame, asked: pl.DataFrame, known_to: dt.date) -> pl.DataFrame:
    """Months of each site from the first day covered to the last one known."""
    month = pl.col("day").dt.truncate("1mo").alias("month")
    sums = (
        daily.filter(pl.col("day") <= known_to)
        .group_by("site_id", month)
        .agg(alert_ha=pl.col("alert_ha").sum(), high_confidence_ha=pl.col("high_ha").sum())
    )
    months = (
        asked.group_by("site_id")
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
