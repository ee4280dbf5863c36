"""Time and memory from 100 to 100,000 sites on one raster: cost goes with blocks touched."""

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peak_memory import peak_bytes
from benchmarks.zonal_comparison import Work, made_raster, made_sites, our_shares, touched_windows

ID = "zonal_scaling"
GOAL = "100 to 100,000 sites: time follows the blocks touched, memory stays below 1 GiB"
KIND = "bench"

SIDE = 20_000
RADIUS_KM = 5.0
REPEATS = 3
COUNTS = (100, 300, 1000, 2000, 5000, 10_000, 20_000)
SMALL_RADIUS_KM = 1.0
SMALL_COUNTS = (2000, 100_000)


@dataclass(frozen=True)
class Alone:
    """One size measured in a process of its own, on one thread."""

    sites: int
    chunks: int
    seconds: float
    memory_mib: float


def run() -> str:
    """Measure each size, print the curve.

    Returns:
        Time per chunk and per site at the ends of the curve, and the largest memory.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = made_raster(Path(folder), SIDE)
        sizes = [measured_alone(path, SIDE, count, RADIUS_KM) for count in COUNTS]
        small = [measured_alone(path, SIDE, count, SMALL_RADIUS_KM) for count in SMALL_COUNTS]
    print(
        f"{'km':>5}{'sites':>8}{'chunks':>8}{'seconds':>9}{'ms/chunk':>10}{'us/site':>9}{'MiB':>7}"
    )
    for radius, size in (
        *((RADIUS_KM, size) for size in sizes),
        *((SMALL_RADIUS_KM, size) for size in small),
    ):
        print(
            f"{radius:5.0f}{size.sites:8}{size.chunks:8}{size.seconds:9.2f}"
            f"{1e3 * size.seconds / size.chunks:10.2f}{1e6 * size.seconds / size.sites:9.0f}"
            f"{size.memory_mib:7.0f}"
        )
    first, last = sizes[0], sizes[-1]
    return (
        f"{first.sites} to {last.sites} sites: {first.seconds:.2f} to {last.seconds:.2f} s, "
        f"{1e6 * first.seconds / first.sites:.0f} to {1e6 * last.seconds / last.sites:.0f} us a "
        f"site, {1e3 * first.seconds / first.chunks:.2f} to "
        f"{1e3 * last.seconds / last.chunks:.2f} ms a chunk, "
        f"at most {max(size.memory_mib for size in (*sizes, *small)):.0f} MiB; of "
        f"{SMALL_RADIUS_KM:.0f} km, {small[-1].sites} sites: {small[-1].seconds:.2f} s, "
        f"{1e6 * small[-1].seconds / small[-1].sites:.0f} us a site"
    )


def measured_alone(path: str, side: int, count: int, radius_km: float) -> Alone:
    """Measure in a process of its own, so that its peak memory is that of this work alone."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(_measure, path, side, count, radius_km).result()


def _measure(path: str, side: int, count: int, radius_km: float) -> Alone:
    # The first call compiles.
    our_shares(Work("warm", path, made_sites(side, 3, radius_km)))
    work = Work("curve", path, made_sites(side, count, radius_km))
    chunks = len(touched_windows(work))
    seconds = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        our_shares(work)
        seconds = min(seconds, time.process_time() - start)
    return Alone(count, chunks, seconds, peak_bytes() / 2**20)
