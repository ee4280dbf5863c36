"""Two published runs of a list side by side: who moved, and which signal moved it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flows.run import published_runs

#: Points below which a signal is not named as a reason.
LEAST_POINTS = 0.05


def side_by_side(before: Path, after: Path) -> pl.DataFrame:
    """Every supplier of either run.

    Args:
        before: folder of the earlier run.
        after: folder of the later run.

    Returns:
        supplier_id, name, rank_before, rank_after, moved (ranks up; null where either is absent),
        score_before, score_after, kind (moved, same, new, gone, gained_rank, lost_rank), signal_id
        with the largest change of points and signal_points, that change (after less before; null
        where no signal changed), and sentence, the decomposition of the change if the later run
        was compared with the earlier one; the largest moves first.
    """
    old, new = published_runs.read_ranked(before), published_runs.read_ranked(after)
    moves = published_runs.rank_moves(old, new)
    scores = [
        table.select("supplier_id", pl.col("score").alias(name))
        for table, name in ((old, "score_before"), (new, "score_after"))
    ]
    for table in (*scores, _largest_changes(before, after),
                  published_runs.read_movements(after, before.name)):  # fmt: skip
        moves = moves.join(table, on="supplier_id", how="left", maintain_order="left")
    is_old = pl.col("supplier_id").is_in(old["supplier_id"].implode())
    is_new = pl.col("supplier_id").is_in(new["supplier_id"].implode())
    kind = (
        pl.when(~is_old).then(pl.lit("new"))
        .when(~is_new).then(pl.lit("gone"))
        .when(pl.col("rank_before").is_null() & pl.col("rank_after").is_not_null())
        .then(pl.lit("gained_rank"))
        .when(pl.col("rank_before").is_not_null() & pl.col("rank_after").is_null())
        .then(pl.lit("lost_rank"))
        .when(pl.col("moved").fill_null(0) == 0).then(pl.lit("same"))
        .otherwise(pl.lit("moved"))
    )  # fmt: skip
    return (
        moves.with_columns(kind=kind)
        .with_columns(
            size=pl.when(pl.col("kind") == "same").then(-1).otherwise(pl.col("moved").abs())
        )
        .sort(
            "size", "rank_after", "supplier_id", descending=[True, False, False], nulls_last=False
        )
        .drop("size")
    )


def changed_signals(before: Path, after: Path) -> pl.DataFrame:
    """How much each signal moved scores between two runs, of suppliers on both lists.

    Returns:
        signal_id, suppliers whose points it changed, and points, the mean of the absolute change
        over those; the signal that moved most in sum first.
    """
    changed = _changes(before, after).filter(pl.col("change").abs() >= LEAST_POINTS)
    return (
        changed.group_by("signal_id")
        .agg(suppliers=pl.len(), points=pl.col("change").abs().mean())
        .sort(pl.col("suppliers") * pl.col("points"), "signal_id", descending=[True, False])
    )


def _largest_changes(before: Path, after: Path) -> pl.DataFrame:
    changed = _changes(before, after).filter(pl.col("change").abs() >= LEAST_POINTS)
    return (
        changed.sort(pl.col("change").abs(), "signal_id", descending=[True, False])
        .group_by("supplier_id", maintain_order=True)
        .first()
        .rename({"change": "signal_points"})
    )


def _changes(before: Path, after: Path) -> pl.DataFrame:
    """supplier_id, signal_id and change of points, of suppliers on both lists."""
    old, new = (
        published_runs.read_every_contribution(folder).select("supplier_id", "signal_id", "points")
        for folder in (before, after)
    )
    both = old.join(new, on=["supplier_id", "signal_id"], how="full", suffix="_now", coalesce=True)
    stays = set(old["supplier_id"]) & set(new["supplier_id"])
    return both.filter(pl.col("supplier_id").is_in(stays)).select(
        "supplier_id",
        "signal_id",
        change=pl.col("points_now").fill_null(0.0) - pl.col("points").fill_null(0.0),
    )
