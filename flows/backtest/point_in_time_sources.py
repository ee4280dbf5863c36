"""Pulls and stages sources for several past days at once, each file once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import polars as pl

from flows.backtest.recorded_pull import EachOnce
from flows.run import stages
from flows.run.request.source_keys import key_values
from flows.run.sources import source_stages
from flows.run.sources.bounded_staging import stage_within
from flows.run.sources.source_boundary import FETCHING, READING, limits_of, source_boundary
from flows.run.sources.watched_context import WatchedContext, watched
from flows.run.work.stage_types import PreparedRun
from signals.fetching.fetch import Fetcher, SourceUnavailableError
from signals.registry import sources
from signals.source import PullContext, RawFile
from signals.source_errors import StoppedEarlyError
from signals.source_limits import Budget, within
from signals.zonal.dask_cluster import measuring_on
from sql.warehouse import was_published_earlier


@dataclass(frozen=True)
class LoadedFiles:
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

    def absent(self, day: dt.date) -> set[str]:
        """Where files came from that other days read and this one would not."""
        every = {file.origin for file in self.every}
        return every - {file.origin for file in self.files[day] or ()}


@dataclass(frozen=True)
class StagedForDays:
    """Rows of one source: the same for all days, or made for a day when it is asked for.

    Attributes:
        rows: by table: rows of all days; the point-in-time filter shows them from publication on.
        for_day: gives the rows of one day, where they are cut at it; None where they are not.
        brought: the files.
        not_staged: why a day that was asked for could not be staged.
    """

    rows: Mapping[str, pl.DataFrame]
    for_day: Callable[[dt.date], Mapping[str, pl.DataFrame]] | None
    brought: LoadedFiles
    not_staged: Mapping[dt.date, str] = field(default_factory=dict)

    def outage(self, day: dt.date) -> str | None:
        """Why nothing of the source is known on a day whose rows were asked for; else None."""
        if self.brought.files[day] is None:
            return self.brought.reasons[day]
        return self.not_staged.get(day)

    def known(self, table: str, day: dt.date) -> pl.DataFrame | None:
        """Rows of a table that were published by the day and come from its files."""
        tables = self.rows if self.for_day is None else self.for_day(day)
        if table not in tables:
            return None
        absent = list(self.brought.absent(day))
        return was_published_earlier(tables[table], day).filter(~pl.col("origin").is_in(absent))


def _not_read(days: Sequence[dt.date], error: SourceUnavailableError) -> LoadedFiles:
    return LoadedFiles(dict.fromkeys(days, None), dict.fromkeys(days, str(error)))


class SourceLoader:
    """Pulls and stages sources for several days at once.

    Args:
        prepared: a request whose list is read.
        lists: the list of each day, ascending; the same frame means the same list.
    """

    def __init__(self, prepared: PreparedRun, lists: Mapping[dt.date, pl.DataFrame]) -> None:
        self._prepared, self._lists = prepared, lists
        self._days = tuple(lists)
        is_one_list = len({id(suppliers) for suppliers in lists.values()}) == 1
        self._of_the_day = frozenset({"as_of"} if is_one_list else {"as_of", "suppliers"})

    def staged(self, source_id: str) -> StagedForDays:
        """Rows of a source for all days, or how to make those of one."""
        fetcher = source_stages.fetcher_of(self._prepared.request.settings, source_id)
        context = stages.pull_context(self._prepared, source_id, fetcher)
        with closing(fetcher):
            brought = self._brought(source_id, context, fetcher)
        last = self._on(context, self._days[-1])
        try:
            rows = self._stage(source_id, brought.every, last, fetcher)
        except SourceUnavailableError as error:
            # As in a run: nothing of a source that cannot be read, or does not add up, is used.
            return StagedForDays({}, None, _not_read(self._days, error))
        staged_on = self._staging_days(source_id, brought)
        if not last.is_dated or set(staged_on.values()) == {self._days[-1]}:
            return StagedForDays(rows, None, brought)
        kept: dict[dt.date, Mapping[str, pl.DataFrame]] = {}
        not_staged: dict[dt.date, str] = {}
        of_last = rows if brought.files[self._days[-1]] == brought.every else None

        def for_day(day: dt.date) -> Mapping[str, pl.DataFrame]:
            on = staged_on[day]
            if on == self._days[-1] and of_last is not None:
                return of_last
            if on not in kept:
                kept.clear()
                files = brought.files[day] or ()
                try:
                    kept[on] = self._stage(source_id, files, self._on(context, on), fetcher)
                except SourceUnavailableError as error:
                    not_staged[day] = str(error)
                    return {}
            return kept[on]

        return StagedForDays({}, for_day, brought, not_staged)

    def _staging_days(self, source_id: str, brought: LoadedFiles) -> dict[dt.date, dt.date]:
        """The day whose staging serves each day: the last with the same files, cut and list.

        A source says with `day_cut` what of the day its rows depend on beside their publication;
        one that does not say is staged for each day.
        """
        day_cut = getattr(sources()[source_id], "day_cut", lambda day: day)
        served: dict[dt.date, dt.date] = {}
        for day in reversed(self._days):
            later = next(reversed(served), day)
            alike = (
                day_cut(day) == day_cut(later)
                and brought.files[day] == brought.files[later]
                and self._lists[day] is self._lists[later]
            )
            served[day] = served[later] if alike and later in served else day
        return served

    def _brought(self, source_id: str, context: PullContext, fetcher: Fetcher) -> LoadedFiles:
        files: dict[dt.date, tuple[RawFile, ...] | None] = {}
        reasons: dict[dt.date, str] = {}
        card = sources()[source_id].CARD
        limits = limits_of(self._prepared.request.settings, source_id)
        each_once = replace(context, store=EachOnce(context.store))
        for day in self._days:
            on_day = self._on(each_once, day)
            # A day may ask for as much as a run of that day.
            fetcher.budget = Budget(source_id, limits)
            try:
                with source_boundary(card, FETCHING, key_values(card)), within(limits):
                    files[day] = tuple(sources()[source_id].pull(on_day))
            except StoppedEarlyError as error:
                files[day] = error.files
            except SourceUnavailableError as error:
                files[day], reasons[day] = None, str(error)
            if not on_day.is_dated:
                return LoadedFiles(
                    dict.fromkeys(self._days, files[day]),
                    dict.fromkeys(self._days, reasons.get(day, "")),
                )
        return LoadedFiles(files, reasons)

    def _stage(
        self,
        source_id: str,
        files: Sequence[RawFile],
        context: WatchedContext,
        fetcher: Fetcher,
    ) -> dict[str, pl.DataFrame]:
        if not files:
            return {}
        settings, card = self._prepared.request.settings, sources()[source_id].CARD
        with (
            closing(fetcher),
            source_boundary(card, READING, key_values(card)),
            measuring_on(settings.measure.dask_scheduler),
        ):
            limits = limits_of(settings, source_id)
            settled = stage_within(source_id, files, context, fetcher, limits)
        return {staged.table: staged.rows for staged in settled.tables}

    def _on(self, context: PullContext, day: dt.date) -> WatchedContext:
        suppliers = self._lists[day]
        return watched(replace(context, as_of=day, suppliers=suppliers), self._of_the_day)
