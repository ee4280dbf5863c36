"""Names of countries in all languages, of the package ``countrynames`` (MIT).

The package romanises its 27,000 names whenever it is first asked, which takes longer than a whole
check of a list; here they are romanised once per installation.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

import polars as pl

from suppliers.places.installed_tables import scan_installed

APOSTROPHES = re.compile("['’‘`´ʻʼ]")
#: What the package says of words that are no country.
_NO_COUNTRY = "FAIL"


@functools.cache
def romanised_names() -> tuple[tuple[str, str], ...]:
    """Code and romanised name, in the order of the package; the code is one of its names."""
    table = scan_installed("countries", ("countrynames", "normality", "pyicu-wheels"), _romanised)
    return tuple(table.select("code", "name").collect().rows())


def code_named(text: str) -> str | None:
    """The code of a country or territory by any of its names, as `countrynames.to_code` finds it.

    Args:
        text: name or code in any language and script.

    Returns:
        The package's code, mostly ISO 3166-1 alpha-2, or None.
    """
    from countrynames.util import normalize_name

    plain = text.upper().strip()
    codes, by_name = _codes()
    if plain in codes:
        return plain
    # Some languages write a letter with an apostrophe, which every keyboard has in another form.
    spellings = map(normalize_name, (plain, APOSTROPHES.sub("", plain)))
    known = (by_name[name] for name in spellings if name is not None and name in by_name)
    found = next(known, None)
    return None if found == _NO_COUNTRY else found


@functools.cache
def _codes() -> tuple[frozenset[str], Mapping[str, str]]:
    """All codes, and the code of each name; of several codes the last."""
    by_name = {name: code for code, name in romanised_names()}
    return frozenset(by_name.values()), by_name


def _romanised() -> pl.DataFrame:
    from countrynames.data import DATA
    from countrynames.util import process_data

    rows = [(code, name) for code, name, _ in process_data(DATA)]
    return pl.DataFrame(rows, schema={"code": pl.String, "name": pl.String}, orient="row")
