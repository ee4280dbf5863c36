"""What earlier runs leave with a made bundle: ranks, values and movements."""

import datetime as dt
from dataclasses import replace

import polars as pl

from reports.bundle import ReportBundle
from tests.reports.sample import AS_OF

EARLIER = (dt.date(2024, 1, 1), dt.date(2024, 2, 1))


def with_earlier_runs(bundle: ReportBundle) -> ReportBundle:
    """Two earlier months: everyone stood one place lower, and forest loss was twice as high."""
    scored = bundle.scores.drop_nulls("rank")
    count = pl.lit(scored.height, dtype=pl.Int64)
    earlier_ranks = pl.concat(
        [
            scored.select(
                "supplier_id",
                pl.lit(day).alias("as_of"),
                pl.col("rank").cast(pl.Int64) + 1,
                pl.col("rank_p05", "rank_p95").cast(pl.Int64),
                count.alias("ranked"),
            )
            for day in EARLIER
        ]
    )
    values = (
        bundle.contributions.filter(
            pl.col("value").is_not_null() & (pl.col("signal_id") == "forest_loss_rate")
        )
        .select(
            "supplier_id",
            "signal_id",
            pl.lit(EARLIER[0]).alias("since"),
            (2 * pl.col("value")).alias("value_before"),
            pl.lit(None, dtype=pl.Float64).alias("stderr_before"),
        )
        .collect()
    )
    earlier = replace(bundle, earlier_ranks=earlier_ranks, earlier_values=values)
    return earlier.with_tables(movements=_movements(scored))


def _movements(scored: pl.DataFrame) -> pl.DataFrame:
    one = pl.lit(-1.0)
    rank = pl.col("rank").cast(pl.Int64)
    return scored.select(
        pl.lit(f"{AS_OF.replace(month=2):%Y%m%d}-00000000").alias("previous_run_id"),
        "supplier_id",
        pl.lit("moved").alias("kind"),
        pl.lit(True).alias("was_ranked"),
        pl.lit(True).alias("is_ranked"),
        (rank + 1).alias("rank_before"),
        rank.alias("rank_after"),
        pl.lit(-1, dtype=pl.Int64).alias("rank_change"),
        one.alias("rank_change_from_own_data"),
        *(
            pl.lit(0.0).alias(part)
            for part in (
                "rank_change_from_coverage",
                "rank_change_from_peers",
                "rank_change_from_method",
            )
        ),
        pl.lit("1 place further up: its own data.").alias("sentence"),
    )
