"""What a run's result depends on, as hashes."""

from __future__ import annotations

import hashlib

from flows.run.identity import identity_result
from flows.run.request import inputs
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun


def identity_of(prepared: PreparedRun) -> str:
    """Hash of the request and of every byte read: equal identity, equal ranked list."""
    workspace = prepared.workspace
    parts = [prepared.request_key, *identity_result.identity_part(workspace)]
    for source_id in prepared.source_ids:
        if workspace.has(artefacts.outage(source_id)):
            parts.append(f"{source_id}:none")
            continue
        files = inputs.raw_files(workspace.read_json(artefacts.pulled(source_id)))
        parts += sorted(f"{source_id}:{file.key}:{file.sha256}" for file in files)
    return hash_of(*parts)


def hash_of(*parts: str) -> str:
    """SHA-256 of texts in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
