"""Declares `purchasing_practices.csv`."""

from __future__ import annotations

from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.purchasing_practices import panel_csv_table

OUTPUT = TableOutput(
    file="purchasing_practices.csv",
    order=70,
    content="your own purchasing practices: pressure, amounts, what to do",
    columns=(
        *SUPPLIER,
        Column(
            "scope",
            "text",
            "",
            "all suppliers, supplier, public register, own report or rating by suppliers",
        ),
        Column("practice", "text", "", "id of the purchasing practice"),
        Column("practice_name", "text", "", "title of the practice"),
        Column(
            "value",
            "number",
            "see unit",
            "value for this supplier; the median where scope is all suppliers",
        ),
        Column("unit", "text", "", "unit of value and benchmark"),
        Column("benchmark", "number", "see unit", "typical value over suppliers"),
        Column(
            "normalised_risk",
            "number",
            "risk, 0-1",
            "normalised value; the mean where scope is all suppliers",
        ),
        Column(
            "dependency", "number", "share, 0-1", "share of the supplier's capacity that you buy"
        ),
        Column("pressure_score", "number", "", "normalised_risk raised by dependency"),
        Column("amount", "number", "see currency", "amount affected"),
        Column("currency", "text", "ISO 4217", "currency of amount"),
        Column("period", "text", "", "months that were measured"),
        Column(
            "action", "text", "", "what the purchasing team can do; null below half of the scale"
        ),
    ),
    frame=lambda bundle, ranked: panel_csv_table(bundle),
)
