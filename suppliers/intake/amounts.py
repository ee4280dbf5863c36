"""Numbers, yes/no answers and size bands as people and spreadsheets write them."""

import math
import re
from collections.abc import Iterable

_NOISE = re.compile(r"[\s'’_]|[€$£¥₹₫₺]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_BANDS = ((10, "1-9"), (50, "10-49"), (250, "50-249"), (1000, "250-999"))
_LAST_BAND = "1000+"
_YES = frozenset(["yes", "y", "true", "t", "1", "x", "si", "sim", "oui", "ja", "public"])
_NO = frozenset(["no", "n", "false", "f", "0", "nao", "non", "nein", "private"])


def decimal_comma(values: Iterable[str]) -> bool:
    """Whether a column writes decimals with a comma.

    Decided by the unambiguous values: ``1.234,5`` and ``3,75`` against ``1,234.5`` and
    ``3.75``. Where none is certain, the dot is the decimal mark.
    """
    commas = dots = 0
    for value in values:
        text = _NOISE.sub("", value)
        comma, dot = text.rfind(","), text.rfind(".")
        if comma >= 0 and dot >= 0:
            commas, dots = commas + (comma > dot), dots + (dot > comma)
        elif comma >= 0:
            commas += text.count(",") == 1 and len(text) - comma - 1 != 3
        elif dot >= 0:
            dots += text.count(".") == 1 and len(text) - dot - 1 != 3
            commas += text.count(".") > 1
    return commas > dots


def parse_amount(text: str, *, comma_is_decimal: bool) -> float | None:
    """A number with thousands marks, currency signs and brackets for minus, or None.

    Args:
        text: the value as written.
        comma_is_decimal: the column's style, from `decimal_comma`.
    """
    bare = _NOISE.sub("", text)
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare.strip("()")
    decimal, thousands = (",", ".") if comma_is_decimal else (".", ",")
    if bare.count(decimal) > 1:
        return None
    number = _as_float(bare.replace(thousands, "").replace(decimal, "."))
    return -number if negative and number is not None else number


def parse_coordinate(text: str) -> float | None:
    """Decimal degrees, with a dot or a comma, or None."""
    return _as_float(text.strip().replace(",", ".").replace("−", "-").rstrip("°"))


def decimals_of(text: str) -> int:
    """Digits after the decimal mark that carry information (zeros at the end do not)."""
    _, _, tail = text.strip().rstrip("°").replace(",", ".").partition(".")
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
