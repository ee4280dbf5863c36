"""Leave-one-group-out validation: weights estimated without the unit's country or state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from configs.config_errors import DataRejectedError
from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Floats
from scoring.tune.weight_estimator import EstimationRule, fit


@dataclass(frozen=True)
class HeldOut:
    """Normalised values by fits that have not seen the unit's block; [units] each.

    The log odds carry the level of the other blocks, which is lower where the block held out had
    many cases: pooled over blocks they understate any order, exposure alone included. The place
    of a unit among the units learned from has no such level.

    Attributes:
        log_odds: signals and exposure.
        place: the same as a place of 0..1 among the units learned from.
        exposure: log odds of exposure alone.
        exposure_place: its percentile rank.
    """

    log_odds: Floats
    place: Floats
    exposure: Floats
    exposure_place: Floats


def out_of_block(sample: Sample, rule: EstimationRule) -> HeldOut:
    """Every unit read by a fit that has not seen the unit's block; no intervals are made.

    Raises:
        DataRejectedError: all units lie in one block.
    """
    units, names = sample.level.size, np.unique(sample.block)
    if names.size < 2:
        raise DataRejectedError(
            "the weights cannot be validated: all units lie in one country or state, and none can "
            "be held out; give sites with their admin_area, or a list of several countries"
        )
    both, place, exposure, exposure_place = np.empty((4, units))
    for name in names:
        inside = sample.block == name
        seen, part = sample.rows(~inside), sample.rows(inside)
        fitted = fit(seen, rule)
        both[inside] = fitted.log_odds(part)
        place[inside] = rank_within(fitted.log_odds(part), fitted.log_odds(seen))
        alone, of_seen = (fitted.exposure_part(of.exposure) for of in (part, seen))
        exposure[inside] = alone + fitted.exposure_level
        exposure_place[inside] = rank_within(alone, of_seen)
    return HeldOut(both, place, exposure, exposure_place)


def rank_within(value: Floats, among: Floats) -> Floats:
    """Share of `among` that lies below, ties half."""
    ordered = np.sort(among)
    low, high = (np.searchsorted(ordered, value, side=side) for side in ("left", "right"))
    return np.asarray((low + high) / (2 * ordered.size), dtype=np.float64)
