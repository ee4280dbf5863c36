"""Tiers: where to look first, in words of priority and never of guilt."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from configs.settings import Tiers

#: Scores that differ by less are equal: the rest is rounding of sums.
SCORE_DECIMALS = 9


class Tier(StrEnum):
    """How early a supplier deserves attention."""

    FIRST_PRIORITY = "first_priority"
    SECOND_PRIORITY = "second_priority"
    THIRD_PRIORITY = "third_priority"
    FEW_SIGNALS = "few_signals"
    INSUFFICIENT_INFORMATION = "insufficient_information"


#: What people read.
TIER_TEXT: Mapping[Tier, str] = MappingProxyType(
    {
        Tier.FIRST_PRIORITY: "first engagement priority",
        Tier.SECOND_PRIORITY: "second engagement priority",
        Tier.THIRD_PRIORITY: "third engagement priority",
        Tier.FEW_SIGNALS: "few signals visible to this tool",
        Tier.INSUFFICIENT_INFORMATION: "insufficient information: find data first",
    }
)


def tier_names(
    scores: NDArray[np.float64], floors: Tiers, held_back: NDArray[np.bool_] | None = None
) -> NDArray[np.str_]:
    """The tier of each score.

    Args:
        scores: 0-100, NaN where there is none.
        floors: lowest score of each tier.
        held_back: [suppliers] who stands in the second tier though the score reaches the first;
            None: no one.
    """
    rounded = np.round(scores, SCORE_DECIMALS)
    steps = [floors.third, floors.second, floors.first]
    upwards = [Tier.FEW_SIGNALS, Tier.THIRD_PRIORITY, Tier.SECOND_PRIORITY, Tier.FIRST_PRIORITY]
    step = np.searchsorted(steps, rounded, side="right")
    if held_back is not None:
        step = np.where(held_back, np.minimum(step, len(steps) - 1), step)
    reached = np.array(upwards, dtype=str)[step]
    return np.where(np.isnan(rounded), Tier.INSUFFICIENT_INFORMATION.value, reached)
