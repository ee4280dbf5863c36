"""The ledger of runs, for people: every run ever started, or those that were published."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.run.folders import folder_lock, published_runs
from flows.run.folders.folder_lock import Holder
from flows.run.folders.publication import latest_run
from flows.run.folders.run_states import HELD, NOTHING_RANKED, PUBLISHED, WITHDRAWN
from sql.warehouse import Warehouse, WarehouseError

#: Results of runs that did not get to their end: one goes on, and the process of one is gone.
RUNNING, CRASHED = "running", "crashed"
#: Results of runs that have a folder.
_WRITTEN = (PUBLISHED, HELD, NOTHING_RANKED, WITHDRAWN)


@contextmanager
def log_run_outcome(out: Path, run_id: str) -> Iterator[None]:
    """Write into the ledger how a run ended that does not get to its end.

    Rejected where a user can correct it, failed where the fault is ours, interrupted where someone
    stopped it. A run that was killed keeps `running`: no one was there to write.
    """
    try:
        yield
    except WarehouseError:
        # The ledger itself is out of reach.
        raise
    except BaseException as error:
        with Warehouse(out / "warehouse.duckdb") as warehouse:
            warehouse.stop_run(run_id, folder_lock.result_of(error), dt.datetime.now(dt.UTC))
        raise


def read(out: Path, log: logging.Logger) -> list[dict[str, Any]]:
    """Runs of a folder, the newest as-of date first.

    Where the warehouse cannot be opened, as while a run is going on, the published runs are read
    from their manifests.

    Returns:
        run_id, as_of, started_at, finished_at, result, is_latest; dates and times as text. A run
        that goes on is `running`; the last one is `crashed` if its process was killed; one that
        ended before it was published is `unfinished`. The same command resumes both. Before its
        signals are computed a run has no id. A run whose folder is gone is `deleted`.
    """
    states = {
        run_id: str(published_runs.read_manifest(out / run_id)["result"])
        for run_id in published_runs.run_ids(out)
    }
    latest = latest_run(out)
    try:
        records = _from_warehouse(out / "warehouse.duckdb")
    except WarehouseError as error:
        log.info("%s; these are the published runs", error)
        records = [_from_manifest(out / run_id) for run_id in published_runs.run_ids(out)]
    holder = folder_lock.holder(out)
    present = None if holder is None else _of_holder(records, holder)
    if holder is not None and present is None:
        present = _without_id(holder)
        records.append(present)
    newest_first = sorted(
        records, key=lambda r: (r["as_of"] or "9999", r["started_at"]), reverse=True
    )
    is_running = holder is not None and holder.is_alive
    return [
        {
            **record,
            "result": _of_present(record, is_running, present)
            or states.get(record["run_id"])
            or _without_folder(record),
            "is_latest": record["run_id"] == latest and latest is not None,
        }
        for record in newest_first
    ]


def _of_present(
    record: dict[str, Any], is_running: bool, present: dict[str, Any] | None
) -> str | None:
    """Result of the run that has the folder, or that was killed while it had it."""
    if record is not present:
        return None
    if is_running:
        return RUNNING
    return CRASHED if record["result"] == "running" else None


def _of_holder(records: list[dict[str, Any]], holder: Holder) -> dict[str, Any] | None:
    """The line of the run that has the folder, or had it when it was killed."""
    since = holder.since.isoformat(timespec="seconds")
    begun = [
        one
        for one in records
        if one["started_at"] >= since
        and (holder.as_of is None or one["as_of"] == holder.as_of.isoformat())
    ]
    return max(begun, key=lambda one: str(one["started_at"]), default=None)


def _without_id(holder: Holder) -> dict[str, Any]:
    return {
        "run_id": None,
        "as_of": None if holder.as_of is None else holder.as_of.isoformat(),
        "started_at": holder.since.isoformat(timespec="seconds"),
        "finished_at": None,
        "result": holder.result or "running",
    }


def _without_folder(record: dict[str, Any]) -> str:
    """Result of a run that has no folder: it never got that far, or the folder was deleted."""
    result = str(record["result"])
    named = {"running": "unfinished", "refused": "rejected"}
    return named.get(result, "deleted" if result in _WRITTEN else result)


def _from_warehouse(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with Warehouse(path, patience_seconds=0) as warehouse:
        rows = warehouse.read("runs").to_dicts()
    return [
        {
            "run_id": row["run_id"],
            "as_of": row["as_of"].isoformat(),
            "started_at": row["started_at"].isoformat(timespec="seconds"),
            "finished_at": row["finished_at"] and row["finished_at"].isoformat(timespec="seconds"),
            "result": row["result"],
        }
        for row in rows
    ]


def _from_manifest(folder: Path) -> dict[str, Any]:
    manifest = published_runs.read_manifest(folder)
    keys = ("run_id", "as_of", "started_at", "finished_at", "result")
    return {key: manifest[key] for key in keys}
