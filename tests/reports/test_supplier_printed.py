"""Printing the report while a supplier is open prints that supplier and no other."""

import base64
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_table
from reports.wording import DESKTOP_NOTICE, ILO_NOTICE
from tests.reports.browser import CHROMIUM, Page
from tests.reports.sample import sample_bundle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


def _printed(page: Page, path: Path, fragment: str) -> str:
    page.open(path, fragment)
    data = page.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"]
    pages = PdfReader(io.BytesIO(base64.b64decode(data))).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


@pytest.mark.parametrize("width", [1280, 390])
def test_an_open_supplier_is_what_prints(page: Page, tmp_path: Path, width: int) -> None:
    bundle = sample_bundle(12, 2, hostile=False)
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    names = bundle.suppliers["name"].to_list()
    page.open(path, "", (width, 900))
    whole = _printed(page, path, "")
    assert sum(name in whole for name in names) > 2
    text = _printed(page, path, "#supplier=S-00004")
    assert [name for name in names if name in text] == [names[3]]
    sentences = bundle.contributions.collect().filter(
        supplier_id="S-00004", status="observed", pillar="financial"
    )["sentence"]
    assert all(" ".join(sentence.split()) in text for sentence in sentences)
    assert DESKTOP_NOTICE in text
    assert ILO_NOTICE in text
