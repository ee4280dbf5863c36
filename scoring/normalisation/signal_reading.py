"""How the values of one signal are read against the peers of each supplier of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from configs.normalisers import Normaliser
from scoring.normalisation.normalise import SignalPeers, SignalScale
from scoring.normalisation.peer_groups import PeerGroups
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoredSignal

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Who is compared with whom.

    Attributes:
        groups: the peer groups.
        account_groups: those in which figures of accounts are compared.
        cell_of_row: [suppliers] peer cell.
        cell_of_key: peer cell of each row of the reference's keys.
    """

    groups: PeerGroups
    account_groups: PeerGroups
    cell_of_row: NDArray[np.int64]
    cell_of_key: NDArray[np.int64]

    def reading(
        self, signal: ScoredSignal, reference: Reference, scale: NDArray[np.int64]
    ) -> SignalReading:
        """Compare one signal.

        Args:
            signal: normaliser and direction.
            reference: the peer values.
            scale: [suppliers] number of the sector group's own scale, as `AlignedSignal` has it.
        """
        key_of_value, values = reference.values[signal.signal_id]
        groups = self.account_groups if signal.reads_accounts else self.groups
        peers = SignalPeers(self.cell_of_row, groups, (self.cell_of_key[key_of_value], values))
        return SignalReading(signal, peers, scale)


@dataclass(frozen=True)
class SignalReading:
    """One signal with its peers, read as everywhere or as the supplier's sector group reads it.

    Attributes:
        signal: normaliser and direction.
        peers: of each supplier.
        scale: [suppliers] number of the sector group's own scale, from 1; 0: as everywhere.
        normaliser: for all suppliers, in place of the signal's and those of sector groups; None:
            as these have it.
    """

    signal: ScoredSignal
    peers: SignalPeers
    scale: NDArray[np.int64]
    normaliser: Normaliser | None = None

    def read_by(self, normaliser: Normaliser) -> SignalReading:
        """The same signal and peers by another normaliser; directions stay."""
        return replace(self, normaliser=normaliser)

    def figure(self, of: Callable[[SignalScale], Floats]) -> Floats:
        """[suppliers] a figure by the scale that holds for each.

        Args:
            of: gives [suppliers] by one scale.
        """
        found = of(self._everywhere)
        for rows, scale in self._own_scales:
            found = np.where(rows, of(scale), found)
        return found

    @property
    def is_absolute(self) -> bool | None:
        """Whether no supplier's risk depends on peers; None where that differs by sector group."""
        found = {scale.is_absolute for scale in self._scales}
        return found.pop() if len(found) == 1 else None

    @property
    def _scales(self) -> list[SignalScale]:
        return [self._everywhere, *(scale for _, scale in self._own_scales)]

    @cached_property
    def _everywhere(self) -> SignalScale:
        return self.peers.scale(self.normaliser or self.signal.normaliser, self.signal.direction)

    @cached_property
    def _own_scales(self) -> list[tuple[NDArray[np.bool_], SignalScale]]:
        signal = self.signal
        ways = () if signal.relevance is None else signal.relevance.scales
        rows = [(self.scale == number, way) for number, way in enumerate(ways, start=1)]
        return [
            (
                of_group,
                self.peers.scale(
                    self.normaliser or way.normaliser or signal.normaliser,
                    way.direction or signal.direction,
                ),
            )
            for of_group, way in rows
            if of_group.any()
        ]
