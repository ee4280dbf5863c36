"""The snapshot for readers: a DuckDB file of its own with commented tables and a few views.

The warehouse has one writer and no readers beside it. The snapshot is written whole after a run
and never into, so that a notebook may hold it open for as long as it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from sql.opening import limit_memory
from sql.parquet_rows import columns_of, named_file

#: Type of a column by the words of the data dictionary.
TYPES = {
    "text": "varchar",
    "list of text": "varchar[]",
    "whole number": "bigint",
    "number": "double",
    "true or false": "boolean",
    "date": "date",
}
#: Columns of long texts, few of them equal, that DuckDB does not find to be so by itself: the file
#: of a long list is a seventh smaller and takes a tenth less time.
_LONG_TEXTS = frozenset({"sentence"})
_FOLDER = "50_snapshot"
_ROWS_AT_A_TIME = 200_000
_MEMORY_BYTES = 1_000_000_000


@dataclass(frozen=True)
class RunTable:
    """A table of the run that `latest` names.

    Attributes:
        name: in the snapshot.
        comment: what it is for.
        columns: type (a key of `TYPES`) and meaning by name.
        rows: columns by name, as typed values or as text; a Parquet file is copied in batches, so
            that a long table need not fit in memory; None where the run has no such table, which
            is then empty.
        former_names: columns of `rows` that are called otherwise today, with that name.
    """

    name: str
    comment: str
    columns: Mapping[str, tuple[str, str]]
    rows: pl.DataFrame | Path | None
    former_names: Mapping[str, str] = field(default_factory=dict)


def fill(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[RunTable],
    runs: Sequence[Mapping[str, object]],
    ranks: pl.DataFrame | None,
) -> None:
    """Make the tables and views of a snapshot in an empty database.

    Args:
        connection: to the database.
        tables: of the run that `latest` names.
        runs: rows of `runs`.
        ranks: rows of `ranks`; None where there is no run.

    Raises:
        duckdb.Error: a value is not of the type that its column declares.
    """
    connection.execute("set timezone = 'UTC'")
    limit_memory(connection, _MEMORY_BYTES)
    # Two take a fifth more processor time, and half as much memory again.
    connection.execute("set threads = 1")
    connection.execute("begin")
    for table in tables:
        _make(connection, table)
    for statements in _statements():
        connection.execute(statements)
    for row in runs:
        names = ", ".join(row)
        marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        connection.execute(f"insert into runs ({names}) values ({marks})", list(row.values()))
    if ranks is not None:
        _insert(connection, "ranks", ranks, {name: name for name in ranks.columns})
    connection.execute("commit")


def _make(connection: duckdb.DuckDBPyConnection, table: RunTable) -> None:
    types = {name: TYPES[kind] for name, (kind, _) in table.columns.items()}
    columns = ", ".join(
        f'"{name}" {kind}{" using compression zstd" if name in _LONG_TEXTS else ""}'
        for name, kind in types.items()
    )
    statements = [
        f'create table "{table.name}" ({columns})',
        f'comment on table "{table.name}" is {_quoted(table.comment)}',
        *(
            f'comment on column "{table.name}"."{name}" is {_quoted(meaning)}'
            for name, (_, meaning) in table.columns.items()
        ),
    ]
    connection.execute("; ".join(statements))
    if table.rows is None:
        return
    today = {table.former_names.get(name, name): name for name in columns_of(table.rows)}
    present = {
        name: f'cast("{today[name]}" as {kind})' for name, kind in types.items() if name in today
    }
    if isinstance(table.rows, Path):
        _insert_from(connection, table.name, f"read_parquet({named_file(table.rows)})", present)
    else:
        _insert(connection, table.name, table.rows, present)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: pl.DataFrame,
    values: Mapping[str, str],
) -> None:
    # A long table is handed over in slices: its copy for DuckDB would be as large as itself.
    for part in rows.iter_slices(_ROWS_AT_A_TIME):
        connection.register("incoming_", part.to_arrow())
        _insert_from(connection, table, "incoming_", values)
        connection.unregister("incoming_")


def _insert_from(
    connection: duckdb.DuckDBPyConnection, table: str, rows: str, values: Mapping[str, str]
) -> None:
    if values:
        names = ", ".join(f'"{name}"' for name in values)
        connection.execute(
            f'insert into "{table}" ({names}) select {", ".join(values.values())} from {rows}'
        )


@cache
def _statements() -> tuple[str, ...]:
    """The files of the snapshot's own tables and views, in the order of their numbers."""
    entries = sorted((files(__package__) / _FOLDER).iterdir(), key=lambda entry: entry.name)
    return tuple(e.read_text(encoding="utf-8") for e in entries if e.name.endswith(".sql"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
