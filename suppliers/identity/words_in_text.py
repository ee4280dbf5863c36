"""Known words of other scripts found in names, and replaced by their Latin counterpart.

Searching a name for some thousands of words is slow, and names are made of few different pieces.
So pieces between blanks are searched once each, unless one may begin a known phrase.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

#: Letters of scripts that write without blanks, where a word may stand inside a run of letters.
_UNSPACED = re.compile(
    "[\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)

#: Branches by letter; an empty one ends a word.
_Letters: TypeAlias = "dict[str, _Letters]"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is in a text.

    Attributes:
        replaced: the text with its known words replaced.
        found: the words.
        may_begin_phrase: whether it ends as the first word of a phrase does.
    """

    replaced: str
    found: frozenset[str]
    may_begin_phrase: bool


class WordsInText:
    """Any of some words, the longest first; compiled when it is first used."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        """Know some words.

        Args:
            meanings: what stands for each in Latin letters.
        """
        self._meanings = dict(meanings)
        self._phrase_starts = tuple({word.split(" ")[0] for word in meanings if " " in word})

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """As a tree of letters, as a flat list is slow to search."""
        tree: _Letters = {}
        for word in self._meanings:
            branch = tree
            for letter in word:
                branch = branch.setdefault(letter, {})
            branch[""] = {}
        return re.compile(_alternatives(tree))

    def replaced(self, text: str) -> str:
        """A casefolded text with the words replaced, each set off by blanks.

        Inside a longer word of a script that writes blanks nothing is replaced.
        """
        return " ".join([piece.replaced for piece in self._pieces(text)])

    def found(self, text: str) -> frozenset[str]:
        """The words of a casefolded text, also those inside longer ones."""
        return frozenset().union(*[piece.found for piece in self._pieces(text)])

    def _pieces(self, text: str) -> list[_Piece]:
        """Parts of a text across whose ends no word stands."""
        pieces = [_searched(self, piece) for piece in text.split(" ")]
        begun = [piece.may_begin_phrase for piece in pieces[:-1]]
        return [_searched(self, text)] if True in begun else pieces

    def searched(self, text: str) -> _Piece:
        """A text searched as a whole."""
        found = frozenset(self.pattern.findall(text))
        replaced = self.pattern.sub(self._replacement, text) if found else text
        return _Piece(replaced, found, text.endswith(self._phrase_starts))

    def _replacement(self, match: re.Match[str]) -> str:
        found = match[0]
        before, after = match.string[: match.start()], match.string[match.end() :]
        if not _UNSPACED.search(found) and (
            (before[-1:].isalpha() and found[0].isalpha())
            or (after[:1].isalpha() and found[-1].isalpha())
        ):
            return found
        return f" {self._meanings[found]} "


@lru_cache(maxsize=131_072)
def _searched(words: WordsInText, text: str) -> _Piece:
    """What is in a text; pieces come again and again."""
    return words.searched(text)


def _alternatives(tree: _Letters) -> str:
    """What may follow, as a pattern; more letters go before the end of a word."""
    parts = [
        re.escape(letter) + _alternatives(branch)
        for letter, branch in sorted(tree.items())
        if letter
    ]
    if not parts:
        return ""
    joined = parts[0] if len(parts) == 1 and "" not in tree else f"(?:{'|'.join(parts)})"
    return f"{joined}?" if "" in tree else joined
