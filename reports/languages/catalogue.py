"""The catalogue of messages: translations by English text, from the files of gettext.

A translation is used as it stands in `assets/catalogues/<language>.po`; nothing is compiled. A text
without one stays English, and the output marks it so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

#: Languages of the report and the desk by code; those other than English await review by a person.
LANGUAGES = ("en", "es", "fr", "pt", "id", "vi", "de")
#: On every page in another language than English.
REVIEW_NOTE = (
    "Machine translation, awaiting review by a person; where it differs, the English text counts."
)
#: Header of a catalogue that says who has reviewed it.
REVIEW = "X-Understory-Review"
AWAITING = "machine translation, awaiting review"
_REVIEWED = re.compile(rf'^"{REVIEW}: (.+?)\\n"$', re.MULTILINE)
#: Names of the files of the desk among the places of a message begin with it.
OF_DESK = "desk/"
#: Where terms are declared in Python; the page needs them, as it shows them.
TERMS = "terms"


@dataclass(frozen=True)
class Translator:
    """Texts, numbers and dates in one language.

    Attributes:
        language: its code.
        messages: translation, or plural forms, by English text.
        page_messages: those of them that the page's script shows.
        is_reviewed: a person has reviewed them, as the header of the catalogue says.
    """

    language: str
    messages: Mapping[str, str | tuple[str, ...]]
    page_messages: Mapping[str, str | tuple[str, ...]]
    is_reviewed: bool = False

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as the attribute `dir` of HTML has it."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    @property
    def locale(self) -> Locale:
        """What writes numbers and days."""
        return Locale.parse("en_GB" if self.language == "en" else self.language)

    def text(self, source: str, /, **values: object) -> str:
        """The text; `{name}` stands for a value. An unknown text stays English."""
        found = self.messages.get(source, source)
        return _filled(found if isinstance(found, str) else found[0], values)

    def count(self, one: str, many: str, number: float, **values: object) -> str:
        """The text for a number of things, which it has as `{count}`."""
        is_one = self.locale.plural_form(number) == "one"
        forms = self.messages.get(one, (one, many))
        text = forms if isinstance(forms, str) else forms[0 if is_one else -1]
        return _filled(text, {"count": self.number(number), **values})

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with this many decimals and the language's separators."""
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        return format_decimal(value, format=pattern, locale=self.locale)

    def decimal(self, figure: str) -> str:
        """A figure below a thousand as English outputs write it, with the language's separator."""
        return figure.replace(".", get_decimal_symbol(self.locale))

    def date(self, day: dt.date) -> str:
        """A day in words."""
        return format_date(day, format="long", locale=self.locale)


def message(text: str) -> str:
    """The English text itself, marked as a message: it is translated where it is shown."""
    return text


@cache
def translator(language: str) -> Translator:
    """The texts of a language of `LANGUAGES`."""
    if language == "en":
        nothing: Mapping[str, str | tuple[str, ...]] = MappingProxyType({})
        return Translator("en", nothing, nothing, is_reviewed=True)
    messages: dict[str, str | tuple[str, ...]] = {}
    of_page: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue(language):
        if not message.id or message.fuzzy or not message.string:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        text = message.string if isinstance(message.string, str) else tuple(message.string)
        messages[key] = text
        places = [place for place, _ in message.locations if not place.startswith(OF_DESK)]
        if any(place.endswith(".js") or place == TERMS for place in places):
            of_page[key] = text
    return Translator(
        language,
        MappingProxyType(messages),
        MappingProxyType(of_page),
        is_reviewed=review_state(language) != AWAITING,
    )


def review_state(language: str) -> str:
    """What the header of a catalogue says about its review; awaiting where it says nothing."""
    path = files("reports").joinpath("assets", "catalogues", f"{language}.po")
    stated = _REVIEWED.search(path.read_text("utf-8"))
    return AWAITING if stated is None else stated[1]


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as its file has it."""
    # Slow to import, which pages in English need not wait for.
    from babel.messages.pofile import read_po

    path = files("reports").joinpath("assets", "catalogues", f"{language}.po")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _filled(text: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
