"""What every fit of weights shares: readings on one scale, exposure held, looks corrected for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.tune.likelihoods import Likelihood, Method, Penalty, likelihood, maximise
from scoring.tune.measures import Floats
from scoring.tune.sample import Readings, Sample, standardised

#: Ridge of coefficients that nothing pulls: enough to keep separated ones finite, and a hundredth
#: of the usual pull, so that it does not bend shares.
LIGHT = 0.1
_OF_EXPOSURE = 1e-3


@dataclass(frozen=True)
class Design:
    """A sample made ready to be fitted.

    Attributes:
        sample: as given.
        method: see `scoring.tune.likelihoods.likelihood`.
        readings: in standard deviations.
        beside: [units, columns] what draws looks, fitted beside the signals; may have 0 columns.
            The big are both seen more and more often a case: if that were left out, a look would
            not be a matter of chance given what is fitted.
        chance: [units] to be looked at, or None.
        offset: [units] log odds by exposure, fitted without any signal.
        exposure: [columns] its slopes.
        exposure_level: log odds at no exposure; 0 where the method has none.
    """

    sample: Sample
    method: Method
    readings: Readings
    beside: Floats
    chance: Floats | None
    offset: Floats
    exposure: Floats
    exposure_level: float

    def likelihood(self, columns: Floats) -> Likelihood:
        """Of coefficients of some columns, then of those beside, then of the free ones."""
        return likelihood(
            self.method,
            np.column_stack([columns, self.beside]),
            self.sample.level,
            self.offset,
            self.sample.block,
            self.chance,
        )


def design(sample: Sample, method: Method) -> Design:
    """Estimate who is looked at, and the exposure.

    Raises:
        DataRefusedError: looks to correct for with another method than `logit`.
    """
    beside, chance = np.empty((sample.level.size, 0)), None
    if sample.looked_at is not None:
        beside = standardised(sample.looked_at.visibility).standard
        chance = sample.looked_at.chance()
    offset, exposure, level = _exposure(sample, method, chance)
    return Design(
        sample, method, standardised(sample.risk), beside, chance, offset, exposure, level
    )


def _exposure(
    sample: Sample, method: Method, chance: Floats | None
) -> tuple[Floats, Floats, float]:
    nothing = np.zeros(sample.level.size)
    columns = sample.exposure.shape[1]
    if columns == 0:
        return nothing, np.empty(0), 0.0
    exposure = standardised(sample.exposure)
    found = likelihood(method, exposure.standard, sample.level, nothing, sample.block, chance)
    penalty = Penalty(np.full(columns, _OF_EXPOSURE), np.zeros(columns), np.zeros(columns))
    slopes, free = maximise(found, penalty, np.full(columns, -np.inf))
    slopes = slopes / exposure.scale
    level = float(free[0] - exposure.centre @ slopes) if method == "logit" else 0.0
    return sample.exposure @ slopes, slopes, level
