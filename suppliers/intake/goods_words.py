"""Goods written in words, in 37 languages, read as chapters of the Harmonised System.

`goods_words.csv` has for each chapter the phrases that name goods of it, an English title first,
and those that only name a material (see `phrase_tables`); `further_words` has those of languages
that are read when a text has letters of their script. A text is read only where all the phrases
found in it are of one chapter.

Source of the chapters: Harmonised System 2022 (World Customs Organization). The assignment of
words is our own.
"""

import csv
import functools
from collections.abc import Mapping
from importlib import resources

from suppliers.intake.further_words import FurtherWords
from suppliers.intake.phrase_tables import UNDECIDED, PhraseTable

_SHOWN = 3


@functools.lru_cache(maxsize=20_000)
def chapters_of_words(text: str) -> tuple[str, ...]:
    """HS chapters that a text can mean: one if it is sure, none if it names no goods we know."""
    codes = _words().of_text(text).codes_of(text)
    named = tuple(code for code in codes if code != UNDECIDED)
    if len(codes) != len(named) and len(named) == 1:
        return ()
    return named[:_SHOWN] if len(named) > 1 else named


def chapter_title(chapter: str) -> str:
    """The English words for goods of a chapter."""
    return _titles()[chapter]


@functools.cache
def _rows() -> tuple[Mapping[str, str], ...]:
    path = resources.files("suppliers.intake") / "goods_words.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@functools.cache
def _words() -> FurtherWords:
    table = PhraseTable(reads_forms=True)
    for row in _rows():
        for column in ("words", "materials"):
            for phrase in row[column].split(";"):
                if phrase:
                    table.add(phrase, row["chapter"], is_material=column == "materials")
    return FurtherWords("goods", table)


@functools.cache
def _titles() -> Mapping[str, str]:
    return {row["chapter"]: row["words"].split(";")[0].strip("*") for row in _rows()}
