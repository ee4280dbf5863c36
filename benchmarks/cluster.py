"""Loss by year around 2,000 sites: two Dask workers on loopback against two threads.

The rasters are on one disk and the workers on one machine, so this shows what the way to a cluster
costs and nothing of what a cluster gains. A second measurement loses one of the workers in the
middle.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl

from benchmarks.zonal_comparison import LOSS_YEARS, Work, made_raster, made_sites
from signals.zonal import block_engine, dask_cluster
from signals.zonal.dask_cluster import measuring_on
from signals.zonal.zonal_statistics import class_areas

ID = "cluster"
GOAL = "two workers on loopback, also with one killed in the middle: the bits of two threads"
KIND = "bench"

SIDE = 20_000
SITES = 2000
RADIUS_KM = 5.0
REPEATS = 3
START_SECONDS = 60.0


def run() -> str:
    """Measure on threads, on two workers, and on two of which one is killed; print the seconds.

    Returns:
        Seconds of each, the ratio to threads, and whether the bits are the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = made_raster(Path(folder), SIDE)
        work = Work("loss by year", path, made_sites(SIDE, SITES, RADIUS_KM))
        threads, here = _timed(lambda: _areas(work))
        with (
            scheduler_process(Path(folder)) as (_, address),
            worker(address) as first,
            worker(address),
            measuring_on(address),
        ):
            # The first call on each worker compiles.
            _areas(work)
            workers, there = _timed(lambda: _areas(work))
            start = time.perf_counter()
            after_loss = killing_after(1, first, lambda: _areas(work))
            lost = time.perf_counter() - start
    print(f"{'':40}{'seconds':>9}{'x threads':>11}")
    for name, seconds in (
        ("two threads", threads),
        ("two workers on loopback", workers),
        ("the same, one killed in the middle", lost),
    ):
        print(f"{name:40}{seconds:9.2f}{seconds / threads:11.2f}")
    print(f"wall time, the best of {REPEATS}; the loss once")
    same = there.equals(here) and after_loss.equals(here)
    return (
        f"threads {threads:.2f} s, workers {workers:.2f} s ({workers / threads:.2f} x), one killed "
        f"{lost:.2f} s ({lost / threads:.2f} x); {'same bits' if same else 'OTHER BITS'}"
    )


def _areas(work: Work) -> pl.DataFrame:
    return class_areas([work.path], work.shapes, classes=range(LOSS_YEARS), threads=2).areas


def _timed(measure: Callable[[], pl.DataFrame]) -> tuple[float, pl.DataFrame]:
    best, outcome = float("inf"), measure()
    for _ in range(REPEATS):
        start = time.perf_counter()
        outcome = measure()
        best = min(best, time.perf_counter() - start)
    return best, outcome


def killing_after(
    outcomes: int, process: subprocess.Popen[bytes], measure: Callable[[], Any]
) -> Any:
    """What a measurement on a cluster returns when a process is killed after some outcomes.

    Args:
        outcomes: groups of chunks that come back before.
        process: of a worker, or of the scheduler.
        measure: measures once or more.
    """

    def watched(*arguments: Any) -> Iterator[Any]:
        for count, outcome in enumerate(dask_cluster.on_cluster(*arguments), start=1):
            if count == outcomes:
                process.kill()
            yield outcome

    with mock.patch.object(block_engine, "on_cluster", watched):
        return measure()


@contextmanager
def scheduler_process(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A scheduler in a process of its own on loopback, and its address."""
    described = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with _process("dask_scheduler", *options, "--scheduler-file", str(described)) as process:
        end = time.monotonic() + START_SECONDS
        while not described.exists() or not described.read_text(encoding="utf-8").endswith("}"):
            if time.monotonic() > end:
                raise TimeoutError("the scheduler did not start")
            time.sleep(0.05)
        yield process, json.loads(described.read_text(encoding="utf-8"))["address"]


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of one thread in a process of its own; nothing starts it again."""
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
    with _process("dask_worker", address, *options) as process:
        yield process


@contextmanager
def _process(module: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
