"""The catalogues: complete, as the code has their messages, and in words that may be used."""

import dataclasses
import datetime as dt
import re

import pytest

from flows.documentation.messages import ASSETS, CATALOGUES, merged, template, written
from reports.documents.notice import words
from reports.language import banned_in, mistranslated_in
from reports.languages.catalogue import (
    AWAITING,
    LANGUAGES,
    REVIEW,
    REVIEW_NOTE,
    Translator,
    catalogue,
    review_state,
    translator,
)
from reports.page.html_report import _words, render_html
from reports.tables.ranked_list import ranked_table
from reports.wording import BAND_LABELS, ILO_NOTICE
from tests.reports.sample import sample_bundle

TRANSLATED = LANGUAGES[1:]
_PLACEHOLDER = re.compile(r"\{\w+\}")


def test_the_template_is_that_of_the_code() -> None:
    """`python -m flows.documentation.messages` writes it."""
    assert (CATALOGUES / "messages.pot").read_text("utf-8") == written(template())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_translated_and_none_fuzzy(language: str) -> None:
    text = (CATALOGUES / f"{language}.po").read_text("utf-8")
    assert text == written(merged(language), review_state(language))
    assert f"{REVIEW}: {AWAITING}" in text
    for message in (each for each in catalogue(language) if each.id):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(forms), f"{language}: {ids[0]} is not translated"
        assert not message.fuzzy, f"{language}: {ids[0]} is fuzzy"
        for form in forms:
            assert set(_PLACEHOLDER.findall(form)) == set(_PLACEHOLDER.findall(ids[0])), form
            assert banned_in(form, language) == []
            assert mistranslated_in(form, language) == []


def test_no_message_of_a_script_is_missed_by_the_extraction() -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in template()}
    for path in ASSETS.glob("*.js"):
        for text in re.findall(r'\btrn?\(\s*"((?:[^"\\]|\\.)*)"', path.read_text("utf-8")):
            assert text in found, f"{path.name}: {text!r}; take it out of the template string"


@pytest.mark.parametrize("language", TRANSLATED)
def test_report_and_notice_call_the_bands_the_same(language: str) -> None:
    tiers = words(language)["tiers"]
    assert isinstance(tiers, dict)
    assert {band: translator(language).text(label) for band, label in BAND_LABELS.items()} == tiers


@pytest.mark.parametrize(
    ("language", "number", "decimal", "day", "one", "two"),
    [
        ("en", "1,234", "84.6 %", "1 March 2024", "1 warning", "2 warnings"),
        ("de", "1.234", "84,6 %", "1. März 2024", "1 Warnung", "2 Warnungen"),
        ("fr", "1\u202f234", "84,6 %", "1 mars 2024", "1 avertissement", "2 avertissements"),
        ("vi", "1.234", "84,6 %", "1 tháng 3, 2024", "1 cảnh báo", "2 cảnh báo"),
    ],
)
def test_numbers_days_and_plurals_are_those_of_the_language(
    language: str, number: str, decimal: str, day: str, one: str, two: str
) -> None:
    texts = translator(language)
    assert texts.number(1234) == number
    assert texts.decimal("84.6 %") == decimal
    assert texts.date(dt.date(2024, 3, 1)) == day
    message = ("{count} warning of this run", "{count} warnings of this run")
    assert [texts.count(*message, n).startswith(text) for n, text in ((1, one), (2, two))] == [
        True,
        True,
    ]


def test_a_text_without_a_translation_stays_english_and_scripts_know_their_direction() -> None:
    assert (
        translator("es").text("Not in the catalogue: {name}", name=3) == "Not in the catalogue: 3"
    )
    assert Translator("ar", {}, {}).direction == "rtl"
    assert translator("vi").direction == "ltr"


def test_a_page_says_that_its_translation_awaits_review_until_the_header_says_otherwise() -> None:
    assert _words(Translator("es", {}, {}))["review_note"] == REVIEW_NOTE
    assert _words(Translator("es", {}, {}, is_reviewed=True))["review_note"] == ""
    assert [translator(each).is_reviewed for each in ("en", "es")] == [True, False]


def test_a_page_has_its_language_and_marks_what_stays_english() -> None:
    bundle = sample_bundle(8, 2)
    page = render_html(dataclasses.replace(bundle, language="es"), ranked_table(bundle))
    assert '<html lang="es" dir="ltr">' in page
    assert "Cobertura de la evidencia" in page
    assert translator("es").text(ILO_NOTICE) in page
    assert translator("es").text(REVIEW_NOTE) in page
    assert 'id="report-texts"' in page
    for view in ("map", "whatif", "own", "evidence", "rejected", "method", "fairness"):
        assert re.search(rf'<section id="view-{view}"[^>]* lang="en">', page) is None, view
    assert translator("es").text("Map of sites") in page
    assert '<span lang="en">' in page, "what the run says in words of no catalogue"
    english = render_html(bundle, ranked_table(bundle))
    assert '<html lang="en" dir="ltr">' in english
    assert 'id="report-texts"' not in english
    assert ' lang="en">' not in english.split("<script", 1)[0].replace('<html lang="en"', "")
