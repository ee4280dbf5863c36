"""Estimated weights: a penalised regression on outcomes with signs, offset and ridge penalty.

The normalised risk of a signal is between 0 and 1, 1 being riskier, so no coefficient may be
negative. The part explained by exposure (people, land, size) is fitted first and enters as an
offset, so that a signal gets weight only for what exposure leaves unexplained. The ridge penalty
shrinks towards the default weights, not towards 0: with few cases the estimate is the default.
Intervals come from the unconstrained fit, without penalty and without fixed signs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from configs.config_errors import DataRejectedError
from scoring.tune.cluster_bootstrap import LEVEL
from scoring.tune.design_matrix import design
from scoring.tune.estimation_sample import Sample, standardised
from scoring.tune.likelihoods import Method, Penalty, maximise
from scoring.tune.ranking_measures import Floats
from scoring.tune.unconstrained_fit import intervals_of_shares

#: Cases per coefficient below which intervals stop holding (Vittinghoff and McCulloch 2007,
#: Am J Epidemiol 165:710-718), which is half of the older rule of ten.
MIN_CASES_PER_COEFFICIENT = 5
MIN_CASES = 20


@dataclass(frozen=True)
class EstimationRule:
    """How weights are estimated.

    Attributes:
        default: [signals] weights that the penalty pulls to.
        has_scale: whether `default` is in log odds, and is pulled to as it is; False: its scale
            does not matter, and is how far it goes on these cases.
        method: see `scoring.tune.likelihoods.likelihood`.
        penalty: strength of the pull, in the units of a log-likelihood per squared coefficient
            of a normalised value in standard deviations. 10 is worth some forty cases of medium
            probability.
        lasso: cost of any weight at all, which leaves signals out.
        intervals: whether intervals are made, which takes a fit without each block.
        level: how often an interval is to hold the share of the signal.
    """

    default: Floats
    method: Method = "logit"
    penalty: float = 10.0
    lasso: float = 0.0
    intervals: bool = True
    level: float = LEVEL
    has_scale: bool = False


@dataclass(frozen=True)
class Fit:
    """One fit.

    Attributes:
        coefficient: [signals] of the reading in log odds, 0 or more.
        centre: [signals] mean reading: where a normalised value is missing it says nothing either
            way.
        exposure: [columns] of the exposure, of either sign.
        exposure_level: log odds at no exposure, by exposure alone; 0 where the method has none.
        intercept: log odds at the mean normalised risks and no exposure; 0 where the method has
            none.
    """

    coefficient: Floats
    centre: Floats
    exposure: Floats
    exposure_level: float
    intercept: float

    @property
    def weight(self) -> Floats:
        """[signals] coefficients as shares; all 0 if no signal says anything."""
        total = self.coefficient.sum()
        return self.coefficient / total if total > 0 else np.zeros(self.coefficient.size)

    def likelihood_part(self, risk: Floats) -> Floats:
        """[units] what the signals add to the log odds."""
        away = np.where(np.isnan(risk), 0.0, risk - self.centre)
        return np.asarray(away @ self.coefficient, dtype=np.float64)

    def exposure_part(self, exposure: Floats) -> Floats:
        """[units] what exposure adds to the log odds."""
        return np.asarray(exposure @ self.exposure, dtype=np.float64)

    def log_odds(self, sample: Sample) -> Floats:
        """[units] both parts; higher comes first."""
        return (
            self.intercept + self.likelihood_part(sample.risk) + self.exposure_part(sample.exposure)
        )


@dataclass(frozen=True)
class Estimated:
    """Weights with their intervals.

    Attributes:
        signals: names.
        fit: on all units.
        weight_low: [signals] lower end of the share of each signal, NaN without intervals.
        weight_high: upper end; from 0 to 1 where a signal does not differ between units.
        cases: learned from.
        units: learned from, those unlabelled among them.
        blocks: countries or states. Of a single one, intervals do not show how the next may differ.
    """

    signals: tuple[str, ...]
    fit: Fit
    weight_low: Floats
    weight_high: Floats
    cases: int
    units: int
    blocks: int


def weight_estimate(sample: Sample, rule: EstimationRule) -> Estimated:
    """Weights of the signals, with intervals by leaving out whole blocks in turn.

    The weight itself is always inside: an interval reaches to it where the ridge penalty towards
    the default takes it beyond what the cases speak for.

    Raises:
        DataRejectedError: too few cases, a normalised value outside 0..1, or nothing to compare
            with.
    """
    _allowed(sample, rule)
    fitted = fit(sample, rule)
    low, high = np.full((2, len(sample.signals)), np.nan)
    if rule.intervals:
        low, high = intervals_of_shares(sample, rule.method, rule.level)
        low, high = np.minimum(low, fitted.weight), np.maximum(high, fitted.weight)
    return Estimated(
        signals=sample.signals,
        fit=fitted,
        weight_low=low,
        weight_high=high,
        cases=int(sample.is_case.sum()),
        units=sample.level.size,
        blocks=np.unique(sample.block).size,
    )


def fit(sample: Sample, rule: EstimationRule) -> Fit:
    """One fit without intervals; see `weight_estimate`, which checks the sample first."""
    ready = design(sample, rule.method)
    normalised = ready.normalised
    exposure, level = ready.exposure, ready.exposure_level
    if not sample.signals:
        return Fit(np.empty(0), np.empty(0), exposure, level, level)

    def of(columns: Floats, penalty: Penalty) -> tuple[Floats, Floats]:
        return maximise(ready.likelihood(columns), penalty, np.zeros(columns.shape[1]))

    # Without a scale, how far the default weights go on these cases decides what they pull to.
    tells, scale = normalised.tells, normalised.scale
    default = np.where(tells, np.maximum(rule.default, 0.0) * scale, 0.0)
    pulled_to = np.zeros(default.size)
    if rule.has_scale:
        pulled_to = default
    elif default.any():
        index = (normalised.standard @ default)[:, None]
        unit = Penalty(index.var(axis=0), np.zeros(1), np.zeros(1))
        pulled_to = default * of(index, unit)[0]
    penalty = Penalty(
        ridge=np.where(tells, rule.penalty, 1.0),
        lasso=np.full(default.size, rule.lasso),
        centre=np.where(tells, pulled_to, 0.0),
    )
    found, free = of(normalised.standard, penalty)
    coefficient = np.where(tells, found, 0.0) / scale
    intercept = float(free[0]) if rule.method == "logit" else 0.0
    return Fit(coefficient, normalised.centre, exposure, level, intercept)


def _allowed(sample: Sample, rule: EstimationRule) -> None:
    cases = int(sample.is_case.sum())
    free = int(standardised(sample.risk).tells.sum())
    exposures = sample.exposure.shape[1]
    needed = max(MIN_CASES, MIN_CASES_PER_COEFFICIENT * (free + exposures))
    if free == 0:
        raise DataRejectedError(
            "the weights cannot be estimated: no signal differs between the units; learn on units "
            "that have values"
        )
    if cases < needed:
        raise DataRejectedError(
            f"the weights cannot be estimated: {cases} cases for {free} signals and {exposures} "
            f"column{'s' if exposures != 1 else ''} of exposure, and {needed} are needed "
            f"({MIN_CASES_PER_COEFFICIENT} each and at least {MIN_CASES}); keep the default "
            "weights, gather outcomes, or learn fewer signals"
        )
    if cases == sample.level.size:
        raise DataRejectedError(
            "the weights cannot be estimated: every unit is a case, so there is nothing "
            "to compare with"
        )
    if ((sample.risk < 0) | (sample.risk > 1)).any():
        raise DataRejectedError(
            "the weights cannot be estimated: a normalised value lies outside 0..1"
        )
    if rule.default.size != len(sample.signals):
        raise ValueError(f"{rule.default.size} default weights for {len(sample.signals)} signals")
