"""Rain less evaporation of the last six months against what is usual there: SPEI-6.

The balance of rain and Hargreaves evapotranspiration of six months is compared with the same
months of 1991-2020, or of all years known when these are fewer (Methodology A.3). Heat makes a
drought worse than missing rain alone; it does not speak of any site's conduct.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.site_months import MINIMUM_YEARS, enough_years
from signals.environment.spi import LARGEST_SPI
from signals.environment.water_balance import OUTCOME, balance_index, index_outcome

CARD = SignalCard(
    id="drought_spei6",
    title="Drought with heat at the site (SPEI-6)",
    pillar=Pillar.ENVIRONMENT,
    sources=("nasa_power", "era5"),
    inputs=("stg_weather__site_month",),
    unit="standard deviations (SPEI-6)",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="Reanalyses appear two to three months after the month's end.",
    max_age_days=250,
    valid_range=(-LARGEST_SPI, LARGEST_SPI),
    limits=(
        "All sites of a district share it: it cannot distinguish neighbours.",
        "A driver of vulnerability, not a trace of forced labour; no dose-response is known.",
        "It describes the land at the site, not the regions that its workers come from.",
        "The cells are about 50 km wide; evaporation is estimated from temperature alone.",
    ),
    references=(
        "Vicente-Serrano, Beguería and López-Moreno 2010, Journal of Climate 23:1696-1718",
        "Brickell, Parsons and Natarajan 2018, Blood Bricks, Royal Holloway",
    ),
    sentence=(
        "SPEI-6 (rainfall minus evaporation of six months) in {period}: {value}. Below -1 is "
        "drought, below -2 extreme drought."
    ),
)

MONTHS = 6


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """SPEI-6 of each site's last month.

    Sites without weather get no row. Fewer than thirty years, or a gap in the last six months,
    give `not_covered` with the reason; nothing is filled in.
    """
    found = balance_index(inputs["stg_weather__site_month"].collect(), MONTHS)
    if found is None:
        return pl.LazyFrame(schema=OUTCOME)
    sites, now = found.months.sites, found.months.last_column
    every = np.arange(now.size)
    years = found.series.years[every, now % 12].astype(np.int64)
    is_long = enough_years(years, sites["months"].to_numpy())
    value = np.where(is_long, found.series.index[every, now], np.nan)
    reason = (
        pl.when(~pl.col("is_long"))
        .then(pl.lit(f"fewer than {MINIMUM_YEARS} years of weather are known"))
        .otherwise(pl.lit("a month of the last six is missing, or its balance does not vary"))
    )
    return index_outcome(sites.with_columns(pl.Series("is_long", is_long)), value, years, reason)
