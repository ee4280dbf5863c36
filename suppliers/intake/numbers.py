"""The one reader of numbers written as text.

``1.000`` is one in one country and a thousand in another. The decimal mark is therefore a property
of a file: values with one interpretation only (``1.234,5``, ``3.75``, ``1,000,000``) show it,
checks of bookkeeping may show it (total assets are not below current assets), or the user declares
it.
Where none of them does, or where they contradict each other, a value with two interpretations
is not a number, and `number_fault` names both.

Understood besides: currency signs and codes, blanks of any width and apostrophes between groups of
three digits, Indian groups (``12,34,567``), a minus in front or behind, brackets for minus, and
exponents. A percent sign is no part of a number: whether ``12 %`` is 12 or 0.12 is a matter of the
column's unit.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import polars as pl

DecimalMark = Literal["dot", "comma"]
#: How a file writes decimals: ``mixed`` if values of both styles are in it, ``unknown`` if none
#: shows one.
Style = Literal["dot", "comma", "mixed", "unknown"]
_MARKS: tuple[DecimalMark, ...] = ("dot", "comma")

#: Whether rows agree with bookkeeping; the frame holds numbers, null where there is none.
Check = Callable[[pl.DataFrame], pl.Series]

_CURRENCY = r"(?:[A-Z]{1,3}\$|[A-Z]{3}|Rs\.?|kr\.?|z\x{142}|K\x{10d}|Ft|\p{Sc})"
_SPACED = r"^([0-9]{1,3}(?:[\s'\x{2019}_][0-9]{3})+)([.,][0-9]*)?$"
_SEPARATORS = r"[\s'\x{2019}_]"
_WHOLE = r"^[0-9]+$"
_SCIENTIFIC = r"^[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}$"
_DOT = (
    r"^(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.[0-9]*)?$"
    r"|^\.[0-9]+$"
)
_COMMA = r"^(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]*)?$|^,[0-9]+$"
#: A contradiction in this share of the rows that a check covers speaks against an interpretation.
_CONTRADICTION_SHARE = 0.05


def number_style(
    frame: pl.DataFrame,
    columns: Sequence[str],
    *,
    declared: DecimalMark | None = None,
    checks: Sequence[Check] = (),
) -> Style:
    """The style of all columns of numbers of a file together.

    It settles the values with two interpretations; the others are read in their own style.

    Args:
        frame: the file, as text.
        columns: its columns of numbers.
        declared: the user's word, which decides.
        checks: of bookkeeping; if one style contradicts them and the other does not, the other is
            meant, or the file is mixed if its values show the first.
    """
    if declared is not None:
        return declared
    if not columns:
        return "unknown"
    shown = frame.select(
        *(
            pl.any_horizontal(
                (_matches(c, sure) & ~_matches(c, other)).any() for c in columns
            ).alias(mark)
            for mark, sure, other in (("dot", _DOT, _COMMA), ("comma", _COMMA, _DOT))
        ),
        pl.any_horizontal(_is_two_way(c).any() for c in columns).alias("two_way"),
    )
    dots, commas, two_way = shown.row(0)
    mark: Style = "unknown"
    if dots or commas:
        mark = "mixed" if dots and commas else "dot" if dots else "comma"
    if mark == "mixed" or not two_way:
        return mark
    fits_dot, fits_comma = (_fits(frame, columns, style, checks) for style in _MARKS)
    if fits_dot == fits_comma:
        return mark
    by_meaning: Style = "dot" if fits_dot else "comma"
    return by_meaning if mark in (by_meaning, "unknown") else "mixed"


def number_of(column: str, style: Style) -> pl.Expr:
    """A column of texts as numbers; null where it is none or could be two."""
    body = _body(column)
    is_dot, is_comma = _matches(column, _DOT), _matches(column, _COMMA)
    as_dot = body.str.replace_all(",", "", literal=True)
    as_comma = body.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    either = {"dot": as_dot, "comma": as_comma}.get(style, pl.lit(None, pl.String))
    unsigned = (
        pl.when(body.str.contains(f"{_WHOLE}|{_SCIENTIFIC}"))
        .then(body)
        .when(is_dot & is_comma)
        .then(either)
        .when(is_dot)
        .then(as_dot)
        .when(is_comma)
        .then(as_comma)
    ).cast(pl.Float64, strict=False)
    value = pl.when(_is_negative(column)).then(-unsigned).otherwise(unsigned)
    return pl.when(value.is_finite()).then(value)


def number_fault(column: str, style: Style, option: str = "decimal:") -> pl.Expr:
    """Why a filled cell is not a number, as half a sentence; null where it is one.

    Args:
        column: name in the frame; the cell is shown where it has two interpretations.
        style: of the file.
        option: where the user declares the mark.
    """
    dot, comma = (number_of(column, mark) for mark in _MARKS)
    two = pl.format(
        "is ambiguous: {} can be {} or {}; set {} dot or comma",
        pl.col(column).str.strip_chars(),
        dot.cast(pl.String).str.strip_suffix(".0"),
        comma.cast(pl.String).str.strip_suffix(".0"),
        pl.lit(option),
    )
    percent = pl.lit("has a percent sign; write the number in the unit of the column")
    return pl.when(pl.col(column).is_not_null() & number_of(column, style).is_null()).then(
        pl.when(_is_two_way(column))
        .then(two)
        .when(pl.col(column).str.contains("%", literal=True))
        .then(percent)
        .otherwise(pl.lit("is not a number; write digits and one decimal mark"))
    )


def numbers_of(texts: Sequence[str | None], style: Style) -> list[float | None]:
    """Texts as numbers; see `number_of`."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(number_of("text", style)).to_series().to_list()


def _fits(
    frame: pl.DataFrame, columns: Sequence[str], mark: DecimalMark, checks: Sequence[Check]
) -> bool:
    typed = frame.with_columns(number_of(c, mark).alias(c) for c in columns)
    for check in checks:
        agrees = check(typed).drop_nulls()
        if len(agrees) and (~agrees).sum() > _CONTRADICTION_SHARE * len(agrees):
            return False
    return True


def _is_two_way(column: str) -> pl.Expr:
    is_whole = _body(column).str.contains(_WHOLE).fill_null(False)
    return _matches(column, _DOT) & _matches(column, _COMMA) & ~is_whole


def _matches(column: str, pattern: str) -> pl.Expr:
    return _body(column).str.contains(pattern).fill_null(False)


def _bare(column: str) -> pl.Expr:
    """The text without currency, with a plain minus."""
    text = pl.col(column).str.replace_all(r"[\x{2212}\x{2010}-\x{2013}]", "-")
    text = text.str.replace_all(r"^\s+|\s+$", "")
    text = text.str.replace(rf"^([(+-]?)\s*{_CURRENCY}\s*", "${1}")
    return text.str.replace(rf"\s*{_CURRENCY}\s*([)-]?)$", "${1}")


def _is_negative(column: str) -> pl.Expr:
    return _bare(column).str.contains(r"^\(.*\)$|^-|-$").fill_null(False)


def _body(column: str) -> pl.Expr:
    """The text without currency and sign, its groups of three digits closed up."""
    bare = _bare(column)
    inner = (
        pl.when(bare.str.contains(r"^\([^()+-]*\)$"))
        .then(bare.str.slice(1).str.head(-1))
        .when(bare.str.contains(r"^[+-]?[^()+-]+$|^[+-]?[0-9.]+[eE][+-]?[0-9]+$"))
        .then(bare.str.replace(r"^[+-]", ""))
        .when(bare.str.contains(r"^[^()+-]+-$"))
        .then(bare.str.head(-1))
    ).str.replace_all(r"^\s+|\s+$", "")
    closed = inner.str.replace_all(_SEPARATORS, "")
    return pl.when(inner.str.contains(_SPACED)).then(closed).otherwise(inner)
