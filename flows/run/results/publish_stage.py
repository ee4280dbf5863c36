"""The publishing stage: outputs under the run's id, then `latest` unless the guard holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from configs import machine_memory
from flows.run.decisions import decision_tables
from flows.run.folders import (
    publication,
    publication_log,
    published_runs,
    readers_snapshot,
    run_states,
    uploaded_runs,
)
from flows.run.folders.leftovers import FINISHED
from flows.run.folders.publish_guard import Finding, RunFacts, findings
from flows.run.folders.run_states import HELD, NOTHING_RANKED, PUBLISHED, WITHDRAWN
from flows.run.history import reference_store
from flows.run.results import outputs
from flows.run.results.unchanged import is_unchanged, note_finished
from flows.run.sources import stored_raw_files
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, Published
from reports.tables.rejections import rejected_of_list
from reports.write import has_documents, write_outputs
from sql.warehouse import Warehouse

_NOBODY = "No supplier is ranked: every one is below the minimum evidence"


def publish(prepared: PreparedRun) -> Published:
    """Write the outputs aside and give them their name; `latest` moves last, if at all.

    Raises:
        DataRejectedError: the run is below the configured minimum, or its estimated weights
            were not accepted; nothing is published.
        UsageError: the raw store does not take the files of the run; nothing is published.
    """
    request, workspace = prepared.request, prepared.workspace
    measured = workspace.read_json(artefacts.MEASURED)
    scored = workspace.read_json(artefacts.SCORED)
    run_id = str(measured["run_id"])
    target = request.out / run_id
    earlier = run_states.as_decided(request.out, target) if _is_whole(target) else None
    is_kept = earlier is not None and not request.force
    if earlier is not None and is_kept:
        record: Mapping[str, Any] = in_language(earlier, request.settings.language)
        stored_raw_files.keep(prepared, run_id)
        if not decision_tables.are_shown(request.out, record):
            record = decision_tables.with_decisions(prepared, record)
        lacks_documents = request.writes_documents and not has_documents(target)
        if record != earlier or lacks_documents:
            _write(prepared, record)
    else:
        fresh = outputs.manifest_of(prepared)
        outputs.reject_below_minimum(prepared, fresh)
        stored_raw_files.keep(prepared, run_id)
        record = _with_state(prepared, fresh, earlier)
        _write(prepared, record)
    run_states.mark_folder(request.out, target, record)
    state = str(record["result"])
    base = measured["identity_without_reference"]
    if state == PUBLISHED:
        reference_store.freeze(prepared, measured["reference"], base)
    elif state == HELD:
        reference_store.set_aside(prepared, measured["reference"], base, run_id)
    note, named = None, publication.latest_run(request.out)
    unchanged = is_unchanged(prepared) and record == earlier
    if request.moves_latest:
        note = move_latest(request.out, run_id)
        has_moved = publication.latest_run(request.out) != named
        if has_moved or not unchanged or not readers_snapshot.is_written(request.out):
            readers_snapshot.write_snapshot(request.out)
    if not unchanged:
        with Warehouse(request.out / "warehouse.duckdb") as warehouse:
            warehouse.finish_run(run_id, state, dt.datetime.now(dt.UTC), record)
    note_finished(prepared, run_id)
    upload_fault = _upload(prepared, run_id, state)
    rejected = workspace.read_frame(artefacts.REJECTED_ROWS)
    of_list = rejected_of_list(rejected)
    # The next run of this request asks the sources again: only an unfinished one goes on.
    workspace.delete_all(artefacts.PULL_FOLDER)
    return Published(
        run_id=run_id,
        folder=target,
        report=target / "report.html",
        ranked=scored["ranked"],
        insufficient=scored["insufficient"],
        rejected=of_list,
        rejected_of_sources=rejected.height - of_list,
        facts=tuple(record.get("facts", ())),
        warnings=tuple(record["warnings"]),
        already_published=is_kept,
        is_latest=publication.latest_run(request.out) == run_id,
        state=state,
        attention=run_states.attention(request.out, record) or upload_fault,
        latest_note=note,
    )


def _upload(prepared: PreparedRun, run_id: str, state: str) -> str | None:
    """Upload the run where the settings ask for it; what went wrong, in one sentence.

    The run is published here whatever the storage does.
    """
    upload_to = prepared.request.settings.publish.upload_to
    if upload_to is None or state != PUBLISHED:
        return None
    return uploaded_runs.upload_change(prepared.request.out, run_id, upload_to).fault


def in_language(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The manifest of a run whose outputs are in this language; nothing else differs."""
    return {**record, "config": {**record["config"], "language": language}}


def rewrite(prepared: PreparedRun, record: Mapping[str, Any]) -> None:
    """Write the outputs of a published run again, in the language of the request.

    Args:
        prepared: its request, whose work folder holds what its stages left.
        record: its manifest, with the state that it is in.
    """
    _write(prepared, in_language(record, prepared.request.settings.language))


def _write(prepared: PreparedRun, record: Mapping[str, Any]) -> None:
    """Write all outputs aside, then give them the run's name in one step."""
    out = prepared.request.out
    machine_memory.give_back()
    has_readers = prepared.request.writes_documents or has_documents(out / str(record["run_id"]))
    finished = prepared.workspace.empty_folder(FINISHED)
    write_outputs(outputs.bundle_of(prepared, record), finished, with_documents=has_readers)
    machine_memory.give_back()
    run_states.mark_folder(out, finished, record)
    publication.publish_atomically(finished, out, str(record["run_id"]))


def _with_state(
    prepared: PreparedRun, record: dict[str, Any], earlier: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The manifest with the run's state: what a person decided, what it had, or the guard's."""
    out, run_id = prepared.request.out, str(record["run_id"])
    decision = publication_log.last_on(out, run_id)
    before = _compared_with(prepared, run_id)
    scores = prepared.workspace.read_frame(artefacts.SCORES)
    found = [] if before is None else _findings(prepared, record, scores, before)
    if not found and scores["rank"].is_null().all():
        found = [Finding("nothing_ranked", _NOBODY)]
    if decision is not None:
        state = PUBLISHED if decision.decision == "accept" else WITHDRAWN
    elif earlier is not None:
        state = str(earlier["result"])
    elif found:
        # Without a run that ranks anybody there is nothing that `latest` could stay at.
        state = HELD if before is not None and before.ranked.height else NOTHING_RANKED
    else:
        state = PUBLISHED
    return {
        **record,
        "result": state,
        "publication": {
            "compared_with": None if before is None else before.run_id,
            "findings": [{"rule": one.rule, "sentence": one.sentence} for one in found],
        },
        "warnings": [*(f"{one.sentence}." for one in found), *record["warnings"]],
    }


def _findings(
    prepared: PreparedRun, record: Mapping[str, Any], scores: pl.DataFrame, before: RunFacts
) -> list[Finding]:
    return findings(RunFacts(record, scores), before, prepared.request.settings.publish.hold)


def _compared_with(prepared: PreparedRun, run_id: str) -> RunFacts | None:
    """The run of `latest`; for a past month, or where it is gone, the last month before it."""
    out, as_of = prepared.request.out, prepared.request.as_of
    latest = publication.latest_run(out)
    day = publication.latest_as_of(out)
    stands_elsewhere = latest is None or day is None or latest == run_id or day > as_of
    if stands_elsewhere or not prepared.request.moves_latest:
        latest = run_states.last_published(out, as_of, without=run_id)
    if latest is None:
        return None
    folder = out / latest
    scores = published_runs.read_ranked(folder)
    return RunFacts(published_runs.read_manifest(folder), scores)


def move_latest(out: Path, run_id: str) -> str | None:
    """Move `latest` where the run's state allows it; why it stays, if it does."""
    manifest = published_runs.read_manifest(out / run_id)
    state, as_of = str(manifest["result"]), dt.date.fromisoformat(manifest["as_of"])
    named = publication.latest_run(out)
    if named == run_id or state in (HELD, WITHDRAWN):
        return None
    if state == NOTHING_RANKED and named and run_states.state_of(out, named) != NOTHING_RANKED:
        return None
    decision = publication_log.moved_away_from(out, run_id)
    if decision is not None and named is not None:
        return (
            f"`latest` stays at {named}: {decision.by} moved it there on {decision.at[:10]}. "
            f"`understory latest {run_id}` moves it to this run"
        )
    if publication.move_latest(out, run_id, as_of):
        return None
    return f"`latest` still points to {named}, which stands on a later month"


def _is_whole(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()
