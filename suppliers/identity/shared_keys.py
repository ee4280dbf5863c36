"""Names of a register that share rare keys with a name of a list: an inverted index.

A key is a number: a word's consonants or a run of letters, together with the country. Of each name
of the list the rarest keys that the register holds are looked up; a name of the register is worth
what those it shares are worth, and the few of most worth go on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Worth of a key that no name has.
WORTH = 1 << 40
#: Slots of the table of keys for each key in it; spare ones make most searches one step.
_SPARE_SLOTS = 4
#: Scatters keys over the table (2 to the 64th over the golden ratio).
_SCATTER = np.uint64(0x9E37_79B9_7F4A_7C15)


@dataclass(frozen=True)
class Keys:
    """Names and their keys, one row each; the rows of a name stand together.

    Attributes:
        names: positions, as uint32.
        keys: numbers, as uint64, in the order in which keys of one rarity are taken.
    """

    names: NDArray[np.uint32]
    keys: NDArray[np.uint64]


@dataclass(frozen=True)
class Meetings:
    """Which names of a register a name meets: one row per name and reason.

    Attributes:
        own: position of the name, ascending.
        first: where the names that it meets begin in `held`.
        last: where they end.
        worth: of each of them, above 0.
        held: positions in the register.
    """

    own: Ints
    first: Ints
    last: Ints
    worth: Ints
    held: NDArray[np.uint32]


def meetings(asked: Keys, held: Keys, *, rarest: int, held_by_most: int) -> Meetings:
    """The names that share the rarest keys of each name.

    Args:
        asked: keys of the list.
        held: keys of the register.
        rarest: keys of a name that are looked up.
        held_by_most: a key of more names of the register finds none.
    """
    different, number = np.unique(asked.keys, return_inverse=True)
    pairs = np.unique((asked.names.astype(np.uint64) << np.uint64(32)) | number.astype(np.uint64))
    own, number = (pairs >> np.uint64(32)).astype(np.int64), (pairs & _LOW).astype(np.int64)
    found = numbers_of(different, held.keys)
    sizes = _sizes(found, held.names, different.size)
    held_by = sizes[number]
    is_kept = (held_by > 0) & (held_by <= held_by_most)
    own, number, held_by = own[is_kept], number[is_kept], held_by[is_kept]
    order = np.lexsort((number, held_by, own))
    own, number, held_by = own[order], number[order], held_by[order]
    is_rare = np.arange(own.size) - np.searchsorted(own, own) < rarest
    own, number, held_by = own[is_rare], number[is_rare], held_by[is_rare]
    is_wanted = np.zeros(different.size, dtype=np.bool_)
    is_wanted[number] = True
    first = np.cumsum(sizes * is_wanted) - sizes * is_wanted
    holders = _holders(found, held.names, first, is_wanted, int(sizes[is_wanted].sum()))
    worth = pl.Series(held_by).to_frame("held_by").select(_worth_of_key()).to_series().to_numpy()
    return Meetings(own, first[number], first[number] + held_by, worth, holders)


_LOW = np.uint64(0xFFFF_FFFF)


def _worth_of_key() -> pl.Expr:
    """What a key adds that `held_by` names have: a whole number, as sums are to have no order."""
    return (WORTH / (1.0 + pl.col("held_by").log1p())).round().cast(pl.Int64)


def single_meetings(own: Ints, held: Ints, worth: int) -> Meetings:
    """Meetings of one name with one other each."""
    order = np.argsort(own, kind="stable")
    place = np.arange(own.size, dtype=np.int64)
    return Meetings(
        own[order].astype(np.int64),
        place,
        place + 1,
        np.full(own.size, worth, dtype=np.int64),
        held[order].astype(np.uint32),
    )


def together(parts: list[Meetings]) -> Meetings:
    """All of several meetings of the same two sides."""
    shifts = np.cumsum([0, *(part.held.size for part in parts)])
    own = np.concatenate([part.own for part in parts])
    order = np.argsort(own, kind="stable")
    first, last = (
        np.concatenate([column + shift for column, shift in zip(columns, shifts, strict=False)])
        for columns in ([part.first for part in parts], [part.last for part in parts])
    )
    worth = np.concatenate([part.worth for part in parts])
    held = np.concatenate([part.held for part in parts])
    return Meetings(own[order], first[order], last[order], worth[order], held)


def most_shared(met: Meetings, *, register: int, most: int) -> tuple[Ints, Ints]:
    """The names of most worth for each name, and of equal worth the first; in no order.

    Args:
        met: what each name meets.
        register: names of the register.
        most: for each name.

    Returns:
        Positions in the list, ascending, and in the register.
    """
    room = np.unique(met.own).size * most
    own, name = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    size = _most_shared(
        met.own, met.first, met.last, met.worth, met.held, register, most, own, name
    )
    return own[:size], name[:size]


def numbers_of(different: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Position of each key in some different keys, -1 where it is none of them."""
    bits = max(4, int(_SPARE_SLOTS * different.size).bit_length())
    slots = np.full(1 << bits, -1, dtype=np.int32)
    shift = np.uint64(64 - bits)
    _fill(different, slots, shift)
    found = np.empty(keys.size, dtype=np.int32)
    _find(different, slots, shift, keys, found)
    return found


@njit(cache=True, nogil=True)
def _fill(different: NDArray[np.uint64], slots: NDArray[np.int32], shift: np.uint64) -> None:
    mask = slots.size - 1
    for number in range(different.size):
        at = np.int64((different[number] * _SCATTER) >> shift)
        while slots[at] >= 0:
            at = (at + 1) & mask
        slots[at] = number


@njit(cache=True, nogil=True)
def _find(
    different: NDArray[np.uint64],
    slots: NDArray[np.int32],
    shift: np.uint64,
    keys: NDArray[np.uint64],
    found: NDArray[np.int32],
) -> None:
    mask = slots.size - 1
    for row in range(keys.size):
        key = keys[row]
        at = np.int64((key * _SCATTER) >> shift)
        while slots[at] >= 0 and different[slots[at]] != key:
            at = (at + 1) & mask
        found[row] = slots[at]


@njit(cache=True, nogil=True)
def _sizes(found: NDArray[np.int32], names: NDArray[np.uint32], different: int) -> Ints:
    """How many names hold each key; a name that has it twice holds it once."""
    sizes = np.zeros(different, dtype=np.int64)
    seen = np.full(different, -1, dtype=np.int64)
    for row in range(found.size):
        number = found[row]
        if number >= 0 and seen[number] != names[row]:
            seen[number] = names[row]
            sizes[number] += 1
    return sizes


@njit(cache=True, nogil=True)
def _holders(
    found: NDArray[np.int32],
    names: NDArray[np.uint32],
    first: Ints,
    is_wanted: Flags,
    size: int,
) -> NDArray[np.uint32]:
    """The names that hold each wanted key, one key after the other."""
    holders = np.empty(size, dtype=np.uint32)
    seen = np.full(first.size, -1, dtype=np.int64)
    filled = first.copy()
    for row in range(found.size):
        number = found[row]
        if number >= 0 and is_wanted[number] and seen[number] != names[row]:
            seen[number] = names[row]
            holders[filled[number]] = names[row]
            filled[number] += 1
    return holders


@njit(cache=True, nogil=True)
def _most_shared(
    owners: Ints,
    first: Ints,
    last: Ints,
    worth: Ints,
    held: NDArray[np.uint32],
    register: int,
    most: int,
    own: Ints,
    name: Ints,
) -> int:
    sums = np.zeros(register, dtype=np.int64)
    met = np.empty(register, dtype=np.int64)
    best = np.empty(most, dtype=np.int64)
    row = size = 0
    while row < owners.size:
        owner = owners[row]
        several = 0
        while row < owners.size and owners[row] == owner:
            for place in range(first[row], last[row]):
                other = np.int64(held[place])
                if sums[other] == 0:
                    met[several] = other
                    several += 1
                sums[other] += worth[row]
            row += 1
        # Those of most worth so far stand in order; most of the rest are below the last of them.
        kept = 0
        for at in range(several):
            other = met[at]
            mine = sums[other]
            if kept == most:
                worst = best[kept - 1]
                if sums[worst] > mine or (sums[worst] == mine and worst < other):
                    continue
                kept -= 1
            place = kept
            while place > 0:
                before = best[place - 1]
                if sums[before] > mine or (sums[before] == mine and before < other):
                    break
                best[place] = before
                place -= 1
            best[place] = other
            kept += 1
        for place in range(kept):
            own[size] = owner
            name[size] = best[place]
            size += 1
        for at in range(several):
            sums[met[at]] = 0
    return size
