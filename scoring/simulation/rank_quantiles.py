"""Each supplier's quantiles of its ranks over the draws, and how often it is in the top."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scoring.simulation.rank_intervals import NOT_RANKED, Ints

# A tile of ranks stays in a core's second-level cache; a strip of it fills a cache line.
SUPPLIERS_PER_TILE = 128
DRAWS_PER_STRIP = 16


@njit(cache=True, nogil=True)
def gather_ranks(
    doubled: Ints,
    start: int,
    stop: int,
    tail: float,
    edges: NDArray[np.int32],
    shares: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    in_top: NDArray[np.float64],
) -> None:
    """Write the quantiles and the probabilities of the suppliers from start up to stop.

    Args:
        doubled: [draws, suppliers] doubled ranks.
        start: first supplier.
        stop: one past the last.
        tail: share of the draws beyond each end of the interval, 0.05 for 90 %.
        edges: [cuts, draws] of `rank_draw`.
        shares: [cuts, draws] of `rank_draw`.
        quantiles: [suppliers, 3] low end, median and high end, over the draws that rank the
            supplier, written; NaN where none does. An end is the rank of a draw: the last one
            with no more than the tail beyond it.
        in_top: [suppliers, cuts] share of all draws in the top k, ties split, written.
    """
    draws = doubled.shape[0]
    tile = np.empty((SUPPLIERS_PER_TILE, draws), np.int32)
    for first in range(start, stop, SUPPLIERS_PER_TILE):
        count = min(SUPPLIERS_PER_TILE, stop - first)
        for draw in range(0, draws, DRAWS_PER_STRIP):
            after = min(draw + DRAWS_PER_STRIP, draws)
            for column in range(count):
                for row in range(draw, after):
                    tile[column, row] = doubled[row, first + column]
        for column in range(count):
            ranks = tile[column]
            for cut in range(edges.shape[0]):
                in_top[first + column, cut] = _membership(ranks, edges[cut], shares[cut]) / draws
            _quantiles(ranks, tail, quantiles[first + column])


@njit(cache=True, nogil=True)
def _membership(
    ranks: NDArray[np.int32], edges: NDArray[np.int32], shares: NDArray[np.float64]
) -> float:
    """Return in how many draws the supplier is above the cut, ties counted by their share."""
    # 32 bits wide throughout, for speed.
    above, tied = np.int32(0), np.int32(0)
    for draw in range(ranks.size):
        above = np.int32(above + np.int32(ranks[draw] < edges[draw]))
        tied = np.int32(tied + np.int32(ranks[draw] == edges[draw]))
    member = float(above)
    if tied > 0:
        for draw in range(ranks.size):
            if ranks[draw] == edges[draw] and ranks[draw] != NOT_RANKED:
                member += shares[draw]
    return member


@njit(cache=True, nogil=True)
def _quantiles(ranks: NDArray[np.int32], tail: float, ends: NDArray[np.float64]) -> None:
    """Write the low end, the median and the high end of doubled ranks, halved."""
    lowest = np.int32(NOT_RANKED)
    for draw in range(ranks.size):
        lowest = np.int32(min(lowest, ranks[draw]))
    ranked = int(_at_most(ranks, np.int32(NOT_RANKED - 1)))
    if ranked == 0:
        ends[:] = np.nan
        return
    highest = lowest
    for draw in range(ranks.size):
        rank = ranks[draw]
        highest = np.int32(max(highest, lowest if rank == NOT_RANKED else rank))
    beyond = int(tail * (ranked - 1))
    half = (ranked - 1) // 2
    middle = _order_statistic(ranks, half, int(lowest), int(highest), 0, ranked)
    to_middle = int(_at_most(ranks, middle))
    above = middle
    if ranked % 2 == 0 and to_middle <= half + 1:
        above = _least_from(ranks, np.int32(middle + 1))
    ends[0] = _order_statistic(ranks, beyond, int(lowest), int(middle), 0, to_middle) / 2.0
    ends[1] = (np.int64(middle) + above) / 4.0
    last = ranked - 1 - beyond
    if last < to_middle:
        ends[2] = middle / 2.0
    else:
        ends[2] = (
            _order_statistic(ranks, last, int(middle) + 1, int(highest), to_middle, ranked) / 2.0
        )


@njit(cache=True, nogil=True)
def _order_statistic(
    ranks: NDArray[np.int32], index: int, lowest: int, highest: int, below: int, upto: int
) -> np.int32:
    """Return the rank that sorting would put at index, known to lie between lowest and highest.

    By narrowing the range and counting, since many ranks are counted at a time and nothing is
    moved. The range is cut where the rank would be if ranks were spread evenly in it, and every
    third time in the middle, so that ranks of any spread are found.

    Args:
        ranks: of the supplier.
        index: from 0.
        lowest: the least that it may be.
        highest: the most.
        below: how many ranks are below `lowest`, at most index.
        upto: how many are at most `highest`, more than index.
    """
    step = 0
    while lowest < highest:
        if index == below:
            return _least_from(ranks, np.int32(lowest))
        if index == upto - 1:
            return _greatest_to(ranks, np.int32(highest))
        share = 0.5 if step % 3 == 2 else (index - below + 0.5) / (upto - below)
        cut = min(lowest + int((highest - lowest) * share), highest - 1)
        count = int(_at_most(ranks, np.int32(cut)))
        if count > index:
            highest, upto = cut, count
        else:
            lowest, below = cut + 1, count
        step += 1
    return np.int32(lowest)


@njit(cache=True, nogil=True)
def _least_from(ranks: NDArray[np.int32], rank: np.int32) -> np.int32:
    """Return the least rank that is no less."""
    least = np.int32(NOT_RANKED)
    for draw in range(ranks.size):
        one = ranks[draw]
        least = np.int32(min(least, one if one >= rank else np.int32(NOT_RANKED)))
    return least


@njit(cache=True, nogil=True)
def _greatest_to(ranks: NDArray[np.int32], rank: np.int32) -> np.int32:
    """Return the greatest rank that is no more."""
    greatest = np.int32(0)
    for draw in range(ranks.size):
        one = ranks[draw]
        greatest = np.int32(max(greatest, one if one <= rank else np.int32(0)))
    return greatest


@njit(cache=True, nogil=True, inline="always")
def _at_most(ranks: NDArray[np.int32], rank: np.int32) -> np.int32:
    """Return how many ranks are at most so large; 32 bits wide throughout, for speed."""
    count = np.int32(0)
    for draw in range(ranks.size):
        count = np.int32(count + np.int32(ranks[draw] <= rank))
    return count
