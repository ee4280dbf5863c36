"""Countries of rows without one, from their address or town: `Gazipur, Bangladesh`."""

from __future__ import annotations

import re

import polars as pl

from suppliers.places.countries import resolve_listed_country
from suppliers.places.gazetteer import is_area_of_other_country
from suppliers.places.place_names import bare_place_key

#: Columns whose last part may name the country, in the order in which they are asked.
PLACE_COLUMNS = ("address", "town")
_SEPARATORS = re.compile(r"[,;\n，、。]|\s[-\u2013\u2014]\s")
#: Shorter texts are states of some country: IN, CA, DE.
_SHORTEST = 3
_TWO_LETTERS = frozenset({"UK"})
#: Countries whose addresses begin with them.
_AT_START = ("中华人民共和国", "中国", "中國", "日本国", "日本", "대한민국", "한국")


def with_countries(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Rows whose empty country is that of their address or town, and how many.

    Args:
        rows: all fields as text, null where empty.
    """
    is_open = pl.col("country").is_null()
    asked = rows.filter(is_open).select(PLACE_COLUMNS)
    texts = {text for name in PLACE_COLUMNS for text in asked[name].drop_nulls().unique()}
    found = {text: name for text in texts if (name := country_of_address(text)) is not None}
    if not found:
        return rows, 0
    named = [pl.col(name).replace_strict(found, default=None) for name in PLACE_COLUMNS]
    filled = rows.with_columns(country=pl.coalesce("country", *named))
    return filled, rows["country"].null_count() - filled["country"].null_count()


def country_of_address(text: str) -> str | None:
    """The name of a country that is the last part of an address, as written, or None.

    The part must be the whole name, exactly spelt. Codes of two letters are those of states, too;
    so are names such as `Georgia`. Addresses in Chinese, Japanese and Korean begin with it.
    """
    first = next((name for name in _AT_START if text.strip().startswith(name)), None)
    if first is not None and text.strip() != first:
        return first
    parts = [part.strip(" .") for part in _SEPARATORS.split(text)]
    last = next((part for part in reversed(parts) if part), "")
    words = [word for word in last.split() if not any(map(str.isdigit, word))]
    name = " ".join(words)
    if len(parts) == 1 or (len(name) < _SHORTEST and name not in _TWO_LETTERS):
        return None
    match = resolve_listed_country(name)
    if match is None or match.guessed:
        return None
    is_state = is_area_of_other_country(bare_place_key(name), match.country.iso2)
    return None if is_state else name
