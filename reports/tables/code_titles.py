"""Codes of sectors and goods in words, and spend in money.

Titles are those of ISIC Rev. 4 divisions (United Nations, 2008) and of the chapters of the
Harmonized System (World Customs Organization, 2022), shortened.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import polars as pl

from scoring.explanation.sentences import figure


def sector_text(code: str) -> str:
    """An ISIC or NACE code with the title of its division: `Wearing apparel (14)`."""
    return _text(code, _titles("isic_divisions.csv"))


def commodity_text(code: str) -> str:
    """An HS code with the title of its chapter: `Cotton (5208)`."""
    return _text(code, _titles("hs_chapters.csv"))


def titles_of(codes: Iterable[str | None], kind: str) -> dict[str, str]:
    """The text of each code that occurs, by code.

    Args:
        codes: null where none is known.
        kind: `sector` or `commodity`.
    """
    text = sector_text if kind == "sector" else commodity_text
    return {code: text(code) for code in sorted({code for code in codes if code})}


def spend_text() -> pl.Expr:
    """Of the suppliers: `annual_spend` with its currency, as `1.2 million USD a year`."""
    amount = pl.col("annual_spend").cast(pl.Float64)
    currency = pl.concat_str(pl.lit(" "), "currency").fill_null("")
    return (
        pl.when(amount > 0)
        .then(pl.concat_str(figure(amount), currency, pl.lit(" a year")))
        .alias("spend")
    )


def _text(code: str, titles: Mapping[str, str]) -> str:
    digits = "".join(mark for mark in code if mark.isdigit())
    title = titles.get(digits[:2])
    return code if title is None else f"{title} ({code})"


@cache
def _titles(asset: str) -> Mapping[str, str]:
    text = files("reports").joinpath("assets", asset).read_text(encoding="utf-8")
    return {row["code"]: row["title"] for row in csv.DictReader(text.splitlines())}
