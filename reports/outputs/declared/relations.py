"""Declares `relations.csv`."""

from __future__ import annotations

from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.relation_tables import relations_csv_table

OUTPUT = TableOutput(
    file="relations.csv",
    order=142,
    content="relations by which suppliers are tied to companies on lists, step by step",
    columns=(
        *SUPPLIER,
        Column("path", "whole number", "", "number of the path within the supplier"),
        Column("step", "whole number", "", "number of the step within the path"),
        Column("from_company", "text", "", "company that the step leaves"),
        Column("relation", "text", "", "kind of relation"),
        Column("to_company", "text", "", "company, or name on the list, that the step leads to"),
        Column("since", "date", "", "first day of the relation; empty where it is not known"),
        Column("until", "date", "", "last day of the relation; empty where none is known"),
        Column("known_on", "date", "", "day on which the relation counts as known"),
        Column("confidence", "number", "0-1", "confidence in this relation"),
        Column(
            "certainty",
            "number",
            "0-1",
            "confidence in the path, which is that of its weakest relation",
        ),
        Column("source", "text", "", "id of the source that states the relation"),
        Column("file", "text", "", "file or address that it was read from, or title of the list"),
        Column("link", "text", "", "address where the relation can be read"),
        Column("note", "text", "", "what was compared, or goods and days of shipments"),
        Column("relation_id", "text", "", "id of the relation for decisions"),
    ),
    frame=lambda bundle, ranked: relations_csv_table(bundle),
)
