"""Whole runs of a long list, each in a process of its own, measured by the operating system."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_RUN = """
import datetime as dt, json, resource, sys
from pathlib import Path
import configs
from flows.run import stages
from flows.run.work.stage_types import RunRequest
from reports.page import html_report
from reports.workbook import workbook
from signals.registry import signals, sources
signals(), sources()
profile, out, as_of = sys.argv[1:]
EVERY = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
def seconds():
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, EVERY))
settings, before = configs.load(profile, local=None), seconds()
published = stages.run_all(RunRequest(settings, dt.date.fromisoformat(as_of), Path(out)))
peak = max(used.ru_maxrss for used in map(resource.getrusage, EVERY))
record = {"seconds": seconds() - before, "peak_gb": peak / 1e6, "run_id": published.run_id}
print(json.dumps(record))
"""


@dataclass(frozen=True)
class MeasuredMonth:
    """One run.

    Attributes:
        seconds: of processor time of the run and of the processes it starts, without the imports
            of the program.
        peak_gb: largest resident memory of one of these processes.
        run_id: of the run.
    """

    seconds: float
    peak_gb: float
    run_id: str


def run_month(profile: Path, out: Path, as_of: dt.date) -> MeasuredMonth:
    """Run a month in a fresh process.

    Raises:
        RuntimeError: the run failed; its last lines are in the message.
    """
    command = [sys.executable, "-c", _RUN, str(profile), str(out), as_of.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    if done.returncode:
        raise RuntimeError(f"the run failed: {done.stderr[-2000:]}")
    return MeasuredMonth(**json.loads(done.stdout.splitlines()[-1]))


def megabytes(folder: Path) -> float:
    """Size of all files of a folder: links not followed, one with several names counted once."""
    files = (path.stat() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum({one.st_ino: one.st_size for one in files}.values()) / 1e6


def sizes(default: str, variable: str) -> list[int]:
    """Numbers of suppliers, from a variable of the environment such as `1000,10000`."""
    return [int(size) for size in os.environ.get(variable, default).split(",")]
