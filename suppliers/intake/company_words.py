"""Words that stand in names of companies, farms and shops of 60 languages, and in none of persons.

`company_words.txt` has a line for each language or family of languages. In scripts without blanks
a name counts that ends with a word.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

from suppliers.header_text import normalise_header
from suppliers.intake.name_words import given_names, surnames

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)


def has_word_of_firms(name: str) -> bool:
    """Whether a name holds such a word, in any spelling."""
    spaced, unspaced = _words()
    if _UNSPACED.search(name):
        return any(word in name if len(word) > 2 else name.endswith(word) for word in unspaced)
    return any(word in spaced for word in normalise_header(name).split())


@functools.cache
def _words() -> tuple[frozenset[str], tuple[str, ...]]:
    path = resources.files("suppliers.intake") / "company_words.txt"
    words = path.read_text(encoding="utf-8").split()
    spaced = {normalise_header(word) for word in words if not _UNSPACED.search(word)}
    of_names = given_names() | surnames()
    return (
        frozenset(word for word in spaced if word not in of_names),
        tuple(word for word in words if _UNSPACED.search(word)),
    )
