"""CSV by RFC 4180 for imports of other systems."""

from __future__ import annotations

import polars as pl

from reports.tables.cells import FORMULA_START


def quoted_csv(frame: pl.DataFrame) -> bytes:
    """The frame as CSV: UTF-8 without a byte-order mark, comma, CRLF, every field in quotes.

    Cells are not neutralised: a mark before a text would change it in the other system. What
    could start a formula in a spreadsheet is left out before (`starts_formula`).
    """
    text = frame.write_csv(quote_style="always", line_terminator="\r\n", null_value="")
    return text.encode("utf-8")


def starts_formula(column: str) -> pl.Expr:
    """Whether a text would start a formula in a spreadsheet."""
    return pl.col(column).str.contains(FORMULA_START).fill_null(False)
