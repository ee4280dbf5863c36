"""The language of the project: which words it does not use, and the standard term for each.

The words are data (`assets/denied_terms.yaml`); docs/concepts/style.md says why. Banned phrases
of guilt and clearance are another matter (`reports.wording`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

#: Code within prose, and what a web address or a path consists of.
_CODE = re.compile(
    r"^ *```.*?^ *```|``[^`]+``|`[^`\n]+`|<(?:code|pre)\b.*?</(?:code|pre)>|https?://[^\s)>\"']+"
    r"|(?<=\])\([^()\s]*\)",
    re.MULTILINE | re.DOTALL,
)


class Term(BaseModel):
    """A term that is not used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str
    use: str
    scope: Literal["everywhere", "user text"] = "everywhere"
    case: bool = False
    except_: tuple[str, ...] = ()


class _DeniedTerms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: tuple[Term, ...]
    notices: dict[str, tuple[str, ...]]
    banned: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Finding:
    """A denied term in a text.

    Attributes:
        words: as the text has them.
        use: what to write instead.
        start: offset in the text, with its code spans left in.
    """

    words: str
    use: str
    start: int


def denied_in(text: str, user_text: bool = True) -> list[Finding]:
    """The denied terms in an English text, in order.

    Spans and blocks of code, addresses and link targets are not prose and are passed over; so
    are identifiers, since only whole words count and an underscore belongs to a word.

    Args:
        text: plain text or Markdown.
        user_text: False for comments and docstrings, where some terms are allowed.
    """
    prose = _flat(_CODE.sub(lambda match: "\x00" * len(match[0]), text))
    found = []
    for term, pattern, allowed in _compiled():
        if term.scope == "user text" and not user_text:
            continue
        spans = [match.span() for each in allowed for match in each.finditer(prose)]
        for match in pattern.finditer(prose):
            if not any(start < match.end() and match.start() < end for start, end in spans):
                found.append(Finding(match[0], term.use, match.start()))
    return sorted(found, key=lambda finding: finding.start)


def mistranslated_in(text: str, language: str) -> list[str]:
    """Words of a notice in another language that mistranslate the English one, in order."""
    patterns = _denied_terms().notices.get(language, ())
    return [match[0] for each in patterns for match in re.finditer(each, text, re.IGNORECASE)]


def banned_in(text: str, language: str) -> list[str]:
    """Phrases of guilt and clearance in another language than English, in order.

    The English ones are `reports.wording.banned_phrases`.
    """
    patterns = _denied_terms().banned.get(language, ())
    return [
        match[0]
        for each in patterns
        for match in re.finditer(rf"(?<!\w)(?:{each})(?!\w)", text, re.IGNORECASE)
    ]


def translated_languages() -> Sequence[str]:
    """Languages with a list of mistranslations."""
    return tuple(_denied_terms().notices)


def _flat(text: str) -> str:
    """The text with line breaks and comment marks as blanks, each offset kept."""
    return re.sub(r"\s", " ", text)


@cache
def _denied_terms() -> _DeniedTerms:
    document = yaml.safe_load(
        files("reports").joinpath("assets", "denied_terms.yaml").read_text("utf-8")
    )
    for term in document["terms"]:
        term["except_"] = term.pop("except", ())
    return _DeniedTerms.model_validate(document)


@cache
def _compiled() -> tuple[tuple[Term, re.Pattern[str], tuple[re.Pattern[str], ...]], ...]:
    return tuple(
        (
            term,
            _whole_words(term.pattern, 0 if term.case else re.IGNORECASE),
            tuple(_whole_words(each, re.IGNORECASE) for each in term.except_),
        )
        for term in _denied_terms().terms
    )


def _whole_words(pattern: str, flags: int) -> re.Pattern[str]:
    """The pattern outside of words, identifiers and dotted names; blanks may repeat."""
    spaced = pattern.replace(" ", " +")
    return re.compile(rf"(?<![\w.])(?:{spaced})(?!_|\.\w)", flags)
