"""What of the raw store in object storage may go when runs of a folder of results do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from configs.settings import Retention
from flows.run.folders import published_runs
from flows.run.storage.raw_objects import RawObjects

#: A younger file may be one of a run that is not finished yet.
_LEAST_DAYS = 1


@dataclass(frozen=True)
class StoredRemovable:
    """One object that the policy does not keep.

    Attributes:
        kind: record of a run, or a file.
        path: in the bucket.
        size: bytes that are freed.
        reason: why it may go, in a few words.
    """

    kind: Literal["stored run", "stored file"]
    path: str
    size: int
    reason: str


def removable(
    out: Path, address: str, removed_runs: Collection[str], policy: Retention, now: dt.datetime
) -> list[StoredRemovable]:
    """Records of the runs that the folder gives up, and files that no other run used.

    Runs of other folders stay, and so do the files of every run that stays here or there.

    Args:
        out: folder of results.
        address: of the raw store.
        removed_runs: ids of the runs that leave the folder.
        policy: `retention` of the configuration.
        now: the present.

    Raises:
        UsageError: the storage does not answer, or a record is torn.
    """
    store = RawObjects(address)
    runs = store.run_objects()
    found = [
        StoredRemovable("stored run", runs[run_id].path, runs[run_id].bytes, "its run is removed")
        for run_id in removed_runs
        if run_id in runs
    ]
    used = _used_here(out, removed_runs)
    for run_id in runs:
        if run_id not in removed_runs:
            used |= store.used_by(run_id)
    for one in store.files():
        days = (now - one.written_at).days
        if PurePosixPath(one.path).name not in used and days >= max(policy.raw_days, _LEAST_DAYS):
            found.append(
                StoredRemovable("stored file", one.path, one.bytes, "used by no run that is kept")
            )
    return found


def remove(address: str, chosen: Collection[StoredRemovable]) -> int:
    """Remove objects, records of runs first; returns the bytes freed.

    Raises:
        UsageError: the storage does not allow it; the same call goes on where it ended.
    """
    in_order = sorted(chosen, key=lambda one: one.kind != "stored run")
    RawObjects(address).remove(one.path for one in in_order)
    return sum(one.size for one in in_order)


def _used_here(out: Path, removed_runs: Collection[str]) -> set[str]:
    """Hashes of the files of all runs that stay in the folder."""
    return {
        str(file["sha256"])
        for run_id in published_runs.run_ids(out)
        if run_id not in removed_runs
        for source in published_runs.read_manifest(out / run_id)["sources"]
        for file in source["files"]
    }
