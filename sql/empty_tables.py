"""The tables of `sql/` without rows, for what only asks how they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import duckdb

import sql

_COLUMNS = (
    "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
    "where not internal order by table_name, column_index"
)
_CONSTRAINTS = (
    "select table_name, constraint_type, expression, constraint_column_names "
    "from duckdb_constraints() where constraint_type in ('CHECK', 'PRIMARY KEY') "
    "order by table_name, constraint_index"
)


@dataclass(frozen=True)
class TablesAsRead:
    """The tables of `sql/` as DuckDB reads their files.

    Attributes:
        columns: table, name, type, whether it may be null, comment; in the order of each table.
        constraints: table, kind, expression and columns of each check and primary key.
    """

    columns: tuple[tuple[str, str, str, bool, str | None], ...]
    constraints: tuple[tuple[str, str, str, tuple[str, ...]], ...]


@contextmanager
def all_or_nothing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All statements inside or, on an error, none."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


@contextmanager
def every_table_in_memory(
    ddl: Mapping[str, str] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own that holds each table without rows.

    Args:
        ddl: the statements of the tables; None: as their files have them.
    """
    with duckdb.connect(":memory:") as scratch:
        with all_or_nothing(scratch):
            for statements in (ddl or {**sql.every_ddl(), **sql.file_ddl()}).values():
                scratch.execute(statements)
        yield scratch


def column_comments(table: str) -> Mapping[str, str]:
    """What the file of a table says of its columns, by column; those without a comment lack."""
    return _every_comment().get(table, {})


@cache
def _every_comment() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, name, _, _, comment in tables_as_read().columns:
        if comment is not None:
            found.setdefault(table, {})[name] = comment
    return found


@cache
def tables_as_read() -> TablesAsRead:
    """What DuckDB makes of the files of all tables, asked once: it takes longer than most loads."""
    with every_table_in_memory() as scratch:
        columns = scratch.execute(_COLUMNS).fetchall()
        constraints = scratch.execute(_CONSTRAINTS).fetchall()
    return TablesAsRead(
        tuple(columns),
        tuple((table, kind, text, tuple(names)) for table, kind, text, names in constraints),
    )
