"""Ranks within each draw, and each supplier's quantiles over the draws.

A short list is sorted exactly. A long one is counted into 65,536 bins a draw, with its top sorted
exactly, and a draw whose scores crowd into few bins is sorted exactly after all. So below the top
a rank is at most half of `CROWDED_SHARE` of the list away from its place in the exact sort.

Ranks are kept doubled (first place + last place of the tie) so that a middle rank of 1.5 is a
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
# The top of a long list that is sorted exactly in every draw.
EXACT_TOP = 2_000
# A bin that holds more than this share of the list is too coarse.
CROWDED_SHARE = 0.001
# Draws whose ranks are copied together: their rows of one supplier fill a cache line.
DRAWS_PER_TILE = 16
QUANTILE_BINS = 256


def rank_draw(
    scores: Floats,
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int64],
    shares: NDArray[np.float64],
    *,
    exactly: bool,
) -> None:
    """Rank one draw; ties share the middle of their places.

    Args:
        scores: [suppliers], NaN where the draw has no score. Not read again once ranked, so
            doubled may be the same memory.
        doubled: [suppliers] doubled ranks, written.
        places: [cuts] ascending sizes k of the top k asked for, from 1.
        edges: [cuts] written: the doubled rank of the tie that holds place k.
        shares: [cuts] written: the share of that tie that fits in the top k. So membership is 1
            below the edge, the share on it and 0 above it, and sums to k.
        exactly: sort every score rather than count the lower ones into bins.
    """
    own = scores.copy()
    if exactly or not _rank_by_bins(own, doubled, places, edges, shares):
        _rank_in_order(own, np.argsort(own), doubled, places, edges, shares)


@njit(cache=True, nogil=True)
def _rank_in_order(
    scores: Floats,
    order: NDArray[np.int64],
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int64],
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
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int64],
    shares: NDArray[np.float64],
) -> bool:
    """Rank by counting into bins, the top exactly; False where a bin is too crowded for that."""
    lowest = np.inf
    highest = -np.inf
    for score in scores:
        # Comparisons with NaN are false.
        lowest = score if score < lowest else lowest
        highest = score if score > highest else highest
    if not highest > lowest:
        return False
    low = scores.dtype.type(lowest)
    scale = scores.dtype.type((BINS - 1) / (highest - lowest))
    codes = np.empty(scores.size, np.int32)
    count = np.zeros(BINS + 1, np.int32)
    for i in range(scores.size):
        # The last bin holds what is not scored.
        codes[i] = BINS if np.isnan(scores[i]) else np.int32((scores[i] - low) * scale)
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
    found = 0
    for i in range(scores.size):
        code = codes[i]
        doubled[i] = rank[code]
        if top_bin <= code < BINS:
            top[found] = i
            found += 1
    within = 0
    while within < places.size and places[within] <= in_top:
        within += 1
    values = scores[top]
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
    edges: NDArray[np.int64],
    shares: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    in_top: NDArray[np.float64],
) -> None:
    """Write the quantiles and the chances of the suppliers from start up to stop.

    Args:
        doubled: [draws, suppliers] doubled ranks.
        start: first supplier.
        stop: one past the last.
        tail: share of the draws beyond each end of the interval, 0.05 for 90 %.
        edges: [draws, cuts] of `rank_draw`.
        shares: [draws, cuts] of `rank_draw`.
        quantiles: [suppliers, 3] low end, median and high end, over the draws that rank the
            supplier, written; NaN where none does. An end is the rank of a draw: the last one
            with no more than the tail beyond it.
        in_top: [suppliers, cuts] share of all draws in the top k, ties split, written.
    """
    draws = doubled.shape[0]
    suppliers = stop - start
    cuts = edges.shape[1]
    tile = np.empty((suppliers, draws), np.int32)
    for first in range(0, draws, DRAWS_PER_TILE):
        last = min(first + DRAWS_PER_TILE, draws)
        for supplier in range(suppliers):
            for draw in range(first, last):
                tile[supplier, draw] = doubled[draw, start + supplier]
    counts = np.zeros(QUANTILE_BINS + 1, np.int32)
    ranks = np.empty(draws, np.int32)
    for supplier in range(suppliers):
        ranked = 0
        for draw in range(draws):
            value = tile[supplier, draw]
            ranks[ranked] = value
            ranked += value != NOT_RANKED
        for cut in range(cuts):
            member = 0.0
            for draw in range(draws):
                value = tile[supplier, draw]
                if value < edges[draw, cut]:
                    member += 1.0
                elif value == edges[draw, cut] and value != NOT_RANKED:
                    member += shares[draw, cut]
            in_top[start + supplier, cut] = member / draws
        if ranked == 0:
            quantiles[start + supplier] = np.nan
            continue
        beyond = int(tail * (ranked - 1))
        own = ranks[:ranked]
        lower = _order_statistic(own, (ranked - 1) // 2, counts)
        upper = lower if ranked % 2 == 1 else _order_statistic(own, ranked // 2, counts)
        quantiles[start + supplier, 0] = _order_statistic(own, beyond, counts) / 2.0
        quantiles[start + supplier, 1] = (lower + upper) / 4.0
        quantiles[start + supplier, 2] = _order_statistic(own, ranked - 1 - beyond, counts) / 2.0


@njit(cache=True, nogil=True)
def _order_statistic(values: NDArray[np.int32], index: int, counts: NDArray[np.int32]) -> int:
    """Return the value that sorting would put at index; counts is scratch."""
    lowest = values.min()
    highest = values.max()
    candidates = values
    while highest - lowest >= QUANTILE_BINS:
        scale = QUANTILE_BINS / (np.float64(highest) - lowest + 1.0)
        counts[:] = 0
        for value in candidates:
            counts[int((value - lowest) * scale)] += 1
        below = 0
        code = 0
        while below + counts[code] <= index:
            below += counts[code]
            code += 1
        kept = np.empty(counts[code], np.int32)
        found = 0
        for value in candidates:
            if int((value - lowest) * scale) == code:
                kept[found] = value
                found += 1
        candidates = kept
        index -= below
        lowest = candidates.min()
        highest = candidates.max()
    counts[:] = 0
    for value in candidates:
        counts[value - lowest] += 1
    code = 0
    while index >= counts[code]:
        index -= counts[code]
        code += 1
    return int(lowest + code)
