"""From statements to the rows of a signal: value, error, quality, or the reason for none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from signals.financial.earnings_manipulation import error_factors
from signals.financial.filing_terms import is_in_registers, overdue_days, with_seen_to
from signals.financial.ratios import Ratio, plain_figures
from signals.financial.statements import (
    ACCOUNTS_MAX_AGE_DAYS,
    figure_error_share,
    latest_statements,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

#: What a weak substitute takes off a quality of 1.
_WEAK_COSTS = 0.1
_MIN_QUALITY = 0.1

#: What British small companies and micro-entities may leave out of what they file.
_LEFT_OUT_BY_SMALL = frozenset(
    {"revenue", "cost_of_sales", "ebit", "net_income", "interest_expense", "depreciation",
     "retained_earnings", "inventory", "receivables", "payables", "employee_expense",
     "employee_liabilities", "cash", "minimum_wage_month"}
)  # fmt: skip

#: Items that whole accounting regimes do not ask for; their absence is not informative.
_NOT_REQUIRED = {
    "us-gaap": (
        frozenset({"employee_expense", "employees", "minimum_wage_month", "employee_liabilities"}),
        "accounts under US GAAP need not show it",
    ),
    "uk-micro": (_LEFT_OUT_BY_SMALL, "micro-entities are exempt by law from showing it"),
    "uk-small": (_LEFT_OUT_BY_SMALL, "small companies are exempt by law from showing it"),
}


def ratio_rows(inputs: Mapping[str, pl.LazyFrame], ratio: Ratio) -> pl.LazyFrame:
    """A ratio of the latest annual statement known, in the shape that `compute` returns.

    Suppliers without accounts get no row (`not_covered`); sourcing areas are `not_applicable`. A
    missing item or two currencies in one statement are `not_disclosed`, an item that the regime
    of the accounts does not ask for is `not_disclosed_exempt`, accounts too old to use where the
    register waits for later ones are `not_disclosed_overdue`; nothing is imputed. The error is
    propagated to first order from the figures' errors, taken as independent, and widened for
    accounts with suspected earnings manipulation. Each weak figure takes 0.1 off a quality of 1.
    """
    found = latest_statements(inputs, ratio.every_item)
    status, reason = judged(ratio)
    rows = found.with_columns(status=status, status_reason=reason).with_columns(
        value=ratio.value(), stderr=propagated_error(ratio), quality=quality(ratio.every_item)
    )
    return finished_rows(rows, inputs)


def finished_rows(
    rows: pl.LazyFrame,
    inputs: Mapping[str, pl.LazyFrame],
    *,
    max_age_days: int = ACCOUNTS_MAX_AGE_DAYS,
) -> pl.LazyFrame:
    """Null what has a status, widen the errors of suspect accounts, add the sourcing areas.

    Args:
        rows: supplier_id, period_end, value, stderr, quality, origin, source, taxonomy, status
            (null: observed), status_reason; optionally period, else that of the fiscal year.
        inputs: of the signal.
        max_age_days: of the card; accounts older than that are not read, and where the register
            waits for later ones it is those that are missing.
    """
    usable = pl.col("status").is_null()
    named = "period" in rows.collect_schema().names()
    period = (
        pl.col("period")
        if named
        else pl.format("the fiscal year to {}", pl.col("period_end").dt.to_string("%Y-%m-%d"))
    )
    factor = pl.col("error_factor").fill_null(1.0)
    firms = (
        _with_overdue(rows, inputs, max_age_days)
        .join(error_factors(inputs), on="supplier_id", how="left")
        .select(
            "supplier_id",
            period.alias("period"),
            pl.when(usable).then("value").alias("value"),
            pl.when(usable).then(pl.col("stderr") * factor).alias("stderr"),
            pl.when(usable).then("quality").alias("quality"),
            pl.col("period_end").alias("observed_to"),
            "origin",
            pl.col("source").alias("source_id"),
            "status",
            "status_reason",
        )
        .sort("supplier_id")
    )
    areas = (
        inputs[AREA_TABLE]
        .select("supplier_id")
        .unique()
        .sort("supplier_id")
        .with_columns(
            status=pl.lit("not_applicable"),
            status_reason=pl.lit("a sourcing area has no accounts"),
        )
    )
    return pl.concat(
        [firms.join(areas, on="supplier_id", how="anti", maintain_order="left"), areas],
        how="diagonal_relaxed",
    )


def _with_overdue(
    rows: pl.LazyFrame, inputs: Mapping[str, pl.LazyFrame], max_age_days: int
) -> pl.LazyFrame:
    """Say of accounts too old to use that later ones are overdue, where a register shows it."""
    known = rows.drop("seen_to", strict=False)
    if not is_in_registers(inputs):
        return known
    age = (pl.col("as_of") - pl.col("period_end")).dt.total_days()
    overdue = ((overdue_days() > 0) & (age > max_age_days)).fill_null(False)
    reason = pl.format(
        "accounts of a later year than {} were due and are not in the register, seen up to {}",
        pl.col("period_end").dt.to_string("%Y-%m-%d"),
        pl.col("seen_to").dt.to_string("%Y-%m-%d"),
    )
    return (
        with_seen_to(known, inputs)
        .join(inputs["run"].select("as_of"), how="cross", maintain_order="left")
        .with_columns(
            status=pl.when(overdue).then(pl.lit("not_disclosed_overdue")).otherwise("status"),
            status_reason=pl.when(overdue).then(reason).otherwise("status_reason"),
        )
        .drop("as_of", "seen_to")
    )


def judged(ratio: Ratio) -> tuple[pl.Expr, pl.Expr]:
    """Status and reason of a statement for a ratio; both null where it can be read."""
    figures = plain_figures(ratio.every_item)
    cases: list[tuple[pl.Expr, str, pl.Expr]] = [
        (
            pl.col("currencies") > 1,
            "not_disclosed",
            pl.lit("the statement mixes two currencies"),
        )
    ]
    no_formula = ratio.formula(figures).is_null()
    cases += [
        (fault.when(figures).fill_null(False), fault.status, pl.lit(fault.reason))
        for fault in ratio.faults
    ]
    for taxonomy, (items, why) in _NOT_REQUIRED.items():
        missing = [pl.col(item).is_null() for item in ratio.items if item in items]
        if items & set(ratio.optional):
            missing.append(no_formula & ~_some_missing(ratio.items))
        if missing:
            exempt = (pl.col("taxonomy") == taxonomy) & pl.any_horizontal(missing)
            cases.append((exempt.fill_null(False), "not_disclosed_exempt", pl.lit(why)))
    cases.append((_some_missing(ratio.items), "not_disclosed", _missing_words(ratio.items)))
    cases.append(
        (
            no_formula,
            "not_disclosed",
            pl.format("the statement does not show: {}", _list_of(ratio.optional)),
        )
    )
    status, reason = pl.lit(None, pl.String), pl.lit(None, pl.String)
    for when, name, words in reversed(cases):
        status = pl.when(when).then(pl.lit(name)).otherwise(status)
        reason = pl.when(when).then(words).otherwise(reason)
    return status, reason


def propagated_error(ratio: Ratio) -> pl.Expr:
    """Standard error of a ratio: each figure moved by its own error, the changes in squares."""
    figures = plain_figures(ratio.every_item)
    value = ratio.formula(figures)
    changes = [
        ratio.formula({**figures, item: pl.col(item) * (1.0 + figure_error_share(item))}) - value
        for item in ratio.every_item
    ]
    return pl.sum_horizontal(change.pow(2) for change in changes).sqrt()


def quality(items: Sequence[str]) -> pl.Expr:
    """1, less 0.1 for each weak figure among those shown."""
    weak = pl.sum_horizontal(
        (pl.col(f"{item}_is_weak") & pl.col(item).is_not_null()).cast(pl.Int64) for item in items
    )
    return (1.0 - _WEAK_COSTS * weak).clip(lower_bound=_MIN_QUALITY)


def _some_missing(items: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(item).is_null() for item in items)


def _missing_words(items: Sequence[str]) -> pl.Expr:
    return pl.format("the statement does not show: {}", _list_of(items))


def _list_of(items: Sequence[str]) -> pl.Expr:
    """Names of the items that are null, in a row."""
    if not items:
        return pl.lit("")
    return pl.concat_str(
        [pl.when(pl.col(item).is_null()).then(pl.lit(item.replace("_", " "))) for item in items],
        separator=", ",
        ignore_nulls=True,
    )
