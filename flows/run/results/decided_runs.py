"""Decisions on runs by verbs and the desk: `latest` has a report, and changes are uploaded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from configs.config_errors import UsageError
from flows.run.folders import publication, published_runs, run_states, uploaded_runs
from flows.run.folders.publication_log import Decision
from flows.run.folders.uploaded_runs import Change
from flows.run.results import decisions_in_force, publish_stage
from flows.run.results.published_work import prepared_of
from reports.write import has_documents


@dataclass(frozen=True)
class DecidedRun:
    """A decision, and whether its change was uploaded.

    Attributes:
        decision: as the log has it.
        upload: of the run and of `latest`.
        note: why the run that `latest` names has no report, one sentence; None where it has.
    """

    decision: Decision
    upload: Change
    note: str | None = None


def accept(
    out: Path, run: str, reason: str, by: str | None = None, upload_to: str | None = None
) -> DecidedRun:
    """Publish a held or withdrawn run, with a report if `latest` moves to it; needs the lock.

    Args:
        out: folder of results.
        run: id of the run or its beginning.
        reason: why.
        by: who decides.
        upload_to: where changes are uploaded; None for the address in the manifest of the run.

    Raises:
        UsageError: as `run_states.accept` raises it, or the report cannot be written.
    """
    folder = published_runs.run_folder(out, run)
    last = publication.latest_as_of(out)
    state = run_states.state_of(out, folder.name)
    becomes_latest = last is None or _as_of(folder) >= last
    is_new = becomes_latest and state != run_states.PUBLISHED and _write_report(out, folder.name)
    decision = run_states.accept(out, folder.name, reason, by)
    return _decided(out, decision, upload_to, is_new=is_new)


def name_latest(out: Path, run: str, reason: str, by: str | None = None) -> DecidedRun:
    """Point `latest` at a published run, which gets a report; needs the lock.

    Raises:
        UsageError: as `run_states.name_latest` raises it, or the report cannot be written.
    """
    folder = published_runs.run_folder(out, run)
    is_published = run_states.state_of(out, folder.name) == run_states.PUBLISHED
    is_new = is_published and _write_report(out, folder.name)
    decision = run_states.name_latest(out, folder.name, reason, by)
    return _decided(out, decision, None, is_new=is_new)


def withdraw(out: Path, run: str, reason: str, by: str | None = None) -> DecidedRun:
    """Withdraw a run; the one that `latest` moves back to gets a report; needs the lock.

    Raises:
        UsageError: as `run_states.withdraw` raises it.
    """
    folder = published_runs.run_folder(out, run)
    note, is_new = None, False
    if publication.latest_run(out) == folder.name:
        before = run_states.last_published(out, _as_of(folder), without=folder.name)
        try:
            if before is not None:
                is_new = _write_report(out, before)
        except UsageError as error:
            # A run that is not to be used is withdrawn all the same.
            note = str(error)
    decision = run_states.withdraw(out, folder.name, reason, by)
    return replace(_decided(out, decision, None, is_new=is_new), note=note)


def _decided(out: Path, decision: Decision, upload_to: str | None, *, is_new: bool) -> DecidedRun:
    if is_new:
        # A month that was filled in shows the decisions of its time alone.
        decisions_in_force.bring_into_force(out)
    return DecidedRun(decision, uploaded_runs.upload_change(out, decision.run_id, upload_to))


def _write_report(out: Path, run_id: str) -> bool:
    """Write the report and the workbook of a month that was filled in without them.

    Returns:
        Whether there was none before.

    Raises:
        UsageError: what it was computed from is gone.
    """
    folder = out / run_id
    if has_documents(folder):
        return False
    record = published_runs.read_manifest(folder)
    prepared = prepared_of(out, record, str(record["config"].get("language", "en")))
    if prepared is None:
        raise UsageError(
            f"{run_id}: this month was filled in without a report, and its work folder is gone or "
            f"of another version; run the list with --as-of {record['as_of']}, then repeat the "
            "command"
        )
    publish_stage.rewrite(prepared, record)
    return True


def _as_of(folder: Path) -> dt.date:
    return dt.date.fromisoformat(str(published_runs.read_manifest(folder)["as_of"]))
