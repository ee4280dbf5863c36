"""Declares `legal_rankings.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput

OUTPUT = TableOutput(
    file="legal_rankings.csv",
    order=90,
    content="CSDDD and LkSG rankings from the same evidence",
    columns=(
        *SUPPLIER,
        Column(
            "severity",
            "number",
            "0-1",
            "scale and scope of possible harm; null where neither is known",
        ),
        Column(
            "severity_is_known", "true or false", "", "false where the median of the list stands in"
        ),
        Column(
            "influence",
            "number",
            "0-1",
            "degree of influence from your share of the supplier's turnover",
        ),
        Column("contribution", "number", "0-1", "contribution of your own purchasing practices"),
        Column(
            "csddd_priority",
            "number",
            "points, 0-100",
            "priority by likelihood and severity (CSDDD Article 9)",
        ),
        Column("csddd_rank", "whole number", "", "rank by csddd_priority"),
        Column(
            "lksg_priority",
            "number",
            "points, 0-100",
            "priority that also weighs influence and contribution (LkSG section 3(2))",
        ),
        Column("lksg_rank", "whole number", "", "rank by lksg_priority"),
        Column(
            "rank_difference",
            "whole number",
            "ranks",
            "lksg_rank minus csddd_rank; negative = higher priority under the LkSG",
        ),
    ),
    frame=lambda bundle, ranked: named_table(bundle, "legal_rankings"),
)
