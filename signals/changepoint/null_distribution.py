"""How large the monitored process gets without a break, by simulation of the very procedure.

The limit theory of monitoring wants long histories; with three to ten years of monthly data the
estimated long-run variance adds its own error. So the peak of the process is simulated for the
lengths available on AR(1) noise of several strengths, and the strength with the largest peaks
decides: the false alarms are then at most the level for each of them.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signals.changepoint import monitoring_kernel as kernel
from signals.changepoint.season_trend import season_trend_design

AUTOCORRELATIONS = (0.0, 0.3, 0.6)
SERIES_EACH = 4000
SEED = 20_220_301

TAIL_FROM, TAIL_TO = 0.05, 0.005
"""Beyond the second level p-values follow log p, linear in the squared peak, through both."""


@dataclass(frozen=True)
class NullPeaks:
    """Sorted peaks of simulated series without a break, one row per autocorrelation."""

    peaks: NDArray[np.float64]

    def critical(self, level: float) -> float:
        """Return the peak that at most this share of series without a break exceeds."""
        return float(np.quantile(self.peaks, 1.0 - level, axis=1).max())

    def p_values(self, peaks: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of such a peak without a break, the largest over autocorrelations."""
        probabilities = np.empty((len(self.peaks), len(peaks)))
        for row, simulated in enumerate(self.peaks):
            above = len(simulated) - np.searchsorted(simulated, peaks, side="left")
            counted = (above + 1.0) / (len(simulated) + 1.0)
            near, far = np.quantile(simulated, [1.0 - TAIL_FROM, 1.0 - TAIL_TO]) ** 2
            slope = np.log(TAIL_TO / TAIL_FROM) / (far - near)
            tail = TAIL_TO * np.exp(slope * (peaks**2 - far))
            probabilities[row] = np.where(peaks**2 > far, np.minimum(tail, TAIL_TO), counted)
        worst = probabilities.max(axis=0)
        return np.where(np.isnan(peaks), np.nan, worst)


def null_peaks(
    history: int,
    monitored: int,
    order: int,
    trend: bool,
    per_year: float,
    window_share: float,
    longest_window: int,
) -> NullPeaks | None:
    """Return the peaks for about these lengths; None where there is nothing to monitor.

    Lengths are rounded, the history downwards and the monitoring upwards, to the unfavourable
    side, so that few are simulated.
    """
    columns = 1 + 2 * order + trend
    if history <= columns + 2 or monitored == 0:
        return None
    step = 1 if history < 24 else 6 if history < 72 else 12
    shorter = max(history // step * step, columns + 3)
    longer = -(-monitored // 6) * 6
    return _simulated(
        min(shorter, 360), min(longer, 360), order, trend, max(round(per_year), 1), window_share,
        longest_window,
    )  # fmt: skip


@lru_cache(maxsize=512)
def _simulated(
    history: int,
    monitored: int,
    order: int,
    trend: bool,
    per_year: int,
    window_share: float,
    longest_window: int,
) -> NullPeaks:
    times = history + monitored
    design = season_trend_design(
        np.arange(times) / per_year,
        order,
        trend=np.arange(1.0, times + 1.0) if trend else None,
    )
    rng = np.random.default_rng(SEED)
    noise = rng.standard_normal((SERIES_EACH, times))
    members = np.arange(SERIES_EACH)
    peaks = np.empty((len(AUTOCORRELATIONS), SERIES_EACH))
    for row, phi in enumerate(AUTOCORRELATIONS):
        numbers = np.full((SERIES_EACH, kernel.NUMBERS), np.nan)
        kernel.monitor(
            autoregressive(noise, phi),
            design,
            history,
            members,
            kernel.MOSUM,
            window_share,
            longest_window,
            True,
            np.full(SERIES_EACH, np.inf),
            numbers,
            np.empty((SERIES_EACH, design.shape[1])),
        )
        peaks[row] = np.sort(numbers[:, kernel.PEAK])
    return NullPeaks(peaks)


def autoregressive(noise: NDArray[np.float64], phi: float) -> NDArray[np.float64]:
    """Return AR(1) series of variance 1 from white noise, (series, times)."""
    series = noise.copy()
    for time in range(1, noise.shape[1]):
        series[:, time] = phi * series[:, time - 1] + np.sqrt(1.0 - phi**2) * noise[:, time]
    return series
