"""Declares `restatements.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput

OUTPUT = TableOutput(
    file="restatements.csv",
    order=130,
    content="values of past periods that differ from the previous run",
    columns=(
        *SUPPLIER,
        Column("previous_run_id", "text"),
        Column("signal_id", "text"),
        Column("period", "text"),
        Column("value_before", "number", "unit of the signal"),
        Column("value_after", "number", "unit of the signal"),
    ),
    frame=lambda bundle, ranked: named_table(bundle, "restatements"),
    warehouse_table="restatements",
)
