"""How long a source may take and how large it may grow before it counts as unavailable.

A publisher that sends without end, or a file that never comes to an end when it is read, costs its
own signals and not the run.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from signals.source_errors import SourceUnavailableError

_Above0 = Annotated[int, Field(gt=0)]


class Limits(BaseModel):
    """Bounds of one source in one run; `source_limits` of the configuration overrides each.

    Attributes:
        pull_seconds: all its requests together, waits included.
        stage_seconds: reading its files.
        requests: sent to its publisher, attempts counted each.
        bytes: that come from its publisher.
        rows: that it stages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pull_seconds: _Above0 = 6 * 3600
    stage_seconds: _Above0 = 2 * 3600
    requests: _Above0 = 200_000
    bytes: _Above0 = 50_000_000_000
    rows: _Above0 = 50_000_000

    def with_settings(self, own: Mapping[str, int]) -> Limits:
        """These limits, with those of the settings replaced."""
        return Limits(**{**self.model_dump(), **own})


class LimitReachedError(SourceUnavailableError):
    """A source took longer, or grew larger, than its limits allow."""


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


class _OutOfTimeError(BaseException):
    """Raised inside a block whose time is up; no `except Exception` there may swallow it."""


@contextmanager
def stopped_after(seconds: float, source_id: str) -> Iterator[None]:
    """Stop the block in this thread when its time is up.

    The exception comes between two steps of Python code: a single call of a native library is not
    interrupted, and what such a library reads is bounded before it is called.

    Raises:
        LimitReachedError: the time was up before the block ended.
    """
    thread = ctypes.c_ulong(threading.get_ident())
    lock, is_done, is_up = threading.Lock(), False, False

    def stop() -> None:
        nonlocal is_up
        with lock:
            if not is_done:
                is_up = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    thread, ctypes.py_object(_OutOfTimeError)
                )

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            with lock:
                is_done = True
            timer.cancel()
            if is_up:
                # Not delivered yet: it must not reach what comes after the block.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
    except _OutOfTimeError as error:
        raise LimitReachedError(
            f"reading its files takes longer than {seconds:g} s; if that is right, raise "
            f"source_limits.{source_id}.stage_seconds."
        ) from error
