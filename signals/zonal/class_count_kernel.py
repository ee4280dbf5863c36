"""Count the classes of a window's pixels over runs of coverage, exactly, and weigh the counts."""

import numpy as np
from numpy.typing import NDArray

from signals.numba_cache import compiled, inlined
from signals.zonal.bitmask import (
    BITS,
    MOST_PLANES,
    ROWS,
    add_count,
    add_weighted,
    count_common,
    first_bit,
    has_other,
    occurring,
    set_planes,
    set_whole_block,
    split,
    take_block,
)
from signals.zonal.pixel_coverage import Runs

MOST_KEYS = 48
"""Windows of more values than this are counted pixel by pixel, which takes less time."""

SAMPLE_STEP = 1021
"""One pixel in this many is sampled to find the modal value."""

TERMS = 1 << MOST_PLANES
"""Blocks of the pixels of each combination of bits."""

STEP = TERMS * ROWS
"""Words of these."""

GROUP = 8
"""Blocks side by side whose values are counted together."""


def class_areas_of_runs(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    columns: int,
    runs: Runs,
    areas_ha: NDArray[np.float64],
    segment: int,
    first_row: int = 0,
) -> NDArray[np.float64]:
    """Return hectares per polygon and column of the table.

    Of the pixels that lie wholly in a polygon, those of a column are counted in each row (and
    segment of it), which is exact. The count times the hectares of a pixel is added to one of
    eight sums by the last three bits of the raster's row, in the order of rows. Pixels that an
    edge crosses or that are covered in part are added one by one, in a sum of their own. The
    bits depend neither on the way of counting nor on what else the window holds, and a sum of n
    addends is within (n + 4) / 2⁵³ of its value.

    Args:
        keys: Pixels of the window, of an unsigned type.
        table: Column of each possible key.
        columns: Number of columns.
        runs: Coverage, with rows and columns counted from the window's corner.
        areas_ha: Pixel areas (rows, segments).
        segment: Columns of the window per segment.
        first_row: The raster's row of the window's first.
    """
    stretches = (runs.rows, runs.starts, runs.stops, runs.shares, runs.polygon_starts)
    edges = (runs.edge_rows, runs.edge_columns, runs.edge_shares, runs.edge_starts)
    lane = first_row % ROWS
    whole = np.zeros((len(runs.polygon_starts) - 1, columns))
    counted = False
    is_narrow = min(len(table), columns) <= 256
    if is_narrow and keys.size >= BITS and areas_ha.shape[1] == 1:
        of_pixel, column_of = _as_bytes(keys, table, columns)
        counted = _count_by_bits(
            of_pixel, keys.shape[1], column_of, *stretches, areas_ha[:, 0], lane, whole
        )
    if not counted:
        _count_by_pixel(keys, table, *stretches, areas_ha, segment, lane, whole)
    return whole + _areas_of_parts(keys, table, columns, *stretches, *edges, areas_ha, segment)


def _as_bytes(
    keys: NDArray[np.unsignedinteger], table: NDArray[np.uint32], columns: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Keys of a byte and their table; of wider keys, their columns and a table of columns."""
    if len(table) <= 256:
        return np.ascontiguousarray(keys, dtype=np.uint8).reshape(-1), table
    found = np.empty(keys.size, np.uint8)
    _look_up(np.ascontiguousarray(keys).reshape(-1), table.astype(np.uint8), found)
    return found, np.arange(columns, dtype=np.uint32)


@compiled
def _look_up(
    keys: NDArray[np.unsignedinteger], table: NDArray[np.uint8], found: NDArray[np.uint8]
) -> None:
    for position in range(len(keys)):
        found[position] = table[keys[position]]


@compiled
def _areas_of_parts(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    columns: int,
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    edge_rows: NDArray[np.int32],
    edge_columns: NDArray[np.int32],
    edge_shares: NDArray[np.float64],
    edge_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
) -> NDArray[np.float64]:
    """Add up the pixels that an edge crosses, then those of runs that are covered in part."""
    polygons = len(edge_starts) - 1
    totals = np.zeros((polygons, columns))
    segments = areas_ha.shape[1]
    for polygon in range(polygons):
        for pixel in range(edge_starts[polygon], edge_starts[polygon + 1]):
            row, position = edge_rows[pixel], edge_columns[pixel]
            part = 0 if segments == 1 else position // segment
            totals[polygon, table[keys[row, position]]] += edge_shares[pixel] * areas_ha[row, part]
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            if run_share[run] == 1.0:
                continue
            row = run_row[run]
            for position in range(run_start[run], run_stop[run]):
                part = 0 if segments == 1 else position // segment
                weight = run_share[run] * areas_ha[row, part]
                totals[polygon, table[keys[row, position]]] += weight
    return totals


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
def _set_block(
    pixels: NDArray[np.uint8],
    width: int,
    bits: int,
    top: int,
    word: int,
    planes: NDArray[np.uint64],
    first: int,
) -> None:
    """Lay the bits of the pixels of 8 rows out as planes, a block for each bit.

    Rows above and below the pixels stay arbitrary, as does what follows a row in its last word:
    neither is ever inside.
    """
    start = top * width + word * BITS
    if top >= 0 and start + (ROWS - 1) * width + BITS <= len(pixels):
        set_whole_block(pixels, start, width, planes, first, bits)
        return
    for row in range(max(top, 0), min(top + ROWS, len(pixels) // width)):
        position = row * width + word * BITS
        # The last word of all is read from where it fits.
        fits = min(position, len(pixels) - BITS)
        set_planes(pixels, fits, np.uint64(position - fits), planes, first + row - top, ROWS, bits)


@inlined
def _mark_inside(
    inside: NDArray[np.uint64], words: int, row: int, start: int, stop: int
) -> tuple[int, int]:
    """Set the bits of a run; returns its first word and the one after the last."""
    first, last = start // BITS, (stop - 1) // BITS
    index = (row // ROWS * words + first) * ROWS + row % ROWS
    bits = ~np.uint64(0) << np.uint64(start - first * BITS)
    for _ in range(first, last):
        inside[index] |= bits
        bits = ~np.uint64(0)
        index += ROWS
    inside[index] |= bits & (~np.uint64(0) >> np.uint64((last + 1) * BITS - stop))
    return first, last + 1


@inlined
def _bits_of(pixels: NDArray[np.uint8]) -> int:
    """Return how many bits the largest value needs, at least 1."""
    found = occurring(pixels, len(pixels) // BITS)
    for position in range(len(pixels) // BITS * BITS, len(pixels)):
        found |= np.uint64(pixels[position])
    bits = 1
    while found >> np.uint64(bits) > 0:
        bits += 1
    return bits


@compiled
def _count_by_bits(
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
    columns = whole.shape[1]
    bits = _bits_of(pixels)
    low_bits, high_bits = min(bits, MOST_PLANES), max(bits - MOST_PLANES, 0)
    words = (width + BITS - 1) // BITS
    blocks = (lane + len(pixels) // width + ROWS - 1) // ROWS
    planes = np.empty(bits * words * blocks * ROWS, np.uint64)
    is_set = np.zeros(words * blocks, np.bool_)
    inside = np.zeros(words * blocks * ROWS, np.uint64)
    weights = np.zeros(blocks * ROWS)
    weights[lane : lane + len(areas_ha)] = areas_ha
    low, high = np.empty(GROUP * STEP, np.uint64), np.empty(GROUP * STEP, np.uint64)
    members = np.empty(GROUP * ROWS, np.uint64)
    positions, divided = np.empty((2, GROUP), np.int64)
    every, left = np.full(ROWS, ~np.uint64(0)), np.zeros(ROWS, np.int64)
    listed = np.empty(3 * MOST_KEYS, np.int64)
    slot_of_column = np.full(columns, -1, np.int64)
    column_of_slot = np.empty(MOST_KEYS, np.int64)
    counts, sums = np.zeros(MOST_KEYS * ROWS, np.int64), np.zeros(MOST_KEYS * ROWS)
    usual = _usual_key(pixels, np.zeros(256, np.int64))
    _list(listed, 0, usual, 0)
    slot_of_column[table[usual]], column_of_slot[0] = 0, table[usual]
    number = slots = 1
    for polygon in range(len(polygon_starts) - 1):
        first_word, last_word, top, bottom = words, 0, blocks * ROWS, 0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            if run_share[run] == 1.0:
                row = lane + run_row[run]
                first, last = _mark_inside(inside, words, row, run_start[run], run_stop[run])
                first_word, last_word = min(first_word, first), max(last_word, last)
                top, bottom = min(top, row), max(bottom, row + 1)
        for block in range(top // ROWS, (bottom + ROWS - 1) // ROWS):
            taken = 0
            for word in range(first_word, last_word):
                position = block * words + word
                if take_block(inside, position * ROWS, members, taken * ROWS):
                    if not is_set[position]:
                        is_set[position] = True
                        plane = position * ROWS * bits
                        _set_block(pixels, width, bits, block * ROWS - lane, word, planes, plane)
                    positions[taken] = position
                    taken += 1
                if taken == 0 or (taken < GROUP and word < last_word - 1):
                    continue
                group = 0
                for other in range(taken):
                    plane = positions[other] * ROWS * bits
                    if not has_other(planes, plane, bits, usual, members, other * ROWS):
                        add_count(counts, 0, members, other * ROWS)
                        continue
                    add_count(left, 0, members, other * ROWS)
                    split(every, 0, low, group * STEP, planes, plane, low_bits)
                    plane += MOST_PLANES * ROWS
                    split(members, other * ROWS, high, group * STEP, planes, plane, high_bits)
                    divided[group] = other
                    group += 1
                taken, done = 0, 0
                while count_common(low, high, STEP, group, listed, done, number, counts, left):
                    if number == MOST_KEYS:
                        return False
                    index, row, bit = _first_unlisted(members, divided, low, high, listed, number)
                    column = (positions[index] - block * words) * BITS + bit
                    met = int(pixels[(block * ROWS + row - lane) * width + column])
                    if slot_of_column[table[met]] < 0:
                        slot_of_column[table[met]], column_of_slot[slots] = slots, table[met]
                        slots += 1
                    _list(listed, number, met, slot_of_column[table[met]])
                    done, number = number, number + 1
            for slot in range(slots):
                add_weighted(sums, slot * ROWS, counts, weights, block * ROWS)
        for slot in range(slots):
            whole[polygon, column_of_slot[slot]] = _folded(sums, slot * ROWS)
        sums[:] = 0.0
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
def _folded(sums: NDArray[np.float64], first: int) -> float:
    """Add eight sums in pairs."""
    left = (sums[first] + sums[first + 1]) + (sums[first + 2] + sums[first + 3])
    right = (sums[first + 4] + sums[first + 5]) + (sums[first + 6] + sums[first + 7])
    return float(left + right)


@compiled
def _count_by_pixel(
    keys: NDArray[np.unsignedinteger],
    table: NDArray[np.uint32],
    run_row: NDArray[np.int32],
    run_start: NDArray[np.int32],
    run_stop: NDArray[np.int32],
    run_share: NDArray[np.float64],
    polygon_starts: NDArray[np.int64],
    areas_ha: NDArray[np.float64],
    segment: int,
    lane: int,
    whole: NDArray[np.float64],
) -> None:
    columns = whole.shape[1]
    segments = areas_ha.shape[1]
    counts = np.zeros(2 * columns, np.int64)
    touched = np.empty(2 * columns, np.int64)
    sums = np.zeros(columns * ROWS)
    for polygon in range(len(polygon_starts) - 1):
        touches, row, part = 0, 0, 0
        for run in range(polygon_starts[polygon], polygon_starts[polygon + 1]):
            if run_share[run] != 1.0:
                continue
            start, end = run_start[run], run_stop[run]
            while start < end:
                here = 0 if segments == 1 else start // segment
                stop = end if segments == 1 else min(end, (here + 1) * segment)
                if run_row[run] != row or here != part:
                    first = (lane + row) & (ROWS - 1)
                    _weigh(counts, touched, touches, areas_ha[row, part], sums, first)
                    touches, row, part = 0, run_row[run], here
                for position in range(start, stop):
                    # Two counts, so that equal neighbours do not wait for each other.
                    index = 2 * table[keys[row, position]] + (position & 1)
                    touched[touches] = index
                    touches += counts[index] == 0
                    counts[index] += 1
                start = stop
        _weigh(counts, touched, touches, areas_ha[row, part], sums, (lane + row) & (ROWS - 1))
        for column in range(columns):
            whole[polygon, column] = _folded(sums, column * ROWS)
        sums[:] = 0.0


@inlined
def _weigh(
    counts: NDArray[np.int64],
    touched: NDArray[np.int64],
    touches: int,
    weight: float,
    sums: NDArray[np.float64],
    first: int,
) -> None:
    """Add a row's counts times the hectares of a pixel to one sum of each column it has."""
    for touch in range(touches):
        even = touched[touch] & ~1
        sums[(even >> 1) * ROWS + first] += weight * (counts[even] + counts[even + 1])
        counts[even] = 0
        counts[even + 1] = 0
