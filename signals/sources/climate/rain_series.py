"""Which series of months speaks for a site: its raster means, or the stations nearest to it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from signals.sources.climate.rain_stations import StationTable

MONTHS = ("series_id", "month", "precipitation_mm", "origin")

#: Where both have as many months of a site, the first by name is taken.
_RASTER, _STATION = "0 raster", "1 station"
#: A raster is averaged over the ground of one site, so its series is of that site alone.
_OF_RASTERS = "rasters at "
_SITE_MONTHS = {
    "site_id": pl.String, "month": pl.Date, "precipitation_mm": pl.Float64, "origin": pl.String,
}  # fmt: skip


def chosen_series(
    rasters: pl.DataFrame, tables: Sequence[StationTable]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Choose for each site between rasters and stations: whichever has more months.

    Several tables give one series to all sites that have the same stations nearest; of a month
    that two files have, the first by origin is taken.

    Args:
        rasters: site_id, month, precipitation_mm, origin.
        tables: of stations, each with the nearest station of its sites.

    Returns:
        site_id and series_id, one row a site with rain; and the columns `MONTHS` of these series,
        in the order of series and month.
    """
    of_stations = _of_stations(tables)
    per_station = pl.concat(
        [pl.DataFrame(schema={"station": pl.String, **_SITE_MONTHS}).drop("site_id"),
         *(one.months.select("station", *list(_SITE_MONTHS)[1:]) for one in tables)]
    )  # fmt: skip
    rows_of = per_station.group_by("station").len()
    candidates = pl.concat(
        [
            rasters.group_by("site_id")
            .len()
            .with_columns(series_id=_of_rasters(), kind=pl.lit(_RASTER)),
            of_stations.explode("stations")
            .join(rows_of, left_on="stations", right_on="station")
            .group_by("site_id", "series_id")
            .agg(pl.col("len").sum())
            .with_columns(kind=pl.lit(_STATION)),
        ],
        how="diagonal",
    )
    chosen = (
        candidates.sort("site_id", "len", "kind", descending=[False, True, False])
        .unique("site_id", keep="first", maintain_order=True)
        .select("site_id", "series_id")
    )
    series = of_stations.select("series_id", "stations").unique("series_id")
    months = pl.concat(
        [
            rasters.select(_of_rasters().alias("series_id"), *MONTHS[1:]),
            series.explode("stations")
            .join(per_station, left_on="stations", right_on="station")
            .select(MONTHS),
        ]
    )
    taken = (
        months.join(chosen, on="series_id", how="semi")
        .sort("series_id", "month", "origin")
        .unique(["series_id", "month"], keep="first", maintain_order=True)
    )
    return chosen, taken


def rain_of_rasters(sites: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """site_id and month of what was taken of rasters."""
    of_rasters = pl.col("series_id") == _of_rasters()
    return sites.filter(of_rasters).join(months, on="series_id").select("site_id", "month")


def _of_stations(tables: Sequence[StationTable]) -> pl.DataFrame:
    """site_id, stations (names with their files) and series_id, the stations' names in a row."""
    pairs = [one.pairs.select("site_id", "station") for one in tables]
    empty = pl.DataFrame(schema={"site_id": pl.String, "station": pl.String})
    return (
        pl.concat([empty, *pairs])
        .group_by("site_id")
        .agg(stations=pl.col("station").sort())
        .with_columns(series_id=pl.col("stations").list.join(" and "))
    )


def _of_rasters() -> pl.Expr:
    return pl.format(f"{_OF_RASTERS}{{}}", "site_id")
