"""The report in a real browser, opened from disk."""

import csv
import io
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
import yaml

from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_table
from scoring.explanation.sentences import quantity
from tests.reports.browser import CHROMIUM, Page
from tests.reports.pages import VIEWS, kept_screenshots, written_report
from tests.reports.sample import HOSTILE_NAMES, sample_bundle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

_NAMES = "[...document.querySelectorAll('#ranked-table .who-name')].map((a) => a.textContent)"
_RANKS = (
    "[...document.querySelectorAll('#ranked-table td.c-rank')]"
    ".map((cell) => parseInt(cell.querySelector('.rank-number').textContent.replace(',', '')))"
)
_KEEP_SAVED = (
    "URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; });"
    "return 'about:blank#saved'; }; HTMLAnchorElement.prototype.click = () => {};"
)
_HEADER = "document.querySelector('#ranked-table th.c-{} button')"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_report(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def large_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_report(tmp_path_factory.mktemp("large"), 4000, 500, hostile=False)


def _saved(page: Page) -> str:
    page.wait("window.saved !== undefined")
    return str(page.value("window.saved"))


def test_it_shows_the_list_without_a_complaint_or_a_request(page: Page, report: Path) -> None:
    page.open(report)
    assert page.value(_RANKS)[:12] == list(range(1, 13))
    assert page.value("document.documentElement.lang") == "en"
    assert "4 of 11 indicators" in page.value("document.getElementById('ilo-notice').textContent")
    assert page.complaints == []
    assert page.requests == []


def test_hostile_names_are_text(page: Page, report: Path) -> None:
    page.open(report)
    names = page.value(_NAMES)
    for hostile in HOSTILE_NAMES[:4]:
        assert hostile in names
    assert page.value("document.scripts.length") == 1
    page.open(report, "#view=insufficient&supplier=S-00027")
    assert page.value("document.querySelector('#panel h2').textContent") == HOSTILE_NAMES[4]
    page.open(report, "#supplier=S-00008")
    assert page.value("document.querySelector('#panel .panel-head').offsetHeight") < 180
    assert page.complaints == []


def test_headers_sort_and_say_so(page: Page, report: Path) -> None:
    page.open(report)
    page.value(f"{_HEADER.format('rank')}.click()")
    page.wait(f"({_RANKS})[0] === 22")
    assert page.value(f"{_HEADER.format('rank')}.parentElement.ariaSort") == "descending"
    page.value(f"{_HEADER.format('who')}.focus()")
    page.press("Enter", 13)
    page.wait(f"{_HEADER.format('who')}.parentElement.ariaSort === 'ascending'")
    assert page.value(_NAMES)[:4] == [
        HOSTILE_NAMES[0],
        HOSTILE_NAMES[1],
        "Alder Dogwood Textiles 1",
        "Alder Elm Farms 11",
    ]


def test_ties_are_shown_and_the_budget_does_not_split_them(page: Page, tmp_path: Path) -> None:
    bundle = sample_bundle(28, 6, hostile=False)
    rank = pl.when(pl.col("rank").is_between(4, 8)).then(4).otherwise("rank").alias("rank")
    object.__setattr__(bundle, "scores", bundle.scores.with_columns(rank))
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path)
    shown = "[...document.querySelectorAll('#ranked-table .rank-number')].map((c) => c.textContent)"
    assert page.value(shown)[2:9] == ["3", "4=", "4=", "4=", "4=", "4=", "9"]
    assert page.value("document.querySelector('#ranked-table .cut').ariaRowIndex") == "9"
    assert "audit budget of 5, 8 with ties" in page.value(
        "document.getElementById('matches').textContent"
    )


def test_search_and_filters_narrow_the_list(page: Page, report: Path) -> None:
    page.open(report, "#q=ivoire%20farms")
    assert page.value(_NAMES) == [
        "Elm Dogwood Farms 5",
        "Alder Elm Farms 11",
        "Ginkgo Elm Farms 17",
    ]
    page.value(
        "(() => { const s = document.getElementById('search'); s.value = 'no one at all';"
        "s.dispatchEvent(new Event('input')); })()"
    )
    page.wait("document.querySelector('#ranked-table .empty') !== null")
    page.open(report, "#country=Brazil")
    assert page.value("document.getElementById('matches').textContent").startswith("4 of 22")
    page.value(
        "(() => { const s = document.getElementById('filter-band'); s.value = '0';"
        "s.dispatchEvent(new Event('change')); })()"
    )
    page.wait("location.hash.includes('band=0')")
    assert page.value(_RANKS) == [1]


def test_a_search_names_where_else_a_supplier_is(page: Page, report: Path) -> None:
    page.open(report, "#view=insufficient")
    name = page.value("document.querySelector('#insufficient-table .who-name').textContent")
    page.open(report, f"#q={quote(name)}")
    link = "document.querySelector('#matches a')"
    assert page.value(f"{link}.textContent") == "1 without a score"
    page.value(f"{link}.click()")
    page.wait("document.getElementById('view-insufficient').hidden === false")
    assert page.value("document.querySelector('#insufficient-table .who-name').textContent") == name
    page.open(report, "#q=no%20one%20at%20all")
    assert page.value(f"{link}.textContent") == "rejected rows"


def test_a_supplier_opens_by_keyboard_and_by_address(page: Page, report: Path) -> None:
    page.open(report)
    page.value("document.querySelector('#ranked-table .who-name').focus()")
    page.press("ArrowDown", 40)
    page.press("ArrowDown", 40)
    page.press("Enter", 13)
    page.wait("!document.getElementById('panel').hidden")
    assert page.value("location.hash") == "#supplier=S-00003"
    assert page.value("document.activeElement.id") == "panel-heading"
    text = page.value("document.getElementById('panel').innerText")
    for part in ("Next step", "Why this rank", "Data gaps", "Country and sector context", "Sites"):
        assert part in text
    page.press("Escape", 27)
    page.wait("document.getElementById('panel').hidden")
    page.open(report, "#view=insufficient&supplier=S-00025")
    text = page.value("document.getElementById('panel').innerText")
    assert "Close a data gap first" in text
    assert "the exact location of its main site" in text


def test_printed_points_lead_from_the_typical_peer(page: Page, report: Path) -> None:
    page.open(report, "#supplier=S-00001")
    assert page.value("document.querySelector('#panel .sum').textContent").startswith(
        "At the peer medians of the same signals the score would be 35.0."
    )
    page.value("document.querySelector('#panel .evidence').open = true")
    facts = page.value("document.querySelector('#panel .facts').innerText")
    assert "CC-BY-4.0" in facts
    assert "Example Institute" not in facts
    assert "2023-12-31" in facts


def test_thousands_are_compressed_windowed_and_complete(page: Page, large_report: Path) -> None:
    page.open(large_report)
    assert 'data-encoding="gzip-base64"' in large_report.read_text(encoding="utf-8")
    assert page.value("document.querySelectorAll('#ranked-table tbody tr').length") < 60
    assert page.value("document.getElementById('ranked-table').ariaRowCount") == "3501"
    page.value("window.scrollTo(0, document.body.scrollHeight)")
    page.wait(f"({_RANKS}).includes(3500)")
    assert page.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_runs_over_the_edge(page: Page, report: Path, width: int) -> None:
    for fragment in (
        "", "#supplier=S-00008", "#view=evidence", "#view=method", "#view=map", "#view=whatif",
    ):  # fmt: skip
        page.open(report, fragment, (width, 844))
        assert page.value("document.documentElement.scrollWidth") <= width


def test_the_map_has_its_numbers_as_tables_and_moves_by_keys(page: Page, report: Path) -> None:
    page.open(report, "#view=map&layer=0")
    captions = "[...document.querySelectorAll('#map-tables caption')].map((c) => c.textContent)"
    assert page.value(captions) == ["Sites in view", "Forest loss around the sites"]
    link = "document.querySelector('#map-tables a').getAttribute('href')"
    assert "supplier=S-" in page.value(link)
    legend = "document.getElementById('map-layer-legend').textContent"
    assert "Forest loss around the sites (%\u00a0of forest per year)" in page.value(legend)
    page.value("document.getElementById('map-canvas').focus()")
    page.press("+", 187)
    page.wait("location.hash.includes('at=')")
    page.value("document.getElementById('map-layer').value = ''")
    page.value("document.getElementById('map-layer').dispatchEvent(new Event('change'))")
    page.wait("document.getElementById('map-layer-legend').hidden")
    assert page.value("document.querySelectorAll('#map-tables table').length") == 1
    assert page.complaints == []


def test_the_map_shows_the_filtered_sites_and_opens_a_supplier(page: Page, report: Path) -> None:
    page.open(report, "#view=map&q=S-00005")
    assert page.value("document.getElementById('map-note').textContent").startswith("1 site on")
    page.value(
        "(() => { const c = document.getElementById('map-canvas');"
        "const at = { offsetX: c.clientWidth / 2, offsetY: c.clientHeight / 2 };"
        "for (const kind of ['pointerdown', 'pointerup']) { const e = new Event(kind);"
        "Object.assign(e, { pointerId: 1 });"
        "Object.defineProperties(e, { offsetX: { value: at.offsetX }, offsetY:"
        " { value: at.offsetY } }); c.setPointerCapture = () => {}; c.dispatchEvent(e); } })()"
    )
    page.wait("location.hash.includes('supplier=S-00005')")
    page.value("document.getElementById('map-in').click()")
    page.wait("location.hash.includes('at=')")
    assert page.complaints == []


def test_what_if_gives_the_published_order_until_a_slider_moves(page: Page, report: Path) -> None:
    page.open(report, "#view=whatif")
    names = "[...document.querySelectorAll('#whatif-table .who-name')].map((a) => a.textContent)"
    page.wait(f"{names}.length > 5")
    assert "No supplier enters." in page.value(
        "document.getElementById('whatif-changes').innerText"
    )
    published = page.value(names)
    page.value(
        "(() => { const s = document.getElementById('weight-financial'); s.value = 3;"
        "s.dispatchEvent(new Event('input')); })()"
    )
    page.wait("location.hash.includes('weights=financial%3A3')")
    assert page.value(names) != published
    text = page.value("document.getElementById('whatif-changes').innerText")
    assert "Enter the top 5:" in text
    page.value("document.getElementById('whatif-reset').click()")
    page.wait("!location.hash.includes('weights')")
    assert page.value(names) == published


def test_what_if_is_saved_as_a_profile(page: Page, report: Path) -> None:
    page.open(report, "#view=whatif&weights=financial:2.5")
    page.value(_KEEP_SAVED)
    page.value("document.getElementById('whatif-save').click()")
    profile = yaml.safe_load(_saved(page))
    assert profile["scoring"]["pillars"]["financial"] == 2.5
    assert profile["scoring"]["pillars"]["land_use"] == 1


def test_the_filtered_list_is_saved_with_harmless_cells(page: Page, report: Path) -> None:
    page.open(report, "#q=hyperlink")
    page.value(_KEEP_SAVED)
    page.value("document.getElementById('save-csv').click()")
    rows = list(csv.DictReader(io.StringIO(_saved(page).removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["'" + HOSTILE_NAMES[1]]
    assert rows[0]["note"].startswith("Desktop-phase screening")


def test_columns_are_chosen_and_kept_in_the_address(page: Page, report: Path) -> None:
    page.open(report)
    assert page.value("document.querySelector('#ranked-table th.c-band') !== null")
    page.value("document.querySelector('#columns input[value=priority_band]').click()")
    page.wait("location.hash.includes('hide=')")
    assert page.value("document.querySelector('#ranked-table th.c-band') === null")
    page.value("location.reload()")
    page.wait("document.documentElement?.dataset.ready !== undefined")
    assert page.value("document.querySelector('#ranked-table th.c-band') === null")


def test_sentences_read_in_the_page_as_they_were_written(page: Page, tmp_path: Path) -> None:
    bundle = sample_bundle(28, 6, hostile=False)
    values = [0.0, 0.00002, 0.5, -1.29, 3.0, 12345.6, 999_499.0, 2_340_000.0, -4.2e9, 0.000123]
    card = bundle.signal_cards["altman_z_double_prime"]
    of_signal = bundle.contributions.filter(pl.col("signal_id") == card.id)
    rows = of_signal.head(len(values)).collect()
    rows = rows.with_columns(
        pl.Series("value", values), pl.lit("observed").alias("status"), pl.lit(1.5).alias("points")
    ).with_columns(
        pl.format("It is {} now.", quantity(pl.col("value"), card.unit)).alias("sentence")
    )
    object.__setattr__(bundle, "contributions", rows.lazy())
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path)
    shown = page.value("[...document.querySelectorAll('#ranked-table .c-reason .clamp')]"
                       ".map((cell) => cell.textContent)")  # fmt: skip
    assert shown[: len(values)] == rows.sort("supplier_id")["sentence"].to_list()


def test_the_main_views_are_kept_as_pictures(page: Page, report: Path, tmp_path: Path) -> None:
    for name, (fragment, size) in VIEWS.items():
        page.open(report, fragment, size)
        picture = kept_screenshots(tmp_path) / f"chromium-{name}.png"
        page.screenshot(picture)
        assert picture.stat().st_size > 10_000
    assert page.complaints == []
