"""Coordinates as people write them, brought to decimal degrees where the text leaves no choice.

Read are degrees, minutes and seconds with their marks or a letter of the compass
(``23°53'31"N``), both numbers in one cell (``23.8921, 90.3127``, latitude first), and UTM with its
zone and band (``46Q 233456 2643210``). Left as they are: the letter O, which is east in German and
west in Spanish; the UTM band S, which can also mean the southern hemisphere; and UTM without a
zone.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

Axis = Literal["latitude", "longitude"]
#: How a text was written: in degrees, minutes and seconds, both in one cell, or in UTM.
Form = Literal["sexagesimal", "pair", "utm"]

_LETTERS = {"latitude": "NS", "longitude": "EW"}
_NEGATIVE = frozenset("SW")
_LIMIT = {"latitude": 90.0, "longitude": 180.0}
_NUMBER = r"\d+(?:[.,]\d+)?"
_DEGREES = re.compile(
    rf"(?P<before>[NSEW])?\s*(?P<sign>-)?\s*(?P<degrees>{_NUMBER})\s*(?P<mark>[°ºd:])?\s*"
    rf"(?:(?P<minutes>{_NUMBER})\s*(?P<prime>['m:])?\s*(?:(?P<seconds>{_NUMBER})\s*(?:\"|'')?)?)?"
    r"\s*(?P<after>[NSEW])?",
)
_MARKS = str.maketrans({"′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "″": '"', "”": '"',
                        "“": '"', "−": "-", "–": "-", "˚": "°"})  # fmt: skip
_DECIMALS = re.compile(r"[+-]?\d{1,3}\.\d+")
_COMMA_DECIMALS = re.compile(r"[+-]?\d{1,3},\d+")
_UTM = re.compile(
    r"(?:UTM\s*)?(?P<zone>\d{1,2})\s*(?P<band>[C-HJ-NP-X])[\s,;]+(?P<east>\d{6}(?:\.\d+)?)\s*(?:mE|E)?"
    r"[\s,;]+(?P<north>\d{1,8}(?:\.\d+)?)\s*(?:mN|N)?",
    re.IGNORECASE,
)
_FIRST_NORTHERN_BAND = "N"
_DECIMALS_OF_SECONDS = 4
_DECIMALS_OF_MINUTES = 2
_DECIMALS_OF_METRES = 5


@dataclass(frozen=True)
class PlainCoordinates:
    """Two numbers in decimal degrees, as text with the digits that the writing supports."""

    latitude: str
    longitude: str
    form: Form


@functools.lru_cache(maxsize=100_000)
def degrees_of(text: str, axis: Axis) -> str | None:
    """Degrees, minutes and seconds as decimal degrees, or None if the text is not surely that.

    A plain decimal number is None too: it needs no change. Letters of the other axis, minutes or
    seconds of 60 and more, and a sign beside a letter are not read.

    Args:
        text: one coordinate.
        axis: which one.
    """
    plain = text.strip().translate(_MARKS).upper().replace("D", "d").replace("M", "m")
    match = _DEGREES.fullmatch(plain)
    if match is None:
        return None
    letters = [letter for letter in (match["before"], match["after"]) if letter]
    if len(letters) > 1 or any(letter not in _LETTERS[axis] for letter in letters):
        return None
    if not letters and (match["mark"] in (None, ":") or match["minutes"] is None):
        return None
    if letters and match["sign"]:
        return None
    degrees, minutes, seconds = (
        float((match[part] or "0").replace(",", ".")) for part in ("degrees", "minutes", "seconds")
    )
    if minutes >= 60 or seconds >= 60 or (match["minutes"] and not degrees.is_integer()):
        return None
    if match["seconds"] and not minutes.is_integer():
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if value > _LIMIT[axis]:
        return None
    is_negative = bool(match["sign"]) or any(letter in _NEGATIVE for letter in letters)
    return f"{-value if is_negative else value:.{_digits(match)}f}"


def _digits(match: re.Match[str]) -> int:
    """Digits after the decimal mark that the smallest unit given supports."""
    for part, digits in (
        ("seconds", _DECIMALS_OF_SECONDS),
        ("minutes", _DECIMALS_OF_MINUTES),
        ("degrees", 0),
    ):
        if match[part]:
            _, _, tail = match[part].replace(",", ".").partition(".")
            return digits + len(tail)
    return 0


@functools.lru_cache(maxsize=100_000)
def pair_of(text: str) -> PlainCoordinates | None:
    """Both coordinates of one cell, latitude first, or None if the text is not surely a pair."""
    plain = text.strip().translate(_MARKS).strip("()[] ")
    if (utm := _UTM.fullmatch(plain)) is not None:
        return _of_utm(utm)
    for pattern in (r"\s*;\s*", r",\s+", r"\s+", r",", r"(?<=[NSns])[\s,;/]*", r"\s*/\s*"):
        parts = re.split(pattern, plain)
        if len(parts) != 2 or not all(parts):
            continue
        numbers = [_decimal(part) for part in parts]
        if None not in numbers:
            return PlainCoordinates(numbers[0] or "", numbers[1] or "", "pair")
        latitude, longitude = degrees_of(parts[0], "latitude"), degrees_of(parts[1], "longitude")
        if latitude is not None and longitude is not None:
            return PlainCoordinates(latitude, longitude, "sexagesimal")
    return None


def _decimal(text: str) -> str | None:
    if _DECIMALS.fullmatch(text):
        return text
    return text.replace(",", ".") if _COMMA_DECIMALS.fullmatch(text) else None


def _of_utm(match: re.Match[str]) -> PlainCoordinates | None:
    from pyproj import Transformer

    zone, band = int(match["zone"]), match["band"].upper()
    if not 1 <= zone <= 60 or band == "S":
        return None
    code = (32600 if band >= _FIRST_NORTHERN_BAND else 32700) + zone
    to_degrees = Transformer.from_crs(code, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform(float(match["east"]), float(match["north"]))
    return PlainCoordinates(
        f"{latitude:.{_DECIMALS_OF_METRES}f}", f"{longitude:.{_DECIMALS_OF_METRES}f}", "utm"
    )
