"""One run at a time in a folder of results: a second one waits, and says so."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from configs.config_errors import UsageError

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
    folder = out / ".work"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+", encoding="ascii") as file:
        _wait_for(file, out, wait_seconds, sleep)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _wait_for(
    file: IO[str], out: Path, wait_seconds: float, sleep: Callable[[float], None]
) -> None:
    deadline, is_said = time.monotonic() + wait_seconds, False
    while not _is_ours(file):
        file.seek(0)
        who = f"process {file.read().strip() or 'unknown'}"
        if time.monotonic() > deadline:
            raise UsageError(
                f"{out}: another run ({who}) has used this folder for {wait_seconds:.0f} s; wait "
                "for it or stop it, or name another folder with --out"
            )
        if not is_said:
            log.info("Waiting for another run in %s (%s)", out, who)
            is_said = True
        sleep(_LOOK_EVERY_SECONDS)


def _is_ours(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
