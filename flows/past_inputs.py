"""What a run could know on each of several past days, with every file read once.

A source whose files and staging do not depend on the day is pulled and staged once, and the gate
of the warehouse shows each day what was published by then. A source that asks for the day when it
stages (a ledger is cut at it) is staged for each day; that it asks is seen, not declared. Files
are pulled once each, however many days want them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

import sql
from flows import inputs, stages
from flows.run_records import PreparedRun
from flows.watched_pull import EachOnce, WatchedContext, watched
from signals.fetch import Fetcher, SourceUnavailableError
from signals.financial.statements import ACCOUNT_TABLES, PREPARED, annual_statements
from signals.measure.cluster import measuring_on
from signals.registry import sources
from signals.source import RawFile, RawStore
from sql.warehouse import Warehouse, known_earlier

#: The warehouse of a back-test lives in memory; its rows belong to no run.
_RUN = "back-test"


@dataclass(frozen=True)
class KnownInputs:
    """What signals may see on one day.

    Attributes:
        as_of: the day.
        frames: as `flows.inputs.known_by` gives them.
        versions: by frame: equal versions of two days mean equal rows.
        outages: why a source gives nothing, by source.
    """

    as_of: dt.date
    frames: Mapping[str, pl.LazyFrame]
    versions: Mapping[str, Hashable]
    outages: Mapping[str, str]


@dataclass(frozen=True)
class _Brought:
    """The files of one source by day, None where it did not answer, and why."""

    files: Mapping[dt.date, tuple[RawFile, ...] | None]
    reasons: Mapping[dt.date, str]

    @property
    def every(self) -> tuple[RawFile, ...]:
        """Each file once, in the order in which the days brought it."""
        distinct = {
            (file.key, file.path, file.sha256): file
            for files in self.files.values()
            for file in files or ()
        }
        return tuple(distinct.values())

    @property
    def origins(self) -> set[str]:
        """Where the files came from."""
        return {file.origin for file in self.every}


@dataclass(frozen=True)
class _Staged:
    """Rows of one source: the same for all days, or made for a day when it is asked for.

    Attributes:
        rows: by table: rows of all days, which the gate shows when they were published.
        for_day: gives the rows of one day, where they are cut at it; None where they are not.
        brought: the files.
    """

    rows: Mapping[str, pl.DataFrame]
    for_day: Callable[[dt.date], Mapping[str, pl.DataFrame]] | None
    brought: _Brought


def known_on(prepared: PreparedRun, days: Sequence[dt.date]) -> Iterator[KnownInputs]:
    """Give what a run would have known on each day, in the order of the days.

    Args:
        prepared: a request whose list is read; its as-of date is of no account here.
        days: ascending, each once.

    Raises:
        UsageError: a mirror does not exist.
        DataRefusedError: a source's files are refused.
    """
    with closing(Fetcher(prepared.request.settings.download)) as fetcher:
        bring = _Bringing(prepared, fetcher, days)
        staged = {source_id: bring.staged(source_id) for source_id in prepared.evidence_source_ids}
        with Warehouse(None) as warehouse:
            yield from _gated(warehouse, prepared, staged, days)


def _gated(
    warehouse: Warehouse,
    prepared: PreparedRun,
    staged: Mapping[str, _Staged],
    days: Sequence[dt.date],
) -> Iterator[KnownInputs]:
    tables = _Tables(warehouse, staged, days[-1])
    listed = {"suppliers": prepared.suppliers.lazy(), "sites": prepared.sites.lazy()}
    always_out = inputs.outages(prepared)
    for day in days:
        tables.turn_to(day)
        outages = dict(always_out)
        for source_id, source in staged.items():
            if source.brought.files[day] is None:
                outages[source_id] = source.brought.reasons[day]
        yield KnownInputs(
            day,
            {**tables.frames, **listed, "run": pl.LazyFrame({"as_of": [day]})},
            {**tables.versions, "suppliers": 0, "sites": 0, "run": day},
            outages,
        )


class _Tables:
    """The staging tables in an in-memory warehouse, as they stand on one day after another."""

    def __init__(self, warehouse: Warehouse, staged: Mapping[str, _Staged], last: dt.date) -> None:
        self.frames: dict[str, pl.LazyFrame] = {}
        self.versions: dict[str, Hashable] = {}
        self._warehouse, self._staged, self._last = warehouse, staged, last
        self._known: dict[str, pl.DataFrame] = {}
        self._published: dict[str, np.ndarray[Any, Any]] = {}
        self._loads: dict[str, int] = {}
        self._of_day: dict[str, list[pl.DataFrame]] = {}
        for table in sql.tables("20_staging"):
            if table not in ("stg_suppliers", "stg_sites"):
                self._load(table, self._always(table))

    def turn_to(self, day: dt.date) -> None:
        """Bring every table to what was known on the day."""
        self._load_of_day(day)
        for table, published in self._published.items():
            visible = int(np.searchsorted(published, np.datetime64(day), side="right"))
            absent = self._absent_origins(table, day)
            version = (self._loads[table], visible, absent)
            if self.versions.get(table) == version:
                continue
            frame = known_earlier(self._known[table], day)
            if absent:
                frame = frame.filter(~pl.col("origin").is_in(list(absent)))
            self.frames[table], self.versions[table] = frame.lazy(), version
        statements = tuple(self.versions[table] for table in ACCOUNT_TABLES)
        if self.versions.get(PREPARED) != statements:
            self.frames[PREPARED] = annual_statements(self.frames).lazy()
            self.versions[PREPARED] = statements

    def _load_of_day(self, day: dt.date) -> None:
        """Stage the sources that are cut at the day, and load their tables where they changed."""
        rows: dict[str, list[pl.DataFrame]] = {}
        for source in self._staged.values():
            if source.for_day is not None:
                for table, frame in source.for_day(day).items():
                    rows.setdefault(table, []).append(frame)
        for table in sorted({*rows, *self._of_day}):
            now, before = rows.get(table, []), self._of_day.get(table, [])
            if len(now) != len(before) or not all(
                one.equals(other) for one, other in zip(now, before, strict=True)
            ):
                self._load(table, [*self._always(table), *now])
        self._of_day = rows

    def _always(self, table: str) -> list[pl.DataFrame]:
        return [source.rows[table] for source in self._staged.values() if table in source.rows]

    def _load(self, table: str, parts: Sequence[pl.DataFrame]) -> None:
        self._warehouse.empty(table, _RUN)
        for rows in parts:
            self._warehouse.load(table, rows, _RUN)
        self._known[table] = self._warehouse.known_by(table, self._last)
        self._published[table] = np.sort(self._known[table]["published_on"].to_numpy())
        self._loads[table] = self._loads.get(table, 0) + 1

    def _absent_origins(self, table: str, day: dt.date) -> frozenset[str]:
        """Files that other days read and this one would not, such as those before its window."""
        absent: set[str] = set()
        for source in self._staged.values():
            rows = source.rows.get(table)
            if rows is None or "origin" not in rows.columns:
                continue
            of_day = {file.origin for file in source.brought.files[day] or ()}
            absent |= source.brought.origins - of_day
        return frozenset(absent)


class _Bringing:
    """Pulls and stages sources for several days at once."""

    def __init__(self, prepared: PreparedRun, fetcher: Fetcher, days: Sequence[dt.date]) -> None:
        self._prepared, self._fetcher, self._days = prepared, fetcher, days

    def staged(self, source_id: str) -> _Staged:
        """Rows of a source for all days, or how to make those of one."""
        brought = self._brought(source_id)
        last = self._context(source_id, self._days[-1])
        rows = self._stage(source_id, brought.every, last)
        staged_on = self._staging_days(source_id, brought)
        if not last.is_dated or set(staged_on.values()) == {self._days[-1]}:
            return _Staged(rows, None, brought)
        kept: dict[dt.date, Mapping[str, pl.DataFrame]] = {}
        of_last = rows if brought.files[self._days[-1]] == brought.every else None

        def for_day(day: dt.date) -> Mapping[str, pl.DataFrame]:
            on = staged_on[day]
            if on == self._days[-1] and of_last is not None:
                return of_last
            if on not in kept:
                kept.clear()
                context = self._context(source_id, on)
                kept[on] = self._stage(source_id, brought.files[day] or (), context)
            return kept[on]

        return _Staged({}, for_day, brought)

    def _staging_days(self, source_id: str, brought: _Brought) -> dict[dt.date, dt.date]:
        """The day whose staging serves each day: the last with the same files and the same cut.

        A source says with `day_cut` what of the day its rows depend on beside their publication;
        one that does not say is staged for each day.
        """
        day_cut = getattr(sources()[source_id], "day_cut", lambda day: day)
        served: dict[dt.date, dt.date] = {}
        for day in reversed(self._days):
            later = next(reversed(served), day)
            alike = day_cut(day) == day_cut(later) and brought.files[day] == brought.files[later]
            served[day] = served[later] if alike and later in served else day
        return served

    def _brought(self, source_id: str) -> _Brought:
        files: dict[dt.date, tuple[RawFile, ...] | None] = {}
        reasons: dict[dt.date, str] = {}
        store: RawStore | None = None
        for day in self._days:
            context = self._context(source_id, day)
            store = store or EachOnce(context.store)
            context = watched(replace(context, store=store))
            try:
                files[day] = tuple(sources()[source_id].pull(context))
            except SourceUnavailableError as error:
                files[day], reasons[day] = None, str(error)
            if not context.is_dated:
                return _Brought(
                    dict.fromkeys(self._days, files[day]),
                    dict.fromkeys(self._days, reasons.get(day, "")),
                )
        return _Brought(files, reasons)

    def _stage(
        self, source_id: str, files: Sequence[RawFile], context: WatchedContext
    ) -> dict[str, pl.DataFrame]:
        if not files:
            return {}
        with measuring_on(self._prepared.request.settings.measure.dask_scheduler):
            tables = sources()[source_id].stage(files, context)
        return {staged.table: staged.rows for staged in tables}

    def _context(self, source_id: str, day: dt.date) -> WatchedContext:
        context = stages.pull_context(self._prepared, source_id, self._fetcher)
        return watched(replace(context, as_of=day))
