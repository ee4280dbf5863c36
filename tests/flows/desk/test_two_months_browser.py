"""Two months of an analyst at the desk, by keyboard alone; then every page on a phone, with axe."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.desk_service import DeskService, desk_service
from flows.desk.languages.choice import COOKIE
from tests.flows.desk.analyst import Analyst, prepared_list
from tests.reports.axe import axe_script, findings
from tests.reports.browser import CHROMIUM, Page, chromium
from tests.reports.firefox import FIREFOX, firefox
from tests.reports.pages import kept_screenshots

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

LIST = "small-world"
PAGES = ("", "/places", "/sources", "/run", "/results", "/suppliers", "/supplier?supplier=s1",
         "/identity", "/months", "/weights", "/questions")  # fmt: skip
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskService]:
    folder = tmp_path_factory.mktemp("desk")
    prepared_list(folder / "home", folder / "world")
    with desk_service(folder / "home") as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def after_two_months(desk: DeskService, page: Page) -> Analyst:
    """The desk after two months, as the first test leaves it."""
    analyst = Analyst(page, desk)
    _two_months(analyst)
    return analyst


def _run(analyst: Analyst, as_of: str, is_first: bool) -> None:
    if not is_first:
        analyst.tab_to("details.card > summary")
        analyst.page.press("Enter", 13)
    # A date field is three fields for the keyboard; its value is what counts here.
    analyst.page.value(f"(document.querySelector('#as_of').value = '{as_of}')")
    analyst.follow("form[action$='/run/start'] button")
    analyst.settle("document.body.innerText.includes('finished in')")
    assert "suppliers ranked" in analyst.text()


def _two_months(analyst: Analyst) -> None:
    base = f"{analyst.desk.address}/lists/{LIST}"
    analyst.go(analyst.link())
    assert "Supplier lists" in analyst.text()
    # First month: list, places, sources, run.
    analyst.follow(f"a[href='/lists/{LIST}']")
    analyst.settle("document.body.innerText.includes('Suppliers')")
    analyst.follow("a[href$='/places']")
    assert "A place decides" in analyst.text()
    analyst.follow("a[href$='/sources']")
    analyst.settle("document.body.innerText.includes('sources ready')")
    analyst.follow("a[href$='/run']")
    _run(analyst, "2022-03-01", is_first=True)
    analyst.follow("a[href*='/results?run=']")
    # A decision on a supplier, found by its name.
    analyst.follow("a[href*='/suppliers?run=']")
    analyst.write("#q", "mill 1")
    analyst.follow("form[role=search] button")
    analyst.follow("tbody th a")
    analyst.tick("input[name=decision]")
    analyst.write("#reason", "A new site without papers")
    analyst.write("#evidence", "Folder 12")
    analyst.write("#author_role", "category manager")
    analyst.follow("form[action$='/decisions'] button")
    analyst.settle("!document.body.innerText.includes('do not show the latest decisions')")
    assert "The decision stands" in analyst.text()
    assert "Assess first" in analyst.text()
    # Second month: no question again, the decision in force, and what changed.
    analyst.go(f"{base}/run")
    _run(analyst, "2022-04-01", is_first=False)
    analyst.follow("nav.steps a[href$='/months']")
    assert "1 Mar 2022" in analyst.text()
    assert "Which signals moved scores" in analyst.text()
    analyst.go(f"{base}/suppliers?decided=yes")
    assert "Mill 1" in analyst.text()
    # Other weights, tried on all suppliers.
    analyst.follow("nav.steps a[href$='/weights']")
    analyst.write("#w-leverage", "0")
    analyst.follow("form[action$='/weights'] button.primary")
    assert "Kendall's tau" in analyst.text()


def test_two_months_by_keyboard_alone(after_two_months: Analyst) -> None:
    page = after_two_months.page
    assert page.complaints == []
    hosts = {urlsplit(url).netloc for url in page.requests if not url.startswith("data:")}
    assert hosts == {urlsplit(after_two_months.desk.address).netloc}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_and_axe_finds_nothing(
    after_two_months: Analyst, path: str, width: int, tmp_path: Path
) -> None:
    analyst, page = after_two_months, after_two_months.page
    asked = f"{path}&run={_latest(analyst)}" if path.startswith("/supplier?") else path
    analyst.go(f"{analyst.desk.address}/lists/{LIST}{asked}", width)
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value("document.querySelectorAll('h1').length") == 1
    name = (path.partition("?")[0].strip("/") or "list") + f"-{width}"
    page.screenshot(kept_screenshots(tmp_path) / f"desk-{name}.png")
    script = axe_script()
    if script is None:
        pytest.skip("axe-core is not in the cache and npm cannot fetch it")
    assert findings(page, script) == []


@pytest.mark.parametrize("language", ["de", "vi"])
def test_every_page_in_other_languages_is_accessible(
    after_two_months: Analyst, language: str
) -> None:
    script = axe_script()
    if script is None:
        pytest.skip("axe-core is not in the cache and npm cannot fetch it")
    analyst, page = after_two_months, after_two_months.page
    address = analyst.desk.address
    page.call("Network.setCookie", url=address, name=COOKIE, value=language)
    try:
        for path in PAGES:
            asked = f"{path}&run={_latest(analyst)}" if path.startswith("/supplier?") else path
            analyst.go(f"{address}/lists/{LIST}{asked}", 390)
            assert page.value("document.documentElement.lang") == language
            assert page.value("document.documentElement.scrollWidth") <= 390, path
            assert findings(page, script) == [], path
    finally:
        page.call("Network.deleteCookies", url=address, name=COOKIE)


def test_the_first_page_and_an_error_are_accessible(after_two_months: Analyst) -> None:
    script = axe_script()
    if script is None:
        pytest.skip("axe-core is not in the cache and npm cannot fetch it")
    address = after_two_months.desk.address
    for path in ("/", "/lists/nothing-here", "/sign-in"):
        after_two_months.page.call("Page.navigate", url=address + path)
        after_two_months.settle()
        assert findings(after_two_months.page, script) == [], path


@pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed")
def test_firefox_shows_the_same_desk(after_two_months: Analyst, tmp_path: Path) -> None:
    analyst = after_two_months
    with firefox(tmp_path / "profile") as page:
        page.go(analyst.link())
        for path in PAGES:
            asked = f"{path}&run={_latest(analyst)}" if path.startswith("/supplier?") else path
            page.go(f"{analyst.desk.address}/lists/{LIST}{asked}")
            page.wait("document.querySelectorAll('h1').length === 1")
        page.go(f"{analyst.desk.address}/lists/{LIST}/supplier?supplier=s2&run={_latest(analyst)}")
        page.value(
            "(() => { const f = document.querySelector(\"form[action$='/decisions']\");"
            "f.decision.value = 'look_later'; f.reason.value = 'Seen last month';"
            "f.evidence.value = 'Folder 13'; f.author_role.value = 'buyer'; f.requestSubmit();"
            "return 1; })()"
        )
        page.wait("document.body.innerText.includes('The decision stands')")
        assert page.complaints == []


def _latest(analyst: Analyst) -> str:
    return (analyst.desk.home / "workspaces" / LIST / "latest").resolve().name
