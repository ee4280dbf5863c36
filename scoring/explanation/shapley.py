"""Why a supplier stands where it does: exact Shapley points against the typical peer.

The score is a power mean, so a signal's part depends on the others. The Owen value shares the
difference between the supplier's score and the typical peer's exactly and fairly: over every order
of the pillars, and within a pillar over every order of its signals (Owen 1977, "Values of games
with a priori unions"). Within a power mean each coalition is one root of a sum, so all 2^pillars x
2^signals of them are cheap enough for a million suppliers.
"""

import itertools
import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from scoring.aggregation.power_mean import checked_power, checked_risks, checked_weights, power_mean
from scoring.scoring_model import MAX_SIGNALS_PER_PILLAR

Floats = NDArray[np.floating[Any]]

MAX_PILLARS = 8
MAX_PLAYERS = 16
SUPPLIERS_PER_BLOCK = 4096


@dataclass(frozen=True)
class OwenPoints:
    """How the difference to the typical peer is shared among the signals.

    Attributes:
        points: [suppliers, signals], in units of the score (0..1); 0 for a missing signal. Each
            row sums to score - typical_score.
        score: [suppliers], NaN where no weighted signal is present.
        typical_score: [suppliers] the typical peer's score on the signals the supplier has.
    """

    points: NDArray[np.float64]
    score: NDArray[np.float64]
    typical_score: NDArray[np.float64]


def owen_values(
    risk: ArrayLike,
    typical: ArrayLike,
    weights: ArrayLike,
    pillars: ArrayLike,
    *,
    power: float = 2.0,
    threads: int | None = None,
) -> OwenPoints:
    """Share each supplier's distance from its typical peer among its signals, exactly.

    Args:
        risk: [suppliers, signals] normalised risk in 0..1, NaN where missing.
        typical: [signals] or [suppliers, signals] the typical peer's risk; read only on the
            signals that the supplier has, where it must be known.
        weights: [signals], 0 or more, flattened; or [suppliers, signals].
        pillars: [signals] whole number of the pillar each signal belongs to.
        power: exponent of the power mean.
        threads: how many; None: one per processor. The result does not depend on it.

    Raises:
        ValueError: arguments that do not fit together, more than 8 pillars or a supplier with
            more than 13 signals in one, or a signal that is present where the typical peer's is
            unknown.
    """
    checked = checked_risks(risk)
    suppliers, signals = checked.shape
    peer = checked_risks(np.broadcast_to(np.asarray(typical), checked.shape), "typical")
    checked_weight = np.atleast_2d(checked_weights(weights, signals, suppliers))
    exponent = checked_power(power)
    weighted = checked_weight > 0
    unknown = (np.isnan(peer) & ~np.isnan(checked) & weighted).any(axis=0)
    if unknown.any():
        signal = int(np.argmax(unknown))
        raise ValueError(
            f"The peer median has no value for signal {signal} though a supplier has one: give "
            "the typical value wherever a supplier's is present."
        )
    order, starts = _by_pillar(pillars, signals)
    most = _most_in_a_pillar(~np.isnan(checked) & weighted, order, starts)
    points = np.zeros((suppliers, signals))
    typical_score = np.full(suppliers, np.nan)
    orderings = _ordering_table(max(starts.size - 1, most))

    def explain(start: int) -> None:
        rows = slice(start, min(start + SUPPLIERS_PER_BLOCK, suppliers))
        _owen_points(
            checked[rows], peer[rows],
            checked_weight[rows] if len(checked_weight) > 1 else checked_weight,
            order, starts, most, exponent, orderings,
            points[rows], typical_score[rows],
        )  # fmt: skip

    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        for _ in pool.map(explain, range(0, suppliers, SUPPLIERS_PER_BLOCK)):
            pass
    return OwenPoints(
        points=points,
        score=power_mean(checked, weights, exponent),
        typical_score=typical_score,
    )


def shapley_from_coalitions(values: ArrayLike) -> NDArray[np.float64]:
    """Share the value of all players together among them by the Shapley value.

    Args:
        values: [..., 2^players] the value of every coalition. Coalition c holds player i where bit
            i of c is set: index 0 is no one, 1 player 0 alone, 3 players 0 and 1, the last all.

    Returns:
        [..., players] parts that sum to values[..., -1] - values[..., 0].

    Raises:
        ValueError: the last axis is not a power of 2 from 2 to 2^16.
    """
    coalitions = np.asarray(values, dtype=np.float64)
    size = coalitions.shape[-1] if coalitions.ndim else 0
    players = size.bit_length() - 1
    if size != 2**players or not 1 <= players <= MAX_PLAYERS:
        raise ValueError(
            f"There are {size} coalition values: give one for each of the 2^n coalitions of n "
            f"players, n from 1 to {MAX_PLAYERS}."
        )
    orderings = _ordering_table(players)[players]
    parts = np.zeros((*coalitions.shape[:-1], players))
    for player in range(players):
        joins = 1 << player
        for without in range(size):
            if not without & joins:
                gain = coalitions[..., without | joins] - coalitions[..., without]
                parts[..., player] += orderings[without.bit_count()] * gain
    return parts


def _ordering_table(most: int) -> NDArray[np.float64]:
    """Return, for n players and a coalition of s before a player, s! (n - s - 1)! / n!.

    The share of the orders of n players in which just that coalition comes before the player.
    """
    table = np.zeros((most + 1, most))
    for players in range(1, most + 1):
        for size in range(players):
            orders = math.factorial(size) * math.factorial(players - size - 1)
            table[players, size] = orders / math.factorial(players)
    return table


def _by_pillar(pillars: ArrayLike, signals: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the signals ordered by pillar and where each pillar starts, the end last."""
    named = np.asarray(pillars)
    if named.shape != (signals,):
        raise ValueError(
            f"There are {signals} signals but pillars of shape {named.shape}: name one pillar per "
            "signal."
        )
    _, sizes = np.unique(named, return_counts=True)
    if sizes.size > MAX_PILLARS:
        raise ValueError(
            f"There are {sizes.size} pillars: the exact explanation takes up to {MAX_PILLARS}."
        )
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return np.argsort(named, kind="stable"), starts


def _most_in_a_pillar(
    present: NDArray[np.bool_], order: NDArray[np.int64], starts: NDArray[np.int64]
) -> int:
    """Signals that count of the supplier with most of them in one pillar."""
    most = 0
    for first, end in itertools.pairwise(starts):
        of_each = present[:, order[first:end]].sum(axis=1)
        most = max(most, int(of_each.max(initial=0)))
    if most > MAX_SIGNALS_PER_PILLAR:
        raise ValueError(
            f"A supplier has {most} signals in a pillar: the exact explanation takes up to "
            f"{MAX_SIGNALS_PER_PILLAR}."
        )
    return most


@njit(cache=True, nogil=True)
def _mixed_sums(
    own: NDArray[np.float64], typical: NDArray[np.float64], sums: NDArray[np.float64]
) -> None:
    """Write, for every coalition, the sum of its members' own parts and the others' typical ones.

    Bit i of the index stands for player i. Only parts of 0 or more are added and none is taken
    away again: a root taken near 0 would magnify what rounding leaves of a difference.
    """
    sums[0] = 0.0
    for player in range(own.size):
        bit = 1 << player
        for coalition in range(bit):
            sums[bit + coalition] = sums[coalition] + own[player]
            sums[coalition] += typical[player]


@njit(cache=True, nogil=True)
def _owen_points(
    risk: Floats,
    typical: Floats,
    weights: NDArray[np.float64],
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    largest: int,
    power: float,
    orderings: NDArray[np.float64],
    points: NDArray[np.float64],
    typical_score: NDArray[np.float64],
) -> None:
    suppliers, signals = risk.shape
    pillars = starts.size - 1
    own, peer = np.empty(signals), np.empty(signals)
    pillar_own, pillar_peer = np.empty(pillars), np.empty(pillars)
    rival_own, rival_peer = np.empty(pillars), np.empty(pillars)
    player_own, player_peer = np.empty(largest), np.empty(largest)
    players = np.empty(largest, np.int64)
    before = np.empty(1 << max(pillars - 1, 0))
    within = np.empty(1 << largest)
    value = np.empty(1 << largest)
    sizes = np.zeros(max(before.size, value.size), np.int64)
    for coalition in range(1, sizes.size):
        sizes[coalition] = sizes[coalition >> 1] + (coalition & 1)
    inverse = 1.0 / power

    for supplier in range(suppliers):
        total = 0.0
        weighed = weights[supplier if weights.shape[0] > 1 else 0]
        for signal in range(signals):
            if not np.isnan(risk[supplier, signal]):
                total += weighed[signal]
        if total == 0.0:
            continue
        everything_typical = 0.0
        for pillar in range(pillars):
            pillar_own[pillar] = 0.0
            pillar_peer[pillar] = 0.0
            for index in range(starts[pillar], starts[pillar + 1]):
                signal = order[index]
                own[signal] = 0.0
                peer[signal] = 0.0
                if weighed[signal] > 0.0 and not np.isnan(risk[supplier, signal]):
                    share = weighed[signal] / total
                    own[signal] = share * np.float64(risk[supplier, signal]) ** power
                    peer[signal] = share * np.float64(typical[supplier, signal]) ** power
                pillar_own[pillar] += own[signal]
                pillar_peer[pillar] += peer[signal]
            everything_typical += pillar_peer[pillar]
        typical_score[supplier] = min(everything_typical, 1.0) ** inverse

        for pillar in range(pillars):
            # Leaving out players that change nothing alters no part and halves the coalitions.
            count = 0
            unchanged = 0.0
            for index in range(starts[pillar], starts[pillar + 1]):
                signal = order[index]
                if own[signal] == peer[signal]:
                    unchanged += own[signal]
                else:
                    players[count] = signal
                    player_own[count] = own[signal]
                    player_peer[count] = peer[signal]
                    count += 1
            if count == 0:
                continue
            rivals = 0
            for other in range(pillars):
                if other == pillar:
                    continue
                if pillar_own[other] == pillar_peer[other]:
                    unchanged += pillar_own[other]
                else:
                    rival_own[rivals] = pillar_own[other]
                    rival_peer[rivals] = pillar_peer[other]
                    rivals += 1
            _mixed_sums(rival_own[:rivals], rival_peer[:rivals], before)
            _mixed_sums(player_own[:count], player_peer[:count], within)
            coalitions = 1 << count
            # The Shapley value is linear, so the pillars' orders are averaged first.
            value[:coalitions] = 0.0
            for earlier in range(1 << rivals):
                start = unchanged + before[earlier]
                probability = orderings[rivals + 1, sizes[earlier]]
                if power == 2.0:
                    for coalition in range(coalitions):
                        value[coalition] += probability * np.sqrt(start + within[coalition])
                elif power == 1.0:
                    for coalition in range(coalitions):
                        value[coalition] += probability * (start + within[coalition])
                else:
                    for coalition in range(coalitions):
                        value[coalition] += probability * (start + within[coalition]) ** inverse
            for player in range(count):
                bit = 1 << player
                part = 0.0
                for coalition in range(coalitions):
                    if coalition & bit == 0:
                        probability = orderings[count, sizes[coalition]]
                        part += probability * (value[coalition | bit] - value[coalition])
                points[supplier, players[player]] = part
