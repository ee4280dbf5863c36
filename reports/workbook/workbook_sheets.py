"""The sheets of the workbook, as frames."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.catalogue import message
from reports.tables.list_hits import flag_texts
from reports.tables.ranked_list import NOTHING_UNKNOWN, short_reasons, shown_ranks
from reports.wording import CONTESTED_LABEL, PILLAR_LABELS, STATUS_LABELS, band_label
from reports.workbook.workbook_actions import action_sheets
from reports.workbook.workbook_reference import method_sheet, sources_sheet
from reports.workbook.workbook_shapes import (
    FLAGS_COLUMN,
    MAX_ROWS,
    MAX_SUPPLIERS,
    Column,
    Sheet,
    shortened,
)
from scoring.prioritisation.overrides import COLUMNS, Override
from signals.card import Pillar

LIST, REASONS = message("Ranked list"), message("Reasons")
MOVEMENTS = message("Rank changes")
INSUFFICIENT, DECISIONS = message("Insufficient"), message("Decisions")

#: Of the list: up to the next step, so that a printed page can be read.
_LIST_PRINTED_COLUMNS = 10
_LIST_LINES = 2
_PRINTED_REASONS, _PRINTED_MOVEMENTS = 40, 30

#: What the analyst fills, in this order; `outcome` is recorded next to the decision.
DECISION_COLUMNS = (COLUMNS[0], "name", "rank", *COLUMNS[1:], "outcome")


def sheets(bundle: ReportBundle, ranked: pl.DataFrame) -> list[Sheet]:
    """All sheets, the list first.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    return [
        _list(bundle, ranked),
        _reasons(bundle, ranked),
        _movements(bundle, ranked),
        _insufficient(bundle, ranked),
        *action_sheets(bundle, ranked),
        _decisions(bundle, ranked),
        sources_sheet(bundle),
        method_sheet(bundle),
    ]


def _list(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    labels = {
        priority_band: band_label(priority_band)
        for priority_band in ranked["priority_band"].unique()
    }
    frozen = _contested(bundle)
    ordered = ranked.filter(pl.col("rank").is_not_null())
    rows = ordered.head(MAX_SUPPLIERS).with_columns(
        pl.when(pl.col("supplier_id").is_in(frozen))
        .then(pl.lit(CONTESTED_LABEL))
        .otherwise(pl.col("priority_band").replace_strict(labels, return_dtype=pl.String))
        .alias("priority_band"),
        *short_reasons(),
        pl.when(pl.col("data_gaps").list.len() == 0)
        .then(pl.lit(NOTHING_UNKNOWN))
        .otherwise(pl.col("data_gaps").list.join("; "))
        .alias("data_gaps"),
    )
    rows = _with_flags(shown_ranks(bundle, rows), bundle)
    return Sheet(
        LIST,
        message("Ranked by score; a name links to its reasons.")
        + f"\n{bundle.ranks_withheld or f'Audit budget: {bundle.top_k}.'}"
        + shortened(rows.height, ordered.height, "ranked.csv"),
        {
            "rank": Column("Rank", 7, "number"),
            "name": Column("Supplier", 30, "reasons"),
            "country": Column("Country", 12),
            "score": Column("Score", 8, "points"),
            "priority_band": Column("Priority band", 16, "band"),
            "rank_p05": Column("Rank from", 6, "number"),
            "rank_p95": Column("Rank to", 6, "number"),
            "prob_top_k": Column(f"In top {bundle.top_k}", 7, "percent"),
            "reason_1": Column("Main reason", 104, "long"),
            "next_step_label": Column("Next step", 30),
            "flags": FLAGS_COLUMN,
            "supplier_id": Column("Supplier id", 16),
            "rank_within_country": Column("Rank in country", 9, "number"),
            "suppliers_ranked_in_country": Column("of", 6, "number"),
            "score_best_case": Column("Best case", 9, "points"),
            "score_worst_case": Column("Worst case", 9, "points"),
            "evidence_coverage": Column("Evidence coverage", 9, "percent"),
            "reason_2": Column("Second reason", 120, "long"),
            "reason_3": Column("Third reason", 120, "long"),
            "data_gaps": Column("Data gaps", 60),
            "next_step_reason": Column("Reason for this step", 120, "long"),
        },
        rows,
        bars={"score": 100.0},
        printed_columns=_LIST_PRINTED_COLUMNS,
        max_lines=_LIST_LINES,
    )


def _contested(bundle: ReportBundle) -> list[str]:
    """Suppliers whose priority band is not to be used until their objection has been reviewed."""
    overrides = bundle.table("overrides")
    if overrides is None:
        return []
    return overrides.filter("priority_band_is_frozen")["supplier_id"].to_list()


def _reasons(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    order = ranked.filter(pl.col("rank").is_not_null()).select(
        "supplier_id", "name", pl.int_range(pl.len()).alias("position")
    )
    first = order.head(MAX_ROWS)
    rows = (
        bundle.contributions.filter(
            pl.col("supplier_id").is_in(first["supplier_id"].implode())
            & (pl.col("pillar") != Pillar.CONTEXT.value)
            & (pl.col("points") != 0)
        )
        .collect()
        .join(first, on="supplier_id")
        .sort("position", -pl.col("points"), "signal_id")
    )
    note = message(
        "Points lead from the score at the peer medians to the supplier's score, and sum exactly."
    )
    if first.height < order.height:
        note += (
            f"\nReasons of the first {first.height:,} of {order.height:,} suppliers; "
            "contributions.parquet has all."
        )
    return Sheet(
        REASONS,
        note,
        {
            "supplier_id": Column("Supplier id", 16),
            "name": Column("Supplier", 34),
            "pillar": Column("Pillar", 24),
            "points": Column("Points", 10, "part"),
            "sentence": Column("Reason", 90, "long"),
            "value": Column("Value", 12, "figure"),
            "peer_value": Column("Peer median", 12, "figure"),
            "unit": Column("Unit", 26),
            "period": Column("Period", 18),
            "data_through": Column("Data through", 12, "date"),
            "candidate_sources": Column("Candidate sources", 24),
            "status": Column("Status", 14),
            "flags": FLAGS_COLUMN,
        },
        _with_flags(rows, bundle).with_columns(
            pl.col("pillar").replace_strict(dict(PILLAR_LABELS), default=pl.col("pillar")),
            pl.col("status").replace_strict(dict(STATUS_LABELS), default=pl.col("status")),
            _source_titles(bundle),
        ),
        printed_columns=8,
        printed_rows=_PRINTED_REASONS,
    )


def _source_titles(bundle: ReportBundle) -> pl.Expr:
    """The titles of sources in place of their ids, as people know them."""
    titles = {source_id: card.title for source_id, card in bundle.source_cards.items()}
    ids = pl.col("candidate_sources").str.split(", ")
    named = ids.list.eval(pl.element().replace_strict(titles, default=pl.element()))
    return named.list.join("; ").alias("candidate_sources")


def _movements(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    columns = {
        "supplier_id": Column("Supplier id", 16),
        "name": Column("Supplier", 34),
        "kind": Column("Kind", 9),
        "rank_before": Column("Rank before", 9, "number"),
        "rank_after": Column("Rank now", 9, "number"),
        "rank_change": Column("Change of rank", 9, "move"),
        "rank_change_from_own_data": Column("From supplier-specific data", 12, "part_of_move"),
        "rank_change_from_coverage": Column("From evidence coverage", 12, "part_of_move"),
        "rank_change_from_peers": Column("From other suppliers", 12, "part_of_move"),
        "rank_change_from_method": Column("From the method", 12, "part_of_move"),
        "sentence": Column("In words", 70, "long"),
        "flags": FLAGS_COLUMN,
    }
    movements = bundle.table("movements")
    if movements is None:
        nothing = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        return Sheet(
            MOVEMENTS, message("There is no earlier run to compare with."), columns, nothing
        )
    up = [
        -pl.col(name)
        for name in (
            "rank_change",
            "rank_change_from_own_data",
            "rank_change_from_coverage",
            "rank_change_from_peers",
            "rank_change_from_method",
        )
    ]
    rows = (
        shown_ranks(bundle, movements)
        .join(ranked.select("supplier_id", "name"), on="supplier_id", how="left")
        .sort(pl.col("rank_change").abs(), "supplier_id", descending=[True, False], nulls_last=True)
        .head(MAX_ROWS)
        .with_columns(*up)
        .pipe(_with_flags, bundle)
    )
    return Sheet(
        MOVEMENTS,
        message(
            "Since the previous run; the four parts sum to the change in rank. A supplier without "
            "a score counts as ranked after the whole list."
        )
        + shortened(rows.height, movements.height, "movements.csv"),
        columns,
        rows,
        printed_rows=_PRINTED_MOVEMENTS,
    )


def _with_flags(rows: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """The rows with `flags`: hits on public lists in words, null without one."""
    return rows.join(
        flag_texts(bundle, bundle.sentences), on="supplier_id", how="left", maintain_order="left"
    )


def _insufficient(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    unranked = ranked.filter(pl.col("rank").is_null())
    rows = _with_flags(unranked.head(MAX_SUPPLIERS), bundle).with_columns(
        pl.col("data_gaps").list.join("; ").alias("data_gaps")
    )
    return Sheet(
        INSUFFICIENT,
        message(
            "There is too little evidence to rank these suppliers; that counts neither for nor "
            "against them. They are ordered by country, sector and goods alone, which is context "
            "and no evidence about a supplier."
        )
        + shortened(rows.height, unranked.height, "insufficient_information.csv"),
        {
            "supplier_id": Column("Supplier id", 16),
            "name": Column("Supplier", 34),
            "country": Column("Country", 16),
            "context_position": Column("Position by context", 9),
            "context_position_p05": Column("Position from", 9),
            "context_position_p95": Column("Position to", 9),
            "evidence_coverage": Column("Evidence coverage", 9, "percent"),
            "flags": FLAGS_COLUMN,
            "insufficient_reason": Column("Why there is no score", 60, "long"),
            "lowest_cost_data_gap": Column("Lowest-cost data gap", 60, "long"),
            "data_gaps": Column("Data gaps", 50, "long"),
        },
        rows,
        printed_columns=10,
        max_lines=4,
    )


def _decisions(bundle: ReportBundle, ranked: pl.DataFrame) -> Sheet:
    first = ranked.filter(pl.col("rank").is_not_null()).head(bundle.top_k)
    rows = shown_ranks(bundle, first)
    empty = [
        pl.lit(None, dtype=pl.String).alias(name)
        for name in DECISION_COLUMNS
        if name not in ("supplier_id", "name", "rank")
    ]
    shapes = {"rank": (7, "number"), "decided_on": (12, "date"), "expires_on": (12, "date")}
    widths = {"name": 34, "decision": 14, "author_role": 20, "evidence_link": 34}
    long = {"reason": 50, "outcome": 40}
    titles = {
        name: Column(name, *shapes.get(name, (widths.get(name, 16), "text")))
        if name not in long
        else Column(name, long[name], "long")
        for name in DECISION_COLUMNS
    }
    return Sheet(
        DECISIONS,
        message(
            "Fill a row and run `understory decisions import` on this file. Write roles, never "
            "names of people. A decision never changes the score. Add rows below."
        ),
        titles,
        rows.select("supplier_id", "name", "rank", *empty),
        choices={"decision": tuple(Override)},
        printed_rows=max(rows.height, 1),
    )
