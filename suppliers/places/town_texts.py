"""Parts of the text that names a town: postcode, country, and the area that the town lies in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suppliers.places.countries import country
from suppliers.places.country_spellings import is_name_of

#: Words with as many digits are a postcode, whatever the country.
_POSTCODE_DIGITS = 3
#: As in `Ludhiana-141003`.
_BEFORE_NUMBER = re.compile(r"[-\u2013\u2014](?=\d{4})")
#: Postcodes, whole or their first half, of countries that write letters in them.
_LETTERED_POSTCODES = {
    iso2: re.compile(rf"(?:^|(?<=[\s,]))(?:{form})(?=[\s,]|$)")
    for iso2, form in {
        "CA": r"[A-Z]\d[A-Z](?:\s?\d[A-Z]\d)?",
        "GB": r"[A-Z]{1,2}\d[A-Z\d]?(?:\s?\d[A-Z]{2})?",
        "IE": r"[A-Z]\d[\dW](?:\s?[A-Z\d]{4})?",
        "NL": r"\d{4}\s?[A-Z]{2}",
    }.items()
}
#: As in `Dublin 2`, `Jakarta Barat`, `Chittagong EPZ`.
_PART_OF_TOWN = re.compile(
    r"(?P<town>.*[^\W\d])\s+(?:\d{1,2}|north|south|east|west|central|nord|sud|ost|est|ouest|norte|sur"
    r"|sul|este|leste|oeste|oriente|poniente|utara|selatan|timur|barat|pusat|sadar|cantt|cantonment"
    r"|epz|sez|cbd|metro|ncr)\.?",
    re.IGNORECASE,
)
_REGION_WORDS = 3
_COUNTRY_WORDS = 3


def without_postcode(text: str, iso2: str) -> str:
    """A text without its postcode: `80331 München`, `Houston TX 77001`, `London SW1A 1AA`.

    Args:
        text: town as written.
        iso2: country of the site.
    """
    form = _LETTERED_POSTCODES.get(iso2)
    rest = _BEFORE_NUMBER.sub(" ", text if form is None else form.sub(" ", text))
    words = rest.split()
    kept = [word for word in words if sum(letter.isdigit() for letter in word) < _POSTCODE_DIGITS]
    if rest == text and len(kept) == len(words):
        return text
    return " ".join(kept).strip(" ,;-")


def without_country(text: str, iso2: str) -> str | None:
    """A text without the name or code of the country at its end; None where it has none there."""
    words = text.replace(",", " , ").split()
    stated = country(iso2)
    codes = (iso2,) if stated is None else (iso2, stated.iso3)
    for count in range(min(_COUNTRY_WORDS, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        if tail.strip("()") in codes or is_name_of(tail.strip("()"), iso2):
            return " ".join(words[:-count]).replace(" ,", ",").rstrip(" ,;-") or None
    return None


def without_part_of_town(text: str) -> str | None:
    """A text without the number, the side or the zone of a town at its end; None without one."""
    parted = _PART_OF_TOWN.fullmatch(text)
    return None if parted is None else parted["town"]


def ways_to_part(text: str) -> Iterator[tuple[str, str]]:
    """Ways to read words as a town and a region behind or before it, shortest region first."""
    words = text.split()
    for count in range(1, min(_REGION_WORDS, len(words) - 1) + 1):
        yield " ".join(words[:-count]), " ".join(words[-count:])
        yield " ".join(words[count:]), " ".join(words[:count])
