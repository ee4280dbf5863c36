"""Words of many names in columns, with what a bound on their similarity asks of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from suppliers.identity.acronyms import LONGEST_ACRONYM, SHORTEST_BLEND, SHORTEST_STUB
from suppliers.identity.name_tokens import COUNTRY_WORDS, GENERIC, SYNONYMS, TRADES
from suppliers.identity.names import ComparableName
from suppliers.identity.similarity import LONGEST_MARK
from suppliers.identity.trade_meanings import is_listed_trade, trade_meanings
from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_similarity import COMMON_WEIGHT, DIVIDING_WEIGHT

#: A length that no word has.
NO_WORD = 99
_TRADE_MEANINGS = frozenset(SYNONYMS.values())

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class NameColumns:
    """Names of one side, their words one after the other.

    Attributes:
        first: where the words of a name begin.
        count: how many there are.
        initials: the first letters of a name's words, one bit each.
        words: number of each word in `spelled`.
        losses: weight of each word if the other name lacks it.
        others: letters of the shortest other word of the name.
        is_plain: whether a name is in Latin letters, with one version.
        spelled: the different words.
        written: the same as they were written.
        weights: of the different words.
        lengths: their letters, counted.
        letters: of the different words, one bit each.
        is_trade: whether a word is listed, or stands for another as it was written.
        may_be_trade: whether a word may be an inflected or compound trade word.
        is_replaced: whether a word was written otherwise.
        is_blend: whether a word may be a blend.
    """

    first: Ints
    count: Ints
    initials: Ints
    words: Ints
    losses: Floats
    others: Ints
    is_plain: Flags
    spelled: list[str]
    written: list[str]
    weights: Floats
    lengths: Ints
    letters: Ints
    is_trade: Flags
    may_be_trade: Flags
    is_replaced: Flags
    is_blend: Flags

    def before_synonyms(self) -> NameColumns:
        """The same with the words as they were written in place of those that stand for them."""
        return replace(self, spelled=self.written, lengths=lengths_of(self.written))


def lengths_of(words: Sequence[str]) -> Ints:
    """The letters of each word, counted."""
    return np.fromiter(map(len, words), dtype=np.int64, count=len(words))


def first_letters(words: Sequence[str]) -> NDArray[np.uint8]:
    """The first two letters of each word."""
    text = "".join([f"{word[:2]:2}" for word in words])
    return np.frombuffer(text.encode("latin-1", "replace"), dtype=np.uint8).reshape(-1, 2)


def name_columns(names: Sequence[ComparableName], shared: Mapping[str, float]) -> NameColumns:
    """The words of names.

    Args:
        names: each with a word.
        shared: lower weights of words, as `word_weight` takes them.
    """
    stubs = _stubs(shared)
    # A word that stands for another as it was written may be alike to what that word is like.
    known: dict[tuple[str, str], int] = {}
    words: list[int] = []
    losses: list[float] = []
    others: list[int] = []
    initials: list[int] = []
    weights: list[float] = []
    lost: list[float] = []
    for name in names:
        first = "".join([one[0] for one in name.words])
        for word, written in zip(name.words, name.written, strict=True):
            key = (word, written)
            number = known.get(key)
            if number is None:
                number = known[key] = len(known)
                weights.append(word_weight(word, shared))
                is_mark = word in COUNTRY_WORDS or (len(word) <= LONGEST_MARK and word.isalpha())
                lost.append(0.0 if is_mark else weights[-1])
            words.append(number)
            is_own_acronym = LONGEST_MARK < len(word) <= LONGEST_ACRONYM and word in first
            losses.append(0.0 if is_own_acronym else lost[number])
        others += _shortest_others([len(word) for word in name.written])
        initials.append(_letters([word[0] for word in name.written]))
    count = np.fromiter((len(name.words) for name in names), dtype=np.int64, count=len(names))
    spelled = [word for word, _ in known]
    is_trade = [
        word != written or weight < COMMON_WEIGHT or _is_listed(word)
        for (word, written), weight in zip(known, weights, strict=True)
    ]
    return NameColumns(
        np.cumsum(count) - count,
        count,
        np.array(initials, dtype=np.int64),
        np.array(words, dtype=np.int64),
        np.array(losses, dtype=np.float64),
        np.array(others, dtype=np.int64),
        np.array([_is_plain(name) for name in names], dtype=np.bool_),
        spelled,
        [written for _, written in known],
        np.array(weights, dtype=np.float64),
        lengths_of(spelled),
        np.array([_letters(word) for word in spelled], dtype=np.int64),
        np.array(is_trade, dtype=np.bool_),
        np.array(
            [
                is_one or bool(trade_meanings(w))
                for w, is_one in zip(spelled, is_trade, strict=True)
            ],
            dtype=np.bool_,
        ),
        np.array([word != written for word, written in known], dtype=np.bool_),
        np.array([_may_be_blend(word, stubs) for word in spelled], dtype=np.bool_),
    )


def _is_plain(name: ComparableName) -> bool:
    return (
        not name.is_by_sound
        and len(name.versions) == 1
        and name.characters == ("", "")
        and "".join(name.words).islower()
    )


def _letters(text: Iterable[str]) -> int:
    """The letters of a text, one bit each; other characters share one."""
    found = 0
    for letter in text:
        found |= 1 << min(max(ord(letter) - 96, 0), 30)
    return found


def _shortest_others(lengths: list[int]) -> list[int]:
    """Letters of the shortest other word of a name, for each of its words."""
    if len(lengths) == 1:
        return [NO_WORD]
    least, second = sorted(lengths)[:2]
    return [second if length == least else least for length in lengths]


def _is_listed(word: str) -> bool:
    return word in COUNTRY_WORDS or word in _TRADE_MEANINGS or is_listed_trade(word)


def _stubs(shared: Mapping[str, float]) -> frozenset[str]:
    """Beginnings of trade words, with which a blend ends."""
    light = (word for word, weight in shared.items() if weight < DIVIDING_WEIGHT)
    return frozenset(
        word[:length]
        for word in (*GENERIC, *TRADES, *light)
        for length in range(SHORTEST_STUB, len(word) + 1)
    )


def _may_be_blend(word: str, stubs: frozenset[str]) -> bool:
    return len(word) >= SHORTEST_BLEND and any(
        word[-length:] in stubs for length in range(SHORTEST_STUB, len(word) + 1)
    )
