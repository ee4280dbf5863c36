"""Rain of the last twelve months against what is usual there: SPI-12.

The twelve-month sum is compared with the same calendar month's sums of 1991-2020, or of all years
known when these are fewer than thirty (Methodology A.3). Drought and failed rain deepen debt where
people come from and where they work; it does not speak of any site's conduct.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.site_months import (
    MINIMUM_SUMS,
    MINIMUM_YEARS,
    SiteMonths,
    enough_years,
    site_months,
)
from signals.environment.spi import LARGEST_SPI
from signals.environment.spi_series import spi_series
from signals.environment.water_balance import OUTCOME, index_outcome

CARD = SignalCard(
    id="drought_spi12",
    title="Drought at the site (SPI-12)",
    pillar=Pillar.ENVIRONMENT,
    sources=("precipitation",),
    inputs=("stg_precipitation__series_month", "stg_precipitation__site_series"),
    unit="standard deviations (SPI-12)",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="CHIRPS appears about three weeks after the month's end.",
    max_age_days=185,
    valid_range=(-LARGEST_SPI, LARGEST_SPI),
    limits=(
        "All sites of a district share it: it cannot distinguish neighbours.",
        "A driver of vulnerability, not a trace of forced labour; no dose-response is known.",
        "It describes the land at the site, not the regions that its workers come from.",
        "It does not account for irrigation and groundwater.",
    ),
    references=(
        "McKee, Doesken and Kleist 1993, 8th Conference on Applied Climatology",
        "Brickell, Parsons and Natarajan 2018, Blood Bricks, Royal Holloway",
    ),
    sentence=(
        "SPI-12 (rainfall of the last twelve months) in {period}: {value}. Below -1 is "
        "drought, below -2 extreme drought."
    ),
)

MONTHS = 12


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """SPI-12 of each site's last month.

    Sites without rain data get no row. Fewer than thirty years, or a gap in the last twelve
    months, give `not_covered` with the reason; nothing is filled in.
    """
    rain = inputs["stg_precipitation__series_month"].rename({"series_id": "site_id"}).collect()
    laid_out = site_months(rain, ["precipitation_mm"])
    if laid_out is None:
        return pl.LazyFrame(schema=OUTCOME)
    of_series = _of_series(laid_out).rename({"site_id": "series_id"})
    sites = inputs["stg_precipitation__site_series"].select("site_id", "series_id")
    return sites.join(of_series, on="series_id").drop("series_id")


def _of_series(laid_out: SiteMonths) -> pl.LazyFrame:
    """SPI-12 of the last month of every series, each as if it were a site."""
    monthly, now = laid_out.values["precipitation_mm"], laid_out.last_column
    since = int(now.min())
    series = spi_series(monthly, MONTHS, laid_out.is_calibration, minimum=MINIMUM_SUMS, since=since)
    every = np.arange(now.size)
    years = series.years[every, now % 12].astype(np.int64)
    value = series.index[every, now - since]
    value[~enough_years(years, laid_out.sites["months"].to_numpy())] = np.nan
    window = now[:, None] + np.arange(1 - MONTHS, 1)
    is_whole = np.isfinite(monthly[every[:, None], window]).all(axis=1)
    reason = (
        pl.when(~pl.col("is_long"))
        .then(pl.format(f"only {{}} months of rain are known, not {MINIMUM_YEARS} years", "months"))
        .when(~pl.col("is_whole"))
        .then(pl.lit("a month of the last twelve is missing"))
        .otherwise(pl.lit("the rain of the calibration years does not vary"))
    )
    is_long = enough_years(years, laid_out.sites["months"].to_numpy())
    sites = laid_out.sites.with_columns(
        pl.Series("is_whole", is_whole), pl.Series("is_long", is_long)
    )
    return index_outcome(sites, value, years, reason)
