"""Headers and names brought to one spelling before they are compared."""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Letters that Unicode does not take apart into a base letter and a mark.
_PLAIN_LETTERS = str.maketrans({"ı": "i", "đ": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe"})
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670]")


def normalise_header(header: str) -> str:
    """A header without case, accents, punctuation or runs of blanks (``LieferantenNr.`` too)."""
    folded = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header))
    folded = unicodedata.normalize("NFKD", folded.casefold()).translate(_PLAIN_LETTERS)
    # Indic vowel signs are marks that carry meaning, so only Latin and Arabic ones are removed.
    folded = unicodedata.normalize("NFKC", _MARKS.sub("", folded))
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return " ".join("".join(kept).split())
