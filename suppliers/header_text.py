"""Headers and names brought to one spelling before they are compared."""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Letters that Unicode does not take apart into a base letter and a mark.
_PLAIN_LETTERS = str.maketrans({"ı": "i", "đ": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe"})
# Exports mark columns that a buyer added.
_ADDED_BY_BUYER = re.compile(r"\s*[(\[](?:custom|user defined|udf|cf)[)\]]\s*$", re.IGNORECASE)
_NUMBER_SIGN = re.compile(r"(?<=[a-z])\s*#\s*$", re.IGNORECASE)
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670]")


def normalise_header(header: str) -> str:
    """A header without case, accents, punctuation or runs of blanks (``LieferantenNr.`` too).

    A mark such as ``(custom)`` at the end of the header is left out; ``#`` there is a number.
    """
    plain = _NUMBER_SIGN.sub(" no", _ADDED_BY_BUYER.sub("", header) or header)
    folded = _CAMEL.sub(" ", unicodedata.normalize("NFKC", plain))
    folded = unicodedata.normalize("NFKD", folded.casefold()).translate(_PLAIN_LETTERS)
    # Indic vowel signs are marks that carry meaning, so only Latin and Arabic ones are removed.
    folded = unicodedata.normalize("NFKC", _MARKS.sub("", folded))
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return " ".join("".join(kept).split())
