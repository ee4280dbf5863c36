"""Texts as a search for personal data sees them: one form of letters, digits and blanks."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain_text(text: str) -> str:
    """Full-width letters and digits of every script as ASCII, no invisible characters."""
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return _DASHES.sub(
        "-",
        "".join(
            str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in folded
        ),
    )


def plain_texts(values: pl.Series) -> pl.Series:
    """`plain_text` of every value; ASCII values, nearly all of them, stay as they are."""
    other = values.str.contains(r"[^\x00-\x7f]").fill_null(False)
    if not other.any():
        return values
    changed = {text: plain_text(text) for text in values.filter(other).unique().to_list()}
    return values.replace(changed)
