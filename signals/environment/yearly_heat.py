"""Hours of heat in each site's last twelve months and in the years of 1991-2020."""

from __future__ import annotations

import polars as pl

from signals.environment.site_months import CALIBRATION_YEARS, MINIMUM_YEARS
from signals.environment.water_balance import one_source

MONTHS = 12

#: Of a day's four hours above the limit, what is not known of their true number. Ours.
RELATIVE_ERROR = 0.25


def heat_years(weather: pl.DataFrame) -> pl.DataFrame:
    """One row per site: the last year's hours and the mean of the whole years of 1991-2020.

    Args:
        weather: columns of `stg_weather__site_month`.

    Returns:
        site_id, month (the last), observed_to, origin, source_id; hours of the last twelve months
        and known_months of these; usual_hours (mean), usual_error (its standard error) and years of
        the calibration years that have all their months. Hours are null with a month missing.
    """
    rows = one_source(weather).drop_nulls("heat_hours").sort("site_id", "month")
    last = pl.col("month").max().over("site_id")
    recent = rows.filter(pl.col("month") > last.dt.offset_by(f"-{MONTHS}mo"))
    now = recent.group_by("site_id", maintain_order=True).agg(
        pl.col("month").last(),
        pl.col("observed_to").last(),
        pl.col("origin", "source_id").last(),
        known_months=pl.len(),
        hours=pl.when(pl.len() == MONTHS).then(pl.col("heat_hours").sum()),
    )
    usual = (
        rows.filter(pl.col("month").dt.year().is_between(*CALIBRATION_YEARS))
        .group_by("site_id", year=pl.col("month").dt.year())
        .agg(hours=pl.col("heat_hours").sum(), months=pl.len())
        .filter(pl.col("months") == MONTHS)
        .group_by("site_id")
        .agg(
            usual_hours=pl.col("hours").mean(),
            usual_error=pl.col("hours").std() / pl.len().sqrt(),
            years=pl.len(),
        )
        .filter(pl.col("years") >= MINIMUM_YEARS - 1)
    )
    return now.join(usual, on="site_id", how="left").sort("site_id")


def missing_months() -> pl.Expr:
    """Why there are no hours, as a sentence."""
    return pl.format("only {} of the last twelve months have temperature and dew point",
                     "known_months")  # fmt: skip
