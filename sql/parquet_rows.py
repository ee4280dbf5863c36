"""Parquet files whose rows a warehouse loads in batches."""

from __future__ import annotations

import datetime as dt
import glob
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class PartFiles:
    """Parquet files of a table, one for each of its parts, without the columns of the run.

    Attributes:
        files: by part, at least one; their columns are the same.
        as_of: the day of all rows.
    """

    files: Mapping[str, Path]
    as_of: dt.date


def columns_of(rows: pl.DataFrame | Path | PartFiles) -> list[str]:
    """Names of the columns of a frame, of a Parquet file or of files."""
    if isinstance(rows, PartFiles):
        return columns_of(next(iter(rows.files.values())))
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


def rows_of_parts(rows: PartFiles, run_id: str, without: Collection[str]) -> str:
    """A statement that gives the rows of files with their run and day.

    Rows are numbered in `row_number_` as if the files were one, in their order.

    Args:
        rows: the files.
        run_id: of all rows.
        without: parts that are not read; one file is read in any case, for its columns and day.
    """
    statements, before = [], 0
    for part, path in rows.files.items():
        if part not in without:
            statements.append(_rows_from(path, before, run_id, rows.as_of))
        before += row_count_of(path)
    first = next(iter(rows.files.values()))
    return " union all ".join(statements or [_rows_from(first, 0, run_id, rows.as_of)])


def _rows_from(path: Path, before: int, run_id: str, as_of: dt.date) -> str:
    run = run_id.replace("'", "''")
    return (
        f"select * exclude (file_row_number), file_row_number + {before + 1} as row_number_, "
        f"'{run}' as run_id, date '{as_of.isoformat()}' as as_of "
        f"from read_parquet({named_file(path)}, file_row_number = true)"
    )


def named_file(path: Path) -> str:
    """The path of one file as a text of a statement, in which no character stands for others."""
    return "'{}'".format(glob.escape(str(path)).replace("'", "''"))
