"""Words of a name that stand for several of another: acronyms, blends, words written together.

Each function counts what it finds in a tally and takes the words out of both lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from suppliers.identity.romanisation import sound, transliterated_similarity
from suppliers.identity.word_agreement import NEARLY_SAME, Tally, word_weight
from suppliers.identity.word_similarity import SAME_SOUND, word_similarity
from suppliers.identity.word_weights import DIVIDING_WEIGHT

#: An acronym beside the words that it stands for, by its letters.
_ACRONYMS = {2: 0.84, 3: 0.9}
_LONG_ACRONYM = 0.92
LONGEST_ACRONYM = 6
#: A word made of the beginnings of a name's words and of its trade.
_BLEND = 0.92
SHORTEST_BLEND = 6
SHORTEST_STUB = 3
SHORTEST_JOINED = 4
MOST_JOINED_APART = 3
_SHORTEST_SLIP_JOINED = 8
LONGEST_RUN = 3


def acronyms(
    short: list[str],
    short_written: list[str],
    long: list[str],
    long_written: list[str],
    tally: Tally,
) -> None:
    """Count and take out acronyms and the words of the other name that they stand for."""
    for word in [w for w in short if 2 <= len(w) <= LONGEST_ACRONYM and w.isalpha()]:
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


def without_own_acronym(rest: list[str], name: Sequence[str], tally: Tally) -> list[str]:
    """Take out an acronym that a name has beside its own words: "SITC - Société ..."."""
    initials = "".join([word[0] for word in name])
    kept = [word for word in rest if not _is_acronym_of(word, initials)]
    tally.total -= tally.weight_of(rest) - tally.weight_of(kept)
    return kept


def _is_acronym_of(word: str, initials: str) -> bool:
    return 2 < len(word) <= LONGEST_ACRONYM and word.isalpha() and word in initials


def blends(
    short: list[str],
    short_written: list[str],
    long: list[str],
    long_written: list[str],
    tally: Tally,
) -> None:
    """Count and take out a word made of beginnings of the other's: "vinatex" of "vina textile"."""
    if len(long) < 2:
        return
    # Most words fail here at once: a blend begins as one of the other name's words does.
    begun = {one[:2] for one in long_written}
    for word in [w for w in short if len(w) >= SHORTEST_BLEND and w[:2] in begun]:
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
        return len(word) >= SHORTEST_STUB and trade.startswith(word)
    return any(
        word.startswith(names[0][:length]) and _is_blend(word[length:], names[1:], trade)
        for length in range(len(names[0]), 1, -1)
    )


def written_together(
    apart: list[str],
    apart_written: list[str],
    joined: list[str],
    joined_written: list[str],
    tally: Tally,
    is_transliterated: bool,
) -> None:
    """Count and take out runs of words that the other name writes as one: "hua wei", "huawei"."""
    if len(apart) < 2:
        return
    for length in range(LONGEST_RUN, 1, -1):
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
        if len(word) >= SHORTEST_JOINED
        and word[0] == run[0]
        and abs(len(word) - len(run)) <= MOST_JOINED_APART
    ]
    for word in near:
        if sound(word) == sound(run):
            return word, 1.0
        if is_transliterated and (alike := transliterated_similarity(word, run)):
            return word, alike
    if len(run) >= _SHORTEST_SLIP_JOINED:
        for word in near:
            if abs(len(word) - len(run)) < 2 and word_similarity(run, word) > NEARLY_SAME:
                return word, SAME_SOUND
    return None, 0.0
