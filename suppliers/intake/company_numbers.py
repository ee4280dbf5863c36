"""Numbers of Companies House, as the register writes them: eight characters.

Zeros fill up behind the prefix of the register: none for England and Wales, `SC` for Scotland,
`NI` or `R` for Northern Ireland, `OC`, `SO` and `NC` for partnerships.
"""

from __future__ import annotations

import re

import polars as pl

_LENGTH = 8
_BETWEEN = r"[\s./-]"
_SHAPE = re.compile(r"([A-Z]{0,2})(\d+)([A-Z]?)")


def uk_company_number(text: str) -> str:
    """`sc 12345` as `SC012345`, `123456` as `00123456`; what has no such shape is left as it is."""
    plain = re.sub(_BETWEEN, "", text).upper()
    match = _SHAPE.fullmatch(plain)
    if match is None:
        return plain
    prefix, digits, suffix = match.groups()
    return prefix + digits.zfill(_LENGTH - len(prefix) - len(suffix)) + suffix


def uk_company_numbers(column: str) -> pl.Expr:
    """The same for a column of texts; null stays null."""
    plain = pl.col(column).str.replace_all(_BETWEEN, "").str.to_uppercase()
    prefix = plain.str.extract(rf"^{_SHAPE.pattern}$", 1)
    rest = plain.str.strip_prefix(prefix)
    padded = [
        pl.when(prefix.str.len_bytes() == length).then(prefix + rest.str.zfill(_LENGTH - length))
        for length in range(3)
    ]
    return pl.coalesce(*padded, plain)
