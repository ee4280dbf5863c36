"""Rows that are stored once, with the runs that have them: how a run's rows go in and come out.

A run gets the next number of its table (`run_numbers`). A row is valid from the number of the first
run that has it to that of the last; without a last one, up to the newest. A row that the newest run
has as well is not touched; one that it lacks is closed, one that is new is inserted. Runs are
numbered as they are loaded, so that one of an earlier month is as right, and only shares less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

import sql


class SeveralDaysError(Exception):
    """The rows of one run have several as-of dates; one sentence."""


def insert_run(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    run_id: str,
    rows: str,
    columns: Mapping[str, str],
    key: tuple[str, ...],
    unchanged: str = "false",
    every_row: str | None = None,
) -> None:
    """Store the rows of a run.

    Args:
        connection: to the warehouse.
        table: of `sql.KEPT_ONCE`.
        run_id: of the rows.
        rows: name of a table or view with the rows, numbered in `row_number_`; they keep the
            contract of `table`.
        columns: types of the columns of `table` by name.
        key: its key, `run_id` included; no row of the run that is stored already has the same.
        unchanged: a test of stored rows. Those of the newest run that meet it are rows of this run
            too, and `rows` lacks them; for a run without stored rows alone.
        every_row: name of a table or view with these rows, too; None: `rows` has all.

    Raises:
        SeveralDaysError: the rows have several as-of dates, or another than the run's.
    """
    stored = [name for name in columns if name not in sql.OF_THE_RUN]
    names = ", ".join(f'"{name}"' for name in stored)
    kept = sql.intervals_of(table)
    newest = _newest(connection, table)
    known = _number(connection, table, run_id)
    if known is None:
        known = newest + 1
        _note(connection, table, run_id, known, every_row or rows, columns)
        same = " and ".join(
            f'kept."{name}" = new."{name}"' for name in key if name not in sql.OF_THE_RUN
        )
        others = [_equal(name, columns[name]) for name in stored if name not in key]
        connection.execute(
            "create or replace temp table same_ as select kept.row_ as kept_row, "
            "new.row_number_ as new_row from (select rowid as row_, * "
            f"from {kept} where valid_to is null and not ({unchanged})) as kept "
            f"join {rows} as new on {same} where {' and '.join(others) or 'true'}"
        )
        connection.execute(
            f"update {kept} set valid_to = $1 where valid_to is null and not ({unchanged}) "
            "and rowid not in (select kept_row from same_)",
            [newest],
        )
        connection.execute(
            f"insert into {kept} (valid_from, valid_to, {names}) select $1, null, {names} from "
            f"{rows} where row_number_ not in (select new_row from same_)",
            [known],
        )
        connection.execute("drop table same_")
        return
    _check_day(connection, table, run_id, rows, columns)
    connection.execute(
        f"insert into {kept} (valid_from, valid_to, {names}) select $1, $2, {names} from {rows}",
        [known, None if known == newest else known],
    )


def clear_run(connection: duckdb.DuckDBPyConnection, table: str, run_id: str) -> None:
    """Remove a run's rows; those that other runs have too stay theirs."""
    number = _number(connection, table, run_id)
    if number is None:
        return
    connection.execute(
        "delete from run_numbers where table_name = $1 and run_id = $2", [table, run_id]
    )
    kept = sql.intervals_of(table)
    before, after = _neighbours(connection, table, number)
    if after is None:
        connection.execute(f"delete from {kept} where valid_from > $1", [before])
        connection.execute(f"update {kept} set valid_to = null where valid_to >= $1", [before])
    else:
        connection.execute(
            f"delete from {kept} where valid_from > $1 and valid_to < $2", [before, after]
        )


def different_rows(table: str, key: Sequence[str], value: str) -> str:
    """A statement that gives the rows of two runs, `$1` and `$2`, with one key and other values.

    A row that both runs have is stored once and equal, so that only the others are compared.

    Args:
        table: of `sql.KEPT_ONCE`.
        key: columns that name a row of a run; rows in which one is null are left out.
        value: the column compared, which the result has as `<value>_before` and `<value>_after`.
    """
    names = ", ".join(f'"{name}"' for name in key)
    rows = (
        f'select {names}, "{value}" as {value}_{{0}} from {sql.intervals_of(table)}, of_runs where '
        "valid_from <= {0} and coalesce(valid_to >= {0}, true) "
        "and not (valid_from <= {1} and coalesce(valid_to >= {1}, true))"
    )
    return (
        "with of_runs as (select min(number) filter (run_id = $1) as before, "
        "min(number) filter (run_id = $2) as after from run_numbers "
        f"where table_name = '{table}') "
        f"select {names}, {value}_before, {value}_after from ({rows.format('before', 'after')}) "
        f"join ({rows.format('after', 'before')}) using ({names}) "
        f"where {value}_before is distinct from {value}_after order by {names}"
    )


def _equal(name: str, kind: str) -> str:
    """A test that two values are the same to the bit; the two zeros differ in their sign."""
    test = f'kept."{name}" is not distinct from new."{name}"'
    if kind.lower() in ("double", "float"):
        test += f' and signbit(kept."{name}") is not distinct from signbit(new."{name}")'
    return test


def _newest(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(
        "select coalesce(max(number), 0) from run_numbers where table_name = $1", [table]
    ).fetchall()
    return int(found[0][0])


def _number(connection: duckdb.DuckDBPyConnection, table: str, run_id: str) -> int | None:
    found = connection.execute(
        "select number from run_numbers where table_name = $1 and run_id = $2", [table, run_id]
    ).fetchone()
    return None if found is None else int(found[0])


def _neighbours(
    connection: duckdb.DuckDBPyConnection, table: str, number: int
) -> tuple[int, int | None]:
    """Numbers of the runs before (0: none) and after (None: none) a number that is free again."""
    found = connection.execute(
        "select coalesce(max(number) filter (number < $2), 0), min(number) filter (number > $2) "
        "from run_numbers where table_name = $1",
        [table, number],
    ).fetchall()
    before, after = found[0]
    return int(before), None if after is None else int(after)


def _note(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    run_id: str,
    number: int,
    rows: str,
    columns: Mapping[str, str],
) -> None:
    day = None
    if "as_of" in columns:
        days = connection.execute(f"select distinct as_of from {rows}").fetchall()
        if len(days) > 1:
            raise SeveralDaysError(f"{table}: the rows of {run_id} have several as-of dates")
        day = days[0][0] if days else None
    connection.execute(
        "insert into run_numbers values ($1, $2, $3, $4)", [table, run_id, number, day]
    )


def _check_day(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    run_id: str,
    rows: str,
    columns: Mapping[str, str],
) -> None:
    if "as_of" not in columns:
        return
    other = connection.execute(
        f"select 1 from {rows} as new join run_numbers as run on run.table_name = $1 "
        "and run.run_id = $2 where run.as_of is distinct from new.as_of limit 1",
        [table, run_id],
    ).fetchone()
    if other:
        raise SeveralDaysError(f"{table}: the rows of {run_id} have several as-of dates")
