"""Declares `overrides.csv`."""

from __future__ import annotations

from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput

OUTPUT = TableOutput(
    file="overrides.csv",
    order=110,
    content="analysts' decisions, next to the computed ranking",
    columns=(
        *SUPPLIER,
        Column("rank", "whole number", "", "computed rank; null where ranks are withheld"),
        Column("priority_band", "text", "", "priority band by its id"),
        Column("override", "text", "", "the decision in force; null without one"),
        Column("override_reason", "text", "", "reason of the decision"),
        Column("override_evidence_link", "text", "", "where the evidence is kept"),
        Column("override_expires_on", "date", "", "last day of the decision"),
        Column("override_has_expired", "true or false", "", "the decision must be made again"),
        Column(
            "priority_band_is_frozen",
            "true or false",
            "",
            "the supplier contests it; the priority band is not to be used",
        ),
        Column(
            "order_with_overrides",
            "whole number",
            "",
            "order with the decisions of people applied; 1 = first",
        ),
    ),
    frame=lambda bundle, ranked: named_table(bundle, "overrides"),
)
