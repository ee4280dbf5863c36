"""The last twelve whole months of a ledger per supplier: what purchasing signals start from."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import Status

SOURCES = ("buyer_ledger", "ocds")
MONTHS = "stg_purchasing__supplier_month"
YEARS = "stg_purchasing__supplier_year"
INPUTS = (MONTHS, YEARS)

#: Fewer orders than this in twelve months do not show a practice.
MIN_ORDERS = 6

OUTCOME = ("supplier_id", "period", "value", "stderr", "quality", "observed_to", "origin",
           "source_id")  # fmt: skip


def years(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """One row per supplier of the latest window: the buyer's ledger goes before contract notices.

    Returns:
        Columns of `stg_purchasing__supplier_year`, and `period` in words.
    """
    return (
        inputs[YEARS]
        .sort("supplier_id", "source_id", -pl.col("window_end").cast(pl.Int32))
        .unique("supplier_id", keep="first", maintain_order=True)
        .with_columns(
            period=pl.format(
                "{} to {}",
                pl.col("window_start").dt.to_string("%Y-%m"),
                pl.col("window_end").dt.to_string("%Y-%m"),
            )
        )
    )


def months(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Months of the ledger that is used for each supplier, all that are staged.

    Returns:
        Columns of `stg_purchasing__supplier_month`, `window_start` and `window_end`.
    """
    return inputs[MONTHS].join(
        years(inputs).select("supplier_id", "source_id", "window_start", "window_end"),
        on=["supplier_id", "source_id"],
    )


def windows(inputs: Mapping[str, pl.LazyFrame], *sums: str) -> pl.LazyFrame:
    """One row per supplier: the columns of `years`, and sums of months of the window.

    Args:
        inputs: the tables.
        sums: columns to sum; null where no month has one.
    """
    inside = pl.col("month").is_between("window_start", "window_end")
    summed = (
        months(inputs)
        .filter(inside)
        .sort("supplier_id", "month")
        .group_by("supplier_id", maintain_order=True)
        .agg(
            pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)
            for name in sums
        )
    )
    return years(inputs).join(summed, on="supplier_id", how="left", maintain_order="left")


def outcome(
    rows: pl.LazyFrame,
    value: pl.Expr,
    *,
    missing: str,
    stderr: pl.Expr | None = None,
    quality: pl.Expr | None = None,
    missing_status: Status = Status.NOT_COVERED,
) -> pl.LazyFrame:
    """A signal's rows: the value, or why there is none.

    Args:
        rows: as `windows` gives them.
        value: null where the ledger does not hold what it needs.
        missing: why it is null.
        stderr: of the value; unknown if not given.
        quality: 0 to 1; 1 if not given.
        missing_status: what a null value means.
    """
    few = pl.col("orders") < MIN_ORDERS
    is_null = value.is_null() | value.is_nan()
    known = ~few & ~is_null
    return rows.select(
        "supplier_id",
        "period",
        value=pl.when(known).then(value),
        stderr=pl.when(known).then(pl.lit(None, pl.Float64) if stderr is None else stderr),
        quality=pl.when(known).then(pl.lit(1.0) if quality is None else quality),
        observed_to="observed_to",
        origin="origin",
        source_id="source_id",
        status=pl.when(few)
        .then(pl.lit(Status.NOT_COVERED.value))
        .when(is_null)
        .then(pl.lit(missing_status.value)),
        status_reason=pl.when(few)
        .then(
            pl.format(
                "{} orders in the twelve months, and " + str(MIN_ORDERS) + " are the least that "
                "show a practice",
                "orders",
            )
        )
        .when(is_null)
        .then(pl.lit(missing)),
    )


def share(part: str, whole: str) -> pl.Expr:
    """Part of a whole that is above 0, else null."""
    return pl.when(pl.col(whole) > 0).then((pl.col(part) / pl.col(whole)).clip(0.0, 1.0))


def share_error(value: pl.Expr, count: str) -> pl.Expr:
    """Standard error of a share seen in `count` cases.

    One more case of each kind is added, so that a share of 0 or 1 in few cases is not certain.
    """
    smoothed = (value * pl.col(count) + 1) / (pl.col(count) + 2)
    return (smoothed * (1 - smoothed) / (pl.col(count) + 2)).sqrt()
