"""Words of persons' names: given names and surnames of 80 countries.

`name_words.txt` holds them in the spelling of `normalise_header`, given names in its first line and
surnames in its second. They were taken once from the name lists of Faker 40 (MIT licence, copyright
Daniele Faraglia and contributors, see `name_words_licence.txt`), without words that name a trade, a
legal form or a country.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

_HANGUL_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류홍전고문양손배백허유남심노하곽성차주우구민"
)
_HANGUL = re.compile(f"^[{_HANGUL_SURNAMES}][가-힣]{{2}}$")
_EAST_ASIAN = re.compile("^[\u3040-\u30ff\u4e00-\u9fff]{3,6}$")


@functools.cache
def given_names() -> frozenset[str]:
    """Given names, one word each."""
    return _lines()[0]


@functools.cache
def surnames() -> frozenset[str]:
    """Surnames, one word each."""
    return _lines()[1]


def is_unspaced_name(text: str) -> bool:
    """Whether a text without blanks has the form of a Korean name, or is a Japanese one.

    A Korean name is a surname and two syllables; of a Japanese one both parts are known.
    """
    if _HANGUL.match(text):
        return True
    return bool(_EAST_ASIAN.match(text)) and any(
        text[:at] in surnames() and text[at:] in given_names() for at in range(1, len(text))
    )


@functools.cache
def _lines() -> tuple[frozenset[str], frozenset[str]]:
    path = resources.files("suppliers.intake") / "name_words.txt"
    given, family = path.read_text(encoding="utf-8").splitlines()
    return frozenset(given.split()), frozenset(family.split())
