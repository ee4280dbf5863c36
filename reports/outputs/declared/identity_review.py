"""Declares `identity_review.csv`."""

from __future__ import annotations

from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.list_hits import questions_csv_table

OUTPUT = TableOutput(
    file="identity_review.csv",
    order=150,
    content="register matches for clerical review",
    columns=(
        *SUPPLIER,
        Column("country", "text", "ISO 3166-1 alpha-2", "country of the supplier"),
        Column("register", "text", "", "id of the register or list"),
        Column("register_id", "text", "", "id of the entry"),
        Column("matched_name", "text", "", "name of the entry"),
        Column("score", "number", "0-1", "match score"),
        Column("reason", "text", "", "what was compared"),
        Column("name_agreement", "number", "0-1", "similarity of the names"),
        Column("legal_form", "text", "", "whether the legal forms agree"),
        Column("country_agreement", "text", "", "whether the countries agree"),
        Column("address", "text", "", "whether the addresses agree; addresses are not kept"),
        Column("identifier", "text", "", "whether an identifier agrees"),
        Column("decision", "text", "", "for you to fill: accept or reject"),
        Column("decided_on", "date", "", "for you to fill: day of the decision"),
        Column("expires_on", "date", "", "for you to fill: last day of the decision"),
        Column("decision_reason", "text", "", "for you to fill: reason"),
    ),
    frame=lambda bundle, ranked: questions_csv_table(bundle),
)
