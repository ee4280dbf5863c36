"""Stands for a publisher in tests of runs that are killed while they wait for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Publisher:
    """Stands for a publisher that has no file for any company, and can keep us waiting."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.is_open.set()
        self.is_asked = threading.Event()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.is_asked.set()
                publisher.is_open.wait()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_error(404)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/companyfacts"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @contextmanager
    def keeps_waiting(self) -> Iterator[None]:
        self.is_open.clear()
        self.is_asked.clear()
        try:
            yield
        finally:
            self.is_open.set()

    def close(self) -> None:
        self.is_open.set()
        self.server.shutdown()
        self.server.server_close()
