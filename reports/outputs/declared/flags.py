"""Declares `flags.csv`."""

from __future__ import annotations

from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.list_hits import flags_csv_table

OUTPUT = TableOutput(
    file="flags.csv",
    order=140,
    content="suppliers on import-ban and entity lists, and public facts; not part of the score",
    columns=(
        *SUPPLIER,
        Column("flag", "text", "", "kind of list"),
        Column("list", "text", "", "title of the list"),
        Column("listed_name", "text", "", "name on the list"),
        Column(
            "listed_on",
            "date",
            "",
            "day of listing, of the approval of a statement, or of leaving a register",
        ),
        Column(
            "matched_via",
            "text",
            "",
            "what matched: the supplier, its parent, a site or a relation",
        ),
        Column(
            "status",
            "text",
            "",
            "on the list, related to a company on it, a possible match that awaits review, or a "
            "public fact",
        ),
        Column("reason", "text", "", "what matched"),
        Column(
            "path",
            "text",
            "",
            "relations to the listed company, with sources; empty for other matches",
        ),
        Column("link", "text", "", "address of the entry"),
    ),
    frame=lambda bundle, ranked: flags_csv_table(bundle),
)
