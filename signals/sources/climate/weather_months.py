"""From daily weather at places to months: means, sums and hours of heat."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

TABLE = "stg_weather__site_month"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "source_id": pl.String(),
    "latitude": pl.Float64(),
    "lowest_c": pl.Float64(),
    "highest_c": pl.Float64(),
    "precipitation_mm": pl.Float64(),
    "heat_hours": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: A month with fewer of its days than this share is left out.
MINIMUM_DAY_SHARE = 0.9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DailyWeather:
    """Days of one place, NaN where missing.

    Attributes:
        days: ascending, each once.
        lowest_c: lowest temperature of the day.
        highest_c: highest temperature of the day.
        dew_point_c: mean dew point.
        precipitation_mm: rain of the day.
    """

    days: list[dt.date]
    lowest_c: Floats
    highest_c: Floats
    dew_point_c: Floats
    precipitation_mm: Floats


def monthly(weather: DailyWeather) -> pl.DataFrame:
    """Months with enough days: month, lowest_c, highest_c, precipitation_mm, heat_hours.

    Temperatures are means of the days known; rain and hours of heat are scaled from the days
    known to the whole month. A month without nine tenths of its days of a variable has null.
    """
    from signals.sources.climate.heat_stress import hours_above_limit

    heat = hours_above_limit(weather.highest_c, weather.dew_point_c)
    daily = pl.DataFrame(
        {
            "day": weather.days,
            "lowest_c": weather.lowest_c,
            "highest_c": weather.highest_c,
            "precipitation_mm": weather.precipitation_mm,
            "heat_hours": heat,
        },
        schema_overrides={"day": pl.Date},
    ).with_columns(pl.exclude("day").fill_nan(None))
    length = pl.col("day").first().dt.days_in_month()

    def of_month(name: str, *, is_sum: bool) -> pl.Expr:
        mean = pl.col(name).mean()
        known = pl.col(name).count() >= MINIMUM_DAY_SHARE * length
        return pl.when(known).then(mean * length if is_sum else mean).alias(name)

    return (
        daily.group_by(month=pl.col("day").dt.month_start(), maintain_order=True)
        .agg(
            of_month("lowest_c", is_sum=False),
            of_month("highest_c", is_sum=False),
            of_month("precipitation_mm", is_sum=True),
            of_month("heat_hours", is_sum=True),
        )
        .filter(pl.any_horizontal(pl.exclude("month").is_not_null()))
    )


def site_rows(
    months: pl.DataFrame, places: pl.DataFrame, source_id: str, origin: str, lag_days: int
) -> pl.DataFrame:
    """The months of one place as staged rows of every site that uses it.

    Args:
        months: as `monthly` gives them.
        places: site_id and latitude of those sites.
        source_id: whose they are.
        origin: the file or address.
        lag_days: from a month's end to its publication.
    """
    month_end = pl.col("month").dt.month_end()
    return (
        places.select("site_id", "latitude")
        .join(months, how="cross")
        .with_columns(
            source_id=pl.lit(source_id),
            origin=pl.lit(origin),
            observed_to=month_end,
            published_on=month_end + pl.duration(days=lag_days),
        )
        .select(list(SCHEMA))
    )
