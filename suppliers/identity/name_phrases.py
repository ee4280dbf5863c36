"""Phrases and initials of names: several words that are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from suppliers.word_lists import word_list

#: What stands between two initials: "J & L", "J and L".
_BETWEEN_INITIALS = frozenset({"and", "und", "et"})
#: Phrases that mean one thing, such as "hong kong" or "bao bi", to the words for it.
_PHRASES: Mapping[tuple[str, ...], list[str]] = {
    tuple(phrase.split()): meaning.split()
    for meaning, phrases in word_list("phrases").items()
    for phrase in phrases.split(";")
}
#: Lengths of the phrases by their first word, the longest first.
_PHRASE_LENGTHS: Mapping[str, list[int]] = {
    first: sorted({len(phrase) for phrase in _PHRASES if phrase[0] == first}, reverse=True)
    for first in {phrase[0] for phrase in _PHRASES}
}
NUMBER_MARKS = frozenset({"no", "nr", "num", "number", "numero", "nro"})
_NUMERALS = frozenset(
    [str(number) for number in range(1, 1000)]
    + [
        word
        for number in range(1, 20)
        for word in word_list("synonyms").get(str(number), "").split()
    ]
)
PHRASE_STARTS = frozenset(_PHRASE_LENGTHS) | NUMBER_MARKS
#: What phrases begin with; few names hold any.
PHRASE_PAIRS = frozenset(phrase[:2] for phrase in _PHRASES)


def has_phrase(words: Sequence[str]) -> bool:
    """Whether words may hold a phrase, or a word that stands before a number."""
    return not PHRASE_STARTS.isdisjoint(words) and not (
        PHRASE_PAIRS.isdisjoint(pairwise(words)) and NUMBER_MARKS.isdisjoint(words)
    )


def with_phrases(words: Sequence[str]) -> list[str]:
    """The words with phrases as one word each, and without what stands before a number: "No. 4"."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in NUMBER_MARKS and "".join(words[at + 1 : at + 2]) in _NUMERALS:
            at += 1
            continue
        length = next(
            (n for n in _PHRASE_LENGTHS.get(word, ()) if tuple(words[at : at + n]) in _PHRASES), 0
        )
        if length:
            found += _PHRASES[tuple(words[at : at + length])]
        else:
            found.append(word)
        at += max(length, 1)
    return found


def joined_initials(words: Sequence[str]) -> list[str]:
    """Runs of single letters as one word: "a b c trading" as "abc trading".

    Forms that are written in letters ("s a", "p t") are known to the table of forms in both
    ways, so joining them loses none.
    """
    joined: list[str] = []
    run: list[str] = []
    for position, word in enumerate(words):
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        if (
            run
            and word in _BETWEEN_INITIALS
            and len("".join(words[position + 1 : position + 2])) == 1
        ):
            continue
        joined += ["".join(run)] if run else []
        run = []
        joined.append(word)
    return joined + (["".join(run)] if run else [])
