"""Empirical-Bayes shrinkage of noisy values towards the peer-group mean (Fay-Herriot).

A value with a large standard error carries little information on its supplier; unshrunk it would
be at the top or bottom of the list by sampling error. Each value keeps the share
g = tau2 / (tau2 + stderr^2) of its distance to the peer mean, where tau2 is the variance between
peers, estimated by Paule and Mandel's equation (Methodology 5.1). No value moves by more than one
standard error (the limited translation of Efron and Morris 1972), so that a supplier that differs
from its peers remains visible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.normalisation.peer_groups import PeerGroups

Floats = npt.NDArray[np.float64]

_MIN_PEERS = 5
_HALVINGS = 80
_MAX_STDERRS = 1.0


@dataclass(frozen=True)
class Shrunk:
    """Shrunk values beside what they came from.

    Attributes:
        value: g * value + (1 - g) * peer_mean, at most one standard error away; NaN where the value
            is.
        stderr: of the shrunk value, sqrt(g) * stderr; the uncertainty of the peer mean itself
            is left out, as it is small for groups of some size.
        shrinkage_weight: g in 0..1, the share that is the supplier's own evidence.
        peer_mean: precision-weighted mean of the peers.
    """

    value: Floats
    stderr: Floats
    shrinkage_weight: Floats
    peer_mean: Floats


@dataclass(frozen=True)
class ShrunkToPeers:
    """Values of a list, each shrunk towards its own peer group; arrays over suppliers.

    Attributes:
        value: NaN where there is none.
        stderr: of the shrunk value, NaN where none is stated.
        shrinkage_weight: share that is the supplier's own evidence; NaN without a value.
    """

    value: Floats
    stderr: Floats
    shrinkage_weight: Floats


def shrink_to_peers(
    value: Floats, stderr: Floats, groups: PeerGroups, cell_of_row: npt.NDArray[np.int64]
) -> ShrunkToPeers:
    """Shrink the usable values of one signal towards the mean of their peer group.

    Each supplier's group is the finest of its own in which enough suppliers have a value, as for
    the comparison; all suppliers of that group enter its mean, also those with a finer group.

    Args:
        value: [suppliers] as measured, NaN where there is none.
        stderr: [suppliers] of it, NaN where none is stated.
        groups: the peer groups of the list.
        cell_of_row: [suppliers] peer cell.
    """
    has_value = ~np.isnan(value)
    level_of_row = groups.level_of_cell(groups.members(cell_of_row[has_value]))[cell_of_row]
    found = ShrunkToPeers(value.copy(), stderr.copy(), np.where(has_value, 1.0, np.nan))
    for level in np.unique(level_of_row[has_value]):
        group = groups.group_of_cell[level][cell_of_row]
        # Suppliers whose keys are unknown on this level belong to none of its groups.
        inside = has_value & (group >= 0)
        result = shrink(np.where(inside, value, np.nan), stderr, np.maximum(group, 0))
        rows = has_value & (level_of_row == level)
        found.value[rows], found.stderr[rows] = result.value[rows], result.stderr[rows]
        found.shrinkage_weight[rows] = result.shrinkage_weight[rows]
    return found


def shrink(value: Floats, stderr: Floats, group: npt.NDArray[np.int64]) -> Shrunk:
    """Shrink each value towards the mean of its group.

    Args:
        value: [n], NaN = missing.
        stderr: [n], NaN or 0 = taken as exact, so the value stays as it is.
        group: [n] group number, 0 or more.

    Returns:
        See `Shrunk`. Groups with fewer than five values that have a standard error are left as
        they are: their variance cannot be estimated.
    """
    noisy = np.isfinite(value) & np.isfinite(stderr) & (stderr > 0)
    groups = int(group.max()) + 1 if group.size else 0
    y, variance, member = value[noisy], stderr[noisy] ** 2, group[noisy]
    count = np.bincount(member, minlength=groups)
    tau2 = paule_mandel(y, variance, member, groups)
    mean = _weighted_mean(y, variance, member, groups, tau2)
    shrinkage_weight = np.ones(value.shape)
    enough = count[member] >= _MIN_PEERS
    shrinkage_weight[noisy] = np.where(enough, tau2[member] / (tau2[member] + variance), 1.0)
    distance = np.abs(y - mean[member])
    allowed = _MAX_STDERRS * np.sqrt(variance)
    least_share = 1 - np.divide(allowed, distance, out=np.ones_like(y), where=distance > allowed)
    shrinkage_weight[noisy] = np.maximum(shrinkage_weight[noisy], least_share)
    shrinkage_weight[~np.isfinite(value)] = np.nan
    peer_mean = np.where(count > 0, mean, np.nan)[group] if groups else np.empty(0)
    shrunk = np.where(
        shrinkage_weight == 1.0,
        value,
        shrinkage_weight * value + (1 - shrinkage_weight) * peer_mean,
    )
    return Shrunk(shrunk, np.sqrt(shrinkage_weight) * stderr, shrinkage_weight, peer_mean)


def paule_mandel(y: Floats, variance: Floats, member: npt.NDArray[np.int64], groups: int) -> Floats:
    """True variance among the members of each group, by Paule and Mandel.

    Solves sum (y - mu)^2 / (tau2 + variance) = n - 1 per group, mu being the mean weighted by
    1 / (tau2 + variance). The left side falls in tau2, so halving an interval finds it; a left
    side below n - 1 already at 0 means that noise explains the spread: tau2 = 0.

    Args:
        y: [m] values.
        variance: [m], above 0.
        member: [m] group number.
        groups: number of groups.

    Returns:
        [groups], 0 for empty groups and groups of one.
    """
    count = np.bincount(member, minlength=groups)

    def excess(tau2: Floats) -> Floats:
        weight = 1 / (tau2[member] + variance)
        mu = _weighted_mean(y, variance, member, groups, tau2)
        spread = np.bincount(member, weight * (y - mu[member]) ** 2, minlength=groups)
        return np.asarray(spread - (count - 1), dtype=np.float64)

    low = np.zeros(groups)
    centre = np.divide(
        np.bincount(member, y, minlength=groups), count, out=np.zeros(groups), where=count > 0
    )
    # At this value every weight is below 1 / total spread, so the left side is below n - 1.
    high = np.bincount(member, (y - centre[member]) ** 2, minlength=groups) + 1e-300
    is_zero = (excess(low) <= 0) | (count < 2)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        too_small = excess(middle) > 0
        low, high = np.where(too_small, middle, low), np.where(too_small, high, middle)
    return np.where(is_zero, 0.0, (low + high) / 2)


def _weighted_mean(
    y: Floats, variance: Floats, member: npt.NDArray[np.int64], groups: int, tau2: Floats
) -> Floats:
    weight = 1 / (tau2[member] + variance)
    total = np.bincount(member, weight, minlength=groups)
    return np.divide(
        np.bincount(member, weight * y, minlength=groups),
        total,
        out=np.zeros(groups),
        where=total > 0,
    )
