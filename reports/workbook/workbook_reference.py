"""Sheets of the workbook on sources and method."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.catalogue import message
from reports.wording import PILLAR_LABELS
from reports.workbook.workbook_shapes import Column, Sheet

SOURCES, METHOD = message("Sources"), message("Method")

_DIRECTIONS = {1: message("higher is riskier"), -1: message("lower is riskier")}


def sources_sheet(bundle: ReportBundle) -> Sheet:
    """Every source: who holds it, its licence, and how to cite it."""
    rows = pl.DataFrame(
        [
            (
                card.title, card.publisher, card.held_by, card.collection.value.replace("_", " "),
                card.cadence, card.licence.id, card.licence.redistributable, card.url,
                card.licence.url, card.citation,
            )
            for card in bundle.source_cards.values()
        ],
        schema=[
            "title", "publisher", "held_by", "collection", "cadence", "licence", "may_be_shared",
            "url", "licence_url", "citation",
        ],
        orient="row",
    ).with_columns(
        pl.when("may_be_shared")
        .then(pl.lit(message("yes")))
        .otherwise(pl.lit(message("no: values are not shown")))
        .alias("may_be_shared")
    )  # fmt: skip
    return Sheet(
        SOURCES,
        message("Nothing here was collected from workers."),
        {
            "title": Column("Source", 44),
            "publisher": Column("Publisher", 34),
            "held_by": Column("Held by", 24),
            "collection": Column("Collected as", 18),
            "cadence": Column("Update frequency", 12),
            "licence": Column("Licence", 18),
            "may_be_shared": Column("May be redistributed", 18),
            "url": Column("Address", 44, "link"),
            "licence_url": Column("Licence text", 44, "link"),
            "citation": Column("Citation", 70, "long"),
        },
        rows,
        printed_columns=8,
        max_lines=2,
    )


def method_sheet(bundle: ReportBundle) -> Sheet:
    """Every signal: its weight, grade, direction and limits."""
    words = bundle.sentences.fresh()
    weights = bundle.weights()
    rows = pl.DataFrame(
        [
            (
                card.title, PILLAR_LABELS[card.pillar.value], weights.get(signal_id),
                card.evidence_grade.value, card.unit,
                _DIRECTIONS[card.direction],
                " ".join(words.text(limit) for limit in card.limits), " ".join(card.references),
            )
            for signal_id, card in bundle.signal_cards.items()
        ],
        schema={
            "title": pl.String, "pillar": pl.String, "weight": pl.Float64, "grade": pl.String,
            "unit": pl.String, "direction": pl.String, "limits": pl.String, "references": pl.String,
        },
        orient="row",
    )  # fmt: skip
    return Sheet(
        METHOD,
        f"Run {bundle.run_id}, as of {bundle.as_of.isoformat()}. Each signal is normalised to "
        "a risk of 0 to 1; a weighted power mean aggregates those available. Missing values are "
        "not imputed. Grades: A causal, B correlation, C mechanism or cases, D plausible only.",
        {
            "title": Column("Signal", 44),
            "pillar": Column("Pillar", 24),
            "weight": Column("Weight", 9, "figure"),
            "grade": Column("Grade", 8),
            "unit": Column("Unit", 30),
            "direction": Column("Direction", 18),
            "limits": Column("What it cannot tell", 80, "long"),
            "references": Column("References", 70, "long"),
        },
        rows,
        printed_columns=7,
        max_lines=2,
    )
