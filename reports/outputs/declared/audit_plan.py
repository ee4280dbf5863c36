"""Declares `audit_plan.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput

OUTPUT = TableOutput(
    file="audit_plan.csv",
    order=100,
    content="suppliers to assess within the audit budget, with inclusion probabilities",
    columns=(
        *SUPPLIER,
        Column("selection_method", "text", "", "priority, random, not_selected or cooling_off"),
        Column(
            "inclusion_probability",
            "number",
            "probability, 0-1",
            "probability with which the supplier was selected",
        ),
        Column("reason", "text", "", "why it was or was not selected"),
    ),
    frame=lambda bundle, ranked: named_table(bundle, "audit_plan"),
)
