"""Polite downloads: several attempts, `Retry-After`, resume, and a check of what came."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from configs import durable_files
from signals.fetching.answers import (
    AttemptFailedError,
    Part,
    Remote,
    range_start,
    too_many,
    version_of,
)
from signals.fetching.checksums import has_checksum
from signals.fetching.egress import asked_for
from signals.fetching.incoming import beginning
from signals.fetching.one_attempt import Requester, discard
from signals.fetching.responses import body_fault
from signals.source_errors import NotPublishedError as NotPublishedError
from signals.source_errors import SourceUnavailableError as SourceUnavailableError

#: Waiting longer than this on a server's word is the next run's business.
LONGEST_WAIT_SECONDS = 300.0

#: A file up to this size is taken whole from a server that gives no parts.
WHOLE_BYTES = 64_000_000


class Fetcher(Requester):
    """Fetches one address at a time into a file, in as many attempts as the settings allow."""

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
                discard(partial)
                raise AttemptFailedError(
                    f"the file differs from its publisher's checksum ({expected})"
                )
            fault = body_fault(partial, expect)
            if fault is not None:
                with partial.open("rb") as stream:
                    is_too_many = self._pacing.limit(url).says_too_many(stream.read(500))
                discard(partial)
                if is_too_many:
                    raise too_many(self._pacing.limit(url), "says")
                raise AttemptFailedError(fault)

        self._pacing.check_contact(url, self.settings.contact)
        self._with_attempts(url, attempt)
        durable_files.move(partial, target)
        discard(partial)
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


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json_atomically(path: Path, content: object) -> None:
    """Write JSON, whole or not at all."""
    durable_files.write_text(path, json.dumps(content, indent=1, sort_keys=True))
