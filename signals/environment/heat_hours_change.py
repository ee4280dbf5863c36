"""How many hours of heat the last year had more than the years of 1991-2020.

People and work places are used to some heat; what is new finds no shade built and no breaks agreed.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.environment.yearly_heat import RELATIVE_ERROR, heat_years, missing_months

CARD = SignalCard(
    id="heat_hours_change",
    title="Change in hours of heat",
    pillar=Pillar.ENVIRONMENT,
    sources=("nasa_power", "era5"),
    inputs=("stg_weather__site_month",),
    unit="hours a year with WBGT above 28 °C, more than in 1991-2020",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="Reanalyses appear two to three months after the month's end.",
    max_age_days=250,
    valid_range=(-366.0 * 4.0, 366.0 * 4.0),
    limits=(
        "It includes one year's weather, not only the climate.",
        "All sites of a district share it.",
        "No study links it to labour outcomes; its weight is capped accordingly.",
    ),
    references=("Kjellstrom et al. 2009, Global Health Action 2:2047",),
    sentence=(
        "Hours of heat (WBGT above 28 °C) in the year to {period}: {value} than the mean of "
        "1991-2020."
    ),
    wording=Wording(
        negative="{size} fewer",
        zero="neither more nor fewer",
        positive="{size} more",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Last year's hours less the mean of 1991-2020, per site.

    `not_covered` where a month of the year is missing or fewer than 29 whole years are known.
    """
    change = pl.col("hours") - pl.col("usual_hours")
    is_observed = change.is_not_null()
    reason = (
        pl.when(pl.col("hours").is_null())
        .then(missing_months())
        .otherwise(pl.lit("fewer than thirty years of 1991-2020 are known"))
    )
    return (
        heat_years(inputs["stg_weather__site_month"].collect())
        .select(
            "site_id",
            period=pl.col("month").dt.to_string("%Y-%m"),
            value=change,
            # The rule of four hours a day errs in both years alike: what it errs in the change
            # grows with the change.
            stderr=((change * RELATIVE_ERROR).pow(2) + pl.col("usual_error").pow(2)).sqrt(),
            quality=pl.when(is_observed).then((pl.col("years") / 30.0).clip(0.0, 1.0)),
            observed_to="observed_to",
            origin="origin",
            source_id="source_id",
            status=pl.when(~is_observed).then(pl.lit("not_covered")),
            status_reason=pl.when(~is_observed).then(reason),
        )
        .lazy()
    )
