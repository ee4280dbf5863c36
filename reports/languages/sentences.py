"""Sentences in the language of the outputs, read back from the English ones.

Scoring writes every sentence once, in English, and keeps it with the run. Here a sentence is
recognised by the template that it was written from; the template is translated by the catalogue,
and so are its parts, and figures get the language's separators. A sentence that no template fits
stays English, and is named as such.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import polars as pl
from babel.numbers import get_decimal_symbol, get_group_symbol

from reports.languages.catalogue import Translator
from reports.languages.relation_patterns import COMPANY_SHAPE, LONGEST_STEP, STEP_SHAPE
from reports.languages.sentence_patterns import MOVES, PATTERNS, PEER, SOURCE
from scoring.explanation.sentences import unit_text
from signals.card import SignalCard

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
#: A figure as `scoring.explanation.sentences` writes it, with what may follow it.
_QUANTITY = re.compile(
    r"([-+]?\d+(?:,\d{3})*(?:\.\d+)?|almost 0)( million| billion)?((?: ?%)?)(?: (.+))?", re.DOTALL
)
#: What may follow a figure that has no translation: a currency.
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TITLE = "title"
#: Parts that are names, which no language translates; any other is a figure or words.
_NAMES = frozenset({
    "source", "sources", "holder", "list", "name", "place", "run", "company", "other", "origin",
    "detail",
})  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
#: What some parts look like; any other may be any text.
_SHAPES = {
    # Brackets that are closed, so that it does not go on to the next entry of a list.
    **dict.fromkeys(("why", "origin", "detail"), r"(?:[^()]|\([^()]*\))+?"),
    "step": STEP_SHAPE,
    "company": COMPANY_SHAPE,
    "other": COMPANY_SHAPE,
    "count": r"\d[\d,]*",
    "source": r"(?!not covered, |too old, )[^;]+?",
    "before": "[^;]+?",
    "after": "[^;]+?",
    "start": r"\d{4}(?:-\d{2}){0,2}",
    "end": r"\d{4}(?:-\d{2}){0,2}",
}
#: Between entries of a list within a sentence, where no bracket is open; and the brackets.
_ENTRIES = re.compile(r"; |(?<=\)), |[()]")
_SHORTEST_ANCHOR = 3
#: Characters by which templates are distinguished before anything else.
_START = 6
#: Parts that say how far something moved a supplier in the list.
_MOVES = frozenset({"own", "known", "others", "method"})
_MOVE = re.compile(r"(up|down) (.+)")


@dataclass(frozen=True)
class _Template:
    """A template with parts: how it is recognised, and its messages, in order, one after another.

    Attributes:
        anchor: a text that every sentence of it has, to pass over the others quickly.
        messages: keys of the catalogue.
        titles: of the signals, as a regular expression.
        length: of its text without the parts.
        start: its first characters before any part.
    """

    anchor: str
    messages: tuple[str, ...]
    titles: str
    length: int
    start: str

    @cached_property
    def form(self) -> re.Pattern[str]:
        """Of the whole sentence; only compiled where a sentence has the anchor."""
        seen: set[str] = set()
        form = []
        for place, piece in enumerate(_PLACEHOLDER.split(" ".join(self.messages))):
            if place % 2 == 0:
                form.append(re.escape(piece))
            elif piece in seen:
                form.append(f"(?P={piece})")
            else:
                seen.add(piece)
                shape = self.titles if piece == _TITLE else _SHAPES.get(piece, ".+?")
                form.append(f"(?P<{piece}>{shape})")
        return re.compile("".join(form), re.DOTALL)


class Sentences:
    """Sentences of a run in one language.

    Attributes:
        language: their code.
        english: texts that no template fits, or that have no translation.
    """

    def __init__(
        self,
        words: Translator,
        cards: Mapping[str, SignalCard],
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Read the templates.

        Args:
            words: of the language.
            cards: of the signals, whose titles and sentences are templates.
            names: in the language by their English form, such as those of countries.
        """
        self.english: set[str] = set()
        self.language = words.language
        self._words = words
        self._is_english = words.language == "en"
        self._known: dict[str, str | None] = dict(names)
        self._separators = _separators(words)
        titled = (card.title for card in cards.values())
        self._titles = {title: words.text(title) for title in titled if title in words.messages}
        self._titles |= {
            f"{title[0].lower()}{title[1:]}": text for title, text in self._titles.items()
        }
        titles = "|".join(re.escape(title) for title in sorted(self._titles, key=len, reverse=True))
        self._by_start: dict[str, list[_Template]] = {}
        # The most specific one first, where one begins as another does.
        self._templates = sorted(
            _templates(cards, titles or "(?!)"), key=lambda each: each.length, reverse=True
        )

    def fresh(self) -> Sentences:
        """The same, with what it has translated so far, and nothing noted as English."""
        other = copy.copy(self)
        other.english = set()
        return other

    def text(self, english: str) -> str:
        """The text in the language; English, and noted in `english`, where it is not known."""
        if self._is_english or not english:
            return english
        found = self._translated(english)
        if found is None and _LETTER.search(english):
            self.english.add(english)
        return english if found is None else found

    def entries(self, english: str) -> str:
        """A list of known texts, such as the steps of a path, entry by entry; else as `text`."""
        found = None if self._is_english else self._part(english)
        return self.text(english) if found is None else found

    def column(self, texts: pl.Series) -> pl.Series:
        """The texts of a column; null stays null."""
        if self._is_english or texts.null_count() == len(texts):
            return texts
        found = {text: self.text(text) for text in texts.drop_nulls().unique()}
        return texts.replace_strict(found, default=None, return_dtype=pl.String)

    def cells(self, texts: pl.Series) -> pl.Series:
        """As `column`; a text that is a list of known ones is read entry by entry."""
        if self._is_english or texts.null_count() == len(texts):
            return texts
        found = {text: self._part(text) or text for text in texts.drop_nulls().unique()}
        return texts.replace_strict(found, default=None, return_dtype=pl.String)

    def is_english(self, text: str) -> bool:
        """Whether a text that `text` gave is English on a page in another language."""
        return text in self.english

    def unit(self, unit: str) -> str:
        """A unit, with the word before it that says that the number is a share."""
        words = unit_text(unit)
        text = self._words.text(words) if words else ""
        return f"share {text}".strip() if words != unit.replace("_", " ").strip() else text

    def figure(self, figure: str) -> str:
        """A figure of an English sentence as the language writes it; other text as it is."""
        return figure if self._is_english else self._part(figure) or figure

    def _translated(self, english: str) -> str | None:
        if english not in self._known:
            # A text that holds itself would not end otherwise.
            self._known[english] = None
            self._known[english] = self._whole(english)
        return self._known[english]

    def _whole(self, english: str) -> str | None:
        exact = self._words.messages.get(english)
        if isinstance(exact, str):
            return exact
        if english in self._titles:
            return self._titles[english]
        figure = self._figure(english)
        if figure is not None:
            return figure
        for template in self._candidates(english[:_START]):
            if template.anchor in english:
                match = template.form.fullmatch(english)
                parts = None if match is None else self._parts(match.groupdict())
                if parts is not None and self._has(template.messages):
                    return " ".join(
                        self._words.text(message, **parts) for message in template.messages
                    )
        return None

    def _candidates(self, start: str) -> Sequence[_Template]:
        """The templates that a text with this start may have been written from, in order."""
        if start not in self._by_start:
            self._by_start[start] = [
                each for each in self._templates if start.startswith(each.start)
            ]
        return self._by_start[start]

    def _has(self, messages: tuple[str, ...]) -> bool:
        return all(message in self._words.messages for message in messages)

    def _parts(self, found: Mapping[str, str]) -> dict[str, str] | None:
        """The parts of a sentence; None where one is English words, so that none is mixed."""
        parts: dict[str, str] = {}
        for name, text in found.items():
            shown = self._move(text) if name in _MOVES else self._part(text)
            if shown is None:
                if name not in _NAMES:
                    return None
                shown = text
            parts[name] = shown
        return parts

    def _move(self, text: str) -> str:
        """A move in the list, such as `up 2.5`, in the words of the page."""
        match = _MOVE.fullmatch(text)
        if match is None:
            return self._words.text("no change")
        forms = MOVES[match[1]]
        number = float(match[2].replace(",", ""))
        return self._words.count(*forms, number, count=match[2].translate(self._separators))

    def _figure(self, text: str) -> str | None:
        """A day, or a figure with a unit; None for other text, or where the unit is not known."""
        if _DAY.fullmatch(text):
            return self._words.date(dt.date.fromisoformat(text))
        quantity = _QUANTITY.fullmatch(text)
        if quantity is None:
            return None
        number, power, percent, rest = quantity.groups()
        unit = rest
        if rest is not None and not _CURRENCY.fullmatch(rest):
            unit = self._translated(rest)
            if unit is None:
                return None
        shown = number.translate(self._separators)
        if not number[-1].isdigit():
            shown = self._words.text(number)
        if power:
            shown = self._words.text(f"{{number}}{power}", number=shown)
        return f"{shown}{percent}{'' if unit is None else f' {unit}'}"

    def _part(self, text: str) -> str | None:
        """A part of a sentence: a figure, a known text, or a list of them; None for other words."""
        found = self._translated(text)
        if found is not None:
            return found
        entries = _entries(text)
        if len(entries) == 1:
            return None if _LETTER.search(text) else text
        shown = [self._part(entry) for entry, _ in entries]
        known = [each for each in shown if each is not None]
        if len(known) < len(shown):
            return None
        marks = (mark for _, mark in entries)
        return "".join(f"{each}{mark}" for each, mark in zip(known, marks, strict=True))


def _entries(text: str) -> list[tuple[str, str]]:
    """The entries of a list within a sentence, each with the mark that follows it."""
    entries, begin, depth = [], 0, 0
    for found in _ENTRIES.finditer(text):
        if found[0] in "()":
            depth += 1 if found[0] == "(" else -1
        elif depth == 0:
            entries.append((text[begin : found.start()], found[0]))
            begin = found.end()
    return [*entries, (text[begin:], "")]


def _separators(words: Translator) -> dict[int, str]:
    locale = "en_GB" if words.language == "en" else words.language
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


def _templates(cards: Mapping[str, SignalCard], titles: str) -> Iterator[_Template]:
    for card in cards.values():
        first = card.sentence
        ends = [PEER] if "{peer}" not in first else []
        if "{source}" not in first:
            ends.append(SOURCE)
        yield _template((first, *ends), titles)
        if ends:
            yield _template((first,), titles)
        for phrase in (card.wording.negative, card.wording.zero, card.wording.positive):
            if "{size}" in phrase and len(_literal(phrase)) >= _SHORTEST_ANCHOR:
                yield _template((phrase,), titles)
    for pattern in PATTERNS:
        yield _template((pattern,), titles)


def _template(messages: tuple[str, ...], titles: str) -> _Template:
    whole = " ".join(messages)
    start = _PLACEHOLDER.split(whole, maxsplit=1)[0][:_START]
    length = len(_PLACEHOLDER.sub("", whole.replace("{step}", LONGEST_STEP)))
    return _Template(_literal(whole), messages, titles, length, start)


def _literal(template: str) -> str:
    """The longest text of a template without a part."""
    return max(_PLACEHOLDER.split(template)[::2], key=len)
