"""Lists of persons in many forms, and lists of companies that resemble them.

The wordings are those of `tests/cases/guard_wordings.csv`; numbers are synthetic, with valid check
digits, and seeds are fixed. Every list knows the texts that were planted into it.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from benchmarks.guard_numbers import BARE_IDS, MARKED_IDS, MOBILES, mobile

WORDINGS = Path(__file__).resolve().parents[1] / "tests" / "cases" / "guard_wordings.csv"
ROWS = 60
HEADER = ("supplier_id", "name", "country", "site_name", "parent", "admin_area")

_COUNTRY_OF = {
    "en": "Bangladesh", "es": "Spain", "pt": "Brazil", "fr": "Morocco", "de": "Germany",
    "hi": "India", "bn": "Bangladesh", "zh": "China", "id": "Indonesia", "vi": "Vietnam",
    "tr": "Turkey", "ar": "Egypt", "ru": "Russia",
}  # fmt: skip
LANGUAGES = ("en", "es", "pt", "fr", "de", "hi", "bn", "zh", "id", "vi", "tr", "ar")
_WORDS = "Meghna Padma Jamuna Surma Delta River Star Moon Blue Green Global Prime Asia Ocean Gold"
_RIVERS = _WORDS.split()


@dataclass(frozen=True)
class PlantedList:
    """A list with what was planted into it.

    Attributes:
        name: form and language.
        is_held_out: whether its wordings are of the half whose errors are not opened.
        rows: cells under `HEADER`; a second table has cells of its own.
        planted: texts that no output may hold.
        in_workbook: whether it is written as XLSX.
    """

    name: str
    is_held_out: bool
    rows: tuple[tuple[str, ...], ...]
    planted: tuple[str, ...]
    in_workbook: bool = False

    def write(self, folder: Path) -> Path:
        """Write the list and give its path."""
        table = [HEADER, *self.rows]
        if self.in_workbook:
            path = folder / f"{self.name}.xlsx"
            with xlsxwriter.Workbook(path) as book:
                sheet = book.add_worksheet()
                for at, row in enumerate(table):
                    sheet.write_row(at, 0, row)
            return path
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
        return path


def is_held_out(kind: str, language: str, text: str) -> bool:
    """Whether a wording is of the half whose errors are not opened."""
    return hashlib.sha256(f"{kind}|{language}|{text}".encode()).digest()[0] % 2 == 1


def wordings(kind: str, *, held_out: bool | None, language: str | None = None) -> list[str]:
    """Wordings of a kind; both halves if `held_out` is None, all languages if none is given."""
    rows = csv.DictReader(WORDINGS.read_text(encoding="utf-8").splitlines())
    return [
        row["text"]
        for row in rows
        if row["kind"] == kind
        and language in (None, row["language"])
        and held_out in (None, is_held_out(kind, row["language"], row["text"]))
    ]


def _of_language(kind: str, language: str, *, held_out: bool) -> list[str]:
    """Wordings of a language, of all where it has none in this half."""
    return wordings(kind, held_out=held_out, language=language) or wordings(kind, held_out=held_out)


def _firms(country: str, draw: random.Random, count: int = ROWS) -> list[list[str]]:
    return [
        [
            f"V-{1000 + number}",
            f"{draw.choice(_RIVERS)} {draw.choice(_RIVERS)} {number} Ltd",
            country,
            f"Unit {number}",
            "",
            "North",
        ]
        for number in range(count)
    ]


_NAME, _SITE, _PARENT, _AREA = 1, 3, 4, 5
_FEW = 3


def person_lists() -> list[PlantedList]:
    """The 80 lists of persons: 16 forms in 5 languages or countries each."""
    found = []
    for number in range(80):
        form = _FORMS[number % len(_FORMS)]
        language = LANGUAGES[(number * 5 + number // len(_FORMS)) % len(LANGUAGES)]
        draw = random.Random(number)
        held_out = (number + number // len(_FORMS)) % 2 == 1
        rows, planted, in_workbook = form(language, held_out, draw)
        name = f"{number:02}_{form.__name__.strip('_')}_{language}"
        found.append(
            PlantedList(name, held_out, tuple(map(tuple, rows)), tuple(planted), in_workbook)
        )
    return found


Made = tuple[list[list[str]], list[str], bool]


def _planted_into(
    rows: list[list[str]], column: int, texts: Sequence[str], draw: random.Random
) -> None:
    for at, text in zip(draw.sample(range(len(rows)), len(texts)), texts, strict=True):
        rows[at][column] = text


def _phones_in_names(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language] if _COUNTRY_OF[language] in MOBILES else "Kenya"
    rows = _firms(country, draw)
    patterns = wordings("phone", held_out=held_out)
    numbers = [mobile(country, draw, bare=False) for _ in range(_FEW)]
    _planted_into(
        rows, draw.choice((_NAME, _SITE)),
        [draw.choice(patterns).replace("{m}", one) for one in numbers], draw,
    )  # fmt: skip
    return rows, numbers, False


def _mobiles_in_areas(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language] if _COUNTRY_OF[language] in MOBILES else "Pakistan"
    rows = _firms(country, draw)
    numbers = [mobile(country, draw, bare=True) for _ in range(20)]
    _planted_into(rows, draw.choice((_AREA, _PARENT)), numbers, draw)
    return rows, numbers, False


def _emails(language: str, held_out: bool, draw: random.Random) -> Made:
    rows = _firms(_COUNTRY_OF[language], draw)
    users = [f"worker{draw.randrange(10**6)}" for _ in range(_FEW)]
    patterns = wordings("email", held_out=held_out)
    texts = [
        draw.choice(patterns)
        .replace("{u}", user)
        .replace("{d}", "examplemail")
        .replace("{{at}}", "{at}")
        for user in users
    ]
    _planted_into(rows, draw.choice((_NAME, _SITE, _PARENT, _AREA)), texts, draw)
    return rows, users, False


def _mobiles_as_ids(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language] if _COUNTRY_OF[language] in MOBILES else "Kenya"
    rows = _firms(country, draw)
    numbers = [mobile(country, draw, bare=True) for _ in range(ROWS)]
    for row, one in zip(rows, numbers, strict=True):
        row[0] = one
    return rows, numbers, False


def _ids_as_ids(language: str, held_out: bool, draw: random.Random) -> Made:
    country = draw.choice(sorted(BARE_IDS))
    rows = _firms(country, draw)
    numbers = [BARE_IDS[country](draw) for _ in range(ROWS)]
    for row, one in zip(rows, numbers, strict=True):
        row[0] = one
    return rows, numbers, False


def _ids_in_two_fifths(language: str, held_out: bool, draw: random.Random) -> Made:
    country = draw.choice(sorted(BARE_IDS))
    rows = _firms(country, draw)
    numbers = [BARE_IDS[country](draw) for _ in range(24)]
    _planted_into(rows, 0, numbers, draw)
    return rows, numbers, False


def _marked_ids_in_texts(language: str, held_out: bool, draw: random.Random) -> Made:
    country = draw.choice(sorted(MARKED_IDS))
    rows = _firms(country, draw)
    numbers = [MARKED_IDS[country](draw) for _ in range(_FEW)]
    texts = [f"Works {one}" for one in numbers]
    _planted_into(rows, draw.choice((_NAME, _SITE, _PARENT)), texts, draw)
    return rows, numbers, False


def _testimony(language: str, held_out: bool, draw: random.Random) -> Made:
    rows = _firms(_COUNTRY_OF[language], draw)
    sentences = _of_language("testimony", language, held_out=held_out)
    texts = [draw.choice(sentences) for _ in range(draw.choice((1, _FEW, 20)))]
    _planted_into(rows, draw.choice((_NAME, _SITE, _PARENT, _AREA)), texts, draw)
    return rows, sorted(set(texts)), False


def _people(language: str, held_out: bool, count: int, draw: random.Random) -> list[str]:
    names = _of_language("name", language, held_out=held_out)
    return [draw.choice(names) for _ in range(count)]


def _table_below(language: str, held_out: bool, draw: random.Random) -> Made:
    rows = _firms(_COUNTRY_OF[language], draw)
    header = draw.choice(_of_language("headers", language, held_out=held_out)).split(";")
    names = _people(language, held_out, 12, draw)
    below = [[one, "x", "F", "12"] for one in names]
    padded = [cells + [""] * (len(HEADER) - len(cells)) for cells in (header, *below)]
    return [*rows, [""] * len(HEADER), *padded], sorted(set(names)), False


def _table_below_in_workbook(language: str, held_out: bool, draw: random.Random) -> Made:
    rows, names, _ = _table_below(language, held_out, draw)
    return rows, names, True


def _rows_below_without_headers(language: str, held_out: bool, draw: random.Random) -> Made:
    rows = _firms(_COUNTRY_OF[language], draw)
    names = _people(language, held_out, 12, draw)
    below = [[str(n + 1), one, "F", "", "", ""] for n, one in enumerate(names)]
    return [*rows, [""] * len(HEADER), *below], sorted(set(names)), False


def _staff_numbers(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language]
    rows = _firms(country, draw)
    names = _people(language, held_out, 15, draw)
    prefix = draw.choice(("EMP", "Worker-", "Staff ", "BADGE#"))
    staff = [[f"{prefix}{draw.randrange(1000, 9999)}", one, country, "", "", ""] for one in names]
    return [*rows, *staff], sorted(set(names)), False


def _names_alone(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language]
    names = _people(language, held_out, 30, draw)
    rows = [[f"{number}", one, country, "", "", ""] for number, one in enumerate(names)]
    return rows, sorted(set(names)), False


def _few_traders(language: str, held_out: bool, draw: random.Random) -> Made:
    rows = _firms(_COUNTRY_OF[language], draw)
    traders = _of_language("trader", language, held_out=held_out)
    texts = [draw.choice(traders) for _ in range(_FEW)]
    _planted_into(rows, draw.choice((_NAME, _SITE)), texts, draw)
    return rows, sorted(set(texts)), False


def _many_traders(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language]
    traders = _of_language("trader", language, held_out=held_out)
    texts = [draw.choice(traders) for _ in range(40)]
    rows = [[f"{number}", one, country, "", "", ""] for number, one in enumerate(texts)]
    return [*_firms(country, draw, 20), *rows], sorted(set(texts)), False


def _titled_names(language: str, held_out: bool, draw: random.Random) -> Made:
    country = _COUNTRY_OF[language]
    title = {"de": "Herr", "es": "Sr.", "pt": "Sr.", "fr": "Mme", "id": "Bapak"}.get(
        language, "Mr."
    )
    names = _people(language, held_out, 30, draw)
    rows = [[f"{n}", f"{title} {one}", country, "", "", ""] for n, one in enumerate(names)]
    return rows, sorted(set(names)), False


_FORMS = (
    _phones_in_names, _mobiles_in_areas, _emails, _mobiles_as_ids, _ids_as_ids, _ids_in_two_fifths,
    _marked_ids_in_texts, _testimony, _table_below, _table_below_in_workbook,
    _rows_below_without_headers, _staff_numbers, _names_alone, _few_traders, _many_traders,
    _titled_names,
)  # fmt: skip


def company_lists() -> list[PlantedList]:
    """The 40 lists of companies that resemble persons, in 12 languages."""
    found = []
    for number in range(40):
        language = LANGUAGES[number % len(LANGUAGES)]
        draw = random.Random(1000 + number)
        held_out = number // len(LANGUAGES) % 2 == 1
        names = _of_language("firm", language, held_out=held_out)
        numbers = _COMPANY_NUMBERS[number % len(_COMPANY_NUMBERS)]
        rows = tuple(
            (
                numbers(at, draw),
                names[at % len(names)] + ("" if at < len(names) else f" {at}"),
                _COUNTRY_OF[language],
                draw.choice(("", "Plant 7", "Casual Wear Unit", "Hotline Building", "Werk 2019")),
                draw.choice(("", "Sons Holding", names[0])),
                draw.choice(("", "Victoria", "San José", "Santa Maria", "Ali Sabieh", "Mobile")),
            )
            for at in range(ROWS)
        )
        found.append(PlantedList(f"{number:02}_companies_{language}", held_out, rows, ()))
    return found


_COMPANY_NUMBERS: tuple[Callable[[int, random.Random], str], ...] = (
    lambda at, _: f"{at + 1}",
    lambda at, _: f"{100000 + at:010}",
    lambda at, _: f"{9876500000 + at}",
    lambda at, _: f"240115-{at + 1:04}",
    lambda _, draw: f"{draw.randrange(10**10, 10**11)}",
    lambda _, draw: f"{draw.randrange(10**9, 10**10)}",
    lambda _, draw: f"{draw.randrange(10**12, 10**13)}",
    lambda at, _: f"NV{at:03}",
    lambda _, draw: f"{draw.randrange(10**8, 10**9)}",
)
