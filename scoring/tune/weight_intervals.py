"""Intervals of estimated weights: what the cases say of a share, signs that are fixed and all.

A weight is the share of its coefficient in the sum of all, and none is below 0. Fits that hold
these signs, and all drawings of them, are biased where the truth is 0: noise there can only add,
and as shares are taken, it takes from the weights that matter. No drawing with replacement corrects
that (Andrews 2000, Econometrica 68:399). So the intervals rest on the fit with free signs:

- its covariance by leaving out whole blocks in turn, everything estimated again (the cluster
  jackknife, CV3: MacKinnon, Nielsen and Webb 2024, arXiv 2406.00650, on logits with few clusters);
- a share s is kept if the coefficient less s times the sum of all is near enough to 0 (Fieller
  1954, J R Stat Soc B 16:175), by Student's t with one degree of freedom less than blocks;
- near enough by the ratio to the best share that is 0 or more (Feldman and Cousins 1998, Phys Rev
  D 57:3873): intervals stay at their level where the truth is 0, and are never empty.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from scoring.tune.ranking_measures import Floats, Labels

_MAX_GROUPS = 100
_SHARES = np.linspace(0.0, 1.0, 2001)
_DISTANCES = 400
_HALVINGS = 60
_MIN_ERROR = 1e-9  # of the sum of the coefficients: keeps a certain estimate off 0 / 0


def leave_out_groups(block: Labels) -> NDArray[np.int64]:
    """[units] number of the group that a unit is left out with.

    A group is a block; beyond a hundred blocks, several of them (the delete-a-group jackknife:
    Kott 2001, J Off Stat 17:521). Where all units lie in one block, units are dealt to groups,
    and what differs between blocks stays unseen.
    """
    names, numbers, sizes = np.unique(block, return_inverse=True, return_counts=True)
    if names.size == 1:
        order = np.random.default_rng(0).permutation(block.size)
        return np.asarray(order % min(block.size, _MAX_GROUPS), dtype=np.int64)
    place = np.empty(names.size, dtype=np.int64)
    place[np.argsort(-sizes, kind="stable")] = np.arange(names.size)
    return np.asarray(place[numbers] % _MAX_GROUPS, dtype=np.int64)


def jackknife_covariance(whole: Floats, without: Floats) -> Floats:
    """[signals, signals] from the estimate on all, and [groups, signals] those without a group."""
    away = without - whole
    groups = without.shape[0]
    return np.asarray((groups - 1) / groups * (away.T @ away), dtype=np.float64)


def share_intervals(
    coefficient: Floats, covariance: Floats, degrees: int, level: float
) -> tuple[Floats, Floats]:
    """Lowest and highest share of each coefficient in their sum that the estimate agrees with.

    Args:
        coefficient: [signals] estimates, of either sign; the true ones are 0 or more.
        covariance: [signals, signals] of these.
        degrees: of freedom of the covariance.
        level: how often the interval is to hold the truth.

    Returns:
        [signals] each; 0 to 1 where the sum of the estimates is not above 0, which leaves the
        shares open.
    """
    count, total = coefficient.size, float(coefficient.sum())
    if count == 1:
        return np.ones(1), np.ones(1)
    if total <= 0:
        return np.zeros(count), np.ones(count)
    distance, limit = _limits(degrees, level)
    with_sum, of_sum = covariance.sum(axis=0), float(covariance.sum())
    low, high = np.empty((2, count))
    for j, own in enumerate(coefficient):
        best = min(max(own / total, 0.0), 1.0)
        variance = covariance[j, j] - 2 * _SHARES * with_sum[j] + _SHARES**2 * of_sum
        error = np.maximum(np.sqrt(np.maximum(variance, 0.0)), _MIN_ERROR * total)
        seen, expected = own / error, _SHARES * total / error
        away = np.where(seen >= 0, (seen - expected) ** 2, expected * (expected - 2 * seen))
        kept = _SHARES[away <= np.interp(expected, distance, limit)]
        low[j] = min(best, kept.min(initial=1.0))
        high[j] = max(best, kept.max(initial=0.0))
    return low, high


@lru_cache(maxsize=32)
def _limits(degrees: int, level: float) -> tuple[Floats, Floats]:
    """Distances of a true value from 0, in standard errors, and the most it may be missed by.

    With the true value m and the estimate x, both in standard errors, what is limited is
    (x - m)^2 less the same for the best value that is 0 or more: (x - m)^2 if x is, else
    m (m - 2 x). The limit is the one that holds at the level: one-sided at 0, two-sided far off.
    """
    far = float(student.ppf((1 + level) / 2, degrees))
    distance = np.linspace(0.0, far, _DISTANCES)
    below, above = np.zeros(_DISTANCES), np.full(_DISTANCES, far**2)
    for _ in range(_HALVINGS):
        limit = (below + above) / 2
        reach = np.sqrt(limit)
        with np.errstate(divide="ignore"):
            across = -(distance**2 + limit) / (2 * distance)
        lowest = np.where(distance >= reach, -reach, across)
        held = student.cdf(reach, degrees) - student.cdf(lowest, degrees)
        below, above = np.where(held < level, limit, below), np.where(held < level, above, limit)
    return distance, (below + above) / 2
