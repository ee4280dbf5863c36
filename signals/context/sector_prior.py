"""How a publisher of the user's choice rates the supplier's industry: sector context."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="sector_prior",
    title="Risk of its sector in your table (sector context)",
    pillar=Pillar.CONTEXT,
    sources=("prior_tables",),
    inputs=("stg_prior_tables__sectors",),
    unit="0 to 1, by the user's table",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As the user's table says.",
    max_age_days=2557,
    valid_range=(0.0, 1.0),
    limits=(
        "It does not describe the supplier: every supplier of a division has the same value.",
        "It is only as good as the table that you provide.",
        "Context alone cannot lift a supplier above the cut.",
    ),
    references=("ILO, Walk Free and IOM 2022, Global Estimates of Modern Slavery, by sector",),
    sentence=(
        "Risk of its sector in your own table: {value} on a scale of 0 to 1 ({period}). This "
        "is background, not evidence about the supplier."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The user's rating of each supplier's division; suppliers of no known division get no row."""
    return (
        inputs["suppliers"]
        .select("supplier_id", division=pl.col("sector").str.slice(0, 2))
        .join(inputs["stg_prior_tables__sectors"], on="division", how="inner")
        .select(
            "supplier_id",
            period=pl.col("published_on").dt.to_string("%Y"),
            value="prior",
            stderr=pl.lit(0.0),
            quality=pl.lit(1.0),
            observed_to="observed_to",
            origin="origin",
        )
    )
