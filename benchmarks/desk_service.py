"""A desk on a free port of this machine, and a browser that is signed in to it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class DeskService:
    """A running `understory desk`.

    Attributes:
        home: its folder.
        address: of its first page.
        process: that serves it.
        start_seconds: from the command to the link.
    """

    home: Path
    address: str
    process: int
    start_seconds: float

    def browser(self) -> httpx.Client:
        """A browser that used the one-time link, with the headers of the desk's own forms."""
        client = httpx.Client(base_url=self.address, timeout=120, follow_redirects=True)
        link = json.loads((self.home / "desk" / "entry-link.json").read_text(encoding="utf-8"))[
            "link"
        ]
        page = client.get(link).text
        token = re.search(r'name="form" value="([^"]+)"', page)
        if token is None:
            raise RuntimeError("the first page has no form")
        client.headers.update({"origin": self.address, "x-form-token": token[1]})
        return client

    def peak_megabytes(self) -> float:
        """Largest memory of the serving process so far."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        if found is None:
            raise RuntimeError("this system does not state the memory of a process")
        return int(found[1]) / 1024

    def files(self) -> dict[str, int]:
        """Files of its folder with their sizes, without logs and what is being sent."""
        return {
            str(path.relative_to(self.home)): path.stat().st_size
            for path in self.home.rglob("*")
            if path.is_file()
            and path.name not in ("actions.jsonl", "entry-link.json")
            and "incoming" not in path.parts
        }


@contextmanager
def desk_service(home: Path) -> Iterator[DeskService]:
    """Start the desk; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "flows.cli", "desk", "--out", str(home), "--port", str(port)]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or "Open the desk" not in process.stdout.readline():
                raise RuntimeError("the desk did not start")
            seconds = time.monotonic() - started
            yield DeskService(home, f"http://127.0.0.1:{port}", process.pid, seconds)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_PATIENCE_SECONDS)


def wait_for_check(client: httpx.Client, page: str) -> float:
    """Wait until a list is checked.

    Returns:
        Seconds it took.
    """
    started = time.monotonic()
    while client.get(f"{page}/check-state").status_code == 204:
        if time.monotonic() - started > _PATIENCE_SECONDS:
            raise TimeoutError(f"{page}: the check did not end")
        time.sleep(0.2)
    return time.monotonic() - started
