"""Reading published runs back, as they lie in the folder of results."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import UsageError
from flows.run.folders.publication import LATEST
from sql.published_tables import current_names, for_every_supplier, former_names, table_file


def run_folder(out: Path, run: str) -> Path:
    """Folder of a published run: its id, an unmistakable beginning of it, or `latest`.

    Raises:
        UsageError: there is no such run, or the beginning fits several.
    """
    if run == LATEST and not (out / LATEST).exists():
        raise UsageError(f"{out}: no run was published here yet; start one with `understory run`")
    known = run_ids(out)
    fitting = [name for name in known if name.startswith(run)] if run else []
    if run == LATEST or run in known:
        return (out / run).resolve()
    if len(fitting) > 1:
        raise UsageError(f"--run {run}: this fits {', '.join(fitting)}; write more of it")
    if not fitting:
        raise UsageError(
            f"{run}: no published run of this name in {out}; `understory runs` lists them"
        )
    return out / fitting[0]


def run_ids(out: Path) -> list[str]:
    """Ids of the published runs in a folder, oldest as-of date first."""
    if not out.is_dir():
        return []
    return sorted(
        entry.name
        for entry in out.iterdir()
        if not entry.is_symlink()
        and not entry.name.startswith(".")
        and (entry / "manifest.json").is_file()
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published run."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def read_ranked(folder: Path, columns: Collection[str] | None = None) -> pl.DataFrame:
    """The ranked list: one row per supplier, the ranked ones first, by rank.

    Args:
        folder: of the run.
        columns: those to read beside supplier_id and rank, where the run has them; None: all. The
            lists of reasons take ten times as long to read as the others.
    """
    ranked = pl.scan_parquet(folder / "ranked.parquet", glob=False)
    ranked = ranked.rename(former_names(ranked.collect_schema().names(), "ranked"))
    if columns is not None:
        wanted = {"supplier_id", "rank", *columns}
        ranked = ranked.select(name for name in ranked.collect_schema().names() if name in wanted)
    return ranked.sort("rank", "supplier_id", nulls_last=True).collect()


def read_every_contribution(folder: Path) -> pl.DataFrame:
    """The contributions of all suppliers of a run."""
    rows = current_names(pl.read_parquet(folder / "contributions.parquet"), "contributions")
    return for_every_supplier(rows, read_ranked(folder, ())["supplier_id"])


def read_contributions(folder: Path, supplier_id: str) -> pl.DataFrame:
    """Why one supplier stands where it stands: one row per signal, most points first.

    No rows of a supplier that is not on the list of the run.
    """
    is_listed = supplier_id in read_ranked(folder, ())["supplier_id"]
    rows = (
        pl.scan_parquet(folder / "contributions.parquet")
        .filter(
            (pl.col("supplier_id") == supplier_id)
            | (pl.col("supplier_id").is_null() & pl.lit(is_listed))
        )
        .with_columns(pl.col("supplier_id").fill_null(supplier_id))
        .sort("points", "signal_id", descending=[True, False])
        .collect()
    )
    return current_names(rows, "contributions")


def read_flags(folder: Path, supplier_id: str) -> list[dict[str, str | None]]:
    """The list hits of one supplier, rows of `flags.csv`."""
    path = table_file(folder, "flags.csv")
    if path is None:
        return []
    table = current_names(pl.read_csv(path, infer_schema=False), "flags")
    return table.filter(pl.col("supplier_id") == supplier_id).to_dicts()


def read_movements(folder: Path, previous_run_id: str) -> pl.DataFrame:
    """Reasons for rank changes since another run (supplier_id, sentence), empty if not compared."""
    path = table_file(folder, "movements.csv")
    nothing = pl.DataFrame(schema={"supplier_id": pl.String, "sentence": pl.String})
    if path is None:
        return nothing
    ledger = pl.read_csv(path, infer_schema=False)
    return ledger.filter(pl.col("previous_run_id") == previous_run_id).select(nothing.columns)


def rank_moves(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rank changes between two ranked lists.

    Returns:
        supplier_id, name, rank_before, rank_after, moved (ranks up; null when a rank is absent
        on either side), in the order of the later list; suppliers of both lists, ranked or not.
    """
    columns = ["supplier_id", "name", "rank"]
    both = (
        after.select(columns)
        .join(before.select(columns), on="supplier_id", how="full", suffix="_before", coalesce=True)
        .with_columns(pl.coalesce("name", "name_before").alias("name"))
    )
    return both.select(
        "supplier_id",
        "name",
        "rank_before",
        pl.col("rank").alias("rank_after"),
        (pl.col("rank_before").cast(pl.Int64) - pl.col("rank").cast(pl.Int64)).alias("moved"),
    ).sort("rank_after", "rank_before", "supplier_id", nulls_last=True)
