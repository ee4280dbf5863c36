"""Words of many names as numbers, with what compiled comparisons of names ask of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from suppliers.identity.acronyms import (
    LONGEST_ACRONYM,
    LONGEST_RUN,
    MOST_JOINED_APART,
    SHORTEST_BLEND,
    SHORTEST_JOINED,
    SHORTEST_STUB,
)
from suppliers.identity.name_tables import NameTable
from suppliers.identity.name_tokens import COUNTRY_WORDS, DIVIDING, KINDS, PLACES
from suppliers.identity.namesakes import is_distinctive
from suppliers.identity.similarity import (
    CUT_HEAD,
    DISAGREEMENT_COST,
    LITTLE_WEIGHT,
    LONGEST_MARK,
)
from suppliers.identity.word_agreement import COMMON_WORTH, MOST_SLIPS, word_weight
from suppliers.identity.word_weights import COMMON_WEIGHT, DIVIDING_WEIGHT

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: What a word is, one bit each.
DISTINCTIVE, DIVIDES, PLACE, NUMBER, KIND, MARK, IN_LETTERS = (1 << bit for bit in range(7))
#: Words that name countries, by `country_word`.
COUNTRY_NUMBERS = {word: number for number, word in enumerate(sorted(COUNTRY_WORDS), 1)}
_KINDS_OF_WORDS: Sequence[tuple[int, Callable[[str], bool]]] = (
    (DISTINCTIVE, is_distinctive),
    (DIVIDES, DIVIDING.__contains__),
    (PLACE, PLACES.__contains__),
    (NUMBER, str.isdigit),
    (KIND, KINDS.__contains__),
    (MARK, lambda word: len(word) <= LONGEST_MARK and word.isalpha()),
    (IN_LETTERS, str.isalpha),
)


class Names(NamedTuple):
    """Names of one side: where the words of each begin, and how many there are; then all words.

    Words are numbers in a `Vocabulary`; `written` are those before synonyms replaced them.
    """

    first: Ints
    several: Ints
    words: Ints
    written: Ints


class NamePairs(NamedTuple):
    """Pairs of names: positions in `one` and in `other`, and the words of the longest name."""

    left: Ints
    right: Ints
    one: Names
    other: Names
    longest: int


class Vocabulary(NamedTuple):
    """The different words of both sides.

    Attributes:
        letters: of all words, one after the other.
        first: where those of a word begin.
        size: how many there are.
        weight: see `word_weight`.
        is_of: bits such as `DISTINCTIVE`.
        country_word: number among the words that name countries; 0 for others.
    """

    letters: NDArray[np.uint8]
    first: Ints
    size: Ints
    weight: Floats
    is_of: Ints
    country_word: Ints


class Limits(NamedTuple):
    """What the rules of `similarity`, `acronyms` and `word_agreement` count with.

    The kernels take it as an argument, as a kernel that is kept on the disk goes on with the
    constants of modules without kernels as they were when it was compiled.
    """

    longest_acronym: int = LONGEST_ACRONYM
    shortest_blend: int = SHORTEST_BLEND
    shortest_stub: int = SHORTEST_STUB
    shortest_joined: int = SHORTEST_JOINED
    most_joined_apart: int = MOST_JOINED_APART
    longest_run: int = LONGEST_RUN
    most_slips: int = MOST_SLIPS
    common_weight: float = COMMON_WEIGHT
    dividing_weight: float = DIVIDING_WEIGHT
    little_weight: float = LITTLE_WEIGHT
    common_worth: float = COMMON_WORTH
    cut_head: float = CUT_HEAD
    disagreement_cost: float = DISAGREEMENT_COST


def numbered(*sides: tuple[NameTable, Ints]) -> tuple[list[str], Names, Names]:
    """The different words of some names of both sides, and all names by numbers of those words."""
    numbers: dict[str, int] = {}
    found = []
    for names, rows in sides:
        is_met = np.zeros(names.count.size, dtype=np.bool_)
        is_met[rows] = True
        is_met = np.repeat(is_met, names.count)
        met = np.unique(np.concatenate([names.words[is_met], names.written[is_met]]))
        number = np.zeros(len(names.vocabulary), dtype=np.int64)
        number[met] = [
            numbers.setdefault(names.vocabulary[word], len(numbers)) for word in met.tolist()
        ]
        found.append(Names(names.first, names.count, number[names.words], number[names.written]))
    return list(numbers), found[0], found[1]


def vocabulary(spelled: Sequence[str], shared: Mapping[str, float] | None) -> Vocabulary:
    """What a comparison of names asks of words.

    Args:
        spelled: the different words, in Latin letters.
        shared: see `word_weight`.
    """
    size = np.fromiter(map(len, spelled), dtype=np.int64, count=len(spelled))
    is_of = np.zeros(len(spelled), dtype=np.int64)
    for bit, has in _KINDS_OF_WORDS:
        is_of[np.fromiter(map(has, spelled), dtype=np.bool_, count=len(spelled))] |= bit
    return Vocabulary(
        np.frombuffer("".join(spelled).encode("ascii"), dtype=np.uint8),
        np.cumsum(size) - size,
        size,
        np.array([word_weight(word, shared) for word in spelled], dtype=np.float64),
        is_of,
        np.array([COUNTRY_NUMBERS.get(word, 0) for word in spelled], dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def take_equal(one: Ints, other: Ints, lacks_one: Flags, lacks_other: Flags) -> None:
    """Mark the words of each name that the other lacks; of a word that repeats, the first meet."""
    for j in range(other.size):
        lacks_other[j] = True
    for i in range(one.size):
        lacks_one[i] = True
        for j in range(other.size):
            if lacks_other[j] and one[i] == other[j]:
                lacks_one[i] = lacks_other[j] = False
                break


@njit(cache=True, nogil=True)
def places_of(is_kept: Flags, first: int, places: Ints) -> int:
    """Where the words that are kept stand, from `first` on."""
    size = 0
    for i in range(is_kept.size):
        if is_kept[i]:
            places[size] = first + i
            size += 1
    return size


@njit(cache=True, nogil=True)
def is_in_initials(word: int, held: Ints, places: Ints, words: Vocabulary) -> bool:
    """Whether the letters of a word are the first ones of words that stand together."""
    size = words.size[word]
    for start in range(places.size - size + 1):
        i = 0
        while (
            i < size
            and words.letters[words.first[word] + i]
            == words.letters[words.first[held[places[start + i]]]]
        ):
            i += 1
        if i == size:
            return True
    return False
