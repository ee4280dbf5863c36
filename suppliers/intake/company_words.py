"""Words that stand in names of companies, farms and shops of 60 languages, and in none of persons.

`company_words.txt` has a line for each language or family of languages; the trade words and legal
forms by which names of companies are matched across scripts count as well. In scripts without
blanks a name counts that ends with a word, or holds one of three letters.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

from suppliers.header_text import normalise_header
from suppliers.intake.name_words import given_names, surnames
from suppliers.word_lists import word_list

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
#: Trade words, with "the" and "for the" of Arabic and Hebrew before them, and legal forms.
_TRADES, _PREFIXED, _FORMS = "native_words", "prefixed_words", "native_forms"
_PREFIXES = ("", "ال", "لل", "وال", "ה")
#: Legal forms of sole traders.
_OF_ONE_PERSON = frozenset({"ип", "фоп"})
#: A character alone ("gold", "tea") stands in names of persons, and a word in the middle of one.
_SHORTEST, _ANYWHERE = 2, 3
#: Scripts with letters: shorter trade words ("glass", "gold") are parts of names there.
_LETTERS, _LONGER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"), 5


def has_word_of_firms(name: str) -> bool:
    """Whether a name holds such a word, in any spelling."""
    spaced, anywhere, at_end = _words()
    if _UNSPACED.search(name):
        plain = name.strip()
        return any(word in plain for word in anywhere) or plain.endswith(at_end)
    return any(word in spaced for word in normalise_header(name).split())


@functools.cache
def header_names_companies(header: str) -> bool:
    """Whether a header says that its column holds companies, in the languages of lists.

    `company_headers.txt` has whole words in its first line, in the spelling of `normalise_header`,
    and in its second words of scripts in which a header holds them anywhere.
    """
    path = resources.files("suppliers.intake") / "company_headers.txt"
    spaced, joined = (line.split("|") for line in path.read_text("utf-8").splitlines())
    words = normalise_header(header)
    return any(f" {term} " in f" {words} " for term in spaced) or any(
        normalise_header(term) in words for term in joined
    )


def _is_trade(word: str, meaning: str) -> bool:
    """Whether a word of the matcher is one of companies; a blank marks the name of a place."""
    is_part_of_names = _LETTERS.search(word) is not None and len(word) < _LONGER
    return not meaning.endswith(" ") and not is_part_of_names


@functools.cache
def _words() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    path = resources.files("suppliers.intake") / "company_words.txt"
    words = {
        *path.read_text(encoding="utf-8").split(),
        *(form for form in word_list(_FORMS) if form not in _OF_ONE_PERSON),
        *(word for word, meaning in word_list(_TRADES).items() if _is_trade(word, meaning)),
        *(
            f"{prefix}{word}"
            for word in word_list(_PREFIXED)
            for prefix in _PREFIXES
            if len(word) > _SHORTEST
        ),
    }
    of_names = given_names() | surnames()
    spaced = {
        word
        for text in words
        if not _UNSPACED.search(text) and " " not in text
        for word in [normalise_header(text)]
        if word and word not in of_names
    }
    unspaced = {word for text in words if _UNSPACED.search(text) for word in [text.strip()]}
    return (
        frozenset(spaced),
        tuple(sorted(word for word in unspaced if len(word) >= _ANYWHERE)),
        tuple(sorted(word for word in unspaced if len(word) == _SHORTEST)),
    )
