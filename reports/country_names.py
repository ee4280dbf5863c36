"""Short names of countries, for people; codes stay in the data."""

from __future__ import annotations

from functools import cache

from babel import Locale
from countryinfo import CountryInfo, CountryNotFoundError
from countrynames.mappings import mappings

#: Current short names where the package carries an older or a longer one.
_CURRENT = {
    "CIV": "Côte d'Ivoire",
    "COD": "DR Congo",
    "COG": "Congo",
    "CPV": "Cabo Verde",
    "MKD": "North Macedonia",
    "PSE": "Palestine",
    "SWZ": "Eswatini",
    "TLS": "Timor-Leste",
    "XKX": "Kosovo",
}


@cache
def country_name(iso3: str) -> str:
    """The name of a country by its ISO 3166-1 alpha-3 code; an unknown code stays as it is."""
    if iso3 in _CURRENT:
        return _CURRENT[iso3]
    try:
        return str(CountryInfo(iso3).name())
    except CountryNotFoundError:
        return iso3


def country_name_in(locale: Locale, iso3: str) -> str:
    """The name of a country as CLDR has it for a language; the English one is `country_name`."""
    name = None
    if locale.language != "en":
        name = locale.territories.get(_alpha_2().get(iso3, ""))
    return country_name(iso3) if name is None else str(name)


@cache
def _alpha_2() -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes by alpha-3 code."""
    return {iso3: iso2 for iso2, iso3 in mappings.items() if len(iso2) == 2}
