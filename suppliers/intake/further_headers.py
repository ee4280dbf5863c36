"""Further headers, weaker than those of `header_aliases`: read where a list has no stronger one.

`further_headers.csv` has headers of Ariba, Coupa, SAP, Oracle, Jaggaer, EcoVadis and Open Supply
Hub templates, and of lists kept by hand in some 40 languages; a field may have several rows.
Divisions below a district, such as `ilçe` and `upazila`, are read as the town. A number of a
network such as EcoVadis is the supplier's number only where the list has no number of its own.
"""

import csv
import functools
from collections.abc import Mapping
from importlib import resources

from suppliers.header_text import normalise_header

_GOODS_IN_WORDS = "goods in words"


@functools.cache
def further_headers() -> Mapping[str, str]:
    """Field by normalised header."""
    return {
        normalise_header(header): "commodity" if field == _GOODS_IN_WORDS else field
        for field, headers in reversed(_rows())
        for header in headers
    }


@functools.cache
def goods_headers() -> frozenset[str]:
    """Normalised headers of goods in words: several are no contradiction, then none is read."""
    return frozenset(
        normalise_header(header)
        for field, headers in _rows()
        if field == _GOODS_IN_WORDS
        for header in headers
    )


@functools.cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    path = resources.files("suppliers.intake") / "further_headers.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return tuple((row["field"], tuple(row["headers"].split(";"))) for row in rows)
