"""Rule of law of the supplier's country: context, reported separately from the score.

The one country figure that goes with forced-labour prevalence about as well as any composite
(Methodology 2.9), and just as blind to who the supplier is.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.context.country_figures import latest_of_country

CARD = SignalCard(
    id="governance_prior",
    title="Rule of law in the country (country context)",
    pillar=Pillar.CONTEXT,
    sources=("country_table",),
    inputs=("stg_country_table__governance",),
    unit="0 strong to 1 weak rule of law",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="country",
    lag="A year's indicators are published in the autumn of the next year.",
    max_age_days=1461,
    valid_range=(0.0, 1.0),
    limits=(
        "It does not describe the supplier: every supplier in a country has the same value.",
        "It is based on perceptions and correlated with a country's income.",
        "Context alone cannot lift a supplier above the cut.",
    ),
    references=("Kaufmann, Kraay and Mastruzzi 2011, Hague Journal on the Rule of Law 3:220-246",),
    sentence=(
        "Weakness of the rule of law in its country: {value} on a scale of 0 (strong) to 1 "
        "(weak), {period}. This is background, not evidence about the supplier."
    ),
)

#: Standard error of a WGI estimate is about 0.2 on its scale of five.
ESTIMATE_ERROR = 0.04


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The latest figure of each supplier's country; countries without one get no row."""
    return latest_of_country(
        inputs["suppliers"],
        inputs["stg_country_table__governance"],
        pl.col("rule_of_law_risk"),
        ESTIMATE_ERROR,
    )


def income_by_country(inputs: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The latest known income group of each country, for peer groups.

    Args:
        inputs: frames by table name, already limited to what was published by the as-of date.

    Returns:
        country_iso3 (unique, sorted) and income_group (low, lower_middle, upper_middle, high);
        countries without one are left out.
    """
    return (
        inputs["stg_country_table__governance"]
        .filter(pl.col("income_group").is_not_null())
        .sort("country_iso3", "year")
        .unique("country_iso3", keep="last", maintain_order=True)
        .select("country_iso3", "income_group")
        .collect()
    )
