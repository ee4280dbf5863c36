"""Declares `contributions.parquet`."""

from __future__ import annotations

from reports.outputs.output import Column, TableOutput

OUTPUT = TableOutput(
    file="contributions.parquet",
    order=60,
    content="every signal of every supplier with its points",
    columns=(
        Column("supplier_id", "text"),
        Column("signal_id", "text"),
        Column("pillar", "text"),
        Column("status", "text"),
        Column("value", "number", "see unit"),
        Column("stderr", "number", "see unit"),
        Column("unit", "text"),
        Column("shrunk_value", "number", "see unit"),
        Column("shrinkage_weight", "number", "share, 0-1"),
        Column("peer_value", "number", "see unit"),
        Column("sector_relevance", "number", "share, 0-1"),
        Column("risk", "number", "risk, 0-1"),
        Column("peer_risk", "number", "risk, 0-1"),
        Column("weight", "number", "share"),
        Column("points", "number", "points"),
        Column("period", "text"),
        Column("data_through", "date"),
        Column("candidate_sources", "text"),
        Column("source_file", "text"),
        Column("source_used", "text"),
        Column("sentence", "text"),
    ),
    frame=lambda bundle, ranked: bundle.contributions.sort("supplier_id", "signal_id"),
    warehouse_table="contributions",
)
