"""Revenue year by year, with its change, where two years can be compared."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.financial.ratio_rows import judged, propagated_error, quality
from signals.financial.ratios import LOG_REVENUE
from signals.financial.statements import statements

#: Two year ends this far apart follow each other.
_FOLLOWS_WITHIN_DAYS = (350, 380)


def revenue_years(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Every statement, latest first, with the log change of revenue from the year before.

    Returns:
        Columns of `statements` and status, status_reason, quality, change (null: no year before,
        or one of another currency or distance) and change_error.
    """
    status, reason = judged(LOG_REVENUE)

    def before(expression: pl.Expr) -> pl.Expr:
        return expression.shift(-1).over("supplier_id")

    days = (pl.col("period_end") - before(pl.col("period_end"))).dt.total_days()
    follows = days.is_between(*_FOLLOWS_WITHIN_DAYS) & (
        pl.col("currency").eq_missing(before(pl.col("currency")))
    )
    return (
        statements(inputs, LOG_REVENUE.every_item)
        .sort("supplier_id", "years_before")
        .with_columns(status=status, status_reason=reason, quality=quality(LOG_REVENUE.every_item))
        .with_columns(
            log_revenue=pl.when(pl.col("status").is_null()).then(LOG_REVENUE.value()),
            log_error=propagated_error(LOG_REVENUE),
        )
        .with_columns(
            change=pl.when(follows).then(pl.col("log_revenue") - before(pl.col("log_revenue"))),
            change_error=(pl.col("log_error").pow(2) + before(pl.col("log_error")).pow(2)).sqrt(),
        )
    )
