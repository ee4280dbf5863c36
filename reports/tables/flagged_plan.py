"""The audit plan with the flags of its suppliers: a low rank must not hide a flag."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.tables.list_hits import flag_texts, hits

SELECTED = ("priority", "random")
LOUD = "FLAGGED, CHECK FIRST WHATEVER THE RANK"


def with_flags(plan: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """The plan with `flags`; flagged suppliers outside it follow the selected ones.

    The reason of a flagged supplier that the plan does not select begins with `LOUD`.

    Args:
        plan: supplier_id, selection_method, reason.
        bundle: the run, for its flags.
    """
    is_selected = pl.col("selection_method").is_in(SELECTED)
    is_loud = ~is_selected & pl.col("flags").is_not_null()
    joined = plan.join(flag_texts(bundle), on="supplier_id", how="left", maintain_order="left")
    part = pl.when(is_selected).then(0).when(is_loud).then(1).otherwise(2)
    return joined.with_columns(
        reason=pl.when(is_loud)
        .then(pl.format(f"{LOUD} (not in the plan: {{}})", "reason"))
        .otherwise("reason")
    ).sort(part, maintain_order=True)


def flagged_outside(bundle: ReportBundle) -> pl.DataFrame:
    """Suppliers with a flag that the audit plan does not select.

    Returns:
        supplier_id, name, kinds (of its flags, joined); none where the run has no plan.
    """
    plan = bundle.table("audit_plan")
    if plan is None:
        return pl.DataFrame(schema=dict.fromkeys(("supplier_id", "name", "kinds"), pl.String))
    selected = plan.filter(pl.col("selection_method").is_in(SELECTED))
    return (
        hits(bundle)
        .join(selected, on="supplier_id", how="anti")
        .group_by("supplier_id")
        .agg(kinds=pl.col("kind").unique().sort().str.join(", "))
        .join(bundle.suppliers.select("supplier_id", "name"), on="supplier_id", how="left")
        .select("supplier_id", "name", "kinds")
        .sort("supplier_id")
    )


def outside_sentence(count: int) -> str:
    """What to do about so many flagged suppliers outside the plan."""
    who = "1 flagged supplier is" if count == 1 else f"{count:,} flagged suppliers are"
    return (
        f"{who} outside the audit plan. A flag is not part of the score and stands on its own: "
        "check it first, whatever the rank."
    )
