"""Declares `audit_plan.csv`."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.outputs.named_tables import named_table
from reports.outputs.output import SUPPLIER, Column, TableOutput
from reports.tables.flagged_plan import with_flags
from reports.tables.ranked_list import shown_ranks


def _plan(bundle: ReportBundle, ranked: pl.DataFrame) -> pl.DataFrame | None:
    """The plan with both ranks next to each pick: it follows the CSDDD rank, not the list's."""
    plan = named_table(bundle, "audit_plan")
    if plan is None:
        return None
    plan = with_flags(plan, bundle)
    legal = bundle.table("legal_rankings")
    if legal is None:
        return plan
    return (
        plan.join(
            legal.select("supplier_id", "csddd_rank"),
            on="supplier_id",
            how="left",
            maintain_order="left",
        )
        .join(
            shown_ranks(bundle, ranked).select("supplier_id", "rank"),
            on="supplier_id",
            how="left",
            maintain_order="left",
        )
        .select(
            "supplier_id",
            "name",
            "selection_method",
            "csddd_rank",
            "rank",
            pl.exclude("supplier_id", "name", "selection_method", "csddd_rank", "rank"),
        )
    )


OUTPUT = TableOutput(
    file="audit_plan.csv",
    order=100,
    content="suppliers to assess within the audit budget, by CSDDD rank (likelihood and"
    " severity), which can differ from the rank of the list; with flags and inclusion"
    " probabilities",
    columns=(
        *SUPPLIER,
        Column("selection_method", "text", "", "priority, random, not_selected or cooling_off"),
        Column(
            "csddd_rank",
            "whole number",
            "",
            "the order of this plan: rank by likelihood and severity; null without a score",
        ),
        Column(
            "rank",
            "whole number",
            "",
            "rank of the list, by score alone; null without a score or where ranks are withheld",
        ),
        Column(
            "inclusion_probability",
            "number",
            "probability, 0-1",
            "probability with which the supplier was selected",
        ),
        Column(
            "reason",
            "text",
            "",
            "why it was or was not selected; says so in capitals where a flagged supplier was not",
        ),
        Column("flags", "text", "", "matches on public lists; separate from rank and score"),
    ),
    frame=_plan,
)
