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
    values, order, ranked = _ascending(scores, lowest, highest)
    _rank_in_order(values, order, ranked, doubled, places, edges, shares)


@njit(cache=True, nogil=True)
def _ascending(
    scores: Floats, lowest: np.floating[Any], highest: np.floating[Any]
) -> tuple[Floats, NDArray[np.int32], int]:
    """Return the scores in ascending order, whose they are, and how many are not NaN.

    NaN come last, equal scores in any order. Counting into more bins than there are scores leaves
    little to sort: neighbours that change places.
    """
    bins = BINS_PER_SCORE * scores.size
    scale = (bins - 1) / np.float64(highest - lowest) if highest > lowest else 0.0
    codes = np.empty(scores.size, np.int32)
    for i in range(scores.size):
        # The last bin holds what is not scored.
        codes[i] = bins if np.isnan(scores[i]) else np.int32((scores[i] - lowest) * scale)
    stops = np.zeros(bins + 2, np.int32)
    for i in range(scores.size):
        stops[codes[i] + 1] += 1
    most = 0
    for code in range(bins):
        most = max(most, stops[code + 1])
        stops[code + 1] += stops[code]
    values, order = np.empty_like(scores), np.empty(scores.size, np.int32)
    for i in range(scores.size):
        at = stops[codes[i]]
        stops[codes[i]] = at + 1
        values[at] = scores[i]
        order[at] = i
    ranked = int(stops[bins - 1])
    if most > LONGEST_INSERTION:
        start = 0
        for code in range(bins):
            stop = stops[code]
            if stop - start > LONGEST_INSERTION:
                _sort_by_shell(values[start:stop], order[start:stop])
            start = stop
    for index in range(1, ranked):
        if values[index - 1] > values[index]:
            _insert(values, order, index, 1)
    return values, order, ranked


@njit(cache=True, nogil=True)
def _sort_by_shell(values: Floats, order: NDArray[np.int32]) -> None:
    """Sort values, and what goes with them."""
    for step in range(len(SHELL_GAPS)):
        gap = SHELL_GAPS[step]
        for index in range(gap, values.size):
            _insert(values, order, index, gap)


@njit(cache=True, nogil=True, inline="always")
def _insert(values: Floats, order: NDArray[np.int32], index: int, gap: int) -> None:
    """Move a value before those, a gap apart, that are greater."""
    moved, its = values[index], order[index]
    place = index
    while place >= gap and values[place - gap] > moved:
        values[place] = values[place - gap]
        order[place] = order[place - gap]
        place -= gap
    values[place] = moved
    order[place] = its


@njit(cache=True, nogil=True)
def _rank_in_order(
    values: Floats,
    order: NDArray[np.int32],
    ranked: int,
    doubled: Ints,
    places: NDArray[np.int64],
    edges: NDArray[np.int32],
    shares: NDArray[np.float64],
) -> None:
    """Rank scores in ascending order, of which those from `ranked` on are NaN."""
    for index in range(ranked, order.size):
        doubled[order[index]] = NOT_RANKED
    edges[:] = NOT_RANKED
    shares[:] = 1.0
    stop = ranked
    first = 1
    cut = 0
    while stop > 0:
        start = stop - 1
        while start > 0 and values[start - 1] == values[stop - 1]:
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

    rank = np.empty(BINS + 1, np.int32)
    rank[BINS] = NOT_RANKED
    edges[:] = NOT_RANKED
    shares[:] = 1.0
    above, most = np.int32(0), np.int32(0)
    cut = 0
    top_bin = BINS
    # An empty bin gets a rank that no one has: to leave it out costs more.
    for code in range(BINS - 1, -1, -1):
        own = count[code]
        most = max(most, own)
        rank[code] = 2 * above + 1 + own
        while cut < places.size and places[cut] <= above + own:
            edges[cut] = rank[code]
            shares[cut] = (places[cut] - above) / own
            cut += 1
        if above < EXACT_TOP:
            top_bin = code
        above += own
    if most > max(1, int(CROWDED_SHARE * scores.size)):
        return False

    in_top = 0
    for code in range(top_bin, BINS):
        in_top += count[code]
    top = np.empty(in_top, np.int32)
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
    ordered, order, _ = _ascending(values, values.min(), highest)
    for index in range(in_top):
        order[index] = top[order[index]]
    _rank_in_order(
        ordered, order, in_top, doubled, places[:within], edges[:within], shares[:within]
    )
    return True
