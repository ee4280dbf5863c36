"""Arabic and Hebrew letters: names written without their short vowels.

A word in one of these scripts comes in capitals, one sign for each letter, so that it is not
taken for a word in Latin letters. Against another such word it is compared letter by letter;
against a word in Latin letters it is a pattern: each consonant may be written in several ways, a
long vowel must sound alike, and one short vowel may stand where nothing is written.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: Letters of both scripts in one sign each. Marks of vowels and of length fall away.
_ARABIC = dict(
    zip(
        "اأإآٱىبپتٹثجچحخدڈذرڑزژسشصضطظعغفڤقكکگلمنںهہھةویيےؤئء",
        "AAAAAABPTTEJCHXDDZRRZGSQSDTZOIFVKKKGLMNNHHHUWYYYWYO",
        strict=True,
    )
)
_HEBREW = dict(zip("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "ABGDHWZXTYKKLMMNNSOPPCCKRQT", strict=True))
_SIGNS = {**_ARABIC, **_HEBREW}
_LETTER = re.compile("[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")
_HEBREW_LETTER = re.compile("[\u0590-\u05ff]")

#: What opens a word and is written apart, or not at all, in Latin letters: "and", "for", "the".
_OPENING = re.compile("^(?:و?ال|لل|وال)(?=..)")
_AND = re.compile("^W.{3}")
_HEBREW_ARTICLE = re.compile("^0H.{3}")
#: Names of God and the like are written whole.
_WHOLE = frozenset({"الله"})

#: A sign of Hebrew is distinguished from one of Arabic by what stands before the word.
_MARK_OF_HEBREW = "0"

#: How Latin letters write each consonant.
_SPELLINGS = {
    "B": "bb?|p",
    "P": "pp?",
    "T": "tt?h?",
    "E": "th|tt?|ss?",
    "J": "dj|jj?|g|zh",
    "C": "t?ch|tsch",
    "H": "hh?",
    "X": "kh|hh?|ch|x",
    "D": "dd?h?",
    "Z": "zz?|dh|th|s",
    "R": "rr?",
    "G": "zh|gg?|j",
    "S": "ss?|c",
    "Q": "sh|sch|ch",
    "I": "gh?|r",
    "F": "ff?|ph",
    "V": "v|f",
    "K": "q|kk?|ck?|g",
    "L": "ll?",
    "M": "mm?",
    "N": "nn?",
}
_HEBREW_SPELLINGS = {
    **_SPELLINGS,
    "B": "bb?|v",
    "P": "pp?|ff?|ph",
    "K": "kk?|ck?|ch|kh|q",
    "X": "ch|hh?|kh",
    "C": "tz|ts|zz?|cz",
    "Q": "sh?|sch",
    "T": "tt?h?",
}
#: Long vowels inside a word; at its start any vowel may stand on the letter.
_LONG = {"A": "aa?|e", "W": "oo?|uu?|ou|au?w|ow|w|v", "Y": "ii?|ee?|y|ai|ay|ei|ey|ie|iyy?a?"}
_OPEN_VOWEL = "[aeiou]{1,2}"
#: Ain is a throat sound that Latin letters leave to its vowels.
_THROAT = "[aeiou]{0,2}"
_FEMININE = "ah?|eh?|at|et"
#: In Hebrew o and u are written, so they may not be read into a word.
_SHORT, _SHORT_IN_HEBREW = "[aeiou]?", "[aei]?"

#: Fewer letters than this that a reader would hear are too few to know a word by.
_LEAST_HEARD = 3


def is_unvowelled(word: str) -> bool:
    """Whether a word holds letters of a script without short vowels."""
    return _LETTER.search(word) is not None


def in_signs(word: str) -> str:
    """A word of such a script in capital signs; its article and "for the" come off.

    Args:
        word: casefolded, of one script; other letters and digits in it are kept.
    """
    bare = word if word in _WHOLE else _OPENING.sub("", word)
    mark = _MARK_OF_HEBREW if _HEBREW_LETTER.search(bare) else ""
    signs = "".join(_SIGNS.get(letter, letter if letter.isascii() else "") for letter in bare)
    return mark + signs if signs else ""


def is_in_signs(word: str) -> bool:
    """Whether a word is one that `in_signs` gave."""
    return word.isupper()


def in_latin(word: str) -> str:
    """A word with its signs in Latin letters, for plain distances between strings."""
    return word.removeprefix(_MARK_OF_HEBREW).translate(_READING) if is_in_signs(word) else word


_READING = str.maketrans(
    {
        **{sign: sign.lower() for sign in "BPTDJHZRSFVKGLMN"},
        "A": "a", "W": "u", "Y": "i", "O": "", "U": "a", "X": "kh", "E": "th", "C": "ch",
        "Q": "sh", "I": "gh",
    }
)  # fmt: skip


def meeting_keys(word: str) -> frozenset[str]:
    """Keys of which two words share one where the one may spell the other; coarse, for blocking.

    The consonants of the word: those that are written in several ways fall together; vowels, y, w
    and h fall away. Words of fewer than two such consonants have no key.

    Args:
        word: in signs or in Latin letters.
    """
    plain = in_latin(word)
    readings = {plain, plain.replace("v", "b"), plain.removeprefix("al"), plain.removeprefix("el")}
    return frozenset(key for key in map(_consonants, readings) if len(key) > 1)


def _consonants(text: str) -> str:
    for written, heard in _TOGETHER:
        text = text.replace(written, heard)
    kept = [letter for letter in text if letter not in "aeiouyvwh"]
    return "".join(letter for i, letter in enumerate(kept) if kept[i - 1 : i] != [letter])


#: The longest first. Ch is k in Semitic names and a sibilant in Persian ones; it counts as k.
_TOGETHER = (
    ("tsch", "k"), ("sch", "s"), ("tch", "k"), ("tz", "s"), ("ts", "s"), ("sh", "s"),
    ("kh", "k"), ("gh", "j"), ("dh", "d"), ("th", "t"), ("ph", "b"), ("dj", "j"), ("ck", "k"),
    ("zh", "j"), ("ch", "k"), ("z", "s"), ("c", "k"), ("q", "k"), ("x", "k"), ("f", "b"),
    ("p", "b"), ("g", "j"),
)  # fmt: skip


@lru_cache(maxsize=65_536)
def _pattern(signs: str) -> tuple[re.Pattern[str], int]:
    """How a word may be written in Latin letters, and how many of its letters are heard."""
    is_hebrew = signs.startswith(_MARK_OF_HEBREW)
    spellings = _HEBREW_SPELLINGS if is_hebrew else _SPELLINGS
    short = _SHORT_IN_HEBREW if is_hebrew else _SHORT
    word = signs.removeprefix(_MARK_OF_HEBREW)
    parts = ["(?:al|el|ul)?"]
    heard = 0
    for place, sign in enumerate(word):
        is_first, is_last = place == 0, place == len(word) - 1
        if sign == "A":
            parts.append(_OPEN_VOWEL if is_first else f"(?:{_LONG['A']}|ah)")
            heard += 1
        elif sign == "O":
            parts.append(_THROAT)
        elif sign == "U":
            parts.append(f"(?:{_FEMININE})")
        elif sign in _LONG:
            consonant = "w|v|u" if sign == "W" else "y|i|j"
            vowel = consonant if is_first else f"{_LONG[sign]}|{consonant}"
            parts.append(f"(?:{vowel}){short if is_first or sign == 'W' else ''}")
            heard += 1
        elif sign == "H" and is_last:
            parts.append(f"(?:h|{_FEMININE}|)")
        elif sign in spellings:
            parts.append(f"(?:{spellings[sign]}){'e?' if is_last else short}")
            heard += 1
        else:
            parts.append(re.escape(sign.lower()))
    return re.compile("".join(parts)), heard


def spells(signs: str, latin: str) -> bool | None:
    """Whether a word in Latin letters may be the unvowelled word; None where it is too short.

    Args:
        signs: as `in_signs` gives it.
        latin: lower case.
    """
    # "And" is one letter, written together with the word that follows.
    readings = (signs, signs[1:]) if _AND.match(signs) else (signs,)
    # The Hebrew article is one letter too, and so is it in Latin letters: "HaNegev" is "Negev".
    if _HEBREW_ARTICLE.match(signs):
        readings = (signs, _MARK_OF_HEBREW + signs[2:])
    for reading in readings:
        pattern, heard = _pattern(reading)
        if pattern.fullmatch(latin) is not None:
            return True if heard >= _LEAST_HEARD else None
    return False
