"""Declares `drift.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import monitoring_table
from reports.outputs.output import Column, TableOutput
from scoring.tune.value_drift import SCHEMA

OUTPUT = TableOutput(
    file="drift.csv",
    order=170,
    content="drift of each signal from the baseline reference and from the month before",
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
        Column("psi_month", "number", "", "population stability index against the month before"),
        Column(
            "psi_month_largest", "number", "", "largest psi_month of earlier months, from three"
        ),
        Column(
            "change",
            "text",
            "",
            "usual, watch (1.5 times the largest), alarm (twice), or why there is no figure",
        ),
    ),
    frame=lambda bundle, ranked: monitoring_table(bundle, "drift", SCHEMA),
)
