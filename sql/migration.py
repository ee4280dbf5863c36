"""Makes the tables of a warehouse, also of one that another version made, as `sql/` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import duckdb

import sql
from configs.former_names import DROPPED_COLUMNS, RETIRED_TABLES, TABLE_COLUMNS, renamed

_TABLES = "select table_name, comment from duckdb_tables() where not internal"
_COLUMNS = (
    "select table_name, column_name, data_type, is_nullable, column_default, comment "
    "from duckdb_columns() where table_name in (select table_name from duckdb_tables()) "
    "order by table_name, column_index"
)
# Their order counts: it identifies the checks of a file by name.
_CONSTRAINTS = (
    "select table_name, constraint_text from duckdb_constraints() "
    "where constraint_type <> 'NOT NULL' order by table_name, constraint_type, constraint_index"
)


class OtherVersionError(Exception):
    """Rows of another version's table do not fit the present one; the message says why."""


@dataclass(frozen=True)
class _Shape:
    """Columns (name, type, whether null is allowed, default) and constraints of a table.

    Comments, the table's own and its columns', can be altered in place and make no other shape.
    """

    columns: tuple[tuple[str, str, bool, str | None], ...]
    constraints: tuple[str, ...]
    comments: tuple[str | None, ...] = field(compare=False)

    def types(self) -> dict[str, str]:
        return {name: kind for name, kind, _, _ in self.columns}


def make_tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Make the tables that a warehouse lacks, and again those that are not as in their files.

    Rows are kept and new columns are null in them. A staging table whose rows do not fit
    its file is left empty, and one that is no more is dropped, as every run stages again.

    Args:
        connection: to the warehouse.

    Returns:
        The tables made again.

    Raises:
        OtherVersionError: rows of another version do not fit without loss;
            nothing is changed.
    """
    present = _shapes(connection)
    old = tuple(t for t, shape in present.items() if shape != _wanted().get(t, shape))
    staging = set(sql.tables("20_staging"))
    _make_again(connection, [table for table in old if table not in staging], present)
    for table in old:
        if table not in staging:
            continue
        try:
            _make_again(connection, [table], present)
        except OtherVersionError:
            connection.execute(f"drop table {table}")
            connection.execute(sql.stored_ddl()[table])
    with _all_or_nothing(connection):
        for table in RETIRED_TABLES:
            if table in present:
                connection.execute(f"drop table {table}")
                connection.execute(f"drop table if exists rejected_{table}")
        for table, statements in sql.stored_ddl().items():
            if table not in present or present[table].comments != _wanted()[table].comments:
                connection.execute(statements)
    return old


def _make_again(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str], present: Mapping[str, _Shape]
) -> None:
    """Make these tables again with their rows: all of them or, on an error, none."""
    with _all_or_nothing(connection):
        for table in tables:
            _replace(connection, table, present[table].types(), _wanted()[table].types())


@contextmanager
def _all_or_nothing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _replace(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    now = {name: name for name in before} | renamed(before, TABLE_COLUMNS.get(table, {}))
    shared = {name: new for name, new in now.items() if new in after}
    columns, values = (
        ", ".join(f'"{name}"' for name in names) for names in (shared.values(), shared)
    )
    try:
        lossy = _lossy_columns(connection, table, before, after, now)
        if lossy:
            raise OtherVersionError(
                f"{table} has values in {', '.join(lossy)} that do not fit the present columns"
            )
        connection.execute(f"alter table {table} rename to {table}_before_")
        connection.execute(sql.stored_ddl()[table])
        if shared:
            connection.execute(
                f"insert into {table} ({columns}) select {values} from {table}_before_"
            )
        connection.execute(f"drop table {table}_before_")
    except duckdb.Error as error:
        raise OtherVersionError(
            f"rows of {table} break its present rules: {str(error).splitlines()[0]}"
        ) from error


def _lossy_columns(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    now: Mapping[str, str],
) -> list[str]:
    """Columns with values that are gone, or whose values the present type would change.

    `now` gives the name of today of every column; what repeated another column is no loss.
    """
    repeated = DROPPED_COLUMNS.get(table, ())
    tests = {
        name: f'try_cast(try_cast("{name}" as {after[now[name]]}) as {kind}) '
        f'is distinct from "{name}"'
        if now[name] in after
        else f'"{name}" is not null'
        for name, kind in before.items()
        if after.get(now[name]) != kind and name not in repeated
    }
    if not tests:
        return []
    counts = ", ".join(f"count(*) filter ({test})" for test in tests.values())
    found = connection.execute(f"select {counts} from {table}").fetchall()[0]
    return [name for name, count in zip(tests, found, strict=True) if count]


def other_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables of a warehouse that are not as in their files, and those that it lacks."""
    present, wanted = _shapes(connection), _wanted()
    return sorted(name for name, shape in wanted.items() if present.get(name) != shape)


@contextmanager
def every_table_in_memory(
    ddl: Mapping[str, str] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own that holds each table without rows.

    Args:
        ddl: the statements of the tables; None: as their files have them.
    """
    with duckdb.connect(":memory:") as scratch:
        with _all_or_nothing(scratch):
            for statements in (ddl or sql.every_ddl()).values():
                scratch.execute(statements)
        yield scratch


def column_comments(table: str) -> Mapping[str, str]:
    """What the file of a table says of its columns, by column; those without a comment lack."""
    return _every_comment().get(table, {})


@cache
def _every_comment() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with every_table_in_memory() as scratch:
        for table, name, *_, comment in scratch.execute(_COLUMNS).fetchall():
            if comment:
                found.setdefault(table, {})[name] = comment
    return found


@cache
def _wanted() -> Mapping[str, _Shape]:
    """The shape of each table as a warehouse is to have it."""
    with every_table_in_memory(sql.stored_ddl()) as scratch:
        return _shapes(scratch)


def _shapes(connection: duckdb.DuckDBPyConnection) -> dict[str, _Shape]:
    columns: dict[str, list[tuple[str, str, bool, str | None]]] = {}
    comments: dict[str, list[str | None]] = {
        table: [comment] for table, comment in connection.execute(_TABLES).fetchall()
    }
    for table, name, kind, may_be_null, default, comment in connection.execute(_COLUMNS).fetchall():
        columns.setdefault(table, []).append((name, kind, may_be_null, default))
        comments[table].append(comment)
    constraints: dict[str, list[str]] = {table: [] for table in comments}
    for table, text in connection.execute(_CONSTRAINTS).fetchall():
        constraints[table].append(text)
    return {
        table: _Shape(tuple(columns[table]), tuple(constraints[table]), tuple(comments[table]))
        for table in comments
    }
