"""Station series of monthly rain: the table's rules, and which station is used for a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.account import NO_SITES, NOT_THEN, Account, Unit, rows_by_rule
from signals.fetching.physical_ranges import bounds_of
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import RawFile
from signals.sources.climate.rain_rasters import NOT_TAKEN
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import year_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style, whole_number_of

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: Numbers that stand for "no data" in files that do not say so themselves.
NO_DATA_MM = (-9999.0, -999.0)

STATION_COLUMNS: dict[str, FieldKind] = {
    "station_id": "identifier",
    "latitude": "number",
    "longitude": "number",
    "year": "number",
    "month": "number",
    "precipitation_mm": "number",
}

_WITHOUT_DATA = "a month without data"
_NOT_NEAR = "of a station that is the nearest to no site"


@dataclass(frozen=True)
class StationTable:
    """The use of a table of stations.

    Attributes:
        raw: the file.
        read: its rows.
        without_data: rows that say that they have no data.
        rejected: by rule.
        series: the months of all stations.
        near: those of the stations that are the nearest to a site.
        pairs: site_id and station of the nearest one, by its name with the file.
        months: those of `near` in the time asked for: station, month, precipitation_mm, origin,
            source_row.
    """

    raw: RawFile
    read: int
    without_data: int
    rejected: Mapping[str, int]
    series: pl.DataFrame
    near: pl.DataFrame
    pairs: pl.DataFrame
    months: pl.DataFrame

    def count(self, account: Account, taken: pl.DataFrame) -> None:
        """Count the rows; `taken` are the months of series that were staged."""
        used = self.months.join(taken, on=["month", "origin"], how="semi").height
        then = self.months.height
        account.count(
            Unit.ROW,
            self.raw,
            read=self.read,
            used=used,
            rejected=self.rejected,
            out_of_scope={
                _WITHOUT_DATA: self.without_data,
                _NOT_NEAR: self.series.height - self.near.height,
                NOT_THEN: self.near.height - then,
                NOT_TAKEN: then - used,
            },
        )


def read_station_tables(
    tables: Sequence[RawFile],
    shapes: Sequence[SiteShape],
    account: Account,
    *,
    radius_km: float,
    first_year: int,
    drop: Sequence[str],
    declared: DecimalMark | None,
) -> tuple[list[StationTable], list[pl.DataFrame]]:
    """The months of the nearest stations of every table, and what was rejected.

    Args:
        tables: CSV, TSV, XLSX or Parquet.
        shapes: of the sites.
        account: takes the files of which nothing is asked.
        radius_km: a station farther away speaks for no site.
        first_year: months before it are left out.
        drop: headers that are neither read nor checked.
        declared: decimal mark by the user's word.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    read: list[StationTable] = []
    refused = [no_rejections()]
    for raw in tables:
        try:
            table, unread = read_source_table(
                Path(raw.path), STATION_COLUMNS, required=STATION_COLUMNS, drop=drop
            )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        series, bad, without_data = read_stations(table, Path(raw.origin).name, declared)
        rejected = pl.concat([unread, bad])
        refused.append(rejected)
        pairs = nearest_stations(series, shapes, radius_km)
        if not shapes:
            account.leave_out(raw, NO_SITES)
        station = pl.format("{} station {}", pl.lit(raw.origin), "station_id")
        near = series.join(pairs, on="station_id", how="semi").with_columns(station=station)
        months = near.filter(pl.col("month").dt.year() >= first_year).select(
            "station", "month", "precipitation_mm", pl.col("station").alias("origin"), "source_row"
        )
        read.append(
            StationTable(
                raw,
                rows_read(table, unread),
                without_data,
                rows_by_rule(rejected),
                series,
                near,
                pairs.select("site_id", station=station),
                months,
            )
        )
    return read, refused


def read_stations(
    table: pl.DataFrame, name: str, declared: DecimalMark | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Check a station table.

    Args:
        table: the columns of a station table as text, with `source_row`.
        name: of the file.
        declared: decimal mark by the user's word.

    Returns:
        station_id, latitude, longitude, month (first day), precipitation_mm, source_row; -9999 and
        -999 are no data and left out. The rejected rows: no such month, no number, rain below zero
        or above any month's, off the globe, a month given twice. And the number of rows without
        data.
    """
    figures = ("latitude", "longitude", "precipitation_mm")
    style = number_style(table, figures, declared=declared, checks=[_on_globe])
    typed = table.with_columns(
        *(number_of(column, style).alias(column) for column in figures),
        year=year_of("year"),
        month=whole_number_of("month", "dot").cast(pl.Int32),
    )
    has_no_data = pl.col("precipitation_mm").is_in(NO_DATA_MM).fill_null(False)
    without_data = typed.filter(has_no_data).height
    typed = typed.filter(~has_no_data)
    in_calendar = pl.col("month").is_between(1, 12) & pl.col("year").is_between(1800, 2200)
    on_globe = pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    given_once = pl.struct("station_id", "year", "month").is_first_distinct()
    highest = bounds_of("rain_of_month")[1]
    rules = (
        ("station_is_named", pl.col("station_id").is_not_null(), "station_id is empty"),
        ("month_exists", in_calendar, "year and month name no month; write 2010 and 1 to 12"),
        ("station_on_globe", on_globe, "latitude and longitude are not on the globe"),
        ("rain_is_a_number", pl.col("precipitation_mm").is_finite(), "rain is not a number"),
        ("rain_not_negative", pl.col("precipitation_mm") >= 0, "rain is below zero"),
        (
            "rain_is_plausible",
            pl.col("precipitation_mm") <= highest,
            f"rain is above {highest:g} mm, more than any month has had; is it a fill value?",
        ),
        ("month_is_unique", given_once, "the station has this month twice; the first is used"),
    )
    rejected = [no_rejections()]
    for rule, holds, reason in rules:
        kept = holds.fill_null(False)
        rejected.append(rejected_rows(typed.filter(~kept), name, rule, reason))
        typed = typed.filter(kept)
    series = typed.select(
        "station_id",
        "latitude",
        "longitude",
        pl.date("year", "month", 1).alias("month"),
        "precipitation_mm",
        "source_row",
    )
    return series, pl.concat(rejected).sort("source_row", "rule"), without_data


def _on_globe(table: pl.DataFrame) -> pl.Series:
    return table.select(
        pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    ).to_series()


def nearest_stations(
    series: pl.DataFrame, shapes: Sequence[SiteShape], radius_km: float
) -> pl.DataFrame:
    """site_id and station_id of the nearest station within the radius, by geodesic distance."""
    from signals.zonal.ellipsoid import ELLIPSOID

    stations = series.unique("station_id", keep="first", maintain_order=True)
    if stations.is_empty() or not shapes:
        return pl.DataFrame(schema={"site_id": pl.String, "station_id": pl.String})
    centres = np.array([[s.geometry.centroid.x, s.geometry.centroid.y] for s in shapes])
    places = stations.select("longitude", "latitude").to_numpy()
    nearest = np.argmax(_unit_vectors(centres) @ _unit_vectors(places).T, axis=1)
    chosen = places[nearest]
    _, _, metres = ELLIPSOID.inv(centres[:, 0], centres[:, 1], chosen[:, 0], chosen[:, 1])
    near = np.asarray(metres) <= radius_km * 1000.0
    return pl.DataFrame(
        {
            "site_id": [shape.site_id for shape in shapes],
            "station_id": stations["station_id"].gather(nearest.tolist()),
        }
    ).filter(pl.Series(near))


def _unit_vectors(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    longitude, latitude = np.radians(degrees).T
    return np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )
