"""Sectors written in words, in fifteen languages, read as ISIC divisions.

`sector_words.csv` has for each division the words that name it, the English title first. A text is
read only where all the words found in it name one division; otherwise the choices are asked about.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from rapidfuzz import fuzz, process

from suppliers.places.place_names import place_key

_LONGEST_PHRASE = 4
_NEAR_SPELLING = 88.0
_SHOWN = 3
#: Below this many letters a word is looked for whole, never inside another text.
_INSIDE_FROM = 2


@dataclass(frozen=True)
class SectorInWords:
    """What a sector in words stands for.

    Attributes:
        division: ISIC division, or None where it is not sure.
        choices: divisions among which the user decides, likeliest first.
    """

    division: str | None
    choices: tuple[str, ...]


@functools.lru_cache(maxsize=20_000)
def sector_of_words(text: str) -> SectorInWords:
    """The ISIC division that a text names.

    Args:
        text: the sector as written.
    """
    phrases = _phrases()
    key = place_key(text)
    if key in phrases:
        return _of(phrases[key])
    found = _longest(_found_in(key))
    if found:
        return _of(tuple(dict.fromkeys(code for phrase in found for code in phrases[phrase])))
    near = process.extract(
        key, phrases.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_SPELLING, limit=_SHOWN
    )
    choices = dict.fromkeys(code for phrase, _, _ in near for code in phrases[phrase])
    return SectorInWords(None, tuple(choices))


def division_title(division: str) -> str:
    """The English words for a division."""
    return _titles()[division]


def _of(divisions: tuple[str, ...]) -> SectorInWords:
    if len(divisions) == 1:
        return SectorInWords(divisions[0], divisions)
    return SectorInWords(None, divisions[:_SHOWN])


def _found_in(key: str) -> list[str]:
    """Phrases that stand in a text as whole words, or inside it in scripts without blanks."""
    phrases = _phrases()
    words = key.split()
    spans = [
        " ".join(words[start : start + length])
        for length in range(1, _LONGEST_PHRASE + 1)
        for start in range(len(words) - length + 1)
    ]
    found = [span for span in spans if span in phrases]
    if any("\u3040" <= letter <= "\u9fff" for letter in key):
        found += [phrase for phrase in _unspaced() if phrase in key]
    return found


def _longest(found: list[str]) -> list[str]:
    """The phrases that are part of no other phrase found."""
    return [one for one in found if not any(one != other and one in other for other in found)]


@functools.cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    path = resources.files("suppliers.intake") / "sector_words.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return tuple((row["division"], tuple(row["words"].split(";"))) for row in rows)


@functools.cache
def _phrases() -> Mapping[str, tuple[str, ...]]:
    """Divisions of each phrase, by its comparable form."""
    found: dict[str, list[str]] = {}
    for division, words in _rows():
        for word in words:
            divisions = found.setdefault(place_key(word), [])
            if division not in divisions:
                divisions.append(division)
    return {phrase: tuple(divisions) for phrase, divisions in found.items()}


@functools.cache
def _unspaced() -> tuple[str, ...]:
    return tuple(
        phrase
        for phrase in _phrases()
        if len(phrase) >= _INSIDE_FROM and any("\u3040" <= c <= "\u9fff" for c in phrase)
    )


@functools.cache
def _titles() -> Mapping[str, str]:
    return {division: words[0] for division, words in _rows()}
