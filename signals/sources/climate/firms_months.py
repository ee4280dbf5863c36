"""Rows of FIRMS by site and month, made block by block of sites."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.sources.climate.firms_files import Coverage
from signals.sources.climate.firms_sites import BlockCounts, Fires, covered_days

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: Sites whose outlines are in memory at a time.
SITES_AT_A_TIME = 20_000

_DAYS: dict[str, pl.DataType] = {
    "area": pl.Int64(),
    "day": pl.Date(),
    "share": pl.Float64(),
    "origin": pl.String(),
}


@dataclass(frozen=True)
class CoveredAreas:
    """What files cover: few areas, however many files.

    Attributes:
        areas: country, or box, or neither for the world.
        days: area, day, share, origin; each day of an area once.
    """

    areas: Sequence[Coverage]
    days: pl.DataFrame

    @classmethod
    def of(
        cls,
        coverages: Sequence[tuple[Coverage, str]],
        is_staged: Callable[[pl.Expr], pl.Expr],
    ) -> CoveredAreas:
        """Bring what files cover together by area.

        Args:
            coverages: of files, each with its origin.
            is_staged: whether the rows of a month are made.
        """
        number: dict[object, int] = {}
        areas: list[Coverage] = []
        parts = [pl.DataFrame(schema=_DAYS)]
        for coverage, origin in coverages:
            key = (coverage.country_iso3, coverage.box)
            if key not in number:
                number[key] = len(areas)
                areas.append(coverage)
            of_file = {"day": list(coverage.days), "share": list(coverage.days.values())}
            part = pl.DataFrame(of_file, schema={"day": pl.Date, "share": pl.Float64})
            area = pl.lit(number[key], pl.Int64)
            parts.append(part.select(area.alias("area"), "day", "share", origin=pl.lit(origin)))
        staged = pl.concat(parts).filter(is_staged(pl.col("day").dt.month_start()))
        return cls(areas, _each_day(staged, "area"))

    def places(
        self, at: tuple[NDArray[np.float64], NDArray[np.float64]], iso3: NDArray[np.str_]
    ) -> tuple[NDArray[np.int64], pl.DataFrame]:
        """The place of each site, and the days covered at each place.

        Sites that the same areas hold are one place: there are few, however many sites.

        Args:
            at: longitude and latitude of the centre of each site.
            iso3: its country.

        Returns:
            [sites] number of the place; place, day, share, origin, each day of a place once.
        """
        inside = np.column_stack(
            [np.zeros(iso3.size, bool), *(_is_covered(area, at, iso3) for area in self.areas)]
        )
        patterns, place = np.unique(np.packbits(inside, axis=1), axis=0, return_inverse=True)
        numbers, areas = np.nonzero(np.unpackbits(patterns, axis=1))
        of_place = pl.DataFrame({"place": numbers, "area": areas - 1})
        days = of_place.join(self.days, on="area").drop("area")
        return place.reshape(-1).astype(np.int64), _each_day(days, "place")


def _each_day(days: pl.DataFrame, of: str) -> pl.DataFrame:
    return (
        days.group_by(of, "day").agg(pl.col("share").max(), pl.col("origin").min()).sort(of, "day")
    )


def _is_covered(
    area: Coverage, at: tuple[NDArray[np.float64], NDArray[np.float64]], iso3: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """[sites] whether their centre and country lie in an area."""
    covered = np.ones(iso3.size, dtype=bool)
    if area.country_iso3 is not None:
        covered &= iso3 == area.country_iso3
    if area.box is not None:
        west, south, east, north = area.box
        longitude, latitude = at
        covered &= (west <= longitude) & (longitude <= east)
        covered &= (south <= latitude) & (latitude <= north)
    return covered


@dataclass(frozen=True)
class _Block:
    """Sites of a block: site_id, number, place, area_km2, radius_km; and the months covered."""

    sites: pl.DataFrame
    months: pl.DataFrame
    counts: BlockCounts


def rows_by_block(
    sites: pl.DataFrame,
    radius_km: float,
    areas: CoveredAreas,
    fires: Fires,
    lag_days: int,
    standing: Callable[[str, pl.Series], pl.DataFrame | None],
) -> Iterator[pl.DataFrame]:
    """Rows of the table, by site and month; sites in the order of their ids.

    Args:
        sites: those that can be measured, in any order.
        radius_km: of those without an outline of their own.
        areas: covered, on days that are known.
        fires: to be counted.
        lag_days: from a day to its publication.
        standing: rows of other months, of the sites between two.
    """
    ordered = sites.sort("site_id")
    blocks = [
        _block(part, radius_km, areas, fires) for part in ordered.iter_slices(SITES_AT_A_TIME)
    ]
    fires.settle(block.counts for block in blocks)
    for block in blocks:
        rows = _rows(block, lag_days)
        others = standing("site_id", block.sites["site_id"])
        yield rows if others is None else pl.concat([others, rows]).sort("site_id", "month")


def _block(part: pl.DataFrame, radius_km: float, areas: CoveredAreas, fires: Fires) -> _Block:
    import shapely

    from signals.zonal.site_outlines import areas_ha, site_shapes

    shapes: Sequence[SiteShape] = site_shapes(part, radius_km)
    outlines = np.array([shape.geometry for shape in shapes], dtype=object)
    centres = shapely.centroid(outlines)
    at = (shapely.get_x(centres), shapely.get_y(centres))
    iso3 = part["country_iso3"].fill_null("").to_numpy().astype(np.str_)
    place, days = areas.places(at, iso3)
    numbers = days["day"].to_physical().cast(pl.Int64).to_numpy()
    covered = covered_days(days["place"].to_numpy(), numbers, int(place.max()) + 1)
    counts = fires.around(shapes, place, covered)
    months = (
        days.group_by("place", pl.col("day").dt.month_start().alias("month"), maintain_order=True)
        .agg(
            covered_days=pl.col("share").sum(),
            origin=pl.col("origin").min(),
            observed_to=pl.col("day").max(),
        )
        .with_columns(of=_month_number("month") - _month_number("month").min())
    )
    area_km2 = areas_ha([shape.geometry for shape in shapes]) / 100.0
    own = part.select(
        "site_id",
        number=pl.int_range(pl.len()),
        place=pl.Series(place, dtype=pl.Int64),
        area_km2=pl.Series(area_km2),
    ).with_columns(radius_km=(pl.col("area_km2") / math.pi).sqrt())
    return _Block(own, months, counts)


def _month_number(name: str) -> pl.Expr:
    return pl.col(name).dt.year().cast(pl.Int64) * 12 + pl.col(name).dt.month()


def _rows(block: _Block, lag_days: int) -> pl.DataFrame:
    rows = block.sites.join(block.months, on="place", maintain_order="left_right")
    at = (rows["number"].to_numpy(), rows["of"].to_numpy())
    return rows.select(
        "site_id",
        "month",
        "covered_days",
        detections=pl.Series(block.counts.detections[at], dtype=pl.Int32),
        night_detections=pl.Series(block.counts.night_detections[at], dtype=pl.Int32),
        area_km2=pl.col("area_km2"),
        radius_km=pl.col("radius_km"),
        origin=pl.col("origin"),
        observed_to=pl.col("observed_to"),
        published_on=pl.col("observed_to") + pl.duration(days=lag_days),
    )
