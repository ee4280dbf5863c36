"""How much of two names is the same, by distinctive tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from suppliers.identity.acronyms import (
    acronyms,
    blends,
    without_own_acronym,
    written_together,
)
from suppliers.identity.name_tokens import DIVIDING, PLACES
from suppliers.identity.namesakes import is_distinctive
from suppliers.identity.romanisation import Customs, customs_of
from suppliers.identity.trade_meanings import have_one_trade
from suppliers.identity.word_agreement import NEARLY_SAME, Tally, word_weight
from suppliers.identity.word_similarity import word_similarity

#: Weight of a country's own name, or of a mark such as "(U)" or "C.I.", that one name adds.
LITTLE_WEIGHT = 0.1
LONGEST_MARK = 2
#: What a share of words without agreement takes from the score: names lose and gain trade words.
DISAGREEMENT_COST = 0.85
CUT_HEAD = 0.75
#: A word that is made of listed trade words or inflects one, beside a word for the same trade.
_SAME_TRADE = 0.9


@dataclass(frozen=True, slots=True)
class NameSimilarity:
    """Agreement of two names.

    Attributes:
        score: 0 to 1, weight of the words in common over the weight of all.
        distinctive: weight of the words in common that are not mere trade words; a name that
            matches by "Trading Company" alone has 0.
        generic: weight of the trade words in common, without those by which groups are divided.
        rival: weight of the words that each name has and the other lacks, the lesser of the two
            sides: names of sister companies have "Spinning" here and "Weaving". Where both sides
            have only words such as "factory" and "works", which name no trade, it is 0.
        letters: likeness of the least alike pair of distinctive words; 1 if all are equal.
        is_divided: one name has a word such as "Holding" or "Trading" that the other lacks.
        is_single: one name is a single word, and the other is that word and more.
        is_placed: one name has a place, other than their country, that the other lacks.
        is_numbered: one name has a number that the other lacks, as units of a group do.
        is_apart_by_trade: one name has a word that the other lacks, and all such words are those
            of trades.
    """

    score: float
    distinctive: float
    generic: float = 0.0
    rival: float = 0.0
    letters: float = 1.0
    is_divided: bool = False
    is_single: bool = False
    is_numbered: bool = False
    is_placed: bool = False
    is_apart_by_trade: bool = False


def name_similarity(
    one: Sequence[str],
    other: Sequence[str],
    shared: Mapping[str, float] | None = None,
    *,
    as_written: Callable[[], tuple[Sequence[str], Sequence[str]]] | None = None,
    country: str | None = None,
    home_words: frozenset[str] = frozenset(),
    is_transliterated: bool = False,
) -> NameSimilarity:
    """Compare two names word by word, in any order.

    Equal words agree wholly; words of one sound, words with a slip, shortened words, acronyms and
    words written apart or together agree in part. What only one name has counts against.

    Args:
        one: words of a name.
        other: words of the other name.
        shared: see `word_weight`.
        as_written: gives the words of both names before synonyms replaced them, one for one.
        country: of the two, if known; slips in Chinese syllables are other names.
        home_words: names of the country of the two, which say little where only one name has them.
        is_transliterated: one of the names was in another script and is compared by its sound.
    """
    total = sum([word_weight(word, shared) for word in (*one, *other)])
    if total == 0.0:
        return NameSimilarity(0.0, 0.0)
    tally = Tally(shared, total)
    if one == other:
        for word in one:
            tally.agree(word, word, 1.0)
        return NameSimilarity(1.0, tally.distinctive, tally.generic)
    counts = Counter(other)
    left_one: list[int] = []
    for i, word in enumerate(one):
        if counts[word]:
            counts[word] -= 1
            tally.agree(word, word, 1.0)
        else:
            left_one.append(i)
    left_other: list[int] = []
    for j in range(len(other) - 1, -1, -1):
        if counts[other[j]]:
            counts[other[j]] -= 1
            left_other.append(j)
    rest_one = [one[i] for i in left_one]
    if left_one and left_other:
        left_other.reverse()
        rest_other = [other[j] for j in left_other]
        written_one, written_other = as_written() if as_written else (one, other)
        was_one = [written_one[i] for i in left_one]
        was_other = [written_other[j] for j in left_other]
        acronyms(rest_one, was_one, rest_other, was_other, tally)
        acronyms(rest_other, was_other, rest_one, was_one, tally)
        blends(rest_one, was_one, rest_other, was_other, tally)
        blends(rest_other, was_other, rest_one, was_one, tally)
        written_together(rest_one, was_one, rest_other, was_other, tally, is_transliterated)
        written_together(rest_other, was_other, rest_one, was_one, tally, is_transliterated)
        rest_one, rest_other = _nearly_the_same(
            (rest_one, was_one),
            (rest_other, was_other),
            tally,
            (one[0], other[0]),
            country,
            is_transliterated,
        )
    else:
        rest_other = [other[j] for j in left_other]
        rest_one = without_own_acronym(rest_one, one, tally)
        rest_other = without_own_acronym(rest_other, other, tally)
    if not (rest_one and rest_other):
        for word in (*rest_one, *rest_other):
            if word in home_words or (len(word) <= LONGEST_MARK and word.isalpha()):
                tally.total -= max(0.0, word_weight(word, shared) - LITTLE_WEIGHT)
    disagreed = 1.0 - 2.0 * tally.agreed / tally.total
    return NameSimilarity(
        min(1.0, 1.0 - DISAGREEMENT_COST * disagreed),
        tally.distinctive,
        tally.generic,
        tally.rival_weight(rest_one, rest_other),
        tally.letters,
        not DIVIDING.isdisjoint((*rest_one, *rest_other)),
        min(len(one), len(other)) == 1 and bool(rest_one or rest_other),
        any(word.isdigit() for word in (*rest_one, *rest_other)),
        any(w in PLACES and w not in home_words for w in (*rest_one, *rest_other)),
        bool(rest_one or rest_other) and not any(map(is_distinctive, (*rest_one, *rest_other))),
    )


def _nearly_the_same(
    both_one: tuple[Sequence[str], Sequence[str]],
    both_other: tuple[Sequence[str], Sequence[str]],
    tally: Tally,
    heads: tuple[str, str],
    country: str | None,
    is_transliterated: bool,
) -> tuple[list[str], list[str]]:
    """Count pairs of words that are alike; give back what is left on each side.

    The first word of a name is seldom shortened: "Rahim" is not "Rahimafroz".
    """
    alike_by = partial(likeness, customs=customs_of(country), is_transliterated=is_transliterated)
    one, written_one = both_one
    other, written_other = both_other
    pairs: list[tuple[float, int, int]] = []
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            alike = alike_by((a, b), (written_one[i], written_other[j]))
            if alike > 0.0:
                pairs.append((-alike, i, j))
    pairs.sort()
    used_one: set[int] = set()
    used_other: set[int] = set()
    for negative, i, j in pairs:
        if i not in used_one and j not in used_other:
            used_one.add(i)
            used_other.add(j)
            is_cut_head = (one[i], other[j]) == heads and _is_cut(one[i], other[j])
            tally.agree(one[i], other[j], -negative * (CUT_HEAD if is_cut_head else 1.0))
    return (
        [word for i, word in enumerate(one) if i not in used_one],
        [word for j, word in enumerate(other) if j not in used_other],
    )


def likeness(
    words: tuple[str, str],
    written: tuple[str, str],
    customs: Customs,
    is_transliterated: bool = False,
) -> float:
    """How alike a word of each name is, 0 to 1.

    Words are compared in the form that synonyms gave them, and as they were written: "proc" may be
    short for more than the one word that the lists know it for.

    Args:
        words: the two.
        written: the same before synonyms replaced them.
        customs: of writing names where the companies are.
        is_transliterated: one of the names was in another script.
    """
    alike = word_similarity(*words, customs=customs, is_transliterated=is_transliterated)
    if alike < NEARLY_SAME and written != words:
        alike = max(
            alike, word_similarity(*written, customs=customs, is_transliterated=is_transliterated)
        )
    if alike < _SAME_TRADE and have_one_trade(*written):
        alike = _SAME_TRADE
    return alike


def _is_cut(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) > 1
