"""Parse the values of supplier lists: texts in, typed fields and what could not be used out."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from suppliers.intake.amounts import (
    coordinate_text,
    decimals_of,
    parse_band,
    parse_coordinate,
    parse_yes_no,
)
from suppliers.intake.code_columns import (
    UNDECIDED_SCHEME,
    UNKNOWN_SCHEME,
    CodeColumns,
    chapter_of,
    goods_question,
)
from suppliers.intake.identifiers import (
    parse_cik,
    parse_currency,
    parse_duns,
    parse_lei,
    parse_os_id,
    parse_register_number,
    parse_tier,
)
from suppliers.intake.industries import parse_commodity_scheme, parse_scheme
from suppliers.intake.list_columns import DECIMAL, ROW_KEYS, SOURCE_FILE
from suppliers.intake.numbers import Style, number_fault, number_of, number_style
from suppliers.intake.sector_column import sector_question, with_industry
from suppliers.places.countries import CountryMatch

_FIELD_REASONS: Mapping[str, str] = {
    "latitude": "not a number in decimal degrees",
    "longitude": "not a number in decimal degrees",
    "annual_spend": "not a number",
    "currency": "not a currency code of three letters",
    "sector_scheme": "not one of isic, nace, naics, us_sic, uk_sic, cpv, unspsc",
    "sector": "not a code of the stated scheme",
    "commodity": "not an HS code",
    "commodity_scheme": "not one of hs, cpv, unspsc",
    "lei": "not a valid LEI (20 characters with check digits)",
    "company_number": "without a digit",
    "duns": "not a D-U-N-S number (9 digits)",
    "cik": "not a number of at most 10 digits",
    "os_id": "not an Open Supply Hub id (15 characters)",
    "workforce_band": "neither a size band nor a number",
    "tier": "not a whole number from 0 to 20",
    "location_is_public": "neither yes nor no",
}


_SPEND_FAULT = "annual_spend_fault"


def typed_values(
    coded: CodeColumns, resolved: Mapping[str, CountryMatch | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with typed fields, and the optional values that could not be used.

    Args:
        coded: rows of text with the schemes of their codes.
        resolved: country by its text; a row whose country is not known keeps null codes.

    Returns:
        The rows with the columns of `JudgedRows.accepted`, and one record per value left empty:
        source_file, source_row, supplier_id, field, rule, reason.
    """
    kept = coded.rows
    countries = {text: match.country for text, match in resolved.items() if match is not None}

    def of_country(attribute: str) -> pl.Expr:
        values = {text: getattr(found, attribute) for text, found in countries.items()}
        return pl.col("country").replace_strict(values, default=None, return_dtype=pl.String)

    frame = _with_spend(kept).with_columns(
        _parsed(kept, "latitude", parse_coordinate, pl.Float64),
        _parsed(kept, "longitude", parse_coordinate, pl.Float64),
        _parsed(kept, "currency", parse_currency, pl.String),
        _parsed(kept, "sector_scheme", _sector_scheme, pl.String),
        _parsed(kept, "commodity_scheme", _commodity_scheme, pl.String),
        _goods(kept),
        _parsed(kept, "duns", parse_duns, pl.String),
        _parsed(kept, "lei", parse_lei, pl.String),
        _parsed(kept, "company_number", parse_register_number, pl.String),
        _parsed(kept, "cik", parse_cik, pl.String),
        _parsed(kept, "os_id", parse_os_id, pl.String),
        _parsed(kept, "workforce_band", parse_band, pl.String),
        _parsed(kept, "tier", parse_tier, pl.Int64),
        _parsed(kept, "location_is_public", parse_yes_no, pl.Boolean),
        country_iso2=of_country("iso2"),
        country_iso3=of_country("iso3"),
        subregion=of_country("subregion"),
        latitude_text=_parsed(kept, "latitude", coordinate_text, pl.String),
        longitude_text=_parsed(kept, "longitude", coordinate_text, pl.String),
        coordinate_decimals=pl.max_horizontal(
            _parsed(kept, "latitude", decimals_of, pl.Int64),
            _parsed(kept, "longitude", decimals_of, pl.Int64),
        ),
    )
    frame = with_industry(frame)
    raw_texts = kept.select(pl.col(list(_FIELD_REASONS)).name.suffix("_raw"))
    compared = frame.hstack(raw_texts)
    issues = [
        compared.filter(pl.col(name).is_null() & pl.col(f"{name}_raw").is_not_null()).select(
            *ROW_KEYS,
            "supplier_id",
            field=pl.lit(name),
            rule=_rule(name, coded.questions),
            reason=_reason(name, reason, coded.questions),
        )
        for name, reason in _FIELD_REASONS.items()
    ]
    frame = frame.drop(DECIMAL, _SPEND_FAULT)
    return frame, pl.concat(issues).sort(*ROW_KEYS, "field")


_CODE = r"^\d[\d .-]*$"


def _rule(name: str, questions: Mapping[tuple[str, str], str]) -> pl.Expr:
    files = [file for file, field in questions if field == name]
    is_open = pl.col(SOURCE_FILE).is_in(files) & pl.col(f"{name}_raw").str.contains(_CODE)
    return pl.when(is_open).then(pl.lit(UNKNOWN_SCHEME)).otherwise(pl.lit(f"bad_{name}"))


def _reason(name: str, reason: str, questions: Mapping[tuple[str, str], str]) -> pl.Expr:
    open_columns = {file: text for (file, field), text in questions.items() if field == name}
    of_value = _reason_of_value(name, reason)
    if not open_columns:
        return of_value
    of_column = pl.col(SOURCE_FILE).replace_strict(
        open_columns, default=None, return_dtype=pl.String
    )
    return pl.coalesce(pl.when(pl.col(f"{name}_raw").str.contains(_CODE)).then(of_column), of_value)


def _reason_of_value(name: str, reason: str) -> pl.Expr:
    usual = pl.lit(f"{name} is {reason}; it was left empty")
    if name == "annual_spend":
        return pl.format("annual_spend {}; it was left empty", _SPEND_FAULT)
    if name == "commodity":
        return pl.col("commodity_raw").map_elements(goods_question, return_dtype=pl.String)
    if name == "sector":
        without_scheme = pl.col("sector_raw").str.replace_all(
            r"(?i)isic|nace|naics|sic|cpv|unspsc|rev", ""
        )
        is_words = ~without_scheme.str.contains(r"[0-9]") | without_scheme.str.contains(r"\p{L}{3}")
        asked = pl.col("sector_raw").map_elements(sector_question, return_dtype=pl.String)
        return pl.when(is_words).then(asked).otherwise(usual)
    return usual


def _sector_scheme(text: str) -> str | None:
    return text if text == UNDECIDED_SCHEME else parse_scheme(text)


def _commodity_scheme(text: str) -> str | None:
    return text if text == UNDECIDED_SCHEME else parse_commodity_scheme(text)


def _goods(kept: pl.DataFrame) -> pl.Series:
    """HS chapter of each row's goods."""
    pairs = kept.select("commodity", "commodity_scheme").unique().drop_nulls("commodity")
    chapters = pairs.with_columns(
        pl.Series(
            "chapter", [chapter_of(text, scheme) for text, scheme in pairs.iter_rows()], pl.String
        )
    )
    joined = kept.select("commodity", "commodity_scheme").join(
        chapters,
        on=["commodity", "commodity_scheme"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return joined["chapter"].alias("commodity")


def _with_spend(rows: pl.DataFrame) -> pl.DataFrame:
    """The spend as a number, each file in its own style, and why it is none."""
    files_of: dict[Style, list[str]] = {"unknown": []}
    for (file,), of_file in rows.group_by([SOURCE_FILE], maintain_order=True):
        style = number_style(of_file, ["annual_spend"], declared=of_file[DECIMAL][0])
        files_of.setdefault(style, []).append(str(file))

    def by_style(read: Callable[[Style], pl.Expr]) -> pl.Expr:
        return pl.coalesce(
            pl.when(pl.col(SOURCE_FILE).is_in(files)).then(read(style))
            for style, files in files_of.items()
        )

    return rows.with_columns(
        by_style(lambda style: number_of("annual_spend", style)).alias("annual_spend"),
        by_style(lambda style: number_fault("annual_spend", style, "suppliers: decimal:")).alias(
            _SPEND_FAULT
        ),
    )


def _parsed(
    frame: pl.DataFrame,
    column: str,
    parse: Callable[[str], Any],
    dtype: pl.DataType | type[pl.DataType],
) -> pl.Series:
    texts = frame[column]
    values = {text: parse(text) for text in texts.drop_nulls().unique().to_list()}
    return (
        texts.replace_strict(values, default=None, return_dtype=dtype)
        if values
        else (pl.Series(column, [None] * len(texts), dtype=dtype))
    )
