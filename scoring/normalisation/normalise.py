"""Turns values into risks of 0..1, 1 = riskier, absolutely and against peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from configs.normalisers import Anchors, PeerPercentile, RobustZ, Threshold
from scoring.normalisation.peer_groups import PeerGroups
from scoring.normalisation.peer_values import DistinctValues, GroupedValues
from scoring.scoring_model import ScoredSignal

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Values are shrunk towards these quantiles of the peers before a robust z (Methodology 6.4).
_WINSOR_LOW, _WINSOR_HIGH = 0.01, 0.99
# Make the median and the mean absolute deviation estimate a normal standard deviation.
_MAD_TO_SIGMA = 1.4826
_MEAN_DEVIATION_TO_SIGMA = 1.2533


@dataclass(frozen=True)
class NormalisedValues:
    """One signal of all suppliers, read in every way the score needs; arrays over suppliers.

    The peers' figures are given also where the supplier's own value is missing; they are NaN
    where no one has a value.

    Attributes:
        risk: by the configured normaliser, NaN where missing, or read against peers of whom
            none is known.
        absolute: by anchors or threshold, NaN where missing or where the signal has neither.
        percentile: rank among peers, (rank - 0.5) / n with ties averaged, NaN where missing.
        typical: median risk of the peers.
        low: low quantile of the peers' risk.
        high: high quantile of the peers' risk.
        peer_value: median value of the peers, in the signal's unit.
        peer_group_size: peers with a value.
        level: number of the peer level used.
    """

    risk: Floats
    absolute: Floats
    percentile: Floats
    typical: Floats
    low: Floats
    high: Floats
    peer_value: Floats
    peer_group_size: Integers
    level: Integers


def normalise(
    values: Floats,
    cell_of_row: Integers,
    signal: ScoredSignal,
    groups: PeerGroups,
    reference: tuple[Integers, Floats],
    quantiles: tuple[float, float],
) -> NormalisedValues:
    """Read one signal.

    A supplier is compared with the finest group of its own that holds enough observed values of
    this signal in the reference, else with everybody. Members are those with a value: a group of
    hundreds of which three are known says little.

    Args:
        values: [suppliers] in the signal's unit, NaN where missing, never infinite.
        cell_of_row: [suppliers] peer cell.
        signal: normaliser and direction.
        groups: the peer groups.
        reference: peer cell and value of each reference observation; the suppliers' own observed
            values where no baseline is frozen.
        quantiles: low and high quantile of the peers' risk to report.
    """
    reference_cells, reference_values = reference
    level_of_row = groups.level_of_cell(groups.members(reference_cells))[cell_of_row]
    is_absolute = isinstance(signal.normaliser, Anchors | Threshold)
    observed = ~np.isnan(values)
    oriented = signal.direction * values
    risk, percentile, typical, low, high, peer_value = np.full((6, values.size), np.nan)
    peer_group_size = np.zeros(values.size, dtype=np.int64)
    distinct = DistinctValues.of(signal.direction * reference_values)
    for level in np.unique(level_of_row) if reference_values.size else ():
        group_of_cell = groups.group_of_cell[level]
        peers = distinct.within(group_of_cell[reference_cells], int(group_of_cell.max()) + 1)
        scale = _scale(signal, peers)
        rows = np.flatnonzero(level_of_row == level)
        group = group_of_cell[cell_of_row[rows]]
        for target, quantile in ((low, quantiles[0]), (typical, 0.5), (high, quantiles[1])):
            target[rows] = _risk_quantile(scale, peers, quantile)[group]
        peer_value[rows] = signal.direction * peers.quantile(0.5)[group]
        peer_group_size[rows] = peers.count[group]
        own = rows[observed[rows]]
        own_group = group[observed[rows]]
        if is_absolute:
            risk[own] = scale(oriented[own], own_group)
        # A reference may know no one of the supplier's kind: then there is nothing to compare.
        has_peers = peers.count[own_group] > 0
        own, own_group = own[has_peers], own_group[has_peers]
        percentile[own] = peers.percentile(oriented[own], own_group)
        if not is_absolute:
            risk[own] = scale(oriented[own], own_group)
    absolute = risk.copy() if is_absolute else np.full(values.size, np.nan)
    return NormalisedValues(
        risk, absolute, percentile, typical, low, high, peer_value, peer_group_size, level_of_row
    )


class _Scale(Protocol):
    """Oriented values and their groups to risks; never falls as the value rises."""

    def __call__(self, values: Floats, group: Integers) -> Floats: ...


def _scale(signal: ScoredSignal, peers: GroupedValues) -> _Scale:
    match signal.normaliser:
        case Anchors(floor=floor, ceiling=ceiling):
            return _Anchored(signal.direction * floor, signal.direction * ceiling)
        case Threshold(at=at):
            return _AtThreshold(signal.direction * at)
        case PeerPercentile():
            return peers.percentile
        case RobustZ():
            return _robust_z(peers)


@dataclass(frozen=True)
class _Anchored:
    floor: float
    ceiling: float

    def __call__(self, values: Floats, group: Integers) -> Floats:
        return np.clip((values - self.floor) / (self.ceiling - self.floor), 0.0, 1.0)


@dataclass(frozen=True)
class _AtThreshold:
    at: float

    def __call__(self, values: Floats, group: Integers) -> Floats:
        return np.asarray(np.where(np.isnan(values), np.nan, values >= self.at), dtype=np.float64)


@dataclass(frozen=True)
class _RobustZ:
    """Per group: where values are clipped, the median and the spread (0 when all are equal)."""

    floor: Floats
    ceiling: Floats
    median: Floats
    spread: Floats

    def __call__(self, values: Floats, group: Integers) -> Floats:
        drawn_in = np.clip(values, self.floor[group], self.ceiling[group])
        spread = self.spread[group]
        distance = drawn_in - self.median[group]
        # Next to a spread of almost nothing z is infinite, and the risk rightly 0 or 1.
        with np.errstate(over="ignore"):
            z = np.divide(distance, spread, out=np.zeros_like(distance), where=spread > 0)
        return np.asarray(ndtr(z), dtype=np.float64)


def _robust_z(peers: GroupedValues) -> _RobustZ:
    """Median and MAD of the drawn-in values.

    Where more than half of the peers are equal the MAD is 0 and says nothing; the mean absolute
    deviation stands in (Iglewicz and Hoaglin 1993). Where all are equal everyone gets 0.5.
    """
    floor, ceiling = peers.quantile(_WINSOR_LOW), peers.quantile(_WINSOR_HIGH)
    median = np.clip(peers.quantile(0.5), floor, ceiling)
    group = peers.groups
    distance = np.abs(np.clip(peers.values, floor[group], ceiling[group]) - median[group])
    total = np.bincount(group, weights=distance, minlength=peers.count.size)
    mean = total / np.maximum(peers.count, 1)
    mad = _medians(distance[np.lexsort((distance, group))], peers.start)
    spread = np.where(mad > 0, _MAD_TO_SIGMA * mad, _MEAN_DEVIATION_TO_SIGMA * mean)
    return _RobustZ(floor, ceiling, median, spread)


def _medians(ascending: Floats, start: Integers) -> Floats:
    """Median of each group of values that ascend within groups; NaN for an empty group."""
    count = np.diff(start)
    some = count > 0
    medians = np.full(count.size, np.nan)
    first = start[:-1][some]
    lower, upper = first + (count[some] - 1) // 2, first + count[some] // 2
    medians[some] = (ascending[lower] + ascending[upper]) / 2
    return medians


def _risk_quantile(scale: _Scale, peers: GroupedValues, quantile: float) -> Floats:
    """Quantile of the risks of each group; risks rise with values, so two values are enough."""
    risks = np.full(peers.count.size, np.nan)
    some = np.flatnonzero(peers.count)
    lower, upper, weight = (part[some] for part in peers.around(quantile))
    below, above = scale(lower, some), scale(upper, some)
    risks[some] = below + weight * (above - below)
    return risks
