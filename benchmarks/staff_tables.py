"""Staff tables of factories, farms and agencies, and lists of companies that resemble them.

Forty tables of persons in 23 languages and twenty of companies in 16, then 24 and twelve more that
hold persons in columns that are read, then 40 and 34 in two halves. Each set was written from how
such tables look, before the guard's rules were read for it. Names, numbers and addresses are
synthetic.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.guard_lists import PlantedList

_CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"
_NEXT_TABLE, _NEXT_CELL = "\n#\n", " | "
#: Headers of columns of countries.
_COUNTRY = (
    "country", "pays", "país", "paese", "land", "ülke", "negara", "国家", "国", "국가", "ประเทศ",
    "الدولة", "страна", "देश", "quốc gia", "nchi", "দেশ", "ملک", "አገር", "kraj",
    "البلد", "کشور", "davlat", "מדינה", "நாடு", "රට", "နိုင်ငံ", "ប្រទេស",
)  # fmt: skip
#: Words of headers of company names.
_NAMES = (
    "name", "supplier", "vendor", "lieferant", "werk", "raison", "razón", "empresa", "ragione",
    "firma", "tên công ty", "nama", "企业名称", "会社名", "업체명", "ชื่อบริษัท", "الشركة",
    "наименование", "कंपनी",
)  # fmt: skip
#: Before the header of a column that holds personal data.
_PERSONAL = "*"
#: Before the header of the column of names where it holds companies.
_NAME = "+"
#: Around personal data inside a cell.
_PIECE = re.compile(r"\[\[(.+?)\]\](?!\])")


@dataclass(frozen=True)
class StaffTable(PlantedList):
    """A table under headers of its own.

    Attributes:
        title: language and what it is.
        headers: as written.
        name_header: the one that a user would name as the column of names.
        country: the header of the column of countries where its words do not say it.
        has_personal_ids: whether its first column holds numbers of persons.
    """

    title: str = ""
    headers: tuple[str, ...] = ()
    name_header: str = ""
    country: str | None = None
    has_personal_ids: bool = False

    @property
    def country_header(self) -> str | None:
        """The header of the column that says the country, or None."""
        return self.country or next(
            (one for one in self.headers if one.casefold() in _COUNTRY), None
        )

    def write(self, folder: Path) -> Path:
        """Write the table and give its path."""
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([self.headers, *self.rows])
        return path


def staff_tables() -> list[StaffTable]:
    """The tables of persons; what is in their personal columns is planted."""
    return _tables("staff_tables.txt")


def company_tables() -> list[StaffTable]:
    """The lists of companies."""
    return _tables("company_tables_that_look_alike.txt")


def further_staff_tables() -> list[StaffTable]:
    """Lists that hold persons in the columns that are read, or in a table below the first."""
    return _tables("further_staff_tables.txt")


def further_company_tables() -> list[StaffTable]:
    """Lists of companies that resemble those."""
    return _tables("further_company_tables.txt")


def person_lists_in_halves() -> list[StaffTable]:
    """Lists of persons, split by a hash of their titles."""
    return _tables("person_lists_in_halves.txt")


def company_lists_in_halves() -> list[StaffTable]:
    """Lists of companies that resemble those, split likewise."""
    return _tables("company_lists_in_halves.txt")


def _tables(file: str) -> list[StaffTable]:
    texts = (_CASES / file).read_text(encoding="utf-8").rstrip("\n").split(_NEXT_TABLE)
    return [_table(number, text) for number, text in enumerate(texts, start=1)]


def _table(number: int, text: str) -> StaffTable:
    title, header, *marked = text.split("\n")
    pieces = [piece for line in marked for piece in _PIECE.findall(line)]
    lines = [_PIECE.sub(r"\1", line) for line in marked]
    headers = header.split(_NEXT_CELL)
    rows = tuple(tuple(cell.strip() for cell in line.split(_NEXT_CELL.rstrip())) for line in lines)
    personal = [at for at, name in enumerate(headers) if name.startswith(_PERSONAL)]
    plain = tuple(name.removeprefix(_PERSONAL).removeprefix(_NAME) for name in headers)
    cells = [row[at] for row in rows for at in personal if row[at]]
    of_persons = [plain[at] for at in personal if any(map(str.isalpha, rows[0][at]))]
    of_names = [plain[at] for at, name in enumerate(headers) if name.startswith(_NAME)]
    of_companies = [h for word in _NAMES for h in plain if word in h.casefold()]
    return StaffTable(
        name=f"{number:02d}-{title[:2]}",
        is_held_out=False,
        rows=rows,
        planted=tuple(dict.fromkeys([*cells, *pieces])),
        title=title,
        headers=plain,
        name_header=[*of_names, *of_persons, *of_companies, plain[0]][0],
        has_personal_ids=0 in personal,
    )
