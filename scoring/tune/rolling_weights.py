"""Weights estimated again for each past month, from what was known by then.

Month M may learn from outcomes that were known an embargo before it. A window reads the units as
of an earlier month, leaves out what was learned within the embargo after that month, and takes as
cases what was learned in the horizon after. The windows of a month do not overlap, the last one
ends by the embargo before the month, and each outcome counts in one window at most. Where they
hold too few cases, the month keeps the default weights and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from configs.config_errors import DataRejectedError
from scoring.aggregation.power_mean import power_mean
from scoring.tune.backtest import PROFILE, LabelWindow, where_scored
from scoring.tune.cross_validation import rank_within
from scoring.tune.estimation_sample import Sample
from scoring.tune.likelihoods import Method
from scoring.tune.ranking_measures import Flags, Floats
from scoring.tune.training_sample import (
    Labelled,
    NormalisedMonth,
    TrainingSample,
    Units,
    sample_for_estimation,
)
from scoring.tune.weight_estimator import EstimationRule, Fit, fit, weight_estimate

#: Orders by weights estimated from what was known by the month; only in months that have them.
ESTIMATED = "estimated weights"
ESTIMATED_AND_EXPOSURE = "estimated weights and exposure"
#: What exposure alone leads to, fitted on the same units.
FITTED_EXPOSURE = "exposure"
#: The estimated weights where there are any, else the profile's: what a user would have had.
ROLLING = "learned or default weights"

#: `space`: a unit is read by weights estimated in other countries or states alone.
HeldOut = Literal["time", "space"]

_REJECTED = "the weights cannot be estimated: "
_NOTHING_HIGHER = "no signal is higher where something was found than where exposure alone leads to"


@dataclass(frozen=True)
class RollingRule:
    """How weights are estimated for a month.

    Attributes:
        signals: names of the columns of the normalised values.
        default: [signals] weights of the profile.
        exponent: of the power mean.
        window: embargo and horizon of the labels.
        method: see `scoring.tune.likelihoods.likelihood`.
        held_out: whether a unit's own block is left out too.
    """

    signals: tuple[str, ...]
    default: Floats
    exponent: float
    window: LabelWindow
    method: Method
    held_out: HeldOut


@dataclass(frozen=True)
class MonthWeights:
    """What a month could learn.

    Attributes:
        as_of: the month.
        read_on: the months used for estimation; none where no window had closed.
        cases: learned from.
        units: learned from, each as often as it was read.
        reason: why the default weights stand; None where weights were estimated.
        weights: [signals] in force: learned for the signals that were seen, the default's for the
            others.
        selection: whether it is corrected for audit selection, a sentence.
    """

    as_of: dt.date
    read_on: tuple[dt.date, ...]
    cases: int
    units: int
    reason: str | None
    weights: Floats
    selection: str

    @property
    def is_estimated(self) -> bool:
        """Whether these are not the default weights."""
        return self.reason is None


def training_windows(
    days: Sequence[dt.date], month: dt.date, window: LabelWindow
) -> tuple[dt.date, ...]:
    """Days whose windows closed an embargo before the month and do not overlap, ascending.

    Args:
        days: on which the units were read.
        month: that learns.
        window: embargo and horizon.
    """
    ends = month - dt.timedelta(days=window.embargo_days)
    found: list[dt.date] = []
    for day in sorted(days, reverse=True):
        if window.closes(day) <= ends:
            found.append(day)
            ends = window.opens(day)
    return tuple(reversed(found))


def estimate_for_month(
    month: dt.date,
    history: Mapping[dt.date, NormalisedMonth],
    units: Units,
    outcomes: pl.DataFrame,
    rule: RollingRule,
) -> tuple[MonthWeights, dict[str, Floats]]:
    """Weights of a month from what was known an embargo before it, and the orders they give.

    Args:
        month: the month; a key of the history.
        history: normalised values by day; those of days that it may not know are not used.
        units: the same in all normalised values.
        outcomes: columns of `scoring.tune.outcomes.SCHEMA`; later ones are not used.
        rule: how to learn.

    Returns:
        The weights, and by name the orders of the units, higher first, NaN without any reading;
        no order where the default weights stand.
    """
    known_to = month - dt.timedelta(days=rule.window.embargo_days)
    known = outcomes.filter(pl.col("known_on") <= known_to)
    read_on = training_windows(list(history), month, rule.window)
    usual = MonthWeights(month, read_on, 0, 0, None, rule.default, "")
    if not read_on:
        return replace(usual, reason="no window of outcomes had closed by then"), {}
    labelled = [
        Labelled(history[day], rule.window.opens(day), rule.window.closes(day)) for day in read_on
    ]
    try:
        made = sample_for_estimation(
            labelled, units, rule.signals, rule.default > 0, known, rule.method
        )
        usual = replace(
            usual,
            cases=int(made.sample.is_case.sum()),
            units=made.sample.level.size,
            selection=made.selection,
        )
        estimation = EstimationRule(rule.default[made.reported], rule.method, intervals=False)
        fitted = weight_estimate(made.sample, estimation).fit
    except DataRejectedError as error:
        (reason, _, _) = str(error).removeprefix(_REJECTED).partition(" (")
        return replace(usual, reason=reason.partition(";")[0]), {}
    if fitted.coefficient.sum() <= 0:
        return replace(usual, reason=_NOTHING_HIGHER), {}
    weights = replace(usual, weights=_in_force(fitted, made.reported, rule.default))
    return weights, _orders(history[month], units, made, estimation, fitted, rule)


def with_estimated(
    orders: Mapping[str, Floats], learned: Mapping[str, Floats]
) -> dict[str, Floats]:
    """The orders of a month and those by estimated weights, on the units the profile gives a score.

    Args:
        orders: by name, the profile's among them.
        learned: as `estimate_for_month` gives them.
    """
    ranked = {name: where_scored(order, orders[PROFILE]) for name, order in learned.items()}
    return {**orders, **ranked, ROLLING: ranked.get(ESTIMATED, orders[PROFILE])}


def _orders(
    reading: NormalisedMonth,
    units: Units,
    made: TrainingSample,
    estimation: EstimationRule,
    fitted: Fit,
    rule: RollingRule,
) -> dict[str, Floats]:
    now = Sample(
        signals=made.sample.signals,
        risk=reading.risk[:, made.reported],
        level=np.zeros(units.block.size, dtype=np.int64),
        block=units.block,
        exposure=made.exposure.read(reading.exposure),
    )
    if rule.held_out == "time":
        everybody = np.ones(units.block.size, dtype=bool)
        normalise_with = [(everybody, fitted, made.sample)]
    else:
        normalise_with = []
        for name in np.unique(units.block):
            seen = made.sample.rows(made.sample.block != name)
            if seen.is_case.any():
                normalise_with.append(
                    (np.asarray(units.block == name), fit(seen, estimation), seen)
                )
    names = [ESTIMATED]
    if made.sample.exposure.shape[1]:
        names += [ESTIMATED_AND_EXPOSURE, FITTED_EXPOSURE]
    orders = {name: np.full(units.block.size, np.nan) for name in names}
    for inside, of_others, seen in normalise_with:
        found = _read_by(
            of_others, now.rows(inside), reading.risk[inside], seen, made.reported, rule
        )
        for name in names:
            orders[name][inside] = found[name]
    return orders


def _read_by(
    fitted: Fit, now: Sample, risk: Floats, seen: Sample, reported: Flags, rule: RollingRule
) -> dict[str, Floats]:
    both, alone = fitted.log_odds(now), fitted.exposure_part(now.exposure)
    if rule.held_out == "space":
        # Log odds depend on the prevalence of the training clusters; a percentile rank does not.
        both = rank_within(both, fitted.log_odds(seen))
        alone = rank_within(alone, fitted.exposure_part(seen.exposure))
    return {
        ESTIMATED: power_mean(risk, _in_force(fitted, reported, rule.default), rule.exponent),
        ESTIMATED_AND_EXPOSURE: both,
        FITTED_EXPOSURE: alone,
    }


def _in_force(fitted: Fit, reported: Flags, default: Floats) -> Floats:
    """The estimated weights in place of the default ones of the same signals, to the same sum."""
    if fitted.coefficient.sum() <= 0:
        return default
    weights = default.copy()
    weights[reported] = fitted.weight * default[reported].sum()
    return weights
