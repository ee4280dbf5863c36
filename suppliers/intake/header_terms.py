"""Terms that are looked for in headers: whole words, or parts where a script joins its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from suppliers.header_text import normalise_header

_JOINED_SCRIPT = re.compile(
    "[\u0600-\u06ff\u0900-\u09ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
#: Of these, scripts with blanks: a term begins a word, to which endings are joined.
_BLANKS = re.compile("[\u0900-\u09ff]")


@dataclass(frozen=True)
class HeaderTerms:
    """Terms by where in a header they count.

    Attributes:
        phrases: one or several whole words.
        most_words: of the longest phrase.
        beginnings: of a word.
        inside: anywhere.
        whole: the whole header.
    """

    phrases: frozenset[str]
    most_words: int
    beginnings: tuple[str, ...]
    inside: tuple[str, ...]
    whole: frozenset[str]

    @classmethod
    def of(cls, text: str) -> HeaderTerms:
        """Terms written with `;` between them; one that begins with `=` is a whole header."""
        terms = [term.strip() for term in text.split(";")]
        whole = _normalised(term for term in terms if term.startswith("="))
        others = _normalised(term for term in terms if not term.startswith("="))
        joined = sorted(term for term in others if _JOINED_SCRIPT.search(term))
        phrases = others.difference(joined)
        return cls(
            phrases,
            max((phrase.count(" ") + 1 for phrase in phrases), default=0),
            tuple(term for term in joined if _BLANKS.search(term)),
            tuple(term for term in joined if not _BLANKS.search(term)),
            whole,
        )

    def are_in(self, header: str) -> bool:
        """Whether one of them is in a header, as `normalise_header` gives it."""
        if header in self.whole or any(term in header for term in self.inside):
            return True
        if any(f" {term}" in f" {header}" for term in self.beginnings):
            return True
        words = header.split(" ")
        return any(
            " ".join(words[start:end]) in self.phrases
            for start in range(len(words))
            for end in range(start + 1, min(len(words), start + self.most_words) + 1)
        )


def _normalised(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normalise_header, terms)) - {""}
