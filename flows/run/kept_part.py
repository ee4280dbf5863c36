"""Values that an earlier run has for most suppliers, completed by those of the others."""

from __future__ import annotations

import datetime as dt

import polars as pl

from flows.run.earlier_runs import EarlierRun, day_of
from flows.run.staged_tables import SomeFrames
from signals.card import SignalCard
from signals.values import FinishedSignal


class KeptPart:
    """Values that an earlier run has, and what those of the other suppliers are computed from.

    Args:
        card: of the signal.
        run: the earlier run.
        frames: of the suppliers whose values are computed.

    Attributes:
        frames: the same.
        read: names of the frames that the signal asked for in the earlier run.
    """

    def __init__(self, card: SignalCard, run: EarlierRun, frames: SomeFrames) -> None:
        self.frames = frames
        record = run.signals[card.id]
        self.read = frozenset(record["read"])
        self._in_use, self._too_old = (
            day_of(record["oldest_in_use"]),
            day_of(record["newest_too_old"]),
        )
        # Read now: the files of this request are about to be written again.
        self._values, self._site_values = (
            one.filter(~frames.is_among(one["supplier_id"]))
            for one in (run.values_of(card.id), run.site_values_of(card.id))
        )

    def completed(self, finished: FinishedSignal, as_of: dt.date) -> FinishedSignal:
        """The signal of the whole list.

        Args:
            finished: of the suppliers that were computed.
            as_of: of the run.
        """
        values = self._values.with_columns(as_of=pl.lit(as_of)).select(finished.values.columns)
        in_use = filter(None, (self._in_use, finished.oldest_in_use))
        too_old = filter(None, (self._too_old, finished.newest_too_old))
        return FinishedSignal(
            pl.concat([values, finished.values], rechunk=True).sort("supplier_id"),
            pl.concat([self._site_values, finished.site_values], rechunk=True).sort("site_id"),
            finished.rejected,
            min(in_use, default=None),
            max(too_old, default=None),
        )
