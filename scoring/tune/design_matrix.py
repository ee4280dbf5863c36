"""The design matrix of every weight estimator: scaled signals, exposure offset, audit selection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.tune.estimation_sample import NormalisedSample, Sample, standardised
from scoring.tune.likelihoods import Likelihood, Method, Penalty, likelihood, maximise
from scoring.tune.ranking_measures import Floats

_LIGHT = 1e-3  # keeps a separated exposure finite


@dataclass(frozen=True)
class Design:
    """A sample made ready to be fitted.

    Attributes:
        sample: as given.
        method: see `scoring.tune.likelihoods.likelihood`.
        normalised: in standard deviations.
        probability: [units] to be audited, or None.
        offset: [units] log odds that are known or by exposure, fitted without any signal.
        exposure: [columns] its slopes.
        exposure_level: log odds at no exposure; 0 where the method has none.
    """

    sample: Sample
    method: Method
    normalised: NormalisedSample
    probability: Floats | None
    offset: Floats
    exposure: Floats
    exposure_level: float

    def likelihood(self, columns: Floats) -> Likelihood:
        """Of coefficients of some columns, then of the free ones."""
        sample = self.sample
        return likelihood(
            self.method, columns, sample.level, self.offset, sample.block, self.probability
        )


def design(sample: Sample, method: Method) -> Design:
    """Estimate audit selection and the exposure offset.

    Raises:
        DataRejectedError: looks to correct for with another method than `logit`.
    """
    probability = None if sample.audited is None else sample.audited.probability()
    offset, exposure, level = _exposure(sample, method, probability)
    return Design(sample, method, standardised(sample.risk), probability, offset, exposure, level)


def _exposure(
    sample: Sample, method: Method, probability: Floats | None
) -> tuple[Floats, Floats, float]:
    known = np.zeros(sample.level.size) if sample.offset is None else sample.offset
    columns = sample.exposure.shape[1]
    if columns == 0:
        return known, np.empty(0), 0.0
    exposure = standardised(sample.exposure)
    found = likelihood(method, exposure.standard, sample.level, known, sample.block, probability)
    penalty = Penalty(np.full(columns, _LIGHT), np.zeros(columns), np.zeros(columns))
    slopes, free = maximise(found, penalty, np.full(columns, -np.inf))
    slopes = slopes / exposure.scale
    level = float(free[0] - exposure.centre @ slopes) if method == "logit" else 0.0
    return known + sample.exposure @ slopes, slopes, level
