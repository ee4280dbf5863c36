"""Declares `all_suppliers.csv`."""

from __future__ import annotations

from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.ranked_list import all_suppliers_table
from scoring.prioritisation.context_order import context_order

ORDER_BASIS = Column(
    "order_basis",
    "text",
    "",
    "`supplier-specific evidence`: ranked by its score; `context`: ordered by country, sector and "
    "goods alone; `unknown`: neither is known",
)
CONTEXT_POSITIONS = (
    Column(
        "context_position",
        "whole number",
        "",
        "position among the suppliers without a score by country, sector and goods; "
        "1 = most adverse context; ties share the lowest; never mixed with ranks",
    ),
    Column(
        "context_position_p05",
        "whole number",
        "",
        "lower end of the 90 % interval over weightings of the context signals",
    ),
    Column("context_position_p95", "whole number", "", "upper end of that interval"),
)

OUTPUT = TableOutput(
    file="all_suppliers.csv",
    order=35,
    content="every supplier once: ranked on supplier-specific evidence, ordered by context, or "
    "unknown, and why",
    columns=(
        *SUPPLIER,
        Column("country", "text", "", "country in English"),
        ORDER_BASIS,
        Column("rank", "whole number"),
        Column("rank_p05", "whole number"),
        Column("rank_p95", "whole number"),
        *CONTEXT_POSITIONS,
        Column("standing", "text", "", "why the supplier has its rank or position, or none"),
        Column("lowest_cost_data_gap", "text"),
    ),
    frame=lambda bundle, ranked: all_suppliers_table(bundle, ranked),
    warehouse_table="scores",
    scored=lambda scored: context_order(scored.normalised, scored.scores, scored.model),
)
