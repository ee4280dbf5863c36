"""Weights from several groups of people: what buyers, suppliers and worker organisations would say.

Budget allocation: each vote shares 100 points among the items; a group's weights are the mean
shares, and the concentration of a Dirichlet distribution fitted to its votes is how far they agree.
Pairwise comparison (AHP): each vote says how many times as important one item is as another;
weights are the principal eigenvector, and a vote counts if its consistency ratio is below 0.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

Floats = NDArray[np.float64]

#: Saaty's random index by number of items, from 1 (Saaty 1980).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45)
MAX_COMPARED = len(RANDOM_INDEX)
CONSISTENT_BELOW = 0.1
#: Votes that agree further than this give no finite concentration.
LARGEST_CONCENTRATION = 10_000.0
#: Fewer votes than this do not show how far a group agrees.
MIN_VOTES = 3
#: Stands for a share of 0 in the likelihood: 0.65 of one point in 100.
_ZERO_SHARE = 0.0065
_ROUNDS = 200
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class GroupWeights:
    """What one group would weigh.

    Attributes:
        group: its name.
        method: budget or comparison.
        votes: votes that count.
        left_out: votes that do not, being inconsistent.
        shares: by item; they sum to 1.
        concentration: of the Dirichlet fit; None where there are fewer than 3 votes, or by
            comparison.
        consistency_ratio: of the group's joint comparison; None by budget.
    """

    group: str
    method: str
    votes: int
    left_out: int
    shares: Mapping[str, float]
    concentration: float | None
    consistency_ratio: float | None


def fit_dirichlet(shares: Floats) -> tuple[Floats, float]:
    """Mean and concentration of a Dirichlet by maximum likelihood (Minka 2000), from its moments.

    The likelihood is not defined at 0. An item to which no vote gives anything has the mean 0 and
    takes no part in the fit. Other shares of 0 are replaced by 0.0065, two thirds of the smallest
    unit of a vote (1 of 100 points), and the rest of the vote is scaled down by as much
    (multiplicative replacement, Martin-Fernandez et al. 2003); how many votes there are does not
    matter.

    Args:
        shares: [votes, items], each row summing to 1; two rows or more, two items or more.
    """
    named = (shares > 0).any(axis=0)
    if not named.all():
        mean = np.zeros(shares.shape[1])
        if named.sum() == 1:
            mean[named] = 1.0
            return mean, LARGEST_CONCENTRATION
        mean[named], concentration = fit_dirichlet(shares[:, named])
        return mean, concentration
    zeros = shares <= 0
    inner = np.where(zeros, _ZERO_SHARE, shares * (1 - _ZERO_SHARE * zeros.sum(1, keepdims=True)))
    mean = inner.mean(axis=0)
    alpha = mean * _concentration_by_moments(inner, mean)
    logs = np.log(inner).mean(axis=0)
    for _ in range(_ROUNDS):
        before = alpha
        # Newton's step; the Hessian is diagonal plus a constant, so its inverse is available.
        gradient = digamma(alpha.sum()) - digamma(alpha) + logs
        diagonal = -polygamma(1, alpha)
        constant = polygamma(1, alpha.sum())
        shift = (gradient / diagonal).sum() / (1 / constant + (1 / diagonal).sum())
        step = (gradient - shift) / diagonal
        alpha = np.maximum(alpha - step, alpha / 10)
        if alpha.sum() > LARGEST_CONCENTRATION:
            return mean, LARGEST_CONCENTRATION
        if np.abs(alpha - before).max() < _TOLERANCE * alpha.sum():
            break
    return alpha / alpha.sum(), float(alpha.sum())


def _concentration_by_moments(shares: Floats, mean: Floats) -> float:
    """Median over the items of mean (1 - mean) / variance - 1."""
    variance = shares.var(axis=0, ddof=1)
    known = variance > 0
    if not known.any():
        return LARGEST_CONCENTRATION
    guesses = (mean * (1 - mean))[known] / variance[known] - 1
    return float(np.clip(np.median(guesses), 1.0, LARGEST_CONCENTRATION / 2))


def comparison_weights(matrix: Floats) -> tuple[Floats, float]:
    """Weights and consistency ratio of a pairwise comparison matrix (Saaty 1980).

    Args:
        matrix: [items, items], entry i, j how many times as important i is as j; reciprocal.
            At most 9 items.
    """
    size = matrix.shape[0]
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    weights = np.abs(vectors[:, largest].real)
    if size < 3:
        return weights / weights.sum(), 0.0
    index = (float(values[largest].real) - size) / (size - 1)
    return weights / weights.sum(), max(index, 0.0) / RANDOM_INDEX[size - 1]


def budget_weights(group: str, items: Sequence[str], points: Floats) -> GroupWeights:
    """Weights of a group that shared points: the mean share of each item.

    The Dirichlet fit gives the concentration alone: its mean is the votes' own only where no vote
    has a share of 0.

    Args:
        group: its name.
        items: what was weighed.
        points: [votes, items] 0 or more; every row sums above 0.
    """
    shares = points / points.sum(axis=1, keepdims=True)
    mean, concentration = shares.mean(axis=0), None
    if shares.shape[0] >= MIN_VOTES and len(items) > 1:
        _, concentration = fit_dirichlet(shares)
    return GroupWeights(
        group=group,
        method="budget",
        votes=shares.shape[0],
        left_out=0,
        shares=dict(zip(items, mean.tolist(), strict=True)),
        concentration=concentration,
        consistency_ratio=None,
    )


def compared_weights(
    group: str, items: Sequence[str], matrices: Sequence[Floats]
) -> GroupWeights | None:
    """Weights of a group that compared items in pairs; None where no vote is consistent.

    Votes are joined by the geometric mean of their entries, which keeps the matrix reciprocal.

    Args:
        group: its name.
        items: what was compared.
        matrices: one per vote.
    """
    counted = [m for m in matrices if comparison_weights(m)[1] < CONSISTENT_BELOW]
    if not counted:
        return None
    weights, ratio = comparison_weights(np.exp(np.log(np.stack(counted)).mean(axis=0)))
    return GroupWeights(
        group=group,
        method="comparison",
        votes=len(counted),
        left_out=len(matrices) - len(counted),
        shares=dict(zip(items, weights.tolist(), strict=True)),
        concentration=None,
        consistency_ratio=ratio,
    )
