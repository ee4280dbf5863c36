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
MOST_WRONG = 2
#: Words less alike than this as plain strings are not looked into.
LEAST_RATIO = 40.0

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
#: Trade words and the forms of them that `SYNONYMS` knows, by word and first letter.
_VARIANTS: dict[tuple[str, str], list[str]] = {}
for _form, _word in SYNONYMS.items():
    _VARIANTS.setdefault((_word, _form[0]), []).append(_form)
for _word in {*SYNONYMS.values(), *GENERIC, *TRADES, *DIVIDING, *COUNTRY_WORDS}:
    _VARIANTS.setdefault((_word, _word[0]), []).append(_word)
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
    is_vietnamese: bool = False,
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
        is_vietnamese: the companies are of Vietnam, whose short syllables have one spelling.
    """
    if one.isdigit() or other.isdigit():
        return 0.0
    if len(one) == 1 or len(other) == 1:
        return _initial(one, other)
    if is_in_signs(one) != is_in_signs(other):
        signs, latin = (one, other) if is_in_signs(one) else (other, one)
        return {True: SAME_SOUND, None: UNCERTAIN_SPELLING, False: 0.0}[spells(signs, latin)]
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    shortened = max(_shortened(one, other), _shortened(other, one))
    if one in _MAKING and other in _MAKING:
        return _MADE_ALIKE
    if is_transliterated and (alike := transliterated_similarity(one, other)):
        return max(alike, shortened)
    if (_is_place(one) and _is_place(other)) or (
        is_vietnamese and len(longer) <= _LONGEST_SYLLABLE
    ):
        return shortened
    if _is_trade(one) and _is_trade(other) and not _has_one_stem(one, other):
        return shortened
    if len(shorter) >= _SHORTEST_MISREAD and _misread(one) == _misread(other):
        return _MISREAD
    if len(shorter) >= _SHORTEST_PLACE and (one in PLACES or other in PLACES):
        is_slip = OSA.distance(one, other) == 1 and not _is_substitution(one, other)
        return max(shortened, _SLIP if is_slip else 0.0)
    if is_taiwanese and is_syllables(one) and is_syllables(other):
        return _SAME_LOOSE_SOUND if in_pinyin(one) == in_pinyin(other) else 0.0
    if is_pinyin_likely and is_pinyin(one) and is_pinyin(other):
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
    if len(shorter) >= _SHORTEST_LOOSE and loose_sound(one) == loose_sound(other):
        return _SAME_LOOSE_SOUND
    if is_korean and korean_sound(one) == korean_sound(other):
        return _SAME_LOOSE_SOUND
    alike = _by_letters(shorter, longer)
    # "Polar" is no slip of "solar": a trade word is another word, unless a letter is lost.
    if _is_trade(one) != _is_trade(other) and alike < _SLIPS[6]:
        alike = 0.0
    return max(shortened, alike)


def may_be_shortened(short: str, long: str) -> bool:
    """Whether a word may be a shortened form of a longer one."""
    return _shortened(short, long) > 0.0


def _is_trade(word: str) -> bool:
    """Whether a word is one of the words of trade or kind, in any form of it."""
    return _weight(SYNONYMS.get(word, word)) < COMMON_WEIGHT and not word.isdigit()


def _has_one_stem(one: str, other: str) -> bool:
    return stem(one) == stem(other)


def _initial(one: str, other: str) -> float:
    """An initial beside a name, or beside a country's own name, as in "(U) Ltd"."""
    short, long = (one, other) if len(one) == 1 else (other, one)
    if len(long) < _SHORTEST_BESIDE_INITIAL or short != long[0] or not long.isalpha():
        return 0.0
    return SHORTENED_TRADE_WORD if long in COUNTRY_WORDS else _INITIAL


def _misread(word: str) -> str:
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
    is_possible = short[0] == long[0] or (long, short[0]) in _VARIANTS
    if not is_possible or is_in_signs(short):
        return 0.0
    is_trade_word = _weight(long) <= DIVIDING_WEIGHT or long in COUNTRY_WORDS
    if _weight(short) < FULL_WEIGHT and len(short) > _LONGEST_SHORT:
        return 0.0
    written = _VARIANTS.get((long, short[0]), []) if is_trade_word else [long]
    if not is_trade_word and len(long) - len(short) < LEAST_LOST:
        return 0.0
    most_vowels = _MOST_VOWELS_OF_TRADE_WORD if is_trade_word else 1
    if not any(_is_short_for(short, form, most_vowels) for form in written):
        return 0.0
    if is_trade_word:
        return SHORTENED_TRADE_WORD
    return _by_length(len(short), _SHORTENED, _SHORTENED_LONG)


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
