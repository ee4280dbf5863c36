"""Two published runs of a list side by side: who moved, and which signal moved it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from configs import durable_files
from flows.desk.lists.list_folders import ListFolder
from flows.run.folders import published_runs
from sql.published_tables import current_names

#: Points below which a signal is not named as a reason.
LEAST_POINTS = 0.05
#: In the list's folder.
_KEPT = "compared"
_OF_RANKS = ("supplier_id", "name", "rank", "score")
_OF_POINTS = ("supplier_id", "signal_id", "points")


def compared(folder: ListFolder, before: str, after: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two runs side by side, from what was kept of an earlier comparison where they are as then.

    Args:
        folder: of the list.
        before: id of the earlier run.
        after: id of the later run.

    Returns:
        As `side_by_side` and `changed_signals` give them.
    """
    runs = folder.results / before, folder.results / after
    changed = "-".join(str((run / "manifest.json").stat().st_mtime_ns) for run in runs)
    kept = folder.path / _KEPT / f"{before}_{after}"
    files = [kept / f"{changed}.{name}.parquet" for name in ("suppliers", "signals")]
    if not all(file.is_file() for file in files):
        changes = changes_of_points(*runs)
        tables = side_by_side(runs[0], runs[1], changes), changed_signals(changes)
        shutil.rmtree(kept, ignore_errors=True)
        for file, table in zip(files, tables, strict=True):
            with durable_files.written_whole(file) as path:
                table.write_parquet(path)
    return pl.read_parquet(files[0]), pl.read_parquet(files[1])


def side_by_side(before: Path, after: Path, changes: pl.DataFrame) -> pl.DataFrame:
    """Every supplier of either run.

    Args:
        before: folder of the earlier run.
        after: folder of the later run.
        changes: of points, as `changes_of_points` gives them.

    Returns:
        supplier_id, name, rank_before, rank_after, moved (ranks up; null where either is absent),
        score_before, score_after, kind (moved, same, new, gone, gained_rank, lost_rank), signal_id
        with the largest change of points and signal_points, that change (after less before; null
        where no signal changed), and sentence, the decomposition of the change if the later run
        was compared with the earlier one; the largest moves first.
    """
    old, new = (read_columns(run, "ranked", _OF_RANKS) for run in (before, after))
    moves = published_runs.rank_moves(old, new)
    scores = [
        table.select("supplier_id", pl.col("score").alias(name))
        for table, name in ((old, "score_before"), (new, "score_after"))
    ]
    for table in (*scores, _largest_changes(changes),
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


def changed_signals(changes: pl.DataFrame) -> pl.DataFrame:
    """How much each signal moved scores between two runs, of suppliers on both lists.

    Args:
        changes: of points, as `changes_of_points` gives them.

    Returns:
        signal_id, suppliers whose points it changed, and points, the mean of the absolute change
        over those; the signal that moved most in sum first.
    """
    return (
        changes.group_by("signal_id")
        .agg(suppliers=pl.len(), points=pl.col("change").abs().mean())
        .sort(pl.col("suppliers") * pl.col("points"), "signal_id", descending=[True, False])
    )


def _largest_changes(changes: pl.DataFrame) -> pl.DataFrame:
    """Of each supplier the signal with the largest change, the first by id of several."""
    size = pl.col("change").abs()
    largest = changes.filter(size == size.max().over("supplier_id"))
    return (
        largest.group_by("supplier_id")
        .agg(pl.col("signal_id", "change").sort_by("signal_id").first())
        .rename({"change": "signal_points"})
    )


def changes_of_points(before: Path, after: Path) -> pl.DataFrame:
    """supplier_id, signal_id and change (from `LEAST_POINTS` on), of suppliers on both lists."""
    old, new = (read_columns(run, "contributions", _OF_POINTS) for run in (before, after))
    stays = set(old["supplier_id"].unique()) & set(new["supplier_id"].unique())
    signed = pl.concat([old.with_columns(-pl.col("points")), new])
    return (
        signed.filter(pl.col("supplier_id").is_in(stays))
        .group_by("supplier_id", "signal_id")
        .agg(change=pl.col("points").sum())
        .filter(pl.col("change").abs() >= LEAST_POINTS)
    )


def read_columns(run: Path, name: str, wanted: Sequence[str]) -> pl.DataFrame:
    """Columns of a table of a run; of an earlier version's all are read, as names have changed.

    Args:
        run: folder of the run.
        name: of the table, without its ending.
        wanted: names; one that the table lacks is null.
    """
    path = run / f"{name}.parquet"
    has_all = set(wanted) <= set(pl.read_parquet_schema(path))
    rows = current_names(pl.read_parquet(path, columns=list(wanted) if has_all else None), name)
    return rows.select(
        pl.col(column) if column in rows.columns else pl.lit(None).alias(column)
        for column in wanted
    )
