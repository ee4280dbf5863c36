"""The DuckDB warehouse: makes the tables, takes in rows (`table_loads`) and reads them back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

import sql
from sql import intervals, loaded_parts
from sql.contracts import WarehouseError as WarehouseError
from sql.contracts import contract_of, every_contract, known
from sql.loaded_parts import Parts as Parts
from sql.migration import OtherVersionError, make_tables
from sql.opening import PATIENCE_SECONDS, connected
from sql.table_loads import Loaded as Loaded
from sql.table_loads import TableLoads

#: How this process left the files whose tables it had checked, by path.
_LEFT_WHOLE: dict[Path, tuple[int, int, int]] = {}


def _state(path: Path) -> tuple[int, int, int]:
    """What differs once anybody else has written the file."""
    found = path.stat()
    return (found.st_ino, found.st_size, found.st_mtime_ns)


class Warehouse(TableLoads):
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
        super().__init__(connected(path, patience_seconds), has_file=path is not None)
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
        if known(table) in sql.KEPT_ONCE:
            intervals.clear_run(self._connection, table, run_id)
            loaded_parts.forget(self._connection, table, run_id)
        else:
            self._connection.execute(f"delete from {table} where run_id = $1", [run_id])
        self._connection.execute(f"delete from rejected_{table} where run_id = $1", [run_id])

    def empty(self, table: str, run_id: str) -> None:
        """Empty a staging table, and take out what `run_id` had rejected in it before."""
        if self._connection.execute(f"select 1 from {known(table)} limit 1").fetchone():
            # Removed rows would stay in the file until it is compacted; the space of a
            # dropped table is used again.
            self._connection.execute(f"drop table {table}")
            self._connection.execute(sql.stored_ddl()[table])
        loaded_parts.forget(self._connection, table)
        self._connection.execute(f"delete from rejected_{table} where run_id = $1", [run_id])

    def replace_staging(
        self, table: str, files: Sequence[Path], run_id: str, fingerprint: str
    ) -> list[Loaded]:
        """Replace the rows of a staging table by those of files, unless it has just these.

        Args:
            table: a staging table.
            files: as for `load`, in their order.
            run_id: of the run that stages them.
            fingerprint: of the files and the code. Where the rows were loaded with the same, and
                none was rejected, they stay.
        """
        kept = loaded_parts.staging_rows(self._connection, known(table), fingerprint)
        if kept is not None:
            self._connection.execute(f"delete from rejected_{table} where run_id = $1", [run_id])
            return [Loaded(table, kept, {})]
        self.empty(table, run_id)
        loads = [self.load(table, file, run_id) for file in files]
        if not any(one.rejected for one in loads):
            rows = sum(one.kept for one in loads)
            loaded_parts.note_staging(self._connection, table, run_id, fingerprint, rows)
        return loads

    def reject(self, table: str, rejected: pl.DataFrame, run_id: str) -> int:
        """Keep rows that a reader rejected: source_file, source_row, rule, reason."""
        if rejected.is_empty():
            return 0
        self._connection.register("refused_", rejected.to_arrow())
        self._connection.execute(
            f"insert into rejected_{known(table)} "
            "select $1, source_file, source_row, rule, reason from refused_",
            [run_id],
        )
        self._connection.unregister("refused_")
        return rejected.height

    def read(
        self,
        table: str,
        run_id: str | None = None,
        columns: Sequence[str] | None = None,
        filled: Sequence[str] = (),
        of_signal: str | None = None,
    ) -> pl.DataFrame:
        """Rows of a table in the order of its key.

        Args:
            table: of `sql/`.
            run_id: of the rows; None: those of all runs.
            columns: which; None: all.
            filled: only rows with a value in one of these; none named: all rows.
            of_signal: only rows of this signal; None: all rows.
        """
        key = contract_of(table).key
        known_columns = set(contract_of(table).columns)
        unknown = {*(columns or ()), *filled} - known_columns
        if unknown:
            raise WarehouseError(f"{table}: no such columns: {sorted(unknown)}")
        conditions = [] if run_id is None else ["run_id = $1"]
        if filled:
            conditions.append(f"({' or '.join(f'{name} is not null' for name in filled)})")
        if of_signal is not None:
            conditions.append(f"signal_id = ${1 if run_id is None else 2}")
        where = f" where {' and '.join(conditions)}" if conditions else ""
        order = f" order by {', '.join(key)}" if key else ""
        return self._frame(
            f"select {', '.join(columns) if columns else '*'} from {known(table)}{where}{order}",
            [one for one in (run_id, of_signal) if one is not None],
        )

    def first_values(self, run_ids: Sequence[str]) -> pl.DataFrame:
        """The first value that runs have of each supplier and signal, by their as-of dates.

        Args:
            run_ids: of runs of different as-of dates.

        Returns:
            supplier_id, signal_id, since (as-of date), value_before, stderr_before, sorted by
            supplier and signal; only pairs with a value.
        """
        return self._frame(
            "select supplier_id, signal_id, unnest(arg_min({'since': as_of, "
            "'value_before': value, 'stderr_before': stderr}, as_of)) from signal_values "
            "where run_id in (select unnest($1)) and value is not null "
            "group by supplier_id, signal_id order by supplier_id, signal_id",
            [list(run_ids)],
        )

    def restated(self, before: str, after: str) -> pl.DataFrame:
        """Values of the same signal and period that a later run has otherwise: corrected data.

        Args:
            before: id of the earlier run.
            after: of the later one; the values of both are there.

        Returns:
            supplier_id, signal_id, period, value_before, value_after, sorted by these.
        """
        key = ("supplier_id", "signal_id", "period")
        return self._frame(intervals.different_rows("signal_values", key, "value"), [before, after])

    def unchanged_signals(self, one: str, other: str) -> frozenset[str]:
        """Ids of signals whose values two runs have alike, as far as is recorded."""
        return loaded_parts.shared(self._connection, "signal_values", one, other)

    def write_values(self, run_id: str, path: Path) -> None:
        """Write the signal values of a run as a Parquet file, without having them in memory.

        Args:
            run_id: of the values; the file has all columns but this one, by signal.
            path: of the file, which is replaced.
        """
        name, run = (str(text).replace("'", "''") for text in (path, run_id))
        self._connection.execute(
            f"copy (select * exclude (run_id) from signal_values where run_id = '{run}' "
            f"order by signal_id, supplier_id) to '{name}'"
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
        statement = f"select 1 from {known(table)} where run_id = $1 limit 1"
        return self._connection.execute(statement, [run_id]).fetchone() is not None

    def published_as_of(self, table: str, as_of: dt.date) -> pl.DataFrame:
        """Rows of a staging table published by `as_of`: the only point-in-time filter."""
        return self._frame(self._published(table, as_of), [])

    def write_published(self, table: str, as_of: dt.date, path: Path) -> None:
        """Write what `published_as_of` gives as a Parquet file, without having it in memory."""
        name = str(path).replace("'", "''")
        self._connection.execute(f"copy ({self._published(table, as_of)}) to '{name}'")

    def last_published(self, table: str, as_of: dt.date) -> dt.date | None:
        """The last day by `as_of` on which rows of a staging table were published; None: none."""
        found = self._connection.execute(
            f"select max(published_on) from {known(table)} where published_on <= $1", [as_of]
        ).fetchall()
        day: dt.date | None = found[0][0]
        return day

    def row_count(self, table: str) -> int:
        """How many rows a table has."""
        found = self._connection.execute(f"select count(*) from {known(table)}").fetchall()
        return int(found[0][0])

    def _published(self, table: str, as_of: dt.date) -> str:
        order = ", ".join(contract_of(table).key)
        return (
            f"select * from {known(table)} where published_on <= date '{as_of.isoformat()}' "
            f"order by {order}"
        )

    def remove_runs(self, run_ids: Sequence[str]) -> None:
        """Remove all rows of runs but their lines in the run log."""
        keyed = [
            table
            for table in sql.stored_ddl()
            if table in sql.every_ddl()
            and table not in ("runs", "run_numbers")
            and "run_id" in every_contract()[table].columns
        ]
        with self.transaction():
            for run_id in run_ids:
                for table in sql.KEPT_ONCE:
                    intervals.clear_run(self._connection, table, run_id)
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


def was_published_earlier(known: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """The rows of `Warehouse.published_as_of` for a later day that an earlier day has too."""
    return known.filter(pl.col("published_on") <= as_of)
