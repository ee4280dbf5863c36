"""Active fires around sites, from NASA FIRMS (MODIS and VIIRS).

A mirror holds FIRMS CSV files under their own names, of which the coverage is read (see
`firms_files`). At the address, with the key of `FIRMS_MAP_KEY`, the area API is asked in boxes of
10 degrees around the sites, five days a request, for the last `window_days` before the as-of date;
without the key the newest yearly archives of countries are read (see `firms_address`). Detections
of low confidence, and static sources such as gas flares where the file marks them, are left out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from signals.access import Access, AccessKind, Grid, Periods, Reach, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import KeyMissingError
from signals.sources.climate.firms_address import area_files, boxes, country_archives
from signals.sources.climate.firms_files import (
    COLUMNS,
    REQUIRED,
    Coverage,
    coverage_of,
    read_detections,
)
from suppliers.input_errors import DataRejectedError, NonExtractiveError

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

CARD = SourceCard(
    id="firms",
    title="FIRMS active fire detections",
    publisher="NASA LANCE / FIRMS",
    url="https://firms.modaps.eosdis.nasa.gov/api/area/csv",
    licence=Licence(
        id="NASA-open",
        url="https://www.earthdata.nasa.gov/engage/open-data-services-software-policies",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="NASA, from the MODIS and VIIRS instruments",
    collection=Collection.REMOTE_SENSING,
    lineage=("modis_thermal", "viirs_thermal"),
    cadence="daily",
    publication_lag_days=1,
    coverage="World, 375 m (VIIRS) or 1 km (MODIS), from 2000",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="NASA FIRMS, https://earthdata.nasa.gov/firms",
    form_verified=(
        "2026-11: area API, availability table, quota sentences and country archives in public "
        "clients and their records of real calls of 2026; not called live"
    ),
    access=Access(
        kind=AccessKind.FREE_KEY,
        variables=("FIRMS_MAP_KEY",),
        required=False,
        register_at="https://firms.modaps.eosdis.nasa.gov/api/map_key/",
        price="free",
        waiting_time="minutes, by e-mail",
        adds="active fires up to the last days; without a key, only archives of past years",
    ),
    reach=Reach(by="location"),
    requests=(
        Requests(kilobytes=2, key="with"),
        Requests(
            kilobytes=60,
            per="cell",
            grid=Grid(latitude=10, longitude=10, counts="centre"),
            periods=Periods(
                option="window_days", default=365, unit="days", every="5 days", and_more=1
            ),
            key="with",
        ),
        Requests(
            kilobytes=8000,
            per="country",
            periods=Periods(option="window_days", default=365, unit="days", every="year"),
            key="without",
        ),
    ),
    has_yearly_archives=True,
)

TABLE = "stg_firms__site_fires"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "covered_days": pl.Float64(),
    "detections": pl.Int32(),
    "night_detections": pl.Int32(),
    "area_km2": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: Detections of one overpass nearer together than this are one pixel (VIIRS: 0.0034 degrees).
SAME_PIXEL_DEGREES = 0.001


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="csv",
    path="../../data_availability/csv/{FIRMS_MAP_KEY}/ALL",
    holds=("data_id", "min_date", "max_date"),
    without_key=("../../../data/country/viirs-jpss1/<year>/viirs-jpss1_<year>_Indonesia.csv"),
    days_before=730,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the mirror's files, ask the area API, or without a key read country archives.

    Raises:
        StoppedEarlyError: the quota ended, or the publisher stopped answering, in the middle.
        SourceUnavailableError: the publisher cannot be reached, holds no day of the window, or
            nothing is in the mirror.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        words = ("modis", "viirs", "fire", "firms")
        patterns = [f"*{word}*.csv*" for word in words]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    days = int(number(CARD.id, context.options, "window_days", 365.0))
    last = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    window = (last - dt.timedelta(days=days - 1), last)
    product = text(CARD.id, context.options, "product", "")
    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    try:
        return area_files(context, CARD.id, window, product, boxes(context.sites, radius_km))
    except KeyMissingError as error:
        return country_archives(context, CARD.id, window, error)


def day_cut(day: dt.date) -> dt.date | None:
    """What of a run's day the rows depend on beside their publication: the month it cuts, if any.

    Rows are of months; where the last day published ends a month, a later staging has the same.
    """
    last = day - dt.timedelta(days=CARD.publication_lag_days)
    return None if (last + dt.timedelta(days=1)).day == 1 else last


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Count detections around each site by month, with the days covered.

    Only days published by the as-of date count, so that a month cut by it keeps its known days.
    A site no file covers gets no row. A fire reported by two files counts once.

    Raises:
        NonExtractiveError: a file holds data about persons.
    """
    from signals.zonal.site_outlines import areas_ha, site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    least = number(CARD.id, context.options, "minimum_confidence", 30.0, above=-1.0)
    drop = string_list(CARD.id, context.options, "drop")
    shapes = site_shapes(context.sites, radius_km)
    area_km2 = areas_ha([shape.geometry for shape in shapes]) / 100.0 if shapes else np.empty(0)
    grounds = pl.DataFrame(
        {"site_id": [shape.site_id for shape in shapes], "area_km2": area_km2},
        schema={"site_id": pl.String, "area_km2": pl.Float64},
    ).with_columns(radius_km=(pl.col("area_km2") / math.pi).sqrt())
    coverages: list[tuple[Coverage, str]] = []
    found = [pl.DataFrame(schema=_DETECTION_SCHEMA)]
    refused = [no_rejections()]
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        try:
            table, unread = read_source_table(
                Path(raw.path), COLUMNS, required=REQUIRED, drop=drop, where=name
            )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        detections, bad = read_detections(table, name)
        rejected = pl.concat([unread, bad])
        refused.append(rejected)
        try:
            coverage = coverage_of(name, raw.key, detections)
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        coverages.append((coverage, raw.origin))
        # A file without any fire says that there was none on its days.
        account.use(raw)
        sure = detections.filter(pl.col("confidence") >= least)
        fires = sure.filter(pl.col("type") == 0)
        beyond = {
            "below the confidence asked for": detections.height - sure.height,
            "no fire of vegetation": sure.filter(pl.col("type") != 0).height,
        }
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(table, unread),
            used=fires.height,
            rejected=rows_by_rule(rejected),
            out_of_scope=beyond,
        )
        found.append(fires.select(list(_DETECTION_SCHEMA)))
    known_to = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    countries = dict(context.sites.select("site_id", "country_iso3").iter_rows())
    places, covered = _covered_days(coverages, shapes, countries)
    days = (
        covered.filter(pl.col("day") <= known_to)
        .group_by("place", "day")
        .agg(pl.col("share").max(), pl.col("origin").min())
    )
    rows = _by_month(places, days, _near_sites(pl.concat(found), shapes), grounds)
    return [Staged(TABLE, rows, pl.concat(refused), account)]


_COVERED_SCHEMA: dict[str, pl.DataType] = {
    "place": pl.Int64(),
    "day": pl.Date(),
    "share": pl.Float64(),
    "origin": pl.String(),
}

_DETECTION_SCHEMA: dict[str, pl.DataType] = {
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "acquired_at": pl.Datetime("us"),
    "satellite": pl.String(),
    "is_night": pl.Boolean(),
}


def _covered_days(
    coverages: Sequence[tuple[Coverage, str]],
    shapes: Sequence[SiteShape],
    countries: Mapping[str, str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The place of each site, and the days that files cover of each place.

    Sites that the same files cover are one place: there are few, however many sites.

    Args:
        coverages: of each file, with its origin.
        shapes: of the sites.
        countries: by site.
    """
    import shapely

    centres = shapely.centroid(np.array([shape.geometry for shape in shapes], dtype=object))
    at = (shapely.get_x(centres), shapely.get_y(centres))
    iso3 = np.array([countries[shape.site_id] for shape in shapes], dtype=np.str_)
    inside = [_is_covered(coverage, at, iso3) for coverage, _ in coverages]
    place = np.zeros(len(shapes), dtype=np.int64)
    for mask in inside:
        if mask.any() and not mask.all():
            _, place = np.unique(2 * place + mask, return_inverse=True)
    days = [pl.DataFrame(schema=_COVERED_SCHEMA)]
    for (coverage, origin), mask in zip(coverages, inside, strict=True):
        of_file = pl.DataFrame(
            {"day": list(coverage.days), "share": list(coverage.days.values())},
            schema={"day": pl.Date, "share": pl.Float64},
        )
        there = pl.DataFrame({"place": np.unique(place[mask])}, schema={"place": pl.Int64})
        days.append(there.join(of_file, how="cross").with_columns(origin=pl.lit(origin)))
    places = pl.DataFrame(
        {"site_id": [shape.site_id for shape in shapes], "place": place},
        schema={"site_id": pl.String, "place": pl.Int64},
    )
    return places, pl.concat(days)


def _is_covered(
    coverage: Coverage, at: tuple[NDArray[np.float64], NDArray[np.float64]], iso3: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """[sites] whether a file would show their fires."""
    covered = np.ones(iso3.size, dtype=bool)
    if coverage.country_iso3 is not None:
        covered &= iso3 == coverage.country_iso3
    if coverage.box is not None:
        west, south, east, north = coverage.box
        longitude, latitude = at
        covered &= (west <= longitude) & (longitude <= east)
        covered &= (south <= latitude) & (latitude <= north)
    return covered


def _near_sites(detections: pl.DataFrame, shapes: Sequence[SiteShape]) -> pl.DataFrame:
    """site_id, day and is_night of every detection inside a site's outline, each counted once."""
    import shapely

    if detections.is_empty() or not shapes:
        return pl.DataFrame(schema={"site_id": pl.String, "day": pl.Date, "is_night": pl.Boolean})
    in_order = detections.sort(list(_DETECTION_SCHEMA))
    points = shapely.points(in_order["longitude"].to_numpy(), in_order["latitude"].to_numpy())
    tree = shapely.STRtree(points)
    site_rows, point_rows = tree.query([s.geometry for s in shapes], predicate="intersects")
    near, position = np.unique(point_rows, return_inverse=True)
    is_first = _is_first_of_its_pixel(in_order[near])[position]
    site_ids = pl.Series("site_id", [shape.site_id for shape in shapes], dtype=pl.String)
    hits: pl.DataFrame = in_order[point_rows[is_first]]
    return hits.select(
        site_ids.gather(site_rows[is_first]),
        pl.col("acquired_at").dt.date().alias("day"),
        "is_night",
    )


def _is_first_of_its_pixel(detections: pl.DataFrame) -> NDArray[np.bool_]:
    """[detections] False where an earlier row is the same pixel of the same overpass.

    Files of one detection differ in the decimals of its coordinates, and a little between the
    near-real-time and the standard record; pixels of one overpass lie three times as far apart.
    """
    overpass = detections.select(
        pl.struct("satellite", "acquired_at").rank("dense").cast(pl.Float64)
    ).to_series()
    # Overpasses are kept apart by a coordinate of their own, far longer than any distance.
    at = np.column_stack(
        [detections["latitude"], detections["longitude"], 10.0 * overpass.to_numpy()]
    )
    pairs = cKDTree(at).query_pairs(SAME_PIXEL_DEGREES, output_type="ndarray")
    is_first = np.ones(detections.height, dtype=bool)
    is_first[pairs.max(axis=1)] = False
    return is_first


def _by_month(
    places: pl.DataFrame, days: pl.DataFrame, fires: pl.DataFrame, grounds: pl.DataFrame
) -> pl.DataFrame:
    """Columns of the table, by site and month.

    Args:
        places: site_id, place.
        days: place, day, share, origin; each day of a place once.
        fires: site_id, day, is_night; those on days that nothing covers do not count.
        grounds: site_id, area_km2, radius_km.
    """
    month = pl.col("day").dt.month_start().alias("month")
    counts = (
        fires.join(places, on="site_id")
        .join(days, on=["place", "day"], how="semi")
        .group_by("site_id", month)
        .agg(
            detections=pl.len().cast(pl.Int32),
            night_detections=pl.col("is_night").sum().cast(pl.Int32),
        )
    )
    months = (
        days.sort("place", "day")
        .group_by("place", month, maintain_order=True)
        .agg(
            covered_days=pl.col("share").sum(),
            origin=pl.col("origin").min(),
            observed_to=pl.col("day").max(),
        )
    )
    lag = pl.duration(days=CARD.publication_lag_days)
    return (
        places.join(months, on="place")
        .join(counts, on=["site_id", "month"], how="left")
        .with_columns(pl.col("detections", "night_detections").fill_null(0))
        .sort("site_id", "month")
        .join(grounds, on="site_id", how="left", maintain_order="left")
        .with_columns(published_on=pl.col("observed_to") + lag)
        .select(list(SCHEMA))
    )
