"""Weights learned from outcomes: signs from the cards, exposure apart, drawn in to the default.

The readings of a signal run from 0 to 1, 1 being riskier, so no coefficient may be below 0. What
is explained by exposure (people, land, size) is fitted first and held fixed as an offset, so that
a signal gets weight only for what exposure leaves over. The penalty pulls towards the default
weights, not towards nothing: with few cases the default comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from configs.errors import DataRefusedError
from scoring.tune.intervals import LEVEL, drawn_rows
from scoring.tune.likelihoods import Method, Penalty, likelihood, maximise
from scoring.tune.measures import Flags, Floats, Labels

#: Cases per coefficient below which intervals stop holding (Vittinghoff and McCulloch 2007,
#: Am J Epidemiol 165:710-718), which is half of the older rule of ten.
FEWEST_CASES_PER_COEFFICIENT = 5
FEWEST_CASES = 20

_LEAST_SPREAD = 1e-6
_MOST_BIAS = 0.05  # share of draws on one side of the fit, in the correction of intervals
_OF_EXPOSURE = 1e-3  # enough to keep a separated exposure finite
_LIGHT = 1.0  # a case that stands for several can outweigh all around it: needs a real ridge


@dataclass(frozen=True)
class Sample:
    """Units to learn from.

    Attributes:
        signals: names of the columns.
        risk: [units, signals] readings of 0..1, NaN where missing.
        level: [units] 0 unlabelled, 1 case; more where more was found (`ordinal`).
        block: [units] country or state: drawn whole, and the stratum of `conditional`.
        exposure: [units, columns] such as the logs of people and land; no NaN; may have 0 columns.
        looked_at: [units] chance that a case would have been looked at, or None.
    """

    signals: tuple[str, ...]
    risk: Floats
    level: NDArray[np.int64]
    block: Labels
    exposure: Floats
    looked_at: Floats | None = None

    @property
    def is_case(self) -> Flags:
        """[units] whether something was found."""
        return np.asarray(self.level > 0)

    def rows(self, rows: NDArray[np.int64] | Flags) -> Sample:
        """Some of the units, some of them several times."""
        return replace(
            self,
            risk=self.risk[rows],
            level=self.level[rows],
            block=self.block[rows],
            exposure=self.exposure[rows],
            looked_at=None if self.looked_at is None else self.looked_at[rows],
        )


@dataclass(frozen=True)
class LearningRule:
    """How weights are learned.

    Attributes:
        default: [signals] weights that the penalty pulls to; their scale does not matter.
        method: see `scoring.tune.likelihoods.likelihood`.
        penalty: strength of the pull, in the units of a log-likelihood per squared coefficient
            of a reading in standard deviations. 10 is worth some forty cases of middling chance.
        lasso: cost of any weight at all, which leaves signals out.
        draws: how often blocks are drawn for the intervals; 0 for none.
        seed: of the drawing.
        level: share of the draws inside an interval.
    """

    default: Floats
    method: Method = "logit"
    penalty: float = 10.0
    lasso: float = 0.0
    draws: int = 200
    seed: int = 7
    level: float = LEVEL


@dataclass(frozen=True)
class Fit:
    """One fit.

    Attributes:
        coefficient: [signals] of the reading in log odds, 0 or more.
        centre: [signals] mean reading: where a reading is missing it says nothing either way.
        exposure: [columns] of the exposure, of either sign.
        exposure_level: log odds at no exposure, by exposure alone; 0 where the method has none.
        intercept: log odds at the mean readings and no exposure; 0 where the method has none.
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
class Learned:
    """Weights with their intervals.

    Attributes:
        signals: names.
        fit: on all units.
        weight_low: [signals] lower end of the share of each signal, by drawing blocks.
        weight_high: upper end.
        cases: learned from.
        units: learned from, those unlabelled among them.
        draws_used: drawings that had enough cases to be fitted.
    """

    signals: tuple[str, ...]
    fit: Fit
    weight_low: Floats
    weight_high: Floats
    cases: int
    units: int
    draws_used: int


def learn(sample: Sample, rule: LearningRule) -> Learned:
    """Weights of the signals, with intervals by drawing whole blocks.

    Raises:
        DataRefusedError: too few cases, a reading outside 0..1, or nothing to compare with.
    """
    _allowed(sample, rule)
    fitted = fit(sample, rule)
    drawn = []
    rows_of_draw = drawn_rows(sample.block, rule.draws, rule.seed) if rule.draws else []
    for rows in rows_of_draw:
        part = sample.rows(rows)
        if FEWEST_CASES <= part.is_case.sum() < part.level.size:
            drawn.append(fit(part, rule, fitted).weight)
    low, high = _interval(fitted.weight, np.array(drawn), rule.level)
    return Learned(
        sample.signals, fitted, low, high, int(sample.is_case.sum()), sample.level.size, len(drawn)
    )


def _interval(weight: Floats, drawn: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the bias-corrected interval of each weight (Efron 1987, JASA 82:171).

    Weights cannot be below 0 and are shares, so noise in signals that mean nothing takes from the
    others, in a drawing once more than in the fit; the correction turns that around.
    """
    if drawn.size == 0:
        nothing = np.full(weight.size, np.nan)
        return nothing, nothing.copy()
    below = (drawn < weight).mean(axis=0) + (drawn == weight).mean(axis=0) / 2
    shift = 2 * norm.ppf(np.clip(below, _MOST_BIAS, 1 - _MOST_BIAS))
    ends = [norm.cdf(shift + norm.ppf(share)) for share in ((1 - level) / 2, (1 + level) / 2)]
    columns = range(weight.size)
    low, high = (
        np.array([np.quantile(drawn[:, j], end[j]) for j in columns], dtype=np.float64)
        for end in ends
    )
    return np.minimum(low, weight), np.maximum(high, weight)


def fit(sample: Sample, rule: LearningRule, start: Fit | None = None) -> Fit:
    """One fit without intervals; see `learn`, which checks the sample first."""
    known = ~np.isnan(sample.risk)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, sample.risk, 0.0).sum(axis=0) / count
    away = np.where(known, sample.risk - centre, 0.0)
    spread = np.sqrt((away**2).sum(axis=0) / count)
    tells = spread > _LEAST_SPREAD
    scale = np.where(tells, spread, 1.0)
    readings = away / scale
    offset, exposure, level = _exposure(sample, rule)

    def of(columns: Floats, held: Floats, penalty: Penalty, first: Floats | None) -> Floats:
        found = likelihood(rule.method, columns, sample.level, held, sample.block, sample.looked_at)
        lowest = np.zeros(columns.shape[1])
        return np.append(*maximise(found, penalty, lowest, first))

    if not sample.signals:
        return Fit(np.empty(0), np.empty(0), exposure, level, level)
    # How far the default weights go on these cases decides the scale they are pulled to.
    default = np.where(tells, np.maximum(rule.default, 0.0) * scale, 0.0)
    pulled_to = np.zeros(default.size)
    if default.any():
        index = (readings @ default)[:, None]
        light = np.full(1, _LIGHT * float(index.var()))
        unit = Penalty(light, np.zeros(1), np.zeros(1))
        pulled_to = default * of(index, offset, unit, None)[0]
    penalty = Penalty(
        ridge=np.where(tells, rule.penalty, 1.0),
        lasso=np.full(default.size, rule.lasso),
        centre=np.where(tells, pulled_to, 0.0),
    )
    first = None if start is None else start.coefficient * scale
    found = of(readings, offset, penalty, first)
    coefficient = np.where(tells, found[: default.size], 0.0) / scale
    intercept = float(found[default.size]) if rule.method == "logit" else 0.0
    return Fit(coefficient, centre, exposure, level, intercept)


def _exposure(sample: Sample, rule: LearningRule) -> tuple[Floats, Floats, float]:
    """Offset of each unit, slopes and level of the exposure, fitted without any signal."""
    nothing = np.zeros(sample.level.size)
    columns = sample.exposure.shape[1]
    if columns == 0:
        return nothing, np.empty(0), 0.0
    mean, spread = sample.exposure.mean(axis=0), sample.exposure.std(axis=0)
    scale = np.where(spread > _LEAST_SPREAD, spread, 1.0)
    standard = (sample.exposure - mean) / scale
    found = likelihood(rule.method, standard, sample.level, nothing, sample.block, sample.looked_at)
    ridge = _OF_EXPOSURE if sample.looked_at is None else _LIGHT
    penalty = Penalty(np.full(columns, ridge), np.zeros(columns), np.zeros(columns))
    slopes, free = maximise(found, penalty, np.full(columns, -np.inf))
    slopes = slopes / scale
    level = float(free[0] - mean @ slopes) if rule.method == "logit" else 0.0
    return sample.exposure @ slopes, slopes, level


def _allowed(sample: Sample, rule: LearningRule) -> None:
    cases = int(sample.is_case.sum())
    free = int((np.nan_to_num(np.nanstd(_filled(sample.risk), axis=0)) > _LEAST_SPREAD).sum())
    needed = max(FEWEST_CASES, FEWEST_CASES_PER_COEFFICIENT * (free + sample.exposure.shape[1]))
    if free == 0:
        raise DataRefusedError(
            "the weights cannot be learned: no signal differs between the units; learn on units "
            "that have values"
        )
    if cases < needed:
        raise DataRefusedError(
            f"the weights cannot be learned: {cases} cases for {free} signals and "
            f"{sample.exposure.shape[1]} exposures, and {needed} are needed "
            f"({FEWEST_CASES_PER_COEFFICIENT} each and at least {FEWEST_CASES}); keep the default "
            "weights, gather outcomes, or learn fewer signals"
        )
    if cases == sample.level.size:
        raise DataRefusedError(
            "the weights cannot be learned: every unit is a case, so there is none to compare with"
        )
    if ((sample.risk < 0) | (sample.risk > 1)).any():
        raise DataRefusedError("the weights cannot be learned: a reading lies outside 0..1")
    if rule.default.size != len(sample.signals):
        raise ValueError(f"{rule.default.size} default weights for {len(sample.signals)} signals")


def _filled(risk: Floats) -> Floats:
    """The readings, with 0 in columns that are missing everywhere."""
    return np.where(np.isnan(risk).all(axis=0), 0.0, risk)
