"""Two legal rankings from one evidence base: CSDDD without influence, LkSG with it.

Likelihood is the score. Severity is a separate axis: how many people would be affected (scope)
and how grave what the evidence points to would be (scale). Whether harm could be put right
(irremediability) is not visible from a desk and is not part of it. CSDDD Article 9 orders by
severity and likelihood alone, and recital 44 keeps influence out; LkSG section 3(2) adds the
buyer's influence and its own contribution.
"""

from __future__ import annotations

import polars as pl

from signals.card import Pillar

#: Scope by number of people at work, an even ladder from the smallest band to the largest.
SCOPE_BY_BAND = {"1-9": 0.2, "10-49": 0.4, "50-249": 0.6, "250-999": 0.8, "1000+": 1.0}

#: Degrees of influence by the buyer's share of the supplier's turnover: upper end and degree.
_INFLUENCE_STEPS = ((0.01, 0.2), (0.03, 0.4), (0.07, 0.6), (0.20, 0.8), (1.0, 1.0))

_POINTS_TO_IT = 0.5  # a signal at or above this risk counts for the scale
_GREATEST_STRENGTH = 3


def legal_rankings(
    scores: pl.DataFrame,
    contributions: pl.DataFrame | pl.LazyFrame,
    suppliers: pl.DataFrame,
    ilo_strength: pl.DataFrame,
    turnover: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Order the scored suppliers twice.

    A component that is not known is left out of its mean. Where none is known, the median of
    the list stands in for the order alone, and `severity_is_known` says so; the score is never
    touched.

    Args:
        scores: supplier_id, score (0-100 or null).
        contributions: supplier_id, signal_id, pillar, risk.
        suppliers: supplier_id, workforce_band, annual_spend.
        ilo_strength: signal_id, strength: the strongest ILO link of each signal, 0-3.
        turnover: supplier_id, turnover in the currency of annual_spend, where accounts exist.

    Returns:
        Per scored supplier, by csddd_rank: supplier_id, severity, severity_is_known, influence,
        contribution, csddd_priority, csddd_rank, lksg_priority, lksg_rank and rank_difference
        (LkSG minus CSDDD; negative = influence or contribution moves it up). Priorities are
        0-100; equal priorities share a rank.
    """
    evidence = contributions.lazy()
    scale = (
        evidence.filter(pl.col("risk") >= _POINTS_TO_IT)
        .join(ilo_strength.lazy(), on="signal_id", how="left")
        .group_by("supplier_id")
        .agg((pl.col("strength").max() / _GREATEST_STRENGTH).alias("scale"))
        .collect()
    )
    buyer = (
        evidence.filter(pl.col("pillar") == Pillar.PURCHASING.value)
        .group_by("supplier_id")
        .agg(pl.col("risk").mean().alias("contribution"))
        .collect()
    )
    people = suppliers.select(
        "supplier_id",
        "annual_spend",
        pl.col("workforce_band")
        .replace_strict(SCOPE_BY_BAND, default=None, return_dtype=pl.Float64)
        .alias("scope"),
    )
    sales = turnover if turnover is not None else _NO_TURNOVER
    joined = (
        scores.filter(pl.col("score").is_not_null())
        .select("supplier_id", "score")
        .join(people, on="supplier_id", how="left")
        .join(scale, on="supplier_id", how="left")
        .join(buyer, on="supplier_id", how="left")
        .join(sales, on="supplier_id", how="left")
        .with_columns(_influence().alias("influence"))
        .with_columns(pl.mean_horizontal("scope", "scale").alias("severity"))
    )
    known = pl.col("severity").is_not_null()
    severity = pl.coalesce("severity", pl.col("severity").median(), 1.0)
    shares = pl.mean_horizontal(severity, "influence", "contribution")
    return (
        joined.with_columns(
            known.alias("severity_is_known"),
            (pl.col("score") * severity).alias("csddd_priority"),
            (pl.col("score") * shares).alias("lksg_priority"),
        )
        .with_columns(
            pl.col(f"{view}_priority").round(9).rank("min", descending=True).alias(f"{view}_rank")
            for view in ("csddd", "lksg")
        )
        .with_columns(
            (pl.col("lksg_rank").cast(pl.Int64) - pl.col("csddd_rank").cast(pl.Int64)).alias(
                "rank_difference"
            )
        )
        .sort("csddd_rank", "supplier_id")
        .select(
            "supplier_id", "severity", "severity_is_known", "influence", "contribution",
            "csddd_priority", "csddd_rank", "lksg_priority", "lksg_rank", "rank_difference",
        )
    )  # fmt: skip


def _influence() -> pl.Expr:
    """Degree of influence; null where the supplier's turnover is not known."""
    share = pl.col("annual_spend") / pl.col("turnover")
    degree = pl.lit(_INFLUENCE_STEPS[-1][1])
    for upper, value in reversed(_INFLUENCE_STEPS[:-1]):
        degree = pl.when(share <= upper).then(value).otherwise(degree)
    return pl.when(share.is_not_null() & (pl.col("turnover") > 0)).then(degree)


_NO_TURNOVER = pl.DataFrame(schema={"supplier_id": pl.String, "turnover": pl.Float64})
