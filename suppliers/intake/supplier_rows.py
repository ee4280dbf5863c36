"""Judge the rows of supplier lists: strings in, typed fields and all reasons of each row out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.intake.code_columns import goods_notes, with_schemes
from suppliers.intake.fields import BY_NAME, FIELDS
from suppliers.intake.list_columns import ROW_KEYS, WITHHELD_ROW
from suppliers.intake.lost_letters import lost_letter_notes
from suppliers.intake.person_names import person_names
from suppliers.intake.plain_coordinates import with_plain_coordinates
from suppliers.intake.row_values import typed_values
from suppliers.intake.sector_column import (
    sector_notes,
    with_goods_of_sectors,
    with_sectors_of_goods,
)
from suppliers.intake.table_rows import RAGGED
from suppliers.places.countries import CountryMatch, possible_countries, resolve_listed_country

DUPLICATE = "duplicate_row"
TOTALS = "row_of_totals"
_PERSON = "person_like_value"
#: What stands in the column of names, or of numbers, of a row of sums; such a row has no country.
_TOTALS = frozenset({
    "total", "totals", "grand total", "subtotal", "sub total", "sum", "summe", "gesamt",
    "gesamtsumme", "gesamtergebnis", "zwischensumme", "total general", "total geral",
    "totale", "totaal", "suma", "razem", "toplam", "genel toplam", "tong", "tong cong",
    "jumlah", "合计", "总计", "小计", "মোট", "المجموع", "الإجمالي",
})  # fmt: skip

#: What a sum can have beside its amount; a derived id is empty.
_BESIDE_AN_AMOUNT = frozenset({"annual_spend", "currency", "supplier_id"})

_REASONS: Mapping[str, str] = {
    "cells_beyond_header": "the row has more or fewer cells than the header, or a quotation mark "
    "that does not match; a delimiter in a value needs quotation marks",
    _PERSON: "a required value may be about a person, or names a sole trader, and was not read",
    "missing_supplier_id": "supplier_id is empty",
    "missing_name": "name is empty",
    "missing_country": "country is empty",
    "unknown_country": "the country is not known; write its English name or ISO code",
    DUPLICATE: "the row repeats an earlier one",
    TOTALS: "the row is a sum and no supplier",
}


@dataclass(frozen=True)
class JudgedRows:
    """Rows after judging.

    Attributes:
        accepted: one row per usable row with typed fields and ``country_iso2``, ``country_iso3``,
            ``country_name``, ``subregion``, ``sector_section`` and ``coordinate_decimals``; the
            raw texts of coordinates stay in ``latitude_text`` and ``longitude_text``.
        rejected: one record per unusable row: source_file, source_row, supplier_id, name, rule
            (the first that it breaks), reason (all of them). Id and name are null where they may
            be about a person, or are not under their headers.
        issues: source_file, source_row, supplier_id, field, rule, reason: optional values of the
            usable rows that could not be used and were left empty.
        notes: plain sentences on what was assumed.
        faults: one record per unusable row and rule that it breaks, with the columns of
            `rejected`.
        unusable: the unusable rows that can be read, with the columns of `accepted`; country
            codes are null where the country is not known.
        unusable_issues: optional values of `unusable`, with the columns of `issues`.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    issues: pl.DataFrame
    notes: tuple[str, ...]
    faults: pl.DataFrame
    unusable: pl.DataFrame
    unusable_issues: pl.DataFrame


def judge_rows(raw: pl.DataFrame) -> JudgedRows:
    """Sort out unusable rows and parse all of them, so that each learns all its faults at once.

    Args:
        raw: string columns, one per field (null where the file has none), with ``source_file``,
            ``source_row``, ``cells_beyond_header``, ``holds_withheld_value`` and
            ``declared_decimal``. A null
            ``supplier_id`` in rows of files that have no such column must be derived by the
            caller beforehand.
    """
    resolved = {
        text: resolve_listed_country(text)
        for text in raw["country"].drop_nulls().unique().to_list()
    }
    unknown = [text for text, match in resolved.items() if match is None]
    ruled = raw.with_columns(rules=_rules(unknown))
    is_usable = pl.col("rules").list.len() == 0
    contents = [field.name for field in FIELDS]
    is_first = pl.struct(contents).is_first_distinct()
    usable = ruled.filter(is_usable)
    repeated = usable.filter(~is_first).with_columns(rules=pl.lit([DUPLICATE]))
    broken = pl.concat([ruled.filter(~is_usable), repeated])
    # What stands below a list, such as a table of workers, ends among the unusable rows.
    is_shown = ~pl.col(WITHHELD_ROW) & ~pl.col(RAGGED)
    has_code = ~pl.col("supplier_id").str.contains(r"\p{L}\s+\p{L}").fill_null(False)
    broken = broken.with_columns(
        name=pl.when(~person_names(broken["name"])).then("name"),
    )
    faults = broken.explode("rules").select(
        *ROW_KEYS,
        pl.when(is_shown & has_code).then(pl.col("supplier_id").replace("", None)),
        pl.when(is_shown).then("name").alias("name"),
        pl.col("rules").alias("rule"),
        _row_reason("rules", unknown).alias("reason"),
    )
    is_sum = pl.col("rules").list.contains(TOTALS)
    readable = pl.concat(
        [usable.filter(is_first), ruled.filter(~is_usable & ~pl.col(RAGGED) & ~is_sum & is_first)]
    ).with_columns(supplier_id=pl.when(~pl.col(WITHHELD_ROW)).then("supplier_id"))
    is_read = pl.col("rules").list.len() == 0
    carried = readable.drop("rules", RAGGED, WITHHELD_ROW)
    plain, coordinate_notes = with_plain_coordinates(carried)
    coded = with_schemes(with_goods_of_sectors(plain))
    of_goods, producer_notes = with_sectors_of_goods(coded.rows)
    coded = replace(coded, rows=of_goods)
    parsed, issues = typed_values(coded, resolved)
    kept = readable.filter(is_read)
    return JudgedRows(
        accepted=_of_rows(parsed, kept),
        rejected=_one_per_row(faults).sort(ROW_KEYS),
        issues=_of_rows(issues, kept),
        notes=(
            *_country_notes(resolved),
            *coded.notes,
            *sector_notes(kept["sector"]),
            *goods_notes(with_goods_of_sectors(kept)["commodity"]),
            *producer_notes,
            *lost_letter_notes(kept),
            *coordinate_notes,
        ),
        faults=faults.sort(*ROW_KEYS, maintain_order=True),
        unusable=_of_rows(parsed, readable.filter(~is_read)),
        unusable_issues=_of_rows(issues, readable.filter(~is_read)),
    )


def _rules(unknown_countries: Sequence[str]) -> pl.Expr:
    """All rules that a row breaks; one alone for sums, and for values not under their headers."""
    is_empty = {name: pl.col(name).is_null() for name in ("supplier_id", "name", "country")}
    # What the guard withheld is not missing.
    missing = [
        pl.when(is_null & ~pl.col(WITHHELD_ROW)).then(pl.lit(f"missing_{name}"))
        for name, is_null in is_empty.items()
    ]
    unknown = pl.when(pl.col("country").is_in(unknown_countries)).then(pl.lit("unknown_country"))
    person = pl.when(pl.col(WITHHELD_ROW)).then(pl.lit(_PERSON))
    name, number = (
        pl.col(column).map_elements(normalise_header, return_dtype=pl.String)
        for column in ("name", "supplier_id")
    )
    is_named = name.is_in(sorted(_TOTALS)) | (
        number.is_in(sorted(_TOTALS)) & pl.col("name").is_null()
    )
    # An amount alone, as below a list.
    is_amount = pl.col("annual_spend").is_not_null() & pl.all_horizontal(
        pl.col(column).is_null() for column in BY_NAME if column not in _BESIDE_AN_AMOUNT
    )
    has_id = (pl.col("supplier_id") != "").fill_null(value=False)
    is_total = pl.col("country").is_null() & (is_named | (is_amount & ~has_id))
    return (
        pl.when(pl.col(RAGGED))
        .then(pl.concat_list(pl.lit("cells_beyond_header")))
        .when(is_total)
        .then(pl.concat_list(pl.lit(TOTALS)))
        .otherwise(pl.concat_list(person, *missing, unknown).list.drop_nulls())
    )


def _of_rows(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return frame.join(rows.select(ROW_KEYS), on=ROW_KEYS, how="semi", maintain_order="left")


def _one_per_row(faults: pl.DataFrame) -> pl.DataFrame:
    by_row = faults.group_by([*ROW_KEYS, "supplier_id", "name"], maintain_order=True)
    return by_row.agg(pl.col("rule").first(), pl.col("reason").str.join("; "))


def _row_reason(rule: str, unknown_countries: Sequence[str]) -> pl.Expr:
    """The reason of each fault, with the countries between which a name is undecided."""
    usual = pl.col(rule).replace_strict(_REASONS, return_dtype=pl.String)
    open_between = {
        text: f"the country can be {' or '.join(names)}; write its ISO code"
        for text in unknown_countries
        if (names := possible_countries(text))
    }
    return (
        pl.when((pl.col(rule) == "unknown_country") & pl.col("country").is_in(list(open_between)))
        .then(pl.col("country").replace_strict(open_between, default=None, return_dtype=pl.String))
        .otherwise(usual)
    )


def derive_supplier_id(name: str, country: str) -> str:
    """A stable id from name and country: ``s-`` and 12 hex digits of their SHA-256.

    Case, accents, punctuation and the spelling of the country do not change it. An unknown or
    empty country counts as it is written.
    """
    match = resolve_listed_country(country)
    place = match.country.iso2 if match else normalise_header(country)
    folded = normalise_header(name) or name
    return "s-" + hashlib.sha256(f"{folded}|{place}".encode()).hexdigest()[:12]


def _country_notes(resolved: Mapping[str, CountryMatch | None]) -> tuple[str, ...]:
    return tuple(
        f"country {text!r} was read as {match.country.name}"
        for text, match in sorted(resolved.items())
        if match is not None and match.guessed
    )
