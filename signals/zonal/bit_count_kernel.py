"""Count the values of pixels in runs of coverage as bits of machine words, 512 at a time."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined
from signals.zonal.bit_planes import bits_of, found_bits, set_block
from signals.zonal.bitmask import (
    MOST_PLANES,
    add_count,
    add_weighted,
    count_common,
    first_bit,
    has_other,
    split,
    take_block,
)
from signals.zonal.vector_instructions import BITS, ROWS

MOST_KEYS = 48
"""Windows of more values than this are counted pixel by pixel, which takes less time."""

SAMPLE_STEP = 4093
"""One pixel in this many is sampled to find the modal value."""

TERMS = 1 << MOST_PLANES
"""Blocks of the pixels of each combination of bits."""

STEP = TERMS * ROWS
"""Words of these."""

GROUP = 8
"""Blocks side by side whose values are counted together."""


@inlined
def _usual_key(pixels: NDArray[np.uint8], counts: NDArray[np.int64]) -> int:
    """Return the commonest value of a sample of the pixels, counted in 256 zeros."""
    usual = 0
    for position in range(0, len(pixels), SAMPLE_STEP):
        key = pixels[position]
        counts[key] += 1
        if counts[key] > counts[usual]:
            usual = int(key)
    return usual


@inlined
def _mark_inside(
    inside: NDArray[np.uint64], row: np.uint64, start: np.uint64, stop: np.uint64
) -> tuple[int, int]:
    """Set the bits of a run in blocks side by side; returns its first word and after its last.

    Unsigned numbers are not checked for counting from an array's end.
    """
    word_bits, step, one = np.uint64(BITS), np.uint64(ROWS), np.uint64(1)
    first, last = start // word_bits, (stop - one) // word_bits
    index = first * step + row
    bits = ~np.uint64(0) << (start % word_bits)
    for _ in range(first, last):
        inside[index] |= bits
        bits = ~np.uint64(0)
        index += step
    inside[index] |= bits & (~np.uint64(0) >> (word_bits - one - (stop - one) % word_bits))
    return int(first), int(last) + 1


@compiled
def _whole_runs(
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Row, start and stop of the runs that are wholly covered, and the first of each polygon.

    They are read 8 rows at a time, polygon after polygon: side by side they are near in memory.
    """
    whole_runs, starts = np.empty((len(run_row), 3), np.int32), np.zeros_like(polygon_starts)
    number = np.uint64(0)
    for polygon in range(len(polygon_starts) - 1):
        first, stop = polygon_starts[polygon], polygon_starts[polygon + 1]
        for run in range(np.uint64(first), np.uint64(stop)):
            if run_share[run] == 1.0:
                whole_runs[number, 0] = run_row[run]
                whole_runs[number, 1] = run_start[run]
                whole_runs[number, 2] = run_stop[run]
                number += np.uint64(1)
        starts[polygon + 1] = number
    return whole_runs, starts


@compiled
def count_by_bits(
    pixels: NDArray[np.uint8],
    width: int,
    table: NDArray[np.uint32],
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    lane: int,
    whole: NDArray[np.float64],
) -> bool:
    """Count 64 pixels of 8 rows at a time; False where the window holds too many values.

    A value is a combination of bits, so its pixels are the common bits of planes. Values are
    listed as they are met, the modal one first: maps of loss are 0 nearly everywhere.
    """
    polygons, columns = whole.shape
    words = (width + BITS - 1) // BITS
    blocks = (lane + len(pixels) // width + ROWS - 1) // ROWS
    weights = np.zeros(blocks * ROWS)
    weights[lane : lane + len(areas_ha)] = areas_ha
    planes, is_set = np.empty(8 * words * ROWS, np.uint64), np.empty(words, np.bool_)
    inside, members = np.zeros(words * ROWS, np.uint64), np.empty(GROUP * ROWS, np.uint64)
    low, high = np.empty(GROUP * STEP, np.uint64), np.empty(GROUP * STEP, np.uint64)
    taken_words, divided = np.empty((2, GROUP), np.int64)
    every, left = np.full(ROWS, ~np.uint64(0)), np.zeros(ROWS, np.int64)
    listed = np.empty(3 * MOST_KEYS, np.int64)
    slot_of_column, column_of_slot = np.full(columns, -1, np.int64), np.empty(MOST_KEYS, np.int64)
    counts, sums = np.zeros(MOST_KEYS * ROWS, np.int64), np.zeros(polygons * MOST_KEYS * ROWS)
    usual = _usual_key(pixels, np.zeros(256, np.int64))
    _list(listed, 0, usual, 0)
    slot_of_column[table[usual]], column_of_slot[0] = 0, table[usual]
    number = slots = 1
    bits = bits_of(np.uint64(usual))
    whole_runs, whole_starts = _whole_runs(run_row, run_start, run_stop, run_share, polygon_starts)
    next_run = whole_starts[:-1].astype(np.uint64)
    for block in range(blocks):
        top = block * ROWS - lane
        is_read = False
        for polygon in range(polygons):
            first_word, last_word = words, 0
            run, stop = next_run[polygon], np.uint64(whole_starts[polygon + 1])
            while run < stop and whole_runs[run, 0] < top + ROWS:
                first, last = _mark_inside(
                    inside,
                    np.uint64(whole_runs[run, 0] - top),
                    np.uint64(whole_runs[run, 1]),
                    np.uint64(whole_runs[run, 2]),
                )
                first_word, last_word = min(first_word, first), max(last_word, last)
                run += np.uint64(1)
            next_run[polygon] = run
            if last_word == 0:
                continue
            if not is_read:
                is_read = True
                is_set[:] = False
                bits = max(
                    bits, bits_of(found_bits(pixels, max(top, 0) * width, (top + ROWS) * width))
                )
                low_bits, high_bits = min(bits, MOST_PLANES), max(bits - MOST_PLANES, 0)
            taken = 0
            for word in range(first_word, last_word):
                if take_block(inside, word * ROWS, members, taken * ROWS):
                    if not is_set[word]:
                        is_set[word] = True
                        set_block(pixels, width, bits, top, word, planes, word * ROWS * bits)
                    taken_words[taken] = word
                    taken += 1
                if taken == 0 or (taken < GROUP and word < last_word - 1):
                    continue
                group = 0
                for member in range(taken):
                    plane = taken_words[member] * ROWS * bits
                    if not has_other(planes, plane, bits, usual, members, member * ROWS):
                        add_count(counts, 0, members, member * ROWS)
                        continue
                    add_count(left, 0, members, member * ROWS)
                    split(every, 0, low, group * STEP, planes, plane, low_bits)
                    plane += MOST_PLANES * ROWS
                    split(members, member * ROWS, high, group * STEP, planes, plane, high_bits)
                    divided[group] = member
                    group += 1
                taken, done = 0, 0
                while count_common(low, high, STEP, group, listed, done, number, counts, left):
                    if number == MOST_KEYS:
                        return False
                    member, row, bit = _first_unlisted(members, divided, low, high, listed, number)
                    position = (top + row) * width + taken_words[member] * BITS + bit
                    met = int(pixels[position])
                    if slot_of_column[table[met]] < 0:
                        slot_of_column[table[met]], column_of_slot[slots] = slots, table[met]
                        slots += 1
                    _list(listed, number, met, slot_of_column[table[met]])
                    done, number = number, number + 1
            for slot in range(slots):
                index = (polygon * MOST_KEYS + slot) * ROWS
                add_weighted(sums, index, counts, slot * ROWS, weights, block * ROWS)
    for polygon in range(polygons):
        for slot in range(slots):
            index = (polygon * MOST_KEYS + slot) * ROWS
            whole[polygon, column_of_slot[slot]] = folded(sums, index)
    return True


@inlined
def _first_unlisted(
    members: NDArray[np.uint64],
    divided: NDArray[np.int64],
    low: NDArray[np.uint64],
    high: NDArray[np.uint64],
    listed: NDArray[np.int64],
    number: int,
) -> tuple[int, int, int]:
    """Find a pixel of a value that is not listed, which must be: its block, row and bit."""
    group, row = 0, 0
    while True:
        rest = members[divided[group] * ROWS + row]
        for entry in range(number):
            one, other = listed[3 * entry] + row, listed[3 * entry + 1] + row
            rest &= ~(low[group * STEP + one] & high[group * STEP + other])
        if rest != 0:
            return divided[group], row, first_bit(rest)
        row += 1
        if row == ROWS:
            group, row = group + 1, 0


@inlined
def _list(listed: NDArray[np.int64], number: int, key: int, slot: int) -> None:
    """List a value: the blocks of its lowest four bits and of the others, and its counts."""
    listed[3 * number] = (key & (TERMS - 1)) * ROWS
    listed[3 * number + 1] = key // TERMS * ROWS
    listed[3 * number + 2] = slot * ROWS


@inlined
def folded(sums: NDArray[np.float64], first: int) -> float:
    """Add eight sums in pairs."""
    left = (sums[first] + sums[first + 1]) + (sums[first + 2] + sums[first + 3])
    right = (sums[first + 4] + sums[first + 5]) + (sums[first + 6] + sums[first + 7])
    return float(left + right)
