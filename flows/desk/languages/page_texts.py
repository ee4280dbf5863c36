"""What templates write with: texts, numbers, days and times in the language of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_time, get_datetime_format
from markupsafe import Markup, escape

from reports.languages.catalogue import REVIEW_NOTE, Translator

if TYPE_CHECKING:
    from reports.languages.sentences import Sentences


def page_texts(words: Translator) -> dict[str, Any]:
    """Globals of the templates by name.

    `tr` and `trn` give a text of the catalogue, `said` one that the engine wrote, which may have
    stayed English (`is_english`); `number`, `decimal`, `day` and `time` give a figure or a date.
    """
    said = _Said(words)
    return {
        "language": words.language,
        "direction": words.direction,
        "tr": partial(_text, words),
        "trn": partial(_count, words),
        "said": said,
        "is_english": said.is_english,
        "country": partial(_country, words),
        "country_name": partial(_country_name, words),
        "fairness_group": partial(_fairness_group, words),
        "sector": partial(_sector, words),
        "code": Markup("<code>{}</code>").format,
        "strong": Markup("<strong>{}</strong>").format,
        "number": words.number,
        "decimal": partial(_decimal, words),
        "day": partial(day, words),
        "time": partial(time, words),
        "review_note": "" if words.is_reviewed else REVIEW_NOTE,
    }


def day(words: Translator, date: str | dt.date) -> str:
    """A day in short words, such as 1 Mar 2022."""
    value = dt.date.fromisoformat(date[:10]) if isinstance(date, str) else date
    return format_date(value, format="medium", locale=words.locale)


def time(words: Translator, moment: str) -> str:
    """A day with the time of day, in UTC, from a text such as 2022-03-01T12:30:00+00:00."""
    value = dt.datetime.fromisoformat(moment)
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC)
    joined = str(get_datetime_format("medium", locale=words.locale))
    hour = format_time(value, format="short", locale=words.locale)
    return joined.replace("{0}", hour).replace("{1}", day(words, value.date()))


def _text(words: Translator, source: str, /, **values: object) -> Markup:
    return _filled(words.text(source), values)


def _count(words: Translator, one: str, many: str, number: int, **values: object) -> Markup:
    return _filled(words.count(one, many, number), values)


def _filled(text: str, values: Mapping[str, object]) -> Markup:
    """A text as markup; values that are no markup are escaped."""
    shown = escape(text)
    for name, value in values.items():
        shown = shown.replace(f"{{{name}}}", escape(value))
    return shown


def _decimal(words: Translator, figure: str | None) -> str:
    return "" if figure is None else words.decimal(figure)


def _country(words: Translator, choice: str) -> str:
    """A choice such as `Germany (DE)` with the name that the language has for the code."""
    name, _, code = choice.rpartition(" (")
    code = code.removesuffix(")")
    return (
        choice if words.language == "en" else f"{words.locale.territories.get(code, name)} ({code})"
    )


def _country_name(words: Translator, row: Mapping[str, Any]) -> str:
    """The country of a row of the ranked table: its name in the language, else as it stands."""
    from reports.country_names import country_name_in

    code = row.get("country_iso3")
    return row.get("country") or "" if code is None else country_name_in(words.locale, code)


def _fairness_group(words: Translator, row: Mapping[str, Any]) -> str:
    """A group of suppliers with what it is a group by, such as `Region: Southern Asia`."""
    from reports.page.fairness_section import HEADINGS, group_in_words

    dimension = row["dimension"]
    return f"{words.text(HEADINGS[dimension])}: {group_in_words(dimension, row['group'], words)}"


def _sector(words: Translator, choice: str) -> str:
    """A choice such as `14 apparel` with its title in the language."""
    code, _, title = choice.partition(" ")
    return f"{code} {words.text(title)}"


class _Said:
    """Writes sentences of the engine: in the language of the page, or marked as English."""

    def __init__(self, words: Translator) -> None:
        self._words, self._lock = words, Lock()

    def __call__(self, text: object, sentences: Sentences | None = None) -> Markup:
        """Sentences, a line each; those of signals with the sentences of their cards."""
        if self._words.language == "en":
            return escape(text)
        known = sentences or self._sentences
        # What a sentence is found to be is noted, and requests are answered side by side.
        with self._lock:
            shown = [(line, known.text(line)) for line in str(text).splitlines()]
        return Markup("\n").join(
            Markup('<span lang="en">{}</span>').format(line)
            if known.is_english(line)
            else escape(translated)
            for line, translated in shown
        )

    def is_english(self, texts: str | Iterable[str]) -> bool:
        """Whether one of the texts is English on a page in another language."""
        given = [texts] if isinstance(texts, str) else texts
        return any('<span lang="en">' in self(text) for text in given)

    @cached_property
    def _sentences(self) -> Sentences:
        # Slow to import, which a page without a sentence of the engine need not wait for.
        from reports.languages.sentences import Sentences

        return Sentences(self._words, {})
