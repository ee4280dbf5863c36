"""One run at a time in a folder of results: a second one waits, and says so."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from configs.config_errors import DataRejectedError, UsageError
from flows.run.folders.leftovers import remove_leftovers

log = logging.getLogger("understory")

#: In the folder of results.
LOCK = Path(".work", "run.lock")
#: A run that waits longer than this ends with a sentence.
WAIT_SECONDS = 6 * 3600.0
_LOOK_EVERY_SECONDS = 0.5


@contextmanager
def one_run_at_a_time(
    out: Path,
    wait_seconds: float = WAIT_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the folder for the block; the lock ends with the process, however that ends.

    Args:
        out: folder of the results; made if absent.
        wait_seconds: how long to wait for another run.
        sleep: how to wait.

    Raises:
        UsageError: another run still has the folder.
    """
    path = out / LOCK
    deadline, is_said = time.monotonic() + wait_seconds, False
    while (file := _held(path)) is None:
        other = holder(out)
        who = f"process {other.process if other else 'unknown'}"
        if time.monotonic() > deadline:
            raise UsageError(
                f"{out}: another run ({who}) has used this folder for {wait_seconds:.0f} s; wait "
                "for it or stop it, or name another folder with --out"
            )
        if not is_said:
            log.info("Waiting for another run in %s (%s)", out, who)
            is_said = True
        sleep(_LOOK_EVERY_SECONDS)
    with file:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        _write(file, {"process": os.getpid(), "since": now})
        try:
            remove_leftovers(out)
            yield
        except BaseException as error:
            # On a full disk the error of the run is the one to report.
            with suppress(OSError):
                _note_end(path, file, result_of(error))
            raise
        else:
            file.truncate(0)
        finally:
            _leave_nothing(path)


def result_of(error: BaseException) -> str:
    """How a run ended, as the ledger names it.

    A user can correct the first, the second is a fault of ours, and someone stopped the third.
    """
    if isinstance(error, UsageError | DataRejectedError):
        return "refused"
    return "failed" if isinstance(error, Exception) else "interrupted"


def note_request(out: Path, as_of: dt.date) -> None:
    """Write beside the lock what its holder runs, for `understory runs`; needs the lock."""
    path = out / LOCK
    if holder(out) is not None:
        with path.open("r+", encoding="ascii") as file:
            _write(file, {**json.loads(file.read()), "as_of": as_of.isoformat()})


@dataclass(frozen=True)
class Holder:
    """Who has the folder, or had it when it was killed.

    Attributes:
        process: its number.
        since: start of the run.
        as_of: of the run; None before its list was read.
        is_alive: whether it has the lock still.
        result: how its run ended before it was published; None where it goes on or was killed.
    """

    process: int
    since: dt.datetime
    as_of: dt.date | None
    is_alive: bool
    result: str | None


def holder(out: Path) -> Holder | None:
    """The process that has the folder, or the last one, if its run was not published."""
    path = out / LOCK
    try:
        with path.open(encoding="ascii") as file:
            is_alive = not _is_ours(file)
            record = json.loads(file.read())
    except (OSError, ValueError):
        # No run, or one that got to its end.
        return None
    as_of = record.get("as_of")
    return Holder(
        process=record["process"],
        since=dt.datetime.fromisoformat(record["since"]),
        as_of=None if as_of is None else dt.date.fromisoformat(as_of),
        is_alive=is_alive,
        result=record.get("result"),
    )


def _note_end(path: Path, file: IO[str], result: str) -> None:
    """Leave what a run was that did not get to its end; nothing of another verb."""
    record = json.loads(path.read_text(encoding="ascii"))
    if "as_of" in record:
        _write(file, {**record, "result": result})
    else:
        file.truncate(0)


def _write(file: IO[str], record: Mapping[str, object]) -> None:
    file.seek(0)
    file.truncate(0)
    file.write(json.dumps(record))
    file.flush()


def _held(path: Path) -> IO[str] | None:
    """The lock's file, if nobody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="ascii")
    # A run that left nothing has taken its file away: the lock is on the file that is there.
    with suppress(FileNotFoundError):
        if _is_ours(file) and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
            return file
    file.close()
    return None


def _leave_nothing(path: Path) -> None:
    """Remove a folder in which a rejected run has written nothing but the lock."""
    if [entry.name for entry in path.parent.iterdir()] == [path.name]:
        path.unlink()
        # Another run may have come in between, or other files may lie there.
        with suppress(OSError):
            path.parent.rmdir()
            path.parents[1].rmdir()


def _is_ours(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
