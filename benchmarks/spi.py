"""SPI-12 of 100,000 sites x 480 months at once, against one scipy fit after another."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from signals.environment.spi import LARGEST_SPI, rolling_sums
from signals.environment.spi_series import spi_series

ID = "spi"
GOAL = "100,000 sites x 480 months: >= 50 x one-by-one scipy fits, agreeing to 1e-8"

SITES = 100_000
MONTHS = 480
SCALE = 12
#: Sites of the slow way; its time is proportional to their number.
SLOW_SITES = 100


def run() -> str:
    """Time both in processor seconds, as other work on the machine slows neither then.

    Returns:
        Seconds, ratio to scipy, worst difference, and ratio to reading and writing the memory.
    """
    monthly = _made_rain()
    fixed = np.ones(MONTHS, dtype=bool)
    spi_series(monthly[:2], SCALE, fixed, fit="exact")
    rows = {
        "exact fits, as scipy's": _seconds(
            lambda: spi_series(monthly, SCALE, fixed, fit="exact", threads=1)
        ),
        "Thom's fits, as the signal": _seconds(
            lambda: spi_series(monthly, SCALE, fixed, threads=1)
        ),
    }
    copied = np.empty_like(monthly)
    np.copyto(copied, monthly)
    floor = min(_seconds(lambda: np.copyto(copied, monthly))[0] for _ in range(3))
    start = time.process_time()
    slow = np.array([_one_site(series) for series in monthly[:SLOW_SITES]])
    slow_seconds = (time.process_time() - start) * SITES / SLOW_SITES
    start = time.perf_counter()
    fast = spi_series(monthly, SCALE, fixed, fit="exact")
    on_all = time.perf_counter() - start
    worst = float(np.nanmax(np.abs(fast.index[:SLOW_SITES] - slow)))
    same_gaps = np.array_equal(np.isnan(fast.index[:SLOW_SITES]), np.isnan(slow))
    ours = rows["exact fits, as scipy's"][0]
    print(f"{'processor seconds':32}{'seconds':>10}{'x ours':>9}")
    for name, (seconds, _) in rows.items():
        print(f"{name + ', one thread':40}{seconds:10.2f}{seconds / ours:9.2f}")
    print(f"{f'scipy one by one ({SLOW_SITES} sites, scaled)':40}{slow_seconds:10.1f}"
          f"{slow_seconds / ours:9.1f}")  # fmt: skip
    print(f"{'reading and writing the memory':40}{floor:10.3f}{floor / ours:9.4f}")
    print(f"{'exact fits, all threads, by the clock':40}{on_all:10.2f}")
    return (
        f"{ours:.2f} s, {slow_seconds / ours:.0f}x one-by-one scipy, worst difference "
        f"{worst:.1e}{'' if same_gaps else ' AND OTHER GAPS'}, {ours / floor:.0f}x the memory floor"
    )


def _made_rain() -> NDArray[np.float64]:
    """Seasonal rain with dry months and a few gaps; a sixth of the sites are arid."""
    random = np.random.default_rng(6)
    season = 1.0 + 0.9 * np.sin(np.arange(MONTHS) * 2.0 * np.pi / 12.0)
    monthly = np.empty((SITES, MONTHS))
    for start in range(0, SITES, 10_000):
        rows = slice(start, start + 10_000)
        shape = (min(10_000, SITES - start), MONTHS)
        monthly[rows] = random.gamma(1.5, 60.0, shape) * season
        arid = np.arange(start, start + shape[0])[:, None] % 6 == 0
        monthly[rows][arid & (random.random(shape) < 0.97)] = 0.0
        monthly[rows][random.random(shape) < 0.0005] = np.nan
    return monthly


def _one_site(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same index as one would write it with scipy for one series."""
    sums = rolling_sums(series[None, :], SCALE)[0]
    index = np.full(MONTHS, np.nan)
    for month in range(12):
        same = sums[month::12]
        known = same[np.isfinite(same)]
        positive = known[known > 0.0]
        dry = 1.0 - positive.size / known.size
        shape, _, scale = stats.gamma.fit(positive, floc=0)
        below = dry + (1.0 - dry) * stats.gamma.cdf(same, shape, scale=scale)
        probability = np.where(same == 0.0, dry / 2.0, below)
        index[month::12] = np.clip(stats.norm.ppf(probability), -LARGEST_SPI, LARGEST_SPI)
    return index


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Processor and clock seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - processor, time.perf_counter() - clock
