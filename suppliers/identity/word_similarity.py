"""How alike two words of company names are: slips of the pen, sounds, shortened forms."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from suppliers.identity.consonantal_scripts import is_in_signs, spells
from suppliers.identity.name_tokens import COUNTRY_WORDS, PLACES, SYNONYMS
from suppliers.identity.romanisation import (
    Customs,
    in_pinyin,
    is_pinyin,
    is_syllables,
    korean_sound,
    loose_sound,
    sound,
    transliterated_similarity,
)
from suppliers.identity.shortened_words import SHORTENED_TRADE_WORD, shortened_likeness
from suppliers.identity.word_weights import COMMON_WEIGHT, distinctiveness

#: Words of one sound that differ in spelling count for nearly the same, and so does a word that
#: may be the other, which is written without its short vowels.
SAME_SOUND = 0.95
#: The same for words that sound alike by the customs of several languages.
_SAME_LOOSE_SOUND = 0.9
SHORTEST_LOOSE = 5
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
LETTER_COST = 1.8
LEAST_ALIKE = 0.5
_SHORTEST_ALIKE = 4
_SHORTEST_HEARD = 3
MOST_WRONG = 2
#: Words less alike than this as plain strings are not looked into.
LEAST_RATIO = 40.0

_VOWELS = "aeiouy"
#: Customs by which names are written in Chinese syllables.
_IN_SYLLABLES = frozenset({"pinyin", "wade-giles"})
#: Joining words that a name may hold apart or joined to the next: "Le Goff", "Legoff".
ARTICLES = ("al", "el", "le", "la", "de", "du", "di", "van", "von", "des", "dela")
#: Letters and figures that scanners take for one another.
_MISREADINGS = (
    ("rn", "m"), ("vv", "w"), ("1", "l"), ("i", "l"), ("0", "o"), ("5", "s"), ("8", "b"),
)  # fmt: skip
_MISREAD = 0.92
_SHORTEST_MISREAD = 5
_SHORTEST_PLACE = 6
_LONGEST_SYLLABLE = 5
#: An initial beside the word that it may stand for.
_INITIAL = 0.85
_SHORTEST_BESIDE_INITIAL = 3
_ENDINGS = ("ies", "ers", "ing", "er", "es", "s", "y")
_SHORTEST_STEM = 4
_NEAR_GROUPS = ("aeiouy", "bpv", "vwf", "dt", "gkcq", "sz", "csk", "jyi", "gj", "xs")
_NEAR = frozenset(
    (one, other) for group in _NEAR_GROUPS for one in group for other in group if one != other
)
#: What a company calls the place where it makes things; translations take one for the other.
MAKING = frozenset({"factory", "mill", "plant", "works", "manufacturing", "zavod", "kombinat"})
_MADE_ALIKE = 0.9


@lru_cache(maxsize=262_144)
def word_similarity(
    one: str,
    other: str,
    *,
    customs: Customs = "pinyin",
    is_transliterated: bool = False,
) -> float:
    """How alike two words are, 0 to 1; 0 for words that are different.

    Args:
        one: as `comparable` gives it.
        other: the other word.
        customs: of writing names where the companies are; Chinese syllables are compared without
            tolerance for slips.
        is_transliterated: one of the words was in another script.
    """
    if one.isdigit() or other.isdigit():
        return 0.0
    if len(one) == 1 or len(other) == 1:
        return _initial(one, other)
    if is_in_signs(one) != is_in_signs(other):
        signs, latin = (one, other) if is_in_signs(one) else (other, one)
        return {True: SAME_SOUND, None: UNCERTAIN_SPELLING, False: 0.0}[spells(signs, latin)]
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    shortened = max(shortened_likeness(one, other), shortened_likeness(other, one))
    if one in MAKING and other in MAKING:
        return _MADE_ALIKE
    if is_transliterated and (alike := transliterated_similarity(one, other)):
        return max(alike, shortened)
    if (_is_place(one) and _is_place(other)) or (
        customs == "vietnamese" and len(longer) <= _LONGEST_SYLLABLE
    ):
        return shortened
    if _is_trade(one) and _is_trade(other) and not _has_one_stem(one, other):
        return shortened
    if len(shorter) >= _SHORTEST_MISREAD and misread(one) == misread(other):
        return _MISREAD
    if len(shorter) >= _SHORTEST_PLACE and (one in PLACES or other in PLACES):
        is_slip = OSA.distance(one, other) == 1 and not _is_substitution(one, other)
        return max(shortened, _SLIP if is_slip else 0.0)
    if customs == "wade-giles" and is_syllables(one) and is_syllables(other):
        return _SAME_LOOSE_SOUND if in_pinyin(one) == in_pinyin(other) else 0.0
    if customs in _IN_SYLLABLES and is_pinyin(one) and is_pinyin(other):
        return max(shortened, min(_OTHER_SYLLABLE, _by_letters(shorter, longer)))
    if fuzz.ratio(one, other) < LEAST_RATIO:
        return shortened
    if len(shorter) >= _SHORTEST_HEARD and (
        sound(one) == sound(other) or is_behind_article(shorter, longer)
    ):
        return SAME_SOUND
    if len(shorter) < _SHORTEST_ALIKE:
        return shortened
    if _has_one_stem(one, other):
        return SAME_SOUND
    if len(shorter) >= SHORTEST_LOOSE and loose_sound(one) == loose_sound(other):
        return _SAME_LOOSE_SOUND
    if customs == "korean" and korean_sound(one) == korean_sound(other):
        return _SAME_LOOSE_SOUND
    alike = _by_letters(shorter, longer)
    # "Polar" is no slip of "solar": a trade word is another word, unless a letter is lost.
    if _is_trade(one) != _is_trade(other) and alike < _SLIPS[6]:
        alike = 0.0
    return max(shortened, alike)


def _is_trade(word: str) -> bool:
    """Whether a word is one of the words of trade or kind, in any form of it."""
    return distinctiveness(SYNONYMS.get(word, word)) < COMMON_WEIGHT and not word.isdigit()


def _has_one_stem(one: str, other: str) -> bool:
    return stem(one) == stem(other)


def _initial(one: str, other: str) -> float:
    """An initial beside a name, or beside a country's own name, as in "(U) Ltd"."""
    short, long = (one, other) if len(one) == 1 else (other, one)
    if len(long) < _SHORTEST_BESIDE_INITIAL or short != long[0] or not long.isalpha():
        return 0.0
    return SHORTENED_TRADE_WORD if long in COUNTRY_WORDS else _INITIAL


def misread(word: str) -> str:
    """A word as scanners may have read it."""
    for written, read in _MISREADINGS:
        word = word.replace(written, read)
    return word


def is_behind_article(shorter: str, longer: str) -> bool:
    """Whether the longer word is an article and the shorter one."""
    return any(
        longer.startswith(article) and sound(longer[len(article) :]) == sound(shorter)
        for article in ARTICLES
    )


def _is_place(word: str) -> bool:
    return word in PLACES or word in COUNTRY_WORDS


def stem(word: str) -> str:
    """A word without the ending of a plural or of a trade: "miller", "mills" and "milling"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def _by_letters(one: str, other: str) -> float:
    """Likeness by letters that are wrong."""
    wrong = OSA.distance(one, other, score_cutoff=MOST_WRONG)
    if wrong > MOST_WRONG:
        return 0.0
    longest = len(other)
    share = min(_OTHER_LETTER, 1.0 - LETTER_COST * wrong / longest)
    if wrong == 1:
        if not _is_substitution(one, other):
            share = max(share, _by_length(longest, _SLIPS, _SLIP))
        elif _is_near_letter(one, other, longest):
            share = max(share, _by_length(longest, _NEAR_LETTERS, _NEAR_LETTER))
    elif longest >= _SHORTEST_WITH_TWO_SLIPS and abs(len(one) - longest) == wrong:
        share = _TWO_SLIPS
    return share if share >= LEAST_ALIKE else 0.0


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
