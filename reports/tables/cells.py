"""Text that spreadsheet programs would run as a formula is made harmless."""

from __future__ import annotations

import io
from typing import BinaryIO

import polars as pl

#: Full-width forms start formulas too where East Asian input is in use.
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"
_ROWS_AT_A_TIME = 50_000


def neutralise(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before every text cell that could start a formula.

    Only text columns change: a negative number stays a number. NUL characters, which end a cell
    early in several readers, are taken out.
    """
    text = pl.col(pl.String).str.replace_all("\0", "", literal=True)
    return frame.with_columns(
        pl.when(text.str.contains(FORMULA_START)).then("'" + text).otherwise(text).name.keep()
    )


def write_csv(frame: pl.DataFrame, file: BinaryIO) -> None:
    """Write the frame as CSV: UTF-8 with a byte order mark, LF, comma, header, cells neutralised.

    The mark is there because Excel reads a file without one in the local 8-bit code page and
    garbles every name outside it; polars, pandas, DuckDB and R skip the mark. The copy with
    harmless cells is of some rows at a time.
    """
    for start in range(0, max(1, frame.height), _ROWS_AT_A_TIME):
        neutralise(frame.slice(start, _ROWS_AT_A_TIME)).write_csv(
            file, include_bom=start == 0, include_header=start == 0, line_terminator="\n"
        )


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """What `write_csv` writes."""
    content = io.BytesIO()
    write_csv(frame, content)
    return content.getvalue()
