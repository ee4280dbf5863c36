"""One request without a second attempt, of which nothing is stored: to see how a source answers."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from signals.fetching.fetch import Fetcher
from signals.source_errors import KeyMissingError, SourceUnavailableError

#: Bytes that are asked for of a file of which the beginning is enough.
PART_BYTES = 65_536


@dataclass(frozen=True)
class OneAnswer:
    """What came back.

    Attributes:
        status: of HTTP; 0 where no answer came.
        body: the answer, or its beginning.
        moved_to: host and path that a permanent redirect leads to; empty where there is none.
        is_slow: it took longer than the configured time.
        seconds: it took.
        is_whole: it was read to its end.
        media_type: as the publisher declares it.
        not_followed: why a redirect was not followed; empty where there was none.
        wait: what a rejection says of when to come back, as it stands in the header.
    """

    status: int
    body: bytes
    moved_to: str
    is_slow: bool
    seconds: float
    is_whole: bool = True
    media_type: str = ""
    wait: str = ""
    not_followed: str = ""


def ask_once(
    fetcher: Fetcher,
    url: str,
    headers: Mapping[str, str],
    *,
    question: Mapping[str, object] | None = None,
    is_part: bool = False,
    most_bytes: int,
) -> OneAnswer:
    """Ask one address once, at the pace of its host, and stop reading at `most_bytes`.

    Raises:
        KeyMissingError: the environment lacks a key of the address; nothing was asked.
    """
    began = time.monotonic()
    status, moved_to, is_slow, parts, size = 0, "", False, [], 0
    is_whole, media_type, wait, not_followed = False, "", "", ""
    extra = {"Range": f"bytes=0-{PART_BYTES - 1}"} if is_part else {}
    if question is not None:
        extra["Content-Type"] = "application/json"
    most = PART_BYTES if is_part else most_bytes
    try:
        with fetcher.stream_once(
            url, {**headers, **extra}, None if question is None else json.dumps(question).encode()
        ) as response:
            status = response.status_code
            media_type = response.headers.get("content-type", "")
            wait = response.headers.get("retry-after", "")
            if any(step.status_code in (301, 308) for step in response.history):
                moved_to = f"{response.url.host}{response.url.path}"
            for chunk in response.iter_bytes():
                parts.append(chunk)
                size += len(chunk)
                is_slow = time.monotonic() - began > fetcher.settings.timeout_seconds
                if size >= most or is_slow:
                    break
            else:
                is_whole = True
    except KeyMissingError:
        raise
    except SourceUnavailableError as error:
        not_followed = str(error)
    except httpx.TimeoutException:
        is_slow = True
    except httpx.TransportError:
        status = 0
    return OneAnswer(
        status, b"".join(parts), moved_to, is_slow, time.monotonic() - began, is_whole,
        media_type, wait, not_followed,
    )  # fmt: skip
