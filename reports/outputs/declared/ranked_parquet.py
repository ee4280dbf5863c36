"""Declares `ranked.parquet`."""

from __future__ import annotations

from reports.outputs.declared.all_suppliers import CONTEXT_POSITIONS, ORDER_BASIS
from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.ranked_list import ranked_parquet_table

OUTPUT = TableOutput(
    file="ranked.parquet",
    order=50,
    content="every supplier for programs; rank is empty without a score",
    columns=(
        *SUPPLIER,
        Column("rank", "whole number"),
        Column("country", "text", "", "country in English"),
        Column("country_iso3", "text", "ISO 3166-1 alpha-3", "country"),
        Column("score", "number", "points, 0-100"),
        Column("priority_band", "text"),
        Column("priority_band_note", "text"),
        Column("evidence_coverage", "number", "share, 0-1"),
        Column("ilo_indicator_coverage", "number", "share, 0-1"),
        Column("pillars_with_evidence", "whole number", "pillars"),
        Column("rank_p05", "whole number"),
        Column("rank_p95", "whole number"),
        Column("prob_top_k", "number", "probability, 0-1"),
        Column("country_context_score", "number", "points, 0-100"),
        Column("score_absolute_scale", "number", "points, 0-100"),
        Column("score_vs_peers", "number", "points, 0-100"),
        Column("score_best_case", "number", "points, 0-100"),
        Column("score_worst_case", "number", "points, 0-100"),
        Column("peer_median_score", "number", "points, 0-100"),
        Column("peer_group", "text"),
        Column("peer_group_size", "whole number", "suppliers"),
        Column("insufficient_reason", "text"),
        Column("lowest_cost_data_gap", "text"),
        Column("rank_median", "number", "", "median rank over the simulations"),
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
            "changes_to_leave_top_k",
            "text",
            "",
            "the smallest change of evidence that takes the supplier out of the audit budget",
        ),
        ORDER_BASIS,
        *CONTEXT_POSITIONS,
        Column("suppliers_by_context", "whole number", "", "suppliers that are ordered by context"),
        Column(
            "override", "text", "", "the decision of a person that is in force; null without one"
        ),
        Column(
            "priority_band_is_frozen",
            "true or false",
            "",
            "the supplier contests it; the priority band is not to be used",
        ),
        Column("reasons", "list of text", "", "all reasons by falling contribution"),
        Column(
            "shared_reason", "text", "", "the main reason that the supplier shares with its peers"
        ),
        Column("data_gaps", "list of text", "", "weighted signals without a usable value and why"),
        Column("next_step", "text", "", "recommended next step by its id"),
        Column("next_step_reason", "text", "", "why that step"),
    ),
    frame=lambda bundle, ranked: ranked_parquet_table(ranked),
    warehouse_table="scores",
)
