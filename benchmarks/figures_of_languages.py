"""Figures of a run in another language against its English outputs: the same numbers everywhere.

Each number is read as its language writes it. What is compared: the words of the page, its embedded
data row by row, each cell of the workbook, and what a browser shows of suppliers.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol
from python_calamine import CalamineWorkbook

from benchmarks.figures_of_page import embedded, text_at, whole_sentences
from benchmarks.shown_figures import RUN
from signals.card import SourceCard
from signals.registry import sources

#: Columns as of `shown_figures.differences`.
_FOUND = dict.fromkeys(("subject", "figure", "why", "seen"), pl.String)
#: What is no figure: addresses, numbers of laws, versions and those of licences.
_NO_FIGURE = re.compile(
    r"https?://\S+|\b10\.\d{4,5}/\S+|\d{4}/\d+|\d+(?:\.\d+){2,}"
    r"|\b(?:CC[ -]BY(?:[ -][A-Z]{2})*|ODbL|ODC-BY|OGL|Licen[cs]e|Lizenz)[ -]?v?\d+\.\d+"
)
_ISO_DAY = re.compile(r"\b(\d{4})-\d{2}-0?(\d{1,2})\b")
_SCRIPT = re.compile(r"<(style|script|svg|head)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def language_differences(english: Path, other: Path, language: str) -> tuple[int, pl.DataFrame]:
    """Compare the page and the workbook of a run with those in English.

    Args:
        english: folder of the run in English.
        other: folder of the run in the other language.
        language: its code.

    Returns:
        How many numbers were compared, and what differs, as `shown_figures.differences` has it.
    """
    pairs = [*_pages(english, other), *_data(english, other, language), *_sheets(english, other)]
    return compared_pairs(pairs, language)


def compared_pairs(
    pairs: list[tuple[str, object, object]], language: str
) -> tuple[int, pl.DataFrame]:
    """Compare texts and numbers: where each pair stands, in English, and in the language."""
    count, rows = 0, []
    for place, one, other in pairs:
        # A text without a translation stays English as a whole.
        expected = numbers_in(one, "en")
        found = numbers_in(other, "en" if one == other else language)
        count += expected.total()
        if expected != found:
            lost, more = (_shown(each) for each in (expected - found, found - expected))
            seen = f"en: {lost or 'the same'} | {language}: {more or 'the same'} | {one} | {other}"
            rows.append((RUN, place, f"another number in {language}", seen))
    return count, pl.DataFrame(rows, schema=_FOUND, orient="row")


def numbers_in(content: object, language: str) -> Counter[str]:
    """The numbers of a text as its language writes them, or a number itself, with its decimals.

    Args:
        content: a text or a number; anything else holds none.
        language: of the text.
    """
    if isinstance(content, bool) or content is None:
        return Counter()
    if isinstance(content, int | float):
        return Counter([repr(float(content))])
    text = _ISO_DAY.sub(r"\1 \2", _proper_names().sub(" ", str(content)))
    for form, kept in _days(language):
        text = form.sub(kept, text)
    text = _NO_FIGURE.sub(" ", text)
    number, group, point = _number(language)
    return Counter(found.replace(group, "").replace(point, ".") for found in number.findall(text))


@cache
def _proper_names() -> re.Pattern[str]:
    """Titles, citations, coverage and licences of sources, which every language has in English."""
    cards = [source.CARD for source in sources().values()]
    texts = {text for card in cards for text in _texts_of(card)}
    longest = sorted((text for text in texts if any(map(str.isdigit, text))), key=len, reverse=True)
    return re.compile("|".join(re.escape(" ".join(text.split())) for text in longest))


def _texts_of(card: SourceCard) -> Iterator[str]:
    yield from filter(None, (card.title, card.citation, card.coverage, card.licence.id))


@cache
def _number(language: str) -> tuple[re.Pattern[str], str, str]:
    locale = "en_GB" if language == "en" else language
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    marks = f"{re.escape(group)}", f"{re.escape(point)}"
    form = rf"\d{{1,3}}(?:{marks[0]}\d{{3}})+(?:{marks[1]}\d+)?|\d+(?:{marks[1]}\d+)?"
    return re.compile(form), group, point


@cache
def _days(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Days with their month as a number, of which only the day and the year are compared."""
    months = {name.lower() for width in ("wide", "abbreviated")
              for name in Locale.parse(language).months["format"][width].values()}  # fmt: skip
    numbered = sorted((name for name in months if any(map(str.isdigit, name))), key=len)
    named = "|".join(map(re.escape, reversed(numbered)))
    found = [(re.compile(r"\b0?(\d{1,2})\.\d{1,2}\.(\d{4})\b"), r"\1 \2"),
             (re.compile(r"\b0?(\d{1,2})/\d{1,2}/(\d{4})\b"), r"\1 \2")]  # fmt: skip
    return tuple([*found, (re.compile(named, re.IGNORECASE), " ")] if named else found)


def _shown(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} x {count}" for number, count in sorted(numbers.items()))


def words_of(page: str) -> str:
    """What a reader sees of a page without its scripts."""
    plain = html.unescape(_TAG.sub(" ", _SCRIPT.sub(" ", page)))
    return " ".join(re.sub("[\u2066-\u2069]", "", plain).split())


def _pages(english: Path, other: Path) -> Iterator[tuple[str, str, str]]:
    one, two = (
        re.split(r"(?=<section|<div class=\"tile)", (each / "report.html").read_text("utf-8"))
        for each in (english, other)
    )
    if len(one) != len(two):
        yield "report.html, parts", str(len(one)), str(len(two))
        return
    for at, (first, second) in enumerate(zip(one, two, strict=True)):
        yield f"report.html, part {at}", words_of(first), words_of(second)


def _data(english: Path, other: Path, language: str) -> Iterator[tuple[str, object, object]]:
    one, two = (embedded((each / "report.html").read_text("utf-8")) for each in (english, other))
    for name in sorted((one.keys() | two.keys()) - {"evidence", "english"}):
        yield from _leaves(f"data.{name}", one.get(name), two.get(name))
    count = len(one["suppliers"]["id"])
    for card, first, second in zip(one["signals"], one["evidence"], two["evidence"], strict=True):
        place = f"data.evidence.{card['id']}"
        for name in sorted((first.keys() | second.keys()) - {"sentence"}):
            yield from _leaves(f"{place}.{name}", first.get(name), second.get(name))
        marks = _number(language)[1:]
        filled = (whole_sentences(card, first, count), whole_sentences(card, second, count, marks))
        yield from _leaves(f"{place}.sentence", *filled)


def _leaves(place: str, one: Any, two: Any) -> Iterator[tuple[str, object, object]]:
    """Leaves of two structures of one shape; a column of coded texts is read row by row."""
    if isinstance(one, dict) and isinstance(two, dict):
        if "codes" in one and "texts" in one and isinstance(one["codes"], list):
            for row in range(len(one["codes"])):
                yield f"{place}[{row}]", text_at(one, row), text_at(two, row)
            return
        for name in sorted(one.keys() | two.keys()):
            yield from _leaves(f"{place}.{name}", one.get(name), two.get(name))
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for at, (first, second) in enumerate(zip(one, two, strict=True)):
            yield from _leaves(f"{place}[{at}]", first, second)
    elif isinstance(one, dict | list) or isinstance(two, dict | list):
        yield place, f"{len(one or ())} 1", f"{len(two or ())} 2"
    else:
        yield place, one, two


def _sheets(english: Path, other: Path) -> Iterator[tuple[str, object, object]]:
    books = [CalamineWorkbook.from_path(str(each / "workbook.xlsx")) for each in (english, other)]
    for at, name in enumerate(books[0].sheet_names):
        one, two = (book.get_sheet_by_index(at).to_python(skip_empty_area=False) for book in books)
        yield f"workbook.xlsx, {name}, rows", len(one), len(two)
        for row, cells in enumerate(zip(one, two, strict=False)):
            for column, (first, second) in enumerate(zip(*cells, strict=False)):
                yield f"workbook.xlsx, {name}, {row + 1}:{column + 1}", first, second


def panel_pairs(
    english: Mapping[str, str], other: Mapping[str, str]
) -> list[tuple[str, object, object]]:
    """Texts of the panels of suppliers, as `figures_of_page.panel_texts` gives them."""
    return [(f"report.html, panel of {one}", english[one], other[one]) for one in sorted(english)]
