"""Which rows a warehouse has from an earlier load, so that equal ones are not loaded again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

#: The only part of a staging table.
WHOLE = ""


@dataclass(frozen=True)
class Parts:
    """Parts that the rows of a load consist of, each named by a column of the rows.

    Attributes:
        column: of the table, part of its key, that names the part of a row.
        fingerprints: of the rows but for the columns of the run, by part.
        row_counts: rows by part.
    """

    column: str
    fingerprints: Mapping[str, str]
    row_counts: Mapping[str, int]


def unchanged(
    connection: duckdb.DuckDBPyConnection, table: str, run_id: str, parts: Parts
) -> tuple[str, ...]:
    """Parts that the newest run of a table of `sql.KEPT_ONCE` has as they are.

    None where rows of `run_id` are there already: those may be of another run's time.
    """
    found = connection.execute(
        "select part, fingerprint from loaded_parts where table_name = $1 and run_id = "
        "(select arg_max(run_id, number) from run_numbers where table_name = $1) "
        "and not exists (select 1 from run_numbers where table_name = $1 and run_id = $2)",
        [table, run_id],
    ).fetchall()
    return tuple(part for part, known in found if parts.fingerprints.get(part) == known)


def shared(
    connection: duckdb.DuckDBPyConnection, table: str, one: str, other: str
) -> frozenset[str]:
    """Parts that two runs have with the same rows, as far as their fingerprints say so."""
    found = connection.execute(
        "select part from (select part, fingerprint from loaded_parts where table_name = $1 "
        "and run_id = $2 intersect select part, fingerprint from loaded_parts "
        "where table_name = $1 and run_id = $3)",
        [table, one, other],
    ).fetchall()
    return frozenset(part for (part,) in found)


def note(connection: duckdb.DuckDBPyConnection, table: str, run_id: str, parts: Parts) -> None:
    """Record the parts of a run's rows, all of which were stored."""
    forget(connection, table, run_id)
    names = list(parts.fingerprints)
    connection.execute(
        "insert into loaded_parts select $1, $2, unnest($3), unnest($4), unnest($5)",
        [
            table,
            run_id,
            names,
            [parts.fingerprints[name] for name in names],
            [parts.row_counts[name] for name in names],
        ],
    )


def note_staging(
    connection: duckdb.DuckDBPyConnection, table: str, run_id: str, fingerprint: str, rows: int
) -> None:
    """Record what the rows of a staging table were loaded from."""
    forget(connection, table)
    connection.execute(
        "insert into loaded_parts values ($1, $2, $3, $4, $5)",
        [table, run_id, WHOLE, fingerprint, rows],
    )


def staging_rows(connection: duckdb.DuckDBPyConnection, table: str, fingerprint: str) -> int | None:
    """How many rows a staging table has of a load; None where it was loaded from anything else."""
    found = connection.execute(
        "select row_count from loaded_parts where table_name = $1 and fingerprint = $2 "
        f"and row_count = (select count(*) from {table})",
        [table, fingerprint],
    ).fetchone()
    return None if found is None else int(found[0])


def forget(connection: duckdb.DuckDBPyConnection, table: str, run_id: str | None = None) -> None:
    """Remove the record of a table, of one run or of all."""
    connection.execute(
        "delete from loaded_parts where table_name = $1 and ($2 is null or run_id = $2)",
        [table, run_id],
    )


def is_of(column: str, parts: Collection[str]) -> str:
    """A test that a row is of one of these parts, whose names are texts of ours."""
    named = ", ".join("'{}'".format(part.replace("'", "''")) for part in sorted(parts))
    return f'"{column}" in ({named})' if parts else "false"
