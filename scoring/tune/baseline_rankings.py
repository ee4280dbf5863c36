"""Baseline rankings that any weights are compared with."""

from __future__ import annotations

import numpy as np

from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Flags, Floats, Labels
from scoring.tune.weight_estimator import EstimationRule, fit

#: A group's rate counts as if so many more units of the overall rate were in it.
_UNITS_OF_THE_OVERALL_RATE = 20.0


def random_order(units: int, seed: int = 7) -> Floats:
    """[units] drawn by lot."""
    return np.random.default_rng(seed).random(units)


def exposure_order(known_on: Sample, read_on: Sample) -> Floats:
    """[units read] log odds by people, land or size alone, as fitted on the units learned on."""
    rule = EstimationRule(default=np.zeros(0), intervals=False)
    no_signals = Sample(
        (),
        np.empty((known_on.level.size, 0)),
        np.minimum(known_on.level, 1),
        known_on.block,
        known_on.exposure,
        known_on.audited,
    )
    return fit(no_signals, rule).exposure_part(read_on.exposure)


def context_ranking(was_case: Flags, estimated_group: Labels, read_group: Labels) -> Floats:
    """[units read] share of cases in the unit's group, among the units learned on.

    Small groups are shrunk towards the share of all; groups that were not seen get that share.

    Args:
        was_case: [units learned on].
        estimated_group: [units learned on] such as the country and sector.
        read_group: [units read].
    """
    overall = float(was_case.mean())
    share = {}
    for name in np.unique(estimated_group):
        inside = estimated_group == name
        cases = was_case[inside].sum() + _UNITS_OF_THE_OVERALL_RATE * overall
        share[name] = cases / (inside.sum() + _UNITS_OF_THE_OVERALL_RATE)
    return np.array([share.get(name, overall) for name in read_group], dtype=np.float64)


def earlier_cases(was_case: Flags) -> Floats:
    """[units] those with a case before first; all others tie."""
    return was_case.astype(np.float64)


def equal_weights(risk: Floats) -> Floats:
    """[units] mean of the normalised values that are there, NaN where none is."""
    known = ~np.isnan(risk)
    count = known.sum(axis=1)
    total = np.where(known, risk, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0)
    return mean


def one_signal(risk: Floats, column: int) -> Floats:
    """[units] one signal alone, NaN where missing."""
    return np.asarray(risk[:, column], dtype=np.float64)
