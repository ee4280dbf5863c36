"""How alike two words of company names are: slips of the pen, sounds, shortened forms."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from suppliers.identity.consonantal_scripts import is_in_signs, spells
from suppliers.identity.name_tokens import (
    COMMON,
    COUNTRY_WORDS,
    DIVIDING,
    GENERIC,
    PLACES,
    SYNONYMS,
    TRADES,
)
from suppliers.identity.romanisation import (
    in_pinyin,
    is_pinyin,
    is_syllables,
    korean_sound,
    loose_sound,
    sound,
    transliterated_similarity,
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
_LONGEST_SHORT = 3

#: Words of one sound that differ in spelling count for nearly the same, and so does a word that
#: may be the other, which is written without its short vowels.
SAME_SOUND = 0.95
#: The same for words that sound alike by the customs of several languages.
_SAME_LOOSE_SOUND = 0.9
_SHORTEST_LOOSE = 5
#: Too little is written of a word without short vowels to recognise it by.
UNCERTAIN_SPELLING = 0.5
#: A letter dropped, doubled or swapped, by the length of the longer word.
_SLIPS = {6: 0.82, 7: 0.9}
_SLIP = 0.92
#: A letter in place of one that sounds or looks like it, by the length of the word.
_NEAR_LETTERS = {6: 0.84, 7: 0.84, 8: 0.88}
_SHORTEST_WITH_NEAR_VOWELS = 7
#: Two letters dropped from a long word.
_SHORTEST_WITH_TWO_SLIPS = 10
_TWO_SLIPS = 0.84
#: At most this for a letter in place of one that is not near, and for another Chinese syllable.
_OTHER_LETTER = 0.78
_OTHER_SYLLABLE = 0.6
_NEAR_LETTER = 0.92
#: Share of agreement lost by a share of wrong letters; below the least, words are different.
_LETTER_COST = 1.8
_LEAST_ALIKE = 0.5
_SHORTEST_ALIKE = 4
_SHORTEST_HEARD = 3
_MOST_WRONG = 2
#: Words less alike than this as plain strings are not looked into.
_LEAST_RATIO = 40.0

#: A trade word and what it is shortened to: "srvces", "mftg", "comp".
SHORTENED_TRADE_WORD = 0.95
#: A distinctive word that is cut off or loses its vowels, by the number of letters left.
_SHORTENED = {3: 0.66, 4: 0.84, 5: 0.88}
_SHORTENED_LONG = 0.92
_SHORTEST_CUT = 3
_LEAST_LOST = 2
_FEWEST_CONSONANTS = 2

_VOWELS = "aeiouy"
_ARTICLES = frozenset({"al", "el"})
_ENDINGS = ("ies", "ers", "ing", "er", "es", "s", "y")
_SHORTEST_STEM = 4
#: Trade words and the forms of them that `SYNONYMS` knows.
_VARIANTS: dict[str, list[str]] = {}
for _form, _word in SYNONYMS.items():
    _VARIANTS.setdefault(_word, [_word]).append(_form)
_NEAR_GROUPS = ("aeiouy", "bpv", "vwf", "dt", "gkcq", "sz", "csk", "jyi", "gj", "xs")
_NEAR = frozenset(
    (one, other) for group in _NEAR_GROUPS for one in group for other in group if one != other
)
#: What a company calls the place where it makes things; translations take one for the other.
_MAKING = frozenset({"factory", "mill", "plant", "works", "manufacturing", "zavod", "kombinat"})
_MADE_ALIKE = 0.9


def distinctiveness(word: str) -> float:
    """How well a word distinguishes companies, 0 to 1, by the lists of `name_tokens`."""
    return _weight(word)


@lru_cache(maxsize=262_144)
def _weight(word: str) -> float:
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
    return SHORT_WEIGHT if letters <= _LONGEST_SHORT else FULL_WEIGHT


@lru_cache(maxsize=262_144)
def word_similarity(
    one: str,
    other: str,
    *,
    is_pinyin_likely: bool = True,
    is_korean: bool = False,
    is_transliterated: bool = False,
    is_taiwanese: bool = False,
) -> float:
    """How alike two words are, 0 to 1; 0 for words that are different.

    Args:
        one: as `comparable` gives it.
        other: the other word.
        is_pinyin_likely: the companies may be Chinese, so that words made of Chinese syllables
            are compared without tolerance for slips.
        is_korean: the companies are Korean, whose names are romanised in several ways.
        is_transliterated: one of the words was in another script.
        is_taiwanese: the companies are of Taiwan, whose names are in Wade-Giles or in Pinyin.
    """
    if one.isdigit() or other.isdigit():
        return 0.0
    if is_in_signs(one) != is_in_signs(other):
        signs, latin = (one, other) if is_in_signs(one) else (other, one)
        return {True: SAME_SOUND, None: UNCERTAIN_SPELLING, False: 0.0}[spells(signs, latin)]
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    shortened = max(_shortened(one, other), _shortened(other, one))
    if one in _MAKING and other in _MAKING:
        return _MADE_ALIKE
    if is_transliterated and (alike := transliterated_similarity(one, other)):
        return max(alike, shortened)
    if _is_place(one) and _is_place(other):
        return shortened
    if is_taiwanese and is_syllables(one) and is_syllables(other):
        return _SAME_LOOSE_SOUND if in_pinyin(one) == in_pinyin(other) else 0.0
    if is_pinyin_likely and is_pinyin(one) and is_pinyin(other):
        return max(shortened, min(_OTHER_SYLLABLE, _by_letters(shorter, longer)))
    if fuzz.ratio(one, other) < _LEAST_RATIO:
        return shortened
    if len(shorter) >= _SHORTEST_HEARD and sound(one) == sound(other):
        return SAME_SOUND
    if len(shorter) < _SHORTEST_ALIKE:
        return shortened
    if _stem(one) == _stem(other):
        return SAME_SOUND
    if longer[:2] in _ARTICLES and sound(longer[2:]) == sound(shorter):
        return SAME_SOUND
    if len(shorter) >= _SHORTEST_LOOSE and loose_sound(one) == loose_sound(other):
        return _SAME_LOOSE_SOUND
    if is_korean and korean_sound(one) == korean_sound(other):
        return _SAME_LOOSE_SOUND
    return max(shortened, _by_letters(shorter, longer))


def _is_place(word: str) -> bool:
    return word in PLACES or word in COUNTRY_WORDS


def _stem(word: str) -> str:
    """A word without the ending of a plural or of a trade: "miller", "mills" and "milling"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def _by_letters(one: str, other: str) -> float:
    """Likeness by letters that are wrong."""
    wrong = OSA.distance(one, other, score_cutoff=_MOST_WRONG)
    if wrong > _MOST_WRONG:
        return 0.0
    longest = len(other)
    share = min(_OTHER_LETTER, 1.0 - _LETTER_COST * wrong / longest)
    if wrong == 1:
        if not _is_substitution(one, other):
            share = max(share, _by_length(longest, _SLIPS, _SLIP))
        elif _is_near_letter(one, other, longest):
            share = max(share, _by_length(longest, _NEAR_LETTERS, _NEAR_LETTER))
    elif longest >= _SHORTEST_WITH_TWO_SLIPS and abs(len(one) - longest) == wrong:
        share = _TWO_SLIPS
    return share if share >= _LEAST_ALIKE else 0.0


def _by_length(length: int, table: dict[int, float], beyond: float) -> float:
    """The value of a length; 0 below the table, and `beyond` above it."""
    return beyond if length > max(table) else table.get(length, 0.0)


def _is_substitution(one: str, other: str) -> bool:
    return len(one) == len(other) and sorted(one) != sorted(other)


def _is_near_letter(one: str, other: str, length: int) -> bool:
    """Whether the letters that differ sound alike; vowels count in long words only."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return all(pair in _NEAR for pair in pairs) and (
        length >= _SHORTEST_WITH_NEAR_VOWELS or not all(a in _VOWELS for a, _ in pairs)
    )


def _shortened(short: str, long: str) -> float:
    """Probability that a word is a shortened form of a longer one; 0 if it is none.

    A shortened form begins with the same letter and is the beginning of the word or has lost
    letters inside it, most of them vowels.
    """
    if (short[0] != long[0] and long not in _VARIANTS) or is_in_signs(short):
        return 0.0
    if len(short) < 2:
        return SHORTENED_TRADE_WORD if long in COUNTRY_WORDS and short == long[0] else 0.0
    is_trade_word = _weight(long) <= DIVIDING_WEIGHT or long in COUNTRY_WORDS
    if not is_trade_word and _weight(short) < FULL_WEIGHT and len(short) > _LONGEST_SHORT:
        return 0.0
    written = _VARIANTS.get(long, [long]) if is_trade_word else [long]
    if not is_trade_word and len(long) - len(short) < _LEAST_LOST:
        return 0.0
    if not any(_is_short_for(short, form) for form in written):
        return 0.0
    if is_trade_word:
        return SHORTENED_TRADE_WORD
    return _by_length(len(short), _SHORTENED, _SHORTENED_LONG)


def _is_short_for(short: str, long: str) -> bool:
    if short[0] != long[0] or len(short) >= len(long):
        return False
    is_cut = len(short) >= _SHORTEST_CUT and long.startswith(short)
    return is_cut or _is_contraction(short, long)


def _is_contraction(short: str, long: str) -> bool:
    vowels = sum(letter in _VOWELS for letter in short[1:])
    consonants = len(short) - vowels
    if vowels > 1 or consonants < _FEWEST_CONSONANTS or 2 * len(short) < len(long) - 5:
        return False
    letters = iter(f"{long}s" if short.endswith("s") else long)
    return all(letter in letters for letter in short)
