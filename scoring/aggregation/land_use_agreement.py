"""Land use alone lifts no one to the top priority band unless two independent sources agree.

Combined alerts of two radar and optical systems had no false detection where each alone had some
(Environmental Research Letters 19(5), 2024); one map of change is not enough to put a supplier
first. Independent are sources that observe with other instruments: two maps made from the same
Landsat images share their clouds and their errors, whoever publishes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scoring.aggregation.evidence_coverage import weighed_sum
from scoring.aggregation.priority_bands import SCORE_DECIMALS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: A signal says that the land changes when it reads at least this risk.
AGREES_FROM = 0.5

#: Note for every supplier that is lowered one band.
WHY = (
    "Lowered one band: the score relies on land use from a single type of sensor. A second, "
    "independent source must confirm it."
)


def lacks_agreement(
    risk: Floats,
    weights: Floats,
    is_land_use: Flags,
    sees_change: Flags,
    lineages: Sequence[AbstractSet[str]],
    exponent: float,
    first_band_floor: float,
) -> Flags:
    """Whether a supplier reaches the first band only by land use seen by one source alone.

    Two sources agree where two signals of change without an instrument in common both read high.

    Args:
        risk: [suppliers, signals] 0..1, NaN where missing.
        weights: [signals] flattened, or [suppliers, signals].
        is_land_use: [signals].
        sees_change: [signals] whether it measures a change in the land.
        lineages: [signals] what each is observed with.
        exponent: of the power mean.
        first_band_floor: lowest score of the first priority band, 0-100.

    Returns:
        [suppliers] True where the first priority band must wait for a second source.
    """
    whole = _score(risk, weights, exponent)
    without = _score(risk[:, ~is_land_use], weights[..., ~is_land_use], exponent)
    by_land_use = (whole >= first_band_floor) & ~(without >= first_band_floor)
    speaks = is_land_use & sees_change & (np.atleast_2d(weights) > 0).any(axis=0)
    agreed = np.zeros(len(risk), dtype=bool)
    for one, other in combinations([int(column) for column in np.flatnonzero(speaks)], 2):
        # A signal that reads any one of several sources has a voice of its own, but only one.
        if lineages[one].isdisjoint(lineages[other]):
            agreed |= (risk[:, one] >= AGREES_FROM) & (risk[:, other] >= AGREES_FROM)
    return np.asarray(by_land_use & ~agreed)


def _score(risk: Floats, weights: Floats, exponent: float) -> Floats:
    """The power mean of what is present, 0-100; NaN where nothing is."""
    present = ~np.isnan(risk)
    total = weighed_sum(np.where(present, risk, 0.0) ** exponent, weights)
    weight = weighed_sum(present, weights)
    mean = np.divide(total, weight, out=np.full(len(risk), np.nan), where=weight > 0)
    return np.asarray(np.round(100.0 * mean ** (1.0 / exponent), SCORE_DECIMALS))
