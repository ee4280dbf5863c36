"""Values that an earlier run computed from the same, taken over instead of being computed again.

A signal is a function of the code and of the frames that it asks for. Where these are those of an
earlier run whose work folder is kept, and so is what its values are finished with, its values are
those of that run, as long as neither more nor fewer of them are too old by now. Where the values of
a supplier depend on its own rows alone, this holds for each bucket of suppliers by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

import polars as pl

from flows.run.bucket_hashes import BucketHashes, finished_by
from flows.run.earlier_runs import EarlierRun, day_of, earlier_runs
from flows.run.identity.run_identity import hash_of
from flows.run.kept_part import KeptPart
from flows.run.list_buckets import BUCKETS
from flows.run.staged_tables import KnownFrames
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import Table, WorkFolder
from signals.card import SignalCard, Status
from signals.values import FinishedSignal, has_same_ages, is_finished_alone
from signals.watched_frames import WatchedFrames
from sql.warehouse import Parts


class EarlierValues:
    """The values and tables of earlier runs of the folder, and the record of this one.

    Args:
        prepared: the request. With `force`, nothing is taken over.
        known: what its signals may see.
        reasons: why sources are unavailable, by source.

    Attributes:
        taken: ids of the signals taken over so far.
        taken_in_part: ids of those of which only some buckets of suppliers were.
    """

    def __init__(
        self, prepared: PreparedRun, known: KnownFrames, reasons: Mapping[str, str]
    ) -> None:
        self._workspace, self._as_of = prepared.workspace, prepared.request.as_of
        self._known, self._reasons = known, reasons
        self._runs = [] if prepared.request.force else earlier_runs(self._workspace)
        self._hashes = BucketHashes(prepared, known, self._runs)
        # What is being written now is no longer what the record says.
        self._workspace.delete(artefacts.MADE_FROM)
        self._signals: dict[str, dict[str, Any]] = {}
        self._tables: dict[str, dict[str, Any]] = {}
        self._shared: dict[WorkFolder, list[Table]] = {}
        self.taken: list[str] = []
        self.taken_in_part: list[str] = []

    def take(self, card: SignalCard) -> pl.DataFrame | None:
        """Take a signal's values from an earlier run that has the same; `share` brings the files.

        Returns:
            Those of its sites, columns as in `FinishedSignal`; None where no earlier run has them.
        """
        file = artefacts.values_of_signal(card.id)
        for run in self._runs:
            record = run.signals.get(card.id)
            if record is None or not self._is_same(card, record) or not run.workspace.has(file):
                continue
            self._shared.setdefault(run.workspace, []).append(file)
            self._signals[card.id] = record
            self.taken.append(card.id)
            if is_finished_alone(card):
                self._hashes.note((*finished_by(card), *record["read"]))
            return run.site_values_of(card.id)
        return None

    def take_part(self, card: SignalCard) -> KeptPart | None:
        """Take the values of the suppliers for which an earlier run has the same.

        Returns:
            Those of the run that leaves the fewest to compute; None where none leaves less than
            half of the list, or suppliers do not stand alone.
        """
        if not is_finished_alone(card):
            return None
        file = artefacts.values_of_signal(card.id)
        best: tuple[set[int], EarlierRun] | None = None
        for run in self._runs:
            record = run.signals.get(card.id)
            if record is None or not self._is_still_valid(card, record):
                continue
            changed = self._changed_buckets(card, record, run)
            if changed is None or not run.workspace.has(file):
                continue
            if best is None or len(changed) < len(best[0]):
                best = (changed, run)
        if best is None or not 0 < 2 * len(best[0]) < BUCKETS:
            return None
        changed, run = best
        self.taken_in_part.append(card.id)
        return KeptPart(card, run, self._known.of_buckets(frozenset(changed)))

    def share(self) -> None:
        """Have the files of all values that were taken over in the work folder."""
        for workspace, files in self._shared.items():
            if workspace != self._workspace:
                self._workspace.share(workspace, *files)

    def observed(self) -> dict[str, int]:
        """How many suppliers have an observed value, by signal."""
        return {name: record["observed"] for name, record in self._signals.items()}

    def note(self, card: SignalCard, finished: FinishedSignal, read: Collection[str]) -> None:
        """Record a signal that was computed.

        Args:
            card: of the signal.
            finished: its values, with the reasons of sources that could not be read.
            read: names of the frames that it asked for.
        """
        values = finished.values
        self._signals[card.id] = {
            "read": self._fingerprints(read),
            "finished_with": self._finished_with(card),
            "reasons": self._reasons_of(card),
            "oldest_in_use": _text(finished.oldest_in_use),
            "newest_too_old": _text(finished.newest_too_old),
            "values": hash_of_frame(values.drop("as_of")),
            "rows": values.height,
            "observed": int((values["status"] == Status.OBSERVED).sum()),
            "site_values": hash_of_frame(finished.site_values),
            "site_rows": finished.site_values.height,
            # Rejected values are reported in each run.
            "is_whole": finished.rejected.is_empty(),
        }
        if is_finished_alone(card):
            self._hashes.note((*finished_by(card), *read))

    def bring(
        self, name: Table, make: Callable[[Mapping[str, pl.LazyFrame]], pl.DataFrame], given: str
    ) -> None:
        """Have a table in the work folder, made from the frames or taken over.

        Args:
            name: of the table.
            make: makes it.
            given: what else it depends on.
        """
        for run in self._runs:
            record = run.tables.get(name)
            if record is None or record["given"] != given or not self._has_read(record):
                continue
            if not run.workspace.has(name):
                continue
            if run.workspace != self._workspace:
                self._workspace.share(run.workspace, name)
            self._tables[name] = record
            return
        watched = WatchedFrames(self._known)
        self._workspace.write_frame(name, make(watched))
        self._tables[name] = {"read": self._fingerprints(watched.read), "given": given}

    def parts(self, content: str, rows: str) -> Parts:
        """The signals as parts of a table, by `values` and `rows`, or those of their sites."""
        noted = {name: one for name, one in self._signals.items() if one[rows]}
        return Parts(
            "signal_id",
            {name: hash_of(code_version(), one[content]) for name, one in noted.items()},
            {name: one[rows] for name, one in noted.items()},
        )

    def keep_record(self) -> None:
        """Let later runs take over what this one has, once all of it is written."""
        record = {
            "code": code_version(),
            "signals": self._signals,
            "tables": self._tables,
            "buckets": self._hashes.kept,
        }
        self._workspace.write_json(artefacts.MADE_FROM, record)

    def _is_same(self, card: SignalCard, record: Mapping[str, Any]) -> bool:
        return (
            self._is_still_valid(card, record)
            and record["finished_with"] == self._finished_with(card)
            and self._has_read(record)
        )

    def _is_still_valid(self, card: SignalCard, record: Mapping[str, Any]) -> bool:
        in_use, too_old = day_of(record["oldest_in_use"]), day_of(record["newest_too_old"])
        return bool(record["is_whole"]) and has_same_ages(card, in_use, too_old, self._as_of)

    def _changed_buckets(
        self, card: SignalCard, record: Mapping[str, Any], run: EarlierRun
    ) -> set[int] | None:
        """The buckets whose suppliers may have other values; None where all may."""
        if record["reasons"] != self._reasons_of(card):
            return None
        read: Mapping[str, str] = record["read"]
        moved = [name for name, then in read.items() if self._known.fingerprint(name) != then]
        return self._hashes.changed((*finished_by(card), *moved), run)

    def _has_read(self, record: Mapping[str, Any]) -> bool:
        read: Mapping[str, str] = record["read"]
        return all(self._known.fingerprint(name) == then for name, then in read.items())

    def _fingerprints(self, read: Collection[str]) -> dict[str, str]:
        return {name: self._known.fingerprint(name) for name in sorted(read)}

    def _finished_with(self, card: SignalCard) -> str:
        """A hash of all but the frames and the day that the values of a signal depend on."""
        return hash_of(self._reasons_of(card), *map(self._hashes.of_listed, finished_by(card)))

    def _reasons_of(self, card: SignalCard) -> str:
        return hash_of(repr([(name, self._reasons.get(name)) for name in card.sources]))


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
