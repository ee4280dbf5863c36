"""The season-trend model y = a + b t + sum over j of c_j cos(2 pi j t) + s_j sin(2 pi j t).

Verbesselt, Zeileis and Herold 2012, Near real-time disturbance detection using satellite image
time series, Remote Sensing of Environment 123:98-108.
"""

import numpy as np
from numpy.typing import NDArray


def season_trend_design(
    cycles: NDArray[np.float64], order: int, *, trend: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the columns of the model at given times.

    Args:
        cycles: Times in years, such as 2010.5.
        order: Harmonics of the year.
        trend: Values of the trend column, such as 1, 2, 3, …; None for no trend.

    Returns:
        Intercept, trend if any, cosines 1 to order, sines 1 to order; shape (times, columns).
    """
    angles = 2.0 * np.pi * np.outer(cycles, np.arange(1, order + 1))
    columns = [np.ones((len(cycles), 1)), np.cos(angles), np.sin(angles)]
    if trend is not None:
        columns.insert(1, np.asarray(trend, dtype=np.float64)[:, None])
    return np.ascontiguousarray(np.hstack(columns))
