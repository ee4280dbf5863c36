"""Whether a good of the supplier's industry is on the US List of Goods for its country (context).

Forced labour counts whole and child labour alone half; a list that does not keep the two apart
counts half. A good that is not listed is no information, so it gives no value.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.context.goods_of_sectors import divisions_of

CARD = SignalCard(
    id="listed_goods_prior",
    title="Goods of its industry on the US List of Goods (country and sector context)",
    pillar=Pillar.CONTEXT,
    sources=("listed_goods",),
    inputs=("stg_listed_goods__goods",),
    unit="1 listed for forced labour, 0.5 for child labour or without stating which",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="country",
    lag="A new edition every year or two.",
    max_age_days=1461,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It does not describe the supplier: every supplier of its industry and country has "
            "the same value."
        ),
        (
            "A good that is not listed may still involve forced labour; the list follows what "
            "was reported."
        ),
        (
            "Goods are matched to industries by words in their names, and most industries "
            "produce many other goods."
        ),
        "Context alone cannot lift a supplier above the cut.",
    ),
    references=("US Department of Labor, List of Goods, Procedural Guidelines 85 FR 29487",),
    sentence=(
        "Goods of its industry and country on the US List of Goods: {value} ({period}). This "
        "is background, not evidence about the supplier."
    ),
    wording=Wording(
        steps=(
            (0.0, "not listed"),
            (0.5, "listed for child labour, or without stating which"),
            (1.0, "listed for forced labour"),
        ),
    ),
)

FORCED, OTHERWISE = 1.0, 0.5


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The strongest listing of the supplier's division and country; none gives no row."""
    listed = inputs["stg_listed_goods__goods"].collect()
    divisions = pl.Series(
        "division", [list(divisions_of(good)) for good in listed["good"]], dtype=pl.List(pl.String)
    )
    by_division = (
        listed.with_columns(divisions)
        .explode("division")
        .drop_nulls("division")
        .with_columns(
            value=pl.when(pl.col("forced_labour").fill_null(False))
            .then(FORCED)
            .otherwise(OTHERWISE)
        )
        .sort("value", "good", descending=[True, False])
        .unique(["country_iso3", "division"], keep="first", maintain_order=True)
    )
    return (
        inputs["suppliers"]
        .select("supplier_id", "country_iso3", division=pl.col("sector").str.slice(0, 2))
        .join(by_division.lazy(), on=["country_iso3", "division"], how="inner")
        .select(
            "supplier_id",
            period=pl.format("{}, edition of {}", "good", pl.col("published_on").dt.year()),
            value="value",
            stderr=pl.lit(0.0),
            quality=pl.lit(1.0),
            observed_to="observed_to",
            origin="origin",
        )
    )
