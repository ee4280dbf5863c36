"""The two sides of a match: a supplier of the list, and an entry of a register or list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Identifiers that one company has at most one of, so that two different ones are two companies.
SCHEMES = ("lei", "cik", "company_number", "os_id")

_SHAPE_DIGIT = re.compile(r"\d")
_SHAPE_LETTER = re.compile(r"[A-Z]")
_NOT_ALNUM = re.compile(r"[^0-9A-Z]")
#: Read out loud in reasons.
SCHEME_TITLES: Mapping[str, str] = {
    "lei": "LEI",
    "cik": "SEC CIK",
    "company_number": "company number",
    "os_id": "OS Hub id",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A company as one side knows it.

    Attributes:
        id: its key on that side.
        names: the name, then other names it has or had.
        country: ISO 3166-1 alpha-2; None if the side does not say.
        address: free text; compared and never written anywhere.
        identifiers: value by scheme (`SCHEMES`).
        is_active: False if the register says it is dissolved, retired or merged.
    """

    id: str
    names: tuple[str, ...]
    country: str | None = None
    address: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True


def identifier_verdict(one: Party, other: Party) -> tuple[bool | None, str | None]:
    """Whether identifiers say same (True), different (False) or nothing (None), and which.

    An equal identifier goes before a different one: lists hold stale numbers beside good ones.
    Company numbers speak only within one country, and two of different shape are of different
    registers (a tax number and a register number) and say nothing.
    """
    conflict: str | None = None
    if not one.identifiers or not other.identifiers:
        return None, None
    for scheme in SCHEMES:
        a, b = one.identifiers.get(scheme), other.identifiers.get(scheme)
        if not a or not b:
            continue
        if scheme == "company_number":
            if one.country is None or one.country != other.country:
                continue
            a, b = plain_number(a), plain_number(b)
            if a != b and _shape(a) != _shape(b):
                continue
        if a == b:
            return True, scheme
        conflict = conflict or scheme
    return (None, None) if conflict is None else (False, conflict)


def plain_number(number: str) -> str:
    """A company number without marks and leading zeros: "0895-7400" is "8957400"."""
    return _NOT_ALNUM.sub("", number.upper()).lstrip("0")


def _shape(number: str) -> str:
    return _SHAPE_LETTER.sub("A", _SHAPE_DIGIT.sub("9", number))
