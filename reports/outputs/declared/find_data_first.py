"""Declares `find_data_first.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput
from scoring.explanation.value_of_information import find_data_first

OUTPUT = TableOutput(
    file="find_data_first.csv",
    order=80,
    content="data gaps to close first: the item that reduces uncertainty about the "
    "top most, by supplier",
    columns=(
        *SUPPLIER,
        Column("priority", "whole number", "", "order of priority of this table"),
        Column("signal_id", "text", "", "signal that lacks a value"),
        Column("title", "text", "", "title of the signal"),
        Column(
            "prob_top_k",
            "number",
            "probability, 0-1",
            "share of simulations within the audit budget; null without a score",
        ),
        Column(
            "uncertainty_reduction",
            "number",
            "0-0.25",
            "expected reduction of p (1 - p) once the value is known",
        ),
        Column("would_enable_score", "true or false", "", "the value alone would enable a score"),
        Column("how", "text", "", "where the value can be obtained without asking a worker"),
        Column("score_best_case", "number", "points, 0-100", "score under best-case imputation"),
        Column("score_worst_case", "number", "points, 0-100", "score under worst-case imputation"),
        Column(
            "evidence_coverage",
            "number",
            "share, 0-1",
            "share of the applicable evidence weight that is observed",
        ),
    ),
    frame=lambda bundle, ranked: named_table(bundle, "find_data_first"),
    scored=lambda scored: find_data_first(
        scored.normalised, scored.scores, scored.model, scored.cards, scored.source_cards
    ),
)
