"""Turns values into risks of 0..1, 1 = riskier, absolutely and against peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from configs.normalisers import Anchors, Normaliser, PeerPercentile, RobustZ, Threshold
from scoring.normalisation.peer_groups import PeerGroups
from scoring.normalisation.peer_values import DistinctValues, GroupedValues

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Values are shrunk towards these quantiles of the peers before a robust z (Methodology 6.4).
_WINSOR_LOW, _WINSOR_HIGH = 0.01, 0.99
# Make the median and the mean absolute deviation estimate a normal standard deviation.
_MAD_TO_SIGMA = 1.4826
_MEAN_DEVIATION_TO_SIGMA = 1.2533


@dataclass(frozen=True)
class SignalPeers:
    """Whom each supplier is compared with on one signal, and by which values.

    A supplier is compared with the finest group of its own that holds enough observed values of
    this signal in the reference, else with everybody. Members are those with a value: a group of
    hundreds of which three are known says little.

    Attributes:
        cell_of_row: [suppliers] peer cell.
        groups: the peer groups.
        reference: peer cell and value of each reference observation; the suppliers' own observed
            values where no baseline is frozen.
    """

    cell_of_row: Integers
    groups: PeerGroups
    reference: tuple[Integers, Floats]

    @property
    def is_unknown(self) -> bool:
        """Whether the reference has no value of the signal."""
        return not self.reference[1].size

    @cached_property
    def level_of_row(self) -> Integers:
        """[suppliers] number of the peer level used."""
        cells, _ = self.reference
        return self.groups.level_of_cell(self.groups.members(cells))[self.cell_of_row]

    def scale(self, normaliser: Normaliser, direction: Literal[1, -1]) -> SignalScale:
        """Turn values into risks by a normaliser; peers are found once for each direction."""
        return SignalScale(normaliser, direction, self.cell_of_row.size, self._levels[direction])

    @cached_property
    def _levels(self) -> Mapping[int, tuple[_Level, ...]]:
        return {direction: self._in_direction(direction) for direction in (1, -1)}

    def _in_direction(self, direction: int) -> tuple[_Level, ...]:
        cells, values = self.reference
        ranked = _Ranked(values, direction)
        levels = []
        for level in np.unique(self.level_of_row) if values.size else ():
            group_of_cell = self.groups.group_of_cell[level]
            rows = np.flatnonzero(self.level_of_row == level)
            group = group_of_cell[self.cell_of_row[rows]]
            levels.append(
                _Level(rows, group, ranked, group_of_cell[cells], int(group_of_cell.max()) + 1)
            )
        return tuple(levels)


@dataclass(frozen=True)
class _Ranked:
    """Reference values of one signal and its direction."""

    values: Floats
    direction: int

    @cached_property
    def distinct(self) -> DistinctValues:
        """Turned so that higher is riskier, ranked once for all levels."""
        return DistinctValues.of(self.direction * self.values)


@dataclass(frozen=True)
class _Level:
    """The suppliers that are compared on one peer level.

    Attributes:
        rows: which suppliers.
        group: of each of them.
        ranked: reference values.
        group_of_value: of each reference value.
        size: how many groups there are.
    """

    rows: Integers
    group: Integers
    ranked: _Ranked
    group_of_value: Integers
    size: int

    @cached_property
    def peers(self) -> GroupedValues:
        """The reference values within the groups."""
        return self.ranked.distinct.within(self.group_of_value, self.size)


@dataclass(frozen=True)
class SignalScale:
    """One signal's way from values to risks; arrays over suppliers.

    Values are [suppliers] in the signal's unit, NaN where missing, never infinite. The peers'
    figures are given also where the supplier's own value is missing.

    Attributes:
        normaliser: how a value becomes a risk.
        direction: 1 where a higher value is riskier, -1 where a lower one is.
        suppliers: how many.
        levels: the suppliers by peer level; none where the reference has no value.
    """

    normaliser: Normaliser
    direction: Literal[1, -1]
    suppliers: int
    levels: tuple[_Level, ...]

    @property
    def is_absolute(self) -> bool:
        """Whether the risk of a value does not depend on peers."""
        return isinstance(self.normaliser, Anchors | Threshold)

    @cached_property
    def _scales(self) -> list[tuple[_Level, _Scale]]:
        return [(level, _scale(self.normaliser, self.direction, level)) for level in self.levels]

    def risk(self, values: Floats) -> Floats:
        """Risk of each value, NaN where missing, or read against peers of whom none is known."""
        risk = np.full(self.suppliers, np.nan)
        for level, scale in self._scales:
            own, group = self._observed(level, values, needs_peers=not self.is_absolute)
            risk[own] = scale(self.direction * values[own], group)
        return risk

    def absolute(self, values: Floats) -> Floats:
        """The risk by anchors or threshold, NaN where the signal has neither."""
        return self.risk(values) if self.is_absolute else np.full(self.suppliers, np.nan)

    def percentile(self, values: Floats) -> Floats:
        """Rank among peers, (rank - 0.5) / n with ties averaged, NaN where missing."""
        percentile = np.full(self.suppliers, np.nan)
        for level in self.levels:
            own, group = self._observed(level, values, needs_peers=True)
            percentile[own] = level.peers.percentile(self.direction * values[own], group)
        return percentile

    def peer_risk(self, quantile: float) -> Floats:
        """Quantile of the risk of each supplier's peers; NaN where none is known."""
        risk = np.full(self.suppliers, np.nan)
        for level, scale in self._scales:
            risk[level.rows] = _risk_quantile(scale, level.peers, quantile)[level.group]
        return risk

    def peer_value(self) -> Floats:
        """Median value of each supplier's peers, likewise."""
        value = np.full(self.suppliers, np.nan)
        for level in self.levels:
            value[level.rows] = self.direction * level.peers.quantile(0.5)[level.group]
        return value

    @staticmethod
    def _observed(level: _Level, values: Floats, *, needs_peers: bool) -> tuple[Integers, Integers]:
        """Suppliers of a level with a value, and their groups.

        A reference may know no one of the supplier's kind: then there is nothing to compare.
        """
        has_value = ~np.isnan(values[level.rows])
        own, group = level.rows[has_value], level.group[has_value]
        if needs_peers:
            has_peers = level.peers.count[group] > 0
            own, group = own[has_peers], group[has_peers]
        return own, group


class _Scale(Protocol):
    """Oriented values and their groups to risks; never falls as the value rises."""

    def __call__(self, values: Floats, group: Integers) -> Floats: ...


def _scale(normaliser: Normaliser, direction: Literal[1, -1], level: _Level) -> _Scale:
    match normaliser:
        case Anchors(floor=floor, ceiling=ceiling):
            return _Anchored(direction * floor, direction * ceiling)
        case Threshold(at=at):
            return _AtThreshold(direction * at)
        case PeerPercentile():
            return level.peers.percentile
        case RobustZ():
            return _robust_z(level.peers)


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
