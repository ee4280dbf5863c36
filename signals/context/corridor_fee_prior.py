"""What migrants pay to be recruited to the supplier's country, in months of wages: context.

Fees paid before the first wage are where debt bondage begins; the figure is of corridors between
countries and never of workers of a supplier.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="corridor_fee_prior",
    title="Recruitment fees of migrants to the country (country context)",
    pillar=Pillar.CONTEXT,
    sources=("prior_tables",),
    inputs=("stg_prior_tables__fees",),
    unit="months of wages",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="country",
    lag="As the user's table says.",
    max_age_days=2557,
    valid_range=(0.0, 60.0),
    limits=(
        "It does not describe the supplier: every supplier in a country has the same value.",
        "Whether the supplier employs migrants at all is not known.",
        "Corridors that are not in the table are not part of the mean.",
        "Context alone cannot lift a supplier above the cut.",
    ),
    references=("KNOMAD and ILO, Migration and Recruitment Costs Surveys",),
    sentence=(
        "Migrants pay {value} months of wages on average to be recruited to its country "
        "({period}). This is background, not evidence about the supplier."
    ),
)

#: Less of a country's migrants than this on known corridors gives no mean.
MIN_SHARE = 0.3


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean fee of the known corridors weighted by their share; `quality` is what they sum to."""
    share, fee = pl.col("share"), pl.col("fee_months")
    by_country = (
        inputs["stg_prior_tables__fees"]
        .group_by("destination_iso3")
        .agg(
            known=share.sum().clip(0.0, 1.0),
            value=(share * fee).sum() / share.sum(),
            observed_to=pl.col("observed_to").max(),
            published_on=pl.col("published_on").max(),
            origin=pl.col("origin").first(),
        )
        .filter(pl.col("known") >= MIN_SHARE)
    )
    return (
        inputs["suppliers"]
        .select("supplier_id", "country_iso3")
        .join(by_country, left_on="country_iso3", right_on="destination_iso3", how="inner")
        .select(
            "supplier_id",
            period=pl.col("published_on").dt.to_string("%Y"),
            value="value",
            stderr=pl.lit(None, pl.Float64),
            quality="known",
            observed_to="observed_to",
            origin="origin",
        )
    )
