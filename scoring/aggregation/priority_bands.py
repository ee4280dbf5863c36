"""Priority bands: labels of priority, never of guilt."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from configs.settings import PriorityBandFloors

#: Scores that differ by less are equal: the rest is rounding of sums.
SCORE_DECIMALS = 9


class PriorityBand(StrEnum):
    """How early a supplier deserves attention."""

    FIRST_PRIORITY = "first_priority"
    SECOND_PRIORITY = "second_priority"
    THIRD_PRIORITY = "third_priority"
    FEW_SIGNALS = "few_signals"
    INSUFFICIENT_INFORMATION = "insufficient_information"


#: What people read.
BAND_TEXT: Mapping[PriorityBand, str] = MappingProxyType(
    {
        PriorityBand.FIRST_PRIORITY: "first engagement priority",
        PriorityBand.SECOND_PRIORITY: "second engagement priority",
        PriorityBand.THIRD_PRIORITY: "third engagement priority",
        PriorityBand.FEW_SIGNALS: "few signals visible to this tool",
        PriorityBand.INSUFFICIENT_INFORMATION: "insufficient information: find data first",
    }
)


def band_names(
    scores: NDArray[np.float64],
    floors: PriorityBandFloors,
    held_back: NDArray[np.bool_] | None = None,
) -> NDArray[np.str_]:
    """The priority band of each score.

    Args:
        scores: 0-100, NaN where there is none.
        floors: lowest score of each priority band.
        held_back: [suppliers] who stands in the second band though the score reaches the first;
            None: no one.
    """
    rounded = np.round(scores, SCORE_DECIMALS)
    steps = [floors.third, floors.second, floors.first]
    upwards = [
        PriorityBand.FEW_SIGNALS,
        PriorityBand.THIRD_PRIORITY,
        PriorityBand.SECOND_PRIORITY,
        PriorityBand.FIRST_PRIORITY,
    ]
    step = np.searchsorted(steps, rounded, side="right")
    if held_back is not None:
        step = np.where(held_back, np.minimum(step, len(steps) - 1), step)
    reached = np.array(upwards, dtype=str)[step]
    return np.where(np.isnan(rounded), PriorityBand.INSUFFICIENT_INFORMATION.value, reached)
