"""How long a source may take and how large it may grow before it counts as unavailable.

A publisher that sends without end, a file that never comes to an end when it is read, and one that
fills the memory cost their own signals and not the run.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from signals.source_errors import SourceUnavailableError

_Above0 = Annotated[int, Field(gt=0)]

#: So much of the machine's memory is for one source at most, whatever its limit.
_SHARE_OF_MEMORY = 0.8
#: How often the clock and the memory of a block are read.
_EVERY_SECONDS = 0.2


class Limits(BaseModel):
    """Bounds of one source in one run; `source_limits` of the configuration overrides each.

    Attributes:
        pull_seconds: all its requests together, waits included.
        stage_seconds: reading its files.
        requests: sent to its publisher, attempts and pages counted each.
        bytes: that come from its publisher.
        unpacked_bytes: of one file, or of one member of an archive, once unpacked.
        nesting: levels of a JSON document inside one another.
        rows: that it stages.
        memory_bytes: that reading its files adds to those of the process; four fifths of the
            machine's memory where that is less. Watched on Linux alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pull_seconds: _Above0 = 6 * 3600
    stage_seconds: _Above0 = 2 * 3600
    requests: _Above0 = 200_000
    bytes: _Above0 = 50_000_000_000
    unpacked_bytes: _Above0 = 8_000_000_000
    nesting: _Above0 = 200
    rows: _Above0 = 50_000_000
    memory_bytes: _Above0 = 16_000_000_000

    def with_settings(self, own: Mapping[str, int]) -> Limits:
        """These limits, with those of the settings replaced."""
        return Limits(**{**self.model_dump(), **own})


class LimitReachedError(SourceUnavailableError):
    """A source took longer, or grew larger, than its limits allow."""


_in_force: ContextVar[Limits | None] = ContextVar("limits", default=None)


@contextmanager
def within(limits: Limits) -> Iterator[None]:
    """Read files within limits: `limits_in_force` gives them inside the block."""
    token = _in_force.set(limits)
    try:
        yield
    finally:
        _in_force.reset(token)


def limits_in_force() -> Limits:
    """The limits that `within` has set; those of a card that states none outside such a block."""
    return _in_force.get() or Limits()


def memory_limit(limits: Limits) -> int:
    """Bytes of memory that a source may take on this machine."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(limits.memory_bytes, int(_SHARE_OF_MEMORY * whole))


def memory_of(process: int) -> int:
    """Bytes of memory that a process holds; 0 where the system does not show it."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def out_of_time(limits: Limits, source_id: str) -> LimitReachedError:
    """The error of a source whose files take too long to read."""
    return LimitReachedError(
        f"reading its files takes longer than {limits.stage_seconds} s; if that is right, raise "
        f"source_limits.{source_id}.stage_seconds."
    )


def out_of_memory(limits: Limits, source_id: str) -> LimitReachedError:
    """The error of a source whose files take too much memory."""
    return LimitReachedError(
        f"reading its files takes more than {memory_limit(limits) / 1e9:.1f} GB of memory; if that "
        f"is right, raise source_limits.{source_id}.memory_bytes, or use a larger machine."
    )


class Budget:
    """What a pull has used of its limits; every request and every part of an answer counts.

    Args:
        source_id: for messages.
        limits: of the source.
        now: a clock in seconds that never goes back.
    """

    def __init__(
        self, source_id: str, limits: Limits, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._source_id, self._limits, self._now = source_id, limits, now
        self._began = now()
        self._requests = self._bytes = 0

    def count_request(self) -> None:
        """Count one request before it is sent.

        Raises:
            LimitReachedError: it is one too many, or too late.
        """
        self._requests += 1
        if self._requests > self._limits.requests:
            raise self._reached(f"it takes more than {self._limits.requests} requests", "requests")
        self._check_time()

    def count_bytes(self, count: int) -> None:
        """Count a part of an answer.

        Raises:
            LimitReachedError: the answers are too large together, or too slow.
        """
        self._bytes += count
        if self._bytes > self._limits.bytes:
            size = f"it sends more than {self._limits.bytes / 1e6:.0f} MB"
            raise self._reached(size, "bytes")
        self._check_time()

    def _check_time(self) -> None:
        if self._now() - self._began > self._limits.pull_seconds:
            raise self._reached(
                f"it takes longer than {self._limits.pull_seconds} s", "pull_seconds"
            )

    def _reached(self, what: str, key: str) -> LimitReachedError:
        return LimitReachedError(
            f"{what}; if that is right, raise source_limits.{self._source_id}.{key}."
        )


class _StoppedError(BaseException):
    """Raised inside a block that is stopped; no `except Exception` there may swallow it."""


@contextmanager
def stopped_beyond(limits: Limits, source_id: str) -> Iterator[None]:
    """Stop the block in this thread when its time is up or it fills the memory.

    The exception comes between two steps of Python code: a single call of a native library is not
    interrupted. Sources that read with such libraries are read in a process of their own.

    Raises:
        LimitReachedError: a limit was reached before the block ended.
    """
    thread = ctypes.c_ulong(threading.get_ident())
    lock, ended = threading.Lock(), threading.Event()
    reached: list[LimitReachedError] = []
    until, most = time.monotonic() + limits.stage_seconds, memory_limit(limits)
    before = memory_of(os.getpid())

    def watch() -> None:
        while not ended.wait(max(min(_EVERY_SECONDS, until - time.monotonic()), 0.001)):
            if time.monotonic() >= until:
                error = out_of_time(limits, source_id)
            elif memory_of(os.getpid()) - before > most:
                error = out_of_memory(limits, source_id)
            else:
                continue
            with lock:
                if not ended.is_set():
                    reached.append(error)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        thread, ctypes.py_object(_StoppedError)
                    )
            return

    threading.Thread(target=watch, daemon=True).start()
    try:
        try:
            yield
        finally:
            with lock:
                ended.set()
            if reached:
                # Not delivered yet: it must not reach what comes after the block.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
    except _StoppedError as error:
        raise reached[0] from error
