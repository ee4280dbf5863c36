"""Notice, dossier, evidence index and catalogue."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import jsonschema
import polars as pl
import pytest

from configs.config_errors import UsageError
from reports.documents.dossier import render_dossier
from reports.documents.evidence_index import evidence_index
from reports.documents.notice import (
    LANGUAGES,
    MIN_PEERS,
    SupplierRecord,
    benchmark,
    changes,
    notice_sentences,
    render_notice,
    shown_in,
    words,
)
from reports.documents.signal_catalogue import catalogue, catalogue_table, schema
from reports.tables.ranked_list import ranked_parquet_table, ranked_table
from reports.wording import ILO_NOTICE, banned_phrases
from signals.registry import signals, sources
from tests.reports.sample import AS_OF, HOSTILE_NAMES, SIGNALS, SOURCES, sample_bundle

_REQUIRED = (
    "title", "purpose", "blind", "used_heading", "unknown_heading", "result_heading",
    "progress_heading", "benchmark_heading", "contest_heading", "retention",
)  # fmt: skip
EARLIER = dt.date(2023, 3, 1)


def _record(supplier_id: str = "S-00001", **settings: Any) -> SupplierRecord:
    bundle = sample_bundle(**settings)
    table = ranked_parquet_table(ranked_table(bundle))
    rows = table.filter(pl.col("supplier_id") == supplier_id).to_dicts()
    return SupplierRecord("20240301-0a1b2c3d", AS_OF, True, rows[0], bundle.contributions.collect())


def _dossier(record: SupplierRecord) -> str:
    return render_dossier(record, SIGNALS, "Suppliers", 5, None, 22)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_says_all_it_must_in_every_language(language: str) -> None:
    text = words(language)
    page = render_notice(_record(), SIGNALS, SOURCES, language, "contact@example.org")
    shown = page.replace("&#39;", "'")
    for key in _REQUIRED:
        assert str(text[key]) in shown
    assert f'lang="{language}" dir="{text["direction"]}"' in page
    assert "contact@example.org" in page
    assert (language == "en") == (text["review_note"] == "")
    assert banned_phrases(page) == []
    assert "<script" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_writes_signals_units_and_figures_in_its_language(language: str) -> None:
    cards = {signal_id: signal.card for signal_id, signal in signals().items()}
    sentences = notice_sentences(language, cards)
    for card in cards.values():
        sentences.text(card.title)
        shown_in(1234.5, card.unit, sentences)
    assert sentences.english == set()
    leverage = cards["leverage"]
    value = shown_in(0.3456, leverage.unit, sentences)
    if language == "de":
        assert (sentences.text(leverage.title), value) == (
            "Verschuldung (Verbindlichkeiten zu Vermögen)",
            "34,6 % des Vermögens",
        )
    assert (language == "en") == (value == "34.6 % of assets")


def test_a_unit_without_a_translation_is_marked_as_english() -> None:
    sentences = notice_sentences("ar", {})
    assert shown_in(2.0, "widgets", sentences) == '2 <span lang="en" dir="ltr">widgets</span>'


def test_languages_have_the_same_words_and_placeholders() -> None:
    english = words("en")
    for language in LANGUAGES:
        other = words(language)
        assert set(other) == set(english)
        for key, text in english.items():
            marks = [sorted(re.findall(r"\{\w+\}", str(found))) for found in (text, other[key])]
            if key != "tiers":
                assert marks[0] == marks[1], (language, key)
    assert words("ar")["direction"] == "rtl"
    assert ILO_NOTICE.split("(")[1].split(")")[0] in str(english["blind"])


def test_another_language_is_rejected() -> None:
    with pytest.raises(UsageError, match="--language xx"):
        words("xx")


def test_nobody_is_compared_with_fewer_than_ten_others() -> None:
    record = _record()
    ids = record.contributions["supplier_id"].unique().sort()
    few = record.contributions.filter(pl.col("supplier_id").is_in(ids.head(MIN_PEERS).implode()))
    assert benchmark(record, SIGNALS)
    assert benchmark(replace(record, contributions=few), SIGNALS) == []


def test_the_benchmark_counts_others_that_are_as_good_or_less_good() -> None:
    record = _record()
    rows = record.contributions.filter(pl.col("signal_id") == "altman_z_double_prime").with_columns(
        pl.col("supplier_id").rank("ordinal").cast(pl.Float64).alias("value")
    )
    found = benchmark(replace(record, contributions=rows), SIGNALS)
    assert found == [("Altman Z″ (distress of accounts)", 1.0, 27)]


@pytest.mark.parametrize(("shift", "is_better"), [(1.0, True), (-1.0, False)])
def test_only_what_the_supplier_can_change_is_reported_as_a_change(
    shift: float, is_better: bool
) -> None:
    record = _record()
    before = record.contributions.with_columns(value=pl.col("value") + shift)
    earlier = [(EARLIER, before)]
    found = changes(replace(record, earlier=earlier), SIGNALS)
    assert [(change.signal, change.is_better) for change in found] == [
        ("Altman Z″ (distress of accounts)", is_better)
    ]
    page = render_notice(replace(record, earlier=earlier), SIGNALS, SOURCES, "en", "the buyer")
    assert page.index("Improvements") < page.index("Data used")
    assert "2023-03-01" in page


def test_a_change_within_the_measurement_errors_is_none() -> None:
    record = _record()
    now = record.contributions.with_columns(stderr=pl.lit(0.5))
    for shift, count in ((1.3, 0), (1.5, 1)):  # 1.96 x sqrt(2) x 0.5 = 1.386
        before = now.with_columns(value=pl.col("value") + shift)
        moved = replace(record, contributions=now, earlier=[(EARLIER, before)])
        assert len(changes(moved, SIGNALS)) == count
    older = record.contributions.drop("stderr").with_columns(value=pl.col("value") + 1)
    assert len(changes(replace(record, earlier=[(EARLIER, older)]), SIGNALS)) == 1


def test_a_decision_is_in_every_document() -> None:
    record = _record()
    contested = {"priority_band_is_frozen": True, "override": "contested"}
    record = replace(record, supplier={**record.supplier, **contested})
    assert "Contested, under review" in _dossier(record)
    assert "not used until people" in render_notice(record, SIGNALS, SOURCES, "en", "x")
    index = evidence_index(record.own(), SIGNALS, SOURCES, {}, (), record.supplier)
    assert index["statement"][-1] is not None
    assert index["statement"][-1].startswith("Contested: the priority band is not used")


def test_hostile_names_are_text_in_notice_and_dossier() -> None:
    for supplier_id, name in zip(("S-00002", "S-00006"), HOSTILE_NAMES[::2], strict=False):
        record = _record(supplier_id)
        for page in (render_notice(record, SIGNALS, SOURCES, "ar", "x"), _dossier(record)):
            assert "<script>alert" not in page
            assert name.replace("<", "&lt;")[:8].replace("'", "&#39;") in page


def test_the_dossier_has_rank_reasons_unknowns_and_next_step() -> None:
    page = _dossier(_record())
    for part in ("Score", "Rank", "By pillar", "Next step:", "Why", "What is not known"):
        assert part in page
    assert "It is not a finding about any supplier." in page
    assert banned_phrases(page) == []
    unranked = _dossier(_record("S-00025"))
    assert "Evidence from one pillar only" in unranked


def test_withheld_ranks_stay_out_of_the_dossier() -> None:
    page = render_dossier(_record(), SIGNALS, "Suppliers", 5, "Ranks are not printed.")
    assert "Ranks are not printed." in page
    assert '<p class="big">1<' not in page


def test_every_data_item_is_numbered_with_source_and_hash() -> None:
    bundle = sample_bundle()
    rows = (
        bundle.contributions.collect()
        .filter(pl.col("supplier_id") == "S-00001")
        .with_columns(pl.lit("/data/mirror/a b.csv station 3").alias("source_file"))
    )
    files = [{"origin": "/data/mirror/a b.csv", "sha256": "f" * 64, "fetched_at": "2024-02-01"}]
    manifest = {"sources": [{"source_id": "ledger", "files": files}]}
    index = evidence_index(rows, SIGNALS, SOURCES, manifest)
    assert index["number"].to_list() == [1, 2, 3, 4, 5]
    assert set(index["sha256"]) == {"f" * 64}
    assert set(index["source_file"]) == {"a b.csv station 3"}
    assert index["licence_url"].str.starts_with("https://").all()
    assert index["value"].null_count() == 0 or index["value"][-1] is None


def test_a_data_item_names_the_source_used_with_its_licence() -> None:
    card = next(card for card in SIGNALS.values() if len(card.sources) == 1)
    other = next(name for name in SOURCES if name not in card.sources)
    rows = sample_bundle().contributions.filter(pl.col("signal_id") == card.id).head(1).collect()
    both = card.model_copy(update={"sources": (*card.sources, other)})

    def named(source_used: str | None) -> str:
        row = rows.with_columns(pl.lit(source_used, pl.String).alias("source_used"))
        index = evidence_index(row, {card.id: both}, SOURCES, {})
        assert index["licence"].item().count(";") == index["source"].item().count(";")
        return str(index["source"].item())

    assert named(other) == SOURCES[other].title
    every = "; ".join(SOURCES[name].title for name in both.sources)
    assert named(", ".join(both.sources)) == every
    # Runs of earlier versions did not record it.
    assert named(None) == every


def test_the_catalogue_fits_its_schema() -> None:
    document = catalogue(
        {name: signal.card for name, signal in signals().items()},
        {name: module.CARD for name, module in sources().items()},
        {},
    )
    jsonschema.validate(document, schema())
    table = catalogue_table(document)
    assert table.height == len(signals())
    assert table["id"].is_sorted()
    broken = {**document, "signals": [{"id": "x"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema())
