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
from typing import Literal

import icu
import normality
from rigour.text.translit import ascii_text, should_ascii

from suppliers.identity.consonantal_scripts import in_signs, is_unvowelled
from suppliers.identity.words_in_text import WordsInText
from suppliers.word_lists import word_list

#: What Arabic and Hebrew write before a word and joined to it: "the", "for the", "and the".
_PREFIXES = {
    "arabic": ("", "ال", "لل", "وال", "ولل", "ل", "و"),
    "hebrew": ("", "ה", "ל", "וה", "ו"),
}
_FIRST_OF_ARABIC = "\u0600"


def _with_prefixes(words: Mapping[str, str]) -> dict[str, str]:
    """Each word with each prefix of its script, to its meaning."""
    return {
        f"{prefix}{word}": meaning
        for word, meaning in words.items()
        for prefix in _PREFIXES["arabic" if word >= _FIRST_OF_ARABIC else "hebrew"]
    }


#: Legal forms as written in their own script, to the form as `legal_forms` knows it.
NATIVE_FORMS = word_list("native_forms")
#: Trade words, so that a name and its English rendering share more than its sound.
NATIVE_WORDS = {**_with_prefixes(word_list("prefixed_words")), **word_list("native_words")}


def folded(text: str) -> str:
    """Text without case and compatibility forms, with one kind of apostrophe."""
    return unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text)).casefold()


_QUOTES = re.compile('[«»„“”"‹›()\\[\\]（）【】・,]')
#: Latin letters that do not come apart into a letter and a mark.
_LETTERS = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
#: Cyrillic letters of languages of Asia, as their own customs write them.
_ASIAN_CYRILLIC = str.maketrans({
    "ө": "o", "ү": "u", "ұ": "u", "қ": "q", "ғ": "g", "ң": "ng", "һ": "h", "ә": "a", "і": "i",
    "ҷ": "j", "ҳ": "h", "ӣ": "i", "ӯ": "u", "ў": "o",
})  # fmt: skip
_APOSTROPHES = re.compile("[’´ʻʼ‘]")


#: How kanji are commonly read in names of companies.
KANJI_IN_LATIN = word_list("kanji_in_latin")
_READING = WordsInText(KANJI_IN_LATIN)
_KANJI = re.compile("[\u3005\u4e00-\u9fff]+")
#: Kana, and the legal forms of Japan, distinguish a Japanese name from a Chinese one.
_JAPANESE = re.compile(
    "[\u3041-\u309f\u30a1-\u30fa]|株式会社|有限会社|合同会社|合資会社|\\(株\\)|\\(有\\)"
)
_BY_SOUND = re.compile("[\u0370-\u058f\u0900-\u10ff\u1200-\u137f\u1780-\u17ff]")
_SIMPLIFIED = icu.Transliterator.createInstance("Traditional-Simplified")
_SYLLABIC = re.compile("[\u4e00-\u9fff]")
_THAI = re.compile("[\u0e00-\u0e7f]")
#: What is not heard, what is heard as another letter at the end of a syllable, and vowels that
#: stand for themselves.
_THAI_LETTERS = (
    (re.compile("[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c"), ""),
    (re.compile("รร(?=[\u0e01-\u0e2e](?![\u0e30-\u0e3a]))"), "ั"),
    (re.compile("รร"), "ัน"),
    (re.compile("ญ(?![\u0e30-\u0e3a])"), "น"),
    (re.compile("ทร(?=[\u0e32\u0e31\u0e34\u0e35])"), "ซ"),
    (re.compile("[\u0e47-\u0e4b]"), ""),
)

_FORMS = {folded(word): latin for word, latin in NATIVE_FORMS.items()}
_WORDS = {folded(word): latin for word, latin in NATIVE_WORDS.items()}
_ORDINARY = {
    folded(word): latin for word, latin in _with_prefixes(word_list("ordinary_words")).items()
}
_ALL = {**_ORDINARY, **_WORDS, **_FORMS}
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c00-\uffff]")
_VIETNAMESE = re.compile("[\u0111\u01a1\u01b0\u1ea0-\u1ef9]")
#: Two patterns, as accented Latin names are many and few of them are Vietnamese.
_NATIVE, _NATIVE_AND_ORDINARY, _NATIVE_FORMS = (
    WordsInText({word: _ALL[word] for word in words if _OTHER_SCRIPT.search(word)})
    for words in ({**_WORDS, **_FORMS}, _ALL, _FORMS)
)
_NATIVE_LATIN = WordsInText(
    {word: latin for word, latin in _ALL.items() if not _OTHER_SCRIPT.search(word)}
)
Translated = Literal["nothing", "trade words", "ordinary words too"]
_PATTERNS: Mapping[Translated, WordsInText] = {
    "nothing": _NATIVE_FORMS,
    "trade words": _NATIVE,
    "ordinary words too": _NATIVE_AND_ORDINARY,
}


def latinised(text: str, *, translated: Translated = "trade words") -> str:
    """A casefolded name in Latin letters without accents.

    Args:
        text: casefolded; compatibility forms already folded.
        translated: which words of other scripts come in English; the rest comes by sound.

    Returns:
        ASCII text. Legal forms and trade words of other scripts come as Latin words set off by
        blanks, words without short vowels in capital signs (see `abjads`), the rest by sound.
    """
    if text.isascii():
        return text
    known = text
    if _OTHER_SCRIPT.search(text):
        known = _PATTERNS[translated].replaced(text)
        if _JAPANESE.search(text):
            known = _KANJI.sub(_read_in_japanese, known)
    elif _VIETNAMESE.search(text):
        known = _NATIVE_LATIN.replaced(text)
    return known if known.isascii() else " ".join(map(_word_by_sound, _words(known)))


@lru_cache(maxsize=65_536)
def characters(text: str) -> tuple[str, str]:
    """The Chinese characters of a casefolded name, in their simplified form.

    Many characters are read alike, so that names of one sound may be two names.

    Returns:
        All but those of the legal form; and those of them that are neither trade words nor names of
        places.
    """
    if not is_by_syllable(text):
        return "", ""
    of_name = "".join(_SYLLABIC.findall(_NATIVE_FORMS.pattern.sub(" ", text)))
    of_core = "".join(_SYLLABIC.findall(_NATIVE.pattern.sub(" ", text)))
    return _SIMPLIFIED.transliterate(of_name), _SIMPLIFIED.transliterate(of_core)


def is_by_sound(text: str) -> bool:
    """Whether a casefolded name is in a script whose letters are written by sound, with vowels.

    Its spelling in Latin letters is one of several: Thai, Cyrillic, Greek, Indic and others, and
    kanji, of which the commonest reading is taken. Chinese and Korean syllables are not among them.
    """
    return _BY_SOUND.search(text) is not None or _JAPANESE.search(text) is not None


def is_by_syllable(text: str) -> bool:
    """Whether a casefolded name is in characters that come as one Latin word each."""
    return _SYLLABIC.search(text) is not None


def is_other_script(text: str) -> bool:
    """Whether a name holds a letter that is not Latin."""
    return _OTHER_SCRIPT.search(text) is not None


def has_trade_word(text: str) -> bool:
    """Whether a casefolded name holds a trade word of another script."""
    return is_other_script(text) and not _FORMS.keys() >= _NATIVE.found(text)


def has_ordinary_word(text: str) -> bool:
    """Whether a casefolded name holds an ordinary word that names translate or spell by sound."""
    return is_unvowelled(text) and not _ORDINARY.keys().isdisjoint(text.split())


def is_transliterable(word: str) -> bool:
    """Whether a word is in a script that is not Latin and that writes its vowels."""
    return _OTHER_SCRIPT.search(word) is not None and not is_unvowelled(word)


def by_sound(text: str) -> str:
    """A casefolded text in Latin letters by sound alone, without looking up any word."""
    return " ".join(map(_word_by_sound, _words(text)))


def _read_in_japanese(match: re.Match[str]) -> str:
    read = _READING.pattern.sub(lambda found: KANJI_IN_LATIN[found[0]], match[0])
    return f" {read} "


def _words(text: str) -> list[str]:
    return _QUOTES.sub(" ", text).split()


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
    word = word.translate(_ASIAN_CYRILLIC)
    is_thai = _THAI.search(word) is not None
    if is_thai:
        for written, heard in _THAI_LETTERS:
            word = written.sub(heard, word)
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
    if not any(map(str.isalnum, latin)):
        latin = _by_character_names(word)
    if is_thai:
        # ICU sets blanks between syllables, often inside a word.
        latin = latin.replace("x", "o").replace("ch", "c").replace("c", "ch").replace(" ", "")
    # The vowel that a written consonant of Devanagari carries is silent at the end of a word.
    if _DEVANAGARI.search(word):
        latin = _MEDIAL_VOWEL.sub("", latin)
    if _OPEN_SYLLABLE_LAST.search(latin) and _DEVANAGARI_CONSONANT_LAST.search(word):
        latin = latin.removesuffix("a")
    return latin


def _by_character_names(word: str) -> str:
    """A word of a script that ICU does not romanise (Khmer, Lao, Sinhala) by its letters' names.

    Names in one such script can be compared with each other; they are no spelling by sound.
    """
    names = (unicodedata.name(mark, "").rpartition(" ")[2] for mark in word)
    return "".join(filter(str.isalpha, "".join(names))).lower()


def _hangul_in_latin(letter: str) -> str:
    """A Korean syllable in the Revised Romanization, without changes between syllables."""
    code = ord(letter) - _FIRST_HANGUL
    if not 0 <= code < _HANGUL_SYLLABLES:
        return letter
    first, rest = divmod(code, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return _INITIALS[first] + _VOWELS[vowel] + _FINALS[final]
