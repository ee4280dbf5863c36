"""The queue of suppliers whose evidence is worth completing first."""

from __future__ import annotations

import polars as pl

from scoring.model import ScoringModel
from scoring.tiers import Tier
from signals.card import Pillar


def find_data_first(
    scores: pl.DataFrame, contributions: pl.DataFrame, model: ScoringModel
) -> pl.DataFrame:
    """Order the suppliers without a score by how near their evidence puts them to the cut.

    The cut is the score of the last supplier that the audit budget reaches; 0 where it reaches
    everybody. `points_to_cut` is how far the power mean of what is known lies below it, 0 where it
    lies above: there, one more datum decides a place. Then come those with higher present
    evidence, then those whose worst case is highest. Suppliers of whom nothing is known come last.

    Args:
        scores: as `scoring.engine.score` gives them.
        contributions: likewise.
        model: exponent and audit budget.

    Returns:
        place (from 1), supplier_id, points_to_cut, present_evidence (0-100; not a score: too
        little is known), score_if_best, score_if_worst, coverage, cheapest_datum.
    """
    ranked = scores.filter(pl.col("score").is_not_null())
    enough = ranked.height >= model.top_k
    cut = ranked["score"].sort(descending=True)[model.top_k - 1] if enough else 0.0
    known = contributions.filter(
        (pl.col("pillar") != Pillar.CONTEXT)
        & (pl.col("weight") > 0)
        & pl.col("normalised").is_not_null()
    )
    risk = (pl.col("normalised") ** model.exponent * pl.col("weight")).sum()
    mean = (risk / pl.col("weight").sum()) ** (1 / model.exponent)
    present = known.group_by("supplier_id").agg(present_evidence=100 * mean)
    return (
        scores.filter(pl.col("tier") == Tier.INSUFFICIENT_INFORMATION)
        .join(present, on="supplier_id", how="left")
        .with_columns(points_to_cut=(cut - pl.col("present_evidence")).clip(lower_bound=0))
        .sort(
            "points_to_cut",
            "present_evidence",
            "score_if_worst",
            "supplier_id",
            descending=[False, True, True, False],
            nulls_last=True,
        )
        .with_row_index("place", offset=1)
        .select(
            "place",
            "supplier_id",
            "points_to_cut",
            "present_evidence",
            "score_if_best",
            "score_if_worst",
            "coverage",
            "cheapest_datum",
        )
    )
