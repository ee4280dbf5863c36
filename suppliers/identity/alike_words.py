"""How alike many pairs of words are: `likeness`, asked only of those that may be alike at all.

Most words that two names do not share have nothing in common. What shows so is looked up once for
each word and compared in columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from suppliers.identity.romanisation import Customs, loose_sound, sound
from suppliers.identity.shortened_words import LEAST_LOST, first_of_forms, shortened_likeness
from suppliers.identity.similarity import likeness
from suppliers.identity.trade_meanings import have_one_trade, is_listed_trade
from suppliers.identity.word_similarity import (
    ARTICLES,
    LEAST_ALIKE,
    LEAST_RATIO,
    LETTER_COST,
    MAKING,
    MOST_WRONG,
    SHORTEST_LOOSE,
    is_behind_article,
    misread,
    stem,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

CUSTOMS: tuple[Customs, ...] = get_args(Customs)
#: By these customs words that share few letters may sound alike.
_OWN_WAYS = tuple(CUSTOMS.index(customs) for customs in ("korean", "wade-giles"))
#: Ratios in single precision, and what follows from them, differ by rounding.
_ROUNDING = 1e-3
#: Distinguishes letters by their numbers.
_LETTERS = 31


def likenesses(spelled: Sequence[str], words: Ints, written: Ints, customs: Ints) -> Floats:
    """How alike pairs of words are.

    Args:
        spelled: the different words, in Latin letters.
        words: numbers of the two words of each pair, in two rows.
        written: the same before synonyms replaced them.
        customs: position in `CUSTOMS` of those of each pair.
    """
    may = np.isin(customs, _OWN_WAYS)
    may |= _may_be_alike(spelled, *words)
    is_replaced = np.flatnonzero(~may & (words != written).any(axis=0))
    may[is_replaced] = _may_be_alike(spelled, *written[:, is_replaced])
    rest = np.flatnonzero(~may)
    may[rest] = _are_one_trade(spelled, *written[:, rest])
    alike = np.zeros(may.size, dtype=np.float64)
    asked = np.flatnonzero(may)
    of_words, of_written = (
        [(spelled[one], spelled[other]) for one, other in numbers[:, asked].T.tolist()]
        for numbers in (words, written)
    )
    alike[asked] = [
        likeness(pair, as_written, CUSTOMS[number])
        for pair, as_written, number in zip(
            of_words, of_written, customs[asked].tolist(), strict=True
        )
    ]
    return alike


def _may_be_alike(spelled: Sequence[str], one: Ints, other: Ints) -> Flags:
    """Whether pairs of words may be alike; False only where `word_similarity` is 0."""
    size, start = _of_each(spelled, len, one, other), _of_each(spelled, _first, one, other)
    mine, yours = ([spelled[number] for number in column.tolist()] for column in (one, other))
    ratio = process.cpdist(mine, yours, scorer=fuzz.ratio, dtype=np.float32, workers=1)
    # A shortened form has all but a closing s in common with the whole word, in order.
    shortest = size.min(axis=0)
    in_common = ratio * size.sum(axis=0) / 200.0 + _ROUNDING
    may = (
        (start[0] == start[1])
        & (np.abs(size[0] - size[1]) >= LEAST_LOST)
        & (in_common >= shortest - 1.0)
    )
    forms = _of_each(spelled, _first_of_forms, one, other)
    for long, short in ((0, 1), (1, 0)):
        may |= forms[long] >> (start[short] & _LETTERS) & 1 > 0
    asked = np.flatnonzero(may)
    may[asked] = [
        shortened_likeness(mine[at], yours[at]) > 0.0
        or shortened_likeness(yours[at], mine[at]) > 0.0
        for at in asked.tolist()
    ]
    is_making = _of_each(spelled, _is_making, one, other).all(axis=0)
    may |= is_making | (shortest == 1) | _equal(spelled, misread, one, other)
    rest = np.flatnonzero(~may & (ratio >= LEAST_RATIO - _ROUNDING))
    may[rest] = _may_sound_alike(spelled, one[rest], other[rest])
    return np.asarray(may, dtype=np.bool_)


def _may_sound_alike(spelled: Sequence[str], one: Ints, other: Ints) -> Flags:
    """Whether pairs of words may be alike by their letters, sound or stem."""
    mine, yours = ([spelled[number] for number in column.tolist()] for column in (one, other))
    wrong = process.cpdist(
        mine, yours, scorer=OSA.distance, score_cutoff=MOST_WRONG, dtype=np.uint16, workers=1
    )
    size = _of_each(spelled, len, one, other)
    alike = _equal(spelled, sound, one, other) | _equal(spelled, stem, one, other)
    lost = LETTER_COST * wrong / size.max(axis=0)
    alike |= (wrong <= MOST_WRONG) & (lost <= 1.0 - LEAST_ALIKE + _ROUNDING)
    rest = np.flatnonzero(~alike & (size.min(axis=0) >= SHORTEST_LOOSE))
    alike[rest] = _equal(spelled, loose_sound, one[rest], other[rest])
    opens = _of_each(spelled, _opens_with_article, one, other)
    words = (mine, yours)
    for longer, is_longer in ((0, size[0] > size[1]), (1, size[1] >= size[0])):
        rest = np.flatnonzero(opens[longer] & is_longer & ~alike)
        alike[rest] = [
            is_behind_article(words[1 - longer][at], words[longer][at]) for at in rest.tolist()
        ]
    return alike


def _are_one_trade(spelled: Sequence[str], one: Ints, other: Ints) -> Flags:
    """Whether pairs of words name one trade, by `have_one_trade`."""
    is_listed = _of_each(spelled, is_listed_trade, one, other)
    may = np.asarray(is_listed.any(axis=0), dtype=np.bool_)
    rest = np.flatnonzero(may)
    may[rest] = [
        have_one_trade(spelled[mine], spelled[yours])
        for mine, yours in zip(one[rest].tolist(), other[rest].tolist(), strict=True)
    ]
    return may


def _of_each(spelled: Sequence[str], of: Callable[[str], int], *columns: Ints) -> Ints:
    """What words have, by column; each word is asked once."""
    answers = np.zeros(len(spelled), dtype=np.int64)
    asked = np.zeros(len(spelled), dtype=np.bool_)
    for column in columns:
        asked[column] = True
    numbers = np.flatnonzero(asked)
    answers[numbers] = [of(spelled[number]) for number in numbers.tolist()]
    return answers[np.stack(columns)]


def _equal(spelled: Sequence[str], of: Callable[[str], str], one: Ints, other: Ints) -> Flags:
    """Whether pairs of words have the same of something."""
    known: dict[str, int] = {}
    numbers = _of_each(spelled, lambda word: known.setdefault(of(word), len(known)), one, other)
    return np.asarray(numbers[0] == numbers[1])


def _first(word: str) -> int:
    return ord(word[0])


def _is_making(word: str) -> bool:
    return word in MAKING


def _first_of_forms(word: str) -> int:
    """The first letters of the forms of a trade word, one bit each."""
    found = 0
    for letter in first_of_forms(word):
        found |= 1 << (ord(letter) & _LETTERS)
    return found


def _opens_with_article(word: str) -> bool:
    return word.startswith(ARTICLES)
