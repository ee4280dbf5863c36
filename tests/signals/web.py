"""A server on loopback that answers as told, one answer after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from configs.settings import Download
from flows.publishers_world.loopback import QuietHandler, serving
from signals.fetching.fetch import Fetcher
from signals.fetching.host_limits import LIMITS, HostLimit
from signals.fetching.raw_store import ContentStore

NOW = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None


@dataclass
class Web:
    """Answers by path, the last one again and again; and what was asked."""

    root: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    questions: list[bytes] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.root + path


@contextmanager
def serve() -> Iterator[Web]:
    web = Web("")

    class Handler(QuietHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            web.asked.append((self.command, self.path, headers))
            queue = web.answers[self.path]
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body[: answer.cut_after])
            self.close_connection = True

        do_HEAD = do_GET  # noqa: N815 - the name http.server looks for

        def do_POST(self) -> None:
            web.questions.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.do_GET()

    with serving(Handler) as root:
        web.root = root
        yield web


#: The publishers' limits, and a loopback server that may be asked as fast as it answers.
UNHURRIED = {**LIMITS, "127.0.0.1": HostLimit(windows=((1.0, 10_000),))}


def fetcher(waits: list[float] | None = None, **environment: str) -> Fetcher:
    settings = Download(timeout_seconds=5, attempts=3, backoff_seconds=1.0, contact="a@example.org")
    noted = [] if waits is None else waits
    return Fetcher(
        settings, environment=environment, sleep=noted.append, now=lambda: NOW, limits=UNHURRIED
    )  # fmt: skip


def store(folder: Path, waits: list[float] | None = None, **environment: str) -> ContentStore:
    return ContentStore(folder, fetcher(waits, **environment))
