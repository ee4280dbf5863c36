"""When the event of a break happened, which is before the day on which monitoring detects it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_splits(residuals: NDArray[np.float64], crossings: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first time after each event: the split with the largest likelihood of a step.

    With normal noise the likelihood of a step at a time is S²/n + (T - S)²/(N - n), of the sum S of
    the n residuals from there to the crossing and the sum T of all N up to it (Page 1955,
    Biometrika 42:523-527; Hawkins 1977, J. Am. Stat. Assoc. 72:180-186). What follows the crossing
    is not used, so that the date does not drift as data are appended. The search goes through the
    whole history: an event that lies in it, of which the moving sums still know, keeps its day.

    Args:
        residuals: (series, times), NaN where there is no observation.
        crossings: time of the first crossing of each series.
    """
    times = np.arange(residuals.shape[1])
    is_used = np.isfinite(residuals) & (times <= crossings[:, None])
    known = np.where(is_used, residuals, 0.0)
    after = known[:, ::-1].cumsum(axis=1)[:, ::-1]
    count = is_used[:, ::-1].cumsum(axis=1)[:, ::-1]
    before, count_before = after[:, :1] - after, count[:, :1] - count
    gain = after**2 / np.maximum(count, 1) + before**2 / np.maximum(count_before, 1)
    return np.asarray(np.where(is_used, gain, -1.0).argmax(axis=1), dtype=np.int64)
