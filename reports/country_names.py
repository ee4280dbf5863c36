"""English short names of countries, for people; codes stay in the data."""

from __future__ import annotations

from functools import cache

from countryinfo import CountryInfo, CountryNotFoundError

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
