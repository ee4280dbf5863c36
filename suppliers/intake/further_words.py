"""Words for goods and industries in languages beside the main ones, by the script of a text.

`further_words/` has for each language and use (goods, sectors) a table: HS chapters or
ISIC divisions, the phrases that name them, and those that only name a material. A row of several
codes has words such as gloves or pipes, which a material beside them decides. The row of the code
``-`` has words that change nothing (frozen, of children). A table is read when a text has letters
of its script, so a list in one language waits for no other.

Source: the words are our own.
"""

import csv
import re
from collections.abc import Mapping
from importlib import resources
from typing import Literal

from suppliers.intake.phrase_tables import PhraseTable, is_marked

Use = Literal["goods", "sectors"]

#: Letters of a script, and the languages written in it; `cs` has Slovak too, `da` Norwegian.
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "[A-Za-z\u00c0-\u024f]": ("ro", "cs", "hu", "sv", "da", "fi", "hr", "ms"),
    "[\u0400-\u04ff]": ("ru", "uk", "bg", "sr"),
    "[\u0370-\u03ff]": ("el",),
    "[\u0590-\u05ff]": ("he",),
    "[\u0600-\u06ff]": ("fa", "ur"),
    "[\u0900-\u097f]": ("hi",),
    "[\u0e00-\u0e7f]": ("th",),
    "[\u3040-\u9fff]": ("ja", "zh_hant"),
    "[\uac00-\ud7a3]": ("ko",),
}
NEUTRAL = "-"
# Shorter words are other words without their accents: íl is clay in Slovak, il an article.
_SHORTEST_UNMARKED = 5


class FurtherWords:
    """A table of phrases to which languages are added when a text needs them."""

    def __init__(self, use: Use, table: PhraseTable) -> None:
        self._use = use
        self._table = table
        self._awaited = {re.compile(letters): SCRIPTS[letters] for letters in SCRIPTS}

    def of_text(self, text: str) -> PhraseTable:
        """The table with the languages of all scripts of a text."""
        needed = [letters for letters in self._awaited if letters.search(text)]
        for letters in needed:
            for language in self._awaited.pop(letters):
                self._add(language)
        return self._table

    def _add(self, language: str) -> None:
        for row in rows_of(self._use, language):
            for column in ("words", "materials"):
                for phrase in filter(None, row[column].split(";")):
                    if row["codes"] == NEUTRAL:
                        self._table.add_neutral(phrase)
                        continue
                    is_short = len(phrase) < _SHORTEST_UNMARKED and is_marked(phrase)
                    for code in row["codes"].split():
                        self._table.add(
                            f"={phrase}" if is_short else phrase,
                            code,
                            is_material=column == "materials",
                        )


def rows_of(use: Use, language: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one table (codes, words, materials); none where a language has no such table."""
    path = resources.files("suppliers.intake") / "further_words" / f"{use}_{language}.csv"
    if not path.is_file():
        return ()
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
