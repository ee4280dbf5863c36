"""A figure year by year, with its change, where two years can be compared."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import Wording
from signals.financial.ratio_rows import finished_rows, judged, propagated_error, quality
from signals.financial.ratios import Ratio
from signals.financial.statements import statements

#: How a change of logarithms is said.
LOG_CHANGE_WORDING = Wording(
    scale="log_change", negative="down {size}", zero="unchanged", positive="up {size}"
)
#: Two year ends this far apart follow each other.
_FOLLOWS_WITHIN_DAYS = (350, 380)


def yearly_changes(inputs: Mapping[str, pl.LazyFrame], ratio: Ratio) -> pl.LazyFrame:
    """Every statement, latest first, with the change of a ratio from the year before.

    Returns:
        Columns of `statements` and status, status_reason, quality, change (null: no year before,
        or one of another currency or distance) and change_error.
    """
    status, reason = judged(ratio)
    return (
        statements(inputs, ratio.every_item)
        .sort("supplier_id", "years_before")
        .with_columns(status=status, status_reason=reason, quality=quality(ratio.every_item))
        .with_columns(
            of_year=pl.when(pl.col("status").is_null()).then(ratio.value()),
            error_of_year=propagated_error(ratio),
        )
        .with_columns(
            change=pl.when(follows()).then(pl.col("of_year") - before("of_year")),
            change_error=(pl.col("error_of_year").pow(2) + before("error_of_year").pow(2)).sqrt(),
        )
    )


def latest_change_rows(
    inputs: Mapping[str, pl.LazyFrame], ratio: Ratio, *, no_year_before: str
) -> pl.LazyFrame:
    """Change of a ratio in the latest year, in the shape that `compute` returns.

    Args:
        inputs: of the signal.
        ratio: what is compared.
        no_year_before: the reason given where no year before can be compared; the status is then
            `not_disclosed`.
    """
    latest = yearly_changes(inputs, ratio).filter(pl.col("years_before") == 0)
    alone = pl.col("status").is_null() & pl.col("change").is_null()
    return finished_rows(
        latest.with_columns(
            value=pl.col("change"),
            stderr=pl.col("change_error"),
            status=pl.when(alone).then(pl.lit("not_disclosed")).otherwise("status"),
            status_reason=pl.when(alone).then(pl.lit(no_year_before)).otherwise("status_reason"),
        ),
        inputs,
    )


def before(column: str) -> pl.Expr:
    """The column in the statement before, of frames sorted by supplier and `years_before`."""
    return pl.col(column).shift(-1).over("supplier_id")


def follows() -> pl.Expr:
    """Whether a statement follows the one before by a year, in the same currency."""
    days = (pl.col("period_end") - before("period_end")).dt.total_days()
    same = pl.col("currency").eq_missing(before("currency"))
    return days.is_between(*_FOLLOWS_WITHIN_DAYS) & same
