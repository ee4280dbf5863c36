"""Whole runs of a long list, each in a process of its own, measured by the operating system."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MeasuredPart:
    """A part of a run.

    Attributes:
        part: list, sources, identity, signals, scoring or outputs.
        seconds: of processor time of the run and of the processes it starts.
        wall: seconds on the clock.
        peak_gb: largest resident memory of the run's process in it.
    """

    part: str
    seconds: float
    wall: float
    peak_gb: float


@dataclass(frozen=True)
class MeasuredMonth:
    """One run, without the imports of the program.

    Attributes:
        parts: those that ended, in their order; one may have ended twice.
        run_id: of the run; None where it was stopped before its end.
        peak_gb: largest resident memory of one of its processes.
    """

    parts: tuple[MeasuredPart, ...]
    run_id: str | None
    peak_gb: float

    @property
    def seconds(self) -> float:
        """Processor time of the parts that ended."""
        return sum(one.seconds for one in self.parts)

    @property
    def wall(self) -> float:
        """Seconds on the clock of the parts that ended."""
        return sum(one.wall for one in self.parts)


def run_month(
    profile: Path, out: Path, as_of: dt.date, within_seconds: float | None = None
) -> MeasuredMonth:
    """Run a month in a fresh process.

    Args:
        profile: of the run.
        out: its folder of results.
        as_of: its date.
        within_seconds: on the clock, after which the run is stopped; None: never.

    Raises:
        RuntimeError: the run failed; its last lines are in the message.
    """
    command = [sys.executable, "-m", "benchmarks.measured_run", str(profile), str(out)]
    try:
        done = subprocess.run(
            [*command, as_of.isoformat()],
            capture_output=True,
            text=True,
            env=os.environ,
            check=False,
            timeout=within_seconds,
        )
    except subprocess.TimeoutExpired as stopped:
        printed = stopped.stdout or ""
        return read_month(printed if isinstance(printed, str) else printed.decode("utf-8"))
    if done.returncode:
        raise RuntimeError(
            f"the run failed with exit code {done.returncode}: {done.stderr[-2000:]}"
        )
    return read_month(done.stdout)


def read_month(printed: str) -> MeasuredMonth:
    """What `benchmarks.measured_run` printed; a last line that was cut is left out."""
    lines = [line for line in printed.splitlines(keepends=True) if line.endswith("\n")]
    records = [json.loads(line) for line in lines if line.startswith("{")]
    parts = tuple(MeasuredPart(**one) for one in records if "part" in one)
    (whole,) = [one for one in records if "run_id" in one] or [
        {"run_id": None, "peak_gb": max((one.peak_gb for one in parts), default=0.0)}
    ]
    return MeasuredMonth(parts, whole["run_id"], whole["peak_gb"])


def table_of_parts(parts: Iterable[MeasuredPart]) -> str:
    """Lines on each part: processor time, seconds on the clock, peak."""
    return "\n".join(
        f"{'':>9} {one.part:<9} {one.seconds:>7.1f} s {one.wall:>7.1f} s on the clock "
        f"{one.peak_gb:>6.2f} GB"
        for one in parts
    )


def megabytes(folder: Path) -> float:
    """Size of all files of a folder: links not followed, one with several names counted once."""
    files = (path.stat() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum({one.st_ino: one.st_size for one in files}.values()) / 1e6


def sizes(default: str, variable: str) -> list[int]:
    """Numbers of suppliers, from a variable of the environment such as `1000,10000`."""
    return [int(size) for size in os.environ.get(variable, default).split(",")]
