"""Processor time of twelve months by one command and of one month, for 1,000 suppliers."""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
from pathlib import Path

import configs
from benchmarks.past_months import write_past_months
from flows.run import back_fill, stages
from flows.run.work.stage_types import RunRequest

ID = "backfill"
GOAL = "twelve months of 1,000 suppliers in at most four times the processor time of one"

_SUPPLIERS = 1_000
_MONTHS = tuple(dt.date(2021, month, 1) for month in range(1, 13))


def run() -> str:
    """Measure both, each in a folder of its own, after a run that warms up compiled code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = configs.load(str(write_past_months(folder / "world", _SUPPLIERS)), local=None)
        seconds = []
        for number in range(2):
            started = _used()
            stages.run_all(RunRequest(settings, _MONTHS[0], folder / f"one{number}"))
            seconds.append(_used() - started)
        started = _used()
        filled = back_fill.back_fill(RunRequest(settings, _MONTHS[0], folder / "twelve"), _MONTHS)
        twelve = _used() - started
    one = seconds[1]
    print(f"one month {one:.1f} s (the first {seconds[0]:.1f} s)")
    print(f"{len(filled)} months {twelve:.1f} s")
    return f"{twelve / one:.1f} times one month"


def _used() -> float:
    """Seconds of processor time of this process and of those that it started and that ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
