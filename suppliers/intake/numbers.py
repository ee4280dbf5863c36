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

import math
import re
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
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
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
    texts = pl.concat([frame[column].cast(pl.String) for column in columns]).unique()
    has_dot, has_comma = pl.col("dot").is_not_null(), pl.col("comma").is_not_null()
    shown = _interpretations(texts).select(
        dots=(has_dot & ~has_comma & ~pl.col("is_scientific")).any(),
        commas=(has_comma & ~has_dot & ~pl.col("is_scientific")).any(),
        two_way=pl.col("is_two_way").any(),
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
    return pl.col(column).map_batches(
        lambda texts: _interpretations(texts).select(_by_style(style)).to_series(),
        return_dtype=pl.Float64,
    )


def number_fault(column: str, style: Style, option: str = "decimal:") -> pl.Expr:
    """Why a filled cell is not a number, as half a sentence; null where it is one.

    Args:
        column: name in the frame; the cell is shown where it has two interpretations.
        style: of the file.
        option: where the user declares the mark.
    """
    two = pl.format(
        "is ambiguous: {} can be {} or {}; set {} dot or comma",
        pl.col("text").str.strip_chars(),
        pl.col("dot").cast(pl.String).str.strip_suffix(".0"),
        pl.col("comma").cast(pl.String).str.strip_suffix(".0"),
        pl.lit(option),
    )
    percent = pl.lit("has a percent sign; write the number in the unit of the column")
    fault = pl.when(pl.col("text").is_not_null() & _by_style(style).is_null()).then(
        pl.when("is_two_way")
        .then(two)
        .when(pl.col("text").str.contains("%", literal=True))
        .then(percent)
        .otherwise(pl.lit("is not a number; write digits and one decimal mark"))
    )
    return pl.col(column).map_batches(
        lambda texts: _interpretations(texts).select(fault).to_series(), return_dtype=pl.String
    )


def numbers_of(texts: Sequence[str | None], style: Style) -> list[float | None]:
    """Texts as numbers; see `number_of`."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(number_of("text", style)).to_series().to_list()


def stated_number(value: object) -> float:
    """The number that a record of a program states: a number, or a text with a decimal dot.

    Raises:
        ValueError: it is another thing, such as true, ``1,000``, ``1_000``, ``nan`` and ``inf``.
    """
    number = value
    if isinstance(value, str) and _PLAIN.fullmatch(value.strip()):
        number = float(value)
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise ValueError(f"not a number: {value!r}")
    return float(number)


def stated_whole(value: object) -> int:
    """The whole number that a record of a program states.

    Raises:
        ValueError: it is none, or has a fraction.
    """
    number = stated_number(value)
    if not number.is_integer():
        raise ValueError(f"not a whole number: {value!r}")
    return int(value) if isinstance(value, int) else int(number)


def whole_number_of(column: str, style: Style) -> pl.Expr:
    """A column of texts as whole numbers; null where it is none or has a fraction."""
    number = number_of(column, style)
    is_whole = (number == number.floor()) & (number.abs() < 2**53)
    return pl.when(is_whole).then(number).cast(pl.Int64)


def _fits(
    frame: pl.DataFrame, columns: Sequence[str], mark: DecimalMark, checks: Sequence[Check]
) -> bool:
    typed = frame.with_columns(number_of(c, mark).alias(c) for c in columns)
    for check in checks:
        agrees = check(typed).drop_nulls()
        if len(agrees) and (~agrees).sum() > _CONTRADICTION_SHARE * len(agrees):
            return False
    return True


def _by_style(style: Style) -> pl.Expr:
    """The number of a row of `_interpretations`; null where it is none or could be two."""
    number = pl.coalesce(("comma", "dot") if style == "comma" else ("dot", "comma"))
    return number if style in _MARKS else pl.when(~pl.col("is_two_way")).then(number)


def _interpretations(texts: pl.Series) -> pl.DataFrame:
    """Each text as a number by both decimal marks.

    It works step by step: one expression of all steps would repeat the early ones in each branch
    of the later ones.

    Returns:
        One row a text: ``text``; ``dot`` and ``comma``, null where the text is not a number by that
        mark; ``is_two_way`` where both marks could be meant; ``is_scientific``.
    """
    edges = r"^\s+|\s+$"
    bare = pl.col("text").str.replace_all(r"[\x{2212}\x{2010}-\x{2013}]", "-")
    bare = bare.str.replace_all(edges, "")
    bare = bare.str.replace(rf"^([(+-]?)\s*{_CURRENCY}\s*", "${1}")
    bare = bare.str.replace(rf"\s*{_CURRENCY}\s*([)-]?)$", "${1}")
    inner = (
        pl.when(pl.col("bare").str.contains(r"^\([^()+-]*\)$"))
        .then(pl.col("bare").str.slice(1).str.head(-1))
        .when(pl.col("bare").str.contains(r"^[+-]?[^()+-]+$|^[+-]?[0-9.]+[eE][+-]?[0-9]+$"))
        .then(pl.col("bare").str.replace(r"^[+-]", ""))
        .when(pl.col("bare").str.contains(r"^[^()+-]+-$"))
        .then(pl.col("bare").str.head(-1))
    ).str.replace_all(edges, "")
    closed = pl.col("inner").str.replace_all(_SEPARATORS, "")
    body = pl.when(pl.col("inner").str.contains(_SPACED)).then(closed).otherwise("inner")
    as_dot = pl.col("body").str.replace_all(",", "", literal=True)
    as_comma = pl.col("body").str.replace_all(".", "", literal=True)
    as_comma = as_comma.str.replace(",", ".", literal=True)
    is_plain = pl.col("is_whole") | pl.col("is_scientific")
    steps: tuple[dict[str, pl.Expr], ...] = (
        {"bare": bare},
        {
            "inner": inner,
            "sign": pl.when(pl.col("bare").str.contains(r"^\(.*\)$|^-|-$"))
            .then(-1.0)
            .otherwise(1.0),
        },
        {"body": body},
        {
            "is_whole": pl.col("body").str.contains(_WHOLE).fill_null(False),
            "is_scientific": pl.col("body").str.contains(_SCIENTIFIC).fill_null(False),
            "is_dot": pl.col("body").str.contains(_DOT).fill_null(False),
            "is_comma": pl.col("body").str.contains(_COMMA).fill_null(False),
        },
        {
            mark: pl.when(is_plain).then("body").when(f"is_{mark}").then(text)
            for mark, text in (("dot", as_dot), ("comma", as_comma))
        },
        {mark: pl.col(mark).cast(pl.Float64, strict=False) * pl.col("sign") for mark in _MARKS},
        {mark: pl.when(pl.col(mark).is_finite()).then(mark) for mark in _MARKS},
    )
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    for step in steps:
        frame = frame.with_columns(**step)
    return frame.select(
        "text",
        "dot",
        "comma",
        "is_scientific",
        is_two_way=pl.col("is_dot") & pl.col("is_comma") & ~pl.col("is_whole"),
    )
