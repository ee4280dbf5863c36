"""Ranks within each draw.

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
