"""One run at a time in a folder of results: a second one waits, and says so."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from configs.config_errors import UsageError
from flows.run.leftovers import remove_leftovers

log = logging.getLogger("understory")

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
    path = out / ".work" / "run.lock"
    deadline, is_said = time.monotonic() + wait_seconds, False
    while (file := _held(path)) is None:
        who = f"process {_holder(path)}"
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
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            remove_leftovers(out)
            yield
        finally:
            _leave_nothing(path)


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


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        return "unknown"


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
