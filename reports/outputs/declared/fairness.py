"""Declares `fairness.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import monitoring_table
from reports.outputs.output import Column, TableOutput
from scoring.tune.fairness import SCHEMA

OUTPUT = TableOutput(
    file="fairness.csv",
    order=160,
    content="fairness check by supplier group, reported for every run",
    columns=(
        Column(
            "dimension",
            "text",
            "",
            "what the groups differ in: country income, size, language or region",
        ),
        Column("group", "text", "", "the group that is compared with the rest"),
        Column("measure", "text", "", "what is compared"),
        Column("suppliers", "whole number", "suppliers", "size of the group"),
        Column("rate_group", "number", "share", "rate of the group"),
        Column("rate_rest", "number", "share", "rate of the rest"),
        Column("rate_ratio", "number", "", "rate_group divided by rate_rest"),
        Column("rate_ratio_low", "number", "", "lower end of the 95 % interval of the ratio"),
        Column("rate_ratio_high", "number", "", "upper end of the 95 % interval of the ratio"),
        Column(
            "within_0_80_1_25",
            "text",
            "",
            "yes, no (the ratio is outside 0.8 to 1.25), too_few, none_elsewhere or unknown",
        ),
        Column(
            "significant_fdr5", "true or false", "", "significant at a false discovery rate of 5 %"
        ),
    ),
    frame=lambda bundle, ranked: monitoring_table(bundle, "fairness", SCHEMA),
)
