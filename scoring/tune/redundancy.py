"""Signals that say the same: rank correlation, clusters of alike signals, variance inflation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import spearmanr

Floats = NDArray[np.float64]

#: Signals with a rank correlation of this much, up or down, are one cluster.
ALIKE_FROM = 0.8
#: Fewer suppliers with both values than this say nothing of a pair.
MIN_PAIRS = 20
#: An eigenvalue below this makes the variance inflation meaningless: one signal is made of others.
_SMALLEST_EIGENVALUE = 1e-6


@dataclass(frozen=True)
class Redundancy:
    """What the signals share; arrays over signals.

    Attributes:
        correlation: [signals, signals] Spearman's over suppliers with both values; NaN where there
            are fewer than 20, 1 on the diagonal.
        cluster: number of the cluster, counted from 0 in the order of the first signals.
        nearest: index of the signal it is most alike to, -1 where no pair can be computed.
        inflation: variance inflation factor of the rank correlations, pairs that cannot be computed
            counting as unrelated; infinite where a signal is made of others.
    """

    correlation: Floats
    cluster: NDArray[np.int64]
    nearest: NDArray[np.int64]
    inflation: Floats


def redundancy(risk: Floats) -> Redundancy:
    """Compare all pairs of signals.

    Args:
        risk: [suppliers, signals] normalised values, NaN where missing.
    """
    signals = risk.shape[1]
    correlation = np.full((signals, signals), np.nan)
    np.fill_diagonal(correlation, 1.0)
    for one in range(signals):
        for other in range(one + 1, signals):
            correlation[one, other] = correlation[other, one] = _rank_correlation(
                risk[:, one], risk[:, other]
            )
    apart = np.abs(np.where(np.eye(signals, dtype=bool), np.nan, correlation))
    known = ~np.isnan(apart).all(axis=1) if signals else np.zeros(0, dtype=bool)
    nearest = np.full(signals, -1, dtype=np.int64)
    if known.any():
        nearest[known] = np.nanargmax(apart[known], axis=1)
    return Redundancy(correlation, _clusters(correlation), nearest, _inflation(correlation))


def _rank_correlation(one: Floats, other: Floats) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < MIN_PAIRS or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return float("nan")
    return float(spearmanr(one[both], other[both]).statistic)


def _clusters(correlation: Floats) -> NDArray[np.int64]:
    """Average linkage on 1 - |rank correlation|."""
    if correlation.shape[0] < 2:
        return np.zeros(correlation.shape[0], dtype=np.int64)
    distance = np.clip(1 - np.abs(np.nan_to_num(correlation)), 0, 1)
    np.fill_diagonal(distance, 0.0)
    found = fcluster(
        linkage(squareform(distance, checks=False), method="average"),
        1 - ALIKE_FROM + 1e-12,
        criterion="distance",
    )
    # Numbered by first appearance, whatever scipy calls them.
    first: dict[int, int] = {}
    return np.array([first.setdefault(int(name), len(first)) for name in found], dtype=np.int64)


def _inflation(correlation: Floats) -> Floats:
    filled = np.nan_to_num(correlation)
    np.fill_diagonal(filled, 1.0)
    values, vectors = np.linalg.eigh(filled)
    # Pairwise correlations need not fit together; what is not positive is a linear dependence.
    if not values.size:
        return np.ones(0)
    usable = np.maximum(values, _SMALLEST_EIGENVALUE)
    inflation: Floats = ((vectors**2) / usable).sum(axis=1)
    return np.where(inflation > 1 / (2 * _SMALLEST_EIGENVALUE), np.inf, np.maximum(inflation, 1.0))
