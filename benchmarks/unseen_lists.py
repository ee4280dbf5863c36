"""Lists of persons and of companies in three parts, each with names and wordings of its own.

The specifications are `tests/cases/unseen_person_lists.toml` and `unseen_company_lists.txt`, which
were written before the guard was read for them. A list draws its rows from the names, companies and
sentences of its part, so that what is found in one part says nothing about the words of the other.
All names,
numbers and addresses are synthetic.
"""

from __future__ import annotations

import csv
import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.ro import cnp
from stdnum.tr import tckimlik

from suppliers.intake.fields import match_header

_CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"
_ROWS = (14, 30)
_SLOT = re.compile(r"\{(\w+)\}")
_INITIALS = "ABCDEFGHJKLMNPRST"


@dataclass(frozen=True)
class UnseenList:
    """A list with what was planted into it.

    Attributes:
        part: "develop", "kept" or "later".
        title: what the list is.
        headers: of its first table.
        rows: of its first table.
        planted: texts of persons that no output may hold.
        layout: where a second table is, and whether a merged cell is above the headers.
        second: headers and rows of the second table.
        mapped: header to field, as a user names them whose headers are not known.
        constants: field to value for all rows.
    """

    part: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    planted: tuple[str, ...] = ()
    layout: str = "plain"
    second: tuple[tuple[str, ...], ...] = ()
    mapped: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    def under_own_headers(self) -> UnseenList:
        """The list with headers that say nothing, those of its fields named by the user."""
        own = tuple(f"Feld {number}" for number in range(1, len(self.headers) + 1))
        fields = [self.mapped.get(header) or match_header(header, {}) for header in self.headers]
        named = {mine: field for mine, field in zip(own, fields, strict=True) if field}
        return replace(self, headers=own, mapped=named)

    def write(self, folder: Path) -> Path:
        """Write the list and give its path."""
        if self.layout in ("plain", "below"):
            path = folder / "list.csv"
            blank = [("",) * len(self.headers)] if self.second else []
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([self.headers, *self.rows, *blank, *self.second])
            return path
        path = folder / "list.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Suppliers")
            first = 0
            if self.layout == "merged":
                sheet.merge_range(0, 0, 0, len(self.headers) - 1, self.title)
                first = 1
            for at, row in enumerate([self.headers, *self.rows]):
                sheet.write_row(first + at, 0, row)
            if self.second:
                other = book.add_worksheet("Sheet2")
                other.write(0, 0, "November")
                for at, row in enumerate(self.second):
                    other.write_row(1 + at, 0, row)
        return path


def unseen_person_lists() -> list[UnseenList]:
    """All lists of persons."""
    file = _CASES / "unseen_person_lists.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        _drawn(one, written, random.Random(number)) for number, one in enumerate(written["lists"])
    ]


def unseen_company_lists() -> list[UnseenList]:
    """All lists of companies."""
    text = (_CASES / "unseen_company_lists.txt").read_text(encoding="utf-8")
    pairs = text.strip().split("\n")
    found = []
    for head, names in zip(pairs[::2], pairs[1::2], strict=True):
        part, language, country, title = head.split(" | ")
        rows = tuple(
            (f"V-{1000 + at}", name, country) for at, name in enumerate(names.split(" | "))
        )
        headers = ("supplier_id", "name", "country")
        found.append(UnseenList(part, f"{language}: {title}", headers, rows))
    return found


def _drawn(one: Mapping[str, Any], written: Mapping[str, Any], draw: random.Random) -> UnseenList:
    words = _Words(one, written, draw)
    rows = words.rows(one["row"])
    second: list[tuple[str, ...]] = []
    if "below_headers" in one:
        second = [tuple(one["below_headers"]), *words.rows(one["below_row"])]
    return UnseenList(
        part=one["part"],
        title=one["title"],
        headers=tuple(one["headers"]),
        rows=tuple(rows),
        planted=tuple(dict.fromkeys(words.planted)),
        layout=one.get("layout", "plain"),
        second=tuple(second),
        mapped=one.get("mapped", {}),
        constants=one.get("constants", {}),
    )


def _split(text: str) -> list[str]:
    """Words of a lexicon, divided by bars where one of them holds a blank."""
    return text.split("|") if "|" in text else text.split()


class _Words:
    """Fills the slots of one list and remembers what is personal."""

    def __init__(
        self, one: Mapping[str, Any], written: Mapping[str, Any], draw: random.Random
    ) -> None:
        part = one["part"]
        self._names = written["names"][part][one["names"]]
        self._firms, self._quotes = written["firms"][part], written["quotes"][part]
        self._nid, self._draw = one.get("nid"), draw
        self.planted: list[str] = []

    def rows(self, templates: Sequence[str]) -> list[tuple[str, ...]]:
        """Rows of a table."""
        numbers = range(1, self._draw.randint(*_ROWS) + 1)
        return [tuple(self._cell(cell, number) for cell in templates) for number in numbers]

    def _cell(self, template: str, number: int) -> str:
        return str(_SLOT.sub(lambda slot: self._fill(slot[1], number), template))

    def _fill(self, slot: str, number: int) -> str:
        draw = self._draw
        if slot == "n":
            return str(number)
        if set(slot) <= {"d"}:
            return str(draw.randint(10 ** (len(slot) - 1), 10 ** len(slot) - 1))
        if slot == "yy":
            return str(draw.randint(18, 25))
        if slot == "company" or (slot == "person_or_company" and number % 2):
            return str(draw.choice(self._firms["names"].split("|")))
        if slot == "town":
            return str(draw.choice(self._firms["towns"].split("|")))
        text: str = {
            "person": self._person,
            "person_or_company": self._person,
            "mobile": self._mobile,
            "quote": lambda: draw.choice(self._quotes["texts"].split("|")),
            "nid": self._national_id,
        }[slot]()
        self.planted.append(text)
        return text

    def _person(self) -> str:
        draw, names = self._draw, self._names

        def part(slot: re.Match[str]) -> str:
            if slot[1].startswith("initial"):
                return draw.choice(_INITIALS)
            if slot[1] == "title":
                return str(draw.choice(names["titles"].split("|")))
            word = draw.choice(_split(names[slot[1].removesuffix("_upper")]))
            return word.upper() if slot[1].endswith("_upper") else word

        return _SLOT.sub(part, names["form"])

    def _mobile(self) -> str:
        return re.sub("#", lambda _: str(self._draw.randrange(10)), self._names["mobile"])

    def _national_id(self) -> str:
        draw = self._draw
        while True:
            if self._nid == "tr":
                text = str(draw.randrange(10**10, 10**11))
                if tckimlik.is_valid(text):
                    return text
            else:
                day = f"{draw.randint(70, 99)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
                stem = f"{draw.choice('12')}{day}{draw.randint(1, 40):02}{draw.randint(1, 999):03}"
                text = stem + str(cnp.calc_check_digit(stem))
                if cnp.is_valid(text):
                    return text
