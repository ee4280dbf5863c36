"""What one publisher of the world answers, and on what evidence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Asked:
    """A request: the publisher's host, path and query, headers in lower case, and a body."""

    method: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    def value(self, name: str) -> str:
        """A value of the query; empty where there is none."""
        return parse_qs(self.query).get(name, [""])[0]


@dataclass(frozen=True)
class LargeFile:
    """A file that is never held whole.

    Attributes:
        size: its length, in bytes.
        head: its first bytes.
        part: bytes from a position on, as many as asked for or as there are.
    """

    size: int
    head: bytes
    part: Callable[[int, int], bytes]


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    Attributes:
        body: the bytes, or the head of `large`.
        gives_parts: whether the server knows the Range header.
        seconds: before the answer begins.
        large: sent instead of the body, as long as the body is its head.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    gives_parts: bool = True
    seconds: float = 0.0
    large: LargeFile | None = None

    @property
    def file(self) -> LargeFile:
        """The bytes to be sent, in parts."""
        if self.large is not None and self.body is self.large.head:
            return self.large
        body = self.body
        return LargeFile(len(body), body, lambda start, count: body[start : start + count])


@dataclass(frozen=True)
class Publisher:
    """One host or folder of a host.

    Attributes:
        host: name of the host.
        prefix: beginning of the paths that it answers.
        evidence: documentation, client or sample that the form was taken from, and when.
        answer: the answer to a request.
    """

    host: str
    prefix: str
    evidence: str
    answer: Callable[[Asked], Answer]


NOT_THERE = Answer(b"<html><body>Not found</body></html>", 404, "text/html")


def file_of(large: LargeFile, content_type: str, version: str) -> Answer:
    """A large file with its version mark."""
    return Answer(
        large.head, content_type=content_type, headers={"ETag": f'"{version}"'}, large=large
    )


def as_json(content: object) -> Answer:
    """An answer in JSON."""
    return Answer(json.dumps(content).encode())


def zipped(**members: str) -> Answer:
    """A zip archive of members by name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return Answer(held.getvalue(), content_type="application/zip")
