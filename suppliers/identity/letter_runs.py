"""Names that share distinctive runs of four letters, which survive a slip in a distinctive word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from suppliers.identity.shared_keys import Flags, Ints, Keys, Meetings, meetings

UNSAID = "??"
RUN_LETTERS = 4
_RAREST_RUNS = 6
_FOLD_BITS = 22
_LETTERS = np.uint64(0xFFFF_FFFF)


@dataclass(frozen=True)
class Texts:
    """Names of one side without blanks, and their countries: two letters, or `UNSAID`."""

    squashed: list[str]
    countries: list[str]


def names_by_runs(
    own: Texts, theirs: Texts, mine: NDArray[np.uint32], block_limit: int
) -> Meetings:
    """Names that share their rarest runs of letters, within a country or where it is not known.

    Args:
        own: names of one side.
        theirs: names of the other side.
        mine: positions in `own` of the names that are asked about.
        block_limit: a run held by more names than this finds none.
    """
    codes = {country: code for code, country in enumerate(sorted({UNSAID, *own.countries}))}
    wanted = {own.countries[i] for i in mine.tolist()} | {UNSAID}
    held_by = np.array(
        [i for i, country in enumerate(theirs.countries) if country in wanted], dtype=np.uint32
    )
    # Every second place of the register's names will do: five equal letters in a row still meet.
    if held_by.size < mine.size:
        held = _runs(theirs, held_by, codes, step=2)
        asked = _with_unsaid_runs(_runs(own, mine, codes, held), codes[UNSAID])
    else:
        asked = _with_unsaid_runs(_runs(own, mine, codes), codes[UNSAID])
        held = _runs(theirs, held_by, codes, asked, step=2)
    return meetings(asked, held, rarest=_RAREST_RUNS, held_by_most=block_limit)


def _runs(
    side: Texts,
    names: NDArray[np.uint32],
    codes: Mapping[str, int],
    wanted: Keys | None = None,
    step: int = 1,
) -> Keys:
    """The runs of letters of names, of those wanted and at every `step` of all their letters.

    A run is a number: the country's code above the four letters, so that one search does both.
    """
    texts = [side.squashed[i] for i in names.tolist()]
    letters = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8)
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    country = np.array([codes[side.countries[i]] for i in names.tolist()], dtype=np.uint64)
    seen = np.full(1 << _FOLD_BITS, wanted is None)
    if wanted is not None:
        seen[_folded(wanted.keys & _LETTERS)] = True
    return Keys(*_runs_seen(letters, ends, names, country, seen, step))


def _folded(runs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Places of runs in a table that sieves most of them out before the exact search."""
    return (runs ^ (runs >> np.uint64(13))) & np.uint64((1 << _FOLD_BITS) - 1)


@njit(cache=True, nogil=True)
def _runs_seen(
    letters: NDArray[np.uint8],
    ends: Ints,
    names: NDArray[np.uint32],
    country: NDArray[np.uint64],
    seen: Flags,
    step: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    room = letters.size // step + 1
    owners = np.empty(room, dtype=np.uint32)
    keys = np.empty(room, dtype=np.uint64)
    size = 0
    start = 0
    for row in range(ends.size):
        for at in range((start + step - 1) // step * step, ends[row] - RUN_LETTERS + 1, step):
            run = np.uint64(0)
            for place in range(RUN_LETTERS):
                run |= np.uint64(letters[at + place]) << np.uint64(8 * place)
            if seen[(run ^ (run >> np.uint64(13))) & np.uint64((1 << _FOLD_BITS) - 1)]:
                owners[size] = names[row]
                keys[size] = (country[row] << np.uint64(32)) | run
                size += 1
        start = ends[row]
    return owners[:size].copy(), keys[:size].copy()


def _with_unsaid_runs(runs: Keys, unsaid: int) -> Keys:
    """The runs, and again under "country not said", where they meet such names of the register."""
    also = (runs.keys & _LETTERS) | (np.uint64(unsaid) << np.uint64(32))
    return Keys(np.concatenate([runs.names, runs.names]), np.concatenate([runs.keys, also]))
