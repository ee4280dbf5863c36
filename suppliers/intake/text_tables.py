"""Delimited texts as tables."""

from collections.abc import Callable, Sequence

import polars as pl

from suppliers.input_errors import DataRejectedError
from suppliers.intake.delimited_text import delimited
from suppliers.intake.encodings import decode
from suppliers.intake.table_rows import (
    HEADER_SEARCH_ROWS,
    RAGGED,
    SOURCE_ROW,
    Table,
    header_position,
    loaded_rows,
    no_header,
    stripped,
)
from suppliers.intake.workbook_sheets import OLE_MAGIC


def open_text(content: bytes, name: str, is_known: Callable[[str], bool]) -> Table:
    """The table in the bytes of a text; arguments and errors as of `table_files.open_table`."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise DataRejectedError(
            f"{name}: this is a web page saved under a table's name; download the data itself."
        )
    if content.startswith((b"PK\x03\x04", OLE_MAGIC)):
        raise DataRejectedError(f"{name}: this is an Excel workbook; give it the suffix .xlsx.")
    text = decode(content, name)
    if not text.strip():
        raise DataRejectedError(f"{name}: the file holds only blanks; export it again.")
    table = delimited(text, name, is_known)
    top: list[list[str]] = []
    for row in table.rows():
        top.append(row)
        if len(top) >= HEADER_SEARCH_ROWS or sum(map(is_known, row)) >= 3:
            break
    position = header_position(top, is_known)
    if position is None:
        raise no_header(name)
    headers = stripped(top[position])

    def load(positions: Sequence[int], numbers: frozenset[int]) -> pl.DataFrame:
        del numbers  # the text is taken as it is
        rows = enumerate(table.rows(), start=1)
        below = ((number, row) for number, row in rows if number > position + 1 and row)
        named = max((at for at, header in enumerate(headers, start=1) if header), default=0)
        # A stray quotation mark that ends a cell of several lines early leaves two short rows.
        least = named if table.is_quoted and '"' in table.text else 0
        loaded = loaded_rows(
            below, positions, lambda value, _: value, width=len(headers), least=least
        )
        is_uncertain = pl.col(SOURCE_ROW).is_in(sorted(table.uncertain))
        return loaded.with_columns(pl.col(RAGGED) | is_uncertain)

    return Table(name, headers, position + 1, load)
