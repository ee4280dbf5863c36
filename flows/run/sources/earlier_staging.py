"""Rows that an earlier month staged from the same, taken over instead of being staged again.

A source that did not ask for the day of the run stages the same rows on any day, as long as its
files, the list, its configuration and the code are the same. One that stages by month is shown the
months of an earlier run with the same list, configuration and code, whatever its files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from flows.run.identity.run_identity import hash_of
from flows.run.sources.watched_context import contents
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.work_folder import WorkFolder
from signals.card import SourceCard
from signals.conservation import Settled, data_through
from signals.month_staging import EarlierMonths, FileNote
from signals.source import PullContext, RawFile
from signals.source_limits import Limits


def fingerprint_of_given(setting: str, files: Sequence[RawFile]) -> str | None:
    """Hash of all that a source may read when it stages, but the day.

    Args:
        setting: `fingerprint_of_setting`.
        files: its raw files.

    Returns:
        None where a file is a raster that is read in windows: its bytes are not hashed.
    """
    if any(file.path.startswith("/vsi") for file in files):
        return None
    return hash_of(setting, json.dumps([asdict(f) for f in files], sort_keys=True, default=str))


def fingerprint_of_setting(context: PullContext, limits: Limits) -> str:
    """Hash of the code and all that a source may read when it stages, but the files and the day.

    Args:
        context: of the source.
        limits: within which files are read.
    """
    given = contents(context)
    frames = [_hash_of_frame(given[name]) for name in ("suppliers", "sites")]
    rest = [
        str(given["mirror"]),
        str(given["url"]),
        json.dumps(dict(given["options"]), sort_keys=True, default=str),
        repr(given["thresholds"]),
        repr(limits),
    ]
    return hash_of(code_version(), *frames, *rest)


def take_over(
    workspace: WorkFolder, source_id: str, fingerprint: str, given: str | None, as_of: dt.date
) -> dict[str, Any] | None:
    """Take over the rows that another request of the folder staged from the same.

    Args:
        workspace: of this request.
        source_id: of the source.
        fingerprint: of the code and the files.
        given: of what the source may read; None where that is not known to the byte.
        as_of: day of this request.

    Returns:
        The record of the source in this request; None where no other request has the rows.
    """
    if given is None:
        return None
    record = artefacts.staged(source_id)
    for other in _others(workspace, source_id):
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


def earlier_months(workspace: WorkFolder, card: SourceCard, setting: str) -> EarlierMonths | None:
    """What another request of the folder staged by month, with the same list and code.

    Args:
        workspace: of this request.
        card: of the source.
        setting: `fingerprint_of_setting`.
    """
    if not card.rows_by_month:
        return None
    for other in _others(workspace, card.id):
        content = other.read_json(artefacts.staged(card.id))
        by_month = content.get("by_month")
        if by_month is None or by_month["setting"] != setting:
            continue
        (table,) = content["rows"]
        rows = artefacts.staged_rows(card.id, table)
        if other.has(rows):
            notes = tuple(map(FileNote.of_record, by_month["files"]))
            day = dt.date.fromisoformat(by_month["as_of"])
            return EarlierMonths(day, notes, other.folder / rows)
    return None


def months_record(settled: Settled, setting: str, as_of: dt.date) -> dict[str, Any]:
    """What `earlier_months` reads."""
    files = [note.record() for one in settled.tables for note in one.notes]
    return {"setting": setting, "as_of": as_of.isoformat(), "files": files}


def _others(workspace: WorkFolder, source_id: str) -> Iterator[WorkFolder]:
    """Other requests of the folder that staged a source, the newest first."""
    record = artefacts.staged(source_id)
    paths = [path for path in workspace.folder.parent.glob(f"*/{record}") if path.is_file()]
    for path in sorted(paths, key=lambda one: one.stat().st_mtime, reverse=True):
        other = WorkFolder(path.parents[1])
        if other.folder != workspace.folder and other.has(record):
            yield other


def _hash_of_frame(frame: pl.DataFrame) -> str:
    written = io.BytesIO()
    frame.write_ipc(written)
    return hashlib.sha256(written.getbuffer()).hexdigest()
