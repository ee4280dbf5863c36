"""When the event of a break happened, which is before the day on which monitoring detects it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_splits(
    residuals: NDArray[np.float64],
    crossings: NDArray[np.int64],
    monitor_from: int,
    longest_window: int,
) -> NDArray[np.int64]:
    """The first time after each event: the split with the largest likelihood of a step.

    Before the event the residuals have the mean 0, after it another one; with normal noise the
    likelihood of a step at a time is S²/n, of the sum S of the n residuals from there to the
    crossing (Page 1955, Biometrika 42:523-527). What follows the crossing is not used, so that the
    date does not drift as data are appended. The search begins one window before what is monitored,
    because the moving sums reach that far back.

    Args:
        residuals: (series, times), NaN where there is no observation.
        crossings: time of the first crossing of each series.
        monitor_from: first time that is monitored.
        longest_window: most observations of the moving sums' window, those of a series' own.
    """
    times = np.arange(residuals.shape[1])
    observed = np.isfinite(residuals)
    is_used = observed & (times <= crossings[:, None])
    backwards = (np.where(is_used, residuals, 0.0)[:, ::-1].cumsum(axis=1))[:, ::-1]
    counts = is_used[:, ::-1].cumsum(axis=1)[:, ::-1]
    # Observations from a time to the end of the history; 0 for all that is monitored.
    of_history = observed & (times < monitor_from)
    before = of_history[:, ::-1].cumsum(axis=1)[:, ::-1]
    is_candidate = is_used & (before <= longest_window)
    gain = np.where(is_candidate, backwards**2 / np.maximum(counts, 1), -1.0)
    return np.asarray(gain.argmax(axis=1), dtype=np.int64)
