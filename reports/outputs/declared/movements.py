"""Declares `movements.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput

OUTPUT = TableOutput(
    file="movements.csv",
    order=120,
    content="reasons for rank changes since the previous run, in parts that sum exactly",
    columns=(
        *SUPPLIER,
        Column("previous_run_id", "text"),
        Column("kind", "text"),
        Column("was_ranked", "true or false"),
        Column("is_ranked", "true or false"),
        Column("rank_before", "whole number"),
        Column("rank_after", "whole number"),
        Column("rank_change", "whole number", "ranks"),
        Column("rank_change_from_own_data", "number", "ranks"),
        Column("rank_change_from_coverage", "number", "ranks"),
        Column("rank_change_from_peers", "number", "ranks"),
        Column("rank_change_from_method", "number", "ranks"),
        Column("sentence", "text"),
    ),
    frame=lambda bundle, ranked: named_table(bundle, "movements"),
    warehouse_table="movements",
)
