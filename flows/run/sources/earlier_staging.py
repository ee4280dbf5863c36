"""Rows that an earlier month staged from the same, taken over instead of being staged again.

A source that did not ask for the day of the run stages the same rows on any day, as long as its
files, its configuration, the code and what it asked of the list are the same: the suppliers, the
sites, both or neither. One that stages by month is shown the months of an earlier run with the same
but for the files.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.run.identity.run_identity import hash_of
from flows.run.sources.watched_context import OF_THE_LIST, contents
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.work_folder import WorkFolder
from signals.card import SourceCard
from signals.conservation import Settled, data_through
from signals.month_staging import EarlierMonths, FileNote
from signals.source import PullContext, RawFile
from signals.source_limits import Limits


@dataclass(frozen=True)
class Given:
    """Hashes of all that a source may read when it stages, but the day.

    Attributes:
        setting: of the code and the configuration.
        files: of its raw files; None where one is a raster that is read in windows: its bytes are
            not hashed.
        listed: of suppliers and sites.
    """

    setting: str
    files: str | None
    listed: Mapping[str, str]

    def record(self, asked: Collection[str]) -> dict[str, Any]:
        """For the record of a source that asked for these fields of its context."""
        listed = {name: of for name, of in self.listed.items() if name in asked}
        return {"setting": self.setting, "files": self.files, "listed": listed}

    def is_given(self, record: Mapping[str, Any], *, whatever_files: bool = False) -> bool:
        """Whether a recorded source was given the same, as far as it asked."""
        return (
            record["setting"] == self.setting
            and (whatever_files or (self.files is not None and record["files"] == self.files))
            and all(self.listed[name] == of for name, of in record["listed"].items())
        )


def given_of(context: PullContext, limits: Limits, files: Sequence[RawFile]) -> Given:
    """What a source is given.

    Args:
        context: of the source.
        limits: within which files are read.
        files: its raw files.
    """
    given = contents(context)
    rest = [
        str(given["mirror"]),
        str(given["url"]),
        json.dumps(dict(given["options"]), sort_keys=True, default=str),
        repr(given["thresholds"]),
        repr(limits),
    ]
    in_windows = any(file.path.startswith("/vsi") for file in files)
    of_files = json.dumps([asdict(file) for file in files], sort_keys=True, default=str)
    return Given(
        hash_of(code_version(), *rest),
        None if in_windows else hash_of(of_files),
        {name: hash_of_frame(given[name]) for name in sorted(OF_THE_LIST)},
    )


def take_over(
    workspace: WorkFolder, source_id: str, fingerprint: str, given: Given, as_of: dt.date
) -> dict[str, Any] | None:
    """Take over the rows that another request of the folder staged from the same.

    Args:
        workspace: of this request.
        source_id: of the source.
        fingerprint: of the code and the files.
        given: what the source may read.
        as_of: day of this request.

    Returns:
        The record of the source in this request; None where no other request has the rows.
    """
    record = artefacts.staged(source_id)
    for other in _others(workspace, source_id):
        content = other.read_json(record)
        kept = content["given"]
        same = content["fingerprint"] == fingerprint and kept and given.is_given(kept)
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


def earlier_months(workspace: WorkFolder, card: SourceCard, given: Given) -> EarlierMonths | None:
    """What another request of the folder staged by month, from the same but for the files.

    Args:
        workspace: of this request.
        card: of the source.
        given: what the source may read.
    """
    if not card.rows_by_month:
        return None
    for other in _others(workspace, card.id):
        content = other.read_json(artefacts.staged(card.id))
        by_month, kept = content["by_month"], content["given"]
        # Another version may have recorded a text.
        if (
            by_month is None
            or not isinstance(kept, dict)
            or not given.is_given(kept, whatever_files=True)
        ):
            continue
        (table,) = content["rows"]
        rows = artefacts.staged_rows(card.id, table)
        if other.has(rows):
            notes = tuple(map(FileNote.of_record, by_month["files"]))
            day = dt.date.fromisoformat(by_month["as_of"])
            return EarlierMonths(day, notes, other.folder / rows)
    return None


def months_record(settled: Settled, as_of: dt.date) -> dict[str, Any]:
    """What `earlier_months` reads."""
    files = [note.record() for one in settled.tables for note in one.notes]
    return {"as_of": as_of.isoformat(), "files": files}


def _others(workspace: WorkFolder, source_id: str) -> Iterator[WorkFolder]:
    """Other requests of the folder that staged a source, the newest first."""
    record = artefacts.staged(source_id)
    paths = [path for path in workspace.folder.parent.glob(f"*/{record}") if path.is_file()]
    for path in sorted(paths, key=lambda one: one.stat().st_mtime, reverse=True):
        other = WorkFolder(path.parents[1])
        if other.folder != workspace.folder and other.has(record):
            yield other
