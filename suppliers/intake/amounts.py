"""Coordinates, yes/no answers and size bands as people and spreadsheets write them."""

import math
import re

_TYPED = re.compile(r"^-?\d\.\d+e[+-]\d+$")
_BANDS = ((10, "1-9"), (50, "10-49"), (250, "50-249"), (1000, "250-999"))
_LAST_BAND = "1000+"
_YES = frozenset(["yes", "y", "true", "t", "1", "x", "si", "sim", "oui", "ja", "public"])
_NO = frozenset(["no", "n", "false", "f", "0", "nao", "non", "nein", "private"])


def parse_coordinate(text: str) -> float | None:
    """Decimal degrees, with a dot or a comma, or None."""
    return _as_float(text.strip().replace(",", ".").replace("−", "-").rstrip("°"))


def coordinate_text(text: str) -> str:
    """A coordinate as it is written; a typed cell (``2.35e+01``) without its exponent."""
    written = text.strip()
    return repr(float(written)) if _TYPED.match(written) else written


def decimals_of(text: str) -> int:
    """Digits after the decimal mark that carry information (zeros at the end do not)."""
    _, _, tail = coordinate_text(text).rstrip("°").replace(",", ".").partition(".")
    return len(tail.rstrip("0"))


def parse_yes_no(text: str) -> bool | None:
    """Yes or no in the languages of the header list, or None."""
    folded = text.strip().casefold().replace("í", "i").replace("ã", "a")
    return True if folded in _YES else False if folded in _NO else None


def parse_band(text: str) -> str | None:
    """The size band of a head count, a range or a band's name, or None.

    A range goes by its middle, so that ``51-200`` falls into ``50-249``; an open range
    (``500+``, ``>500``) by its lower end.
    """
    folded = text.strip().replace("–", "-").replace("—", "-").replace(" to ", "-")
    grouped = re.sub(r"(?<=\d)[,.' ](?=\d{3}(?!\d))", "", folded)
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", grouped)]
    if not numbers or len(numbers) > 2:
        return None
    words = re.sub(r"[\d\s.+<>=≥≤~-]", "", grouped).casefold()
    if words not in {"", "employees", "workers", "staff", "people", "fte", "ormore", "andmore"}:
        return None
    size = sum(numbers) / len(numbers)
    if len(numbers) == 1 and grouped.lstrip().startswith("<"):
        size -= 1
    if size < 1:
        return None
    return next((band for upper, band in _BANDS if size < upper), _LAST_BAND)


def _as_float(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
