"""What the buyer's practice comes to in money, and the yardsticks to compare it with."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.purchasing.ledger_window import windows
from signals.sources.buyer.buyer_ratings import TABLE as RATINGS
from signals.sources.buyer.uk_payment_practices import TABLE as PAYERS
from signals.sources.buyer.uk_payment_practices import WHOLE_REGISTER
from suppliers.intake.company_numbers import uk_company_number

#: Practice that no signal measures: terms that are long from the start.
LONG_TERMS = "long_terms"
#: What a public report states about the buyer besides the practices.
DAYS_TO_PAY = "days_to_pay"

_SUMS = (
    "late_value",
    "long_terms_value",
    "lead_value",
    "rush_value",
    "cancelled_value",
    "chargeback_value",
    "floor_gap",
)


def practice_totals(inputs: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Money that each practice touched at each supplier in the twelve months.

    late_payment: what was not paid by five days after it was due. long_terms: invoiced at terms
    over 60 days. price_squeeze: what the matched products would have cost more, had their prices
    moved as input costs did; 0 where they did. labour_cost_floor: what lines below their floor lack
    of statutory wages and material. lead_time_squeeze: ordered value with a usual lead
    time, if it was shortened. rush_share and cancellations: the value itself. Changes, unsteady
    orders, wrong forecasts and implied overtime have no price of their own.

    Returns:
        supplier_id, practice, amount, currency; rows with a known amount only.
    """
    squeeze = pl.col("price_change") - pl.col("cost_change")
    money = {
        "late_payment": pl.col("late_value"),
        LONG_TERMS: pl.col("long_terms_value"),
        "price_squeeze": pl.col("matched_value") * ((-squeeze).exp() - 1).clip(0.0),
        "lead_time_squeeze": pl.when(pl.col("lead_log_ratio_value") < 0)
        .then("lead_value")
        .otherwise(pl.when(pl.col("lead_value").is_not_null()).then(0.0)),
        "labour_cost_floor": pl.col("floor_gap"),
        "rush_share": pl.col("rush_value"),
        "cancellations": pl.col("cancelled_value") + pl.col("chargeback_value").fill_null(0.0),
    }
    wide = (
        windows(inputs, *_SUMS, "lead_log_ratio_value")
        .select("supplier_id", "currency", *(total.alias(name) for name, total in money.items()))
        .collect()
    )
    return (
        wide.unpivot(
            list(money),
            index=["supplier_id", "currency"],
            variable_name="practice",
            value_name="amount",
        )
        .drop_nulls("amount")
        .select("supplier_id", "practice", "amount", "currency")
        .sort("supplier_id", "practice")
    )


def buyer_yardsticks(
    inputs: Mapping[str, pl.LazyFrame], company_number: str | None = None
) -> pl.DataFrame:
    """What is known of the buyer from outside the ledger, and how other buyers pay.

    Args:
        inputs: the tables.
        company_number: the buyer's own at Companies House; its latest report in the register of
            payment practices is then given beside the median of the register.

    Returns:
        scope (`public register`, `own report` or `rating by suppliers`), practice (signal id, or
        the rating's category), value, benchmark, unit, period_end: the latest of each.
    """
    latest = inputs[PAYERS].sort("period_end", "published_on")
    whole = latest.filter(pl.col("company_number") == WHOLE_REGISTER).tail(1)
    register = whole.select(
        scope=pl.lit("public register"),
        practice=pl.lit("late_payment"),
        value=pl.lit(None, pl.Float64),
        benchmark="late_share",
        unit=pl.lit("share of invoices, median of large UK buyers"),
        period_end="period_end",
    )
    number = "" if company_number is None else uk_company_number(company_number)
    own = latest.filter(pl.col("company_number") == number).tail(1)
    beside = whole.with_columns(key=pl.lit(1))
    own_reports = [
        own.select(
            "period_end",
            scope=pl.lit("own report"),
            practice=pl.lit(practice),
            value=measured,
            unit=pl.lit(unit),
        )
        .with_columns(key=pl.lit(1))
        .join(beside.select("key", benchmark=measured), on="key", how="left")
        .select("scope", "practice", "value", "benchmark", "unit", "period_end")
        for practice, measured, unit in (
            ("late_payment", "late_share", "share of invoices not paid within agreed terms"),
            (LONG_TERMS, "over_60_days_share", "share of invoices paid later than 60 days"),
            (DAYS_TO_PAY, "days_to_pay", "days to pay, mean"),
        )
    ]
    ratings = (
        inputs[RATINGS]
        .sort("category", "observed_to", "published_on")
        .unique("category", keep="last", maintain_order=True)
        .select(
            scope=pl.lit("rating by suppliers"),
            practice="category",
            value="score",
            benchmark="benchmark",
            unit=pl.lit("points of 100, higher is better"),
            period_end="observed_to",
        )
    )
    known = pl.concat([register, *own_reports, ratings])
    return known.filter(pl.col("value").is_not_null() | pl.col("benchmark").is_not_null()).collect()
