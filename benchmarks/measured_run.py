"""One whole run in a process of its own: `python -m benchmarks.measured_run PROFILE OUT DAY`.

For each part that ended it prints a line of JSON (`part`, `seconds`, `wall`, `peak_gb`), and at the
end one of the run, so that a run that is stopped says what it did.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import configs
from benchmarks.peak_memory import count_anew, peak_bytes
from flows.run import stages
from flows.run.work.stage_types import RunRequest, StageEvent
from signals.registry import signals, sources

#: Parts of a run by its stages.
_PART = {
    "prepare": "list",
    "pull": "sources",
    "stage": "sources",
    "identify": "identity",
    "measure": "signals",
    "score": "scoring",
    "publish": "outputs",
}
_USED_BY = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_BYTES_PER_GB = 1e9


def main(arguments: Sequence[str]) -> None:
    """Run a month and print what each part took."""
    profile, out, as_of = arguments
    # Imports of the program are no part of a run.
    signals(), sources()
    settings, clock = configs.load(profile, local=None), _Clock()
    published = stages.run_all(
        RunRequest(settings, dt.date.fromisoformat(as_of), Path(out)), clock.begin
    )
    clock.end()
    print(json.dumps({"run_id": published.run_id, "peak_gb": clock.peak_gb()}), flush=True)


class _Clock:
    """Measures the parts of a run from one event to the next."""

    def __init__(self) -> None:
        self._part: str | None = None
        self._started = self._now()
        self._highest = 0.0

    def begin(self, event: StageEvent) -> None:
        """A stage begins; that of another part ends the part before."""
        if _PART[event.stage] != self._part:
            self.end()
            self._part, self._started = _PART[event.stage], self._now()

    def end(self) -> None:
        """Print what the part took."""
        peak = _peak_since_reset_gb()
        self._highest = max(self._highest, peak)
        if self._part is not None:
            seconds, wall = (
                now - before for now, before in zip(self._now(), self._started, strict=True)
            )
            record = {"part": self._part, "seconds": seconds, "wall": wall, "peak_gb": peak}
            print(json.dumps(record), flush=True)

    def peak_gb(self) -> float:
        """The largest resident memory of this process, or of one that it started."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return max(self._highest, children * 1024 / _BYTES_PER_GB)

    def _now(self) -> tuple[float, float]:
        used = map(resource.getrusage, _USED_BY)
        return sum(one.ru_utime + one.ru_stime for one in used), time.monotonic()


def _peak_since_reset_gb() -> float:
    """The largest resident memory of this process since this was last asked."""
    highest = peak_bytes() / _BYTES_PER_GB
    count_anew()
    return highest


if __name__ == "__main__":
    main(sys.argv[1:])
