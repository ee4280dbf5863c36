"""The report in Firefox, opened from disk: the same page must work in both families."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.firefox import FIREFOX, FirefoxPage, firefox
from tests.reports.pages import VIEWS, kept_screenshots, written_report
from tests.reports.sample import HOSTILE_NAMES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed"),
]

_NAMES = "[...document.querySelectorAll('#ranked-table .who-name')].map((a) => a.textContent)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxPage]:
    with firefox(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_report(tmp_path_factory.mktemp("small"))


def test_it_opens_sorts_and_filters_without_a_complaint(page: FirefoxPage, report: Path) -> None:
    page.open(report)
    names = page.value(_NAMES)
    assert page.value("document.getElementById('ranked-table').ariaRowCount") == "23"
    assert set(HOSTILE_NAMES[:4]) <= set(names)
    page.value("document.querySelector('#ranked-table th.c-who button').click()")
    page.wait("document.querySelector('#ranked-table th.c-who').ariaSort === 'ascending'")
    assert page.value(_NAMES) != names
    page.value(
        "(() => { const c = document.getElementById('filter-country'); c.value = 'Brazil';"
        "c.dispatchEvent(new Event('change')); })()"
    )
    page.wait("location.hash.includes('Brazil')")
    assert page.value("document.getElementById('matches').textContent").startswith("4 of 22")
    assert (page.complaints, page.requests) == ([], [])


def test_the_address_brings_the_view_back(page: FirefoxPage, report: Path) -> None:
    page.open(report, "#country=Brazil&supplier=S-00001")
    assert page.value("!document.getElementById('panel').hidden")
    assert len(page.value(_NAMES)) == 4
    page.open(report, "#view=whatif&weights=financial:3")
    page.wait("document.querySelectorAll('#whatif-table .who-name').length > 5")
    assert page.value("document.getElementById('weight-financial').value") == "3"
    page.open(report, "#view=map&q=S-00005")
    assert page.value("document.getElementById('map-note').textContent").startswith("1 site on")
    assert (page.complaints, page.requests) == ([], [])


def test_thousands_are_unpacked(page: FirefoxPage, tmp_path: Path) -> None:
    page.open(written_report(tmp_path, 1500, 200, hostile=False))
    assert page.value("document.getElementById('ranked-table').ariaRowCount") == "1301"
    assert (page.complaints, page.requests) == ([], [])


def test_the_main_views_are_kept_as_pictures(
    page: FirefoxPage, report: Path, tmp_path: Path
) -> None:
    for name, (fragment, size) in VIEWS.items():
        page.open(report, fragment, size)
        picture = kept_screenshots(tmp_path) / f"firefox-{name}.png"
        page.screenshot(picture)
        assert picture.stat().st_size > 10_000
    assert (page.complaints, page.requests) == ([], [])
