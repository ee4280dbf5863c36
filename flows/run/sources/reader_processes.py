"""Processes that read files for this one, and may crash, hang or fill the memory instead of it.

One is started when it is first needed, kept for the next order, and ends by itself when nothing
was asked of it for a minute or when this process ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from signals.source_limits import Limits, memory_limit, memory_of

#: A number of bytes before each message.
SIZE = struct.Struct("<Q")
COMMAND = (sys.executable, "-m", "flows.run.sources.reader_process")
_ROOT = Path(__file__).resolve().parents[3]
_START_SECONDS = 120.0
_EVERY_SECONDS = 0.1
_CHUNK_BYTES = 1 << 20
_SAID_BYTES = 4000


class TooSlowError(Exception):
    """An answer took longer than it may."""


class TooLargeError(Exception):
    """The process took more memory than it may."""


class EndedError(Exception):
    """The process ended without an answer.

    Attributes:
        said: the end of what it wrote to its standard error.
    """

    def __init__(self, how: str, said: str) -> None:
        super().__init__(how)
        self.said = said


class _IdleEndedError(Exception):
    """The process had ended before it was asked: nobody had asked it for a while."""


class _ReaderProcess:
    """A process that answers one order after another."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 open as long as the process is
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": path},
        )
        try:
            self._message(time.monotonic() + _START_SECONDS, None)
        except BaseException:
            self.end()
            raise

    def answer_to(self, order: bytes, limits: Limits) -> bytes:
        """Send an order and wait for its answer; the process is of no more use after an error."""
        until = time.monotonic() + limits.stage_seconds
        most = memory_of(self._process.pid) + memory_limit(limits)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(SIZE.pack(len(order)) + order)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        return self._message(until, most)

    def end(self) -> None:
        """End the process and wait for it."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What is left of an order nobody reads.
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()
        self._said.close()

    def _message(self, until: float, most: int | None) -> bytes:
        (size,) = SIZE.unpack(self._read(SIZE.size, until, most))
        return self._read(size, until, most)

    def _read(self, size: int, until: float, most: int | None) -> bytes:
        assert self._process.stdout is not None
        pipe, came = self._process.stdout.fileno(), bytearray()
        while len(came) < size:
            if select.select([pipe], [], [], _EVERY_SECONDS)[0]:
                part = os.read(pipe, min(size - len(came), _CHUNK_BYTES))
                if not part:
                    raise self._ended()
                came += part
            if time.monotonic() > until:
                raise TooSlowError
            if most is not None and memory_of(self._process.pid) > most:
                raise TooLargeError
        return bytes(came)

    def _ended(self) -> Exception:
        code = self._process.wait()
        if code == 0:
            return _IdleEndedError()
        end = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, end - _SAID_BYTES))
        said = self._said.read().decode(errors="replace")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return EndedError(how, said or how)


_idle: list[_ReaderProcess] = []
_lock = threading.Lock()
# A copy of this process must not use the pipes of the original.
os.register_at_fork(after_in_child=_idle.clear)


def answer_to(order: bytes, limits: Limits) -> bytes:
    """The answer of a reader process, started if none is idle.

    Args:
        order: a pickled `flows.run.sources.bounded_staging.StagingOrder`.
        limits: of time and memory.

    Raises:
        TooSlowError, TooLargeError: a limit was reached; the process was ended.
        EndedError: the process ended by itself.
    """
    while True:
        with _lock:
            was_idle = bool(_idle)
            reader = _idle.pop() if was_idle else None
        reader = reader or _ReaderProcess()
        try:
            answer = reader.answer_to(order, limits)
        except _IdleEndedError:
            reader.end()
            if was_idle:
                continue
            raise EndedError("exit code 0", "it ended before it answered") from None
        except BaseException:
            reader.end()
            raise
        with _lock:
            if not _idle:
                _idle.append(reader)
                return answer
        reader.end()
        return answer


@atexit.register
def end_idle() -> None:
    """End the process that is kept, if any."""
    with _lock:
        while _idle:
            _idle.pop().end()
