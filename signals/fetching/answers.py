"""What an answer of a publisher says besides its body: status, version, part, when to ask."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from signals.fetching.host_limits import HostLimit, reset_seconds
from signals.source_errors import NotPublishedError, SourceUnavailableError

_RETRIED = frozenset({403, 408, 425, 429, 500, 502, 503, 504})
_NOT_PUBLISHED = frozenset({404, 410})


class AttemptFailedError(Exception):
    """One attempt failed in a way that another may correct."""

    def __init__(self, reason: str, wait_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Remote:
    """What a server says of a file that is read in windows: length and version mark."""

    bytes: int
    version: str


@dataclass(frozen=True)
class Part:
    """Bytes of a file from a position on, with the file's length and version mark."""

    body: bytes
    total: int
    version: str


def too_many(limit: HostLimit, answer: str) -> AttemptFailedError:
    """A failed attempt that waits for the host's shortest window, where no header says more."""
    wait = min(seconds for seconds, _ in limit.windows)
    return AttemptFailedError(f"the server {answer} that these are too many requests", wait)


def reject_status(
    response: httpx.Response,
    url: str,
    limit: HostLimit,
    now: dt.datetime,
    beginning: Callable[[], bytes],
) -> None:
    """Check the status of an answer.

    Args:
        response: the answer.
        url: the address, without secrets.
        limit: of its host.
        now: the time, for dates in its headers.
        beginning: reads the first bytes of the body.

    Raises:
        NotPublishedError: 404 or 410.
        AttemptFailedError: a later attempt may succeed.
        SourceUnavailableError: no attempt would.
    """
    status = response.status_code
    if status in _NOT_PUBLISHED:
        raise NotPublishedError(f"{url}: the publisher has no such file (HTTP {status}).")
    if status in limit.too_many and limit.says_too_many(beginning()):
        raise too_many(limit, f"answers HTTP {status} and says")
    if status in _RETRIED:
        hint = " (some publishers want download.contact set)" if status == 403 else ""
        wait = retry_after_seconds(response.headers.get("retry-after"), now)
        if status == 429 and limit.reset_header:
            reset = reset_seconds(response.headers.get(limit.reset_header), now)
            wait = max(wait, reset)
        raise AttemptFailedError(f"the server answers HTTP {status}{hint}", wait)
    if status not in (200, 206):
        raise SourceUnavailableError(
            f"{url}: the server answers HTTP {status}; check the address and its key."
        )


def retry_after_seconds(value: str | None, now: dt.datetime) -> float:
    """Seconds a `Retry-After` header asks to wait: a number or an HTTP date; 0 if unreadable."""
    if not value:
        return 0.0
    if re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (until.astimezone(dt.UTC) - now).total_seconds())


def version_of(response: httpx.Response) -> str:
    """The server's mark of a file's version: its entity tag, else its day of change."""
    mark: str = response.headers.get("etag") or response.headers.get("last-modified", "")
    return mark


def range_start(response: httpx.Response) -> int:
    """First byte of a part of a file; -1 where none is stated."""
    match = re.match(r"bytes (\d+)-", response.headers.get("content-range", ""))
    return int(match[1]) if match else -1
