"""Makes the tables of a warehouse, also of one that another version made, as `sql/` has them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import duckdb

import sql
from configs.former_names import DROPPED_COLUMNS, RETIRED_TABLES, TABLE_COLUMNS, renamed
from sql import intervals
from sql.contracts import every_contract
from sql.empty_tables import all_or_nothing, every_table_in_memory

_SHAPES = "table_shapes"
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
    its file is left empty, and one that is no more is dropped, as every run stages again. Tables
    that are as this version left them (`table_shapes`) are not compared again.

    Args:
        connection: to the warehouse.

    Returns:
        The tables made again.

    Raises:
        OtherVersionError: rows of another version do not fit without loss;
            nothing is changed.
    """
    present = _shapes(connection)
    if _SHAPES in present and _noted(connection) == [(_fingerprint(connection, present),)]:
        return ()
    old = tuple(table for table, shape in present.items() if shape != _wanted_of(table, shape))
    of_runs = tuple(table for table in sql.KEPT_ONCE if table in present)
    staging = set(sql.tables("20_staging"))
    with all_or_nothing(connection):
        for table in old:
            if table not in staging:
                _replace(connection, table, present[table].types())
        for table in of_runs:
            _store_once(connection, table)
    for table in old:
        if table not in staging:
            continue
        try:
            with all_or_nothing(connection):
                _replace(connection, table, present[table].types())
        except OtherVersionError:
            connection.execute(f"drop table {table}")
            connection.execute(sql.stored_ddl()[table])
    with all_or_nothing(connection):
        for table in RETIRED_TABLES:
            if table in present:
                connection.execute(f"drop table {table}")
                connection.execute(f"drop table if exists rejected_{table}")
        for table, statements in sql.stored_ddl().items():
            if table not in present or present[table].comments != _wanted()[table].comments:
                connection.execute(statements)
        views = _views(connection)
        for table, view in _wanted_views().items():
            if views.get(table) != view:
                connection.execute(_view_ddl(table))
        connection.execute(f"delete from {_SHAPES}")
        found = _fingerprint(connection, _shapes(connection))
        connection.execute(f"insert into {_SHAPES} values ($1)", [found])
    return tuple(dict.fromkeys((*old, *of_runs)))


def _noted(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(f"select * from {_SHAPES}").fetchall()


def _fingerprint(connection: duckdb.DuckDBPyConnection, present: Mapping[str, _Shape]) -> str:
    """A hash of what a warehouse has and of all that says how it is to be."""
    shapes = [(table, shape, shape.comments) for table, shape in sorted(present.items())]
    views = sorted(_views(connection).items())
    digest = hashlib.sha256(repr((_version(), shapes, views)).encode())
    return digest.hexdigest()


@cache
def _version() -> str:
    """A hash of the files of `sql/`, of former names and of the version of DuckDB."""
    names = repr((duckdb.__version__, DROPPED_COLUMNS, RETIRED_TABLES, TABLE_COLUMNS))
    digest = hashlib.sha256(names.encode())
    folders = [files(__package__)]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda one: one.name):
            if entry.is_file():
                digest.update(entry.read_bytes())
            elif entry.name != "__pycache__":
                folders.append(entry)
    return digest.hexdigest()


def _store_once(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Store the rows of a table with a row for each run as `sql.KEPT_ONCE` has it."""
    contract = every_contract()[table]
    connection.execute(f"alter table {table} rename to {table}_before_")
    connection.execute(sql.stored_ddl()["run_numbers"])
    connection.execute(sql.stored_ddl()[sql.intervals_of(table)])
    # The ids of runs begin with their as-of date.
    found = f"select distinct run_id from {table}_before_ order by run_id"
    for (run_id,) in connection.execute(found).fetchall():
        connection.execute(
            "create or replace temp table rows_ as select row_number() over () as row_number_, * "
            f"from {table}_before_ where run_id = $1",
            [run_id],
        )
        intervals.insert_run(connection, table, run_id, "rows_", contract.columns, contract.key)
    connection.execute("drop table if exists rows_")
    connection.execute(f"drop table {table}_before_")


def _replace(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    before: Mapping[str, str],
) -> None:
    """Make a table again with its rows, whose columns are `before`."""
    after = _wanted_of(table, None).types()
    former = TABLE_COLUMNS.get(table.removesuffix(sql.intervals_of("")), {})
    now = {name: name for name in before} | renamed(before, former)
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
        connection.execute({**sql.loaded_ddl(), **sql.stored_ddl()}[table])
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
    lacking = {name for name, shape in wanted.items() if present.get(name) != shape}
    return sorted(lacking | (present.keys() & set(sql.KEPT_ONCE)))


@cache
def _wanted() -> Mapping[str, _Shape]:
    """The shape of each table as a warehouse is to have it."""
    with every_table_in_memory(sql.stored_ddl()) as scratch:
        return _shapes(scratch)


@cache
def _by_run() -> Mapping[str, _Shape]:
    """The shape of each table of `sql.KEPT_ONCE` with a row for each run."""
    chosen = {table: sql.loaded_ddl()[table] for table in sql.KEPT_ONCE}
    with every_table_in_memory(chosen) as scratch:
        return _shapes(scratch)


def _wanted_of(table: str, otherwise: _Shape | None) -> _Shape:
    """The shape that a table of a warehouse is to have; one of ours has `otherwise`."""
    found = _by_run().get(table, _wanted().get(table, otherwise))
    if found is None:
        raise OtherVersionError(f"no table named {table}")
    return found


@cache
def _wanted_views() -> Mapping[str, tuple[str, str]]:
    below = ("run_numbers", *map(sql.intervals_of, sql.KEPT_ONCE))
    with every_table_in_memory({table: sql.stored_ddl()[table] for table in below}) as scratch:
        for table in sql.KEPT_ONCE:
            scratch.execute(_view_ddl(table))
        return _views(scratch)


def _view_ddl(table: str) -> str:
    return sql.view_ddl(table, every_contract()[table].columns)


def _views(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Statement and comment of each view by its name."""
    rows = connection.execute(
        "select view_name, sql, comment from duckdb_views() where not internal"
    )
    return {name: (statement, comment) for name, statement, comment in rows.fetchall()}


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
