"""Rows by month that an earlier run staged, taken over where none of their files changed.

A source whose card says `rows_by_month` states of each file which months its rows bear on. Where
an earlier run of the folder read the same list with the same configuration and code, its rows of a
month stand, as long as the same files bear on the month and both runs know the whole of it. Files
that bear on no other month are not read again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import polars as pl

from signals.account import Account, Unit
from signals.source import RawFile


@dataclass(frozen=True)
class FileNote:
    """What is kept of a file that was read.

    Attributes:
        key: of the file.
        origin: of the file.
        sha256: of the file.
        months: first days of the months that it bears on.
        counts: unit, parts read, used and out of scope by reason; None where something of the file
            was rejected, so that it is read in every run.
    """

    key: str
    origin: str
    sha256: str
    months: tuple[dt.date, ...]
    counts: tuple[tuple[str, int, int, Mapping[str, int]], ...] | None

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same file under the same name."""
        return (self.key, self.origin, self.sha256)

    def account(self, raw: RawFile) -> Account:
        """The account of the file, as when it was read."""
        account = Account()
        account.use(raw)
        for unit, read, used, beyond in self.counts or ():
            account.count(Unit(unit), raw, read=read, used=used, rejected={}, out_of_scope=beyond)
        return account

    def record(self) -> dict[str, Any]:
        """For the record of the source."""
        months = [month.isoformat() for month in self.months]
        return {**vars(self), "months": months}

    @staticmethod
    def of_record(record: Mapping[str, Any]) -> FileNote:
        """The note that was recorded."""
        months = tuple(dt.date.fromisoformat(month) for month in record["months"])
        counts = record["counts"]
        kept = None if counts is None else tuple((u, n, of, dict(by)) for u, n, of, by in counts)
        return FileNote(record["key"], record["origin"], record["sha256"], months, kept)


@dataclass(frozen=True)
class EarlierMonths:
    """What an earlier run staged from the same list, configuration and code.

    Attributes:
        as_of: its day.
        notes: of its files.
        rows: Parquet file of its rows, with the column `month`.
    """

    as_of: dt.date
    notes: tuple[FileNote, ...]
    rows: Path


class Reading(Protocol):
    """What a source reads of one file."""

    @property
    def account(self) -> Account:
        """The account of the file."""

    @property
    def rejected(self) -> pl.DataFrame:
        """Rows that were not used."""

    def months(self) -> set[dt.date]:
        """First days of the months that the file bears on."""


R = TypeVar("R", bound=Reading)


@dataclass(frozen=True)
class MonthsRead(Generic[R]):
    """What is read again, and what stands.

    Attributes:
        read: of the files that were read, in their order.
        accounts: of all files, in their order.
        notes: of all files, for later runs.
        earlier: whose other months stand; None where all are staged.
        changed: months that other files bear on than before.
        whole_to: last day of the months that can stand.
    """

    read: Sequence[R]
    accounts: Sequence[Account]
    notes: Sequence[FileNote]
    earlier: EarlierMonths | None
    changed: frozenset[dt.date]
    whole_to: dt.date

    def is_staged(self, month: pl.Expr) -> pl.Expr:
        """Whether rows of a month (its first day) are made from what was read."""
        if self.earlier is None:
            return pl.lit(True)
        changed = pl.Series(sorted(self.changed), dtype=pl.Date).implode()
        return month.is_in(changed) | (month.dt.month_end() > self.whole_to)

    def standing(self, column: str, values: pl.Series) -> pl.DataFrame | None:
        """Rows of the other months whose column lies from the least to the greatest of values."""
        if self.earlier is None:
            return None
        among = pl.col(column).is_between(pl.lit(values.min()), pl.lit(values.max()))
        kept = among & ~self.is_staged(pl.col("month"))
        return pl.scan_parquet(self.earlier.rows, glob=False).filter(kept).collect()


def read_changed(
    files: Sequence[RawFile],
    read: Callable[[RawFile], R],
    earlier: EarlierMonths | None,
    known_to: dt.date,
    lag_days: int,
) -> MonthsRead[R]:
    """Read the files that bear on a month whose rows do not stand.

    Args:
        files: of this run.
        read: reads one.
        earlier: None where all of them are to be read.
        known_to: last day whose rows are known in this run.
        lag_days: from a day to its publication.
    """
    before = {} if earlier is None else {note.identity: note for note in earlier.notes}
    noted = {
        raw: before[of] for raw in files if (of := (raw.key, raw.origin, raw.sha256)) in before
    }
    still = {note.identity for note in noted.values()}
    gone = [note for of, note in before.items() if of not in still]
    readings = {raw: read(raw) for raw in files if raw not in noted or noted[raw].counts is None}
    changed = {
        *_months(readings[raw].months() for raw in files if raw not in noted),
        *_months(note.months for note in gone),
    }
    whole_to = known_to
    if earlier is not None:
        whole_to = min(known_to, earlier.as_of - dt.timedelta(days=lag_days))
    for raw, note in noted.items():
        # Of months that begin later, no day is known yet.
        begun = [month for month in note.months if month <= known_to]
        is_needed = any(month in changed or _end(month) > whole_to for month in begun)
        if is_needed and raw not in readings:
            readings[raw] = read(raw)
    return MonthsRead(
        [readings[raw] for raw in files if raw in readings],
        [readings[r].account if r in readings else noted[r].account(r) for r in files],
        [_note(raw, readings[raw]) if raw in readings else noted[raw] for raw in files],
        earlier,
        frozenset(changed),
        whole_to,
    )


def _months(of_files: Iterable[Iterable[dt.date]]) -> set[dt.date]:
    return {month for months in of_files for month in months}


def _end(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _note(raw: RawFile, reading: Reading) -> FileNote:
    account = reading.account
    counts = None
    if raw in account.used_files and reading.rejected.is_empty():
        counts = tuple(
            (one.unit.value, one.read, one.used, dict(one.out_of_scope)) for one in account.counts
        )
    return FileNote(raw.key, raw.origin, raw.sha256, tuple(sorted(reading.months())), counts)
