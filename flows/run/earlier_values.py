"""Values that an earlier run computed from the same, taken over instead of being computed again.

A signal is a function of the code and of the frames that it asks for. Where these are those of an
earlier run whose work folder is kept, and so is what its values are finished with, its values are
those of that run, as long as neither more nor fewer of them are too old by now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from flows.run.identity.run_identity import hash_of
from flows.run.staged_tables import KnownFrames
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import Table, WorkFolder
from signals.card import SignalCard, Status
from signals.values import FinishedSignal, has_same_ages
from signals.watched_frames import WatchedFrames
from sql.warehouse import Parts

#: Columns of the list that values are finished with.
_OF_SUPPLIERS = ("supplier_id", "country_iso3")
_OF_SITES = (
    "site_id", "supplier_id", "latitude", "longitude", "geometry_wkt", "location_precision",
    "location_reason", "has_measurable_location",
)  # fmt: skip


class EarlierValues:
    """The values and tables of earlier runs of the folder, and the record of this one.

    Args:
        prepared: the request. With `force`, nothing is taken over.
        known: what its signals may see.
        reasons: why sources are unavailable, by source.

    Attributes:
        taken: ids of the signals taken over so far.
    """

    def __init__(
        self, prepared: PreparedRun, known: KnownFrames, reasons: Mapping[str, str]
    ) -> None:
        self._workspace, self._as_of = prepared.workspace, prepared.request.as_of
        self._known, self._reasons = known, reasons
        self._prepared = prepared
        self._runs = [] if prepared.request.force else _earlier_runs(self._workspace)
        # What is being written now is no longer what the record says.
        self._workspace.delete(artefacts.MADE_FROM)
        self._signals: dict[str, dict[str, Any]] = {}
        self._tables: dict[str, dict[str, Any]] = {}
        self._shared: dict[WorkFolder, list[Table]] = {}
        self.taken: list[str] = []

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
            return run.site_values_of(card.id)
        return None

    def share(self) -> None:
        """Have the files of all values that were taken over in the work folder."""
        for workspace, files in self._shared.items():
            if workspace != self._workspace:
                self._workspace.share(workspace, *files)

    def observed(self) -> dict[str, int]:
        """How many suppliers have an observed value, by signal."""
        return {name: record["observed"] for name, record in self._signals.items()}

    def note(
        self, card: SignalCard, finished: FinishedSignal, values: pl.DataFrame, read: set[str]
    ) -> None:
        """Record a signal that was computed.

        Args:
            card: of the signal.
            finished: what it was finished to.
            values: its values, with the reasons of sources that could not be read.
            read: names of the frames that it asked for.
        """
        self._signals[card.id] = {
            "read": self._fingerprints(read),
            "finished_with": self._finished_with(card),
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
        record = {"code": code_version(), "signals": self._signals, "tables": self._tables}
        self._workspace.write_json(artefacts.MADE_FROM, record)

    def _is_same(self, card: SignalCard, record: Mapping[str, Any]) -> bool:
        in_use, too_old = _day(record["oldest_in_use"]), _day(record["newest_too_old"])
        return (
            record["is_whole"]
            and record["finished_with"] == self._finished_with(card)
            and has_same_ages(card, in_use, too_old, self._as_of)
            and self._has_read(record)
        )

    def _has_read(self, record: Mapping[str, Any]) -> bool:
        read: Mapping[str, str] = record["read"]
        return all(self._known.fingerprint(name) == then for name, then in read.items())

    def _fingerprints(self, read: set[str]) -> dict[str, str]:
        return {name: self._known.fingerprint(name) for name in sorted(read)}

    def _finished_with(self, card: SignalCard) -> str:
        """A hash of all but the frames and the day that the values of a signal depend on."""
        reasons = [(source_id, self._reasons.get(source_id)) for source_id in card.sources]
        listed = self._listed_sites if card.support == "site" else ""
        return hash_of(repr(reasons), self._listed_suppliers, listed)

    @cached_property
    def _listed_suppliers(self) -> str:
        return hash_of_frame(self._prepared.suppliers.select(_OF_SUPPLIERS))

    @cached_property
    def _listed_sites(self) -> str:
        return hash_of_frame(self._prepared.sites.select(_OF_SITES))


class _EarlierRun:
    """What the work folder of a run holds of its signals."""

    def __init__(self, workspace: WorkFolder, record: Mapping[str, Any]) -> None:
        self.workspace = workspace
        self.signals: Mapping[str, dict[str, Any]] = record["signals"]
        self.tables: Mapping[str, dict[str, Any]] = record["tables"]

    def site_values_of(self, signal_id: str) -> pl.DataFrame:
        """The values of a signal's sites, in the order of site_id."""
        found = self._site_values.get((signal_id,))
        return self._no_sites if found is None else found

    @cached_property
    def _sites(self) -> pl.DataFrame:
        return self.workspace.read_frame(artefacts.SITE_SIGNAL_VALUES).drop("run_id")

    @cached_property
    def _no_sites(self) -> pl.DataFrame:
        return self._sites.clear()

    @cached_property
    def _site_values(self) -> Mapping[tuple[object, ...], pl.DataFrame]:
        return self._sites.partition_by("signal_id", as_dict=True, maintain_order=True)


def _earlier_runs(workspace: WorkFolder) -> list[_EarlierRun]:
    """Runs of the folder by the same code, the newest first; one of this request among them."""
    found = []
    for path in sorted(_records(workspace), key=lambda one: one.stat().st_mtime, reverse=True):
        other = WorkFolder(path.parents[1])
        if not all(map(other.has, (artefacts.MADE_FROM, artefacts.SITE_SIGNAL_VALUES))):
            continue
        record = other.read_json(artefacts.MADE_FROM)
        if record["code"] == code_version():
            found.append(_EarlierRun(other, record))
    return found


def _records(workspace: WorkFolder) -> Iterator[Path]:
    return workspace.folder.parent.glob(f"*/{artefacts.MADE_FROM}")


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
