"""Many rows of a sheet at a time, as the library would write them one cell after another.

The library takes 8 µs for a cell, so that 8,000 suppliers take more than a second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl
from polars import selectors as cs
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.workbook.workbook_printing import row_height_points

#: The library escapes or shortens a text that is longer or has one of these.
_LONGEST_PLAIN = 16_000
_NOT_PLAIN = r"[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9a-fA-F]{4}_"
#: Of the format: days are counted from here; there is a day too many in February 1900.
_DAY_0, _FIRST_PLAIN_DAY = dt.date(1899, 12, 30), dt.date(1900, 3, 1)
_STRING, _STRING_END = ' t="inlineStr"><is><t', "</t></is></c>"


@dataclass(frozen=True)
class Look:
    """The format of a column, by its number in the book.

    Attributes:
        usual: of its cells.
        by_text: of cells with these texts instead.
    """

    usual: str
    by_text: Mapping[str, str]

    @classmethod
    def of(cls, usual: Format, by_text: Mapping[str, Format] = MappingProxyType({})) -> Look:
        """The look in these formats; a format gets its number when it is first asked for."""
        numbers = {text: str(one._get_xf_index()) for text, one in by_text.items()}
        return cls(str(usual._get_xf_index()), numbers)


def write_plain_rows(
    sheet: Worksheet,
    first_row: int,
    cells: pl.DataFrame,
    lines: Sequence[int],
    looks: Sequence[Look],
) -> None:
    """Write rows below those that are written.

    Args:
        sheet: of a book with constant memory, which keeps its rows in a file of their own.
        first_row: number of the first one, from 0.
        cells: for which `are_plain` holds; no cell is written for a null.
        lines: that each row needs.
        looks: of each column.
    """
    last_row = first_row + cells.height - 1
    sheet._check_dimensions(last_row, cells.width - 1)
    sheet._write_single_row(last_row + 1)
    numbered = cells.with_columns(_floats(cells)).with_columns(
        pl.int_range(first_row + 1, last_row + 2).cast(pl.String).alias("row_"),
        pl.Series("lines_", lines, pl.Int64),
    )
    text = numbered.select(
        pl.concat_str(
            _row_start(),
            *(
                _cell(cells.columns[column], cells.dtypes[column], column, look)
                for column, look in enumerate(looks)
            ),
            pl.lit("</row>"),
        ).str.join("")
    ).item()
    sheet.row_data_fh.write(text)


def are_plain(cells: pl.DataFrame) -> bool:
    """Whether the library would write these cells as they are but for `&`, `<` and `>`."""
    texts, days = pl.col(pl.String), pl.col(pl.Date)
    checks = (
        cells.select((texts.str.len_chars() > _LONGEST_PLAIN).any()),
        cells.select(texts.str.contains(_NOT_PLAIN).any()),
        cells.select((days < _FIRST_PLAIN_DAY).any()),
        cells.select(cs.float().is_finite().not_().any()),
    )
    return not any(found for check in checks for row in check.rows() for found in row)


def _floats(cells: pl.DataFrame) -> list[pl.Series]:
    """Columns of floats as texts, with the digits that a spreadsheet program keeps."""
    return [
        pl.Series(
            column.name,
            [None if number is None else f"{number:.16G}" for number in column],
            pl.String,
        )
        for column in cells.select(cs.float())
    ]


def _row_start() -> pl.Expr:
    points = row_height_points(1) * pl.col("lines_")
    height = pl.format(' ht="{}" customHeight="1"', points.cast(pl.Int64))
    shown = pl.when(pl.col("lines_") > 1).then(height).otherwise(pl.lit(""))
    return pl.format('<row r="{}"{}>', "row_", shown)


def _cell(name: str, kind: pl.DataType, column: int, look: Look) -> pl.Expr:
    """A cell with its value; an empty text where it is null."""
    value = pl.col(name)
    start = pl.lit(f'<c r="{xl_col_to_name(column)}'), pl.col("row_"), pl.lit('" s="')
    style: pl.Expr = pl.lit(look.usual)
    if look.by_text:
        style = value.replace_strict(look.by_text, default=style, return_dtype=pl.String)
    if kind != pl.String:
        if kind == pl.Date:
            value = (value - pl.lit(_DAY_0)).dt.total_days()
        parts = (pl.lit('"><v>'), value.cast(pl.String), pl.lit("</v></c>"))
        return pl.concat_str(*start, style, *parts).fill_null("")
    space = pl.when(value.str.contains(r"^\s|\s$")).then(pl.lit(' xml:space="preserve">'))
    for mark, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        value = value.str.replace_all(mark, escaped, literal=True)
    return pl.concat_str(
        *start,
        style,
        pl.lit(f'"{_STRING}'),
        space.otherwise(pl.lit(">")),
        value,
        pl.lit(_STRING_END),
    ).fill_null("")
