"""Benjamini and Yekutieli's rule: which of many tests stand, whatever depends on whatever."""

import numpy as np
from numpy.typing import NDArray


def adjusted_p_values(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for the false discovery rate; NaN stays NaN and does not count.

    Benjamini and Yekutieli 2001, Annals of Statistics 29:1165-1188: holds under any dependence,
    as neighbouring sites share clouds and seasons.
    """
    adjusted = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p_values))
    count = len(tested)
    if count == 0:
        return adjusted
    order = tested[np.argsort(p_values[tested], kind="stable")]
    ranks = np.arange(1, count + 1)
    harmonic = (1.0 / ranks).sum()
    scaled = p_values[order] * count * harmonic / ranks
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
