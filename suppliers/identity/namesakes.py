"""Companies of a register whose names have the same distinctive words.

Where many do, such as the companies called "Rahman" of one country, only their trade words
distinguish them; elsewhere names lose and gain trade words freely.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_similarity import DIVIDING_WEIGHT

#: Names of a country from which on trade words distinguish them. Chosen on registers of other seeds
#: than that of `validate relations`: of 71 accepted links to a name among so many that had a trade
#: word more or less, 4 were right; among fewer, 31 of 52.
MIN_NAMESAKES = 5

#: A country (or the mark of one that is not known) and distinctive words.
Core = tuple[str, frozenset[str]]


def core(country: str, words: Iterable[str]) -> Core:
    """Country and distinctive words of a name, by which its namesakes are found."""
    return country, frozenset(word for word in words if is_distinctive(word))


def is_distinctive(word: str) -> bool:
    """Whether a word is more than a trade, or a word by which groups name their parts."""
    return word_weight(word) > DIVIDING_WEIGHT


def namesakes(names: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[Core, int]:
    """How many names of a register have the same distinctive words, where they are many.

    Args:
        names: country and words of each name; names of the same words count once.

    Returns:
        The count by core, from `MIN_NAMESAKES` on.
    """
    different = {(country, frozenset(words)) for country, words in names}
    counts = Counter(core(country, words) for country, words in different)
    return {key: count for key, count in counts.items() if key[1] and count >= MIN_NAMESAKES}
