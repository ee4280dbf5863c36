"""Ranks within each draw, and each supplier's quantiles over the draws.

A short list is sorted exactly. A long one is counted into 65,536 bins a draw, with its top sorted
exactly, and a draw whose scores crowd into few bins is sorted exactly after all. So below the top
a rank is at most half of `CROWDED_SHARE` of the list away from its position in the exact sort.

Ranks are kept doubled (first + last rank of the tie) so that a middle rank of 1.5 is a
whole number; `NOT_RANKED` marks a supplier that a draw could not score.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

NOT_RANKED = 2**31 - 1
BINS = 65_536
BINS_PER_SCORE = 2
LONGEST_INSERTION = 32
# Steps of the sort within a crowded bin (Ciura 2001).
SHELL_GAPS = (1750, 701, 301, 132, 57, 23, 10, 4, 1)
# The top of a long list that is sorted exactly in every draw.
EXACT_TOP = 2_000
# A bin that holds more than this share of the list is too coarse.
CROWDED_SHARE = 0.001
# A tile of ranks stays in a core's second-level cache; a strip of it fills a cache line.
SUPPLIERS_PER_TILE = 128
DRAWS_PER_STRIP = 16


def rank_draw(
    scores: Floats,
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int32],
    shares: NDArray[np.float64],
    *,
    exactly: bool,
) -> None:
    """Rank one draw; ties share the middle of their places.

    Args:
        scores: [suppliers], NaN where the draw has no score. Each is read before its rank is
            written, so doubled may be the same memory.
        doubled: [suppliers] doubled ranks, written.
        places: [cuts] ascending sizes k of the top k asked for, from 1.
        edges: [cuts] written: the doubled rank of the tie that holds place k.
        shares: [cuts] written: the share of that tie that fits in the top k. So membership is 1
            below the edge, the share on it and 0 above it, and sums to k.
        exactly: sort every score rather than count the lower ones into bins.
    """
    if scores.size == 0:
        return
    lowest, highest = np.fmin.reduce(scores), np.fmax.reduce(scores)
    if not exactly and _rank_by_bins(scores, lowest, highest, doubled, places, edges, shares):
        return
    own = scores.copy()
    order = _ascending_order(own, lowest, highest)
    _rank_in_order(own, order, doubled, places, edges, shares)


@njit(cache=True, nogil=True)
def _ascending_order(
    scores: Floats, lowest: np.floating[Any], highest: np.floating[Any]
) -> NDArray[np.int32]:
    """Return the order that sorts the scores, NaN last; equal scores in any order.

    Counting into more bins than there are scores leaves little to sort within a bin.
    """
    bins = BINS_PER_SCORE * scores.size
    scale = (bins - 1) / np.float64(highest - lowest) if highest > lowest else 0.0
    codes = np.empty(scores.size, np.int32)
    stops = np.zeros(bins + 2, np.int32)
    for i in range(scores.size):
        codes[i] = bins if np.isnan(scores[i]) else np.int32((scores[i] - lowest) * scale)
        stops[codes[i] + 1] += 1
    for code in range(bins):
        stops[code + 1] += stops[code]
    order = np.empty(scores.size, np.int32)
    for i in range(scores.size):
        order[stops[codes[i]]] = i
        stops[codes[i]] += 1
    start = 0
    # The last bin holds what is not scored and needs no order.
    for code in range(bins):
        stop = stops[code]
        # Shell's sort; of the few scores of a usual bin its last step, an insertion sort.
        few = stop - start <= LONGEST_INSERTION
        for step in range(len(SHELL_GAPS) - 1 if few else 0, len(SHELL_GAPS)):
            gap = SHELL_GAPS[step]
            for index in range(start + gap, stop):
                moved = order[index]
                place = index
                while place >= start + gap and scores[order[place - gap]] > scores[moved]:
                    order[place] = order[place - gap]
                    place -= gap
                order[place] = moved
        start = stop
    return order


@njit(cache=True, nogil=True)
def _rank_in_order(
    scores: Floats,
    order: Ints,
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int32],
    shares: NDArray[np.float64],
) -> None:
    """Rank from the ascending order of the scores, NaN last."""
    ranked = order.size
    while ranked > 0 and np.isnan(scores[order[ranked - 1]]):
        ranked -= 1
        doubled[order[ranked]] = NOT_RANKED
    edges[:] = NOT_RANKED
    shares[:] = 1.0
    stop = ranked
    first = 1
    cut = 0
    while stop > 0:
        start = stop - 1
        while start > 0 and scores[order[start - 1]] == scores[order[stop - 1]]:
            start -= 1
        last = first + stop - start - 1
        for index in range(start, stop):
            doubled[order[index]] = first + last
        while cut < places.size and places[cut] <= last:
            edges[cut] = first + last
            shares[cut] = (places[cut] - first + 1) / (last - first + 1)
            cut += 1
        first = last + 1
        stop = start


@njit(cache=True, nogil=True)
def _rank_by_bins(
    scores: Floats,
    lowest: np.floating[Any],
    highest: np.floating[Any],
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int32],
    shares: NDArray[np.float64],
) -> bool:
    """Rank by counting into bins, the top exactly; False where a bin is too crowded for that."""
    if not highest > lowest:
        return False
    scale = scores.dtype.type((BINS - 1) / (highest - lowest))
    codes = np.empty(scores.size, np.int32)
    count = np.zeros(BINS + 1, np.int32)
    for i in range(scores.size):
        # The last bin holds what is not scored.
        codes[i] = BINS if np.isnan(scores[i]) else np.int32((scores[i] - lowest) * scale)
    for i in range(codes.size):
        count[codes[i]] += 1

    crowded = max(1, int(CROWDED_SHARE * scores.size))
    rank = np.empty(BINS + 1, np.int32)
    rank[BINS] = NOT_RANKED
    edges[:] = NOT_RANKED
    shares[:] = 1.0
    above = 0
    cut = 0
    top_bin = BINS
    for code in range(BINS - 1, -1, -1):
        if count[code] == 0:
            continue
        if count[code] > crowded:
            return False
        rank[code] = 2 * above + 1 + count[code]
        while cut < places.size and places[cut] <= above + count[code]:
            edges[cut] = rank[code]
            shares[cut] = (places[cut] - above) / count[code]
            cut += 1
        if above < EXACT_TOP:
            top_bin = code
        above += count[code]

    in_top = 0
    for code in range(top_bin, BINS):
        in_top += count[code]
    top = np.empty(in_top, np.int64)
    values = np.empty(in_top, scores.dtype)
    found = 0
    for i in range(scores.size):
        code = codes[i]
        if top_bin <= code < BINS:
            top[found] = i
            values[found] = scores[i]
            found += 1
        doubled[i] = rank[code]
    within = 0
    while within < places.size and places[within] <= in_top:
        within += 1
    ranked = np.empty(in_top, np.int32)
    _rank_in_order(
        values, np.argsort(values), ranked, places[:within], edges[:within], shares[:within]
    )
    for index in range(in_top):
        doubled[top[index]] = ranked[index]
    return True


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
