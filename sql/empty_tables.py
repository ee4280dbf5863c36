"""The tables of `sql/` without rows, for what only asks how they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import duckdb

import sql

_COMMENTS = (
    "select table_name, column_name, comment from duckdb_columns() "
    "where not internal and comment is not null order by table_name, column_index"
)


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
    with every_table_in_memory() as scratch:
        for table, name, comment in scratch.execute(_COMMENTS).fetchall():
            found.setdefault(table, {})[name] = comment
    return found
