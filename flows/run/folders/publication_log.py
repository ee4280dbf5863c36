"""Decisions of people on published runs: accepted, withdrawn, named `latest`; append-only."""

from __future__ import annotations

import datetime as dt
import getpass
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from configs import durable_files
from configs.config_errors import DataRejectedError, UsageError

LOG_FILE = "publication_decisions.jsonl"

Kind = Literal["accept", "withdraw", "latest"]


@dataclass(frozen=True)
class Decision:
    """One line of the log.

    Attributes:
        decision: what was decided.
        run_id: the run it is about.
        reason: in the person's words; empty for `latest` alone.
        by: name of the account, or what was given with --by.
        at: time, ISO 8601 in UTC.
        previous: the run that `latest` named before, None where it named none.
    """

    decision: Kind
    run_id: str
    reason: str
    by: str
    at: str
    previous: str | None


def decided(kind: Kind, run_id: str, reason: str, by: str | None, previous: str | None) -> Decision:
    """A decision of now.

    Raises:
        UsageError: accepting or withdrawing lacks a reason.
    """
    if kind != "latest" and not reason.strip():
        raise UsageError(f"{run_id}: a reason is needed; give one with --reason TEXT")
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Decision(kind, run_id, reason.strip(), by or getpass.getuser(), now, previous)


def add(out: Path, decision: Decision) -> None:
    """Add a line that is on the disk before anything follows from it.

    The end of a line that a failure of the disk has torn is taken away.
    """
    line = json.dumps(asdict(decision), ensure_ascii=False, sort_keys=True) + "\n"
    before = _whole_lines(out / LOG_FILE)
    durable_files.write_text(out / LOG_FILE, "".join(f"{one}\n" for one in before) + line)


def read(out: Path) -> list[Decision]:
    """All decisions, oldest first.

    Raises:
        DataRejectedError: a line is not one that `add` wrote.
    """
    path = out / LOG_FILE
    found = []
    for number, line in enumerate(_whole_lines(path), start=1):
        try:
            found.append(Decision(**json.loads(line)))
        except (json.JSONDecodeError, TypeError) as error:
            raise DataRejectedError(
                f"{path} line {number}: this is no decision; restore the file from a backup"
            ) from error
    return found


def _whole_lines(path: Path) -> list[str]:
    """Lines with their end; one without it was torn, and nothing followed from it."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return text.split("\n")[:-1]


def last_on(out: Path, run_id: str) -> Decision | None:
    """The last acceptance or withdrawal of a run."""
    on_run = [d for d in read(out) if d.run_id == run_id and d.decision != "latest"]
    return on_run[-1] if on_run else None


def moved_away_from(out: Path, run_id: str) -> Decision | None:
    """The decision that took `latest` away from a run, unless it was named again since."""
    about = [d for d in read(out) if d.decision == "latest" and run_id in (d.run_id, d.previous)]
    return about[-1] if about and about[-1].run_id != run_id else None
