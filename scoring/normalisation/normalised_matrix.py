"""Normalised values of a list, signal by signal, in the memory that its values take.

Most signals of a list have no value and apply to no one. A column of such a signal is one number
that stands for all suppliers, and whole matrices are made of some suppliers at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.scoring_model import ScoredSignal

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Suppliers of a matrix that is made for a while. Products with weights are the same to the bit as
#: those of the whole list for a multiple of the rows that a processor multiplies at once.
SUPPLIERS_PER_BLOCK = 8192


def blocks(suppliers: int) -> Iterator[slice]:
    """Rows of a list, some suppliers at a time; one block without suppliers of an empty list."""
    for start in range(0, max(suppliers, 1), SUPPLIERS_PER_BLOCK):
        yield slice(start, min(start + SUPPLIERS_PER_BLOCK, suppliers))


@dataclass(frozen=True)
class Columns:
    """What is kept of each signal; [suppliers] each.

    Attributes:
        risk: 0..1 by the configured normaliser, NaN where missing.
        absolute: by anchors or threshold, NaN where missing or where the signal has neither.
        percentile: rank among peers, NaN where missing.
        typical: median risk of the supplier's peers, NaN where no one is known.
        low: low quantile of the peers' risk, likewise.
        high: high quantile of the peers' risk, likewise.
        peer_value: median value of the peers, in the signal's unit, likewise.
        applicable: whether the signal means something for the supplier.
        relevance: what risks were multiplied by, 0..1; 1 where no sector is weighed.
        group_weight: times the signal's own weight, in the supplier's sector group; 1 where the
            group states none.
    """

    risk: Floats
    absolute: Floats
    percentile: Floats
    typical: Floats
    low: Floats
    high: Floats
    peer_value: Floats
    applicable: Flags
    relevance: Floats
    group_weight: Floats

    def part(self, rows: slice | NDArray[np.int64]) -> Columns:
        """Of some suppliers, without a copy where they are a slice."""
        return Columns(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})


@dataclass(frozen=True)
class NormalisedMatrix:
    """Normalised values of suppliers, signal by signal.

    Risks of every kind, the peers' too, are already multiplied by the relevance of the change for
    the supplier's sector: peers are what the supplier would be with their values. What `Columns`
    names is an attribute, too: a [suppliers, signals] matrix that is made each time; of a long list
    ask a `part` or a column.

    Attributes:
        signals: the columns.
        columns: of each signal.
        suppliers: how many.
        has_group_weights: whether any sector group gives a signal another weight than everywhere.
    """

    signals: tuple[ScoredSignal, ...]
    columns: tuple[Columns, ...]
    suppliers: int
    has_group_weights: bool

    def part(self, rows: slice | NDArray[np.int64]) -> NormalisedMatrix:
        """Some suppliers, without a copy where they are a slice."""
        own = tuple(column.part(rows) for column in self.columns)
        if isinstance(rows, slice):
            return replace(self, columns=own, suppliers=len(range(*rows.indices(self.suppliers))))
        return replace(self, columns=own, suppliers=rows.size)

    def weighed(self, weights: Floats) -> Floats:
        """Weights as sector groups have them.

        Args:
            weights: [signals] flattened.

        Returns:
            [suppliers, signals]; [signals], as given, where no group states a weight.
        """
        return self.group_weight * weights if self.has_group_weights else weights

    @property
    def present(self) -> Flags:
        """Where there is a value that may be used."""
        return ~np.isnan(self.risk)

    @property
    def risk(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("risk")

    @property
    def absolute(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("absolute")

    @property
    def percentile(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("percentile")

    @property
    def typical(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("typical")

    @property
    def low(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("low")

    @property
    def high(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("high")

    @property
    def peer_value(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("peer_value")

    @property
    def applicable(self) -> Flags:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("applicable")

    @property
    def relevance(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("relevance")

    @property
    def group_weight(self) -> Floats:
        """[suppliers, signals], as in `Columns`."""
        return self._matrix("group_weight")

    def of(self, figure: str, signals: Sequence[int] | NDArray[np.int64]) -> NDArray[Any]:
        """[suppliers, some signals] a figure of `Columns`.

        Args:
            figure: its name.
            signals: which columns.
        """
        kind = bool if figure == "applicable" else np.float64
        matrix = np.empty((self.suppliers, len(signals)), dtype=kind)
        for place, column in enumerate(signals):
            matrix[:, place] = getattr(self.columns[column], figure)
        return matrix

    def _matrix(self, figure: str) -> NDArray[Any]:
        return self.of(figure, range(len(self.signals)))


def shared(value: float, suppliers: int) -> Floats:
    """[suppliers] one number that stands for all of them."""
    return np.broadcast_to(np.float64(value), suppliers)
