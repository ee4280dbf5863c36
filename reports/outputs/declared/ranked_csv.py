"""Declares `ranked.csv`."""

from __future__ import annotations

from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.ranked_list import ranked_csv_table

OUTPUT = TableOutput(
    file="ranked.csv",
    order=30,
    content="the suppliers with a score, by rank, for spreadsheets",
    columns=(
        *SUPPLIER,
        Column(
            "rank",
            "whole number",
            "",
            "1 = highest priority; ties share the lowest number; empty in all rows "
            "where single ranks are withheld",
        ),
        Column("country", "text", "", "country in English"),
        Column("country_iso3", "text", "ISO 3166-1 alpha-3", "country"),
        Column(
            "score", "number", "points, 0-100", "priority score from supplier-specific evidence"
        ),
        Column(
            "priority_band",
            "text",
            "",
            "priority band; of a supplier that contests it a note not to use it",
        ),
        Column("priority_band_note", "text"),
        Column(
            "override",
            "text",
            "",
            "the decision of a person that is in force; empty without one",
        ),
        Column("evidence_coverage", "number", "share, 0-1"),
        Column("rank_p05", "whole number"),
        Column("rank_p95", "whole number"),
        Column(
            "prob_top_k",
            "number",
            "probability, 0-1",
            "share of the simulations in which the supplier is within the audit "
            "budget k (scoring.top_k; k is in note)",
        ),
        Column(
            "rank_within_country",
            "whole number",
            "",
            "rank among the suppliers with a score in the same country",
        ),
        Column(
            "suppliers_ranked_in_country",
            "whole number",
            "",
            "number of suppliers with a score in that country",
        ),
        Column(
            "prob_same_band",
            "number",
            "probability, 0-1",
            "share of the simulations in which the supplier keeps its priority band",
        ),
        Column(
            "main_uncertainty_source",
            "text",
            "",
            "source of uncertainty that moves the rank most: measurement_error, "
            "weights, power, normaliser, source_left_out or missing_values; null "
            "where the rank never moves",
        ),
        Column(
            "score_best_case",
            "number",
            "points, 0-100",
            "score if every missing value were as favourable as the best tenth of its peers",
        ),
        Column(
            "score_worst_case",
            "number",
            "points, 0-100",
            "score if every missing value were as unfavourable as the worst tenth of its peers",
        ),
        Column("country_context_score", "number", "points, 0-100"),
        Column("score_vs_peers", "number", "points, 0-100"),
        Column("reason_1", "text", "", "the reason that contributes most, in one sentence"),
        Column("reason_2", "text", "", "the second reason; empty where there is none"),
        Column("reason_3", "text", "", "the third reason; empty where there is none"),
        Column(
            "changes_to_leave_top_k",
            "text",
            "",
            "the smallest change of evidence that takes the supplier out of the audit"
            " budget; null outside the budget",
        ),
        Column("data_gaps", "text", "", "weighted signals without a usable value and why"),
        Column("next_step", "text", "", "recommended next step"),
        Column("next_step_reason", "text", "", "why that step"),
        Column(
            "flags", "text", "", "matches on import-ban and entity lists; separate from the score"
        ),
        Column("note", "text", "", "what the list is and is not"),
    ),
    frame=lambda bundle, ranked: ranked_csv_table(ranked, bundle),
    warehouse_table="scores",
)
