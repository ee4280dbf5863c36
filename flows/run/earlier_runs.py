"""What earlier runs of the folder left of their signals, and what they made it from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.work_folder import WorkFolder


class EarlierRun:
    """What the work folder of a run holds of its signals.

    Args:
        workspace: of the run.
        record: that `EarlierValues.keep_record` wrote.

    Attributes:
        signals: what is recorded of each signal.
        tables: of each table that is made beside them.
        buckets: hashes by bucket of the frames that signals were computed from in parts, and what
            these depend on.
    """

    def __init__(self, workspace: WorkFolder, record: Mapping[str, Any]) -> None:
        self.workspace = workspace
        self.signals: Mapping[str, dict[str, Any]] = record["signals"]
        self.tables: Mapping[str, dict[str, Any]] = record["tables"]
        self.buckets: Mapping[str, dict[str, Any]] = record["buckets"]

    def values_of(self, signal_id: str) -> pl.DataFrame:
        """The values of a signal as they lie in its file, in the order of supplier_id."""
        return self.workspace.read_frame(artefacts.values_of_signal(signal_id))

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


def earlier_runs(workspace: WorkFolder) -> list[EarlierRun]:
    """Runs of the folder by the same code, the newest first; one of this request among them."""
    found = []
    for path in sorted(_records(workspace), key=lambda one: one.stat().st_mtime, reverse=True):
        other = WorkFolder(path.parents[1])
        if not all(map(other.has, (artefacts.MADE_FROM, artefacts.SITE_SIGNAL_VALUES))):
            continue
        record = other.read_json(artefacts.MADE_FROM)
        if record["code"] == code_version():
            found.append(EarlierRun(other, record))
    return found


def day_of(text: str | None) -> dt.date | None:
    """A day as it is recorded."""
    return None if text is None else dt.date.fromisoformat(text)


def _records(workspace: WorkFolder) -> Iterator[Path]:
    return workspace.folder.parent.glob(f"*/{artefacts.MADE_FROM}")
