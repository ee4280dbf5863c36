"""Detections of fires around sites, and the days that files cover at each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from signals.sources.climate.firms_files import Coverage

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: Detections of one overpass nearer together than this are one pixel (VIIRS: 0.0034 degrees).
SAME_PIXEL_DEGREES = 0.001

_COVERED_SCHEMA: dict[str, pl.DataType] = {
    "place": pl.Int64(),
    "day": pl.Date(),
    "share": pl.Float64(),
    "origin": pl.String(),
}

DETECTION_SCHEMA: dict[str, pl.DataType] = {
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "acquired_at": pl.Datetime("us"),
    "satellite": pl.String(),
    "is_night": pl.Boolean(),
}


def covered_days_of(
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


def near_sites(detections: pl.DataFrame, shapes: Sequence[SiteShape]) -> pl.DataFrame:
    """site_id, day and is_night of every detection inside a site's outline, each counted once."""
    import shapely

    if detections.is_empty() or not shapes:
        return pl.DataFrame(schema={"site_id": pl.String, "day": pl.Date, "is_night": pl.Boolean})
    in_order = detections.sort(list(DETECTION_SCHEMA))
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
