"""Sheets of the workbook on what to do: audit plan, data gaps, purchasing, flags, decisions."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.catalogue import message
from reports.tables.flagged_plan import SELECTED, flagged_outside, outside_sentence, with_flags
from reports.tables.list_hits import flag_texts, flags_csv_table
from reports.tables.purchasing_practices import panel_csv_table
from reports.tables.ranked_list import shown_ranks
from reports.wording import DECISION_LABELS
from reports.workbook.workbook_shapes import (
    FLAGS_COLUMN,
    MAX_ROWS,
    MAX_SUPPLIERS,
    Column,
    Sheet,
    shortened,
)

PLAN, GAPS, PRACTICES, FLAGS, IN_FORCE = (
    message("Audit plan"),
    message("Data gaps"),
    message("Purchasing"),
    message("Flags"),
    message("Decisions in force"),
)

_PRINTED_ROWS = 20
_LEGAL = {"supplier_id": pl.String(), "csddd_rank": pl.Int64()}


def action_sheets(bundle: ReportBundle, ranked: pl.DataFrame) -> list[Sheet]:
    """The sheets that lead to an action, also where they have no rows.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    ranked = shown_ranks(bundle, ranked)
    return [
        _plan(bundle, ranked),
        _gaps(bundle, ranked),
        _practices(bundle),
        _flags(bundle),
        _in_force(bundle, ranked),
    ]


def _plan(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    columns = {
        "supplier_id": Column("Supplier id", 16),
        "name": Column("Supplier", 34),
        "csddd_rank": Column("CSDDD rank", 9, "number"),
        "rank": Column("Rank", 7, "number"),
        "selection_method": Column("Selected", 14),
        "inclusion_probability": Column("Inclusion probability", 10, "percent"),
        "reason": Column("Reason", 60, "long"),
        "flags": FLAGS_COLUMN,
    }
    note = (
        f"{bundle.top_k} suppliers to assess, by CSDDD rank: likelihood and severity. The ranked "
        "list is by score alone, so the two can differ. Part of the plan is a random sample."
    )
    outside = flagged_outside(bundle).height
    if outside:
        note = f"{outside_sentence(outside)}\n{note}"
    plan = bundle.table("audit_plan")
    if plan is None:
        return _empty(PLAN, message("This run has no audit plan."), columns)
    legal = bundle.table("legal_rankings")
    ranks = pl.DataFrame(schema=_LEGAL) if legal is None else legal.select(list(_LEGAL))
    rows = with_flags(plan, bundle)
    # Selected and flagged ones come first, and none of them is left out.
    to_check = pl.col("selection_method").is_in(SELECTED) | pl.col("flags").is_not_null()
    length = max(MAX_ROWS, rows.filter(to_check).height)
    named = _named(rows.head(length), ranked).join(
        ranks, on="supplier_id", how="left", maintain_order="left"
    )
    words = {
        "priority": message("by priority"),
        "random": message("at random"),
        "not_selected": message("not selected"),
        "cooling_off": message("cooling-off period"),
    }
    method = pl.col("selection_method")
    shown = named.with_columns(method.replace_strict(words, default=method))
    note += shortened(shown.height, rows.height, "audit_plan.csv")
    return Sheet(PLAN, note, columns, shown, printed_rows=_PRINTED_ROWS)


def _gaps(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    columns = {
        "priority": Column("Priority", 8, "number"),
        "name": Column("Supplier", 34),
        "supplier_id": Column("Supplier id", 16),
        "title": Column("Data item", 40),
        "how": Column("Where it can be obtained", 60, "long"),
        "would_enable_score": Column("Would give a score", 12),
        "prob_top_k": Column(f"In top {bundle.top_k}", 9, "percent"),
        "score_best_case": Column("Best case", 9, "points"),
        "score_worst_case": Column("Worst case", 9, "points"),
        "flags": FLAGS_COLUMN,
    }
    gaps = bundle.table("find_data_first")
    if gaps is None:
        return _empty(GAPS, message("This run has no table of data gaps."), columns)
    note = message(
        "Data to obtain first: what reduces the uncertainty about the top of the list most."
    )
    yes_no = _yes_or_no("would_enable_score")
    rows = _flagged(_named(gaps.head(MAX_ROWS), ranked), bundle)
    note += shortened(rows.height, gaps.height, "find_data_first.csv")
    shown = rows.with_columns(would_enable_score=yes_no)
    return Sheet(GAPS, note, columns, shown, printed_rows=_PRINTED_ROWS)


def _practices(bundle: ReportBundle) -> Sheet:
    columns = {
        "scope": Column("Scope", 16),
        "name": Column("Supplier", 34),
        "supplier_id": Column("Supplier id", 16),
        "practice_name": Column("Practice", 30),
        "value": Column("Value", 10, "figure"),
        "benchmark": Column("Benchmark", 10, "figure"),
        "unit": Column("Unit", 26),
        "amount": Column("Amount", 14, "number"),
        "currency": Column("Currency", 9),
        "period": Column("Period", 20),
        "action": Column("What the purchasing team can do", 60, "long"),
        "flags": FLAGS_COLUMN,
    }
    panel = panel_csv_table(bundle)
    rows = _flagged(panel.head(MAX_ROWS), bundle)
    if rows.is_empty():
        return _empty(PRACTICES, message("No purchasing data in this run."), columns)
    note = message(
        "Your own purchasing practices, highest pressure first. In rows of scope `all suppliers` "
        "the value is the median supplier's, the amount is the sum over all suppliers."
    )
    note += shortened(rows.height, panel.height, "purchasing_practices.csv")
    return Sheet(PRACTICES, note, columns, rows, printed_rows=_PRINTED_ROWS)


def _flags(bundle: ReportBundle) -> Sheet:
    columns = {
        "supplier_id": Column("Supplier id", 16),
        "name": Column("Supplier", 34),
        "flag": Column("Kind", 24),
        "list": Column("List", 40),
        "listed_name": Column("Name on the list", 34),
        "listed_on": Column("Date", 12),
        "matched_via": Column("Matched by", 12),
        "status": Column("Status", 30),
        "reason": Column("What matched", 50, "long"),
        "path": Column("Relations to the listed company", 60, "long"),
        "link": Column("Address", 44, "link"),
    }
    rows = flags_csv_table(bundle)
    if rows.is_empty():
        return _empty(FLAGS, message("No supplier is on a list that was checked."), columns)
    kept = rows.head(MAX_SUPPLIERS)
    note = message("Public lists and public facts; not part of the score.")
    note += shortened(kept.height, rows.height, "flags.csv")
    return Sheet(FLAGS, note, columns, kept, printed_rows=_PRINTED_ROWS)


def _in_force(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    columns = {
        "supplier_id": Column("Supplier id", 16),
        "name": Column("Supplier", 34),
        "rank": Column("Rank", 7, "number"),
        "override": Column("Decision", 16),
        "override_reason": Column("Reason", 60, "long"),
        "override_evidence_link": Column("Evidence", 34),
        "override_expires_on": Column("Expires on", 12, "date"),
        "override_has_expired": Column("Has expired", 9),
        "order_with_overrides": Column("Order with decisions", 10, "number"),
        "flags": FLAGS_COLUMN,
    }
    overrides = bundle.table("overrides")
    decided = None if overrides is None else overrides.filter(pl.col("override").is_not_null())
    if decided is None or decided.is_empty():
        return _empty(IN_FORCE, message("No decision is in force."), columns)
    yes_no = (
        pl.when("override_has_expired")
        .then(pl.lit(message("yes")))
        .otherwise(pl.lit(message("no")))
    )
    kept = decided.head(MAX_SUPPLIERS)
    rows = _flagged(_named(kept, ranked), bundle).with_columns(
        pl.col("override").replace_strict(
            dict(DECISION_LABELS), default=pl.col("override").str.replace_all("_", " ")
        ),
        override_has_expired=yes_no,
    )
    note = message("Decisions of people that this run applied; none changes a score.")
    note += shortened(rows.height, decided.height, "overrides.csv")
    return Sheet(IN_FORCE, note, columns, rows, printed_rows=_PRINTED_ROWS)


def _yes_or_no(name: str) -> pl.Expr:
    return pl.when(name).then(pl.lit(message("yes"))).otherwise(pl.lit(message("no")))


def _named(rows: pl.DataFrame, ranked: pl.DataFrame) -> pl.DataFrame:
    """The rows with name and rank of the list."""
    listed = ranked.select("supplier_id", "name", "rank")
    return rows.drop("name", "rank", strict=False).join(
        listed, on="supplier_id", how="left", maintain_order="left"
    )


def _flagged(rows: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    return rows.join(
        flag_texts(bundle, bundle.sentences), on="supplier_id", how="left", maintain_order="left"
    )


def _empty(name: str, note: str, columns: dict[str, Column]) -> Sheet:
    return Sheet(name, note, columns, pl.DataFrame(schema=dict.fromkeys(columns, pl.String)))
