"""One attempt at a request: its host, pace, keys and bounds, and the part of a file that came."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from configs.settings import Download
from signals.fetching.answers import (
    AttemptFailedError,
    range_start,
    reject_status,
    version_of,
)
from signals.fetching.checksums import stated_checksum
from signals.fetching.egress import (
    asked_for,
    reject_keys_elsewhere,
    reject_other_hosts,
    reject_other_owners,
    reject_private,
)
from signals.fetching.host_limits import LIMITS, HostLimit
from signals.fetching.host_pacing import HostPacing
from signals.fetching.incoming import append, beginning
from signals.fetching.stand_in import stand_in, transport
from signals.source_errors import KeyMissingError
from signals.source_limits import Budget

#: Of an answer that is a rejection, no more is read.
SENTENCE_BYTES = 65_536

_PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


@dataclass
class Requester:
    """Sends single requests to publishers, at the pace of each host and within its bounds.

    Addresses may hold `{NAME}` for a secret of that name in `environment`; it is filled in only
    as the request leaves, so that no secret is in any stored or printed address.

    Attributes:
        settings: timeouts, attempts, backoff and contact.
        environment: where secrets are looked up.
        sleep: how to wait; waits are the same in every run.
        now: the time, for `Retry-After` dates.
        limits: what each host allows.
        declared_hosts: hosts of the settings, which may lie in a private network; None: any may.
        linked_hosts: further hosts that answers may link to.
        on_bytes: called with the address, the bytes on disk and the bytes of the whole file (0 if
            unknown) as a file comes in.
        budget: what the requests of one pull may use together; None: without bounds.
    """

    settings: Download
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    limits: Mapping[str, HostLimit] = field(default_factory=lambda: LIMITS)
    declared_hosts: frozenset[str] | None = None
    linked_hosts: frozenset[str] = frozenset()
    on_bytes: Callable[[str, int, int], None] | None = None
    budget: Budget | None = None
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _pacing: HostPacing = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin without a request to any host."""
        self._pacing = HostPacing(self.limits)

    def close(self) -> None:
        """Close open connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _download_once(
        self, url: str, partial: Path, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[str, str]:
        """One attempt; the server's version mark and checksum of the file."""
        if body is not None:
            discard(partial)
        have = partial.stat().st_size if partial.exists() else 0
        version = _version_file(partial)
        request_headers = {name: self._with_secrets(value, url) for name, value in headers.items()}
        if have and version.exists():
            request_headers |= {"Range": f"bytes={have}-", "If-Range": version.read_text()}
        if body is not None:
            request_headers |= {"Content-Type": "application/json"}
        self._pace(url)
        with self._connected().stream(
            "GET" if body is None else "POST",
            self._with_secrets(url),
            headers=request_headers,
            content=body,
            extensions=asked_for(url),
        ) as response:
            if response.status_code == 416:
                discard(partial)
                raise AttemptFailedError("the part kept from before does not fit")
            self._check_status(response, url)
            resumed = response.status_code == 206
            if resumed and range_start(response) != have:
                discard(partial)
                raise AttemptFailedError("another part came than was asked for")
            mark = version_of(response)
            if mark and not mark.startswith("W/") and "content-encoding" not in response.headers:
                version.write_text(mark)
            else:
                version.unlink(missing_ok=True)
            expected = response.headers.get("content-length")
            append(response, url, partial, have if resumed else 0, self.budget, self.on_bytes)
            if expected is not None and response.num_bytes_downloaded != int(expected):
                raise AttemptFailedError(
                    f"{response.num_bytes_downloaded} of {expected} bytes came"
                )
            return version_of(response), stated_checksum(response.headers, is_part=resumed)

    def _send(self, method: str, url: str, headers: Mapping[str, str]) -> httpx.Response:
        self._pace(url)
        return self._connected().request(
            method,
            self._with_secrets(url),
            headers=dict(headers),
            extensions=asked_for(url),
        )

    @contextmanager
    def stream_once(
        self, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[httpx.Response]:
        """The answer to one request as it comes, at the pace of its host, whatever its status.

        Raises:
            KeyMissingError: a secret is not set.
            httpx.TransportError: no answer came.
        """
        filled = {name: self._with_secrets(value, url) for name, value in headers.items()}
        address = self._with_secrets(url)
        self._pace(url)
        method = "GET" if body is None else "POST"
        with self._connected().stream(
            method, address, headers=filled, content=body, extensions=asked_for(url)
        ) as response:
            yield response

    def _connected(self) -> httpx.Client:
        if self._client is None:
            # They log whole addresses, secrets included.
            for name in ("httpx", "httpcore"):
                logging.getLogger(name).setLevel(logging.WARNING)
            contact = f" ({self.settings.contact})" if self.settings.contact else ""
            self._client = httpx.Client(
                timeout=self.settings.timeout_seconds,
                follow_redirects=True,
                transport=transport(self.environment),
                event_hooks={"request": [reject_other_hosts]},
                headers={"User-Agent": f"Understory/0.1{contact}", "Accept-Encoding": "identity"},
            )
        return self._client

    def _pace(self, url: str) -> None:
        self.reject_elsewhere(url)
        if self.budget is not None:
            self.budget.count_request()
        if stand_in(self.environment) is None:
            self._pacing.wait(url)

    def reject_elsewhere(self, url: str) -> None:
        """Check that an address is one of the source's, also where GDAL asks it and not this.

        Raises:
            SourceUnavailableError: it is another owner's, or lies in a private network.
        """
        is_led_away = stand_in(self.environment) is not None
        reject_private(url, self.declared_hosts, looks_up=not is_led_away)
        reject_other_owners(url, self.declared_hosts, self.linked_hosts)

    def _check_status(self, response: httpx.Response, url: str) -> None:
        reject_status(
            response, url, self._pacing.limit(url), self.now(),
            lambda: beginning(response, SENTENCE_BYTES, self.budget),
        )  # fmt: skip

    def _with_secrets(self, url: str, sent_to: str = "") -> str:
        """A text with its secrets: an address, or a header of a request to `sent_to`."""
        address = sent_to or url

        def secret(match: re.Match[str]) -> str:
            reject_keys_elsewhere(address, self.declared_hosts)
            value = self.environment.get(match[1], "")
            if not value:
                raise KeyMissingError(
                    f"{url}: it needs a key; set the environment variable {match[1]}, or name a "
                    "local copy as the source's mirror."
                )
            return value

        return _PLACEHOLDER.sub(secret, url)


def _version_file(partial: Path) -> Path:
    return partial.with_name(partial.name + ".etag")


def discard(partial: Path) -> None:
    """Remove the part of a file that came, with the version that it is of."""
    partial.unlink(missing_ok=True)
    _version_file(partial).unlink(missing_ok=True)
