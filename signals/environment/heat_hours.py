"""Hours of the last year in which it was too hot to work on: WBGT above 28 °C.

Heat is a condition of the work itself, and the most direct evidence of it in the environment
(Methodology 2.6, A.3): long shifts without rest in such hours are abusive whatever the contract
says.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.yearly_heat import RELATIVE_ERROR, heat_years, missing_months

CARD = SignalCard(
    id="heat_hours",
    title="Hours of heat above the work limit",
    pillar=Pillar.ENVIRONMENT,
    sources=("nasa_power", "era5"),
    inputs=("stg_weather__site_month",),
    unit="hours a year with WBGT above 28 °C",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="Reanalyses appear two to three months after the month's end.",
    max_age_days=250,
    valid_range=(0.0, 366.0 * 4.0),
    limits=(
        (
            "It is outdoor heat in moderate sun: too high under cloud, in wind and at night. It "
            "does not describe halls with furnaces or with cooling."
        ),
        "A hot day counts as four hours whatever its length; breaks and shade are not known.",
        "All sites of a district share it, and it is high across the tropics.",
    ),
    references=(
        "ISO 7243:2017, reference limit 28 °C for acclimatised people at moderate work",
        "American College of Sports Medicine 1984; Bureau of Meteorology, Thermal comfort",
    ),
    sentence="Hours too hot for moderate work (WBGT above 28 °C) in the year to {period}: {value}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Hours of the last twelve months per site; `not_covered` where one of them is missing."""
    is_observed = pl.col("hours").is_not_null()
    return (
        heat_years(inputs["stg_weather__site_month"].collect())
        .select(
            "site_id",
            period=pl.col("month").dt.to_string("%Y-%m"),
            value="hours",
            stderr=pl.col("hours") * RELATIVE_ERROR,
            quality=pl.when(is_observed).then(1.0),
            observed_to="observed_to",
            origin="origin",
            source_id="source_id",
            status=pl.when(~is_observed).then(pl.lit("not_covered")),
            status_reason=pl.when(~is_observed).then(missing_months()),
        )
        .lazy()
    )
