"""What the pictures of the list have in common: their shape, measures and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.languages.catalogue import Translator
from reports.tables.shown_figures import percent_text, points_text
from signals.card import Pillar

#: Inches: of a picture, and of a line in it.
WIDTH, ROW = 4.8, 0.23
#: Of a row that its bar fills.
BAR = 0.7
PILLARS = [pillar.value for pillar in Pillar if pillar is not Pillar.CONTEXT]


@dataclass(frozen=True)
class Picture:
    """One picture of the page.

    Attributes:
        name: of the picture, for addresses inside the page.
        title: heading.
        lead: how it is to be read.
        svg: the drawing, with its text alternative.
        columns: headers of its table.
        rows: the numbers that are drawn, as text.
        legend: colour (a variable of the style sheet) and meaning.
    """

    name: str
    title: str
    lead: str
    svg: Markup
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    legend: Sequence[tuple[str, str]] = ()


def points_in_words(words: Translator, points: float) -> str:
    """Points in the language of the page."""
    return words.decimal(points_text(float(points)))


def percent_in_words(words: Translator, share: float) -> str:
    """A share, 0 to 1, in percent."""
    return words.decimal(percent_text(float(share)))


def headers(words: Translator, *texts: str) -> tuple[str, ...]:
    """Headers of a table."""
    return tuple(words.text(text) for text in texts)
