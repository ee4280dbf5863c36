"""How much of two names is the same, by words that tell firms apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from suppliers.identity.consonantal_scripts import is_in_signs, spells
from suppliers.identity.name_tokens import COMMON, COUNTRY_WORDS, DIVIDING, GENERIC, PLACES

#: How much a word tells, before the register is asked how many of its names hold the word.
GENERIC_WEIGHT = 0.2
DIVIDING_WEIGHT = 0.4
COMMON_WEIGHT = 0.45
PLACE_WEIGHT = 0.5
SHORT_WEIGHT = 0.5
NUMBER_WEIGHT = 0.6
FULL_WEIGHT = 1.0
_LONGEST_SHORT = 3

#: Words of one sound that differ in spelling count for nearly the same, and so does a word that
#: may be the other, which is written without its short vowels.
_SAME_SOUND = 0.95
#: A letter dropped, doubled or swapped in a word of at least this many.
_SLIP = 0.9
_SHORTEST_SLIP = 6
#: Share of agreement lost by a share of wrong letters; below the least, words are different.
_LETTER_COST = 1.8
_LEAST_ALIKE = 0.5
_SHORTEST_ALIKE = 4
_LONGEST_RUN = 3


@dataclass(frozen=True, slots=True)
class NameSimilarity:
    """Agreement of two names.

    Attributes:
        score: 0 to 1, weight of the words in common over the weight of all.
        distinctive: weight of the words in common that are not mere trade words; a name that
            matches by "Trading Company" alone has 0.
        each_has_own: each name has a word that the other lacks, as names of sister firms do.
        is_divided: one name has a word such as "Holding" or "Trading" that the other lacks.
        other_letters: a telling word agrees but for another letter, as names of strangers do; a
            letter dropped, doubled or swapped is a slip.
    """

    score: float
    distinctive: float
    each_has_own: bool = False
    is_divided: bool = False
    other_letters: bool = False


def word_weight(word: str, shared: Mapping[str, float] | None = None) -> float:
    """How much a word tells a firm apart, 0 to 1.

    Args:
        word: as `comparable` gives it.
        shared: lower weights for words that many names of the register hold.
    """
    weight = _own_weight(word)
    return weight if shared is None else min(weight, shared.get(word, weight))


def name_similarity(
    one: Sequence[str], other: Sequence[str], shared: Mapping[str, float] | None = None
) -> NameSimilarity:
    """Compare two names word by word, in any order.

    Equal words agree wholly; words of one sound, words with a slip and words written apart or
    together agree in part. What only one name has counts against.

    Args:
        one: words of a name.
        other: words of the other name.
        shared: see `word_weight`.
    """
    total = sum(word_weight(word, shared) for word in (*one, *other))
    if total == 0.0:
        return NameSimilarity(0.0, 0.0)
    tally = _Tally(shared, total)
    counts = Counter(other)
    left_one: list[str] = []
    for word in one:
        if counts[word]:
            counts[word] -= 1
            tally.agree(word, word, 1.0)
        else:
            left_one.append(word)
    left_other: list[str] = []
    for word in reversed(other):
        if counts[word]:
            counts[word] -= 1
            left_other.append(word)
    if left_one and left_other:
        left_other.reverse()
        _written_together(left_one, left_other, tally)
        _written_together(left_other, left_one, tally)
        left_one, left_other = _nearly_the_same(left_one, left_other, tally)
    return NameSimilarity(
        min(1.0, 2.0 * tally.agreed / tally.total),
        tally.distinctive,
        bool(left_one and left_other),
        not DIVIDING.isdisjoint((*left_one, *left_other)),
        tally.other_letters,
    )


@dataclass(slots=True)
class _Tally:
    """Running sums of a comparison."""

    shared: Mapping[str, float] | None
    total: float
    agreed: float = 0.0
    distinctive: float = 0.0
    other_letters: bool = False

    def agree(self, one: str, other: str, alike: float) -> None:
        """Count two words as the same to the degree they are alike."""
        weights = (word_weight(one, self.shared), word_weight(other, self.shared))
        # A trade word with a slip in it is unknown to the lists and must not weigh as a name.
        weight = min(weights)
        self.total -= sum(weights) - 2.0 * weight
        self.agreed += weight * alike
        if weight > DIVIDING_WEIGHT:
            self.distinctive += weight * alike
            self.other_letters |= alike < _SLIP


def _nearly_the_same(
    one: Sequence[str], other: Sequence[str], tally: _Tally
) -> tuple[list[str], list[str]]:
    """Count pairs of words that are alike; give back what is left on each side."""
    pairs = sorted(
        (-alike, i, j)
        for i, a in enumerate(one)
        for j, b in enumerate(other)
        if (alike := _alike(a, b)) > 0.0
    )
    used_one: set[int] = set()
    used_other: set[int] = set()
    for negative, i, j in pairs:
        if i not in used_one and j not in used_other:
            used_one.add(i)
            used_other.add(j)
            tally.agree(one[i], other[j], -negative)
    return (
        [word for i, word in enumerate(one) if i not in used_one],
        [word for j, word in enumerate(other) if j not in used_other],
    )


def _written_together(apart: list[str], joined: list[str], tally: _Tally) -> None:
    """Count and take out runs of words that the other name writes as one: "hua wei", "huawei"."""
    if len(apart) < 2:
        return
    long_enough = {sound(word): word for word in joined if len(word) >= _SHORTEST_ALIKE}
    for length in range(_LONGEST_RUN, 1, -1):
        start = 0
        while start + length <= len(apart) and long_enough:
            run = "".join(apart[start : start + length])
            same = long_enough.pop(sound(run), None)
            if same is None:
                start += 1
                continue
            parts = sum(word_weight(word, tally.shared) for word in apart[start : start + length])
            tally.total -= parts - word_weight(run, tally.shared)
            tally.agree(run, same, 1.0)
            joined.remove(same)
            del apart[start : start + length]


@lru_cache(maxsize=262_144)
def _alike(one: str, other: str) -> float:
    shortest, longest = sorted((len(one), len(other)))
    if one.isdigit() or other.isdigit():
        return 0.0
    if _own_weight(one) == PLACE_WEIGHT and _own_weight(other) == PLACE_WEIGHT:
        return 0.0
    if is_in_signs(one) != is_in_signs(other):
        signs, latin = (one, other) if is_in_signs(one) else (other, one)
        return {True: _SAME_SOUND, None: _LEAST_ALIKE, False: 0.0}[spells(signs, latin)]
    if shortest < _SHORTEST_ALIKE:
        return 0.0
    if sound(one) == sound(other):
        return _SAME_SOUND
    wrong = OSA.distance(one, other, score_cutoff=2)
    if wrong == 1 and longest >= _SHORTEST_SLIP and not _is_substitution(one, other):
        return _SLIP
    alike = 1.0 - _LETTER_COST * wrong / longest
    return alike if alike >= _LEAST_ALIKE else 0.0


def _is_substitution(one: str, other: str) -> bool:
    return len(one) == len(other) and sorted(one) != sorted(other)


_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "k"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("bh", "b"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("lv", "lu"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "v"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("ij", "i"),
    ("ii", "i"),
    ("ie", "i"),
    ("iy", "i"),
    ("y", "i"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("z", "s"),
    ("j", "i"),
)


@lru_cache(maxsize=262_144)
def sound(word: str) -> str:
    """A word without the differences that ways of transliterating make.

    Vowels keep their place: "Hansen" and "Hanson" are two names.
    """
    text = word
    for written, spoken in _SOUNDS:
        text = text.replace(written, spoken)
    kept = [text[:1]]
    for before, letter in pairwise(text):
        if letter != before and not (letter == "h" and before not in "aeiou"):
            kept.append(letter)
    return "".join(kept)


@lru_cache(maxsize=262_144)
def _own_weight(word: str) -> float:
    if word in DIVIDING:
        return DIVIDING_WEIGHT
    if word in GENERIC:
        return GENERIC_WEIGHT
    if word.isdigit():
        return NUMBER_WEIGHT
    if word in COMMON:
        return COMMON_WEIGHT
    if word in PLACES or word in COUNTRY_WORDS:
        return PLACE_WEIGHT
    # Three letters of a script without vowels are a whole word.
    letters = len(word) + is_in_signs(word)
    return SHORT_WEIGHT if letters <= _LONGEST_SHORT else FULL_WEIGHT
