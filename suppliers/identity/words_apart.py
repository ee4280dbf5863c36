"""The words that only one name of a pair has: which are to be compared, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from suppliers.identity.word_columns import (
    IN_LETTERS,
    Flags,
    Ints,
    Limits,
    NamePairs,
    Names,
    Vocabulary,
    is_in_initials,
    places_of,
    take_equal,
)


@njit(cache=True, nogil=True)
def words_to_compare(
    pairs: NamePairs,
    words: Vocabulary,
    limits: Limits,
    is_settled: Flags,
    first: Ints,
    own: Ints,
    their: Ints,
) -> int:
    """Every word that only one name of a pair has, beside every such word of the other.

    Args:
        pairs: the names.
        words: of both sides.
        limits: of the rules.
        is_settled: set to False where one word may stand for several.
        first: where the words of each pair begin, filled here; one more than pairs.
        own: places in the words of one side, filled here.
        their: places in the words of the other side, filled here.

    Returns:
        How many there are.
    """
    left, right, one, other, longest = pairs
    lacks_one = np.empty(longest, dtype=np.bool_)
    lacks_other = np.empty(longest, dtype=np.bool_)
    rest_one = np.empty(longest, dtype=np.int64)
    rest_other = np.empty(longest, dtype=np.int64)
    size = 0
    for pair in range(left.size):
        first[pair] = size
        at_one, at_other = one.first[left[pair]], other.first[right[pair]]
        many, others = one.several[left[pair]], other.several[right[pair]]
        take_equal(
            one.words[at_one : at_one + many],
            other.words[at_other : at_other + others],
            lacks_one,
            lacks_other,
        )
        wide = places_of(lacks_one[:many], at_one, rest_one)
        high = places_of(lacks_other[:others], at_other, rest_other)
        if wide == 0 or high == 0:
            continue
        mine, yours = rest_one[:wide], rest_other[:high]
        if _may_stand_for_several(one, mine, other, yours, words, limits) or _may_stand_for_several(
            other, yours, one, mine, words, limits
        ):
            is_settled[pair] = False
            continue
        for i in mine:
            for j in yours:
                own[size] = i
                their[size] = j
                size += 1
    first[left.size] = size
    return size


@njit(cache=True, nogil=True)
def _may_stand_for_several(
    one: Names, mine: Ints, other: Names, yours: Ints, words: Vocabulary, limits: Limits
) -> bool:
    """Whether a word of the first name may be an acronym, a blend or two words of the second."""
    if yours.size < 2:
        return False
    for i in mine:
        word = one.words[i]
        size = words.size[word]
        if (
            1 < size <= limits.longest_acronym
            and words.is_of[word] & IN_LETTERS
            and is_in_initials(word, other.written, yours, words)
        ):
            return True
        if size >= limits.shortest_blend and _may_be_blend(word, other, yours, words, limits):
            return True
        if size >= limits.shortest_joined:
            for j in range(yours.size - 1):
                head = other.written[yours[j]]
                if words.letters[words.first[head]] != words.letters[words.first[word]]:
                    continue
                length = words.size[head]
                for k in range(j + 1, min(j + limits.longest_run, yours.size)):
                    length += words.size[other.written[yours[k]]]
                    if abs(length - size) <= limits.most_joined_apart:
                        return True
    return False


@njit(cache=True, nogil=True)
def _may_be_blend(word: int, other: Names, yours: Ints, words: Vocabulary, limits: Limits) -> bool:
    """Whether a word begins as a word of a name, and ends as a trade word of it begins."""
    at = words.first[word]
    is_begun = False
    for j in yours:
        written = other.written[j]
        if words.size[written] > 1:
            start = words.first[written]
            is_begun |= (
                words.letters[start] == words.letters[at]
                and words.letters[start + 1] == words.letters[at + 1]
            )
    if not is_begun:
        return False
    for j in yours:
        trade = other.words[j]
        if words.weight[trade] < limits.dividing_weight:
            start = words.first[trade]
            end = at + words.size[word]
            for length in range(limits.shortest_stub, min(words.size[trade], words.size[word]) + 1):
                i = 0
                while i < length and words.letters[start + i] == words.letters[end - length + i]:
                    i += 1
                if i == length:
                    return True
    return False
