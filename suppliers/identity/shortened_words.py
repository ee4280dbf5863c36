"""Words that are shortened: cut off, without their vowels, or as the lists of trade words know."""

from __future__ import annotations

from suppliers.identity.consonantal_scripts import is_in_signs
from suppliers.identity.name_tokens import COUNTRY_WORDS, DIVIDING, GENERIC, SYNONYMS, TRADES
from suppliers.identity.word_weights import (
    DIVIDING_WEIGHT,
    FULL_WEIGHT,
    LONGEST_SHORT,
    distinctiveness,
)

#: A trade word and what it is shortened to: "srvces", "mftg", "comp".
SHORTENED_TRADE_WORD = 0.95
#: A distinctive word that is cut off or loses its vowels, by the number of letters left.
_SHORTENED = {3: 0.66, 4: 0.84, 5: 0.88}
_SHORTENED_LONG = 0.92
_SHORTEST_CUT = 3
LEAST_LOST = 2
_FEWEST_CONSONANTS = 2
_MOST_VOWELS_OF_TRADE_WORD = 2

_VOWELS = "aeiouy"
#: Trade words and the forms of them that `SYNONYMS` knows, by word and first letter.
_VARIANTS: dict[tuple[str, str], list[str]] = {}
for _form, _word in SYNONYMS.items():
    _VARIANTS.setdefault((_word, _form[0]), []).append(_form)
for _word in {*SYNONYMS.values(), *GENERIC, *TRADES, *DIVIDING, *COUNTRY_WORDS}:
    _VARIANTS.setdefault((_word, _word[0]), []).append(_word)
_FIRST_OF_FORMS: dict[str, str] = {}
for _word, _letter in _VARIANTS:
    _FIRST_OF_FORMS[_word] = _FIRST_OF_FORMS.get(_word, "") + _letter


def shortened_likeness(short: str, long: str) -> float:
    """Probability that a word is a shortened form of a longer one; 0 if it is none.

    A shortened form begins with the same letter and is the beginning of the word or has lost
    letters inside it, most of them vowels.
    """
    is_possible = short[0] == long[0] or (long, short[0]) in _VARIANTS
    if not is_possible or is_in_signs(short):
        return 0.0
    is_trade_word = distinctiveness(long) <= DIVIDING_WEIGHT or long in COUNTRY_WORDS
    if distinctiveness(short) < FULL_WEIGHT and len(short) > LONGEST_SHORT:
        return 0.0
    written = _VARIANTS.get((long, short[0]), []) if is_trade_word else [long]
    if not is_trade_word and len(long) - len(short) < LEAST_LOST:
        return 0.0
    most_vowels = _MOST_VOWELS_OF_TRADE_WORD if is_trade_word else 1
    if not any(_is_short_for(short, form, most_vowels) for form in written):
        return 0.0
    if is_trade_word:
        return SHORTENED_TRADE_WORD
    return _SHORTENED.get(len(short), 0.0 if len(short) < min(_SHORTENED) else _SHORTENED_LONG)


def first_of_forms(word: str) -> str:
    """The first letters of the forms of a trade word; none of another word."""
    return _FIRST_OF_FORMS.get(word, "")


def _is_short_for(short: str, long: str, most_vowels: int) -> bool:
    if short[0] != long[0] or len(short) >= len(long):
        return False
    is_cut = len(short) >= _SHORTEST_CUT and long.startswith(short)
    return is_cut or _is_contraction(short, long, most_vowels)


def _is_contraction(short: str, long: str, most_vowels: int = 1) -> bool:
    vowels = sum(letter in _VOWELS for letter in short[1:])
    consonants = len(short) - vowels
    if vowels > most_vowels or consonants < _FEWEST_CONSONANTS or 2 * len(short) < len(long) - 5:
        return False
    letters = iter(f"{long}s" if short.endswith("s") else long)
    return all(letter in letters for letter in short)
