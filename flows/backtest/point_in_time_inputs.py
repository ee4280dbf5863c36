"""What a run could know on each of several past days, with every file read once.

A source whose files and staging do not depend on the day is pulled and staged once, and the
point-in-time filter of the warehouse shows each day what was published by then. A source that uses
the day when it stages (a ledger is cut at it) is staged for each day; the dependence is detected,
not declared. Each file is pulled once, whatever the number of days. Registers are read in the same
way, and the list is linked to what they held on the day. Where that changes identifiers from one
day to the next, a source that depends on the list is pulled again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

import sql
from flows.backtest.point_in_time_sources import SourceLoader, StagedForDays
from flows.run.identity.identity_inputs import active_match_decisions
from flows.run.identity.register_links import linked_list
from flows.run.request import inputs
from flows.run.work.stage_types import PreparedRun
from signals.financial.earnings_manipulation import AMBIGUOUS, error_factors
from signals.financial.statements import (
    ACCOUNT_TABLES,
    PREPARED,
    STATEMENT,
    annual_statements,
)
from signals.sources.registers.register_rows import ENTITIES, ENTITY_SCHEMA
from sql.warehouse import Warehouse, was_published_earlier

#: The warehouse of a back-test lives in memory; its rows belong to no run.
_RUN = "back-test"


@dataclass(frozen=True)
class KnownInputs:
    """What signals may see on one day.

    Attributes:
        as_of: the day.
        suppliers: the list with the identifiers that registers gave by then.
        frames: as `flows.run.staged_tables.KnownFrames` gives them.
        versions: by frame: equal versions of two days mean equal rows.
        outages: why a source gives nothing, by source.
        filed: supplier_id of those with accounts that were published since the day before; None
            where other accounts may have changed too, as on the first day.
    """

    as_of: dt.date
    suppliers: pl.DataFrame
    frames: Mapping[str, pl.LazyFrame]
    versions: Mapping[str, Hashable]
    unavailable_sources: Mapping[str, str]
    filed: pl.DataFrame | None = None


def known_on(prepared: PreparedRun, days: Sequence[dt.date]) -> Iterator[KnownInputs]:
    """Give what a run would have known on each day, in the order of the days.

    Args:
        prepared: a request whose list is read; its as-of date is of no account here.
        days: ascending, each once.

    Raises:
        UsageError: a mirror does not exist.
        DataRejectedError: a source's files are rejected.
    """
    lists = _linked_lists(prepared, days)
    bring = SourceLoader(prepared, lists)
    staged = {source_id: bring.staged(source_id) for source_id in prepared.evidence_source_ids}
    with Warehouse(None) as warehouse:
        yield from _accepted(warehouse, prepared, staged, lists)


def _linked_lists(prepared: PreparedRun, days: Sequence[dt.date]) -> dict[dt.date, pl.DataFrame]:
    """The list of each day; the same frame where neither registers nor decisions changed."""
    listed = prepared.listed_suppliers
    registers = [
        SourceLoader(prepared, dict.fromkeys(days, listed)).staged(source_id)
        for source_id in prepared.identity_source_ids
    ]
    lists: dict[dt.date, pl.DataFrame] = {}
    entries_before, standing_before, latest = None, None, listed
    for day in days if registers else ():
        on_day = replace(prepared, request=replace(prepared.request, as_of=day))
        known = [register.known(ENTITIES, day) for register in registers]
        entries = pl.concat(
            [pl.DataFrame(schema=ENTITY_SCHEMA), *(rows for rows in known if rows is not None)]
        )
        standing = active_match_decisions(on_day)
        if (
            entries_before is None
            or standing != standing_before
            or not entries.equals(entries_before)
        ):
            linked = linked_list(on_day, entries)
            latest = latest if linked.equals(latest) else linked
        entries_before, standing_before, lists[day] = entries, standing, latest
    return lists or dict.fromkeys(days, listed)


def _accepted(
    warehouse: Warehouse,
    prepared: PreparedRun,
    staged: Mapping[str, StagedForDays],
    lists: Mapping[dt.date, pl.DataFrame],
) -> Iterator[KnownInputs]:
    tables = _Tables(warehouse, staged, max(lists))
    sites = prepared.sites.lazy()
    always_out = inputs.unavailable_sources(prepared)
    for day, suppliers in lists.items():
        tables.advance_to(day)
        unavailable_sources = dict(always_out)
        for source_id, source in staged.items():
            reason = source.outage(day)
            if reason is not None:
                unavailable_sources[source_id] = reason
        yield KnownInputs(
            day,
            suppliers,
            {
                **tables.frames,
                "suppliers": suppliers.lazy(),
                "sites": sites,
                "run": pl.LazyFrame({"as_of": [day]}),
            },
            {**tables.versions, "suppliers": id(suppliers), "sites": 0, "run": day},
            unavailable_sources,
            tables.filed,
        )


class _Tables:
    """The staging tables in an in-memory warehouse, as they stand on one day after another."""

    def __init__(
        self, warehouse: Warehouse, staged: Mapping[str, StagedForDays], last: dt.date
    ) -> None:
        self.frames: dict[str, pl.LazyFrame] = {}
        self.versions: dict[str, Hashable] = {}
        self._warehouse, self._staged, self._last = warehouse, staged, last
        self._known: dict[str, pl.DataFrame] = {}
        self._published: dict[str, np.ndarray[Any, Any]] = {}
        self._loads: dict[str, int] = {}
        self._of_day: dict[str, list[pl.DataFrame]] = {}
        self._day: dt.date | None = None
        self.filed: pl.DataFrame | None = None
        for table in sql.tables("20_staging"):
            if table not in ("stg_suppliers", "stg_sites"):
                self._load(table, self._always(table))

    def advance_to(self, day: dt.date) -> None:
        """Bring every table to what was known on the day."""
        self._load_of_day(day)
        for table, published in self._published.items():
            visible = int(np.searchsorted(published, np.datetime64(day), side="right"))
            absent = self._absent_origins(table, day)
            version = (self._loads[table], visible, absent)
            if self.versions.get(table) == version:
                continue
            frame = was_published_earlier(self._known[table], day)
            if absent:
                frame = frame.filter(~pl.col("origin").is_in(list(absent)))
            self.frames[table], self.versions[table] = frame.lazy(), version
        self._prepare_statements(day)
        self._day = day

    def _prepare_statements(self, day: dt.date) -> None:
        """Put the statements together, where only rows were added those of their suppliers."""
        versions = tuple(self.versions[table] for table in ACCOUNT_TABLES)
        before = self.versions.get(PREPARED)
        if before == versions:
            self.filed = pl.DataFrame(schema={"supplier_id": pl.String})
            return
        self.filed = None
        if self._day is not None and _without_counts(before) == _without_counts(versions):
            reported = {table: self.frames[table] for table in ACCOUNT_TABLES}
            is_new = pl.col("published_on") > self._day
            self.filed = (
                pl.concat([rows.filter(is_new).select("supplier_id") for rows in reported.values()])
                .unique()
                .collect()
            )
            filed = self.filed.lazy()
            again = annual_statements(
                {
                    table: rows.join(filed, on="supplier_id", how="semi")
                    for table, rows in reported.items()
                }
            )
            others = self.frames[PREPARED].join(filed, on="supplier_id", how="anti")
            made = pl.concat([others.collect(), again], how="diagonal").sort(STATEMENT)
        else:
            made = annual_statements(self.frames)
        self.frames[PREPARED], self.versions[PREPARED] = made.lazy(), versions
        doubtful = error_factors({PREPARED: self.frames[PREPARED]}).collect()
        self.frames[AMBIGUOUS], self.versions[AMBIGUOUS] = doubtful.lazy(), versions

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
        self._known[table] = self._warehouse.published_as_of(table, self._last)
        self._published[table] = np.sort(self._known[table]["published_on"].to_numpy())
        self._loads[table] = self._loads.get(table, 0) + 1

    def _absent_origins(self, table: str, day: dt.date) -> frozenset[str]:
        """Files that other days read and this one would not, such as those before its window."""
        absent: set[str] = set()
        for source in self._staged.values():
            rows = source.rows.get(table)
            if rows is None or "origin" not in rows.columns:
                continue
            absent |= source.brought.absent(day)
        return frozenset(absent)


def _without_counts(versions: Hashable) -> list[tuple[int, frozenset[str]]] | None:
    """Versions but for how many rows are visible; None where there are none."""
    if not isinstance(versions, tuple):
        return None
    return [(load, absent) for load, _, absent in versions]
