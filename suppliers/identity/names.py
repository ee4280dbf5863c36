"""Names made comparable: Latin letters, no marks, no legal form, trade words in one spelling."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from suppliers.identity.legal_forms import LegalForm, take_off_forms
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
    folded,
    has_trade_word,
    is_by_sound,
    is_by_syllable,
    is_other_script,
    is_transliterable,
    latinised,
)

#: The dot of an initial before another: "S.A." but not "Co.,".
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\s?\w\b)")
#: The French and Italian article before a vowel: "d'exploitation".
_ELIDED = re.compile(r"\b(?:d|l|dell|dall|nell)['`](?=[a-z]{3})")
_APOSTROPHE = re.compile(r"(?<=\w)['`](?=\w)")
#: Capitals are signs of scripts without short vowels.
_WORD = re.compile(r"[a-zA-Z0-9]+")
_ALIAS = re.compile(
    r"\b(?:f/?k/?a|formerly(?: known as)?|also known as|a/?k/?a|d/?b/?a|t/a|trading as"
    r"|previously(?: known as)?|h\.?o\.?d\.?n|nom commercial|nome fantasia|vormals|ci-devant)\b"
    r"[\s.:]*|\(ex\b[-\s.:]*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
#: Numerals of one letter are numerals at the end of a name only.
_LAST_NUMERALS = {"i": "1", "v": "5", "x": "10"}
#: Romanised trade words with fewer letters are names of people and places too.
_SHORTEST_ROMANISED = 6
_SHORTEST_ROMANISED_CHINESE = 5
_LATIN_LETTER = re.compile(r"[a-zA-Z]")
#: What stands between two initials: "J & L", "J and L".
_BETWEEN_INITIALS = frozenset({"and", "und", "et"})
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
        by_sound: the name with its trade words by sound, if they are in another script.
    """

    words: tuple[str, ...]
    form: LegalForm | None
    written: tuple[str, ...] = ()
    is_by_sound: bool = False
    by_sound: ComparableName | None = None

    @property
    def versions(self) -> tuple[ComparableName, ...]:
        """The name, and the same by sound alone."""
        return (self,) if self.by_sound is None else (self, self.by_sound)


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


_MEANINGS = {
    word: meaning
    for word, meaning in _romanised_trade_words().items()
    if not any(word in words for words in (GENERIC, TRADES, COMMON, PLACES, COUNTRY_WORDS))
} | dict(SYNONYMS)


def comparable(name: str) -> ComparableName:
    """Make one name comparable.

    Args:
        name: as written, in any script.
    """
    if "&" in name:
        name = without_entities(name)
    if name.isascii():
        return _comparable(name.lower(), _MEANINGS)
    text = folded(name)
    if not is_other_script(text):
        return _comparable(latinised(text), _MEANINGS)
    # Chinese syllables such as "da" and "la" are no joining words.
    stopwords = frozenset[str]() if is_by_syllable(text) else STOPWORDS
    sounds = is_by_sound(text)
    translated = _comparable(latinised(text), _MEANINGS, stopwords, sounds)
    if not has_trade_word(text):
        return translated
    latin = latinised(text, is_translated=False)
    return replace(translated, by_sound=_comparable(latin, SYNONYMS, stopwords, sounds))


def _comparable(
    latin: str,
    meanings: Mapping[str, str],
    stopwords: frozenset[str] = STOPWORDS,
    is_by_sound: bool = False,
) -> ComparableName:
    if "/" in latin:
        latin = _STATE.sub("", latin) or latin
    if "'" in latin or "`" in latin:
        latin = _APOSTROPHE.sub("", _ELIDED.sub(" ", latin))
    if "." in latin:
        latin = _DOTTED.sub("", latin.replace("f.lli", "flli"))
    raw = _WORD.findall(latin)
    if 1 in map(len, raw):
        raw = _joined_initials(raw)
    left, form = take_off_forms(tuple(raw))
    kept = left
    if not stopwords.isdisjoint(left):
        kept = tuple([word for word in left if word not in stopwords]) or left
    words = tuple([meanings.get(word, word) for word in kept])
    if len(words) > 1 and words[-1] in _LAST_NUMERALS:
        words = (*words[:-1], _LAST_NUMERALS[words[-1]])
    return ComparableName(words, form, kept, is_by_sound)


def without_entities(name: str) -> str:
    """A name with HTML entities as the characters that they stand for, also if escaped twice."""
    if "&" not in name or ";" not in name:
        return name
    return html.unescape(html.unescape(name))


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
            if outside and _is_latin(inside) != _is_latin(outside) and len(inside.strip()) > 3:
                found += [inside.strip(), outside]
    return tuple(dict.fromkeys(found))


def _is_latin(text: str) -> bool:
    return bool(_LATIN_LETTER.search(text))


def _joined_initials(words: Sequence[str]) -> list[str]:
    """Runs of single letters as one word: "a b c trading" as "abc trading".

    Forms that are written in letters ("s a", "p t") are known to the table of forms in both
    ways, so joining them loses none.
    """
    joined: list[str] = []
    run: list[str] = []
    for position, word in enumerate(words):
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        if (
            run
            and word in _BETWEEN_INITIALS
            and len("".join(words[position + 1 : position + 2])) == 1
        ):
            continue
        joined += ["".join(run)] if run else []
        run = []
        joined.append(word)
    return joined + (["".join(run)] if run else [])
