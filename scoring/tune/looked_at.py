"""How likely a case would have been looked at: the correction for who is found at all.

A finding needs somebody who looked. Where audits that found nothing are on record too, the units
looked at are known, and a logit on what makes a unit visible (size, spend, past audits) gives the
chance. What makes a unit visible must not be a signal, or the two cannot be told apart (Bekker,
Robberechts and Davis 2019, SCIENCE 6.6).
"""

from __future__ import annotations

import numpy as np

from configs.errors import DataRefusedError
from scoring.tune.likelihoods import (
    LEAST_CHANCE_TO_BE_LOOKED_AT,
    Penalty,
    likelihood,
    maximise,
)
from scoring.tune.measures import Flags, Floats

_FEWEST = 20


def chance_looked_at(
    visibility: Floats, looked_at: Flags, drawn_with: Floats | None = None
) -> Floats:
    """[units] chance that the unit would have been looked at, at least the least allowed.

    Args:
        visibility: [units, columns] no NaN.
        looked_at: [units] whether any outcome, a finding or not, is on record.
        drawn_with: [units] chance where it was logged when units were drawn, NaN elsewhere; the
            logged one goes before the estimated one.

    Raises:
        DataRefusedError: fewer than twenty units looked at, or not looked at.
    """
    fewer = int(min(looked_at.sum(), (~looked_at).sum()))
    if fewer < _FEWEST:
        raise DataRefusedError(
            f"who was looked at cannot be corrected for: only {fewer} units on one side, and "
            f"{_FEWEST} are needed; leave the correction out"
        )
    spread = visibility.std(axis=0)
    standard = (visibility - visibility.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    nothing = np.zeros(looked_at.size)
    # A light ridge keeps a visibility that separates the two sides finite; the level is free.
    columns = standard.shape[1]
    penalty = Penalty(np.ones(columns), np.zeros(columns), np.zeros(columns))
    found = likelihood("logit", standard, looked_at.astype(np.int64), nothing)
    slopes, level = maximise(found, penalty, np.full(columns, -np.inf))
    chance: Floats = 1 / (1 + np.exp(-(standard @ slopes + level)))
    if drawn_with is not None:
        chance = np.where(np.isnan(drawn_with), chance, drawn_with)
    return np.clip(chance.astype(np.float64), LEAST_CHANCE_TO_BE_LOOKED_AT, 1.0)
