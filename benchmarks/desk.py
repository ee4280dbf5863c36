"""Time to start the desk and to answer pages of a list of 50,000 suppliers, and its memory."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.desk_service import desk_service, wait_for_check

ID = "desk"
GOAL = (
    "start <= 3 s, first page <= 1 s after it; pages of a list of 50,000 suppliers <= 300 ms; "
    "memory <= 600 MiB"
)

_SUPPLIERS = 50_000
_REPEATS = 5
_PAGES = ("", "/places", "/places?show=town&page=40", "/run", "/results")


def run() -> str:
    """Start a desk, send a list, print a table and return the figures."""
    with tempfile.TemporaryDirectory() as folder, desk_service(Path(folder)) as desk:
        started = time.monotonic()
        client = desk.browser()
        first = time.monotonic() - started
        content = "supplier_id,name,country,town,sector\n" + "".join(
            f"{i},Company {i},Bangladesh,{('Gazipur', 'Dhaka', 'Narayanganj')[i % 3]},14\n"
            for i in range(_SUPPLIERS)
        )
        answer = client.post("/lists", files={"files": ("list.csv", content.encode())})
        page = str(answer.url.path)
        checked = wait_for_check(client, page)
        milliseconds = {}
        for path in _PAGES:
            times = []
            for _ in range(_REPEATS):
                begun = time.monotonic()
                client.get(f"{page}{path}").raise_for_status()
                times.append(1000 * (time.monotonic() - begun))
            milliseconds[path or "/"] = statistics.median(times)
        memory = desk.peak_megabytes()
    print(f"start {desk.start_seconds:.1f} s; first page {first:.2f} s; check {checked:.0f} s")
    for path, taken in milliseconds.items():
        print(f"{path:28} {taken:6.0f} ms")
    return (
        f"start {desk.start_seconds:.1f} s, first page {first:.2f} s, slowest page "
        f"{max(milliseconds.values()):.0f} ms with {_SUPPLIERS:,} suppliers, {memory:.0f} MiB"
    )
