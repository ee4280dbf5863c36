"""The frozen reference of a scoring version: the peers of its first month, kept for later ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError
from flows.run import artefacts
from flows.run.stage_types import PreparedRun
from flows.run.workspace import Record, Table, Workspace
from scoring.normalisation.reference_distribution import Reference

FOLDER = "reference"


def choose(prepared: PreparedRun, identity: str) -> dict[str, Any]:
    """Decide what the run is compared with; it is part of the run's identity.

    Args:
        prepared: the request.
        identity: of the request and all bytes read, without the reference.

    Returns:
        mode (own, freezes or frozen), version, sha256 (frozen only), as_of (of the baseline) and
        note (why an existing baseline is not used, or null).
    """
    settings, as_of = prepared.request.settings, prepared.request.as_of
    version = settings.scoring.version
    record: dict[str, Any] = {"mode": "own", "version": version, "as_of": None, "note": None}
    if settings.scoring.reference == "own":
        return record
    kept = _record_of(prepared.request.out, version)
    if kept is None or kept["frozen_by"] == identity:
        return {**record, "mode": "freezes", "as_of": as_of.isoformat()}
    if kept["title"] != settings.title:
        why = f"it was frozen from another list ({kept['title']})"
    elif dt.date.fromisoformat(kept["as_of"]) > as_of:
        why = f"it stands on {kept['as_of']}, which is later than this run"
    else:
        return {**record, "mode": "frozen", "sha256": kept["sha256"], "as_of": kept["as_of"]}
    note = (
        f"The frozen reference of scoring version {version} is not used: {why}. The list is "
        "compared with itself, so its normalised values are not comparable with other months."
    )
    return {**record, "note": note}


def load(out: Path, version: str, sha256: str) -> Reference:
    """The frozen reference of a version.

    Raises:
        DataRejectedError: it is gone, or not the one that the run was identified with.
    """
    path = _path(out, version)
    if not path.is_file():
        raise DataRejectedError(
            f"{path}: the frozen reference is gone; bring it back, or freeze a new one under a new "
            "scoring.version"
        )
    frame = pl.read_parquet(path)
    if content_hash(frame) != sha256:
        raise DataRejectedError(
            f"{path}: the frozen reference was changed; bring back {sha256[:12]}, "
            "or freeze a new one under a new scoring.version"
        )
    return Reference.from_frame(frame)


def keep(prepared: PreparedRun, reference: Reference) -> str:
    """Lay the reference of this run aside until it is published; returns its hash."""
    frame = reference.to_frame()
    prepared.workspace.write_frame(artefacts.REFERENCE, frame)
    return content_hash(frame)


def freeze(prepared: PreparedRun, choice: Mapping[str, Any], identity: str) -> None:
    """Make the published run the baseline of its scoring version, if it is the first."""
    out, version = prepared.request.out, str(choice["version"])
    if choice["mode"] != "freezes" or _record_of(out, version) is not None:
        return
    frame = prepared.workspace.read_frame(artefacts.REFERENCE)
    path = _path(out, version)
    Workspace(path.parent).write_frame(Table(path.name), frame)
    record = {
        "version": version,
        "sha256": content_hash(frame),
        "as_of": prepared.request.as_of.isoformat(),
        "frozen_by": identity,
        "title": prepared.request.settings.title,
    }
    Workspace(path.parent).write_json(Record(path.with_suffix(".json").name), record)


def content_hash(frame: pl.DataFrame) -> str:
    """Hash of what a reference says, whatever wrote the file."""
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()


def _record_of(out: Path, version: str) -> dict[str, Any] | None:
    path = _path(out, version).with_suffix(".json")
    if not path.is_file():
        return None
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def _path(out: Path, version: str) -> Path:
    return out / FOLDER / f"version-{re.sub(r'[^A-Za-z0-9-]', '_', version)}.parquet"
