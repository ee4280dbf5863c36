"""Text that spreadsheet programs would run as a formula is made harmless."""

from __future__ import annotations

import polars as pl

#: Full-width forms start formulas too where East Asian input is in use.
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"


def neutralise(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before every text cell that could start a formula.

    Only text columns change: a negative number stays a number. NUL characters, which end a cell
    early in several readers, are taken out.
    """
    text = pl.col(pl.String).str.replace_all("\0", "", literal=True)
    return frame.with_columns(
        pl.when(text.str.contains(FORMULA_START)).then("'" + text).otherwise(text).name.keep()
    )


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The frame as CSV: UTF-8 with a byte order mark, LF, comma, header, cells neutralised.

    The mark is there because Excel reads a file without one in the local 8-bit code page and
    garbles every name outside it; polars, pandas, DuckDB and R skip the mark.
    """
    return neutralise(frame).write_csv(include_bom=True, line_terminator="\n").encode("utf-8")
