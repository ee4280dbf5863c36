"""Processes that end with the one that started them, and signals that ask for the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from flows.orchestration import ends_with_parent

_GRACE_SECONDS = 15.0


class StopAskedError(BaseException):
    """Ctrl-C or SIGTERM reached us; no library's `except Exception` may swallow it."""


def tied(module: str, *arguments: str) -> list[str]:
    """A module as a program that ends with this one, even if this one is killed."""
    return [sys.executable, "-m", ends_with_parent.__name__, module, *arguments]


@contextmanager
def child(
    command: list[str], environment: Mapping[str, str], log_file: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; the whole group ends with the context."""
    with ExitStack() as files:
        output: IO[bytes] = (
            files.enter_context(log_file.open("ab")) if log_file else sys.stderr.buffer
        )
        child = subprocess.Popen(
            command,
            env={**environment, ends_with_parent.PARENT_VARIABLE: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            end_group(child)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, and end it when it does not."""
    for sign, seconds in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, _GRACE_SECONDS)):
        if not _signal_group(child.pid, sign):
            break
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            child.poll()
            if not _signal_group(child.pid, 0):
                break
            time.sleep(0.1)
    child.wait()


def _signal_group(group: int, sign: int) -> bool:
    """Signal a process group; False when no one is left in it."""
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into `StopAskedError`; further ones wait until all is stopped."""
    is_asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal is_asked
        if not is_asked:
            is_asked = True
            raise StopAskedError

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
