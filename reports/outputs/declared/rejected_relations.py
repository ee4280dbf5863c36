"""Declares `rejected_relations.csv`."""

from __future__ import annotations

from reports.outputs.output import Column, TableOutput
from reports.tables.relation_tables import relation_table

OUTPUT = TableOutput(
    file="rejected_relations.csv",
    order=144,
    content="relations between companies that contradict themselves or another register",
    columns=(
        Column("relation", "text", "", "kind of relation"),
        Column("from_company", "text", "", "company"),
        Column("to_company", "text", "", "the other company"),
        Column("source", "text", "", "id of the source that states the relation"),
        Column("file", "text", "", "file or address that it was read from"),
        Column("rule", "text", "", "rule by which it was rejected, or counts as weak"),
        Column("reason", "text", "", "the rule in words"),
    ),
    frame=lambda bundle, ranked: relation_table(bundle, "rejected_relations"),
)
