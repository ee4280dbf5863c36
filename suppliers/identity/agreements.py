"""The sums of `name_similarity` over many pairs of names, compiled.

The rules are those of `similarity` for names in Latin letters whose words stand for one each.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from suppliers.identity.word_columns import (
    DISTINCTIVE,
    DIVIDES,
    IN_LETTERS,
    KIND,
    MARK,
    NUMBER,
    PLACE,
    Flags,
    Floats,
    Ints,
    Limits,
    NamePairs,
    Vocabulary,
    is_in_initials,
    places_of,
    take_equal,
)

#: Places in the sums of a comparison, as `word_agreement.Tally` has them.
_TOTAL, _AGREED, _DISTINCTIVE, _GENERIC, _LETTERS = range(5)


@njit(cache=True, nogil=True)
def agreements(
    pairs: NamePairs,
    words: Vocabulary,
    limits: Limits,
    country: Ints,
    is_home: Flags,
    first: Ints,
    alike: Floats,
    is_settled: Flags,
    sums: Floats,
    flags: Flags,
) -> None:
    """What `NameSimilarity` has of each pair.

    Args:
        pairs: the names.
        words: of both sides.
        limits: of the rules.
        country: row of each pair in `is_home`.
        is_home: whether a word names the country, by country and `country_word`.
        first: where the words of each pair begin in `alike`.
        alike: likeness of the words that `words_to_compare` gave.
        is_settled: pairs to look at.
        sums: `score`, `distinctive`, `generic`, `rival` and `letters` by pair, filled here.
        flags: `is_divided`, `is_single`, `is_numbered`, `is_placed` and `is_apart_by_trade`.
    """
    left, right, one, other, longest = pairs
    lacks_one = np.empty(longest, dtype=np.bool_)
    lacks_other = np.empty(longest, dtype=np.bool_)
    rest_one = np.empty(longest, dtype=np.int64)
    rest_other = np.empty(longest, dtype=np.int64)
    tally = np.empty(5, dtype=np.float64)
    for pair in range(left.size):
        if not is_settled[pair]:
            continue
        at_one, at_other = one.first[left[pair]], other.first[right[pair]]
        many, others = one.several[left[pair]], other.several[right[pair]]
        words_one = one.words[at_one : at_one + many]
        words_other = other.words[at_other : at_other + others]
        for place in range(_LETTERS):
            tally[place] = 0.0
        tally[_LETTERS] = 1.0
        for word in words_one:
            tally[_TOTAL] += words.weight[word]
        for word in words_other:
            tally[_TOTAL] += words.weight[word]
        take_equal(words_one, words_other, lacks_one, lacks_other)
        for i in range(many):
            if not lacks_one[i]:
                _agree(words_one[i], words_one[i], 1.0, words, limits, tally)
        wide = places_of(lacks_one[:many], 0, rest_one)
        high = places_of(lacks_other[:others], 0, rest_other)
        if wide and high:
            _agree_nearly(
                words_one, rest_one[:wide], words_other, rest_other[:high],
                alike[first[pair] : first[pair + 1]], lacks_one, lacks_other, words, limits, tally,
            )  # fmt: skip
        elif wide:
            _leave_own_acronyms(words_one, rest_one[:wide], lacks_one, words, limits, tally)
        elif high:
            _leave_own_acronyms(words_other, rest_other[:high], lacks_other, words, limits, tally)
        wide = places_of(lacks_one[:many], 0, rest_one)
        high = places_of(lacks_other[:others], 0, rest_other)
        has_rest = wide > 0 or high > 0
        bits, weight_one, are_kinds = _lacked(words_one, rest_one[:wide], words)
        bits_other, weight_other, are_kinds_too = _lacked(words_other, rest_other[:high], words)
        bits |= bits_other
        home = is_home[country[pair]]
        is_placed = False
        for held, rest in ((words_one, rest_one[:wide]), (words_other, rest_other[:high])):
            for i in rest:
                word = held[i]
                is_of_home = home[words.country_word[word]]
                is_placed |= words.is_of[word] & PLACE > 0 and not is_of_home
                if (not wide or not high) and (is_of_home or words.is_of[word] & MARK):
                    tally[_TOTAL] -= max(0.0, words.weight[word] - limits.little_weight)
        disagreed = 1.0 - 2.0 * tally[_AGREED] / tally[_TOTAL]
        is_equal = not has_rest and many == others
        for i in range(many):
            is_equal = is_equal and words_one[i] == words_other[i]
        sums[pair, 0] = 1.0 if is_equal else min(1.0, 1.0 - limits.disagreement_cost * disagreed)
        sums[pair, 1] = tally[_DISTINCTIVE]
        sums[pair, 2] = tally[_GENERIC]
        sums[pair, 3] = 0.0 if are_kinds and are_kinds_too else min(weight_one, weight_other)
        sums[pair, 4] = tally[_LETTERS]
        flags[pair, 0] = bits & DIVIDES
        flags[pair, 1] = min(many, others) == 1 and has_rest
        flags[pair, 2] = bits & NUMBER
        flags[pair, 3] = is_placed
        flags[pair, 4] = has_rest and not bits & DISTINCTIVE


@njit(cache=True, nogil=True)
def _agree(
    one: int, other: int, alike: float, words: Vocabulary, limits: Limits, tally: Floats
) -> None:
    weight_one, weight_other = words.weight[one], words.weight[other]
    weight = min(weight_one, weight_other)
    tally[_TOTAL] -= (weight_one + weight_other) - 2.0 * weight
    tally[_AGREED] += weight * alike
    if weight > limits.dividing_weight:
        tally[_DISTINCTIVE] += weight * (
            limits.common_worth if weight == limits.common_weight else 1.0
        )
        if abs(words.size[one] - words.size[other]) <= limits.most_slips:
            tally[_LETTERS] = min(tally[_LETTERS], alike)
    elif weight < limits.dividing_weight:
        tally[_GENERIC] += weight * alike


@njit(cache=True, nogil=True)
def _agree_nearly(
    one: Ints,
    rest_one: Ints,
    other: Ints,
    rest_other: Ints,
    alike: Floats,
    lacks_one: Flags,
    lacks_other: Flags,
    words: Vocabulary,
    limits: Limits,
    tally: Floats,
) -> None:
    """Count pairs of words that are alike, the most alike first."""
    while True:
        best = 0.0
        i = j = 0
        for row in range(rest_one.size):
            if lacks_one[rest_one[row]]:
                for column in range(rest_other.size):
                    mine = alike[row * rest_other.size + column]
                    if mine > best and lacks_other[rest_other[column]]:
                        best, i, j = mine, rest_one[row], rest_other[column]
        if best == 0.0:
            return
        lacks_one[i] = lacks_other[j] = False
        is_cut_head = one[i] == one[0] and other[j] == other[0] and _is_cut(one[i], other[j], words)
        _agree(
            one[i], other[j], best * (limits.cut_head if is_cut_head else 1.0), words, limits, tally
        )


@njit(cache=True, nogil=True)
def _is_cut(one: int, other: int, words: Vocabulary) -> bool:
    """Whether a word is the other without more than one letter at its end."""
    size = min(words.size[one], words.size[other])
    if abs(words.size[one] - words.size[other]) < 2:
        return False
    for i in range(size):
        if words.letters[words.first[one] + i] != words.letters[words.first[other] + i]:
            return False
    return True


@njit(cache=True, nogil=True)
def _leave_own_acronyms(
    held: Ints, rest: Ints, lacks: Flags, words: Vocabulary, limits: Limits, tally: Floats
) -> None:
    """Take out acronyms that a name has beside its own words."""
    everywhere = np.arange(held.size)
    before = after = 0.0
    for i in rest:
        word = held[i]
        before += words.weight[word]
        if (
            2 < words.size[word] <= limits.longest_acronym
            and words.is_of[word] & IN_LETTERS
            and is_in_initials(word, held, everywhere, words)
        ):
            lacks[i] = False
        else:
            after += words.weight[word]
    tally[_TOTAL] -= before - after


@njit(cache=True, nogil=True)
def _lacked(held: Ints, rest: Ints, words: Vocabulary) -> tuple[int, float, bool]:
    """Bits and weight of the words that only one name has, and whether all are kinds alone."""
    bits = 0
    weight = 0.0
    are_kinds = True
    for i in rest:
        bits |= words.is_of[held[i]]
        weight += words.weight[held[i]]
        are_kinds &= (words.is_of[held[i]] & KIND) > 0
    return bits, weight, are_kinds
