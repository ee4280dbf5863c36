"""Loss by year around 2,000 sites on a COG of 20,000² pixels, against exactextract, rasterstats."""

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.zonal_comparison import Work, compare, made_raster, made_sites, our_shares
from benchmarks.zonal_scaling import measured_alone

ID = "zonal"
GOAL = "2,000 sites on 20,000²: >= 4 x exactextract, 12 x rasterstats, <= 1.5 x decoding, < 1 GiB"
KIND = "bench"

SIDE = 20_000
SITES = 2000
RADIUS_KM = 5.0
REPEATS = 5
REPEATS_OF_OTHERS = 3


def run() -> str:
    """Time every way on one thread, then this engine on all, and say where they differ.

    Returns:
        Seconds of this engine, the ratios, the largest difference from exactextract in the share
        of any class, peak memory, and whether threads give the same bits.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = made_raster(Path(folder), SIDE)
        work = Work("loss by year", path, made_sites(SIDE, SITES, RADIUS_KM))
        outcome = compare(work, REPEATS, REPEATS_OF_OTHERS)
        alone = our_shares(work, threads=1)
        start = time.perf_counter()
        on_threads = our_shares(work, threads=2)
        threaded = time.perf_counter() - start
        many = our_shares(work, threads=7)
        same = np.array_equal(alone, on_threads) and np.array_equal(alone, many)
        memory_mib = measured_alone(path, SIDE, SITES, RADIUS_KM).memory_mib
    rows = [
        ("decoding the touched blocks once", outcome.decode),
        ("this engine, one thread", outcome.ours),
        ("this engine, two threads", threaded),
        ("exactextract", outcome.exactextract),
        ("rasterstats (pixel centres)", outcome.rasterstats),
    ]
    print(f"{'':34}{'seconds':>9}{'x ours':>8}")
    for name, seconds in rows:
        print(f"{name:34}{seconds:9.2f}{seconds / outcome.ours:8.1f}")
    print(
        f"processor time but for two threads; medians of {REPEATS}, others of {REPEATS_OF_OTHERS}"
    )
    return (
        f"{outcome.ours:.2f} s, exactextract {outcome.exactextract / outcome.ours:.1f}x, "
        f"rasterstats {outcome.rasterstats / outcome.ours:.1f}x, "
        f"{outcome.of_decode:.2f}x decoding ({outcome.of_decode_clock:.2f}x on the clock), "
        "worst difference "
        f"{outcome.worst_absolute:.1e} of a site's area, {memory_mib:.0f} MiB, "
        f"{'same bits' if same else 'OTHER BITS'} on 1, 2 and 7 threads"
    )
