"""Brazilian company numbers (CNPJ): fourteen signs, the last two of them check digits.

From July 2026 the first twelve may be letters; a sign counts as its ASCII code less that of 0
(Receita Federal, Instrução Normativa RFB 2.229/2024), so old numbers keep their check digits.
"""

from __future__ import annotations

import re

#: Signs of the whole number, and of its root, which all sites of a company share.
LENGTH, ROOT = 14, 8

_MARKS = re.compile(r"[\s./-]")
_SHAPE = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_LAST_WEIGHT = 9
#: Spreadsheets drop leading zeros. Eleven digits are the number of a person (CPF), and fewer may be
#: anything, so only two zeros are filled in.
_FEWEST_DIGITS = 12


def cnpj(text: str | None) -> str | None:
    """The fourteen signs of a CNPJ without marks; None where the check digits are not right."""
    plain = _MARKS.sub("", text or "").upper()
    if _SHAPE.fullmatch(plain) is None or len(set(plain)) == 1:
        return None
    return plain if plain[12:] == _check_digits(plain[:12]) else None


def listed_cnpj(text: str | None) -> str | None:
    """A CNPJ as lists hold it, up to two leading zeros missing; None for anything else."""
    plain = _MARKS.sub("", text or "")
    is_short = plain.isascii() and plain.isdecimal() and _FEWEST_DIGITS <= len(plain) < LENGTH
    return cnpj(plain.zfill(LENGTH) if is_short else text)


def _check_digits(base: str) -> str:
    """Weights 2 to 9 from the right, again and again; 11 less the remainder by 11, 0 for 10, 11."""
    for _ in range(2):
        total = sum(
            (ord(sign) - ord("0")) * (2 + position % (_LAST_WEIGHT - 1))
            for position, sign in enumerate(reversed(base))
        )
        rest = total % 11
        base += str(0 if rest < 2 else 11 - rest)
    return base[-2:]
