"""Declares `figures/`."""

from __future__ import annotations

from reports.outputs.output import Column, DocumentOutput
from reports.tables.land_figures import figure_files

OUTPUT = DocumentOutput(
    file="figures/",
    order=180,
    content="land figures of the first suppliers, where there are any",
    files=figure_files,
    tables={
        "figures/index.csv": (
            Column("rank", "whole number", "", "rank of the supplier; empty where withheld"),
            Column("supplier_id", "text", "", "the supplier's id in your list"),
            Column("site_id", "text", "", "the site's id in your list"),
            Column("file", "text", "", "file of the picture in the same folder"),
            Column("caption", "text", "", "what the picture shows"),
        )
    },
)
