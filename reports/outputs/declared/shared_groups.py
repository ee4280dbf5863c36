"""Declares `shared_groups.csv`."""

from __future__ import annotations

from reports.outputs.output import Column, TableOutput
from reports.tables.relation_tables import relation_table

OUTPUT = TableOutput(
    file="shared_groups.csv",
    order=146,
    content="suppliers behind one parent and suppliers at one place, with their share of spend",
    columns=(
        Column("kind", "text", "", "what they share: parent, same_site or same_address"),
        Column("shared_by", "text", "", "the parent, or the first supplier at the place"),
        Column("suppliers", "whole number", "", "suppliers in the group"),
        Column("supplier_ids", "text", "", "their ids in your list, set apart by blanks"),
        Column("annual_spend", "number", "currency", "their spend; empty where one has none"),
        Column("currency", "text", "ISO 4217", "currency of the spend"),
        Column("share_of_spend", "number", "0-1", "share of the spend of the whole list"),
        Column("source", "text", "", "ids of the sources that state it"),
    ),
    frame=lambda bundle, ranked: relation_table(bundle, "shared_groups"),
)
