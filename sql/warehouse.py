"""The DuckDB warehouse: makes the tables, loads rows under their contracts, reads them back."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

import sql
from sql.migration import OtherVersionError, every_table_in_memory, make_tables

_CHECK_NAME = re.compile(r"^\s*constraint (\w+) check\b", re.MULTILINE)
_COLUMNS = (
    "select table_name, column_name, data_type, is_nullable from duckdb_columns() "
    "where not internal order by table_name, column_index"
)
_CONSTRAINTS = (
    "select table_name, constraint_type, expression, constraint_column_names "
    "from duckdb_constraints() where constraint_type in ('CHECK', 'PRIMARY KEY') "
    "order by table_name, constraint_index"
)


#: How long a run waits for the file while another run or a notebook holds it.
PATIENCE_SECONDS = 300.0
_LOOK_EVERY_SECONDS = 0.5

log = logging.getLogger("understory")


class WarehouseError(Exception):
    """The warehouse cannot be opened or a table's contract is broken; one sentence."""


@dataclass(frozen=True)
class Loaded:
    """Counts of one load: rows kept and rows rejected by rule."""

    table: str
    kept: int
    rejected_by_rule: Mapping[str, int]

    @property
    def rejected(self) -> int:
        """Rows rejected in all."""
        return sum(self.rejected_by_rule.values())


@dataclass(frozen=True)
class _Contract:
    """What the DDL of a table asks of its rows."""

    columns: Mapping[str, str]
    required: tuple[str, ...]
    checks: Mapping[str, str]
    key: tuple[str, ...]


#: How this process left the files whose tables it had checked, by path.
_LEFT_WHOLE: dict[Path, tuple[int, int, int]] = {}


def _state(path: Path) -> tuple[int, int, int]:
    """What differs once anybody else has written the file."""
    found = path.stat()
    return (found.st_ino, found.st_size, found.st_mtime_ns)


class Warehouse:
    """One writer on one DuckDB file. Use as a context manager.

    While another process holds the file, it waits for `patience_seconds` and says so in the log.

    Raises:
        WarehouseError: another run holds the file, it is no DuckDB file, or another version made
            it and its rows do not fit the present tables.
    """

    def __init__(self, path: Path | None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = _connected(path, patience_seconds)
        self._connection.execute("set timezone = 'UTC'")
        # Its bar would run through the run's own progress on a terminal.
        self._connection.execute("set enable_progress_bar = false")
        try:
            if path is None or _state(path) != _LEFT_WHOLE.get(path.resolve()):
                make_tables(self._connection)
        except (OtherVersionError, duckdb.Error) as error:
            self._connection.close()
            raise WarehouseError(
                f"{path}: the warehouse was made by another version, and this one cannot take it "
                f"over without loss ({error}); move it away, or name another folder with --out"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file so that another run may open it."""
        self._connection.close()
        if self.path is not None and self.path.is_file():
            _LEFT_WHOLE[self.path.resolve()] = _state(self.path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an error or an interrupt inside leaves the tables as they were."""
        self._connection.execute("begin")
        try:
            yield
        except BaseException:
            # An interrupt may have ended the transaction already.
            with suppress(duckdb.Error):
                self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def clear(self, table: str, run_id: str) -> None:
        """Take out one run's rows of a table keyed by run, kept and rejected ones."""
        for name in (_known(table), f"rejected_{table}"):
            self._connection.execute(f"delete from {name} where run_id = $1", [run_id])

    def empty(self, table: str, run_id: str) -> None:
        """Empty a staging table, and take out what `run_id` had rejected in it before."""
        if self._connection.execute(f"select 1 from {_known(table)} limit 1").fetchone():
            # Removed rows would stay in the file until it is compacted; the space of a
            # dropped table is used again.
            self._connection.execute(f"drop table {table}")
            self._connection.execute(sql.stored_ddl()[table])
        self._connection.execute(f"delete from rejected_{table} where run_id = $1", [run_id])

    def load(self, table: str, rows: pl.DataFrame, run_id: str) -> Loaded:
        """Insert the rows that keep the table's contract; keep the others by rule.

        Args:
            table: a table of `sql/`.
            rows: columns by name; columns of the table that are absent become null, columns
                that the table does not have are an error of ours.
            run_id: written to rejected rows.

        Raises:
            WarehouseError: a column the table does not have, or one of the wrong type; or a row
                with the same key is there from an earlier load.
        """
        columns = self._columns(table)
        unknown = set(rows.columns) - set(columns)
        if unknown:
            raise WarehouseError(f"{table}: rows carry columns it does not have: {sorted(unknown)}")
        frame = rows.with_row_index("row_number_", offset=1)
        self._connection.register("incoming_", frame.to_arrow())
        try:
            return self._load_registered(table, rows.columns, columns, run_id)
        except (duckdb.ConversionException, duckdb.BinderException) as error:
            raise WarehouseError(f"{table}: a column has the wrong type: {error}") from error
        finally:
            self._connection.execute("drop table if exists checked_")
            self._connection.unregister("incoming_")

    def _load_registered(
        self, table: str, present: list[str], columns: Mapping[str, str], run_id: str
    ) -> Loaded:
        select = ", ".join(
            f'cast("{name}" as {kind}) as "{name}"'
            if name in present
            else f'null::{kind} as "{name}"'
            for name, kind in columns.items()
        )
        whens = [
            f"when not ({text}) then '{rule}'" for rule, text in _contract(table).checks.items()
        ]
        whens += [
            f"when \"{name}\" is null then '{name}_is_missing'"
            for name in _contract(table).required
        ]
        rule = f"case {' '.join(whens)} end" if whens else "null::varchar"
        # A rejected row must not make a good row with its key a duplicate: hence two steps.
        partition = ", ".join(f'"{name}"' for name in (*self._key(table), "broken_"))
        self._connection.execute(
            f"create or replace temp table checked_ as with typed as (select row_number_, {select} "
            f"from incoming_), judged as (select *, {rule} as broken_ from typed) "
            "select *, coalesce(broken_, case when row_number() over "
            f"(partition by {partition} order by row_number_) > 1 then 'duplicate_key' end) "
            "as rule_ from judged"
        )
        self._reject_loaded_before(table, run_id)
        names = ", ".join(f'"{name}"' for name in columns)
        self._connection.execute(
            f"insert into {_known(table)} ({names}) select {names} from checked_ "
            "where rule_ is null order by row_number_"
        )
        self._connection.execute(
            f"insert into rejected_{_known(table)} select $1, null, row_number_, rule_, "
            "'the row breaks the rule ' || rule_ || ' of the table' from checked_ "
            "where rule_ is not null order by row_number_",
            [run_id],
        )
        counts = self._connection.execute(
            "select rule_, count(*) from checked_ group by rule_ order by rule_"
        ).fetchall()
        by_rule = {rule_name: count for rule_name, count in counts if rule_name is not None}
        return Loaded(table, sum(n for r, n in counts if r is None), by_rule)

    def _reject_loaded_before(self, table: str, run_id: str) -> None:
        """Check that no row of `checked_` has the key of a row of an earlier load."""
        key = self._key(table)
        if not key:
            return
        same = " and ".join(f'kept."{name}" = new."{name}"' for name in key)
        of_run = " and kept.run_id = $1" if "run_id" in key else ""
        found = self._connection.execute(
            f"select 1 from {_known(table)} kept where exists "
            f"(select 1 from checked_ new where rule_ is null and {same}){of_run} limit 1",
            [run_id] if of_run else [],
        ).fetchone()
        if found:
            raise WarehouseError(f"{table}: rows with the same {', '.join(key)} were loaded before")

    def reject(self, table: str, rejected: pl.DataFrame, run_id: str) -> int:
        """Keep rows that a reader rejected: source_file, source_row, rule, reason."""
        if rejected.is_empty():
            return 0
        self._connection.register("refused_", rejected.to_arrow())
        self._connection.execute(
            f"insert into rejected_{_known(table)} "
            "select $1, source_file, source_row, rule, reason from refused_",
            [run_id],
        )
        self._connection.unregister("refused_")
        return rejected.height

    def read(self, table: str, run_id: str | None = None) -> pl.DataFrame:
        """All rows of a table, or those of one run, in the order of its key."""
        key = self._key(table)
        where = "" if run_id is None else " where run_id = $1"
        order = f" order by {', '.join(key)}" if key else ""
        return self._frame(
            f"select * from {_known(table)}{where}{order}", [] if run_id is None else [run_id]
        )

    def read_rejected(self, run_id: str) -> pl.DataFrame:
        """Rejected rows of a run: table_name, source_file, source_row, rule, reason."""
        parts = " union all ".join(
            f"select '{table}' as table_name, * exclude (run_id) from rejected_{table} "
            "where run_id = $1"
            for layer in sql.LAYERS
            for table in sql.tables(layer)
        )
        return self._frame(f"{parts} order by all", [run_id])

    def has_run(self, table: str, run_id: str) -> bool:
        """Whether a table has a row of a run."""
        statement = f"select 1 from {_known(table)} where run_id = $1 limit 1"
        return self._connection.execute(statement, [run_id]).fetchone() is not None

    def published_as_of(self, table: str, as_of: dt.date) -> pl.DataFrame:
        """Rows of a staging table published by `as_of`: the only point-in-time filter."""
        order = ", ".join(self._key(table))
        return self._frame(
            f"select * from {_known(table)} where published_on <= $1 order by {order}", [as_of]
        )

    def remove_runs(self, run_ids: Sequence[str]) -> None:
        """Remove all rows of runs but their lines in the run log."""
        keyed = [
            table
            for table in sql.every_ddl()
            if table != "runs" and "run_id" in _contracts()[table].columns
        ]
        with self.transaction():
            for run_id in run_ids:
                for table in keyed:
                    self._connection.execute(f"delete from {table} where run_id = $1", [run_id])

    def start_run(self, run_id: str, as_of: dt.date, identity: str, now: dt.datetime) -> None:
        """Open a line in the run ledger; one with a folder keeps its result while done again."""
        self._connection.execute(
            "insert into runs values ($1, $2, $3, $4, null, 'running', null) "
            "on conflict (run_id) do update set started_at = $4, finished_at = null, "
            "result = 'running', manifest = null "
            "where result not in ('published', 'held', 'nothing_ranked', 'withdrawn')",
            [run_id, as_of, identity, now],
        )

    def stop_run(self, run_id: str, result: str, now: dt.datetime) -> None:
        """Say of a run that is going on how it came to an end: rejected, failed or interrupted."""
        self._connection.execute(
            "update runs set finished_at = $2, result = $3 "
            "where run_id = $1 and result = 'running'",
            [run_id, now, result],
        )

    def finish_run(
        self, run_id: str, result: str, now: dt.datetime, manifest: Mapping[str, object]
    ) -> None:
        """Close a run's line with its result and manifest."""
        self._connection.execute(
            "update runs set finished_at = $2, result = $3, manifest = $4 where run_id = $1",
            [run_id, now, result, json.dumps(manifest, sort_keys=True)],
        )

    def _frame(self, statement: str, parameters: list[object]) -> pl.DataFrame:
        frame = pl.from_arrow(self._connection.sql(statement, params=parameters).to_arrow_table())
        if not isinstance(frame, pl.DataFrame):
            raise WarehouseError(f"the statement gives no table: {statement}")
        return frame

    def _columns(self, table: str) -> Mapping[str, str]:
        return _contract(table).columns

    def _key(self, table: str) -> tuple[str, ...]:
        return _contract(table).key


def _connected(path: Path | None, patience_seconds: float) -> duckdb.DuckDBPyConnection:
    """A connection, once whoever holds the file has let go of it."""
    deadline = time.monotonic() + patience_seconds
    is_told = False
    while True:
        try:
            if path is None:
                return duckdb.connect(":memory:")
            _replay_log(path)
            return duckdb.connect(str(path))
        except duckdb.Error as error:
            is_held = "lock" in str(error)
            if not is_held or time.monotonic() >= deadline:
                raise WarehouseError(
                    f"{path}: the warehouse is held by another run or a notebook, or is not a "
                    "DuckDB file; wait for that run to end or close the notebook, or name another "
                    "folder with --out"
                ) from error
        if not is_told:
            log.warning(
                "%s is held by another run or a notebook; waiting up to %.0f s for it",
                path,
                patience_seconds,
            )
            is_told = True
        time.sleep(_LOOK_EVERY_SECONDS)


def _replay_log(path: Path) -> None:
    """Bring the changes into a file that a killed process left in the log beside it.

    A connection replays the log before it has the functions that checks of our tables call, and
    fails (duckdb/duckdb#18259); a database that is attached to an open one does not.
    """
    log_file = path.with_name(f"{path.name}.wal")
    if path.is_file() and log_file.is_file():
        # Where this fails, because the file is open or damaged, the connection after it says why.
        with suppress(duckdb.Error), duckdb.connect(":memory:") as connection:
            name = str(path).replace("'", "''")
            connection.execute(f"attach '{name}' as killed")
            connection.execute("checkpoint killed")


def was_published_earlier(known: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """The rows of `Warehouse.published_as_of` for a later day that an earlier day has too."""
    return known.filter(pl.col("published_on") <= as_of)


def _layer(table: str) -> str:
    for layer in sql.LAYERS:
        if table in sql.tables(layer):
            return layer
    raise WarehouseError(f"no table named {table}")


def _known(table: str) -> str:
    """Identifiers come from file names of `sql/` alone, never from a value."""
    _layer(table)
    return table


def _contract(table: str) -> _Contract:
    _layer(table)
    return _contracts()[table]


@cache
def _contracts() -> Mapping[str, _Contract]:
    """Each table's contract as DuckDB reads its file: every open warehouse has it in that shape."""
    columns: dict[str, list[tuple[str, str, bool]]] = {}
    checks: dict[str, list[str]] = {}
    keys: dict[str, tuple[str, ...]] = {}
    with every_table_in_memory() as scratch:
        for table, name, kind, is_nullable in scratch.execute(_COLUMNS).fetchall():
            columns.setdefault(table, []).append((name, kind, is_nullable))
        for table, kind, expression, names in scratch.execute(_CONSTRAINTS).fetchall():
            if kind == "CHECK":
                checks.setdefault(table, []).append(expression)
            else:
                keys[table] = tuple(names)
    return {
        table: _Contract(
            columns={name: kind for name, kind, _ in columns[table]},
            required=tuple(name for name, _, is_nullable in columns[table] if not is_nullable),
            # DuckDB renames constraints; the rule a person reads is the name in our file.
            checks=dict(zip(_CHECK_NAME.findall(statements), checks.get(table, []), strict=True)),
            key=keys.get(table, ()),
        )
        for table, statements in sql.every_ddl().items()
    }
