"""Scores of the sub-basin that a site lies in."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

#: Scores of sub-basins are classes of a model; half a class is what they may be off by. Ours.
SCORE_ERROR = 0.5


def basin_scores(
    inputs: Mapping[str, pl.LazyFrame], indicator: str, not_assessed: str
) -> pl.LazyFrame:
    """One row per site with the indicator's score of 0-5.

    Args:
        inputs: with `stg_aqueduct__site_water`.
        indicator: `bws` or `rfr`.
        not_assessed: why a basin of category -1 has no value; it is neither low nor high.
    """
    is_assessed = (pl.col("category") >= 0) & pl.col("score").is_not_null()
    return (
        inputs["stg_aqueduct__site_water"]
        .filter(pl.col("indicator") == indicator)
        .sort("site_id")
        .select(
            "site_id",
            period=pl.lit("baseline 1979-2019"),
            value=pl.when(is_assessed).then("score"),
            stderr=pl.when(is_assessed).then(SCORE_ERROR),
            quality=pl.when(is_assessed).then(1.0),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~is_assessed).then(pl.lit("not_covered")),
            status_reason=pl.when(~is_assessed).then(pl.lit(not_assessed)),
        )
    )
