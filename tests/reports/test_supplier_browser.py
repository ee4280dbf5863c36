"""What the page and the papers say about one supplier, in a real browser."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from reports.documents.dossier import render_dossier
from reports.documents.notice import SupplierRecord
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_parquet_table, ranked_table
from tests.reports.browser import CHROMIUM, Page
from tests.reports.months import with_earlier_runs
from tests.reports.sample import AS_OF, HOSTILE_NAMES, sample_bundle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


def test_withheld_ranks_show_ranges_and_say_why(page: Page, tmp_path: Path) -> None:
    why = "Only 51 % of the top tenth stays in it."
    bundle = replace(sample_bundle(28, 6, hostile=False), ranks_withheld=why)
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path, "#supplier=S-00003")
    shown = "[...document.querySelectorAll('#ranked-table .rank-number')].map((c) => c.textContent)"
    assert page.value(shown)[:3] == ["1–5", "1–6", "1–7"]
    assert why in page.value("document.querySelector('.withheld').textContent")
    assert (
        page.value("document.querySelector('#panel .figure-label').textContent") == "Rank interval"
    )
    assert page.value("document.querySelector('#panel .range .track-tick') === null")


def test_uncertainty_is_reported_in_the_panel(page: Page, tmp_path: Path) -> None:
    bundle = sample_bundle(28, 6, hostile=False)
    uncertainty = bundle.scores.select(
        "supplier_id",
        pl.lit(3.0).alias("rank_median"),
        pl.lit(0.9).alias("prob_same_band"),
        pl.lit("Main source of rank uncertainty: the weights.").alias("main_uncertainty_source"),
    )
    path = tmp_path / "report.html"
    bundle = replace(bundle, uncertainty=uncertainty)
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path, "#supplier=S-00003")
    text = page.value("document.querySelector('#panel .rank-uncertainty').innerText")
    assert "90 % interval 1–7" in text
    assert "in this priority band in 90" in text
    assert "Main source of rank uncertainty: the weights." in text
    tile = "document.querySelector('.tiles').innerText"
    assert "8 borderline" in page.value(tile)


def test_decisions_views_plan_and_data_to_find_are_shown(page: Page, tmp_path: Path) -> None:
    bundle = sample_bundle(28, 6, hostile=False)
    ids = bundle.scores["supplier_id"].head(3)
    bundle = bundle.with_tables(
        legal_rankings=pl.DataFrame(
            {"supplier_id": ids, "csddd_rank": [2, 1, 3], "lksg_rank": [3, 2, 1]}
        ),
        overrides=pl.DataFrame(
            {
                "supplier_id": ids,
                "order_with_overrides": [2, 3, 1],
                "override": [None, None, "look_first"],
                "override_reason": [None, None, "A new order is planned."],
                "override_has_expired": [False, False, False],
                "override_expires_on": [None, None, AS_OF],
                "priority_band_is_frozen": [False, True, False],
            }
        ),
        audit_plan=pl.DataFrame(
            {"supplier_id": ids, "selection_method": ["priority", "random", "not_selected"]}
        ),
        find_data_first=pl.DataFrame(
            {
                "priority": [1, 2],
                "supplier_id": ["S-00025", "S-00003"],
                "title": ["Accounts", "Forest loss"],
                "how": ["Ask the register.", "Find the exact site."],
                "prob_top_k": [0.41, 0.2],
                "uncertainty_reduction": [0.1, 0.05],
                "would_enable_score": [True, False],
            }
        ),
    )
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path, "#supplier=S-00003")
    text = page.value("document.getElementById('panel').innerText")
    assert "Assess first: A new order is planned." in text
    assert "LkSG rank" in text
    page.open(path, "#hide=reason,coverage")
    heads = page.value("document.querySelector('#ranked-table thead').innerText")
    for head in ("Rank with decisions", "CSDDD rank", "LkSG rank", "Audit plan"):
        assert head in heads
    priority_bands = page.value("[...document.querySelectorAll('#ranked-table td.c-band')]"
                       ".map((cell) => cell.innerText)")  # fmt: skip
    assert "Contested, under review" in priority_bands[1]
    assert "Contested" not in priority_bands[0]
    page.open(path, "#view=find")
    text = page.value("document.getElementById('find-table').innerText")
    assert "Ask the register. This item alone would enable a score." in text
    assert "80.0" in text  # of the simulations, as in the list; without a score there is none
    assert "41" not in text
    assert page.complaints == []


def test_a_dossier_is_one_page_of_paper(page: Page, tmp_path: Path) -> None:
    bundle = sample_bundle()
    row = ranked_parquet_table(ranked_table(bundle)).row(1, named=True)
    record = SupplierRecord(bundle.run_id, bundle.as_of, True, row, bundle.contributions.collect())
    path = tmp_path / "dossier.html"
    text = render_dossier(record, bundle.signal_cards, "T", 5, "Withheld. " * 20)
    path.write_text(text, encoding="utf-8")
    page.call("Page.navigate", url=path.as_uri())
    page.wait("document.readyState === 'complete'")
    printed = page.call("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed))) == 1


def test_improvements_are_reported_with_past_ranks(page: Page, tmp_path: Path) -> None:
    bundle = with_earlier_runs(sample_bundle(28, 6, hostile=False))
    path = tmp_path / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    page.open(path, "#supplier=S-00001")
    text = page.value("document.querySelector('#panel .journey').innerText")
    assert "Improved: 1 signal" in text
    assert "in the run of 2024-01-01" in text
    assert "Rank in 3 runs: 2 on 2024-01-01, 1 now." in text
    picture = page.value("document.querySelector('#panel .trend').getAttribute('aria-label')")
    assert picture.startswith("Ranks: 2024-01-01 rank 2 of ")
    assert page.value("document.querySelector('#panel .trend').clientHeight") > 60
    page.value("document.querySelector('.moved').open = true")
    page.value("document.querySelector('.moved a').click()")
    page.wait("location.hash === '#supplier=S-00005'")
    assert page.complaints == []


def test_hostile_names_are_harmless_on_paper(page: Page, tmp_path: Path) -> None:
    bundle = sample_bundle()
    rows = ranked_parquet_table(ranked_table(bundle)).filter(pl.col("name").is_in(HOSTILE_NAMES))
    assert rows.height == len(HOSTILE_NAMES)
    for row in rows.to_dicts():
        record = SupplierRecord(
            bundle.run_id, bundle.as_of, True, row, bundle.contributions.collect()
        )
        text = render_dossier(record, bundle.signal_cards, "T", 5, None)
        path = tmp_path / "dossier.html"
        path.write_text(text, encoding="utf-8")
        page.call("Page.navigate", url=path.as_uri())
        page.wait("document.readyState === 'complete'")
        # White space closes up on a page; of a name no mark is lost and none is obeyed.
        shown = page.value("document.querySelector('h1 bdi').textContent")
        assert shown == row["name"]
        assert page.value("document.scripts.length") == 0
        printed = base64.b64decode(
            page.call("Page.printToPDF", preferCSSPageSize=True, generateTaggedPDF=False)["data"]
        )
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        for active in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/EmbeddedFile"):
            assert active not in printed
    assert page.complaints == []
    assert page.requests == []
