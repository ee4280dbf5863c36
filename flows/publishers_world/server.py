"""One server on loopback that answers for every publisher: `/host/path` is that host's path.

`UNDERSTORY_PUBLISHERS` set to its address leads all requests here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

from flows.publishers_world.loopback import QuietHandler, serving
from flows.publishers_world.publisher import NOT_THERE, Answer, Asked
from flows.publishers_world.publishers import PUBLISHERS

#: Makes another answer of a request and the usual answer.
Change = Callable[[Asked, Answer], Answer]

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_CHUNK_BYTES = 1 << 22


@dataclass
class World:
    """The server while it runs.

    Attributes:
        root: its address.
        changes: by a part of `host/path`, what the publisher answers instead.
        asked: what was asked, with the bytes that were sent.
    """

    root: str
    changes: dict[str, Change] = field(default_factory=dict)
    asked: list[tuple[Asked, int]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        """The usual answer to a request, or what it was changed to."""
        usual = NOT_THERE
        for one in PUBLISHERS:
            if asked.host == one.host and asked.path.startswith(one.prefix):
                usual = one.answer(asked)
                break
        for part, change in self.changes.items():
            if part in f"{asked.host}{asked.path}":
                return change(asked, usual)
        return usual


@contextmanager
def publishers() -> Iterator[World]:
    """Run the world on a free port of this machine."""
    world = World("")

    class Handler(QuietHandler, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20.0

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            host, _, rest = path.lstrip("/").partition("/")
            headers = {name.lower(): value for name, value in self.headers.items()}
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(
                self.command, host, f"/{unquote(rest)}", query, headers, self.rfile.read(length)
            )
            answer = world.answer(asked)
            time.sleep(answer.seconds)
            file, status = answer.file, answer.status
            part = _RANGE.fullmatch(headers.get("range", ""))
            extra: dict[str, str] = dict(answer.headers)
            start, count = 0, file.size
            if part is not None and answer.gives_parts and status == 200:
                start = int(part[1])
                count = min(int(part[2] or file.size), file.size - 1) - start + 1
                if count < 1:
                    status, count = 416, 0
                else:
                    extra["Content-Range"] = f"bytes {start}-{start + count - 1}/{file.size}"
                    status = 206
            sent = 0 if self.command == "HEAD" else count
            world.asked.append((asked, sent))
            self.send_response(status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(count))
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()
            for at in range(start, start + sent, _CHUNK_BYTES):
                self.wfile.write(file.part(at, min(_CHUNK_BYTES, start + sent - at)))

        do_HEAD = do_POST = do_GET  # noqa: N815 - the names http.server looks for

    with serving(Handler) as root:
        world.root = root
        yield world
