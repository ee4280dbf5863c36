"""What trade a word names that no list holds: compounds and inflected forms of listed words.

"Fiskeeksport" is made of two listed words, and "konservnaya" is an inflection of one. A name may
hold such a word where its translation has the listed one. Whether a word means a trade is asked
only of words that the other name lacks, so a family name that begins like a trade loses nothing.
"""

from __future__ import annotations

from functools import lru_cache

from suppliers.identity.name_tokens import GENERIC, SYNONYMS, TRADES

_SHORTEST_PART = 3
_SHORTEST_COMPOUND = 7
#: What German, Dutch and the languages of Scandinavia set between the parts of a compound.
_LINKS = ("", "s", "n", "en", "e", "es", "er", "o")
_SHORTEST_STEM = 5
_LONGEST_ENDING = 4
#: A listed word loses this much before the endings of its inflections.
_OWN_ENDING = 2
_NOTHING: frozenset[str] = frozenset()

_TRADE_WORDS: dict[str, str] = {
    **{word: word for word in (*GENERIC, *TRADES)},
    **{
        word: meaning
        for word, meaning in SYNONYMS.items()
        if meaning in GENERIC or meaning in TRADES
    },
}


def _stems() -> dict[str, str | None]:
    """Beginnings of listed words, to the one meaning that they have; None for several."""
    stems: dict[str, str | None] = {}
    for word, meaning in _TRADE_WORDS.items():
        stem = SYNONYMS.get(meaning, meaning)
        for length in range(max(_SHORTEST_STEM, len(word) - _OWN_ENDING), len(word) + 1):
            begin = word[:length]
            if len(begin) >= _SHORTEST_STEM:
                stems[begin] = stem if stems.get(begin, stem) == stem else None
    return stems


_STEMS = _stems()


def have_one_trade(one: str, other: str) -> bool:
    """Whether a listed trade word and another word name one trade, or one of them a part of it.

    A timber merchant ("Holzhandel") is no sawmill ("Holzwerk").

    Two words that no list holds are compared as names: "Demirkan" is not "Demirhan", though both
    begin like "demir", iron.
    """
    if one not in _TRADE_WORDS and other not in _TRADE_WORDS:
        return False
    mine, yours = trade_meanings(one), trade_meanings(other)
    return bool(mine and yours) and (mine <= yours or yours <= mine)


def is_listed_trade(word: str) -> bool:
    """Whether a list has the word as one for a trade."""
    return word in _TRADE_WORDS


@lru_cache(maxsize=65_536)
def trade_meanings(word: str) -> frozenset[str]:
    """The trades that a word names, in the form that `SYNONYMS` gives them; none if it is no trade.

    Args:
        word: lower case, Latin letters.
    """
    if word in _TRADE_WORDS:
        return frozenset({_TRADE_WORDS[word]})
    return _of_compound(word) or _of_inflection(word)


def _of_compound(word: str) -> frozenset[str]:
    if len(word) < _SHORTEST_COMPOUND:
        return _NOTHING
    for at in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        first = _TRADE_WORDS.get(word[:at])
        if first is None:
            continue
        for link in _LINKS:
            rest = word[at:]
            second = _TRADE_WORDS.get(rest.removeprefix(link)) if rest.startswith(link) else None
            if second is not None and len(rest) - len(link) >= _SHORTEST_PART:
                return frozenset({first, second})
    return _NOTHING


def _of_inflection(word: str) -> frozenset[str]:
    for length in range(len(word), max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING) - 1, -1):
        meaning = _STEMS.get(word[:length])
        if meaning is not None:
            return frozenset({meaning})
    return _NOTHING
