"""The frozen references of a scoring version: the peers of its first month, kept for later ones.

A month before the first one that was run has no baseline that was known by then. It freezes its
own, for the months from then until the next baseline.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError
from flows.run.request import inputs
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import Record, Table, WorkFolder
from scoring.normalisation.reference_distribution import Reference

FOLDER = "reference"
#: Below it, what held runs would freeze.
_SET_ASIDE = "held"
#: Rows of a reference that are hashed at a time.
_ROWS_OF_TEXT = 100_000


def choose(prepared: PreparedRun, identity: str) -> dict[str, Any]:
    """Decide what the run is compared with; it is part of the run's identity.

    Args:
        prepared: the request.
        identity: of the request and all bytes read, without the reference.

    Returns:
        mode (own, freezes or frozen), version, sha256 (frozen only), as_of (of the baseline) and
        note (why a baseline is not used or not frozen, or null).
    """
    settings, as_of = prepared.request.settings, prepared.request.as_of
    version = settings.scoring.version
    record: dict[str, Any] = {"mode": "own", "version": version, "as_of": None, "note": None}
    if settings.scoring.reference == "own":
        return record
    known = _baselines(prepared.request.out, version)
    earlier = [one for one in known if one["as_of"] <= as_of.isoformat()]
    freezes = {**record, "mode": "freezes", "as_of": as_of.isoformat()}
    if any(one["frozen_by"] == identity for one in known):
        return freezes
    if not earlier:
        out_of_reach = inputs.outages(prepared)
        if out_of_reach:
            return {**record, "note": _not_frozen(out_of_reach)}
        return freezes | {"note": _next_baseline(known)}
    kept = earlier[-1]
    if kept["title"] == settings.title:
        return {**record, "mode": "frozen", "sha256": kept["sha256"], "as_of": kept["as_of"]}
    note = (
        f"The frozen reference of scoring version {version} is not used: it was frozen from "
        f"another list ({kept['title']}). The list is compared with itself, so its normalised "
        "values are not comparable with other months."
    )
    return {**record, "note": note}


def load(out: Path, version: str, sha256: str) -> Reference:
    """The frozen reference of a version.

    Raises:
        DataRejectedError: it is gone, or not the one that the run was identified with.
    """
    known = [one for one in _baselines(out, version) if one["sha256"] == sha256]
    path = known[0]["path"] if known else _path(out, version)
    if not known or not path.is_file():
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
    """Make the published run a baseline of its scoring version, if it was chosen as one."""
    if choice["mode"] == "freezes":
        frame = prepared.workspace.read_frame(artefacts.REFERENCE)
        _keep_baseline(prepared.request.out, frame, _record(prepared, choice, identity, frame))


def set_aside(prepared: PreparedRun, choice: Mapping[str, Any], identity: str, run_id: str) -> None:
    """Keep what a held run would freeze until it is accepted."""
    if choice["mode"] == "freezes":
        frame = prepared.workspace.read_frame(artefacts.REFERENCE)
        folder = WorkFolder(prepared.request.out / FOLDER / _SET_ASIDE)
        folder.write_frame(Table(f"{run_id}.parquet"), frame)
        folder.write_json(Record(f"{run_id}.json"), _record(prepared, choice, identity, frame))


def freeze_set_aside(out: Path, run_id: str) -> None:
    """Freeze what was kept of a held run, now that it is accepted."""
    folder = WorkFolder(out / FOLDER / _SET_ASIDE)
    if folder.has(f"{run_id}.json"):
        frame = folder.read_frame(Table(f"{run_id}.parquet"))
        _keep_baseline(out, frame, folder.read_json(Record(f"{run_id}.json")))
        folder.delete(f"{run_id}.json")
        folder.delete(f"{run_id}.parquet")


def _record(
    prepared: PreparedRun, choice: Mapping[str, Any], identity: str, frame: pl.DataFrame
) -> dict[str, Any]:
    return {
        "version": str(choice["version"]),
        "sha256": content_hash(frame),
        "as_of": prepared.request.as_of.isoformat(),
        "frozen_by": identity,
        "title": prepared.request.settings.title,
    }


def _keep_baseline(out: Path, frame: pl.DataFrame, record: Mapping[str, Any]) -> None:
    """Write a baseline unless the months from its date have one already; the record comes last."""
    known = _baselines(out, record["version"])
    if any(one["as_of"] <= record["as_of"] for one in known):
        return
    path = _path(out, record["version"], record["as_of"] if known else None)
    WorkFolder(path.parent).write_frame(Table(path.name), frame)
    WorkFolder(path.parent).write_json(Record(path.with_suffix(".json").name), record)


def content_hash(frame: pl.DataFrame) -> str:
    """Hash of what a reference says, whatever wrote the file."""
    digest = hashlib.sha256()
    # The text of a long list takes many times the memory of its values.
    for start in range(0, max(frame.height, 1), _ROWS_OF_TEXT):
        rows = frame.slice(start, _ROWS_OF_TEXT)
        digest.update(rows.write_csv(include_header=start == 0).encode())
    return digest.hexdigest()


def _not_frozen(out_of_reach: Sequence[str]) -> str:
    return (
        f"The reference is not frozen from this run, as {', '.join(out_of_reach)} could not be "
        "read: the first run in which every source is read freezes it. Switch off a source that "
        "is never to be read."
    )


def _next_baseline(known: Sequence[Mapping[str, Any]]) -> str | None:
    if not known:
        return None
    return (
        f"This run is the baseline of the months before {known[0]['as_of']}, where the next "
        "baseline begins: normalised values are comparable up to then."
    )


def _baselines(out: Path, version: str) -> list[dict[str, Any]]:
    """Records of the baselines of a version with the path of each, by as-of date."""
    first = _path(out, version).with_suffix(".json")
    records = [
        {**json.loads(path.read_text("utf-8")), "path": path.with_suffix(".parquet")}
        for path in [first, *first.parent.glob(f"{first.stem}-from-*.json")]
        if path.is_file()
    ]
    return sorted(records, key=lambda record: str(record["as_of"]))


def _path(out: Path, version: str, as_of: str | None = None) -> Path:
    """File of the baseline that was frozen first, or of one for months before it."""
    dated = "" if as_of is None else f"-from-{as_of}"
    return out / FOLDER / f"version-{re.sub(r'[^A-Za-z0-9-]', '_', version)}{dated}.parquet"
