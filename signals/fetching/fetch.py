"""Polite downloads: timeouts, retries, `Retry-After`, resume, and a check of what came."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from configs import durable_files
from configs.settings import Download
from signals.fetching.answers import (
    AttemptFailedError,
    Part,
    Remote,
    range_start,
    reject_status,
    too_many,
    version_of,
)
from signals.fetching.checksums import has_checksum, stated_checksum
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
from signals.fetching.responses import body_fault
from signals.fetching.stand_in import stand_in, transport
from signals.source_errors import KeyMissingError
from signals.source_errors import NotPublishedError as NotPublishedError
from signals.source_errors import SourceUnavailableError as SourceUnavailableError
from signals.source_limits import Budget

#: Waiting longer than this on a server's word is the next run's business.
LONGEST_WAIT_SECONDS = 300.0

#: A file up to this size is taken whole from a server that gives no parts.
WHOLE_BYTES = 64_000_000

#: Of an answer that is a rejection, no more is read.
SENTENCE_BYTES = 65_536

_PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


@dataclass
class Fetcher:
    """Fetches one address at a time into a file.

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

    def fetch(
        self,
        url: str,
        target: Path,
        *,
        expect: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        checksum: str = "",
    ) -> str:
        """Write the body of `url` to `target`, going on where an earlier attempt broke off.

        Args:
            url: the address, secrets as `{NAME}`.
            target: the file to make; only a whole, checked body takes its name.
            expect: kind of body, see `signals.fetching.responses.body_fault`.
            headers: further request headers, secrets as `{NAME}` too.
            body: a question in JSON, sent by POST; its answer is asked for whole each time. It
                must be one that changes nothing, because it may be sent again.
            checksum: that the publisher states for the file, such as `md5:9a03...`; else the one
                in its answer, if any.

        Returns:
            The server's version mark of the file; empty where it gives none.

        Raises:
            NotPublishedError: 404 or 410.
            SourceUnavailableError: rejected, failing or not what was asked for after all attempts.
            UsageError: the disk is full.
        """
        partial = target.with_name(target.name + ".part")
        versions = [""]

        def attempt() -> None:
            versions[0], stated = self._download_once(url, partial, headers, body)
            expected = checksum or stated
            if expected and not has_checksum(partial, expected):
                _discard(partial)
                raise AttemptFailedError(
                    f"the file differs from its publisher's checksum ({expected})"
                )
            fault = body_fault(partial, expect)
            if fault is not None:
                with partial.open("rb") as stream:
                    is_too_many = self._pacing.limit(url).says_too_many(stream.read(500))
                _discard(partial)
                if is_too_many:
                    raise too_many(self._pacing.limit(url), "says")
                raise AttemptFailedError(fault)

        self._pacing.check_contact(url, self.settings.contact)
        self._with_attempts(url, attempt)
        durable_files.move(partial, target)
        _discard(partial)
        return versions[0]

    def size(self, url: str, headers: Mapping[str, str]) -> Remote:
        """Ask for a file's length (0 if unknown) and version, reading none of its body.

        Servers that know neither HEAD nor parts answer too.

        Raises:
            NotPublishedError: 404 or 410.
            SourceUnavailableError: rejected or failing after all attempts.
        """
        found: list[Remote] = []

        def attempt() -> None:
            with self.stream_once(url, {**headers, "Range": "bytes=0-0"}, None) as answer:
                self._check_status(answer, url)
                whole = re.search(r"/(\d+)$", answer.headers.get("content-range", ""))
                length = whole[1] if whole else answer.headers.get("content-length", "0")
                is_known = bool(whole) or answer.status_code == 200
                found.append(Remote(int(length) if is_known else 0, version_of(answer)))

        self._with_attempts(url, attempt)
        return found[-1]

    def head(self, url: str, headers: Mapping[str, str]) -> Remote:
        """Ask for a file's length and version without its body.

        Raises:
            NotPublishedError: 404 or 410.
            SourceUnavailableError: rejected or failing after all attempts.
        """
        found: list[Remote] = []

        def attempt() -> None:
            response = self._send("HEAD", url, headers)
            self._check_status(response, url)
            length = int(response.headers.get("content-length", 0))
            found.append(Remote(length, version_of(response)))

        self._with_attempts(url, attempt)
        return found[-1]

    def read_range(self, url: str, start: int, length: int) -> Part:
        """Ask for a part of a file; fewer bytes come where the file ends before.

        A server that answers with the whole file is read, if that is at most `WHOLE_BYTES`.

        Raises:
            NotPublishedError: 404 or 410.
            SourceUnavailableError: rejected or failing after all attempts, or a large file whose
                server gives no parts.
        """
        found: list[Part] = []

        def attempt() -> None:
            self._pace(url)
            asked = {"Range": f"bytes={start}-{start + length - 1}"}
            with self._connected().stream(
                "GET", self._with_secrets(url), headers=asked, extensions=asked_for(url)
            ) as answer:
                self._check_status(answer, url)
                expected = int(answer.headers.get("content-length", 0))
                if answer.status_code == 200 and expected > WHOLE_BYTES:
                    raise SourceUnavailableError(
                        f"{url}: the server gives no parts of the file, only all of it "
                        f"({expected / 1e6:.0f} MB); download it and name its folder as the "
                        "source's mirror."
                    )
                body = beginning(answer, WHOLE_BYTES, self.budget)
                if expected and len(body) != expected:
                    raise AttemptFailedError(f"{len(body)} of {expected} bytes came")
                total = len(body)
                if answer.status_code == 206:
                    if range_start(answer) != start:
                        raise AttemptFailedError("another part came than was asked for")
                    size = re.search(r"/(\d+)$", answer.headers.get("content-range", ""))
                    total = int(size[1]) if size else start + len(body)
                else:
                    body = body[start : start + length]
                found.append(Part(body, total, version_of(answer)))

        self._with_attempts(url, attempt)
        return found[-1]

    def _with_attempts(self, url: str, attempt: Callable[[], None]) -> None:
        reason = ""
        for number in range(self.settings.attempts):
            try:
                return attempt()
            except AttemptFailedError as failure:
                reason, wait = str(failure), failure.wait_seconds
            except httpx.TimeoutException:
                reason, wait = f"no answer in {self.settings.timeout_seconds:g} s", 0.0
            except httpx.TransportError as error:
                # Their text may hold the address with its secret.
                reason, wait = f"the connection failed ({type(error).__name__})", 0.0
            if wait > max(LONGEST_WAIT_SECONDS, self._pacing.limit(url).longest_window_seconds):
                reason += f" and asks to wait {wait:.0f} s"
                break
            if number + 1 < self.settings.attempts:
                self.sleep(max(wait, self.settings.backoff_seconds * 2**number))
        raise SourceUnavailableError(
            f"{url}: {reason}; run again later, or name a local copy as the source's mirror."
        )

    def _download_once(
        self, url: str, partial: Path, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[str, str]:
        """One attempt; the server's version mark and checksum of the file."""
        if body is not None:
            _discard(partial)
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
                _discard(partial)
                raise AttemptFailedError("the part kept from before does not fit")
            self._check_status(response, url)
            resumed = response.status_code == 206
            if resumed and range_start(response) != have:
                _discard(partial)
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


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json_atomically(path: Path, content: object) -> None:
    """Write JSON, whole or not at all."""
    durable_files.write_text(path, json.dumps(content, indent=1, sort_keys=True))


def _version_file(partial: Path) -> Path:
    return partial.with_name(partial.name + ".etag")


def _discard(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _version_file(partial).unlink(missing_ok=True)
