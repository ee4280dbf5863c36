"""Runs the statements of `15_ledger` in an in-memory DuckDB: order lines in, months out.

The statements are plain SQL over tables that are registered first; what varies from run to run
stands in the one row of `ledger_settings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

import sql

_FOLDER = "15_ledger"

#: Working memory of the database; what goes beyond spills to its temporary folder.
MEMORY_LIMIT = "2800MB"


class LedgerDatabase:
    """A ledger being aggregated. Use as a context manager.

    Args:
        spill_folder: where DuckDB may write what does not fit; None lets it choose.
    """

    def __init__(self, spill_folder: Path | None = None) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        self._connection.execute("set preserve_insertion_order = false")
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set timezone = 'UTC'")
        if spill_folder is not None:
            self._connection.execute(
                f"set temp_directory = {_quoted_text(spill_folder.as_posix())}"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def add_frame(self, table: str, frame: pl.DataFrame) -> None:
        """Make a frame known under a name."""
        self._connection.register(table, frame.to_arrow())

    def add_parts(
        self,
        table: str,
        frames: list[pl.DataFrame],
        parquet: Mapping[Path, Mapping[str, str]],
        types: Mapping[str, str],
    ) -> None:
        """Make one table of frames and of Parquet files, which are read where they lie.

        A second table, `<table>_parts`, holds the file's name of each part, so that lines need
        not carry it.

        Args:
            table: its name.
            frames: parts in memory with the columns of `types`, `source_file`, `source_row` and
                `fault`.
            parquet: file to the column of it that stands for each column of the table.
            types: column to its SQL type; columns that a file does not have become null.
        """
        selects = []
        names = [str(frame["source_file"][0]) if frame.height else "" for frame in frames]
        names += [path.name for path in parquet]
        numbers = pl.Series("source_part", range(len(names)), dtype=pl.Int16)
        self.add_frame(
            f"{table}_parts",
            pl.DataFrame(
                {"source_part": numbers, "source_file": pl.Series(names, dtype=pl.String)}
            ),
        )
        for number, frame in enumerate(frames):
            part = f"{table}_part_{number}"
            self.add_frame(part, frame)
            columns = ", ".join(
                f'cast("{name}" as {kind}) as "{name}"' for name, kind in types.items()
            )
            selects.append(
                f"select cast({number} as smallint) as source_part, source_file, source_row, "
                f"fault, {columns} from {part}"
            )
        for number, (path, source) in enumerate(parquet.items(), start=len(frames)):
            columns = ", ".join(
                f'cast({_quoted_name(source[name])} as {kind}) as "{name}"'
                if name in source
                else f'null::{kind} as "{name}"'
                for name, kind in types.items()
            )
            # A person counts the header as row 1.
            selects.append(
                f"select cast({number} as smallint) as source_part, "
                f"{_quoted_text(path.name)} as source_file, "
                f"cast(file_row_number + 2 as bigint) as source_row, null::varchar as fault, "
                f"{columns} from read_parquet({_quoted_text(path.as_posix())}, "
                "file_row_number = true)"
            )
        if not selects:
            columns = ", ".join(f'null::{kind} as "{name}"' for name, kind in types.items())
            selects.append(
                "select null::smallint as source_part, null::varchar as source_file, "
                f"null::bigint as source_row, null::varchar as fault, {columns} where false"
            )
        self._connection.execute(f'create view "{table}" as {" union all ".join(selects)}')

    def aggregate(self) -> None:
        """Run all statements in the order of their files' names."""
        for _, text in statements():
            self._connection.execute(text)

    def read(self, table: str) -> pl.DataFrame:
        """A table or view as a frame, in its own order."""
        frame = pl.from_arrow(self._connection.sql(f'from "{table}"').to_arrow_table())
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(f"{table} is no table")
        return frame


def statements() -> list[tuple[str, str]]:
    """File name and text of each step, in order."""
    folder = files(sql.__name__) / _FOLDER
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(name, (folder / name).read_text(encoding="utf-8")) for name in names]


def _quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
