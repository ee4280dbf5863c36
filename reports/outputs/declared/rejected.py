"""Declares `rejected.csv`."""

from __future__ import annotations

from reports.outputs.output import Column, TableOutput

OUTPUT = TableOutput(
    file="rejected.csv",
    order=180,
    content="rows of the input that were rejected, with the rule",
    columns=(
        Column("table_name", "text", "", "warehouse table that the row was meant for"),
        Column("source_file", "text", "", "file of the row"),
        Column("source_row", "whole number", "", "row in that file"),
        Column("supplier_id", "text", "", "supplier of a row of the supplier list, where known"),
        Column("name", "text", "", "its company; empty where the value may be about a person"),
        Column("rule", "text", "", "rule that the row broke, the first of several"),
        Column("reason", "text", "", "the rules in a sentence"),
    ),
    frame=lambda bundle, ranked: bundle.rejected,
)
