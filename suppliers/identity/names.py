"""Names made comparable: Latin letters, no marks, no legal form, trade words in one spelling."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from suppliers.identity.legal_forms import LegalForm, take_off_forms
from suppliers.identity.name_phrases import has_phrase, joined_initials, with_phrases
from suppliers.identity.name_tokens import (
    COMMON,
    COUNTRY_WORDS,
    GENERIC,
    PLACES,
    STOPWORDS,
    SYNONYMS,
    TRADES,
)
from suppliers.identity.scripts import (
    NATIVE_WORDS,
    by_sound,
    characters,
    folded,
    has_ordinary_word,
    has_trade_word,
    is_by_sound,
    is_by_syllable,
    is_other_script,
    is_transliterable,
    latinised,
)

#: The dot of an initial before another: "S.A." but not "Co.,".
_DOTTED = re.compile(r"\.(?<=\b\w\.)(?=\s?\w\b)")
#: The French and Italian article before a vowel: "d'exploitation".
_ELIDED = re.compile(r"\b(?:d|l|dell|dall|nell)['`](?=[a-z]{3})")
_APOSTROPHE = re.compile(r"['`](?<=\w['`])(?=\w)")
#: Capitals are signs of scripts without short vowels.
_WORD = re.compile(r"[a-zA-Z0-9]+")
#: What stands before another name of the same company, anywhere and after a bracket or comma.
_ALIAS = re.compile(
    r"\b(?:f/?k/?a|n/k/a|formerly(?: known as| called)?|(?:also|now) known as|a/?k/?a|d/?b/?a|t/a"
    r"|trading as|doing business as|previously(?: known as| called)?|h\.?o\.?d\.?n|nom commercial"
    r"|nome fantasia|nombre comercial|vormals|ehemals|firmierte als|ci-devant|anciennement"
    r"|anteriormente|eski ad[ıi]|eski [uü]nvan[ıi]|tidligere|tidigare"
    r"|voorheen|dawniej|d[rř][ií]ve|korábban|fostă|già denominata|раніше|ранее|бывш(?:ее|ая|ий)"
    r"|прежнее название|πρώην|سابقا|سابقاً|trước đây|tên cũ|sebelumnya|dahulu|曾用名|原名)"
    r"(?!\w)[\s.:：]*"
    r"|[(（,]\s*(?:ex|now|antes|antig[ao]|gi[àa]|fr[üu]her|olim|旧社名|旧|原|前身|구|เดิม)"
    r"(?![a-z])[-\s.:：]*"
    r"|(?<=[\s.])antes(?: denominada| llamada)?\s",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);")
#: An entity that stands for a letter with an accent or for "&", without its semicolon.
_UNCLOSED = re.compile(
    r"&(?:amp(?![a-zA-Z])|[AEIOUYaeiouy]acute|[AEIOUaeiou](?:grave|circ|uml)|[ANOano]tilde|yuml"
    r"|[Cc]cedil|[Aa]ring|[Oo]slash|szlig|aelig|AElig)(?!;)"
)
_BRACKETED = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
#: Numerals of one letter are numerals at the end of a name only.
LAST_NUMERALS = {"i": "1", "v": "5", "x": "10"}
#: Romanised trade words with fewer letters are names of people and places too.
_SHORTEST_ROMANISED = 6
_SHORTEST_ROMANISED_CHINESE = 5
_LATIN_LETTER = re.compile(r"[a-zA-Z]")
#: The state of incorporation that registers write behind a name: "Acme Corp /DE/".
_STATE = re.compile(r"\s*[/\\][a-z]{2,3}[/\\]?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComparableName:
    """A name, ready to compare.

    Attributes:
        words: the name's words without legal form and joining words, never empty unless the name
            has no letter or digit. Lower case; words of `abjads` are in capitals.
        form: the legal form found, None if there is none.
        written: the same words before trade words are replaced by their synonyms, with joining
            words among them.
        is_by_sound: the name was in another script, and its letters follow one of several customs.
        in_english: the name with its ordinary words in English too, if it has any.
        characters: see `scripts.characters`.
        by_sound: the name with its trade words by sound, if they are in another script.
    """

    words: tuple[str, ...]
    form: LegalForm | None
    written: tuple[str, ...] = ()
    is_by_sound: bool = False
    by_sound: ComparableName | None = None
    in_english: ComparableName | None = None
    characters: tuple[str, str] = ("", "")

    @property
    def versions(self) -> tuple[ComparableName, ...]:
        """The name, and the same by sound alone and in English."""
        others = (self.by_sound, self.in_english)
        return (self, *(other for other in others if other is not None))


def _romanised_trade_words() -> dict[str, str]:
    """Trade words of other scripts as their sound is written: "fangzhi" is "textile"."""
    romanised: dict[str, str] = {}
    for word, english in NATIVE_WORDS.items():
        meaning = SYNONYMS.get(english, english)
        is_trade_word = meaning in GENERIC or meaning in TRADES
        if len(word) < 2 or not is_trade_word or not is_transliterable(word):
            continue
        latin = by_sound(folded(word)).replace(" ", "")
        least = _SHORTEST_ROMANISED_CHINESE if is_by_syllable(word) else _SHORTEST_ROMANISED
        if len(latin) >= least and latin.isalpha():
            romanised.setdefault(latin, meaning)
    return romanised


MEANINGS = {
    word: meaning
    for word, meaning in _romanised_trade_words().items()
    if not any(word in words for words in (GENERIC, TRADES, COMMON, PLACES, COUNTRY_WORDS))
} | dict(SYNONYMS)


#: Joining words that are left of a name in another script when it is only written in Latin letters.
#: Others are words of trade that sound alike: the Russian for timber is no French article.
_ARTICLES_BY_SOUND = frozenset({"al", "el"})


def comparable(name: str) -> ComparableName:
    """Make one name comparable.

    Args:
        name: as written, in any script.
    """
    latin = in_latin_alone(name)
    if latin is not None:
        return _comparable(latin, MEANINGS)
    text = folded(without_entities(name))
    stopwords = _stopwords(text)
    sounds = is_by_sound(text)
    in_english = heard = None
    if has_ordinary_word(text):
        latin = latinised(text, translated="ordinary words too")
        in_english = _comparable(latin, MEANINGS, stopwords, sounds)
    if has_trade_word(text):
        latin = latinised(text, translated="nothing")
        heard = _comparable(latin, SYNONYMS, _ARTICLES_BY_SOUND, sounds)
    words, form, written = _words_and_form(latinised(text), MEANINGS, stopwords)
    return ComparableName(words, form, written, sounds, heard, in_english, characters(text))


def words_and_form(name: str) -> tuple[tuple[str, ...], LegalForm | None, tuple[str, ...]]:
    """The `words`, `form` and `written` of `comparable`, in less time."""
    latin = in_latin_alone(name)
    if latin is not None:
        return _words_and_form(latin, MEANINGS, STOPWORDS)
    text = folded(without_entities(name))
    return _words_and_form(latinised(text), MEANINGS, _stopwords(text))


def _stopwords(text: str) -> frozenset[str]:
    """Joining words of a name; Chinese syllables such as "da" and "la" are none."""
    return frozenset() if is_by_syllable(text) else STOPWORDS


def in_latin_alone(name: str) -> str | None:
    """A name in lower case without accents; None if any of it is in another script."""
    if "&" in name:
        name = without_entities(name)
    if name.isascii():
        return name.lower()
    text = folded(name)
    return None if is_other_script(text) else latinised(text)


def without_state(latin: str) -> str:
    """A name in lower case without the state of incorporation behind it."""
    return (_STATE.sub("", latin) or latin) if "/" in latin else latin


def without_marks(latin: str) -> str:
    """Names in lower case, without the marks inside words and initials."""
    if "'" in latin or "`" in latin:
        latin = _APOSTROPHE.sub("", _ELIDED.sub(" ", latin))
    return _DOTTED.sub("", latin.replace("f.lli", "flli")) if "." in latin else latin


def _comparable(
    latin: str,
    meanings: Mapping[str, str],
    stopwords: frozenset[str] = STOPWORDS,
    is_by_sound: bool = False,
) -> ComparableName:
    return ComparableName(*_words_and_form(latin, meanings, stopwords), is_by_sound)


def _words_and_form(
    latin: str, meanings: Mapping[str, str], stopwords: frozenset[str]
) -> tuple[tuple[str, ...], LegalForm | None, tuple[str, ...]]:
    """The words of a name with synonyms replaced, its legal form, and the words as written."""
    raw = _WORD.findall(without_marks(without_state(latin)))
    if 1 in map(len, raw):
        raw = joined_initials(raw)
    if has_phrase(raw):
        raw = with_phrases(raw)
    left, form = take_off_forms(tuple(raw))
    if form is None and len(left) > 2 and left[-1] in PLACES:
        # A seat behind the form, as in "Acme doo Beograd", is no part of the name.
        before, form = take_off_forms(left[:-1])
        left = left if form is None else before
    kept = left
    if not stopwords.isdisjoint(left):
        kept = tuple([word for word in left if word not in stopwords]) or left
    words = tuple([meanings.get(word, word) for word in kept])
    if len(words) > 1 and words[-1] in LAST_NUMERALS:
        words = (*words[:-1], LAST_NUMERALS[words[-1]])
    return words, form, kept


def without_entities(name: str) -> str:
    """A name with HTML entities as the characters that they stand for, also if escaped twice.

    Letters with accents count without the semicolon too ("Caf&eacute Noir"); other entities do not,
    as "AT&T" and "R&D" are names.
    """
    if "&" not in name:
        return name
    for _ in range(2 if ";" in name else 0):
        name = _CLOSED.sub(lambda found: html.unescape(found[0]), name)
    return _UNCLOSED.sub(lambda found: html.unescape(f"{found[0]};"), name)


def spellings(name: str) -> tuple[str, ...]:
    """A name and the further names written into it.

    "Acme Ltd (formerly Beta Ltd)" is two names; "华美 (Huamei)" is one in two scripts. A bracket
    that holds a place or a unit stays with its name.
    """
    name = without_entities(name)
    parts = [part.strip(" ,;-") for part in _ALIAS.split(name)]
    found = [part for part in parts if part] or [name]
    for part in list(found):
        for inside in _BRACKETED.findall(part):
            outside = _BRACKETED.sub(" ", part).strip()
            has_letters = any(letter.isalpha() for letter in inside)
            is_other = has_letters and _is_latin(inside) != _is_latin(outside)
            if outside and is_other and len(inside.strip()) > 3:
                found += [inside.strip(), outside]
    return tuple(dict.fromkeys(found))


def _is_latin(text: str) -> bool:
    return bool(_LATIN_LETTER.search(text))
