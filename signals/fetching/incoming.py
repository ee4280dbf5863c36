"""Bodies as they come in: counted, broken off where they only drip, and written to a file."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from configs.config_errors import UsageError
from signals.fetching.answers import AttemptFailedError
from signals.source_limits import Budget

#: An answer that brings less than this many bytes in so many seconds is broken off.
SLOWEST_BYTES, SLOWEST_SECONDS = 10_000, 60.0


def counted(response: httpx.Response, budget: Budget | None) -> Iterator[bytes]:
    """The parts of a body as they come, counted against the budget of the pull.

    Raises:
        AttemptFailedError: hardly anything comes.
        LimitReachedError: the answers are too large together, or too slow.
    """
    since, came = time.monotonic(), 0
    for chunk in response.iter_bytes():
        if budget is not None:
            budget.count_bytes(len(chunk))
        came += len(chunk)
        if time.monotonic() - since > SLOWEST_SECONDS:
            if came < SLOWEST_BYTES:
                raise AttemptFailedError(f"only {came} bytes came in {SLOWEST_SECONDS:.0f} s")
            since, came = time.monotonic(), 0
        yield chunk


def beginning(response: httpx.Response, most: int, budget: Budget | None) -> bytes:
    """The beginning of a body, and all of it if it has no more bytes than `most`."""
    parts, size = [], 0
    for chunk in counted(response, budget):
        parts.append(chunk)
        size += len(chunk)
        if size >= most:
            break
    return b"".join(parts)[:most]


def append(
    response: httpx.Response,
    url: str,
    partial: Path,
    have: int,
    budget: Budget | None,
    on_bytes: Callable[[str, int, int], None] | None,
) -> None:
    """Append a body to what is there, or begin the file where `have` is 0.

    Args:
        response: the answer.
        url: its address, without secrets.
        partial: the file.
        have: bytes that are kept of it.
        budget: of the pull.
        on_bytes: called with the address, the bytes on disk and those of the whole file.

    Raises:
        UsageError: the disk is full.
    """
    whole = have + int(response.headers.get("content-length") or 0)
    try:
        with partial.open("ab" if have else "wb") as stream:
            for chunk in counted(response, budget):
                stream.write(chunk)
                have += len(chunk)
                if on_bytes is not None:
                    on_bytes(url, have, whole)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UsageError(
            f"{partial.parent}: the disk is full after {have / 1e6:.1f} MB of {url}; free "
            f"{max(whole - have, 0) / 1e6:.1f} MB or name another folder, and run the same "
            "command to resume."
        ) from error
