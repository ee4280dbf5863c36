"""The rows of a sheet, as the cells that a spreadsheet program shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from polars import selectors as cs
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.tables.cells import neutralise
from reports.tables.shown_figures import rounded_points, rounded_share
from reports.workbook.workbook_printing import line_counts, row_height_points
from reports.workbook.workbook_shapes import Column, Sheet

#: Of the format: longer text is rejected by spreadsheet programs.
LONGEST_CELL = 32_767
#: Before the label of a band among the formats.
BAND = "band "
_MAX_LINKS = 65_000


def write_rows(
    sheet: Worksheet,
    part: Sheet,
    formats: Mapping[str, Format],
    links: Mapping[str, str],
    first_row: int,
) -> None:
    """Write the rows, one after another: only the row that is written is in memory.

    Args:
        sheet: to write to.
        part: its rows.
        formats: by kind of column; of a band with `BAND` and its label.
        links: to the sheet of reasons, by supplier id.
        first_row: of the rows, from 0.
    """
    cells = _cells(part)
    targets = {
        row: links[supplier_id]
        for row, supplier_id in enumerate(part.rows["supplier_id"] if links else (), first_row)
        if supplier_id in links
    }
    writers = [
        _writer(sheet, part.columns[name].kind, type_of_column, formats, targets)
        for name, type_of_column in cells.schema.items()
    ]
    for row, (lines, values) in enumerate(
        zip(line_counts(part), cells.iter_rows(), strict=True), first_row
    ):
        if lines > 1:
            sheet.set_row(row, row_height_points(lines))
        for column, value in enumerate(values):
            if value is not None:
                writers[column](row, column, value)


def _writer(
    sheet: Worksheet,
    kind: str,
    type_of_column: pl.DataType,
    formats: Mapping[str, Format],
    targets: Mapping[int, str],
) -> Callable[[int, int, Any], object]:
    """Writes a value of one column into a row: its type and format are looked up once."""
    look = formats[kind]
    string, url = sheet.write_string, sheet.write_url
    if type_of_column.is_numeric():
        return lambda row, column, value: sheet.write_number(row, column, value, look)
    if type_of_column == pl.Date:
        return lambda row, column, day: sheet.write_datetime(row, column, day, look)
    if kind == "band":
        return lambda row, column, text: string(
            row, column, text, formats.get(f"{BAND}{text}", look)
        )
    if kind == "link":
        return lambda row, column, text: (
            url(row, column, text, look, text)
            if text.startswith("https://") and row < _MAX_LINKS
            else string(row, column, text, formats["text"])
        )
    if kind == "reasons":
        return lambda row, column, text: (
            url(row, column, targets[row], look, text)
            if row in targets
            else string(row, column, text, formats["text"])
        )
    return lambda row, column, text: string(row, column, text, look)


def _cells(part: Sheet) -> pl.DataFrame:
    """The columns of a sheet as numbers, days and harmless texts that fit into a cell."""
    rounded = part.rows.select(_rounded(name, one) for name, one in part.columns.items())
    others = cs.exclude(cs.integer(), cs.float(), cs.date(), cs.string())
    texts = neutralise(rounded.with_columns(others.cast(pl.String)))
    text = pl.col(pl.String)
    return texts.with_columns(
        # xlsxwriter takes a text in these marks for XML.
        pl.when(text.str.starts_with("<r>") & text.str.ends_with("</r>"))
        .then("'" + text)
        .when(text.str.len_chars() > LONGEST_CELL)
        .then(text.str.head(LONGEST_CELL - 1) + "…")
        .otherwise(text)
        .name.keep()
    )


def _rounded(name: str, shape: Column) -> pl.Expr:
    """The column as every output shows it: a spreadsheet program rounds halves in its own way."""
    if shape.kind == "points":
        return rounded_points(name)
    return rounded_share(name) if shape.kind == "percent" else pl.col(name)
