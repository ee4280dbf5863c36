"""How words of company names sound, and how other scripts are written in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from rapidfuzz import fuzz

_VOWELS = "aeiouy"
#: A closing h is silent in words longer than this.
_SHORTEST_WITH_SILENT_H = 4

#: Syllables of Chinese names in Latin letters, by what they begin with.
_PINYIN_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v",
    "g|k|h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j|q|x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh|ch|sh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z|c|s": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
#: Each syllable counts in such a name, and one other letter is another name.
_SYLLABLE = (
    "(?:"
    + "|".join(
        f"(?:{start})(?:{'|'.join(sorted(ends.split(), key=len, reverse=True))})"
        for start, ends in _PINYIN_FINALS.items()
    )
    + ")"
)
_PINYIN = re.compile(_SYLLABLE + "{2,}")
_SYLLABLES = re.compile(_SYLLABLE + "+")
#: How names of companies are written where they are: "pinyin" where they may be Chinese, in
#: syllables of which each counts; "wade-giles" where such syllables are written in two ways;
#: "korean" where romanisations differ; "vietnamese" where short syllables have one spelling.
Customs = Literal["pinyin", "wade-giles", "korean", "vietnamese", "other"]
_CUSTOMS: Mapping[str | None, Customs] = {
    None: "pinyin",
    "CN": "pinyin",
    "HK": "pinyin",
    "MO": "pinyin",
    "TW": "wade-giles",
    "KR": "korean",
    "KP": "korean",
    "VN": "vietnamese",
}


def customs_of(country: str | None) -> Customs:
    """Customs of a country; None is a country not known."""
    return _CUSTOMS.get(country, "other")


@lru_cache(maxsize=65_536)
def is_pinyin(word: str) -> bool:
    """Whether a word is made of two or more Chinese syllables."""
    return _PINYIN.fullmatch(word) is not None


_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "k"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("bh", "b"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("que", "ke"),
    ("qui", "ki"),
    ("ch", "9"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("c", "k"),
    ("lv", "lu"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "v"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("ij", "i"),
    ("ii", "i"),
    ("ie", "i"),
    ("iy", "i"),
    ("y", "i"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("z", "s"),
    ("j", "i"),
)


@lru_cache(maxsize=262_144)
def sound(word: str) -> str:
    """A word without the differences that ways of transliterating make.

    Vowels keep their position: "Hansen" and "Hanson" are two names. An h that closes a word after a
    vowel is silent.
    """
    text = word
    for written, spoken in _SOUNDS:
        text = text.replace(written, spoken)
    kept = [text[:1]]
    for before, letter in pairwise(text):
        if letter != before and not (letter == "h" and before not in "aeiou"):
            kept.append(letter)
    if len(kept) > _SHORTEST_WITH_SILENT_H and kept[-1] == "h":
        kept.pop()
    return "".join(kept)


_LOOSE_SOUNDS = (
    ("shch", "s"),
    ("oi", "i"), ("ei", "i"), ("ey", "i"), ("eo", "o"), ("eu", "u"), ("ou", "u"), ("oo", "u"),
    ("ee", "i"), ("ai", "e"), ("ay", "e"), ("ae", "e"), ("oe", "o"), ("ue", "u"), ("iy", "i"),
    ("ij", "i"), ("ts", "s"), ("tz", "s"), ("dzh", "j"), ("zh", "j"), ("dj", "j"), ("tch", "k"),
    ("sch", "s"), ("sh", "s"), ("ch", "k"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"),
    ("dh", "d"), ("bh", "b"), ("x", "ks"), ("q", "k"), ("c", "k"), ("w", "v"), ("z", "s"),
    ("y", "i"), ("j", "i"), ("ii", "i"),
)  # fmt: skip


@lru_cache(maxsize=262_144)
def loose_sound(word: str) -> str:
    """A word as it may sound in several languages; coarser than `sound`, for whole words only."""
    text = word
    for written, spoken in _LOOSE_SOUNDS:
        text = text.replace(written, spoken)
    kept = [text[:1]]
    for before, letter in pairwise(text):
        if letter != before and not (letter == "h" and before not in "aeiou"):
            kept.append(letter)
    return "".join(kept)


#: Initials of Wade-Giles, and of Pinyin, to one letter for both; then finals.
_WADE_GILES = (
    ("hs", "x"), ("zh", "j"), ("ch", "j"), ("q", "j"), ("sh", "S"), ("tz", "z"), ("ts", "z"),
    ("c", "z"), ("k", "g"), ("p", "b"), ("t", "d"), ("ien", "ian"), ("ung", "ong"), ("yu", "u"),
    ("uei", "ui"), ("uo", "o"), ("iou", "iu"), ("ou", "o"), ("ih", "i"), ("xu", "su"),
)  # fmt: skip
_LONGEST_SYLLABLES = 12


@lru_cache(maxsize=65_536)
def in_pinyin(word: str) -> str:
    """A word of Chinese syllables, as Wade-Giles and Pinyin agree on it."""
    for written, agreed in _WADE_GILES:
        word = word.replace(written, agreed)
    return word


@lru_cache(maxsize=65_536)
def is_syllables(word: str) -> bool:
    """Whether a word is made of Chinese syllables, in Wade-Giles or in Pinyin."""
    plain = word.replace("hs", "x").replace("tz", "z").replace("ts", "z").replace("ung", "ong")
    plain = plain.replace("ien", "ian").replace("uei", "ui")
    return len(word) <= _LONGEST_SYLLABLES and _SYLLABLES.fullmatch(plain) is not None


#: Consonants that customs of romanisation exchange. What is not listed stands for itself.
_HEARD_ALIKE = (
    ("shch", "s"), ("tch", "9"), ("sch", "s"), ("tsh", "9"), ("dzh", "s"), ("ts", "s"),
    ("tz", "s"), ("dz", "s"), ("zh", "s"), ("sh", "s"), ("ch", "9"), ("kh", "k"), ("gh", "k"),
    ("ph", "p"), ("th", "t"), ("dh", "t"), ("bh", "p"), ("x", "ks"), ("q", "k"), ("c", "k"),
    ("g", "k"), ("h", "k"), ("d", "t"), ("v", "p"), ("w", "p"), ("b", "p"), ("f", "p"),
    ("z", "s"), ("j", "s"),
)  # fmt: skip
_SHORTEST_SKELETON = 3
_SHORTEST_WITH_ENDING = 4
_LEAST_RATIO_OF_SHORT = 66.0
_LEAST_RATIO_OF_LONG = 55.0
_TRANSLITERATED = 0.92


@lru_cache(maxsize=65_536)
def _skeleton(word: str) -> str:
    for written, heard in _HEARD_ALIKE:
        word = word.replace(written, heard)
    return "".join(
        letter
        for i, letter in enumerate(word)
        if letter not in _VOWELS and word[i - 1 : i] != letter
    )


def transliterated_similarity(one: str, other: str) -> float:
    """How alike a transliterated word and a word in Latin letters are; 0 if they are different.

    Their consonants must be heard alike, and both must open with a vowel or neither.

    Args:
        one: lower case, Latin letters.
        other: the other word.
    """
    skeleton, of_other = _skeleton(one), _skeleton(other)
    if skeleton != of_other:
        # The case ending of a Greek name: "Korinthiakou" is of "Korinthiakos".
        skeleton, of_other = skeleton.removesuffix("s"), of_other.removesuffix("s")
        if skeleton != of_other or len(skeleton) < _SHORTEST_WITH_ENDING:
            return 0.0
    if len(skeleton) < 2:
        return 0.0
    if (one[0] in _VOWELS) != (other[0] in _VOWELS):
        return 0.0
    is_long = len(skeleton) >= _SHORTEST_SKELETON
    least = _LEAST_RATIO_OF_LONG if is_long else _LEAST_RATIO_OF_SHORT
    alike = max(fuzz.ratio(one, other), fuzz.ratio(loose_sound(one), loose_sound(other)))
    return _TRANSLITERATED if alike >= least else 0.0


#: Korean syllables are written as they sound or by several systems: "Young", "Yeong", "Yong".
_KOREAN_SOUNDS = (
    ("oung", "eong"), ("yung", "yeong"), ("sung", "seong"), ("jung", "jeong"), ("chung", "jeong"),
    ("suk", "seok"), ("hyun", "hyeon"), ("kum", "geum"), ("keum", "geum"), ("sun", "seon"),
    ("jun", "jeon"), ("chun", "jeon"), ("yun", "yeon"), ("woo", "u"),
    ("oo", "u"), ("eu", "u"), ("eo", "o"), ("ou", "o"),
    ("ae", "e"), ("ai", "e"), ("wo", "o"), ("ee", "i"), ("ch", "j"), ("sh", "s"), ("kk", "g"),
    ("tt", "d"), ("pp", "b"), ("k", "g"), ("t", "d"), ("p", "b"), ("r", "l"),
)  # fmt: skip


@lru_cache(maxsize=65_536)
def korean_sound(word: str) -> str:
    """A Korean word as its romanisations agree on it."""
    for written, spoken in _KOREAN_SOUNDS:
        word = word.replace(written, spoken)
    return word
