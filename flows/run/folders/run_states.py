"""The state of a published run: accepting, withdrawing, and naming `latest` by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from configs import durable_files
from configs.config_errors import UsageError
from flows.run.folders import publication, publication_log, published_runs, readers_snapshot
from flows.run.folders.publication_log import Decision, decided
from flows.run.history import reference_store
from flows.run.work.work_folder import Record, WorkFolder
from sql.warehouse import Warehouse

PUBLISHED, HELD, NOTHING_RANKED, WITHDRAWN = "published", "held", "nothing_ranked", "withdrawn"

#: In the folder of a run that is not to be used, for whoever opens the folder.
_NOTICES = {HELD: "HELD.txt", WITHDRAWN: "WITHDRAWN.txt"}


def state_of(out: Path, run_id: str) -> str:
    """State of a run whose folder is there."""
    return str(published_runs.read_manifest(out / run_id)["result"])


def last_published(out: Path, until: dt.date, without: str | None = None) -> str | None:
    """The published run of the latest as-of date up to a day; of a month run twice the later."""
    found = []
    for run_id in published_runs.run_ids(out):
        manifest = published_runs.read_manifest(out / run_id)
        day = dt.date.fromisoformat(manifest["as_of"])
        if manifest["result"] == PUBLISHED and day <= until and run_id != without:
            found.append((day, str(manifest["finished_at"]), run_id))
    return max(found)[2] if found else None


def attention(out: Path, record: Mapping[str, Any]) -> str | None:
    """One sentence on a run that did not become a usual publication; None for one that did."""
    run_id, state = record["run_id"], record["result"]
    named = publication.latest_run(out)
    stays = f"`latest` stays at {named}" if named else "no run is `latest`"
    accept = f"understory publish --accept {run_id} --reason TEXT --out {out}"
    if state == HELD:
        why = "; ".join(one["sentence"] for one in record["publication"]["findings"])
        return f"run {run_id} is held and {stays}: {why}. If the run is right: {accept}"
    if state == WITHDRAWN:
        decision = publication_log.last_on(out, str(run_id))
        reason = f" ({decision.reason})" if decision else ""
        return f"run {run_id} was withdrawn{reason}; {stays}. To publish it after all: {accept}"
    if state == NOTHING_RANKED:
        return (
            f"run {run_id} ranks no supplier: every one is below the minimum evidence; "
            "insufficient_information.csv names the lowest-cost data gap of each"
        )
    return None


def accept(out: Path, run: str, reason: str, by: str | None = None) -> Decision:
    """Publish a held or withdrawn run; `latest` moves to it unless it names a later month.

    Raises:
        UsageError: no such run, no reason, or the run is neither held nor withdrawn.
    """
    folder = published_runs.run_folder(out, run)
    state = state_of(out, folder.name)
    known = publication_log.last_on(out, folder.name)
    is_unfinished = known is not None and known.decision == "accept"
    if state not in _NOTICES and not is_unfinished:
        raise UsageError(
            f"{folder.name}: this run is {state.replace('_', ' ')}; only a held or withdrawn run "
            "is accepted"
        )
    decision = decided("accept", folder.name, reason, by, publication.latest_run(out))
    publication_log.add(out, decision)
    record = _set_state(out, folder, PUBLISHED)
    reference_store.freeze_set_aside(out, folder.name)
    publication.move_latest(out, folder.name, dt.date.fromisoformat(record["as_of"]))
    _write_ledger(out, record)
    readers_snapshot.write_snapshot(out)
    return decision


def withdraw(out: Path, run: str, reason: str, by: str | None = None) -> Decision:
    """Mark a run as not to be used; `latest` moves back from it to the last published month.

    Raises:
        UsageError: no such run, no reason, or it is withdrawn already.
    """
    folder = published_runs.run_folder(out, run)
    if state_of(out, folder.name) == WITHDRAWN:
        raise UsageError(f"{folder.name}: this run is withdrawn already")
    decision = decided("withdraw", folder.name, reason, by, publication.latest_run(out))
    publication_log.add(out, decision)
    # Killed in between, `latest` never names a withdrawn run, and the same command goes on.
    if publication.latest_run(out) == folder.name:
        as_of = dt.date.fromisoformat(published_runs.read_manifest(folder)["as_of"])
        publication.point_latest(out, last_published(out, as_of, without=folder.name))
    record = _set_state(out, folder, WITHDRAWN)
    _write_ledger(out, record)
    readers_snapshot.write_snapshot(out)
    return decision


def name_latest(out: Path, run: str, reason: str, by: str | None = None) -> Decision:
    """Point `latest` at a run, also at an earlier month; runs made again leave it there.

    Raises:
        UsageError: no such run, or it is held or withdrawn.
    """
    folder = published_runs.run_folder(out, run)
    state = state_of(out, folder.name)
    if state != PUBLISHED:
        raise UsageError(
            f"{folder.name}: this run is {state.replace('_', ' ')}; `latest` names published runs "
            "only, and `understory runs` lists them"
        )
    decision = decided("latest", folder.name, reason, by, publication.latest_run(out))
    publication_log.add(out, decision)
    publication.point_latest(out, folder.name)
    readers_snapshot.write_snapshot(out)
    return decision


def mark_folder(out: Path, folder: Path, record: Mapping[str, Any]) -> None:
    """Put the notice of the run's state into its folder, and take away one of another state."""
    for state, name in _NOTICES.items():
        notice = folder / name
        if record["result"] == state:
            durable_files.write_text(notice, f"{attention(out, record)}\n")
        else:
            notice.unlink(missing_ok=True)


def as_decided(out: Path, folder: Path) -> dict[str, Any]:
    """The manifest of a run, in the state last decided, which a killed verb may not have set."""
    record = published_runs.read_manifest(folder)
    decision = publication_log.last_on(out, folder.name)
    if decision is None:
        return record
    state = PUBLISHED if decision.decision == "accept" else WITHDRAWN
    return record if record["result"] == state else _set_state(out, folder, state)


def _set_state(out: Path, folder: Path, state: str) -> dict[str, Any]:
    record = {**published_runs.read_manifest(folder), "result": state}
    WorkFolder(folder).write_json(Record("manifest.json"), record)
    mark_folder(out, folder, record)
    return record


def _write_ledger(out: Path, record: Mapping[str, Any]) -> None:
    finished = dt.datetime.fromisoformat(str(record["finished_at"]))
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.finish_run(str(record["run_id"]), str(record["result"]), finished, record)
