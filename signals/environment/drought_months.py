"""How often it was dry in the last two years: months with SPEI-6 at or below -1 of twenty-four.

One bad season is borne; season upon season eats savings and deepens debt (Brickell, Parsons and
Natarajan 2018).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.site_months import MINIMUM_YEARS, enough_years
from signals.environment.water_balance import OUTCOME, balance_index

CARD = SignalCard(
    id="drought_months",
    title="Months of drought in two years",
    pillar=Pillar.ENVIRONMENT,
    sources=("nasa_power", "era5"),
    inputs=("stg_weather__site_month",),
    unit="months of 24 with SPEI-6 at or below -1",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    lag="Reanalyses appear two to three months after the month's end.",
    max_age_days=250,
    valid_range=(0.0, 24.0),
    limits=(
        "All sites of a district share it: it cannot distinguish neighbours.",
        "A driver of vulnerability, not a trace of forced labour; no dose-response is known.",
        (
            "By construction of the index, one month in six is at or below -1: four of 24 are "
            "expected."
        ),
        "The cells are about 50 km wide; evaporation is estimated from temperature alone.",
    ),
    references=(
        "Vicente-Serrano, Beguería and López-Moreno 2010, Journal of Climate 23:1696-1718",
        "Brickell, Parsons and Natarajan 2018, Blood Bricks, Royal Holloway",
    ),
    sentence=(
        "Months of drought by SPEI-6 in the {period}: {value}. By construction "
        "of the index, four are expected anywhere."
    ),
)

MONTHS = 6
WINDOW = 24
DRY = -1.0

#: Fewer months of the twenty-four than this give no count.
_MIN_KNOWN = 22


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Dry months of each site's last 24, scaled to 24 where up to two of them are missing.

    The standard error is that of a count whose months follow each other: six-month sums leave
    about four independent ones in 24. Fewer than thirty years or more gaps are `not_covered`.
    """
    found = balance_index(inputs["stg_weather__site_month"].collect(), MONTHS)
    if found is None:
        return pl.LazyFrame(schema=OUTCOME)
    sites, now = found.months.sites, found.months.last_column
    every = np.arange(now.size)
    years = found.series.years.min(axis=1).astype(np.int64)
    window = now[:, None] + np.arange(1 - WINDOW, 1)
    last = np.where(window >= 0, found.series.index[every[:, None], window], np.nan)
    known = np.isfinite(last).sum(axis=1)
    is_long = enough_years(years, sites["months"].to_numpy())
    is_observed = is_long & (known >= _MIN_KNOWN)
    share = (last <= DRY).sum(axis=1) / np.maximum(known, 1)
    independent = WINDOW / MONTHS
    error = WINDOW * np.sqrt(np.maximum(share * (1.0 - share), 0.02) / independent)
    reason = (
        pl.when(~pl.col("is_long"))
        .then(pl.lit(f"fewer than {MINIMUM_YEARS} years of weather are known"))
        .otherwise(pl.lit("more than two of the last 24 months have no index"))
    )
    is_value = pl.col("value").is_not_null()
    return (
        sites.with_columns(
            pl.Series("value", np.where(is_observed, WINDOW * share, np.nan)).fill_nan(None),
            pl.Series("stderr", np.where(is_observed, error, np.nan)).fill_nan(None),
            pl.Series("known", known),
            pl.Series("is_long", is_long),
        )
        .select(
            "site_id",
            period=pl.format("24 months to {}", pl.col("month").dt.to_string("%Y-%m")),
            value="value",
            stderr="stderr",
            quality=pl.when(is_value).then(pl.col("known") / WINDOW),
            observed_to="observed_to",
            origin="origin",
            source_id="source_id",
            status=pl.when(~is_value).then(pl.lit("not_covered")),
            status_reason=pl.when(~is_value).then(reason),
        )
        .lazy()
    )
