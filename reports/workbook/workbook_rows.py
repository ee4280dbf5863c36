"""The rows of a sheet, as the cells that a spreadsheet program shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import polars as pl
from polars import selectors as cs
from xlsxwriter.utility import xl_col_to_name

from reports.tables.cells import neutralise
from reports.tables.shown_figures import rounded_points, rounded_share
from reports.workbook.workbook_printing import line_counts, row_height_points
from reports.workbook.workbook_shapes import Column, Sheet

#: Of the format: longer text is rejected by spreadsheet programs.
LONGEST_CELL = 32_767
#: Before the label of a band among the styles.
BAND = "band "
_MAX_LINKS = 65_000
_ROWS_AT_A_TIME = 2_000

#: The format counts days from here; of days before March 1900 it counts otherwise.
_FIRST_DAY = dt.date(1899, 12, 30)
#: What the format writes in place of characters that XML cannot hold, and of its own marks.
_CONTROL = (*range(9), *range(0x0B, 0x20), 0xFFFE, 0xFFFF)
_ESCAPES: Mapping[str, str] = MappingProxyType(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {chr(code): f"_x{code:04X}_" for code in _CONTROL}
)
_LOOKS_ESCAPED = "(_x[0-9a-fA-F]{4}_)"


def cells_of(part: Sheet) -> pl.DataFrame:
    """The columns of a sheet as numbers, days and harmless texts that fit into a cell."""
    rounded = part.rows.select(_rounded(name, one) for name, one in part.columns.items())
    others = cs.exclude(cs.integer(), cs.float(), cs.date(), cs.string())
    texts = neutralise(rounded.with_columns(others.cast(pl.String)))
    text = pl.col(pl.String)
    return texts.with_columns(
        pl.when(text.str.len_chars() > LONGEST_CELL)
        .then(text.str.head(LONGEST_CELL - 1) + "…")
        .otherwise(text)
        .name.keep()
    )


def addresses(part: Sheet, cells: pl.DataFrame, links: Mapping[str, str]) -> pl.DataFrame:
    """Where the cells of each column with links lead; null where a cell is no link.

    Args:
        part: the sheet.
        cells: its `cells_of`.
        links: to the sheet of reasons, by supplier id.
    """
    found = []
    for name, shape in part.columns.items():
        if shape.kind == "reasons" and links:
            to_reasons = part.rows["supplier_id"].replace_strict(
                links, default=None, return_dtype=pl.String
            )
            found.append(to_reasons.alias(name))
        elif shape.kind == "link":
            is_address = pl.col(name).str.starts_with("https://")
            is_among_first = pl.int_range(pl.len()) < _MAX_LINKS
            found.append(cells.select(pl.when(is_address & is_among_first).then(name)).to_series())
    return pl.DataFrame(found)


def row_texts(
    part: Sheet,
    cells: pl.DataFrame,
    linked: pl.DataFrame,
    styles: Mapping[str, int],
    first_row: int,
) -> Iterator[str]:
    """The rows as the XML of a worksheet, some at a time.

    Args:
        part: the sheet.
        cells: its `cells_of`.
        linked: its `addresses`.
        styles: numbers of cell formats by kind of column; of a band with `BAND` and its label.
        first_row: of the rows, from 0.

    Raises:
        ValueError: a number is not finite, which the format does not know.
    """
    if any((~numbers.is_finite()).any() for numbers in cells.select(cs.float())):
        raise ValueError(f"the sheet {part.name} has a number that is not finite")
    kinds = [part.columns[name].kind for name in cells.columns]
    heights = [row_height_points(lines) for lines in line_counts(part)]
    numbered = cells.with_columns(
        pl.Series("points_", heights, pl.Float64),
        (pl.int_range(pl.len()) + first_row + 1).cast(pl.String).alias("row_"),
        *(linked[name].is_not_null().alias(f"{name} linked_") for name in linked.columns),
    )
    written = [
        _cell(name, column, kind, cells.schema[name], styles, f"{name} linked_" in numbered)
        for column, (name, kind) in enumerate(zip(cells.columns, kinds, strict=True))
    ]
    height = pl.when(pl.col("points_") > row_height_points(1)).then(
        pl.format(' ht="{}" customHeight="1"', "points_")
    )
    row = pl.concat_str(
        pl.lit('<row r="'), "row_", pl.lit('"'), height, pl.lit(">"), *written, pl.lit("</row>"),
        ignore_nulls=True,
    )  # fmt: skip
    for some in numbered.iter_slices(_ROWS_AT_A_TIME):
        yield "".join(some.select(row).to_series())


def _cell(
    name: str,
    column: int,
    kind: str,
    type_of_column: pl.DataType,
    styles: Mapping[str, int],
    has_links: bool,
) -> pl.Expr:
    """The XML of a cell of one column; null where it is empty."""
    begin = [pl.lit(f'<c r="{xl_col_to_name(column)}'), pl.col("row_"), pl.lit('" s="')]
    value = pl.col(name)
    if type_of_column != pl.String:
        if type_of_column == pl.Date:
            value = (value - pl.lit(_FIRST_DAY)).dt.total_days()
        number = value.cast(pl.String)
        return pl.concat_str(*begin, pl.lit(f'{styles[kind]}"><v>'), number, pl.lit("</v></c>"))
    style = pl.lit(str(styles[kind]))
    if kind == "band":
        by_label = {
            label.removeprefix(BAND): str(number)
            for label, number in styles.items()
            if label.startswith(BAND)
        }
        style = value.replace_strict(by_label, default=style, return_dtype=pl.String)
    elif kind in ("link", "reasons"):
        plain = pl.lit(str(styles["text"]))
        style = pl.when(f"{name} linked_").then(style).otherwise(plain) if has_links else plain
    space = pl.when(value.str.contains(r"^\s|\s$")).then(pl.lit(' xml:space="preserve"'))
    escaped = value.str.replace_all(_LOOKS_ESCAPED, "_x005F${1}").str.replace_many(_ESCAPES)
    return pl.concat_str(
        *begin,
        style,
        pl.lit('" t="inlineStr"><is><t'),
        space.otherwise(pl.lit("")),
        pl.lit(">"),
        escaped,
        pl.lit("</t></is></c>"),
    )


def _rounded(name: str, shape: Column) -> pl.Expr:
    """The column as every output shows it: a spreadsheet program rounds halves in its own way."""
    if shape.kind == "points":
        return rounded_points(name)
    return rounded_share(name) if shape.kind == "percent" else pl.col(name)
