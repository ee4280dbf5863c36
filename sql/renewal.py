"""Brings the tables of an older warehouse under the checks of the present files of `sql/`."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import duckdb

import sql

_CHECKS = (
    "select table_name, expression from duckdb_constraints() where constraint_type = 'CHECK' "
    "order by all"
)


def renew(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Make anew each table whose checks are not those of its file, keeping its rows.

    A check cannot be altered in place, and a table under an older one would refuse rows that are
    good today. Columns that are new are null; call it after the files have been run.

    Args:
        connection: to the warehouse, every table made.

    Returns:
        The tables made anew.

    Raises:
        duckdb.ConstraintException: an old row breaks a present check; nothing is changed.
    """
    present, wanted = _by_table(connection), _wanted()
    layers = {table: layer for layer in sql.LAYERS for table in sql.tables(layer)}
    old = tuple(table for table in layers if present[table] != wanted[table])
    for table in old:
        connection.execute("begin")
        try:
            connection.execute(f"alter table {table} rename to {table}_before_")
            connection.execute(sql.ddl(layers[table], table))
            connection.execute(f"insert into {table} by name select * from {table}_before_")
            connection.execute(f"drop table {table}_before_")
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
    return old


@cache
def _wanted() -> defaultdict[str, list[str]]:
    """The checks of each table by its file."""
    with duckdb.connect(":memory:") as scratch:
        for layer in sql.LAYERS:
            for table in sql.tables(layer):
                scratch.execute(sql.ddl(layer, table))
        return _by_table(scratch)


def _by_table(connection: duckdb.DuckDBPyConnection) -> defaultdict[str, list[str]]:
    checks: defaultdict[str, list[str]] = defaultdict(list)
    for table, expression in connection.execute(_CHECKS).fetchall():
        checks[table].append(expression)
    return checks
