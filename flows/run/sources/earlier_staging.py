"""Rows that an earlier month staged from the same, taken over instead of being staged again.

A source that did not ask for the day of the run stages the same rows on any day, as long as its
files, the list, its configuration and the code are the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from flows.run.identity.run_identity import hash_of
from flows.run.sources.watched_context import contents
from flows.run.work import artefacts
from flows.run.work.work_folder import WorkFolder
from signals.conservation import data_through
from signals.source import PullContext, RawFile
from signals.source_limits import Limits


def fingerprint_of_given(
    context: PullContext, files: Sequence[RawFile], limits: Limits
) -> str | None:
    """Hash of all that a source may read when it stages, but the day.

    Args:
        context: of the source.
        files: its raw files.
        limits: within which they are read.

    Returns:
        None where a file is a raster that is read in windows: its bytes are not hashed.
    """
    if any(file.path.startswith("/vsi") for file in files):
        return None
    given = contents(context)
    frames = [_hash_of_frame(given[name]) for name in ("suppliers", "sites")]
    rest = [
        str(given["mirror"]),
        str(given["url"]),
        json.dumps(dict(given["options"]), sort_keys=True, default=str),
        repr(given["thresholds"]),
        repr(limits),
        json.dumps([asdict(file) for file in files], sort_keys=True, default=str),
    ]
    return hash_of(*frames, *rest)


def take_over(
    workspace: WorkFolder, source_id: str, fingerprint: str, given: str, as_of: dt.date
) -> dict[str, Any] | None:
    """Take over the rows that another request of the folder staged from the same.

    Args:
        workspace: of this request.
        source_id: of the source.
        fingerprint: of the code and the files.
        given: of what the source may read.
        as_of: day of this request.

    Returns:
        The record of the source in this request; None where no other request has the rows.
    """
    record = artefacts.staged(source_id)
    others = [path for path in workspace.folder.parent.glob(f"*/{record}") if path.is_file()]
    for path in sorted(others, key=lambda one: one.stat().st_mtime, reverse=True):
        other = WorkFolder(path.parents[1])
        if other.folder == workspace.folder or not other.has(record):
            continue
        content = other.read_json(record)
        same = content["fingerprint"] == fingerprint and content.get("given") == given
        tables = [
            name(source_id, table)
            for table in content["rows"]
            for name in (artefacts.staged_rows, artefacts.staged_rejected)
        ]
        if not same or content["is_dated"] or not all(map(other.has, tables)):
            continue
        for name in tables:
            workspace.share(other, name)
        rows = (workspace.read_frame(artefacts.staged_rows(source_id, t)) for t in content["rows"])
        through = data_through(rows, as_of)
        content["data_through"] = None if through is None else through.isoformat()
        workspace.write_json(record, content)
        return content
    return None


def _hash_of_frame(frame: pl.DataFrame) -> str:
    written = io.BytesIO()
    frame.write_ipc(written)
    return hashlib.sha256(written.getbuffer()).hexdigest()
