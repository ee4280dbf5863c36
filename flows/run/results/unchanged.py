"""Whether a request is as its last finished run left it: then nothing is computed again.

The list is read and every source is asked as ever. What follows is a function of what they gave, of
the code, and of the earlier runs that a month is compared with.
"""

from __future__ import annotations

import json
import logging

from flows.run.folders import published_runs
from flows.run.history import reference_store
from flows.run.identity.run_identity import hash_of, identity_of
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.stage_types import PreparedRun
from sql.warehouse import Warehouse

log = logging.getLogger("understory")

#: What the stages after measuring read again.
_NEEDED = (
    artefacts.MEASURED,
    artefacts.SCORED,
    artefacts.SCORES,
    artefacts.REJECTED_ROWS,
)


def note_finished(prepared: PreparedRun, run_id: str) -> None:
    """Record, while the sources' answers are there, what a finished run depended on."""
    record = {"run_id": run_id, "fingerprint": _fingerprint(prepared)}
    prepared.workspace.write_json(artefacts.FINISHED_RUN, record)


def look_for_changes(prepared: PreparedRun) -> bool:
    """Whether nothing has changed since the run of this request was finished.

    The later stages of the same run ask `is_unchanged`, which remembers the answer.
    """
    workspace = prepared.workspace
    workspace.delete(artefacts.UNCHANGED)
    if not workspace.has(artefacts.FINISHED_RUN) or not all(map(workspace.has, _NEEDED)):
        return False
    finished = workspace.read_json(artefacts.FINISHED_RUN)
    run_id, out = str(finished["run_id"]), prepared.request.out
    if finished["fingerprint"] != _fingerprint(prepared) or not _is_kept(prepared, run_id):
        return False
    workspace.write_json(artefacts.UNCHANGED, {"started_at": prepared.started_at.isoformat()})
    log.info(
        "Nothing has changed since run %s was finished in %s: same list, configuration, files of "
        "the sources and code. Nothing is computed again; --force does",
        run_id,
        out,
    )
    return True


def is_unchanged(prepared: PreparedRun) -> bool:
    """Whether `look_for_changes` found none in this run."""
    workspace = prepared.workspace
    if not workspace.has(artefacts.UNCHANGED):
        return False
    found = workspace.read_json(artefacts.UNCHANGED)["started_at"]
    return bool(found == prepared.started_at.isoformat())


def _is_kept(prepared: PreparedRun, run_id: str) -> bool:
    """Whether the run's folder is whole and its values are in the warehouse."""
    out = prepared.request.out
    path = out / "warehouse.duckdb"
    if not (out / run_id / "manifest.json").is_file() or not path.is_file():
        return False
    with Warehouse(path) as warehouse:
        return warehouse.has_run("signal_values", run_id) and warehouse.has_run("scores", run_id)


def _fingerprint(prepared: PreparedRun) -> str:
    """Hash of all that the stages from measuring on depend on."""
    workspace, identity = prepared.workspace, identity_of(prepared)
    sources = {
        source_id: [
            workspace.read_json(record) if workspace.has(record) else None
            for record in (artefacts.outage(source_id), artefacts.staged(source_id))
        ]
        for source_id in prepared.source_ids
    }
    reference = reference_store.choose(prepared, identity)
    return hash_of(
        code_version(),
        identity,
        json.dumps([sources, reference, _earlier_runs(prepared)], sort_keys=True, default=str),
    )


def _earlier_runs(prepared: PreparedRun) -> list[tuple[str, str]]:
    """Runs of earlier months with their states: this one is compared with them."""
    out, own = prepared.request.out, prepared.request.as_of.isoformat()
    found = []
    for run_id in published_runs.run_ids(out):
        manifest = published_runs.read_manifest(out / run_id)
        if str(manifest["as_of"]) < own:
            found.append((run_id, str(manifest["result"])))
    return sorted(found)
