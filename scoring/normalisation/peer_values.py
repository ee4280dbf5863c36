"""The values of one signal, sorted within each peer group of one level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class GroupedValues:
    """Values sorted within groups; all answers are arrays.

    Attributes:
        distinct: the distinct values of all groups, ascending.
        codes: group x len(distinct) + place of the value in `distinct`, ascending. One integer
            per value, so that one sort and one search serve all groups.
        start: where each group begins in `codes`, and the end of the last.
    """

    distinct: Floats
    codes: Integers
    start: Integers

    @property
    def count(self) -> Integers:
        """Values in each group."""
        return np.diff(self.start)

    @property
    def values(self) -> Floats:
        """All values, group by group, ascending within each."""
        return self.distinct[self.codes % self.distinct.size]

    @property
    def groups(self) -> Integers:
        """The group of each of `values`."""
        return np.repeat(np.arange(self.count.size), self.count)

    def percentile(self, values: Floats, group: Integers) -> Floats:
        """(rank - 0.5) / n among the values of the group, ties sharing their middle rank.

        A value that is not among them stands at the share of the group below it. Not defined for
        a group without values.
        """
        offset = group * self.distinct.size
        below = np.searchsorted(
            self.codes, offset + np.searchsorted(self.distinct, values, side="left")
        )
        up_to = np.searchsorted(
            self.codes, offset + np.searchsorted(self.distinct, values, side="right")
        )
        middle = (below + up_to) / 2 - self.start[group]
        return np.asarray(middle / self.count[group], dtype=np.float64)

    def around(self, quantile: float) -> tuple[Floats, Floats, Floats]:
        """The two values next to a quantile and the weight of the upper one, for each group.

        Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). NaN for a
        group without values.
        """
        place = np.maximum(self.count - 1, 0) * quantile
        lower = np.floor(place).astype(np.int64)
        upper = np.minimum(lower + 1, np.maximum(self.count - 1, 0))
        return self._at(lower), self._at(upper), place - lower

    def quantile(self, quantile: float) -> Floats:
        """The quantile of each group; NaN for a group without values."""
        lower, upper, weight = self.around(quantile)
        return lower + weight * (upper - lower)

    def _at(self, place: Integers) -> Floats:
        some = self.count > 0
        found = np.full(self.count.size, np.nan)
        found[some] = self.distinct[
            self.codes[(self.start[:-1] + place)[some]] % self.distinct.size
        ]
        return found


@dataclass(frozen=True)
class DistinctValues:
    """Values ranked once, to be grouped by several levels.

    Attributes:
        distinct: ascending.
        rank: place of each value in `distinct`.
    """

    distinct: Floats
    rank: Integers

    @classmethod
    def of(cls, values: Floats) -> DistinctValues:
        """Rank values, none of them NaN."""
        distinct, rank = np.unique(values, return_inverse=True)
        return cls(distinct, rank.astype(np.int64))

    def within(self, group: Integers, groups: int) -> GroupedValues:
        """Sort the values within groups numbered from 0; -1 belongs to none."""
        member = group >= 0
        codes = np.sort(group[member] * self.distinct.size + self.rank[member])
        start = np.searchsorted(codes, np.arange(groups + 1) * self.distinct.size)
        return GroupedValues(self.distinct, codes, start.astype(np.int64))
