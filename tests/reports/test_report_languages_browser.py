"""The report in other languages, in a real browser."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.languages.catalogue import LANGUAGES
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_table
from tests.reports.browser import CHROMIUM, Page
from tests.reports.sample import sample_bundle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

_WORDS = {
    "es": ("Por qué este puesto", "77,4"),
    "fr": ("Pourquoi ce rang", "77,4"),
    "pt": ("Porquê esta posição", "77,4"),
    "id": ("Mengapa peringkat ini", "77,4"),
    "vi": ("Vì sao có hạng này", "77,4"),
    "de": ("Warum dieser Rang", "77,4"),
}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_supplier_is_shown_in_the_language_and_sentences_are_marked_english(
    page: Page, tmp_path: Path, language: str
) -> None:
    bundle = replace(sample_bundle(), language=language)
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path, "#supplier=S-00001")
    assert page.value("document.documentElement.lang") == language
    text = page.value("document.getElementById('panel').innerText")
    heading, score = _WORDS[language]
    assert heading in text
    assert score in text
    sentence = "document.querySelector('#panel .reason-sentence bdi').lang"
    assert page.value(sentence) == "en"
    assert page.complaints == []
    page.open(path, "", (390, 844))
    assert page.value("document.documentElement.scrollWidth") <= 390
