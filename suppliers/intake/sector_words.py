"""Sectors written in words, in 37 languages, read as ISIC divisions.

`sector_words.csv` has for each division the phrases that name it, the English title first, and
those that only name its material or field of use (see `phrase_tables`); `further_words` has those
of further languages. A text is read only where all the phrases found in it name one division;
otherwise the choices are asked about.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from rapidfuzz import fuzz, process

from suppliers.intake.further_words import FurtherWords
from suppliers.intake.phrase_tables import PhraseTable, words_key

_NEAR_SPELLING = 88.0
_SHOWN = 3


@dataclass(frozen=True)
class SectorInWords:
    """What a sector in words stands for.

    Attributes:
        division: ISIC division, or None where it is not sure.
        choices: divisions among which the user decides, likeliest first.
        is_near: the choices are those of words of a similar spelling.
    """

    division: str | None
    choices: tuple[str, ...]
    is_near: bool = False


@functools.lru_cache(maxsize=20_000)
def sector_of_words(text: str) -> SectorInWords:
    """The ISIC division that a text names.

    Args:
        text: the sector as written.
    """
    codes = _words().of_text(text).codes_of(text)
    if len(codes) == 1:
        return SectorInWords(codes[0], codes)
    if codes:
        return SectorInWords(None, tuple(code for code in codes if code)[:_SHOWN])
    phrases = _phrases()
    near = process.extract(
        words_key(text), phrases.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_SPELLING,
        limit=_SHOWN,
    )  # fmt: skip
    choices = dict.fromkeys(code for phrase, _, _ in near for code in phrases[phrase])
    return SectorInWords(None, tuple(choices), is_near=True)


def sector_codes(text: str) -> tuple[str, ...]:
    """All divisions whose phrases are in a text; none if it holds no phrase of a sector."""
    return _words().of_text(text).codes_of(text)


def division_title(division: str) -> str:
    """The English words for a division."""
    return division_titles()[division]


@functools.cache
def _rows() -> tuple[Mapping[str, str], ...]:
    path = resources.files("suppliers.intake") / "sector_words.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _phrases() -> Mapping[str, tuple[str, ...]]:
    """Phrases of the main languages, among which a near spelling is looked for."""
    return _tables()[1]


def _words() -> FurtherWords:
    return _tables()[0]


@functools.cache
def _tables() -> tuple[FurtherWords, Mapping[str, tuple[str, ...]]]:
    """All phrases, and those of the main languages as they were before others are read."""
    table = _table()
    return FurtherWords("sectors", table), table.phrases()


def _table() -> PhraseTable:
    table = PhraseTable()
    for row in _rows():
        materials = [phrase for phrase in row["materials"].split(";") if phrase]
        for phrase in materials:
            table.add(phrase, row["division"], is_material=True)
        for phrase in row["words"].split(";"):
            # Some titles are a material: plastics.
            if not table.has_material(phrase, row["division"]):
                table.add(phrase, row["division"], is_material=False)
    return table


@functools.cache
def division_titles() -> Mapping[str, str]:
    """The English words for each division that words can name."""
    return {row["division"]: row["words"].split(";")[0] for row in _rows()}
