"""What the outputs of one run say alike: withheld cells, and what is the supplier's own."""

import html
import re
from dataclasses import replace

import pytest

from flows.cli import terminal
from flows.run.results.outputs import _withheld_cells
from reports.documents.dossier import render_dossier
from reports.documents.notice import LANGUAGES as OF_NOTICE
from reports.documents.notice import SupplierRecord, render_notice, words
from reports.languages.catalogue import LANGUAGES, translator
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_parquet_table, ranked_table
from tests.reports.sample import AS_OF, SIGNALS, SOURCES, sample_bundle

_OWN = SIGNALS["altman_z_double_prime"].title
_OF_OTHERS = [SIGNALS[name].title for name in ("drought_spi12", "late_payment", "forest_loss_rate")]
_HELD = {
    1: [{"where": "list.csv", "column": "site", "rows": 1, "rule": "phone"}],
    5: [
        {"where": "list.csv", "column": "site", "rows": 3, "rule": "phone"},
        {"where": "sites.csv", "column": "note", "rows": 2, "rule": "email"},
    ],
}


def _record(shift: float, stderr: float) -> SupplierRecord:
    """A supplier whose values were all higher by `shift` in an earlier run."""
    bundle = sample_bundle(hostile=False)
    row = ranked_parquet_table(ranked_table(bundle)).row(0, named=True)
    now = bundle.contributions.with_columns(stderr=stderr).collect()
    before = now.with_columns(value=now["value"] + shift)
    earlier = [(AS_OF.replace(year=2023), before)]
    return SupplierRecord(bundle.run_id, AS_OF, True, row, now, earlier)


@pytest.mark.parametrize("language", OF_NOTICE)
def test_only_what_is_the_supplier_s_is_a_change_of_its_own(language: str) -> None:
    """The drought, the forest and the buyer's own payments changed as much."""
    record = _record(1.0, 0.1)
    notice = render_notice(record, SIGNALS, SOURCES, language, "the buyer")
    pages = [(notice, str(words(language)["progress_heading"]))]
    if language in LANGUAGES:
        dossier = render_dossier(record, SIGNALS, "List", 5, None, 22, language)
        pages.append((dossier, translator(language).text("Improvements")))
    for page, title in pages:
        shown = html.unescape(page).split(f"<h2>{title}</h2>")[1].split("</section>")[0]
        assert len(re.findall("<li", shown)) == 1
        assert _OWN in shown
        assert not [other for other in _OF_OTHERS if other in shown]


@pytest.mark.parametrize("language", OF_NOTICE)
def test_a_change_below_the_measurement_error_is_no_change(language: str) -> None:
    text = words(language)
    record = _record(1.0, 5.0)
    page = html.unescape(render_notice(record, SIGNALS, SOURCES, language, "the buyer"))
    assert str(text["progress_none"]) in page
    if language in LANGUAGES:
        dossier = html.unescape(render_dossier(record, SIGNALS, "List", 5, None, 22, language))
        assert translator(language).text("No improvement is observed yet.") in dossier


@pytest.mark.parametrize("cells", _HELD)
def test_withheld_cells_are_on_the_terminal_and_in_the_report_of_every_language(
    cells: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (warning,) = _withheld_cells({"withheld": _HELD[cells]})
    assert warning.startswith(f"{cells} cell")
    assert "list.csv, column site" in warning
    record = {
        "run_id": "r", "already_published": False, "ranked": 1, "insufficient": 0, "rejected": 0,
        "rejected_of_sources": 0, "facts": [], "warnings": [warning], "latest_note": None,
        "report": "report.html", "folder": "out/r",
    }  # fmt: skip
    terminal.print_published(record)
    assert f"Warning: {warning}" in capsys.readouterr().out
    bundle = sample_bundle(8, 2, hostile=False)
    for language in LANGUAGES:
        warned = replace(
            bundle, language=language, manifest={**bundle.manifest, "warnings": [warning]}
        )
        shown = warned.sentences.text(warning)
        assert (shown == warning) == (language == "en")
        assert "list.csv, column site" in shown
        if language in ("en", "de") and cells > 1:
            assert shown in html.unescape(render_html(warned, ranked_table(warned)))


def test_no_withheld_cell_is_no_warning() -> None:
    assert _withheld_cells({"withheld": []}) == []
