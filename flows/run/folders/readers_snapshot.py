"""`snapshot.duckdb` in the folder of results: what was published, for notebooks and other readers.

It is made from the folders of the runs, so that it holds nothing that a licence withholds, and
takes its name in one step: a notebook that holds the one before goes on reading that.
"""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from configs import durable_files
from flows.run.folders import publication, published_runs
from reports.data_dictionary import output_columns
from reports.outputs.registry import table_outputs
from sql.parquet_rows import columns_of
from sql.published_tables import former_names, table_file
from sql.snapshot import RunTable, fill

FILE = "snapshot.duckdb"

#: Of every run, with the types that all versions' files are brought to.
_RANKS: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "rank": pl.Int64(),
    "rank_p05": pl.Int64(),
    "rank_p95": pl.Int64(),
    "prob_top_k": pl.Float64(),
    "score": pl.Float64(),
    "priority_band": pl.String(),
    "evidence_coverage": pl.Float64(),
}
#: Other forms of `ranked.parquet`.
_REPEATED = frozenset({"ranked.csv", "all_suppliers.csv", "insufficient_information.csv"})


def write_snapshot(out: Path) -> Path:
    """Write the snapshot of what is published in a folder in place of the one before.

    Returns:
        Its path; nobody but an administrator may write into it.
    """
    latest = publication.latest_run(out)
    run_ids = published_runs.run_ids(out)
    ranks = {run_id: _ranks(out / run_id) for run_id in run_ids}
    runs = [_run(out / run_id, ranks[run_id], run_id == latest) for run_id in run_ids]
    target = out / FILE
    # Beside the work of runs, where what a killed process leaves is removed.
    aside = out / ".work" / "snapshot" / FILE
    with durable_files.written_whole(aside) as fresh:
        # DuckDB takes no empty file for a new one.
        fresh.unlink()
        with duckdb.connect(str(fresh)) as connection:
            fill(
                connection,
                run_tables(None if latest is None else out / latest),
                runs,
                pl.concat(ranks.values()) if ranks else None,
            )
        mode = fresh.stat().st_mode
        fresh.chmod(mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    durable_files.move(aside, target)
    return target


def is_written(out: Path) -> bool:
    """Whether a folder has a snapshot."""
    return (out / FILE).is_file()


def run_tables(folder: Path | None) -> Iterator[RunTable]:
    """The tables of a run under the names of their files, each read when it is asked for.

    Args:
        folder: of the run; None for empty tables.
    """
    described = output_columns()
    for output in table_outputs():
        if output.file in _REPEATED:
            continue
        rows = None if folder is None else _rows(table_file(folder, output.file))
        yield RunTable(
            name=output.name,
            comment=f"{output.content[0].upper()}{output.content[1:]}.",
            columns={c.name: (c.kind, c.meaning) for c in described[output.file].values()},
            rows=rows,
            former_names={} if rows is None else former_names(columns_of(rows), output.name),
        )


def _rows(path: Path | None) -> pl.DataFrame | Path | None:
    if path is None or path.suffix == ".parquet":
        return path
    # As text: the snapshot's columns have the declared types, whatever a month happens to hold.
    return pl.read_csv(path, infer_schema=False)


def _ranks(folder: Path) -> pl.DataFrame:
    ranked = published_runs.read_ranked(folder, _RANKS)
    columns = (
        (pl.col(name) if name in ranked.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _RANKS.items()
    )
    return ranked.select(pl.lit(folder.name).alias("run_id"), *columns)


def _run(folder: Path, ranks: pl.DataFrame, is_latest: bool) -> dict[str, Any]:
    manifest = published_runs.read_manifest(folder)
    return {
        "run_id": folder.name,
        "as_of": dt.date.fromisoformat(manifest["as_of"]),
        "state": str(manifest["result"]),
        "is_latest": is_latest,
        "finished_at": dt.datetime.fromisoformat(str(manifest["finished_at"])),
        "suppliers_ranked": int(ranks["rank"].is_not_null().sum()),
        "suppliers_listed": ranks.height,
        "ranks_withheld": manifest.get("uncertainty", {}).get("reason"),
        "warnings": [str(warning) for warning in manifest["warnings"]],
    }
