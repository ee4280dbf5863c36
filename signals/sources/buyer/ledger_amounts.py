"""Amounts of a ledger as text, with either decimal mark; each in its own style where sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

Style = Literal["dot", "comma", "mixed"]

_DOT = r"^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?$"
_COMMA = r"^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?$"
_SCIENTIFIC = r"^[+-]?\d+(?:\.\d+)?[eE][+-]?\d+$"


def decimal_style(table: pl.DataFrame, columns: Sequence[str]) -> Style:
    """How a file writes decimals, by the amounts that are unambiguous; dot if none is."""
    if not columns:
        return "dot"
    dots = pl.any_horizontal((_is(c, _DOT) & ~_is(c, _COMMA)).any() for c in columns)
    commas = pl.any_horizontal((_is(c, _COMMA) & ~_is(c, _DOT)).any() for c in columns)
    has_dots, has_commas = table.select(dots.alias("dots"), commas.alias("commas")).row(0)
    if has_dots and has_commas:
        return "mixed"
    return "comma" if has_commas else "dot"


def amount(column: str, style: Style) -> pl.Expr:
    """A column of amounts as numbers; null where it is none, or could be two in a mixed file.

    Thousands marks, blanks, brackets or a trailing minus for negative amounts are understood.
    """
    bare = _bare(column)
    is_dot, is_comma = _is(column, _DOT), _is(column, _COMMA)
    is_sure = bare.str.contains(r"^[+-]?\d+$") | bare.str.contains(_SCIENTIFIC)
    as_dot = bare.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    as_comma = (
        bare.str.replace_all(".", "", literal=True)
        .str.replace(",", ".", literal=True)
        .cast(pl.Float64, strict=False)
    )
    either = {"dot": as_dot, "comma": as_comma, "mixed": pl.lit(None, pl.Float64)}[style]
    return (
        pl.when(is_sure)
        .then(bare.cast(pl.Float64, strict=False))
        .when(is_dot & is_comma)
        .then(either)
        .when(is_dot)
        .then(as_dot)
        .when(is_comma)
        .then(as_comma)
    )


def _bare(column: str) -> pl.Expr:
    bare = pl.col(column).str.replace_all(r"[\s'’_\u00a0]", "")
    return bare.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^(.*\d)-$", "-$1")


def _is(column: str, pattern: str) -> pl.Expr:
    return _bare(column).str.contains(pattern).fill_null(False)
