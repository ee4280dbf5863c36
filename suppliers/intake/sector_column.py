"""The column of sectors: codes and words as ISIC divisions, and what is asked about them."""

import re

import polars as pl

from suppliers.intake.code_columns import UNDECIDED_SCHEME, chapter_of
from suppliers.intake.goods_producers import names_goods, producer_of, sector_or_goods
from suppliers.intake.industries import Industry, SectorScheme, parse_scheme, parse_sector
from suppliers.intake.sector_words import division_title

_SECTOR_IN_WORDS = (
    "sector is in words, which are not a code; give the code of isic, nace or naics; it was left "
    "empty"
)
_DIGIT = re.compile(r"\d")


def sector_question(text: str) -> str:
    """Why a sector in words was left empty, with the divisions that it can mean."""
    choices = [
        f"{division} ({division_title(division)})" for division in sector_or_goods(text).choices
    ]
    if not choices:
        return _SECTOR_IN_WORDS
    return (
        f"sector {text!r} can mean ISIC {' or '.join(choices)}; write the code; it was left empty"
    )


def sector_notes(texts: pl.Series) -> tuple[str, ...]:
    """Sectors in words that were read as a division."""
    return tuple(
        f"sector {text!r} was read as ISIC {division} ({division_title(division)})"
        + (", which produces these goods" if names_goods(text) else "")
        for text in sorted(texts.drop_nulls().unique().to_list())
        if not _DIGIT.search(text)
        and len(text) > 1
        and (division := sector_or_goods(text).division) is not None
    )


def with_goods_of_sectors(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose goods stand in the column of sectors, with these as goods too.

    Args:
        rows: string columns sector and commodity.
    """
    texts = rows.filter(pl.col("commodity").is_null())["sector"].drop_nulls().unique().to_list()
    goods = [text for text in texts if not _DIGIT.search(text) and names_goods(text)]
    is_goods = pl.col("commodity").is_null() & pl.col("sector").is_in(goods)
    return rows.with_columns(
        commodity=pl.when(is_goods).then("sector").otherwise("commodity"),
        commodity_scheme=pl.when(~is_goods).then("commodity_scheme"),
    )


def with_sectors_of_goods(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows without a sector get the industry that produces their goods, where it is one alone.

    Args:
        rows: string columns sector, sector_scheme, commodity, commodity_scheme.

    Returns:
        The rows, and a note for each text of goods that was used.
    """
    lacks = pl.col("sector").is_null() & pl.col("commodity").is_not_null()
    pairs = rows.filter(lacks).select("commodity", "commodity_scheme").unique().rows()
    found = {
        (text, scheme): division
        for text, scheme in sorted(pairs, key=lambda pair: (pair[0], pair[1] or ""))
        if (division := producer_of(text, chapter_of(text, scheme))) is not None
    }
    if not found:
        return rows, ()
    table = pl.DataFrame(
        [(text, scheme, division) for (text, scheme), division in found.items()],
        schema=dict.fromkeys(["commodity", "commodity_scheme", "producer"], pl.String),
        orient="row",
    )
    joined = rows.join(
        table,
        on=["commodity", "commodity_scheme"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    is_filled = lacks & pl.col("producer").is_not_null()
    filled = joined.with_columns(
        sector=pl.when(is_filled).then("producer").otherwise("sector"),
        sector_scheme=pl.when(is_filled).then(pl.lit("isic")).otherwise("sector_scheme"),
    ).drop("producer")
    notes = (
        f"commodity {text!r}: its industry, ISIC {division} ({division_title(division)}), was "
        "taken as the sector of suppliers without one"
        for (text, _), division in found.items()
    )
    return filled, tuple(dict.fromkeys(notes))


def industry_of(text: str, named: str | None) -> Industry | None:
    """The industry of a code, or of words that name one division."""
    if named == UNDECIDED_SCHEME and not any(map(str.isalpha, text)):
        return None
    scheme: SectorScheme | None = None if named is None else parse_scheme(named)
    if (known := parse_sector(text, scheme)) is not None or _DIGIT.search(text):
        return known
    division = sector_or_goods(text).division
    return None if division is None else parse_sector(division, "isic")


def with_industry(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with the sector as ISIC division and its section; null where it is not known."""
    pairs = frame.select("sector", "sector_scheme").unique().drop_nulls("sector")
    industries = [
        (text, scheme, industry.code, industry.section)
        for text, scheme in pairs.iter_rows()
        if (industry := industry_of(text, scheme)) is not None
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
