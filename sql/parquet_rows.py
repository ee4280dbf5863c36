"""Parquet files whose rows a warehouse loads in batches."""

from __future__ import annotations

import glob
from pathlib import Path

import polars as pl


def columns_of(rows: pl.DataFrame | Path) -> list[str]:
    """Names of the columns of a frame or of a Parquet file."""
    frame = pl.scan_parquet(rows, glob=False) if isinstance(rows, Path) else rows.lazy()
    return frame.collect_schema().names()


def row_count_of(path: Path) -> int:
    """Number of rows of a Parquet file, from its footer."""
    return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())


def rows_of_file(path: Path, run_id: str | None) -> str:
    """A statement that gives the rows of a file, numbered from 1 in `row_number_`.

    Args:
        path: of a Parquet file.
        run_id: added as a column; None: the file has it, or the table has none.
    """
    run = "" if run_id is None else ", '{}' as run_id".format(run_id.replace("'", "''"))
    return (
        f"select * exclude (file_row_number), file_row_number + 1 as row_number_{run} "
        f"from read_parquet({named_file(path)}, file_row_number = true)"
    )


def named_file(path: Path) -> str:
    """The path of one file as a text of a statement, in which no character stands for others."""
    return "'{}'".format(glob.escape(str(path)).replace("'", "''"))
