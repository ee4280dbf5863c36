"""Rain of the last twelve months against what is usual there: SPI-12.

The twelve-month sum is compared with the same calendar month's sums of 1991-2020, or of all years
known when these are fewer than thirty (SCIENCE 3.2). Drought and failed rain deepen debt where
people come from and where they work; it does not speak of any site's conduct.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.spi import LARGEST_SPI, rolling_sums, standard_error, standardised

CARD = SignalCard(
    id="drought_spi12",
    title="Drought at the site (SPI-12)",
    pillar=Pillar.ENVIRONMENT,
    sources=("precipitation",),
    inputs=("stg_precipitation__site_month",),
    unit="standard deviations (SPI-12)",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    lag="CHIRPS appears about three weeks after the month's end.",
    max_age_days=185,
    valid_range=(-LARGEST_SPI, LARGEST_SPI),
    limits=(
        "Shared by every site of a district: it cannot tell neighbours apart.",
        "A driver of vulnerability, not a trace of forced labour; no dose-response is known.",
        "Judges the site's ground, not the places that its workers come from.",
        "Irrigation and groundwater are not seen.",
    ),
    references=(
        "McKee, Doesken and Kleist 1993, 8th Conference on Applied Climatology",
        "Brickell, Parsons and Natarajan 2018, Blood Bricks, Royal Holloway",
    ),
    sentence=(
        "Rain of the last twelve months stands at SPI {value} in {period}; at the typical peer's "
        "sites at {peer}. Below -1 is drought, below -2 extreme drought."
    ),
)

MONTHS = 12
CALIBRATION_YEARS = (1991, 2020)
MINIMUM_YEARS = 30

#: A series of thirty years that begins in January has one twelve-month sum less in most months.
MINIMUM_SUMS = MINIMUM_YEARS - 1

_OUTCOME: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "quality": pl.Float64(),
    "observed_to": pl.Date(),
    "origin": pl.String(),
    "status": pl.String(),
    "status_reason": pl.String(),
}


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """SPI-12 of each site's last month.

    Sites without rain data get no row. Fewer than thirty years, or a gap in the last twelve
    months, give `not_covered` with the reason; nothing is filled in.
    """
    rain = (
        inputs["stg_precipitation__site_month"]
        .select("site_id", "month", "precipitation_mm", "observed_to", "origin")
        .sort("site_id", "month")
        .collect()
    )
    if rain.is_empty():
        return pl.LazyFrame(schema=_OUTCOME)
    sites = rain.group_by("site_id", maintain_order=True).agg(
        pl.col("month").last(),
        pl.col("observed_to").last(),
        pl.col("origin").last(),
        months=pl.len(),
    )
    months = rain.select(first=pl.col("month").min(), last=pl.col("month").max())
    first, last = months.row(0)
    monthly = np.full((sites.height, _month_number(last) - _month_number(first) + 1), np.nan)
    row = np.repeat(np.arange(sites.height), sites["months"].to_numpy())
    number = rain["month"].dt.year().to_numpy() * 12 + rain["month"].dt.month().to_numpy() - 1
    monthly[row, number - _month_number(first)] = rain["precipitation_mm"].to_numpy()
    sums = rolling_sums(monthly, MONTHS)
    value = np.full(sites.height, np.nan)
    years = np.zeros(sites.height, dtype=np.int64)
    now = np.array([_month_number(month) - _month_number(first) for month in sites["month"]])
    for column in np.unique(now):
        group = np.flatnonzero(now == column)
        same_month = np.arange(column % 12, monthly.shape[1], 12)
        calibration = _calibration(sums[np.ix_(group, same_month)], same_month, first)
        years[group] = np.isfinite(calibration).sum(axis=1)
        value[group] = standardised(sums[group, column], calibration)
    value[~_enough(years, sites["months"].to_numpy())] = np.nan
    return _outcome(sites, value, years, np.isfinite(sums[np.arange(sites.height), now])).lazy()


def _enough(years: NDArray[np.int64], months: NDArray[np.int64]) -> NDArray[np.bool_]:
    thirty_calendar_years = (years >= MINIMUM_SUMS) & (months >= MINIMUM_YEARS * MONTHS)
    return (years >= MINIMUM_YEARS) | thirty_calendar_years


def _calibration(
    sums: NDArray[np.float64], columns: NDArray[np.int64], first: dt.date
) -> NDArray[np.float64]:
    """The sums of the fixed years; for series that lack too many of them, of all years."""
    year = (columns + _month_number(first)) // 12
    fixed = (year >= CALIBRATION_YEARS[0]) & (year <= CALIBRATION_YEARS[1])
    enough = np.isfinite(sums[:, fixed]).sum(axis=1) >= MINIMUM_SUMS
    return np.where(fixed[None, :] | ~enough[:, None], sums, np.nan)


def _outcome(
    sites: pl.DataFrame,
    value: NDArray[np.float64],
    years: NDArray[np.int64],
    is_whole: NDArray[np.bool_],
) -> pl.DataFrame:
    error = standard_error(value, np.maximum(years, 1))
    reason = (
        pl.when(~pl.col("is_long"))
        .then(pl.format(f"only {{}} months of rain are known, not {MINIMUM_YEARS} years", "months"))
        .when(~pl.col("is_whole"))
        .then(pl.lit("a month of the last twelve is missing"))
        .otherwise(pl.lit("the rain of the calibration years does not vary"))
    )
    frame = sites.with_columns(
        pl.Series("value", value).fill_nan(None),
        pl.Series("stderr", error).fill_nan(None),
        pl.Series("years", years),
        pl.Series("is_whole", is_whole),
        pl.Series("is_long", _enough(years, sites["months"].to_numpy())),
    )
    is_observed = pl.col("value").is_not_null()
    return frame.select(
        "site_id",
        period=pl.col("month").dt.to_string("%Y-%m"),
        value="value",
        stderr="stderr",
        quality=pl.when(is_observed).then((pl.col("years") / MINIMUM_YEARS).clip(0.0, 1.0)),
        observed_to="observed_to",
        origin="origin",
        status=pl.when(~is_observed).then(pl.lit("not_covered")),
        status_reason=pl.when(~is_observed).then(reason),
    )


def _month_number(month: dt.date) -> int:
    return month.year * 12 + month.month - 1
