"""The workbook to complete: suppliers that lack something, and empty cells for what they lack."""

from __future__ import annotations

import datetime as dt
import functools
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from suppliers.intake.sector_words import division_titles
from suppliers.places.countries import all_countries

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LISTS = "lists"
_NEEDED = "#FFF6D6"
_GIVEN = "#E4E7E5"
#: Columns of the workbook by what is missing.
_ASKED = {
    "no_country": ("country",),
    "no_sector": ("sector",),
    "no_location": ("town", "admin_area", "address", "latitude", "longitude"),
}
_WIDTHS = {"name": 36, "country": 24, "sector": 34, "address": 44, "town": 24, "admin_area": 24}
_USUAL_WIDTH = 14
_DAY = dt.datetime(2000, 1, 1)


def completion_workbook(missing: pl.DataFrame) -> bytes | None:
    """The workbook, or None where nothing is missing; equal frames give equal bytes.

    Cells to complete are yellow, cells that the list already gives are grey and empty. Countries
    and sectors have drop-downs. It holds no address and no coordinate of the list.

    Args:
        missing: of `suppliers.intake.list_check.ListCheck`.
    """
    if missing.is_empty():
        return None
    memory = io.BytesIO()
    # Slow to import, and many lists lack nothing.
    import xlsxwriter

    book = xlsxwriter.Workbook(
        memory,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": "Supplier list: cells to complete", "created": _DAY})
    sheet = book.add_worksheet("to complete")
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    choices = {"country": country_choices(), "sector": sector_choices()}
    for at, texts in enumerate(choices.values()):
        for row, text in enumerate(texts):
            lists.write_string(row, at, text)
    header = book.add_format({"bold": True, "bg_color": "#1D5A43", "font_color": "#FFFFFF"})
    needed = book.add_format({"bg_color": _NEEDED, "border": 1, "border_color": "#D8CFAE"})
    given = book.add_format({"bg_color": _GIVEN})
    asked = {
        column: flag
        for flag, columns in _ASKED.items()
        for column in columns
        if bool(missing[flag].any())
    }
    known = ["supplier_id", "name"]
    if missing["site_id"].null_count() < missing.height:
        known.insert(1, "site_id")
    for at, name in enumerate([*known, *asked]):
        sheet.write_string(0, at, name, header)
        sheet.set_column(at, at, _WIDTHS.get(name, _USUAL_WIDTH))
    for row, values in enumerate(missing.iter_rows(named=True), start=1):
        for at, name in enumerate(known):
            sheet.write_string(row, at, values[name] or "")
        for at, (_, flag) in enumerate(asked.items(), start=len(known)):
            sheet.write_blank(row, at, None, needed if values[flag] else given)
    for at, name in enumerate(asked, start=len(known)):
        if name in choices:
            _drop_down(sheet, missing.height, at, list(choices).index(name), choices[name])
    sheet.freeze_panes(1, len(known))
    book.close()
    return memory.getvalue()


@functools.cache
def country_choices() -> tuple[str, ...]:
    """All countries that lists may name, such as `Bangladesh (BD)`."""
    return tuple(sorted(f"{found.name} ({found.iso2})" for found in all_countries()))


@functools.cache
def sector_choices() -> tuple[str, ...]:
    """ISIC divisions with their titles, such as `14 apparel`."""
    return tuple(f"{code} {title}" for code, title in sorted(division_titles().items()))


def _drop_down(
    sheet: Worksheet, rows: int, column: int, list_column: int, choices: Sequence[str]
) -> None:
    letter = "AB"[list_column]
    sheet.data_validation(
        1,
        column,
        rows,
        column,
        {
            "validate": "list",
            "source": f"={_LISTS}!${letter}$1:${letter}${len(choices)}",
            "error_title": "Not in the list",
            "error_message": "Choose an entry of the list.",
        },
    )
