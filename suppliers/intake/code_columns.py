"""Codes of industries and of goods in a list: the scheme of each column, then the goods.

The scheme comes from the list's own scheme column, else from the column's header (``NAICS code``),
else from the form of all codes of the column (`code_schemes`). A column whose codes can be of
several schemes is not read, and one question names them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.intake.code_schemes import CodeField, Scheme, fits, possible_schemes
from suppliers.intake.goods_words import chapter_title, chapters_of_words
from suppliers.intake.industries import CommodityScheme, parse_commodity
from suppliers.intake.product_classes import isic_of_product

#: In place of a scheme: the codes of the column are not read.
UNDECIDED_SCHEME = "undecided"
#: Rule of the issues of such a column.
UNKNOWN_SCHEME = "unknown_scheme"
_BY_HEADER = " by the header"
_FIELDS: Mapping[CodeField, str] = {"sector": "sector_scheme", "commodity": "commodity_scheme"}
_NAMES: Mapping[Scheme, str] = {
    "isic": "ISIC",
    "nace": "NACE",
    "naics": "NAICS",
    "us_sic": "US SIC",
    "uk_sic": "UK SIC or another five-digit code built on ISIC",
    "cpv": "CPV",
    "unspsc": "UNSPSC",
    "hs": "the Harmonised System",
}
# Words of headers that name the scheme, looked for in this order.
_HEADERS: Mapping[CodeField, tuple[tuple[str, Scheme], ...]] = {
    "sector": (
        ("unspsc", "unspsc"),
        ("cpv", "cpv"),
        ("naics", "naics"),
        ("uk sic", "uk_sic"),
        ("sic 2007", "uk_sic"),
        ("us sic", "us_sic"),
        ("isic", "isic"),
        ("nace", "nace"),
    ),
    "commodity": (
        ("unspsc", "unspsc"),
        ("cpv", "cpv"),
        ("hs", "hs"),
        ("hts", "hs"),
        ("hsn", "hs"),
        ("taric", "hs"),
        ("ncm", "hs"),
        ("gtip", "hs"),
        ("tariff", "hs"),
        ("customs", "hs"),
        ("zolltarifnummer", "hs"),
        ("arancelaria", "hs"),
        ("douanier", "hs"),
    ),
}


@dataclass(frozen=True)
class CodeColumns:
    """Rows whose codes have a scheme.

    Attributes:
        rows: the rows with sector_scheme and commodity_scheme filled; goods of CPV and UNSPSC are
            the sector of rows that have none.
        questions: source_file and field to the question about a column that is not decided.
        notes: plain sentences on what was read by form or by words.
    """

    rows: pl.DataFrame
    questions: Mapping[tuple[str, str], str]
    notes: tuple[str, ...]


def scheme_by_header(header: str, field: CodeField) -> str | None:
    """The scheme that a header names, marked as such, or None."""
    words = f" {normalise_header(header)} "
    scheme = next((s for word, s in _HEADERS[field] if f" {word} " in words), None)
    if scheme is None and field == "sector" and " sic " in words:
        return "sic" + _BY_HEADER
    return None if scheme is None else scheme + _BY_HEADER


def with_schemes(rows: pl.DataFrame) -> CodeColumns:
    """Decide the scheme of each column of codes, file by file.

    Args:
        rows: rows with all fields as text and source_file.
    """
    questions: dict[tuple[str, str], str] = {}
    notes: list[str] = []
    parts = []
    for (file,), of_file in rows.group_by(["source_file"], maintain_order=True):
        part = of_file
        for field, column in _FIELDS.items():
            is_open = pl.col(column).is_null() | pl.col(column).str.ends_with(_BY_HEADER)
            texts = part.filter(is_open)[field].drop_nulls().unique().sort().to_list()
            named = part.filter(is_open)[column].drop_nulls().unique().to_list()
            hint = str(named[0]).removesuffix(_BY_HEADER) if named else None
            scheme, question, note = _decided(texts, hint, field)
            if question is not None:
                questions[str(file), field] = question
            if note is not None:
                notes.append(f"{file}: {note}")
            part = part.with_columns(
                pl.when(is_open)
                .then(pl.lit(scheme, dtype=pl.String))
                .otherwise(column)
                .alias(column)
            )
        parts.append(part)
    decided = pl.concat(parts) if parts else rows
    moved, of_goods = _goods_as_sector(decided)
    return CodeColumns(moved, questions, (*notes, *of_goods))


def _decided(
    texts: list[str], hint: str | None, field: CodeField
) -> tuple[str | None, str | None, str | None]:
    """The scheme, the question and the note of one column."""
    possible = possible_schemes(texts, field)
    if hint == "sic" or (hint is not None and fits(texts, _scheme(hint))):
        return hint, None, None
    if hint is not None and possible:
        possible = (_scheme(hint), *(scheme for scheme in possible if scheme != hint))
    if not possible:
        return hint, None, None
    if possible == ("isic",):
        return "isic", None, None
    if len(possible) == 1:
        return possible[0], None, f"codes of {field} were read as {_NAMES[possible[0]]}"
    named = " or ".join(_NAMES[scheme] for scheme in possible)
    choices = " or ".join(possible)
    question = (
        f"the codes of {field} can be {named}; name the scheme under constants: "
        f"({_FIELDS[field]}: {choices}); it was left empty"
    )
    return UNDECIDED_SCHEME, question, None


def _scheme(text: str) -> Scheme:
    return next(scheme for scheme in _NAMES if scheme == text)


def _goods_as_sector(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """CPV and UNSPSC name the goods of an industry and have no tariff chapter."""
    of_products = pl.col("commodity_scheme").is_in(["cpv", "unspsc"]) & pl.col(
        "commodity"
    ).str.contains(r"^\d[\d .-]*$")
    goods = rows.filter(of_products & pl.col("sector").is_null())
    known = {
        (text, scheme): isic_of_product(text, scheme)
        for text, scheme in goods.select("commodity", "commodity_scheme").unique().iter_rows()
    }
    unknown = sorted(text for (text, _), isic in known.items() if isic is None)
    usable = [text for (text, _), isic in known.items() if isic is not None]
    moved = of_products & pl.col("sector").is_null() & pl.col("commodity").is_in(usable)
    notes = []
    if unknown:
        shown = ", ".join(unknown[:3]) + (" and others" if len(unknown) > 3 else "")
        notes.append(f"commodity {shown}: goods of several industries; the sector stays empty")
    return rows.with_columns(
        pl.when(moved).then("commodity").otherwise("sector").alias("sector"),
        pl.when(moved).then("commodity_scheme").otherwise("sector_scheme").alias("sector_scheme"),
        pl.when(~of_products.fill_null(value=False)).then("commodity").alias("commodity"),
    ), notes


def chapter_of(text: str, scheme: CommodityScheme | str | None) -> str | None:
    """The HS chapter of a code, or of words that name goods of one chapter; None if not sure."""
    if scheme == UNDECIDED_SCHEME and any(map(str.isdigit, text)):
        return None
    if (chapter := parse_commodity(text)) is not None:
        return chapter
    chapters = () if _is_code(text) else chapters_of_words(text)
    return chapters[0] if len(chapters) == 1 else None


def goods_question(text: str) -> str:
    """Why goods were left empty, with the chapters that they can be of."""
    if _is_code(text):
        return "commodity is not an HS code; it was left empty"
    choices = [f"{code} ({chapter_title(code)})" for code in chapters_of_words(text)]
    if not choices:
        return (
            "commodity is in words that name no goods known; write the HS code; it was left empty"
        )
    return (
        f"commodity {text!r} can be of the HS chapters {' or '.join(choices)}; write the code; it "
        "was left empty"
    )


def goods_notes(texts: pl.Series) -> Iterator[str]:
    """Goods in words that were read as a chapter."""
    for text in sorted(texts.drop_nulls().unique().to_list()):
        if parse_commodity(text) is None and (chapter := chapter_of(text, None)) is not None:
            yield f"commodity {text!r} was read as HS chapter {chapter} ({chapter_title(chapter)})"


def _is_code(text: str) -> bool:
    return not any(map(str.isalpha, text)) or text.upper().startswith(("HS ", "HS:"))
