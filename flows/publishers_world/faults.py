"""What publishers do in place of the usual answer: limits, login pages, changed forms, moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flows.publishers_world.changed_forms import changing
from flows.publishers_world.publisher import Answer, Asked
from flows.publishers_world.server import Change
from signals.fetching.stated_counts import entries_of, stated

_LOGIN = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in to continue"
    b"</form></body></html>"
)
_XML = b'<?xml version="1.0"?><error>see the new service</error>'
_OTHER_HOST = "elsewhere.example.org"


@dataclass(frozen=True)
class Fault:
    """One way in which a publisher fails.

    Attributes:
        id: for tables.
        words: what the publisher does.
        start: begins it; the change may remember what it was asked.
        is_limit: whether it means "too many", so that a later attempt succeeds.
        keeps_content: whether a source gets all of its data nevertheless.
    """

    id: str
    words: str
    start: Callable[[], Change]
    is_limit: bool = False
    keeps_content: bool = False


def _fixed(
    body: bytes, status: int = 200, media_type: str = "text/plain", **headers: str
) -> Callable[[], Change]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(body, status, media_type, named, gives_parts=False)
    return lambda: lambda _, __: answer


def _each(change: Change) -> Callable[[], Change]:
    return lambda: change


@dataclass
class _MovedWithin:
    """The address has moved on its host, where all is as before."""

    kept: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, asked: Asked, usual: Answer) -> Answer:
        mark = f"{asked.host}{asked.path}?{asked.query}"
        if asked.path.startswith("/moved/"):
            return self.kept.get(mark, usual)
        self.kept[f"{asked.host}/moved{asked.path}?{asked.query}"] = usual
        query = f"?{asked.query}" if asked.query else ""
        address = f"https://{asked.host}/moved{asked.path}{query}"
        return Answer(b"", 308, headers={"Location": address})


def _moved_elsewhere(asked: Asked, _: Answer) -> Answer:
    if asked.host == _OTHER_HOST:
        return Answer(b"{}")
    return Answer(b"", 301, headers={"Location": f"https://{_OTHER_HOST}{asked.path}"})


def _half(_: Asked, usual: Answer) -> Answer:
    return replace(usual, body=usual.body[: len(usual.body) // 2], large=None)


def _entries_missing(_: Asked, usual: Answer) -> Answer:
    """A listing without half of its entries, whose total is stated as before."""
    try:
        content = json.loads(usual.body)
    except ValueError:
        return usual
    entries = entries_of(content)
    if not entries or stated(content) is None:
        return usual
    del entries[len(entries) // 2 :]
    return replace(usual, body=json.dumps(content).encode())


FAULTS: tuple[Fault, ...] = (
    Fault("429", "HTTP 429", _fixed(b"", 429), is_limit=True),
    Fault(
        "429-retry-after",
        "HTTP 429 with Retry-After",
        _fixed(b"", 429, Retry_After="7"),
        is_limit=True,
    ),
    Fault(
        "429-reset",
        "HTTP 429 with a reset header",
        _fixed(b"", 429, x_ratelimit_reset="9"),
        is_limit=True,
    ),
    Fault(
        "403-sentence",
        "HTTP 403 with a sentence",
        _fixed(b"<html><body>Request Rate Threshold Exceeded</body></html>", 403, "text/html"),
        is_limit=True,
    ),
    Fault(
        "400-sentence",
        "HTTP 400 with a sentence",
        _fixed(b"Exceeding allowed transaction limit.", 400),
        is_limit=True,
    ),
    Fault(
        "200-sentence",
        "HTTP 200 with a sentence",
        _fixed(b"Too many requests: please limit requests to one every 5 seconds."),
        is_limit=True,
    ),
    Fault("login", "a login page with HTTP 200", _fixed(_LOGIN, 200, "text/html")),
    Fault("half", "half a body", _each(_half)),
    Fault("renamed", "renamed columns and variables", _each(changing("renamed"))),
    Fault("fewer", "columns and variables that are gone", _each(changing("fewer"))),
    Fault("no-numbers", "texts in place of numbers", _each(changing("no numbers"))),
    Fault("moved", "HTTP 308 on the same host", _MovedWithin, keeps_content=True),
    Fault("moved-elsewhere", "HTTP 301 to another host", _each(_moved_elsewhere)),
    Fault("gone", "HTTP 410", _fixed(b"gone", 410)),
    Fault("not-found", "HTTP 404", _fixed(b"<html><body>Not found</body></html>", 404)),
    Fault("empty", "an empty answer", _fixed(b"")),
    Fault("no-content", "the form without content", _each(changing("no content"))),
    Fault("entries-missing", "fewer entries than stated", _each(_entries_missing)),
    Fault("xml", "XML with HTTP 200", _fixed(_XML, 200, "application/xml")),
    Fault("500", "HTTP 500", _fixed(b"Internal Server Error", 500)),
)


@dataclass
class Failing:
    """A publisher that fails from a request on; those before it are answered as usual.

    Attributes:
        change: what is answered instead.
        usual: requests that are still answered as usual.
        changed: answers so far that differed from the usual one.
    """

    change: Change
    usual: int = 0
    changed: int = 0

    def __call__(self, asked: Asked, usual: Answer) -> Answer:
        """The usual answer, or the changed one."""
        if self.usual > 0:
            self.usual -= 1
            return usual
        answer = self.change(asked, usual)
        self.changed += answer is not usual
        return answer
