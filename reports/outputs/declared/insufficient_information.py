"""Declares `insufficient_information.csv`."""

from __future__ import annotations

from reports.outputs.declared.all_suppliers import CONTEXT_POSITIONS, ORDER_BASIS
from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.ranked_list import insufficient_csv_table

OUTPUT = TableOutput(
    file="insufficient_information.csv",
    order=40,
    content="all others: why they have no score, and their data gaps",
    columns=(
        *SUPPLIER,
        Column("country", "text", "", "country in English"),
        Column("country_iso3", "text", "ISO 3166-1 alpha-3", "country"),
        Column("evidence_coverage", "number", "share, 0-1"),
        Column("pillars_with_evidence", "whole number", "pillars"),
        ORDER_BASIS,
        *CONTEXT_POSITIONS,
        Column("country_context_score", "number", "points, 0-100", "country and sector context"),
        Column("insufficient_reason", "text", "", "what is missing for a score"),
        Column("lowest_cost_data_gap", "text"),
        Column("data_gaps", "text", "", "weighted signals without a usable value and why"),
        Column("next_step", "text", "", "recommended next step"),
        Column(
            "flags", "text", "", "matches on import-ban and entity lists; separate from the score"
        ),
        Column("note", "text", "", "what the list is and is not"),
    ),
    frame=lambda bundle, ranked: insufficient_csv_table(ranked, bundle),
    warehouse_table="scores",
)
