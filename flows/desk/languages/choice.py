"""The language of a page: the one chosen at the foot of a page, or else the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from reports.languages.catalogue import LANGUAGES, Translator, translator

#: Names of the languages of the desk in the languages themselves.
NAMES: Final[Mapping[str, str]] = {
    "en": "English", "es": "Español", "fr": "Français", "pt": "Português",
    "id": "Bahasa Indonesia", "vi": "Tiếng Việt", "de": "Deutsch",
}  # fmt: skip
COOKIE = "understory_language"
COOKIE_SECONDS = 365 * 86_400
_DEFAULT = "en"
#: More than a browser sends; the rest is passed over.
_MOST_ACCEPTED = 20


def words_of(request: Request) -> Translator:
    """The texts of the language in which a request is answered."""
    chosen = request.cookies.get(COOKIE)
    return translator(language_of(chosen, request.headers.get("accept-language", "")))


def language_of(chosen: str | None, accepted: str) -> str:
    """The language of an answer, a code of `reports.languages.catalogue.LANGUAGES`.

    Args:
        chosen: value of the cookie; an unknown one counts as none.
        accepted: header `Accept-Language` (RFC 9110, section 12.5.4): languages with a weight
            each; of a language with a region the language counts.
    """
    if chosen in LANGUAGES:
        return str(chosen)
    weighted = []
    for at, entry in enumerate(accepted.split(",")[:_MOST_ACCEPTED]):
        tag, _, parameter = entry.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if language in LANGUAGES and weight > 0:
            weighted.append((-weight, at, language))
    return min(weighted)[2] if weighted else _DEFAULT


def _weight(parameter: str) -> float:
    """The weight `q=` of an entry, from 0 to 1; 1 without one, 0 for other text."""
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    value = value.strip()
    is_number = value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdecimal()
    return min(1.0, float(value)) if is_number else 0.0
