"""`report.html`: one self-contained page that reads nothing from the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from reports.bundle import ReportBundle
from reports.documents.document_pages import hash_source, said
from reports.documents.page_templates import asset, templates
from reports.languages.catalogue import REVIEW_NOTE, Translator, translator
from reports.languages.sentences import Sentences
from reports.page.fairness_section import fairness_section
from reports.page.html_data import MAX_SUPPLIERS, fitting
from reports.page.html_embedding import escaped
from reports.page.html_overview import has_data, overview, sources_read, warnings
from reports.page.pictures import pictures
from reports.page.purchasing_section import purchasing_section
from reports.tables.flagged_plan import flagged_outside, outside_sentence
from reports.tables.list_checks import list_check_lines
from reports.tables.rejections import LIST_TABLES
from reports.tables.shown_figures import percent_text
from reports.wording import (
    DESKTOP_NOTICE,
    ILO_LABELS,
    ILO_NOTICE,
    INVISIBLE_LABELS,
    PILLAR_LABELS,
    SYNTHETIC_NOTICE,
)
from signals.card import NOT_REQUIRED, IloIndicator, Status

#: In the order in which they are joined into the page's one script.
SCRIPTS = (
    "texts.js", "format.js", "unpack.js", "data.js", "dom.js", "state.js", "finder.js", "table.js",
    "ordering.js", "cells.js", "lists.js", "export.js", "controls.js", "reasons.js", "sites.js",
    "figures.js", "land.js", "trend.js", "journey.js", "summary.js", "supplier.js", "map_layers.js",
    "map_marks.js", "map_tables.js", "map.js", "what_if.js", "what_if_view.js", "app.js",
)  # fmt: skip

#: In the order in which they are joined into the page's one style sheet.
STYLES = ("overview.css", "report.css", "parts.css", "pictures.css", "dark.css")

#: Longer lists are in rejected.csv.
_SHOWN_REJECTED = 200
_SOURCE_STATUS = {
    "read": "Read",
    "unavailable": "Unavailable",
    "not_set_up": "Not configured",
}

#: Flagged suppliers outside the audit plan that are named above the list.
_NAMED_FLAGGED = 10
_NO_ROWS = "Read, no row for this list"


@dataclass(frozen=True)
class SignalCoverage:
    """How far a signal reaches in this run."""

    observed: int
    applicable: int
    newest: str | None
    oldest: str | None


def render_html(bundle: ReportBundle, ranked: pl.DataFrame) -> str:
    """The whole page.

    The content security policy lets in this page's own script and style by their hashes, and
    nothing else: no request can leave. Text of the data reaches the page as JSON and is set as
    text, never as markup; text in the template is escaped.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    script = "\n".join(asset(name) for name in SCRIPTS)
    style = "\n".join(asset(name) for name in STYLES)
    words = translator(bundle.language)
    sentences = bundle.sentences.fresh()
    environment = templates(
        {"percent": percent_text, "tr": words.text, "in_language": sentences.text}
    )
    contents, data = fitting(bundle, ranked, sentences)
    drawn = pictures(bundle, ranked)
    shown_pictures = environment.get_template("pictures.html.j2").render(
        pictures=drawn, **_words(words)
    )
    return environment.get_template("report.html.j2").render(
        bundle=bundle,
        **_words(words),
        said=lambda text: said(sentences, text),
        script=Markup(script),
        style=Markup(style),
        policy=_policy(script, style),
        data_encoding=data.encoding,
        data=Markup(data.text),
        desktop_notice=DESKTOP_NOTICE,
        ilo_notice=ILO_NOTICE,
        synthetic_notice=SYNTHETIC_NOTICE,
        overview=overview(bundle, ranked),
        signal_rows=_signal_rows(bundle, sentences),
        source_rows=_source_rows(bundle),
        rejected_rows=_rejected_rows(bundle.rejected),
        rejected_suppliers=_rejected_suppliers(bundle.rejected),
        ilo_rows=_ilo_rows(bundle, sentences),
        invisible=INVISIBLE_LABELS,
        warnings=[*warnings(bundle), *_shortened(ranked.height)],
        list_checks=list_check_lines(bundle.manifest),
        own=purchasing_section(bundle),
        has_pictures=bool(drawn),
        pictures=Markup(shown_pictures),
        flagged=_flagged(bundle),
        fairness=fairness_section(bundle),
        has_find=contents["find"] is not None,
        has_what_if=contents["whatIf"] is not None,
    )


def _shortened(suppliers: int) -> list[str]:
    """Says that the page has not all suppliers, where it has not."""
    if suppliers <= MAX_SUPPLIERS:
        return []
    return [
        f"The page lists the first {MAX_SUPPLIERS:,} of {suppliers:,} suppliers; "
        "all_suppliers.csv and ranked.parquet have all."
    ]


def _words(words: Translator) -> dict[str, object]:
    """Texts, numbers and dates in the language of the page, for its template and its script."""
    messages = {
        key: list(text) if isinstance(text, tuple) else text
        for key, text in words.page_messages.items()
    }
    text = json.dumps(messages, ensure_ascii=False, separators=(",", ":"))
    return {
        "language": words.language,
        "direction": words.direction,
        "tr": words.text,
        "trn": words.count,
        "number": words.number,
        "decimal": words.decimal,
        "date": words.date,
        "review_note": "" if words.is_reviewed else words.text(REVIEW_NOTE),
        "review_note_english": REVIEW_NOTE,
        "texts": Markup(escaped(text)) if messages else "",
    }


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src {hash_source(script)}; style-src {hash_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _flagged(bundle: ReportBundle) -> dict[str, object]:
    """Flagged suppliers outside the audit plan, the first of them by name."""
    found = flagged_outside(bundle)
    return {
        "rows": found.head(_NAMED_FLAGGED).to_dicts(),
        "more": max(0, found.height - _NAMED_FLAGGED),
        "sentence": outside_sentence(found.height),
    }


def _signal_rows(bundle: ReportBundle, words: Sentences) -> list[dict[str, object]]:
    coverage = _signal_coverage(bundle.contributions)
    nothing = SignalCoverage(0, 0, None, None)
    return [
        {
            "card": card,
            "title": words.text(card.title),
            "unit": card.unit if words.language == "en" else words.unit(card.unit),
            "pillar": PILLAR_LABELS[card.pillar.value],
            "ilo": sorted({ILO_LABELS[link.indicator] for link in card.ilo if link.strength > 0}),
            "coverage": coverage.get(signal_id, nothing),
        }
        for signal_id, card in bundle.signal_cards.items()
    ]


def _signal_coverage(contributions: pl.LazyFrame) -> dict[str, SignalCoverage]:
    has_value = pl.col("status").is_in([Status.OBSERVED.value, Status.CONTESTED.value])
    counted = contributions.group_by("signal_id").agg(
        has_value.sum().alias("observed"),
        (~pl.col("status").is_in(NOT_REQUIRED)).sum().alias("applicable"),
        pl.col("data_through").max().cast(pl.String).alias("newest"),
        pl.col("data_through").min().cast(pl.String).alias("oldest"),
    )
    return {
        signal_id: SignalCoverage(observed, applicable, newest, oldest)
        for signal_id, observed, applicable, newest, oldest in counted.collect(
            engine="streaming"
        ).iter_rows()
    }


def _source_note(record: Mapping[str, Any]) -> str | None:
    """Why a source was not read, or is used in part."""
    notes = (record.get(name) for name in ("reason", "stopped_early", "not_used"))
    return "; ".join(str(note).rstrip(".") for note in notes if note) or None


def _source_rows(bundle: ReportBundle) -> list[dict[str, object]]:
    read = sources_read(bundle.manifest)
    rows: list[dict[str, object]] = []
    for source_id, card in bundle.source_cards.items():
        record = read.get(source_id, {})
        status = str(record.get("status", "unknown"))
        rows.append(
            {
                "card": card,
                "collection": card.collection.value.replace("_", " "),
                "status": _NO_ROWS
                if status == "read" and not has_data(record)
                else _SOURCE_STATUS.get(status, "Not recorded"),
                "is_read": has_data(record),
                "reason": _source_note(record),
                "data_through": record.get("data_through"),
            }
        )
    return rows


def _rejected_rows(rejected: pl.DataFrame) -> list[dict[str, object]]:
    if rejected.is_empty():
        return []
    return (
        rejected.group_by("table_name", "rule")
        .agg(pl.len().alias("rows"), pl.col("reason").min().alias("example"))
        .sort(["rows", "table_name", "rule"], descending=[True, False, False])
        .to_dicts()
    )


def _rejected_suppliers(rejected: pl.DataFrame) -> list[dict[str, object]]:
    """Rows of the supplier list, so that a reader finds a supplier that is missing."""
    of_list = rejected.filter(
        pl.col("table_name").is_in(LIST_TABLES)
        & (pl.col("supplier_id").is_not_null() | pl.col("name").is_not_null())
    )
    return of_list.sort("source_file", "source_row").head(_SHOWN_REJECTED).to_dicts()


def _ilo_rows(bundle: ReportBundle, words: Sentences) -> list[dict[str, object]]:
    """Each of the eleven indicators with the signals linked to it, strongest first."""
    rows: list[dict[str, object]] = []
    for indicator in IloIndicator:
        found = sorted(
            (-link.strength, card.title)
            for card in bundle.signal_cards.values()
            for link in card.ilo
            if link.indicator is indicator and link.strength > 0
        )
        rows.append(
            {
                "label": ILO_LABELS[indicator],
                "is_invisible": ILO_LABELS[indicator] in INVISIBLE_LABELS,
                "signals": [words.text(title) for _, title in found],
            }
        )
    return rows
