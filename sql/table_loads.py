"""Rows into the tables of a warehouse: those that keep the contract, and the others by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

import sql
from sql import intervals, loaded_parts
from sql.contracts import WarehouseError, contract_of, counted, judged, known, repeated
from sql.loaded_parts import Parts
from sql.opening import limit_memory
from sql.parquet_rows import PartFiles, columns_of, row_count_of, rows_of_file, rows_of_parts

#: Rule of a row whose key an earlier row has.
_TWICE = "duplicate_key"

#: Of statements on a warehouse's file, and for each row of a longer file that is loaded: what a
#: transaction has in use does not go to the disk, and a million suppliers have 75 million values.
_MEMORY_BYTES, _BYTES_OF_ROW = 1_000_000_000, 60


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


class TableLoads:
    """Loads of one connection.

    Args:
        connection: to the tables.
        has_file: whether they are in a file, whose statements write to the disk beyond a limit.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, has_file: bool) -> None:
        self._connection = connection
        self._most = _MEMORY_BYTES if has_file else None
        # What a statement needs beyond this goes to a folder next to the file meanwhile.
        limit_memory(connection, self._most)

    def load(
        self,
        table: str,
        rows: pl.DataFrame | Path | PartFiles,
        run_id: str,
        parts: Parts | None = None,
    ) -> Loaded:
        """Insert the rows that keep the table's contract; keep the others by rule.

        Args:
            table: a table of `sql/`.
            rows: columns by name; columns of the table that are absent become null, columns
                that the table does not have are an error of ours. A Parquet file is read in
                batches, so that a long table need not fit in memory; so are files of its parts.
            run_id: written to rejected rows; where the table has a run_id, that of every row. A
                file need not have the column.
            parts: of all rows of the run, for a table of `sql.KEPT_ONCE`. A part that the newest
                run has with the same fingerprint is not read, and its rows are those of this run
                too.

        Raises:
            WarehouseError: a column the table does not have, or one of the wrong type; or a row
                with the same key is there from an earlier load.
        """
        if isinstance(rows, Path):
            self._allow(_BYTES_OF_ROW * row_count_of(rows))
        if isinstance(rows, PartFiles):
            self._allow(_BYTES_OF_ROW * sum(map(row_count_of, rows.files.values())))
        unchanged: tuple[str, ...] = ()
        if parts is not None:
            unchanged = loaded_parts.unchanged(self._connection, known(table), run_id, parts)
        test = "false" if parts is None else loaded_parts.is_of(parts.column, unchanged)
        with self._registered(known(table), rows, run_id, test, unchanged) as present:
            loaded = self._load_registered(table, present, run_id, test)
        if parts is None:
            return loaded
        if not loaded.rejected:
            loaded_parts.note(self._connection, table, run_id, parts)
        before = sum(parts.row_counts[part] for part in unchanged)
        return replace(loaded, kept=loaded.kept + before)

    def check(self, table: str, rows: pl.DataFrame | Path, run_id: str) -> Loaded:
        """Count the rows that keep a table's contract, and the others by rule; nothing is stored.

        Args:
            table: a table of `sql/`, also one that lies in the folder of its run.
            rows: as for `load`.
            run_id: of the rows, as for `load`.

        Raises:
            WarehouseError: a column the table does not have, or one of the wrong type.
        """
        with self._registered(table, rows, run_id) as present:
            statement = f"({judged(table, present)})"
            counts, twice = self._counts(table, statement)
            if twice:
                found = self._connection.execute(
                    f"select count(*) from ({repeated(table, statement)})"
                ).fetchall()
                counts[_TWICE] = int(found[0][0])
                counts[None] -= counts[_TWICE]
        return _loaded(table, counts)

    def _counts(self, table: str, rows: str) -> tuple[dict[str | None, int], bool]:
        """Rows by rule, None for the good ones, and whether a key of these may stand twice."""
        found = self._connection.execute(counted(table, rows)).fetchall()
        twice = any(rule is None and keys < number for rule, number, keys in found)
        return {rule: number for rule, number, _ in found}, twice

    @contextmanager
    def _registered(
        self,
        table: str,
        rows: pl.DataFrame | Path | PartFiles,
        run_id: str,
        without: str = "false",
        unchanged: Sequence[str] = (),
    ) -> Iterator[list[str]]:
        """Rows as `incoming_` for the statements inside, which get the names of its columns.

        Those that meet the test `without` are left out; `every_row_` has them, but for files of
        unchanged parts.
        """
        columns = contract_of(table).columns
        of_parts = isinstance(rows, PartFiles)
        present = [*columns_of(rows), "run_id", "as_of"] if of_parts else columns_of(rows)
        unknown = set(present) - set(columns)
        if unknown:
            raise WarehouseError(f"{table}: rows carry columns it does not have: {sorted(unknown)}")
        if isinstance(rows, Path):
            added = ["run_id"] if "run_id" in set(columns) - set(present) else []
            statement = rows_of_file(rows, run_id if added else None)
            self._connection.execute(f"create or replace temp view every_row_ as {statement}")
            present += added
        elif isinstance(rows, PartFiles):
            statement = rows_of_parts(rows, run_id, unchanged)
            self._connection.execute(f"create or replace temp view every_row_ as {statement}")
        else:
            frame = rows.with_row_index("row_number_", offset=1)
            self._connection.register("every_row_", frame.to_arrow())
        self._connection.execute(
            "create or replace temp view incoming_ as "
            f"select * from every_row_ where not ({without})"
        )
        try:
            yield present
        except (duckdb.ConversionException, duckdb.BinderException) as error:
            raise WarehouseError(f"{table}: a column has the wrong type: {error}") from error
        finally:
            # An error ends a transaction, which takes these with it; that error is to be reported.
            with suppress(duckdb.TransactionException):
                self._connection.execute("drop table if exists checked_")
                self._connection.execute("drop view if exists incoming_")
                if isinstance(rows, pl.DataFrame):
                    self._connection.unregister("every_row_")
                else:
                    self._connection.execute("drop view if exists every_row_")

    def _load_registered(
        self, table: str, present: list[str], run_id: str, unchanged: str
    ) -> Loaded:
        columns = contract_of(table).columns
        self._connection.execute(
            f"create or replace temp table checked_ as {judged(table, present)}"
        )
        counts, twice = self._counts(table, "checked_")
        if twice:
            self._connection.execute(
                "update checked_ set rule_ = $1 where row_number_ in "
                f"({repeated(table, 'checked_')})",
                [_TWICE],
            )
            counts, _ = self._counts(table, "checked_")
        self._reject_loaded_before(table, run_id)
        if table in sql.KEPT_ONCE:
            self._store_once(table, run_id, unchanged)
        else:
            names = ", ".join(f'"{name}"' for name in columns)
            self._connection.execute(
                f"insert into {table} ({names}) select {names} from checked_ where rule_ is null"
            )
        self._connection.execute(
            f"insert into rejected_{known(table)} select $1, null, row_number_, rule_, "
            "'the row breaks the rule ' || rule_ || ' of the table' from checked_ "
            "where rule_ is not null order by row_number_",
            [run_id],
        )
        return _loaded(table, counts)

    def _store_once(self, table: str, run_id: str, unchanged: str) -> None:
        """Store the good rows of `checked_` in a table of `sql.KEPT_ONCE`."""
        other = self._connection.execute(
            "select 1 from checked_ where rule_ is null and run_id <> $1 limit 1", [run_id]
        ).fetchone()
        if other:
            raise WarehouseError(f"{table}: rows of another run than {run_id}")
        self._connection.execute(
            "create or replace temp view good_ as select * from checked_ where rule_ is null"
        )
        try:
            intervals.insert_run(
                self._connection,
                table,
                run_id,
                "good_",
                contract_of(table).columns,
                contract_of(table).key,
                unchanged,
                # A file of all rows has their day even where none of them is new.
                None if unchanged == "false" else "every_row_",
            )
        except intervals.SeveralDaysError as error:
            raise WarehouseError(str(error)) from error

    def _reject_loaded_before(self, table: str, run_id: str) -> None:
        """Check that no row of `checked_` has the key of a row of an earlier load."""
        key = contract_of(table).key
        if not key:
            return
        same = " and ".join(f'kept."{name}" = new."{name}"' for name in key)
        of_run = " and kept.run_id = $1" if "run_id" in key else ""
        found = self._connection.execute(
            f"select 1 from {known(table)} kept where exists "
            f"(select 1 from checked_ new where rule_ is null and {same}){of_run} limit 1",
            [run_id] if of_run else [],
        ).fetchone()
        if found:
            raise WarehouseError(f"{table}: rows with the same {', '.join(key)} were loaded before")

    def _allow(self, most: int) -> None:
        """Raise the limit of a file's statements; a lower one could fail on what is in use."""
        if self._most is not None and most > self._most:
            self._most = most
            limit_memory(self._connection, most)


def _loaded(table: str, counts: Mapping[str | None, int]) -> Loaded:
    rejected = sorted((rule, n) for rule, n in counts.items() if rule is not None and n)
    return Loaded(table, counts.get(None, 0), dict(rejected))
