"""What the cases say by themselves: signs are free, and nothing is pulled to the default."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.tune.design_matrix import design
from scoring.tune.estimation_sample import Sample, standardised
from scoring.tune.likelihoods import Method, Penalty, maximise
from scoring.tune.ranking_measures import Floats
from scoring.tune.weight_intervals import jackknife_covariance, leave_out_groups, share_intervals

# Keeps separated coefficients finite; a hundredth of the usual pull, so that shares do not bend.
_LIGHT = 0.1


@dataclass(frozen=True)
class UnconstrainedFit:
    """Coefficients without fixed signs and without a pull.

    Attributes:
        coefficient: [signals] of the reading in log odds; 0 where it does not differ.
        hidden: [signals, signals] covariance of what the light ridge hides: where cases are
            separated or signals are the same, it alone decides, and no block left out shows it.
            The bias of a ridge as if coefficients were drawn from what it stands for (Marra and
            Wood 2012, Scand J Stat 39:53); next to nothing where the cases say more.
        found: by the search, to begin the next one with.
    """

    coefficient: Floats
    hidden: Floats
    found: tuple[Floats, Floats]


def intervals_of_shares(sample: Sample, method: Method, level: float) -> tuple[Floats, Floats]:
    """[signals] lower and upper ends; see `scoring.tune.weight_intervals`.

    Everything is estimated again without each block: exposure and audit selection, too. A signal
    that does not differ between units may have any share.
    """
    group = leave_out_groups(sample.block)
    groups = int(group.max()) + 1
    whole = unconstrained_fit(sample, method)
    without = np.zeros((groups, whole.coefficient.size))
    for left_out in range(groups):
        part = sample.rows(group != left_out)
        # Where all cases lie in what is left out, the rest is not informative.
        if 0 < part.is_case.sum() < part.level.size:
            without[left_out] = unconstrained_fit(part, method, whole.found).coefficient
    covariance = jackknife_covariance(whole.coefficient, without) + whole.hidden
    tells = standardised(sample.risk).tells
    low, high = np.zeros(tells.size), np.ones(tells.size)
    low[tells], high[tells] = share_intervals(
        whole.coefficient[tells], covariance[np.ix_(tells, tells)], groups - 1, level
    )
    return low, high


def unconstrained_fit(
    sample: Sample, method: Method, start: tuple[Floats, Floats] | None = None
) -> UnconstrainedFit:
    """One fit.

    Args:
        sample: with cases and others.
        method: see `scoring.tune.likelihoods.likelihood`.
        start: what was found on nearly the same units.
    """
    ready = design(sample, method)
    normalised = ready.normalised
    of = ready.likelihood(normalised.standard)
    ridge = np.where(normalised.tells, _LIGHT, 1.0)
    signals = ridge.size
    penalty = Penalty(ridge, np.zeros(signals), np.zeros(signals))
    found = maximise(of, penalty, np.full(signals, -np.inf), start)
    neg_hessian = -of.curvature(np.append(*found))
    neg_hessian[range(signals), range(signals)] += ridge
    spread = np.linalg.pinv(neg_hessian, hermitian=True)[:signals, :signals]
    return UnconstrainedFit(
        coefficient=np.where(normalised.tells, found[0], 0.0) / normalised.scale,
        hidden=(spread * ridge) @ spread / np.outer(normalised.scale, normalised.scale),
        found=found,
    )
