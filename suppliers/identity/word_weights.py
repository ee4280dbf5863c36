"""How distinctive a word of a company's name is, by the lists of `name_tokens`."""

from __future__ import annotations

from functools import lru_cache

from suppliers.identity.consonantal_scripts import is_in_signs
from suppliers.identity.name_tokens import (
    COMMON,
    COUNTRY_WORDS,
    DIVIDING,
    GENERIC,
    PLACES,
    TRADES,
)

#: How distinctive a word is, before the register is asked how many of its names hold the word.
GENERIC_WEIGHT = 0.2
TRADE_WEIGHT = 0.3
DIVIDING_WEIGHT = 0.4
COMMON_WEIGHT = 0.45
PLACE_WEIGHT = 0.5
SHORT_WEIGHT = 0.5
NUMBER_WEIGHT = 0.6
FULL_WEIGHT = 1.0
#: Words of more letters are no initials or syllables.
LONGEST_SHORT = 3


@lru_cache(maxsize=262_144)
def distinctiveness(word: str) -> float:
    """How well a word distinguishes companies, 0 to 1, before a register's names are counted."""
    if word in DIVIDING:
        return DIVIDING_WEIGHT
    if word in GENERIC:
        return GENERIC_WEIGHT
    if word in TRADES:
        return TRADE_WEIGHT
    if word.isdigit():
        return NUMBER_WEIGHT
    if word in COMMON:
        return COMMON_WEIGHT
    if word in PLACES or word in COUNTRY_WORDS:
        return PLACE_WEIGHT
    # Three letters of a script without vowels are a whole word.
    letters = len(word) + is_in_signs(word)
    return SHORT_WEIGHT if letters <= LONGEST_SHORT else FULL_WEIGHT
