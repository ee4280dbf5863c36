"""Breaks in 100,000 series of 120 months, against a loop of statsmodels fits."""

import time

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from signals.changepoint.season_breaks import MOSUM_CRITICAL, BreakRule, Breaks, find_breaks
from signals.changepoint.season_trend import season_trend_design

ID = "breaks"
GOAL = "100,000 series x 120 months: >= 100 x a statsmodels loop, equal to 1e-8"
KIND = "bench"

SERIES = 100_000
SAMPLE = 400
MONTHS, HISTORY = 120, 96
GAP_SHARE = 0.15
PATTERNS = 500
REPEATS = 3
RULE = BreakRule(
    order=3, trend=True, longest_window_years=np.inf, long_run=False, simulated=False
)  # fmt: skip


def run() -> str:
    """Time both on series without gaps, with shared gaps, and with gaps of their own.

    Returns:
        Seconds and the ratio to the loop, scaled from a sample, per kind of gaps; the largest
        difference of coefficients and processes.
    """
    rng = np.random.default_rng(20_261_121)
    cycles = 2010.0 + np.arange(MONTHS) / 12.0
    whole = 0.5 + 0.2 * np.cos(2.0 * np.pi * cycles) + 0.05 * rng.standard_normal((SERIES, MONTHS))
    clouds = rng.random((PATTERNS, MONTHS)) < GAP_SHARE
    shared = np.where(clouds[rng.integers(0, PATTERNS, SERIES)], np.nan, whole)
    own = np.where(rng.random(whole.shape) < GAP_SHARE, np.nan, whole)
    # The first call compiles.
    find_breaks(whole[:10], cycles, HISTORY, RULE)
    print(f"{'':24}{'seconds':>9}{'loop, scaled':>14}{'x':>8}{'difference':>12}")
    figures = []
    for name, values in (("no gaps", whole), ("shared gaps", shared), ("gaps of their own", own)):
        seconds, found = _timed(values, cycles)
        sample = values[:SAMPLE]
        loop, worst = _loop(sample, cycles, found)
        scaled = loop * SERIES / SAMPLE
        print(f"{name:24}{seconds:9.2f}{scaled:14.1f}{scaled / seconds:8.0f}{worst:12.1e}")
        figures.append(f"{name} {seconds:.2f} s, {scaled / seconds:.0f}x, {worst:.0e}")
    print("processor time, one thread; loop: OLS of statsmodels, then the moving sums in numpy")
    return "; ".join(figures)


def _timed(values: NDArray[np.float64], cycles: NDArray[np.float64]) -> tuple[float, Breaks]:
    fastest = np.inf
    for _ in range(REPEATS):
        start = time.process_time()
        found = find_breaks(values, cycles, HISTORY, RULE)
        fastest = min(fastest, time.process_time() - start)
    return fastest, found


def _loop(
    sample: NDArray[np.float64], cycles: NDArray[np.float64], found: Breaks
) -> tuple[float, float]:
    """Fit and monitor one series after another; seconds and the largest difference."""
    design = season_trend_design(cycles, 3, trend=np.arange(1.0, MONTHS + 1.0))
    critical = MOSUM_CRITICAL[0.25] * np.sqrt(2.0)
    outcomes = []
    start = time.process_time()
    for values in sample:
        seen = np.flatnonzero(np.isfinite(values))
        history = int((seen < HISTORY).sum())
        before = seen[:history]
        fit = sm.OLS(values[before], design[before]).fit()
        residuals = values[seen] - design[seen] @ fit.params
        sums = np.concatenate([[0.0], np.cumsum(residuals)])
        window = int(0.25 * history)
        ends = np.arange(history + 1, len(seen) + 1)
        process = (sums[ends] - sums[ends - window]) / np.sqrt(fit.scale * history)
        boundary = np.sqrt(np.maximum(1.0, np.log(ends / history)))
        crossed = np.flatnonzero(np.abs(process) > critical * boundary)
        first = int(seen[history + crossed[0]]) if len(crossed) else -1
        outcomes.append((fit.params, np.abs(process / boundary).max(), first))
    seconds = time.process_time() - start
    worst = 0.0
    for row, (coefficients, peak, first) in enumerate(outcomes):
        if first != found.break_at[row]:
            return seconds, np.inf
        worst = max(
            worst, np.abs(coefficients - found.coefficients[row]).max(), abs(peak - found.peak[row])
        )
    return seconds, float(worst)
