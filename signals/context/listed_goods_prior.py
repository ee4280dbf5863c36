"""Whether a good of the supplier's industry is on the US List of Goods for its country: a prior.

Forced labour counts whole and child labour alone half; a list that does not keep the two apart
counts half. A good that is not listed says nothing, so it gives no value.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.context.goods_of_sectors import divisions_of

CARD = SignalCard(
    id="listed_goods_prior",
    title="Good of its industry on the US List of Goods (prior)",
    pillar=Pillar.CONTEXT,
    sources=("listed_goods",),
    inputs=("stg_listed_goods__goods",),
    unit="1 listed for forced labour, 0.5 for child labour or without saying which",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="country",
    lag="A new edition every year or two.",
    max_age_days=1461,
    valid_range=(0.0, 1.0),
    limits=(
        "Says nothing of the supplier: every supplier of its industry and country has the same.",
        "A good that is not listed is not thereby free of it; the list follows what was reported.",
        "Industries are met by words in the good's name, and most make many other goods.",
        "A prior can not lift a supplier above the cut by itself.",
    ),
    references=("US Department of Labor, List of Goods, Procedural Guidelines 85 FR 29487",),
    sentence=(
        "A good of its industry is on the US List of Goods for its country ({value}: {unit}; "
        "{period}). This is background, not evidence about the supplier."
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
