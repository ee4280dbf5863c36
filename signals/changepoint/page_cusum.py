"""Page's CUSUM for monthly counts: how long a rise has lasted, and whether it is an alarm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALLOWANCE = 0.5
"""Standard deviations above the expected that are let pass each month."""

ALARM_AT = 5.0
"""With these two, one false alarm in 928 months of independent normal scores (Methodology A.3)."""


@dataclass(frozen=True)
class CountAlarm:
    """What Page's CUSUM says of series of counts, one entry per series.

    Attributes:
        scores: S of every month watched, (series, months); NaN months leave it as it was.
        highest: Largest S.
        alarm_at: Index of the first month with S above 5, -1 for none.
    """

    scores: NDArray[np.float64]
    highest: NDArray[np.float64]
    alarm_at: NDArray[np.int64]


def quasi_poisson_scores(
    counts: NDArray[np.float64], expected: NDArray[np.float64], dispersion: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (count - expected) / sqrt(dispersion x expected).

    Args:
        counts: (series, months), NaN where not observed.
        expected: Same shape, above 0.
        dispersion: Per series, variance over mean, at least 1.
    """
    return np.asarray((counts - expected) / np.sqrt(dispersion[:, None] * expected))


def page_cusum(scores: NDArray[np.float64]) -> CountAlarm:
    """Sum scores upwards: S = max(0, S + z - 1/2), an alarm above 5.

    Page 1954, Continuous inspection schemes, Biometrika 41:100-115.
    """
    sums = np.zeros(scores.shape)
    running = np.zeros(len(scores))
    for month in range(scores.shape[1]):
        seen = np.isfinite(scores[:, month])
        raised = np.maximum(0.0, running + np.where(seen, scores[:, month], 0.0) - ALLOWANCE)
        running = np.where(seen, raised, running)
        sums[:, month] = running
    alarms = sums > ALARM_AT
    first = np.where(alarms.any(axis=1), alarms.argmax(axis=1), -1)
    highest = sums.max(axis=1, initial=0.0)
    return CountAlarm(sums, highest, first.astype(np.int64))
