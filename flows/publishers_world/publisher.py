"""What one publisher of the world answers, and on what evidence."""

from __future__ import annotations

import json
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
class Answer:
    """What is sent back; `gives_parts` says whether the server knows the Range header."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    gives_parts: bool = True
    seconds: float = 0.0


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


def as_json(content: object) -> Answer:
    """An answer in JSON."""
    return Answer(json.dumps(content).encode())
