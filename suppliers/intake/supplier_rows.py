"""Judge and parse the rows of supplier lists: strings in, typed fields and reasons out."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from suppliers.header_text import normalise_header
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
    goods_notes,
    goods_question,
    with_schemes,
)
from suppliers.intake.fields import BY_NAME, FIELDS
from suppliers.intake.industries import (
    Industry,
    SectorScheme,
    parse_commodity_scheme,
    parse_scheme,
    parse_sector,
)
from suppliers.intake.numbers import Style, number_fault, number_of, number_style
from suppliers.intake.plain_coordinates import with_plain_coordinates
from suppliers.intake.sector_words import division_title, sector_of_words
from suppliers.intake.table_files import RAGGED, SOURCE_ROW
from suppliers.places.countries import CountryMatch, possible_countries, resolve_country

SOURCE_FILE = "source_file"
WITHHELD_ROW = "holds_withheld_value"
#: Decimal mark that the user declares for the row's file, or null.
DECIMAL = "declared_decimal"
DUPLICATE = "duplicate_row"
_KEYS = [SOURCE_FILE, SOURCE_ROW]

_REASONS: Mapping[str, str] = {
    "cells_beyond_header": "the row has more or fewer cells than the header, or a quotation mark "
    "that does not match; a delimiter in a value needs quotation marks",
    "person_like_value": "a required value looks like data about a person and was not read",
    "missing_supplier_id": "supplier_id is empty",
    "missing_name": "name is empty",
    "missing_country": "country is empty",
    "unknown_country": "the country is not known; write its English name or ISO code",
    DUPLICATE: "the row repeats an earlier one",
}
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
_SECTOR_IN_WORDS = (
    "sector is in words, which are not a code; give the code of isic, nace or naics; it was left "
    "empty"
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class JudgedRows:
    """Rows after judging.

    Attributes:
        accepted: one row per usable row with typed fields and ``country_iso2``, ``country_iso3``,
            ``country_name``, ``subregion``, ``sector_section`` and ``coordinate_decimals``; the
            raw texts of coordinates stay in ``latitude_text`` and ``longitude_text``.
        rejected: source_file, source_row, supplier_id, rule, reason.
        issues: source_file, source_row, supplier_id, field, rule, reason: optional values that
            could not be used and were left empty.
        notes: plain sentences on what was assumed.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    issues: pl.DataFrame
    notes: tuple[str, ...]


def judge_rows(raw: pl.DataFrame) -> JudgedRows:
    """Sort out unusable rows and parse the others.

    Args:
        raw: string columns, one per field (null where the file has none), with ``source_file``,
            ``source_row``, ``cells_beyond_header``, ``holds_withheld_value`` and
            ``declared_decimal``. A null
            ``supplier_id`` in rows of files that have no such column must be derived by the
            caller beforehand.
    """
    resolved = {
        text: resolve_country(text) for text in raw["country"].drop_nulls().unique().to_list()
    }
    known = [text for text, match in resolved.items() if match is not None]
    ruled = raw.with_columns(
        rule=pl.when(pl.col(RAGGED))
        .then(pl.lit("cells_beyond_header"))
        .when(pl.col(WITHHELD_ROW))
        .then(pl.lit("person_like_value"))
        .when(pl.col("supplier_id").is_null())
        .then(pl.lit("missing_supplier_id"))
        .when(pl.col("name").is_null())
        .then(pl.lit("missing_name"))
        .when(pl.col("country").is_null())
        .then(pl.lit("missing_country"))
        .when(~pl.col("country").is_in(known))
        .then(pl.lit("unknown_country"))
    )
    contents = [field.name for field in FIELDS]
    usable = ruled.filter(pl.col("rule").is_null())
    repeated = usable.filter(~pl.struct(contents).is_first_distinct()).with_columns(
        rule=pl.lit(DUPLICATE)
    )
    kept = usable.filter(pl.struct(contents).is_first_distinct())
    rejected = pl.concat([ruled.filter(pl.col("rule").is_not_null()), repeated]).select(
        *_KEYS,
        pl.when(pl.col("rule") == "person_like_value")
        .then(None)
        .otherwise(pl.col("supplier_id").replace("", None))
        .alias("supplier_id"),
        "rule",
        _row_reason([text for text, match in resolved.items() if match is None]).alias("reason"),
    )
    plain, coordinate_notes = with_plain_coordinates(kept.drop("rule", RAGGED, WITHHELD_ROW))
    coded = with_schemes(plain)
    parsed, issues = _parse_fields(coded, resolved)
    return JudgedRows(
        parsed,
        rejected.sort(_KEYS),
        issues,
        (
            *_country_notes(resolved),
            *coded.notes,
            *_sector_notes(kept["sector"]),
            *goods_notes(kept["commodity"]),
            *coordinate_notes,
        ),
    )


def _row_reason(unknown_countries: Sequence[str]) -> pl.Expr:
    """The reason of each rejected row, with the countries between which a name is undecided."""
    usual = pl.col("rule").replace_strict(_REASONS, return_dtype=pl.String)
    open_between = {
        text: f"the country can be {' or '.join(names)}; write its ISO code"
        for text in unknown_countries
        if (names := possible_countries(text))
    }
    return (
        pl.when((pl.col("rule") == "unknown_country") & pl.col("country").is_in(list(open_between)))
        .then(pl.col("country").replace_strict(open_between, default=None, return_dtype=pl.String))
        .otherwise(usual)
    )


def derive_supplier_id(name: str, country: str) -> str:
    """A stable id from name and country: ``s-`` and 12 hex digits of their SHA-256.

    Case, accents, punctuation and the spelling of the country do not change it. An unknown or
    empty country counts as it is written.
    """
    match = resolve_country(country)
    place = match.country.iso2 if match else normalise_header(country)
    folded = normalise_header(name) or name
    return "s-" + hashlib.sha256(f"{folded}|{place}".encode()).hexdigest()[:12]


def _country_notes(resolved: Mapping[str, CountryMatch | None]) -> tuple[str, ...]:
    return tuple(
        f"country {text!r} was read as {match.country.name}"
        for text, match in sorted(resolved.items())
        if match is not None and match.guessed
    )


def _parse_fields(
    coded: CodeColumns, resolved: Mapping[str, CountryMatch | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    kept = coded.rows
    countries = {text: match.country for text, match in resolved.items() if match is not None}

    def of_country(attribute: str) -> pl.Expr:
        values = {text: getattr(found, attribute) for text, found in countries.items()}
        return pl.col("country").replace_strict(values, default=None, return_dtype=pl.String)

    frame = _with_spend(kept).with_columns(
        _parsed(kept, "latitude", parse_coordinate, pl.Float64),
        _parsed(kept, "longitude", parse_coordinate, pl.Float64),
        _parsed(kept, "currency", _currency, pl.String),
        _parsed(kept, "sector_scheme", _sector_scheme, pl.String),
        _parsed(kept, "commodity_scheme", _commodity_scheme, pl.String),
        _goods(kept),
        _parsed(kept, "duns", parse_duns, pl.String),
        _parsed(kept, "lei", _lei, pl.String),
        _parsed(kept, "company_number", _register_number, pl.String),
        _parsed(kept, "cik", _cik, pl.String),
        _parsed(kept, "os_id", _os_id, pl.String),
        _parsed(kept, "workforce_band", parse_band, pl.String),
        _parsed(kept, "tier", _tier, pl.Int64),
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
    frame = _with_industry(frame)
    raw_texts = kept.select(pl.col(list(_FIELD_REASONS)).name.suffix("_raw"))
    compared = frame.hstack(raw_texts)
    issues = [
        compared.filter(pl.col(name).is_null() & pl.col(f"{name}_raw").is_not_null()).select(
            *_KEYS,
            "supplier_id",
            field=pl.lit(name),
            rule=_rule(name, coded.questions),
            reason=_reason(name, reason, coded.questions),
        )
        for name, reason in _FIELD_REASONS.items()
    ]
    frame = frame.drop(DECIMAL, _SPEND_FAULT)
    return frame, pl.concat(issues).sort(*_KEYS, "field")


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
        asked = pl.col("sector_raw").map_elements(_sector_question, return_dtype=pl.String)
        return pl.when(is_words).then(asked).otherwise(usual)
    return usual


def _sector_question(text: str) -> str:
    """Why a sector in words was left empty, with the divisions that it can mean."""
    choices = [
        f"{division} ({division_title(division)})" for division in sector_of_words(text).choices
    ]
    if not choices:
        return _SECTOR_IN_WORDS
    return (
        f"sector {text!r} can mean ISIC {' or '.join(choices)}; write the code; it was left empty"
    )


def _sector_notes(texts: pl.Series) -> tuple[str, ...]:
    """Sectors in words that were read as a division."""
    return tuple(
        f"sector {text!r} was read as ISIC {division} ({division_title(division)})"
        for text in sorted(texts.drop_nulls().unique().to_list())
        if not _DIGIT.search(text)
        and len(text) > 1
        and (division := sector_of_words(text).division) is not None
    )


def _industry(text: str, named: str | None) -> Industry | None:
    """The industry of a code, or of words that name one division."""
    if named == UNDECIDED_SCHEME and not any(map(str.isalpha, text)):
        return None
    scheme: SectorScheme | None = None if named is None else parse_scheme(named)
    if (known := parse_sector(text, scheme)) is not None or _DIGIT.search(text):
        return known
    division = sector_of_words(text).division
    return None if division is None else parse_sector(division, "isic")


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


def _with_industry(frame: pl.DataFrame) -> pl.DataFrame:
    pairs = frame.select("sector", "sector_scheme").unique().drop_nulls("sector")
    industries = [
        (text, scheme, industry.code, industry.section)
        for text, scheme in pairs.iter_rows()
        if (industry := _industry(text, scheme)) is not None
    ]
    table = pl.DataFrame(
        industries,
        schema=["sector", "sector_scheme", "industry", "sector_section"],
        orient="row",
        schema_overrides=dict.fromkeys(
            ["sector", "sector_scheme", "industry", "sector_section"], pl.String
        ),
    )
    joined = frame.join(
        table, on=["sector", "sector_scheme"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.with_columns(sector=pl.col("industry")).drop("industry")


def _currency(text: str) -> str | None:
    code = text.strip().upper()
    return code if re.fullmatch(r"[A-Z]{3}", code) else None


def _lei(text: str) -> str | None:
    from stdnum import lei

    code = lei.compact(text).upper()
    # The remainder of a division by 97 gives check digits from 02 to 98 (ISO 7064, MOD 97-10).
    return code if lei.is_valid(code) and "02" <= code[-2:] <= "98" else None


def _register_number(text: str) -> str | None:
    return text if re.search(r"\d", text) else None


def parse_duns(text: str) -> str | None:
    """A D-U-N-S number: nine digits, which spreadsheets shorten by zeros in front."""
    digits = re.sub(r"^(?i:d-?u-?n-?s)\W*|[\s.-]|\.0$", "", text.strip())
    if not re.fullmatch(r"\d{7,9}", digits) or len(set(digits)) == 1:
        return None
    return digits.zfill(9)


def _cik(text: str) -> str | None:
    digits = re.sub(r"^(?i:cik)\s*|\.0$", "", text.strip())
    return digits.zfill(10) if re.fullmatch(r"\d{1,10}", digits) else None


def _os_id(text: str) -> str | None:
    code = text.strip().upper()
    return code if re.fullmatch(r"[A-Z]{2}\d{7}[A-Z0-9]{6}", code) else None


def _tier(text: str) -> int | None:
    found = re.fullmatch(r"(?i:(?:tier|t|nivel|rang|stufe)\s*)?(\d{1,2})(?:\.0)?", text.strip())
    return int(found[1]) if found and int(found[1]) <= 20 else None


def empty_field_columns() -> list[pl.Expr]:
    """Null string columns for every field, to fill the ones a file does not have."""
    return [pl.lit(None, dtype=pl.String).alias(name) for name in BY_NAME]
