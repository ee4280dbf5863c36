"""Names in scripts other than Latin: legal forms and trade words first, letters after.

Scripts without blanks (Chinese, Japanese, Thai) hide the legal form inside the name, and a
transliteration would turn it into syllables that look like a name. So forms and the commonest
trade words are replaced by their Latin counterpart before the letters are transliterated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import normality
from rigour.text.translit import ascii_text, should_ascii

from suppliers.identity.consonantal_scripts import in_signs, is_unvowelled
from suppliers.identity.word_lists import word_list

#: Legal forms as written in their own script, to the form as `legal_forms` knows it.
NATIVE_FORMS = word_list("native_forms")
#: Trade words, so that a name and its English rendering share more than its sound.
NATIVE_WORDS = word_list("native_words")


def folded(text: str) -> str:
    """Text without case and compatibility forms, with one kind of apostrophe."""
    plain = text.translate(_APOSTROPHES)
    return unicodedata.normalize("NFKC", plain).casefold()


_QUOTES = str.maketrans(dict.fromkeys('«»„“”"‹›()[]（）【】・,', " "))
#: Latin letters that do not come apart into a letter and a mark.
_LETTERS = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’´ʻʼ‘", "'"))


def _alternation(words: Mapping[str, str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in ordered))


_FORMS = {folded(word): latin for word, latin in NATIVE_FORMS.items()}
_WORDS = {folded(word): latin for word, latin in NATIVE_WORDS.items()}
_ALL = {**_WORDS, **_FORMS}
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c00-\uffff]")
_VIETNAMESE = re.compile("[\u0111\u01a1\u01b0\u1ea0-\u1ef9]")
#: Two patterns, as accented Latin names are many and few of them are Vietnamese.
_NATIVE = _alternation({word: latin for word, latin in _ALL.items() if _OTHER_SCRIPT.search(word)})
_NATIVE_LATIN = _alternation(
    {word: latin for word, latin in _ALL.items() if not _OTHER_SCRIPT.search(word)}
)
#: Letters of scripts that write without blanks, where a word may stand inside a run of letters.
_UNSPACED = re.compile(
    "[\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)


def latinised(text: str) -> str:
    """A casefolded name in Latin letters without accents.

    Args:
        text: casefolded; compatibility forms already folded.

    Returns:
        ASCII text. Legal forms and trade words of other scripts come as Latin words set off by
        blanks, words without short vowels in capital signs (see `abjads`), the rest by sound.
    """
    if text.isascii():
        return text
    known = text
    if _OTHER_SCRIPT.search(text):
        known = _NATIVE.sub(_replaced, text)
    elif _VIETNAMESE.search(text):
        known = _NATIVE_LATIN.sub(_replaced, text)
    return known if known.isascii() else " ".join(map(_word_by_sound, _words(known)))


def _words(text: str) -> list[str]:
    return text.translate(_QUOTES).split()


_DEVANAGARI = re.compile("[\u0900-\u097f]")
#: The same vowel inside a word, between a syllable that ends open and one that begins so.
_MEDIAL_VOWEL = re.compile("(?<=[aeiou][b-df-hj-np-tv-z])a(?=[b-df-hj-np-tv-z]{1,3}[aeiou])")
_OPEN_SYLLABLE_LAST = re.compile("[aeiou][b-df-hj-np-tv-z]{1,2}a$")
_DEVANAGARI_CONSONANT_LAST = re.compile("[\u0915-\u0939\u0958-\u095f]$")
#: Between consonants this letter is a vowel, in Bulgarian; in Russian it stands before vowels.
_BULGARIAN_VOWEL = re.compile("(?<=[бвгджзйклмнпрстфхцчшщ])ъ(?=[бвгджзйклмнпрстфхцчшщ])")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_FIRST_HANGUL, _HANGUL_SYLLABLES = 0xAC00, 11_172
_INITIALS = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
)  # fmt: skip
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
_FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip


@lru_cache(maxsize=262_144)
def _word_by_sound(word: str) -> str:
    """One word in Latin letters; words repeat across names, and ICU is slow."""
    if is_unvowelled(word):
        return in_signs(word)
    if "ъ" in word or "ё" in word:
        word = _BULGARIAN_VOWEL.sub("а", word.replace("ё", "е"))
    plain = "".join(
        _LETTERS.get(mark, mark)
        for mark in unicodedata.normalize("NFKD", word)
        if not unicodedata.combining(mark)
    )
    if plain.isascii():
        return plain
    if _HANGUL.search(word):
        word = "".join(map(_hangul_in_latin, unicodedata.normalize("NFC", word)))
    latin = (ascii_text(word) if should_ascii(word) else normality.ascii_text(word)).casefold()
    # The vowel that a written consonant of Devanagari carries is silent at the end of a word.
    if _DEVANAGARI.search(word):
        latin = _MEDIAL_VOWEL.sub("", latin)
    if _OPEN_SYLLABLE_LAST.search(latin) and _DEVANAGARI_CONSONANT_LAST.search(word):
        latin = latin.removesuffix("a")
    return latin


def _hangul_in_latin(letter: str) -> str:
    """A Korean syllable in the Revised Romanization, without changes between syllables."""
    code = ord(letter) - _FIRST_HANGUL
    if not 0 <= code < _HANGUL_SYLLABLES:
        return letter
    first, rest = divmod(code, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return _INITIALS[first] + _VOWELS[vowel] + _FINALS[final]


def _replaced(match: re.Match[str]) -> str:
    found = match[0]
    before, after = match.string[: match.start()], match.string[match.end() :]
    if not _UNSPACED.search(found) and (
        (before[-1:].isalpha() and found[0].isalpha())
        or (after[:1].isalpha() and found[-1].isalpha())
    ):
        return found
    return f" {_ALL[found]} "
