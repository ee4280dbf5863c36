"""The industry that grows, mines or makes goods: from goods in words to ISIC divisions.

Lists often name goods where a sector is asked for (`Palm oil`). Goods of most chapters of the
Harmonised System come from one division; where a chapter holds goods of several (raw cotton and
cotton yarn), `goods_producers.csv` has the words of each. What neither decides is asked about.

Sources: Harmonised System 2022 (World Customs Organization) and ISIC Rev. 4 (United Nations), by
the titles of chapters and divisions. The assignment is our own.
"""

import csv
import functools
from collections.abc import Mapping
from importlib import resources

from suppliers.intake.goods_words import chapters_of_words
from suppliers.intake.phrase_tables import PhraseTable
from suppliers.intake.sector_words import SectorInWords, sector_of_words

#: Divisions of each chapter that `goods_words.csv` has; several where its words alone decide.
PRODUCERS: Mapping[str, tuple[str, ...]] = {
    "01": ("01",), "02": ("10",), "03": ("03", "10"), "04": ("10", "01"), "06": ("01",),
    "07": ("01",), "08": ("01",), "09": ("01", "10"), "10": ("01", "10"), "11": ("10",),
    "12": ("01",), "13": ("01", "20"), "14": ("02", "01"), "15": ("10",), "16": ("10",),
    "17": ("10", "01"), "18": ("01", "10"), "19": ("10",), "20": ("10",), "21": ("10",),
    "22": ("11",), "23": ("10",), "24": ("01", "12"), "25": ("08", "23"), "26": ("07",),
    "27": ("05", "06", "19"), "28": ("20",), "29": ("20", "21"), "30": ("21",), "31": ("20",),
    "32": ("20",), "33": ("20",), "34": ("20",), "35": ("20",), "36": ("20",), "38": ("20",),
    "39": ("20", "22"), "40": ("01", "22"), "41": ("15", "10"), "42": ("15",),
    "43": ("14", "15"), "44": ("02", "16"), "45": ("16",),
    "46": ("16",), "47": ("17",), "48": ("17",), "49": ("18", "58"), "50": ("01", "13"),
    "51": ("01", "13"), "52": ("01", "13"), "53": ("01", "13"), "54": ("13", "20"),
    "55": ("13", "20"), "56": ("13",), "57": ("13",), "58": ("13",), "59": ("13",), "60": ("13",),
    "61": ("14",), "62": ("14",), "63": ("13",), "64": ("15",), "65": ("14", "32"), "66": ("32",),
    "67": ("32",), "68": ("23",), "69": ("23",), "70": ("23",), "71": ("07", "32"), "72": ("24",),
    "73": ("24", "25"), "74": ("24", "25"), "75": ("24",), "76": ("24",), "78": ("24",),
    "79": ("24",), "80": ("24",), "81": ("24",), "82": ("25",), "83": ("25",), "84": ("28", "26"),
    "85": ("26", "27"), "86": ("30",), "87": ("29", "30"), "88": ("30",), "89": ("30",),
    "90": ("26", "32"), "91": ("26",), "92": ("32",), "94": ("31", "27"), "95": ("32",),
    "96": ("32",),
}  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def producers_of_goods(text: str) -> tuple[str, ...]:
    """ISIC divisions that can have produced goods in words: one if it is sure, none if unknown."""
    chapters = chapters_of_words(text)
    if not chapters:
        named = _table().codes_of(text)
        return named if len(named) == 1 and named[0] else ()
    possible = tuple(dict.fromkeys(d for chapter in chapters for d in PRODUCERS.get(chapter, ())))
    if len(possible) == 1:
        return possible
    named = tuple(code for code in _table().codes_of(text) if code)
    if len(chapters) == 1 and len(named) == 1 and named[0] in possible:
        return named
    return possible


def sector_or_goods(text: str) -> SectorInWords:
    """The division of a sector in words, else of the industry that produces goods in words."""
    found = sector_of_words(text)
    if found.choices and not found.is_near:
        return found
    producers = producers_of_goods(text)
    if not producers:
        return found
    return SectorInWords(producers[0] if len(producers) == 1 else None, producers)


def producer_of(text: str, chapter: str | None) -> str | None:
    """The one ISIC division that produces goods, or None if it is not sure.

    Args:
        text: the goods, as a code or in words.
        chapter: their HS chapter; None if it is not known.
    """
    if not any(map(str.isalpha, text)):
        of_chapter = PRODUCERS.get(chapter or "", ())
        return of_chapter[0] if len(of_chapter) == 1 else None
    producers = producers_of_goods(text)
    if len(producers) == 1:
        return producers[0]
    # Words such as `clothing` and `cleaning services` name an industry and no chapter.
    named = sector_of_words(text)
    if named.division is None or named.is_near:
        return None
    return named.division if not producers or named.division in producers else None


def names_goods(text: str) -> bool:
    """Whether a text in a column of sectors names goods of one chapter and no sector."""
    found = sector_of_words(text)
    is_sector = bool(found.choices) and not found.is_near
    return not is_sector and len(chapters_of_words(text)) == 1 and bool(producers_of_goods(text))


@functools.cache
def _table() -> PhraseTable:
    path = resources.files("suppliers.intake") / "goods_producers.csv"
    table = PhraseTable()
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        for phrase in row["words"].split(";"):
            table.add(phrase, row["division"], is_material=False)
    return table
