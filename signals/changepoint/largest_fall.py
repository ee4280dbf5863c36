"""The largest fall of a short series: for a year or two, too short to monitor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

SMOOTHED_OVER = 5
"""Observations of the running median: two clouded ones in a row do not make a fall."""


@dataclass(frozen=True)
class Fall:
    """The largest fall of each series from the highest level reached before.

    Attributes:
        size: In the unit of the values; 0 for a series that never falls, NaN for one with fewer
            observations than the running median takes.
        lowest_at: Index of the time at which it is complete, -1 where there is none.
    """

    size: NDArray[np.float64]
    lowest_at: NDArray[np.int64]


def largest_fall(values: NDArray[np.float64]) -> Fall:
    """Find the largest fall of the running median of five observations.

    Args:
        values: (series, times), NaN where there is no observation.
    """
    size = np.full(len(values), np.nan)
    lowest_at = np.full(len(values), -1, dtype=np.int64)
    for row, series in enumerate(values):
        slots = np.flatnonzero(np.isfinite(series))
        if len(slots) < SMOOTHED_OVER:
            continue
        level = median_filter(series[slots], SMOOTHED_OVER, mode="nearest")
        fall = np.maximum.accumulate(level) - level
        deepest = int(fall.argmax())
        size[row] = fall[deepest]
        lowest_at[row] = slots[deepest] if fall[deepest] > 0.0 else -1
    return Fall(size, lowest_at)
