"""How much of two names is the same, by distinctive tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from suppliers.identity.consonantal_scripts import is_in_signs
from suppliers.identity.name_tokens import DIVIDING, KINDS, PLACES
from suppliers.identity.romanisation import (
    is_korean,
    is_pinyin_likely,
    is_taiwanese,
    sound,
    transliterated_similarity,
)
from suppliers.identity.trade_meanings import have_one_trade
from suppliers.identity.word_similarity import (
    COMMON_WEIGHT,
    DIVIDING_WEIGHT,
    SAME_SOUND,
    distinctiveness,
    word_similarity,
)

#: Ordinary words, such as "Golden" and "Star", make many companies' names between them.
_COMMON_WORTH = 0.6
#: Weight of a country's own name, or of a mark such as "(U)" or "C.I.", that one name adds.
_LITTLE_WEIGHT = 0.1
_LONGEST_MARK = 2
#: What a share of words without agreement takes from the score: names lose and gain trade words.
_DISAGREEMENT_COST = 0.85
_CUT_HEAD = 0.75
#: A word that is made of listed trade words or inflects one, beside a word for the same trade.
_SAME_TRADE = 0.9
#: Words whose lengths differ by more are one shortened, which is no doubt about letters.
_MOST_SLIPS = 2
#: Words on both sides of which more than this is lost agree only in part.
_NEARLY_SAME = 0.8
#: An acronym beside the words that it stands for, by its letters.
_ACRONYMS = {2: 0.84, 3: 0.9}
_LONG_ACRONYM = 0.92
_LONGEST_ACRONYM = 6
#: A word made of the beginnings of a name's words and of its trade.
_BLEND = 0.92
_SHORTEST_BLEND = 6
_SHORTEST_STUB = 3
_SHORTEST_JOINED = 4
_MOST_JOINED_APART = 3
_SHORTEST_SLIP_JOINED = 8
_LONGEST_RUN = 3


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
        is_divided: one name has a word such as "Holding" or "Trading" that the other lacks.
        is_single: one name is a single word, and the other is that word and more.
        is_placed: one name has a place, other than their country, that the other lacks.
        is_numbered: one name has a number that the other lacks, as units of a group do.
        letters: likeness of the least alike pair of distinctive words; 1 if all are equal.
    """

    score: float
    distinctive: float
    generic: float = 0.0
    rival: float = 0.0
    is_divided: bool = False
    is_single: bool = False
    is_numbered: bool = False
    is_placed: bool = False
    letters: float = 1.0


def word_weight(word: str, shared: Mapping[str, float] | None = None) -> float:
    """How distinctive a word is, 0 to 1.

    Args:
        word: as `comparable` gives it.
        shared: lower weights for words that many names of the register hold.
    """
    weight = distinctiveness(word)
    return weight if shared is None else min(weight, shared.get(word, weight))


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
    tally = _Tally(shared, total)
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
        _acronyms(rest_one, was_one, rest_other, was_other, tally)
        _acronyms(rest_other, was_other, rest_one, was_one, tally)
        _blends(rest_one, was_one, rest_other, was_other, tally)
        _blends(rest_other, was_other, rest_one, was_one, tally)
        _written_together(rest_one, was_one, rest_other, was_other, tally, is_transliterated)
        _written_together(rest_other, was_other, rest_one, was_one, tally, is_transliterated)
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
        rest_one = _without_own_acronym(rest_one, one, tally)
        rest_other = _without_own_acronym(rest_other, other, tally)
    if not (rest_one and rest_other):
        for word in (*rest_one, *rest_other):
            if word in home_words or (len(word) <= _LONGEST_MARK and word.isalpha()):
                tally.total -= max(0.0, word_weight(word, shared) - _LITTLE_WEIGHT)
    disagreed = 1.0 - 2.0 * tally.agreed / tally.total
    return NameSimilarity(
        min(1.0, 1.0 - _DISAGREEMENT_COST * disagreed),
        tally.distinctive,
        tally.generic,
        tally.rival_weight(rest_one, rest_other),
        not DIVIDING.isdisjoint((*rest_one, *rest_other)),
        min(len(one), len(other)) == 1 and bool(rest_one or rest_other),
        any(word.isdigit() for word in (*rest_one, *rest_other)),
        any(w in PLACES and w not in home_words for w in (*rest_one, *rest_other)),
        tally.letters,
    )


@dataclass(slots=True)
class _Tally:
    """Running sums of a comparison."""

    shared: Mapping[str, float] | None
    total: float
    agreed: float = 0.0
    distinctive: float = 0.0
    generic: float = 0.0
    letters: float = 1.0

    def agree(self, one: str, other: str, alike: float) -> None:
        """Count two words as the same to the degree they are alike."""
        weights = (word_weight(one, self.shared), word_weight(other, self.shared))
        # A trade word with a slip in it is unknown to the lists and must not weigh as a name.
        weight = min(weights) if is_in_signs(one) == is_in_signs(other) else max(weights)
        self.total -= sum(weights) - 2.0 * weight
        self.agreed += weight * alike
        if weight > DIVIDING_WEIGHT:
            self.distinctive += weight * (_COMMON_WORTH if weight == COMMON_WEIGHT else 1.0)
            if abs(len(one) - len(other)) <= _MOST_SLIPS or is_in_signs(one):
                self.letters = min(self.letters, alike)
        elif weight < DIVIDING_WEIGHT:
            self.generic += weight * alike

    def rival_weight(self, one: Sequence[str], other: Sequence[str]) -> float:
        """Weight of the words that each name has and the other lacks, the lesser of the two sides.

        Translations replace one word such as "factory" or "works" by another, which is no rival;
        beside a trade of the other name it is: "Denim" here and "Mills" there.
        """
        if KINDS.issuperset((*one, *other)):
            return 0.0
        return min(self.weight_of(one), self.weight_of(other))

    def weight_of(self, words: Sequence[str]) -> float:
        """Weight of words that the other name lacks."""
        return sum([word_weight(word, self.shared) for word in words])


def _nearly_the_same(
    both_one: tuple[Sequence[str], Sequence[str]],
    both_other: tuple[Sequence[str], Sequence[str]],
    tally: _Tally,
    heads: tuple[str, str],
    country: str | None,
    is_transliterated: bool,
) -> tuple[list[str], list[str]]:
    """Count pairs of words that are alike; give back what is left on each side.

    Words are compared in the form that synonyms gave them, and as they were written: "proc" may be
    short for more than the one word that the lists know it for. The first word of a name is seldom
    shortened: "Rahim" is not "Rahimafroz".
    """
    alike_by = partial(
        word_similarity,
        is_pinyin_likely=is_pinyin_likely(country),
        is_korean=is_korean(country),
        is_transliterated=is_transliterated,
        is_taiwanese=is_taiwanese(country),
        is_vietnamese=country == "VN",
    )
    one, written_one = both_one
    other, written_other = both_other
    pairs: list[tuple[float, int, int]] = []
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            alike = alike_by(a, b)
            if alike < _NEARLY_SAME and (written_one[i] != a or written_other[j] != b):
                alike = max(alike, alike_by(written_one[i], written_other[j]))
            if alike < _SAME_TRADE and have_one_trade(written_one[i], written_other[j]):
                alike = _SAME_TRADE
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
            tally.agree(one[i], other[j], -negative * (_CUT_HEAD if is_cut_head else 1.0))
    return (
        [word for i, word in enumerate(one) if i not in used_one],
        [word for j, word in enumerate(other) if j not in used_other],
    )


def _is_cut(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) > 1


def _acronyms(
    short: list[str],
    short_written: list[str],
    long: list[str],
    long_written: list[str],
    tally: _Tally,
) -> None:
    """Count and take out acronyms and the words of the other name that they stand for."""
    for word in [w for w in short if 2 <= len(w) <= _LONGEST_ACRONYM and w.isalpha()]:
        start = "".join([one[0] for one in long_written]).find(word)
        if start < 0:
            continue
        run = long[start : start + len(word)]
        weight = tally.weight_of(run)
        alike = _ACRONYMS.get(len(word), _LONG_ACRONYM)
        own = word_weight(word, tally.shared)
        tally.total += weight - own
        tally.agreed += weight * alike
        tally.distinctive += own
        del long[start : start + len(word)], long_written[start : start + len(word)]
        at = short.index(word)
        del short[at], short_written[at]


def _without_own_acronym(rest: list[str], name: Sequence[str], tally: _Tally) -> list[str]:
    """Take out an acronym that a name has beside its own words: "SITC - Société ..."."""
    initials = "".join([word[0] for word in name])
    kept = [word for word in rest if not _is_acronym_of(word, initials)]
    tally.total -= tally.weight_of(rest) - tally.weight_of(kept)
    return kept


def _is_acronym_of(word: str, initials: str) -> bool:
    return 2 < len(word) <= _LONGEST_ACRONYM and word.isalpha() and word in initials


def _blends(
    short: list[str],
    short_written: list[str],
    long: list[str],
    long_written: list[str],
    tally: _Tally,
) -> None:
    """Count and take out a word made of beginnings of the other's: "vinatex" of "vina textile"."""
    if len(long) < 2:
        return
    # Most words fail here at once: a blend begins as one of the other name's words does.
    begun = {one[:2] for one in long_written}
    for word in [w for w in short if len(w) >= _SHORTEST_BLEND and w[:2] in begun]:
        names = [i for i, w in enumerate(long) if word_weight(w, tally.shared) >= DIVIDING_WEIGHT]
        trades = sorted({*range(len(long))} - {*names})
        used = next(
            (
                (*names, trade)
                for trade in trades
                if _is_blend(word, [long_written[i] for i in names], long[trade])
            ),
            None,
        )
        if used is None:
            continue
        # The trade words that the blend leaves out say no more than the one it holds.
        own = word_weight(word, tally.shared)
        taken = sorted({*used, *trades}, reverse=True)
        tally.total -= tally.weight_of([long[i] for i in taken]) - own
        tally.agreed += own * _BLEND
        tally.distinctive += own
        for i in taken:
            del long[i], long_written[i]
        at = short.index(word)
        del short[at], short_written[at]


def _is_blend(word: str, names: Sequence[str], trade: str) -> bool:
    """Whether a word is a beginning of each name in turn and then of the trade word."""
    if not names:
        return len(word) >= _SHORTEST_STUB and trade.startswith(word)
    return any(
        word.startswith(names[0][:length]) and _is_blend(word[length:], names[1:], trade)
        for length in range(len(names[0]), 1, -1)
    )


def _written_together(
    apart: list[str],
    apart_written: list[str],
    joined: list[str],
    joined_written: list[str],
    tally: _Tally,
    is_transliterated: bool,
) -> None:
    """Count and take out runs of words that the other name writes as one: "hua wei", "huawei"."""
    if len(apart) < 2:
        return
    for length in range(_LONGEST_RUN, 1, -1):
        start = 0
        while start + length <= len(apart) and joined:
            run = "".join(apart_written[start : start + length])
            same, alike = _joined_word(run, joined, is_transliterated)
            if same is None:
                start += 1
                continue
            parts = tally.weight_of(apart[start : start + length])
            tally.total -= parts - word_weight(run, tally.shared)
            tally.agree(run, same, alike)
            at = joined.index(same)
            del joined[at], joined_written[at]
            del apart[start : start + length], apart_written[start : start + length]


def _joined_word(
    run: str, joined: Sequence[str], is_transliterated: bool
) -> tuple[str | None, float]:
    """The word that a run of words makes, and how alike the two are."""
    near = [
        word
        for word in joined
        if len(word) >= _SHORTEST_JOINED
        and word[0] == run[0]
        and abs(len(word) - len(run)) <= _MOST_JOINED_APART
    ]
    for word in near:
        if sound(word) == sound(run):
            return word, 1.0
        if is_transliterated and (alike := transliterated_similarity(word, run)):
            return word, alike
    if len(run) >= _SHORTEST_SLIP_JOINED:
        for word in near:
            if abs(len(word) - len(run)) < 2 and word_similarity(run, word) > _NEARLY_SAME:
                return word, SAME_SOUND
    return None, 0.0
