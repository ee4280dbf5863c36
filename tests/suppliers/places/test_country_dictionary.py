"""The dictionary of countries answers as the package does."""

import countrynames
import pytest
from babel import Locale

from suppliers.places.country_dictionary import code_named


@pytest.mark.parametrize("language", ["en", "de", "vi", "ar", "zh"])
def test_names_of_every_country_are_found_as_the_package_finds_them(language: str) -> None:
    for name in Locale.parse(language).territories.values():
        assert code_named(name) == countrynames.to_code(name), name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("bd", "BD"),
        (" BGD ", "BD"),
        ("Côte d’Ivoire", "CI"),
        ("Бангладеш", "BD"),
        ("asia", None),
        ("", None),
        ("…", None),
        ("Nowhere", None),
    ],
)
def test_code_named(text: str, code: str | None) -> None:
    assert code_named(text) == code
