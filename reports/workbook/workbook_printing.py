"""How the sheets of the workbook print: A4 landscape, one page wide, headers repeated."""

from __future__ import annotations

import math

import polars as pl
from xlsxwriter.worksheet import Worksheet

from reports.languages.catalogue import Translator, message
from reports.workbook.workbook_shapes import Sheet

_A4 = 9
_POINTS_PER_INCH = 72
_SIDE_MARGIN_INCHES, _END_MARGIN_INCHES = 0.4, 0.6
_WIDTH_POINTS = 842 - 2 * _SIDE_MARGIN_INCHES * _POINTS_PER_INCH
_HEIGHT_POINTS = 595 - 2 * _END_MARGIN_INCHES * _POINTS_PER_INCH

#: Of the default font, Calibri 11: a line, and a character and the padding of a column.
_LINE_POINTS = 15.0
_CHARACTER_POINTS, _PADDING_POINTS = 5.25, 3.75
_WORDS_BREAK = 1.1  # a wrapped line is about a tenth shorter than its column


def line_counts(part: Sheet) -> list[int]:
    """Lines that each row needs for its printed columns: wrapped ones by width, others one."""
    wrapped = [
        (pl.col(name).str.len_chars() * _WORDS_BREAK / shape.width).ceil()
        for name, shape in list(part.columns.items())[: printed_columns(part)]
        if shape.kind == "long" and name in part.rows.columns
    ]
    if not wrapped or part.rows.is_empty():
        return [1] * part.rows.height
    lines = pl.max_horizontal(*wrapped).fill_null(1).clip(1, part.max_lines).cast(pl.Int64)
    return part.rows.select(lines=lines)["lines"].to_list()


def row_height_points(lines: int) -> float:
    """Height of a row with so many lines."""
    return _LINE_POINTS * lines


def printed_rows(part: Sheet) -> int:
    """Rows of the sheet that print."""
    return min(part.rows.height, part.printed_rows or part.rows.height)


def printed_columns(part: Sheet) -> int:
    """Columns of the sheet that print, from the left."""
    return min(len(part.columns), part.printed_columns or len(part.columns))


def estimated_pages(part: Sheet) -> int:
    """Pages that a sheet takes, by the heights of its rows and the scale of one page in width."""
    shapes = list(part.columns.values())[: printed_columns(part)]
    width = sum(shape.width * _CHARACTER_POINTS + _PADDING_POINTS for shape in shapes)
    scale = min(1.0, _WIDTH_POINTS / width)
    heights = [row_height_points(count) for count in line_counts(part)[: printed_rows(part)]]
    usable = _HEIGHT_POINTS / scale - _LINE_POINTS  # the repeated header
    return max(1, math.ceil((sum(heights) + 2 * _LINE_POINTS) / usable))


def footer(words: Translator) -> str:
    """Of every printed page: tab, what the list is, page and number of pages."""
    pages = words.text(message("{page} of {pages}"), page="&P", pages="&N")
    return f"&L&A&C{words.text(message('Screening, not a finding'))}&R{pages}"


def set_printing(
    sheet: Worksheet,
    part: Sheet,
    header_row: int,
    first_row: int,
    last_row: int,
    footer_text: str,
) -> None:
    """Page, headers, footer and the part of the sheet that prints."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.set_margins(
        left=_SIDE_MARGIN_INCHES,
        right=_SIDE_MARGIN_INCHES,
        top=_END_MARGIN_INCHES,
        bottom=_END_MARGIN_INCHES,
    )
    sheet.set_footer(footer_text)
    end = first_row + printed_rows(part) - 1 if part.printed_rows else last_row
    sheet.print_area(0, 0, max(end, header_row), printed_columns(part) - 1)
