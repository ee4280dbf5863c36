"""Files of Brazil's company register, read line by line: what is kept of listed companies.

The tax office gives each of companies (`Empresas0.zip` to `Empresas9.zip`) and establishments
(`Estabelecimentos0.zip` to `Estabelecimentos9.zip`) as tables in Latin-1 without a header, with
semicolons, every cell in quotation marks, one line a row; some 60 million rows each. Only rows of
companies on the list are split into cells. Partners (`Socios`) and sole traders (`Simples`) are
other files, which are never opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from signals.sources.registers.register_rows import PERSON_RULE, joined
from suppliers.identity.legal_forms import take_off_forms
from suppliers.intake.cnpj import ROOT, cnpj

UNKNOWN_KIND, UNCERTAIN_ROW, WRONG_NUMBER = "unknown_kind", "uncertain_row", "wrong_number"

_WORD = re.compile(r"\w+")
_ACCENT = re.compile("[\u0300-\u036f]")

_COMPANY_CELLS, _SITE_CELLS = 7, 30
#: Groups of the table of legal natures: public bodies, companies, associations, international ones.
_LEGAL_PERSONS = ("1", "2", "3", "5")
#: Natural persons: individual entrepreneurs (with them MEI), and the whole group 4.
_SOLE_TRADER, _NATURAL_PERSONS = "2135", "4"
#: Notaries are named after a person; a foreign investor may be one.
_MAY_BE_PERSONS = frozenset({"3034", "2356"})
_HEAD_OFFICE = "1"
_CLOSED = "08"
_STATUSES = {
    "01": "void",
    "02": "active",
    "03": "suspended",
    "04": "declared unfit",
    _CLOSED: "ended",
}
_NO_DAY = frozenset({"", "0", "00000000"})


@dataclass(frozen=True)
class Wanted:
    """Which companies of the register are on the list.

    Attributes:
        numbers: whole company numbers (CNPJ).
        names: names of suppliers without a number, as `name_key` makes them.
    """

    numbers: frozenset[str]
    names: frozenset[str]

    @property
    def roots(self) -> frozenset[str]:
        """What the numbers of one company begin with."""
        return frozenset(number[:ROOT] for number in self.numbers)


@dataclass(frozen=True)
class Kept:
    """What is kept of one file.

    Attributes:
        rows: cells by name.
        left_out: rows of listed companies that are not read: position in the file and rule.
        read: rows of the file.
        not_listed: rows of companies that are not on the list.
        other_sites: sites of listed companies that are neither on the list nor the head office.
    """

    rows: Sequence[dict[str, str]]
    left_out: Sequence[tuple[int, str]]
    read: int
    not_listed: int
    other_sites: int = 0


def name_key(name: str) -> str:
    """A name as it is looked for: its words in plain letters, without legal form."""
    words = _words(name)
    bare = take_off_forms(words)[0] if words else words
    return " ".join(bare or words)


def companies(lines: Iterable[str], wanted: Wanted) -> Kept:
    """Listed companies of a file of companies: root, name, legal nature.

    A company is listed by the root of its number, or by a name that is equal but for the legal
    form. Natural persons are counted; so is a legal nature that may be one.
    """
    roots = wanted.roots
    first_words = {key.partition(" ")[0] for key in wanted.names}
    rows: list[dict[str, str]] = []
    left_out: list[tuple[int, str]] = []
    read = not_listed = 0
    for position, line in enumerate(lines, start=1):
        read = position
        if line[1 : ROOT + 1] not in roots and not _may_be_named(line, first_words, wanted.names):
            not_listed += 1
            continue
        cells = _cells(line)
        rule = _rule(cells[2]) if len(cells) == _COMPANY_CELLS else UNCERTAIN_ROW
        if rule is not None:
            left_out.append((position, rule))
        else:
            rows.append({"root": cells[0], "name": " ".join(cells[1].split()), "nature": cells[2]})
    return Kept(rows, left_out, read, not_listed)


def establishments(lines: Iterable[str], roots: frozenset[str], numbers: frozenset[str]) -> Kept:
    """Sites of listed companies: those that the list names by number, and head offices.

    Args:
        lines: of a file of establishments.
        roots: of the companies that were kept.
        numbers: whole numbers of the list.

    Returns:
        number, trade_name, status, status_day, since, address, is_head ("1" or ""); texts.
    """
    rows: list[dict[str, str]] = []
    left_out: list[tuple[int, str]] = []
    read = not_listed = other_sites = 0
    for position, line in enumerate(lines, start=1):
        read = position
        if line[1 : ROOT + 1] not in roots:
            not_listed += 1
            continue
        cells = _cells(line)
        if len(cells) != _SITE_CELLS:
            left_out.append((position, UNCERTAIN_ROW))
            continue
        number = "".join(cells[:3])
        if cnpj(number) is None:
            left_out.append((position, WRONG_NUMBER))
        elif number not in numbers and cells[3] != _HEAD_OFFICE:
            other_sites += 1
        else:
            rows.append(_site(number, cells))
    return Kept(rows, left_out, read, not_listed, other_sites)


def _site(number: str, cells: Sequence[str]) -> dict[str, str]:
    # The cell behind the street number may say in whose care the office is.
    street = " ".join(part.strip() for part in cells[13:16] if part.strip())
    return {
        "number": number,
        "trade_name": " ".join(cells[4].split()),
        "status": _STATUSES.get(cells[5].zfill(2), "unknown"),
        "status_day": _day(cells[6]),
        "since": _day(cells[10]),
        "address": joined([street, cells[18], cells[19]]) or "",
        "is_head": "1" if cells[3] == _HEAD_OFFICE else "",
    }


def _rule(nature: str) -> str | None:
    """The rule by which a company of a legal nature is not read."""
    if nature == _SOLE_TRADER or nature.startswith(_NATURAL_PERSONS):
        return PERSON_RULE
    if not nature.startswith(_LEGAL_PERSONS) or nature in _MAY_BE_PERSONS:
        return UNKNOWN_KIND
    return None


def _may_be_named(line: str, first_words: set[str], names: frozenset[str]) -> bool:
    """Whether a line's name is wanted; most lines are passed over by their first word."""
    if not names:
        return False
    start = line.find('";"') + 3
    end = line.find('";"', start)
    if start < 3 or end < 0:
        return False
    name = line[start:end]
    first = _words(name.partition(" ")[0])
    return bool(first) and first[0] in first_words and name_key(name) in names


def _words(text: str) -> tuple[str, ...]:
    plain = text.casefold()
    if not plain.isascii():
        plain = _ACCENT.sub("", unicodedata.normalize("NFKD", plain))
    return tuple(_WORD.findall(plain))


def _cells(line: str) -> list[str]:
    """The cells of a row, all of them in quotation marks; none where a mark is not certain."""
    # Some files hold stray NUL signs.
    plain = line.strip("\r\n").replace("\0", "")
    if len(plain) < 2 or plain[0] != '"' or plain[-1] != '"':
        return []
    cells = plain[1:-1].split('";"')
    if any('"' in cell.replace('""', "") for cell in cells):
        return []
    return [cell.replace('""', '"') for cell in cells]


def _day(text: str) -> str:
    """`20190131` as `2019-01-31`; empty where there is none."""
    plain = text.strip()
    if plain in _NO_DAY or len(plain) != 8 or not plain.isdecimal():
        return ""
    return "-".join(plain[start:end] for start, end in pairwise((0, 4, 6, 8)))
