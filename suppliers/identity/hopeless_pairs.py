"""Pairs of names that cannot reach a score, whatever their words have in common: a cheap bound.

A word with a possible counterpart in the other name counts as wholly equal, the others as lacking.
If even so the names agree too little, judging them is wasted. Most candidates are such pairs: they
share some letters or a trade word. Names of other scripts, and those that may hold acronyms, blends
or words written together, are always judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from suppliers.identity.acronyms import (
    LONGEST_ACRONYM,
    MOST_JOINED_APART,
    SHORTEST_JOINED,
    SHORTEST_STUB,
)
from suppliers.identity.name_columns import (
    NO_WORD,
    Flags,
    Floats,
    Ints,
    NameColumns,
    first_letters,
    lengths_of,
    name_columns,
)
from suppliers.identity.names import ComparableName
from suppliers.identity.romanisation import loose_sound, sound
from suppliers.identity.similarity import needed_agreement
from suppliers.identity.word_similarity import (
    ARTICLES,
    DIVIDING_WEIGHT,
    LEAST_LOST,
    LEAST_RATIO,
    MOST_WRONG,
    is_behind_article,
    may_be_shortened,
    stem,
)

#: Sums of weights, and ratios in single precision, differ by rounding.
_ROUNDING = 1e-6
#: Countries whose names are compared by customs of their own.
OWN_WAYS = frozenset({"TW", "KR", "KP"})
#: Words of this ratio are not looked into: most of them are alike.
_SURELY_ALIKE = 80.0


def may_reach(
    least: float,
    pairs: tuple[NDArray[np.uint32], NDArray[np.uint32]],
    own: Sequence[ComparableName],
    theirs: Sequence[ComparableName],
    shared: Mapping[str, float],
) -> Flags:
    """Whether pairs of names may reach a score of `name_similarity`; False only if they cannot.

    Args:
        least: the score.
        pairs: positions in `own`, and in `theirs`; none of a country of `OWN_WAYS`.
        own: names of one side, each with a word.
        theirs: names of the other side.
        shared: lower weights of words, as `word_weight` takes them.
    """
    one, other = name_columns(own, shared), name_columns(theirs, shared)
    left, right = (positions.astype(np.int64) for positions in pairs)
    if left.size == 0:
        return np.zeros(0, dtype=np.bool_)
    # Every word of one name beside every word of the other.
    wide, high = one.count[left], other.count[right]
    row_of_one = np.repeat(np.arange(left.size), wide)
    at_one = np.repeat(one.first[left] - np.cumsum(wide) + wide, wide) + np.arange(wide.sum())
    high_of_one = high[row_of_one]
    starts = np.cumsum(high_of_one) - high_of_one
    row = np.repeat(row_of_one, high_of_one)
    place = np.arange(row.size) - np.repeat(starts, high_of_one)
    at_other = other.first[right][row] + place
    cell_one = np.repeat(at_one, high_of_one)
    keys, inverse = np.unique(
        one.words[cell_one] * len(other.spelled) + other.words[at_other], return_inverse=True
    )
    may_equal, blends, longer_one, longer_other = _compared(keys, one, other)
    matched = may_equal[inverse]
    own_matched = np.logical_or.reduceat(matched, starts)
    first_other = np.cumsum(high) - high
    cell_other = first_other[row] + place
    their_matched = np.bincount(cell_other, weights=matched) > 0
    row_of_other = np.repeat(np.arange(left.size), high)
    at_each_other = np.repeat(other.first[right] - first_other, high) + np.arange(high.sum())
    gained, lost = (
        np.bincount(row_of_one, weights=mine, minlength=left.size)
        + np.bincount(row_of_other, weights=yours, minlength=left.size)
        for mine, yours in (
            (
                np.where(own_matched, one.weights[one.words[at_one]], 0.0),
                np.where(their_matched, other.weights[other.words[at_each_other]], 0.0),
            ),
            (
                np.where(own_matched, 0.0, one.losses[at_one]),
                np.where(their_matched, 0.0, other.losses[at_each_other]),
            ),
        )
    )
    # A run of words, the first of which begins as a word of the other name does.
    is_joined = (longer_other[inverse] + MOST_JOINED_APART >= one.others[cell_one]) | (
        longer_one[inverse] + MOST_JOINED_APART >= other.others[at_other]
    )
    may = gained >= (needed_agreement(least) - _ROUNDING) * (gained + lost)
    may |= np.bincount(row, weights=is_joined, minlength=left.size) > 0
    for begins, ends in blends:
        # A word that begins as one word of the other name and ends as a trade word of it begins.
        is_blend = np.bincount(row, weights=begins[inverse], minlength=left.size) > 0
        may |= is_blend & (np.bincount(row, weights=ends[inverse], minlength=left.size) > 0)
    may |= ~(one.is_plain[left] & other.is_plain[right])
    for side, at, of, name, words in (
        (one, at_one, row_of_one, other.initials[right], high),
        (other, at_each_other, row_of_other, one.initials[left], wide),
    ):
        number = side.words[at]
        is_acronym = (
            (side.lengths[number] <= np.minimum(LONGEST_ACRONYM, words)[of])
            & (side.lengths[number] > 1)
            & ((side.letters[number] & ~name[of]) == 0)
        )
        may |= np.bincount(of, weights=is_acronym, minlength=left.size) > 0
    return np.asarray(may, dtype=np.bool_)


def _compared(
    keys: Ints, one: NameColumns, other: NameColumns
) -> tuple[Flags, tuple[tuple[Flags, Flags], ...], Ints, Ints]:
    """Of different pairs of words: what they may have in common.

    Whether they may be alike; the parts of a blend of either name; and the letters that each has
    beyond the other as it was written, very few if the two do not begin alike.

    Words of a lower ratio than `LEAST_RATIO` are alike as shortened forms alone.
    """
    left, right = np.divmod(keys, len(other.spelled))
    trade_one, trade_other = one.is_trade[left], other.is_trade[right]
    may_equal = trade_one & other.may_be_trade[right] | trade_other & one.may_be_trade[left]
    ratio, kept = _kept_letters(one, other, left, right)
    may_equal |= _alike(one, other, left, right, ratio, kept, may_equal)
    # A word that stands for another may be alike as it was written.
    unsure = np.flatnonzero(~may_equal & (one.is_replaced[left] | other.is_replaced[right]))
    may_equal[unsure] = _alike_as_written(one, other, left[unsure], right[unsure])
    mine = [one.spelled[at] for at in left.tolist()]
    yours = [other.spelled[at] for at in right.tolist()]
    # A shortened form of a trade word may begin with another letter: its forms have several.
    unsure = np.flatnonzero(~may_equal & (trade_one ^ trade_other))
    may_equal[unsure] = [
        any(
            may_be_shortened(short, long)
            for a, b in (
                (mine[at], yours[at]),
                (one.written[left[at]], other.written[right[at]]),
            )
            for short, long in ((a, b), (b, a))
        )
        for at in unsure.tolist()
    ]
    # Equal words are taken out before blends and words written together are looked for.
    is_other = ratio < 100.0
    start_one, written_one = (first_letters(words)[left] for words in (one.spelled, one.written))
    start_other, written_other = (
        first_letters(words)[right] for words in (other.spelled, other.written)
    )
    length_one, length_other = one.lengths[left], other.lengths[right]
    begins_one, begins_other = (
        is_other & (start == written).all(axis=1)
        for start, written in ((start_one, written_other), (start_other, written_one))
    )
    blends = (
        _parts_of_blend(one, left, mine, begins_one, other, right, is_other),
        _parts_of_blend(other, right, yours, begins_other, one, left, is_other),
    )
    width_one, width_other = (
        lengths_of(side.written)[at] for side, at in ((one, left), (other, right))
    )
    longer_one = np.where(
        is_other
        & (start_one[:, 0] == written_other[:, 0])
        & (length_one >= SHORTEST_JOINED)
        & (trade_other | (2.0 * kept >= width_other)),
        length_one - width_other,
        -NO_WORD,
    )
    longer_other = np.where(
        is_other
        & (start_other[:, 0] == written_one[:, 0])
        & (length_other >= SHORTEST_JOINED)
        & (trade_one | (2.0 * kept >= width_one)),
        length_other - width_one,
        -NO_WORD,
    )
    return may_equal, blends, longer_one, longer_other


def _kept_letters(
    one: NameColumns, other: NameColumns, left: Ints, right: Ints
) -> tuple[NDArray[np.float32], Floats]:
    """The ratio of pairs of words, and at least as many letters as they have in common in order."""
    mine = [one.spelled[at] for at in left.tolist()]
    yours = [other.spelled[at] for at in right.tolist()]
    ratio = process.cpdist(mine, yours, scorer=fuzz.ratio, dtype=np.float32, workers=1)
    return ratio, ratio * (one.lengths[left] + other.lengths[right]) / 200.0 + _ROUNDING


def _alike(
    one: NameColumns,
    other: NameColumns,
    left: Ints,
    right: Ints,
    ratio: NDArray[np.float32],
    kept: Floats,
    is_settled: Flags,
) -> Flags:
    """Whether pairs of words may be alike by their letters or sound; not asked where settled."""
    length_one, length_other = one.lengths[left], other.lengths[right]
    start_one, start_other = first_letters(one.spelled)[left], first_letters(other.spelled)[right]
    is_shortened = (
        (start_one[:, 0] == start_other[:, 0])
        & (np.abs(length_one - length_other) >= LEAST_LOST)
        & (kept >= np.minimum(length_one, length_other) - 1.0)
    )
    alike = (ratio >= _SURELY_ALIKE) | is_shortened | (length_one == 1) | (length_other == 1)
    unsure = np.flatnonzero(~is_settled & ~alike & (ratio >= LEAST_RATIO - _ROUNDING))
    alike[unsure] = _sound_alike(one, other, left[unsure], right[unsure])
    return np.asarray(alike, dtype=np.bool_)


def _alike_as_written(one: NameColumns, other: NameColumns, left: Ints, right: Ints) -> Flags:
    """Whether pairs of words may be alike before synonyms replaced them."""
    one, other = one.before_synonyms(), other.before_synonyms()
    ratio, kept = _kept_letters(one, other, left, right)
    none = np.zeros(left.size, dtype=np.bool_)
    return _alike(one, other, left, right, ratio, kept, none)


def _parts_of_blend(
    blend: NameColumns,
    at: Ints,
    words: list[str],
    is_begun: Flags,
    long: NameColumns,
    of: Ints,
    is_other: Flags,
) -> tuple[Flags, Flags]:
    """Whether a word may be a blend that begins, and one that ends, as a word of the other name."""
    is_blend = blend.is_blend[at]
    ends = is_blend & is_other & (long.weights[of] < DIVIDING_WEIGHT)
    places = np.flatnonzero(ends)
    ends[places] = [
        _ends_in_beginning(words[place], long.spelled[number])
        for place, number in zip(places.tolist(), of[places].tolist(), strict=True)
    ]
    return is_blend & is_begun, ends


def _ends_in_beginning(word: str, trade: str) -> bool:
    return any(word.endswith(trade[:length]) for length in range(SHORTEST_STUB, len(trade) + 1))


def _sound_alike(one: NameColumns, other: NameColumns, left: Ints, right: Ints) -> Flags:
    """Whether pairs of words may be alike by their letters, sound or stem."""
    mine = [one.spelled[at] for at in left.tolist()]
    yours = [other.spelled[at] for at in right.tolist()]
    wrong = process.cpdist(
        mine, yours, scorer=OSA.distance, score_cutoff=MOST_WRONG, dtype=np.uint16, workers=1
    )
    alike = np.asarray(wrong <= MOST_WRONG, dtype=np.bool_)
    for heard in (sound, loose_sound, stem):
        known: dict[str, int] = {}
        codes = []
        for side, at in ((one, left), (other, right)):
            of_word = np.zeros(len(side.spelled), dtype=np.int64)
            for number in np.unique(at).tolist():
                of_word[number] = known.setdefault(heard(side.spelled[number]), len(known))
            codes.append(of_word[at])
        alike |= codes[0] == codes[1]
    for longer, shorter, at in ((one, other, left), (other, one, right)):
        behind = np.array([word.startswith(ARTICLES) for word in longer.spelled], dtype=np.bool_)
        places = np.flatnonzero(behind[at] & ~alike)
        alike[places] = [
            is_behind_article(shorter.spelled[two], longer.spelled[number])
            for number, two in zip(
                at[places].tolist(),
                (right if longer is one else left)[places].tolist(),
                strict=True,
            )
        ]
    return alike
