"""The workbook: the same run for those who live in a spreadsheet, with a sheet to decide on."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.bundle import ReportBundle
from reports.languages.catalogue import Translator, translator
from reports.wording import notices
from reports.workbook.workbook_languages import in_language, move_format
from reports.workbook.workbook_printing import footer, set_printing
from reports.workbook.workbook_rows import BAND, write_rows
from reports.workbook.workbook_shapes import Sheet
from reports.workbook.workbook_sheets import DECISIONS, LIST, REASONS, sheets

_NOTICE_ROW, _NOTE_ROW, _HEADER_ROW = 0, 1, 2
_FIRST_ROW = _HEADER_ROW + 1
_EMPTY_DECISION_ROWS = 200
_MAX_FROZEN = 3
#: Bands as the report colours them: text and ground differ in grey as well.
_BAND_COLOURS = {
    "First priority": ("#7C2A0A", "#FBE7DC"),
    "Second priority": ("#6B4A00", "#FCF1D3"),
    "Third priority": ("#23506E", "#E5EFF6"),
}
_NUMBER_FORMATS = {
    "number": "#,##0",
    "points": "0.0",
    "part": "0.0",
    "percent": "0.0 %",
    "figure": "[>=100]#,##0;[>=1]0.0#;0.0###",
    "date": "yyyy-mm-dd",
}


def workbook_bytes(bundle: ReportBundle, ranked: pl.DataFrame) -> bytes:
    """The whole workbook; equal bundles give equal bytes.

    Text that a spreadsheet would run as a formula is made harmless, and nothing is written as one.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    words = bundle.sentences.fresh()
    parts = [in_language(part, words) for part in sheets(bundle, ranked)]
    rows_of_reasons = _first_rows(next(part for part in parts if part.name == REASONS))
    return sheet_book(
        parts,
        bundle.title,
        " ".join(words.text(text) for text in notices(bundle.is_synthetic)),
        bundle.as_of,
        {LIST: rows_of_reasons},
        translator(bundle.language),
    )


def sheet_book(
    parts: Sequence[Sheet],
    title: str,
    notice: str,
    as_of: dt.date,
    links: Mapping[str, Mapping[str, int]] | None = None,
    words: Translator | None = None,
) -> bytes:
    """Sheets as a workbook; equal sheets give equal bytes.

    Args:
        parts: the sheets, in order.
        title: of the file.
        notice: first line of every sheet.
        as_of: stands for the day of creation.
        links: by name of a sheet: row on the sheet of reasons by supplier id.
        words: of the language that the sheets are in; None: English.
    """
    words = words or translator("en")
    tabs = {part.name: part.shown_name.replace("'", "''") for part in parts}
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    book.set_properties(
        {
            "title": title[:255],
            "comments": notice[:255],
            "created": dt.datetime.combine(as_of, dt.time()),
        }
    )
    formats = _formats(book, words)
    for part in parts:
        targets = {
            supplier_id: f"internal:'{tabs[REASONS]}'!A{row + 1}"
            for supplier_id, row in (links or {}).get(part.name, {}).items()
        }
        _write(book.add_worksheet(part.shown_name), part, notice, formats, targets, words)
    book.close()
    return memory.getvalue()


def _formats(book: Workbook, words: Translator) -> dict[str, Format]:
    made = {
        "notice": book.add_format({"bold": True, "font_color": "#6B4A00"}),
        "note": book.add_format({"italic": True, "font_color": "#55625B"}),
        "header": book.add_format(
            {"bold": True, "bg_color": "#1D5A43", "font_color": "#FFFFFF", "valign": "top"}
        ),
        "text": book.add_format({"valign": "top"}),
        "long": book.add_format({"valign": "top", "text_wrap": True}),
        "band": book.add_format({"valign": "top"}),
    }
    for kind in ("link", "reasons"):
        made[kind] = book.add_format({"valign": "top", "font_color": "#1D5A43", "underline": 1})
    for label, (ink, ground) in _BAND_COLOURS.items():
        look = {"valign": "top", "font_color": ink, "bg_color": ground}
        made[f"{BAND}{words.text(label)}"] = book.add_format(look)
    moves = {"move": move_format(words, "0"), "part_of_move": move_format(words, "0.0")}
    for kind, code in {**_NUMBER_FORMATS, **moves}.items():
        made[kind] = book.add_format({"valign": "top", "num_format": code})
    return made


def _first_rows(part: Sheet) -> dict[str, int]:
    """Row of the sheet where each supplier's rows begin."""
    first: dict[str, int] = {}
    for row, supplier_id in enumerate(part.rows["supplier_id"], start=_FIRST_ROW):
        first.setdefault(supplier_id, row)
    return first


def _write(
    sheet: Worksheet,
    part: Sheet,
    notice: str,
    formats: Mapping[str, Format],
    links: Mapping[str, str],
    words: Translator,
) -> None:
    sheet.write_string(_NOTICE_ROW, 0, notice, formats["notice"])
    sheet.write_string(_NOTE_ROW, 0, " ".join(part.note.splitlines()), formats["note"])
    for column, shape in enumerate(part.columns.values()):
        sheet.set_column(column, column, shape.width)
        sheet.write_string(_HEADER_ROW, column, shape.title, formats["header"])
    sheet.freeze_panes(_FIRST_ROW, _frozen_columns(part))
    last_row = _FIRST_ROW + part.rows.height - 1
    if part.name == DECISIONS:
        last_row += _EMPTY_DECISION_ROWS
    elif part.rows.height:
        sheet.autofilter(_HEADER_ROW, 0, last_row, len(part.columns) - 1)
    set_printing(sheet, part, _HEADER_ROW, _FIRST_ROW, last_row, footer(words))
    write_rows(sheet, part, formats, links, _FIRST_ROW)
    for column, name in enumerate(part.columns):
        _dress(sheet, part, name, column, last_row)


def _frozen_columns(part: Sheet) -> int:
    """Columns up to the supplier's name stay in view, where it is among the first."""
    first = list(part.columns)[:_MAX_FROZEN]
    return first.index("name") + 1 if "name" in first else 1


def _dress(sheet: Worksheet, part: Sheet, name: str, column: int, last_row: int) -> None:
    """Bars and choices of a column."""
    if last_row < _FIRST_ROW:
        return
    if name in part.bars:
        scale = {
            "type": "data_bar", "bar_color": "#A9C6B7", "bar_solid": True,
            "min_type": "num", "min_value": 0, "max_type": "num", "max_value": part.bars[name],
        }  # fmt: skip
        sheet.conditional_format(_FIRST_ROW, column, last_row, column, scale)
    if name in part.choices:
        rule = {"validate": "list", "source": list(part.choices[name])}
        sheet.data_validation(_FIRST_ROW, column, last_row, column, rule)
