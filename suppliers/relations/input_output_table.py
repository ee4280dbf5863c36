"""Checks a table of input coefficients that the user provides."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import polars as pl

from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.days import year_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style
from suppliers.intake.table_rows import SOURCE_ROW
from suppliers.places.countries import all_countries

COLUMNS: dict[str, FieldKind] = {
    "from_country": "category",
    "from_sector": "category",
    "to_country": "category",
    "to_sector": "category",
    "coefficient": "number",
    "year": "number",
    "source": "text",
}

_COUNTRIES = ("from_country", "to_country")
_PAIR = ("from_country", "from_sector", "to_country", "to_sector")
_BUYER = ("to_country", "to_sector")
#: ISO 3166 leaves these codes to users; publishers give them to groups such as rest of world.
_GROUP_CODE = r"^X[A-Z]{1,2}$"
_NAMED = 5


def checked_coefficients(rows: pl.DataFrame, where: str) -> pl.DataFrame:
    """The coefficients of a table, with all that is wrong with it in one error.

    Args:
        rows: the columns of `COLUMNS` as text, and `source_row`.
        where: name of the table in messages.

    Returns:
        The columns of `COLUMNS`: countries as ISO2 codes, or codes from XA to XZ and XAA to XZZ
        for groups of countries; coefficient as a number, year as a whole number.

    Raises:
        DataRejectedError: no row, an empty cell, an unknown country code, a coefficient that is
            negative or not a number, no year, several years or sources, a pair that is there
            twice, or a sector whose inputs are not worth less than its output. One sentence for
            each.
    """
    if rows.is_empty():
        raise DataRejectedError(f"{where}: there is a header but no row below it; add the rows.")
    findings = Findings()
    style = number_style(rows, ["coefficient"])
    typed = rows.with_columns(
        *(_code(column).alias(f"{column}_code") for column in _COUNTRIES),
        number=number_of("coefficient", style),
        whole_year=year_of("year"),
    )
    for column in COLUMNS:
        _report(
            findings, typed.filter(pl.col(column).is_null()), where,
            f"the cell of {column!r} is empty; fill it or remove the row",
        )  # fmt: skip
    for column in _COUNTRIES:
        unknown = typed.filter(pl.col(column).is_not_null() & pl.col(f"{column}_code").is_null())
        _report(
            findings, unknown, where,
            f"{column!r} has codes that are no country ({_named(unknown[column])}); use ISO 3166 "
            "codes, and codes from XA to XZ or XAA to XZZ for groups of countries",
        )  # fmt: skip
    filled = pl.col("coefficient").is_not_null()
    _report(
        findings, typed.filter(filled & pl.col("number").is_null()), where,
        "the coefficient is not a number; write it as 0.125",
    )  # fmt: skip
    _report(
        findings, typed.filter(pl.col("number") < 0), where,
        "the coefficient is negative; an input per unit of output is 0 or more",
    )  # fmt: skip
    _report(
        findings, typed.filter(pl.col("year").is_not_null() & pl.col("whole_year").is_null()),
        where, "the year is not a year; write it with four digits",
    )  # fmt: skip
    for column, read in (("year", "whole_year"), ("source", "source")):
        several = typed[read].drop_nulls().unique().sort()
        if several.len() > 1:
            message = (
                f"{where}: there are several values of {column!r} ({_named(several)}); a table "
                "holds one, so keep the rows of one of them."
            )
            findings.add(DataRejectedError(message))
    coded = typed.with_columns(
        *(pl.coalesce(f"{column}_code", column).alias(column) for column in _COUNTRIES)
    ).filter(pl.all_horizontal(pl.col(_PAIR).is_not_null()))
    # The same pair of another year or source is a fault of its own.
    is_first = pl.struct(*_PAIR, "whole_year", "source").is_first_distinct()
    _report(
        findings, coded.filter(~is_first), where,
        "the pair of sectors is there before; keep one row for each pair",
    )  # fmt: skip
    _report_sums(findings, coded, where)
    findings.raise_all()
    return coded.select(*_PAIR, coefficient="number", year="whole_year", source="source")


def _report_sums(findings: Findings, coded: pl.DataFrame, where: str) -> None:
    """Report sectors whose inputs are not worth less than their output, of any one year."""
    sums = (
        coded.group_by(*_BUYER, "whole_year", "source", maintain_order=True)
        .agg(pl.col("number").sum().alias("sum"))
        .filter(pl.col("sum") >= 1)
    )
    if sums.height:
        country, sector, _, _, total = sums.row(0)
        further = f" (1 or more in {sums.height:,} sectors)" if sums.height > 1 else ""
        message = (
            f"{where}: the coefficients of the inputs of {sector} in {country} sum to "
            f"{total:.3f}{further}; they must sum to less than 1, so give inputs per unit of "
            "output, in money."
        )
        findings.add(DataRejectedError(message))


def _report(findings: Findings, rows: pl.DataFrame, where: str, fault: str) -> None:
    if rows.is_empty():
        return
    others = rows.height - 1
    further = f" ({others:,} further {'row' if others == 1 else 'rows'} too)" if others else ""
    findings.add(DataRejectedError(f"{where} row {rows[SOURCE_ROW][0]}{further}: {fault}."))


def _named(values: pl.Series) -> str:
    distinct = [str(value) for value in values.unique(maintain_order=True)]
    return ", ".join(distinct[:_NAMED]) + (", ..." if len(distinct) > _NAMED else "")


def _code(column: str) -> pl.Expr:
    upper = pl.col(column).str.to_uppercase()
    known = upper.replace_strict(_iso2_codes(), default=None, return_dtype=pl.String)
    return pl.coalesce(known, pl.when(upper.str.contains(_GROUP_CODE)).then(upper))


@functools.cache
def _iso2_codes() -> Mapping[str, str]:
    """ISO2 and ISO3 codes to ISO2 codes."""
    known = all_countries()
    return {one.iso2: one.iso2 for one in known} | {one.iso3: one.iso2 for one in known}


def country_code(text: str) -> str | None:
    """The code that `checked_coefficients` has for a code in any case, or None."""
    code: str | None = pl.DataFrame({"code": [text.strip()]}).select(_code("code")).item()
    return code
