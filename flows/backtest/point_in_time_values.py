"""Signal values of one past day after another; what the new day does not change is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import polars as pl

from flows.backtest.point_in_time_inputs import KnownInputs
from flows.run.request import inputs
from signals.card import Pillar
from signals.financial.earnings_manipulation import AMBIGUOUS
from signals.financial.statements import ACCOUNT_TABLES, PREPARED
from signals.registry import Signal, signals
from signals.values import finish
from signals.watched_frames import WatchedFrames

#: Frames that hold accounts, each row of one supplier.
_OF_ACCOUNTS = frozenset((*ACCOUNT_TABLES, PREPARED, AMBIGUOUS))


@dataclass(frozen=True)
class _Kept:
    """A signal as it was last computed.

    Attributes:
        read: the frames it asked for, with their versions.
        computed: what it gave.
        aged: rows of it that were too old.
        values: finished for the day.
    """

    read: Mapping[str, Hashable]
    computed: pl.DataFrame
    aged: int
    values: pl.DataFrame


class PastValues:
    """Computes a signal again only where rows that it reads have changed.

    A signal of accounts speaks of each company by its own accounts alone (a test holds every one to
    it): where nothing but accounts changed, it is computed for the companies that filed.

    Args:
        suppliers: columns of `stg_suppliers`.
        sites: columns of `stg_sites`.
        needed: ids of the signals wanted; None for all.

    Attributes:
        changed: signals whose values differ from those of the day before.
        computed: signals computed so far, over all days.
        asked: signals asked for so far.
    """

    def __init__(
        self, suppliers: pl.DataFrame, sites: pl.DataFrame, needed: Collection[str] | None = None
    ) -> None:
        self._suppliers, self._sites = suppliers, sites
        self._wanted = {
            name: signal for name, signal in signals().items() if needed is None or name in needed
        }
        self._kept: dict[str, _Kept] = {}
        self._outages: Mapping[str, str] | None = None
        self.changed: frozenset[str] = frozenset()
        self.computed = 0
        self.asked = 0

    def of(self, known: KnownInputs) -> pl.DataFrame:
        """Values of the signals on the day, columns of `signal_values` without run_id."""
        parts, changed = [], set()
        for signal_id, signal in self._wanted.items():
            before = self._kept.get(signal_id)
            kept = self._brought_up(signal_id, signal, known)
            is_same = (
                before is not None
                and kept.computed is before.computed
                and kept.aged == before.aged
                and known.unavailable_sources == self._outages
            )
            if not is_same:
                changed.add(signal_id)
            self._kept[signal_id] = kept
            parts.append(
                inputs.explain_unavailable_sources(
                    kept.values, signal.card, known.unavailable_sources, self._suppliers
                )
            )
        self.changed, self._outages = frozenset(changed), known.unavailable_sources
        return pl.concat(parts)

    def _brought_up(self, signal_id: str, signal: Signal, known: KnownInputs) -> _Kept:
        self.asked += 1
        before = self._kept.get(signal_id)
        read_before = {} if before is None else before.read
        changed = {name for name, version in read_before.items() if known.versions[name] != version}
        if before is not None and not changed:
            aged = _aged(before.computed, known.as_of, signal.card.max_age_days)
            if aged == before.aged:
                values = before.values.with_columns(pl.lit(known.as_of).alias("as_of"))
                return _Kept(before.read, before.computed, aged, values)
            read, computed = before.read, before.computed
        elif (
            before is not None
            and signal.card.pillar is Pillar.FINANCIAL
            and changed <= _OF_ACCOUNTS
            and known.filed is not None
        ):
            watched = WatchedFrames(known.frames, known.filed)
            again = signal.compute(watched).collect()
            others = before.computed.join(known.filed, on="supplier_id", how="anti")
            computed = pl.concat([others, again], how="diagonal_relaxed")
            read = {name: known.versions[name] for name in (*before.read, *watched.read)}
            aged = _aged(computed, known.as_of, signal.card.max_age_days)
            self.computed += 1
        else:
            watched = WatchedFrames(known.frames)
            computed = signal.compute(watched).collect()
            read = {name: known.versions[name] for name in watched.read}
            aged = _aged(computed, known.as_of, signal.card.max_age_days)
            self.computed += 1
        finished = finish(signal.card, computed.lazy(), self._suppliers, self._sites, known.as_of)
        return _Kept(read, computed, aged, finished.values)


def _aged(computed: pl.DataFrame, as_of: dt.date, max_age_days: int) -> int:
    """Rows older than the signal allows; the days only go forward, so equal counts are equal."""
    if "observed_to" not in computed.columns:
        return 0
    age = (pl.lit(as_of) - pl.col("observed_to").cast(pl.Date)).dt.total_days()
    return int(computed.select((age > max_age_days).sum()).item())
