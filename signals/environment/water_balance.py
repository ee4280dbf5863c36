"""Rain less potential evapotranspiration at sites, and its index over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.environment.site_months import MINIMUM_SUMS, MINIMUM_YEARS, SiteMonths, site_months
from signals.environment.spei import SpeiSeries, hargreaves, spei_series
from signals.environment.spi import standard_error

#: What signals of the balance return.
OUTCOME: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "quality": pl.Float64(),
    "observed_to": pl.Date(),
    "origin": pl.String(),
    "source_id": pl.String(),
    "status": pl.String(),
    "status_reason": pl.String(),
}

_COLUMNS = ("lowest_c", "highest_c", "precipitation_mm", "latitude")


@dataclass(frozen=True)
class BalanceIndex:
    """Months of sites, and the SPEI of their balance."""

    months: SiteMonths
    series: SpeiSeries


def one_source(weather: pl.DataFrame) -> pl.DataFrame:
    """The rows of one source per site, the one with more months; sources are never mixed."""
    most = (
        weather.group_by("site_id", "source_id")
        .len()
        .sort("site_id", "len", "source_id", descending=[False, True, False])
        .unique("site_id", keep="first", maintain_order=True)
    )
    return weather.join(most, on=["site_id", "source_id"], how="semi")


def balance_index(weather: pl.DataFrame, months: int) -> BalanceIndex | None:
    """SPEI of rain less Hargreaves evapotranspiration; None where there is no weather.

    Args:
        weather: columns of `stg_weather__site_month`.
        months: length of the sums.
    """
    known = one_source(weather).drop_nulls(["lowest_c", "highest_c", "precipitation_mm"])
    laid_out = site_months(known, _COLUMNS)
    if laid_out is None:
        return None
    values = laid_out.values
    evaporation = hargreaves(
        values["lowest_c"], values["highest_c"], values["latitude"], laid_out.calendar_month
    )
    series = spei_series(
        values["precipitation_mm"] - evaporation,
        months,
        laid_out.is_calibration,
        minimum=MINIMUM_SUMS,
    )
    return BalanceIndex(laid_out, series)


def index_outcome(
    sites: pl.DataFrame, value: NDArray[np.float64], years: NDArray[np.int64], reason: pl.Expr
) -> pl.LazyFrame:
    """Columns of `OUTCOME` from an index of drought of each site's last month.

    Args:
        sites: site_id, month, observed_to, origin, perhaps source_id, and what `reason` reads.
        value: the index, NaN where there is none.
        years: that calibrated it; the error and the quality follow from them.
        reason: why there is no value, for the sites without one.
    """
    is_observed = pl.col("value").is_not_null()
    return (
        sites.with_columns(
            pl.Series("value", value).fill_nan(None),
            pl.Series("stderr", standard_error(value, np.maximum(years, 1))).fill_nan(None),
            pl.Series("years", years),
        )
        .select(
            "site_id",
            pl.col("^source_id$"),
            period=pl.col("month").dt.to_string("%Y-%m"),
            value="value",
            stderr="stderr",
            quality=pl.when(is_observed).then((pl.col("years") / MINIMUM_YEARS).clip(0.0, 1.0)),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~is_observed).then(pl.lit("not_covered")),
            status_reason=pl.when(~is_observed).then(reason),
        )
        .lazy()
    )
