"""Declares `drift.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import monitoring_table
from reports.outputs.output import Column, TableOutput
from scoring.tune.value_drift import SCHEMA

OUTPUT = TableOutput(
    file="drift.csv",
    order=170,
    content="drift of each signal from the baseline reference distribution",
    columns=(
        Column("signal_id", "text", "", "signal"),
        Column("month", "text", "YYYY-MM", "month of the run"),
        Column("psi", "number", "", "population stability index against the frozen reference"),
        Column("psi_critical_95", "number", "", "95th percentile of psi without any drift"),
        Column(
            "status", "text", "", "steady, watch (0.1), alarm (0.25), or why there is no figure"
        ),
        Column("n_values", "whole number", "values", "number of values in this run"),
        Column("n_reference", "whole number", "values", "number of values in the reference"),
    ),
    frame=lambda bundle, ranked: monitoring_table(bundle, "drift", SCHEMA),
)
