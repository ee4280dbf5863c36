"""Codes of sectors and goods in words, and spend in money.

Titles are those of ISIC Rev. 4 divisions (United Nations, 2008) and of the chapters of the
Harmonized System (World Customs Organization, 2022), shortened.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import polars as pl

from reports.languages.sentences import Sentences
from scoring.explanation.sentences import figure

_ASSETS = {"sector": "isic_divisions.csv", "commodity": "hs_chapters.csv"}


def titles_of(
    codes: Iterable[str | None], kind: Literal["sector", "commodity"], words: Sentences
) -> dict[str, str]:
    """The text of each code that occurs, by code: `Wearing apparel (14)`, `Cotton (5208)`.

    Args:
        codes: of ISIC or NACE, or of the Harmonized System; null where none is known.
        kind: `sector`, by the title of its division, or `commodity`, by that of its chapter.
        words: the language of the titles.
    """
    titles = _titles(_ASSETS[kind])
    return {code: _text(code, titles, words) for code in sorted({code for code in codes if code})}


def code_titles() -> list[str]:
    """Every title of a division or a chapter, for the catalogues."""
    return [title for asset in _ASSETS.values() for title in _titles(asset).values()]


def spend_text() -> pl.Expr:
    """Of the suppliers: `annual_spend` with its currency, as `1.2 million USD a year`."""
    amount = pl.col("annual_spend").cast(pl.Float64)
    currency = pl.concat_str(pl.lit(" "), "currency").fill_null("")
    return (
        pl.when(amount > 0)
        .then(pl.concat_str(figure(amount), currency, pl.lit(" a year")))
        .alias("spend")
    )


def _text(code: str, titles: Mapping[str, str], words: Sentences) -> str:
    digits = "".join(mark for mark in code if mark.isdigit())
    title = titles.get(digits[:2])
    return code if title is None else f"{words.text(title)} ({code})"


@cache
def _titles(asset: str) -> Mapping[str, str]:
    text = files("reports").joinpath("assets", asset).read_text(encoding="utf-8")
    return {row["code"]: row["title"] for row in csv.DictReader(text.splitlines())}
