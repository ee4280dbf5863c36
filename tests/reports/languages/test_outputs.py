"""Workbook, dossier and fairness in another language: nothing that has a message stays English."""

import html
import io
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

import reports.bundle
import reports.documents.dossier
import reports.page.html_report
from flows.documentation.messages import template
from reports.bundle import ReportBundle
from reports.documents.dossier import render_dossier
from reports.documents.notice import SupplierRecord
from reports.languages.catalogue import LANGUAGES, REVIEW_NOTE, Translator, translator
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_parquet_table, ranked_table
from reports.workbook import workbook, workbook_languages
from reports.workbook.workbook import workbook_bytes
from reports.workbook.workbook_decisions import read_decisions
from reports.workbook.workbook_languages import DATA, DECISION_TITLES, read_back
from reports.workbook.workbook_sheets import sheets
from scoring.explanation.sentences import sentences_of, unit_text
from tests.reports.groups import SLOPE, SWAP, with_fairness
from tests.reports.months import with_earlier_runs
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle

CARDS = {
    signal_id: card.model_copy(update={"sentence": "Measured: {value}."})
    for signal_id, card in SIGNALS.items()
}
_LETTERS = re.compile(r"[^\W\d_]{2}")
#: Texts of the sample that no run writes, and names.
_OWN_TEXTS = (
    "the exact location of its main site",
    "the publisher",
    "1 place further up: its own data.",
    "Evidence from one pillar only; two are needed.",
    *(card.title for card in SIGNALS.values()),
    "Measured: {value}.",
    *(unit_text(card.unit) for card in SIGNALS.values()),
    *(limit for card in SIGNALS.values() for limit in card.limits),
)


def _marked() -> Translator:
    """Every message, and the sample's own texts, between « and »."""
    messages: dict[str, str | tuple[str, ...]] = {text: f"«{text}»" for text in _OWN_TEXTS}
    for message in template():
        forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        shown = tuple(f"«{form}»" for form in forms)
        messages[forms[0]] = shown[0] if len(shown) == 1 else shown
    return Translator("de", messages, {})


MARKED = _marked()


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> ReportBundle:
    """The sample with sentences as a run writes them, a plan, flags, moves and a decision."""
    for module in (
        reports.bundle, reports.documents.dossier, reports.page.html_report, workbook,
    ):  # fmt: skip
        monkeypatch.setattr(module, "translator", lambda language: MARKED)
    made = with_earlier_runs(sample_bundle(hostile=False))
    parts = []
    for (signal_id,), rows in made.contributions.collect().group_by(
        "signal_id", maintain_order=True
    ):
        read = rows.with_columns(
            observed_to=pl.col("data_through").cast(pl.String),
            origin="source_file",
            status_reason=pl.lit(None, pl.String),
        )
        parts.append(
            rows.with_columns(
                sentences_of(read, CARDS[str(signal_id)], SOURCES, "2024-03-01")
                .select("sentence")
                .collect()
            )
        )
    ids = made.scores["supplier_id"]
    plan = pl.DataFrame(
        {
            "supplier_id": ids.head(4),
            "selection_method": ["priority", "random", "cooling_off", "not_selected"],
            "inclusion_probability": [1.0, 0.1, 0.0, 0.0],
            "reason": [
                "among the highest priorities within the limits",
                "selected at random, so that outcomes can be compared without bias",
                "assessed within 12 months",
                "outside the budget of 5",
            ],
        }
    )
    decided = pl.DataFrame(
        {
            "supplier_id": ids.head(1),
            "rank": [1],
            "override": ["look_first"],
            "override_reason": ["A new order is planned."],
            "override_evidence_link": ["minutes"],
            "override_expires_on": [None],
            "override_has_expired": [False],
            "priority_band_is_frozen": [False],
            "order_with_overrides": [1],
        },
        schema_overrides={"override_expires_on": pl.Date},
    )
    whole = replace(
        with_fairness(made, income_slope=SLOPE, country_permutation=SWAP, summary="Other."),
        language="de",
        signal_cards=CARDS,
        contributions=pl.concat(parts).lazy(),
    )
    return whole.with_tables(audit_plan=plan, overrides=decided)


def _stays_english(text: str) -> bool:
    """Whether a text has words outside of the marks; figures and dates have none."""
    depth, outside = 0, []
    for mark in text:
        depth += {"«": 1, "»": -1}.get(mark, 0)
        if depth == 0:
            outside.append(mark)
    return _LETTERS.search("".join(outside)) is not None


def test_every_tab_header_note_and_cell_of_the_workbook_is_translated(
    bundle: ReportBundle,
) -> None:
    ranked = ranked_table(bundle)
    words = bundle.sentences.fresh()
    found = []
    for english in sheets(bundle, ranked):
        part = workbook_languages.in_language(english, words)
        assert not english.rows.is_empty() or english.name in ("Purchasing", "Data gaps", "Flags")
        found += [(part.name, text) for text in (part.shown_name, *part.note.splitlines())]
        found += [(part.name, column.title) for column in part.columns.values()]
        found += [(part.name, text) for texts in part.choices.values() for text in texts]
        shown = [name for name in part.columns if name not in DATA | {"country", "title"}]
        found += [
            (f"{part.name}, {name}", text)
            for name in shown
            if part.rows[name].dtype == pl.String
            for text in part.rows[name].drop_nulls().unique()
        ]
    assert [each for each in found if _stays_english(each[1].split(".tif")[0])] == []


def test_the_dossier_is_translated(bundle: ReportBundle) -> None:
    table = ranked_parquet_table(ranked_table(bundle))
    for row in (table.row(0, named=True), table.row(-1, named=True)):
        flag = {
            "flag": "Import ban", "list": "", "listed_name": "", "matched_via": "parent",
            "listed_on": "2024-01-01", "status": "on the list", "link": None, "path": None,
        }  # fmt: skip
        record = SupplierRecord(
            "", bundle.as_of, True, row | {"name": ""}, bundle.contributions.collect()
        )
        record = replace(record, flags=[flag])
        page = render_dossier(record, CARDS, "", 5, None, 22, "de")
        body = page.split("<body>")[1].replace(row["supplier_id"], "").replace("Understory", "")
        texts = re.findall(r">([^<>]+)<|aria-label=\"([^\"]+)\"", re.sub(r"<bdi>|</bdi>", "", body))
        shown = [html.unescape(one or other).strip() for one, other in texts]
        shown = [text for text in shown if text not in (row["country_iso3"],)]
        english = [text for text in shown if _stays_english(text.replace(row["country_iso3"], ""))]
        assert english in ([], [REVIEW_NOTE])
        assert 'lang="en"' in page


def test_the_section_on_fairness_is_translated(bundle: ReportBundle) -> None:
    page = render_html(bundle, ranked_table(bundle))
    section = page.split('<section id="view-fairness"')[1].split("</section>")[0]
    texts = [html.unescape(text).strip() for text in re.findall(r">([^<>]+)<", section)]
    names = {"Malaiisch", "Khmer"}
    assert [text for text in texts if text not in names and _stays_english(text)] == []
    assert "lang=" not in section


@pytest.mark.parametrize("language", LANGUAGES)
def test_decisions_are_read_back_in_every_language(tmp_path: Path, language: str) -> None:
    words = translator(language)
    bundle = replace(sample_bundle(8, 2, hostile=False), language=language)
    content = workbook_bytes(bundle, ranked_table(bundle))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    tab = words.text("Decisions")
    header = [str(cell) for cell in book.get_sheet_by_name(tab).to_python()[2]]
    expected = DECISION_TITLES if language == "en" else map(words.text, DECISION_TITLES.values())
    assert header == list(expected)
    row = {
        "supplier_id": "S-00001", "decision": "contested", "author_role": "analyst",
        "reason": "it objects", "evidence_link": "minutes", "decided_on": "2024-03-01",
        "expires_on": "2024-09-01",
    }  # fmt: skip
    if language != "en":
        row["decision"] = words.text("Contested")
    cells = [row.get(name, "") for name in DECISION_TITLES]
    path = tmp_path / "filled.xlsx"
    pl.DataFrame([cells], schema=header, orient="row").write_excel(path, worksheet=tab)
    found = read_decisions(path, pl.Series(["S-00001"]))
    assert found.select("supplier_id", "decision").to_dicts() == [
        {"supplier_id": "S-00001", "decision": "contested"}
    ]


def test_no_header_or_decision_means_two_things_in_any_language() -> None:
    for language in LANGUAGES[1:]:
        words = translator(language)
        for texts in (DECISION_TITLES.values(), ("Assess first", "Assess later", "Contested")):
            assert len({words.text(text) for text in texts}) == len(list(texts))
    assert set(read_back("decision").values()) == {"look_first", "look_later", "contested"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tabs_fit_a_workbook(language: str) -> None:
    bundle = replace(sample_bundle(8, 2, hostile=False), language=language)
    names = [
        workbook_languages.in_language(part, bundle.sentences).shown_name
        for part in sheets(bundle, ranked_table(bundle))
    ]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
