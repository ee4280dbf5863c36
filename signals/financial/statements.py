"""The latest annual statement of each supplier, from every source of accounts alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

#: Staging tables that hold items of accounts, the first one preferred when both tell a year.
ACCOUNT_TABLES = ("stg_sec_companyfacts__items", "stg_accounts_csv__items")

#: Relative error of a figure: of audited accounts after rounding, and of a weak substitute.
FIGURE_ERROR_SHARE = 0.01
WEAK_FIGURE_ERROR_SHARE = 0.10


def latest_statements(inputs: Mapping[str, pl.LazyFrame], items: Sequence[str]) -> pl.LazyFrame:
    """One row per supplier that has any accounts: its latest annual statement as known.

    The statement is the latest period with a total of assets; where two sources or two bases
    tell that period, the one with more of `items`, then the consolidated one, then the order of
    `ACCOUNT_TABLES`. Sources and bases are never mixed. Each figure is the latest filed.

    Args:
        inputs: frames by table name, already limited to what was published by the as-of date.
        items: the items wanted.

    Returns:
        supplier_id, period_end, origin, currencies (number of different ones among `items`),
        and per item `<item>` (null: not disclosed) and `<item>_is_weak`. Total liabilities and
        equity that are not reported are had from the other and total assets, marked weak.
    """
    frames = []
    for rank, table in enumerate(ACCOUNT_TABLES):
        # XBRL filers report on the group; the plain table says itself which it is.
        basis = pl.lit("consolidated") if rank == 0 else pl.col("concept")
        frames.append(inputs[table].with_columns(basis=basis, source_rank=pl.lit(rank)))
    facts = pl.concat(frames, how="vertical_relaxed")
    statement = ["supplier_id", "period_end", "source_rank", "basis"]
    latest = facts.sort(*statement, "item", "published_on", "concept").unique(
        [*statement, "item"], keep="last", maintain_order=True
    )
    wanted = pl.col("item").is_in(list(items))
    columns: list[pl.Expr] = []
    for item in dict.fromkeys((*items, "total_assets", "total_liabilities", "equity")):
        of_item = pl.col("item") == item
        columns.append(pl.col("value").filter(of_item).last().alias(item))
        columns.append(pl.col("is_weak").filter(of_item).last().alias(f"{item}_is_weak"))
    statements = latest.group_by(statement, maintain_order=True).agg(
        *columns,
        pl.col("origin").first(),
        currencies=pl.col("currency").filter(wanted).drop_nulls().n_unique(),
        items_found=wanted.sum(),
    )
    derived_liabilities = pl.col("total_assets") - pl.col("equity")
    derived_equity = pl.col("total_assets") - pl.col("total_liabilities")
    return (
        statements.with_columns(
            total_liabilities=pl.coalesce("total_liabilities", derived_liabilities),
            total_liabilities_is_weak=pl.col("total_liabilities_is_weak").fill_null(True),
            equity=pl.coalesce("equity", derived_equity),
            equity_is_weak=pl.col("equity_is_weak").fill_null(True),
        )
        .with_columns(
            has_total=pl.col("total_assets").is_not_null(),
            is_consolidated=pl.col("basis") == "consolidated",
        )
        .sort(
            "supplier_id",
            "has_total",
            "period_end",
            "items_found",
            "is_consolidated",
            "source_rank",
            "basis",
            descending=[False, True, True, True, True, False, False],
        )
        .unique("supplier_id", keep="first", maintain_order=True)
        .drop("source_rank", "basis", "items_found", "has_total", "is_consolidated")
    )


def figure_error(item: str) -> pl.Expr:
    """Standard error of an item's figure, in its currency, wider for weak substitutes."""
    share = (
        pl.when(pl.col(f"{item}_is_weak"))
        .then(WEAK_FIGURE_ERROR_SHARE)
        .otherwise(FIGURE_ERROR_SHARE)
    )
    return pl.col(item).abs() * share
