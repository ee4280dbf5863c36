"""Suspected earnings manipulation: Beneish's M-score, which affects standard errors alone.

M = -4.84 + 0.920 DSRI + 0.528 GMI + 0.404 AQI + 0.892 SGI + 0.115 DEPI - 0.172 SGAI + 4.679 TATA
- 0.327 LVGI (Beneish 1999, Financial Analysts Journal 55(5)). Above -1.78, the cut of the eight
variables, accounts look like those of companies that were found to have manipulated earnings. That
is no sign of forced labour and never a signal; it makes every figure of those accounts less
certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from signals.financial.statements import ACCOUNT_TABLES, PREPARED, statements

#: Cut of the eight-variable score; the -2.22 met elsewhere belongs to the five-variable one.
AMBIGUOUS_ABOVE = -1.78

#: The errors of accounts under suspicion are this many times as wide.
AMBIGUOUS_ERROR_FACTOR = 3.0

#: Name under which the inputs may hold what `error_factors` gives, made once for all signals.
AMBIGUOUS = "doubtful_accounts"

M_SCORE_ITEMS = (
    "receivables", "revenue", "cost_of_sales", "current_assets", "fixed_assets", "total_assets",
    "depreciation", "overheads", "current_liabilities", "long_term_debt", "net_income",
    "operating_cash_flow",
)  # fmt: skip

_OfYear = Callable[[str], pl.Expr]

_FOLLOWS_WITHIN_DAYS = (350, 380)


def m_score() -> pl.Expr:
    """M from the items of a year and, suffixed `_before`, of the year before.

    Null where a figure is missing or an index is not finite: a year without sales or receivables
    has none. Investments count with the other assets, as they are seldom shown apart.
    """

    def now(item: str) -> pl.Expr:
        return pl.col(item)

    def before(item: str) -> pl.Expr:
        return pl.col(f"{item}_before")

    def margin(of: _OfYear) -> pl.Expr:
        return (of("revenue") - of("cost_of_sales")) / of("revenue")

    def other_assets(of: _OfYear) -> pl.Expr:
        return 1.0 - (of("current_assets") + of("fixed_assets")) / of("total_assets")

    def wear(of: _OfYear) -> pl.Expr:
        return of("depreciation") / (of("depreciation") + of("fixed_assets"))

    def share(item: str) -> pl.Expr:
        return (now(item) / now("revenue")) / (before(item) / before("revenue"))

    def debt(of: _OfYear) -> pl.Expr:
        return (of("current_liabilities") + of("long_term_debt")) / of("total_assets")

    score = (
        -4.84
        + 0.920 * share("receivables")
        + 0.528 * margin(before) / margin(now)
        + 0.404 * other_assets(now) / other_assets(before)
        + 0.892 * now("revenue") / before("revenue")
        + 0.115 * wear(before) / wear(now)
        - 0.172 * share("overheads")
        + 4.679 * (now("net_income") - now("operating_cash_flow")) / now("total_assets")
        - 0.327 * debt(now) / debt(before)
    )
    return pl.when(score.is_finite()).then(score)


def error_factors(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """supplier_id and error_factor of suppliers with suspected earnings manipulation.

    Accounts that do not show all twelve items, or no year before, are given no factor: not
    showing them is no ground for suspicion. Under the name `AMBIGUOUS` among the inputs, it spares
    each signal the same work.
    """
    if AMBIGUOUS in inputs:
        return inputs[AMBIGUOUS]
    years = statements(_with_all_items(inputs), M_SCORE_ITEMS).filter(pl.col("currencies") == 1)
    keys = ["supplier_id", "currency"]
    latest = years.filter(pl.col("years_before") == 0)
    before = years.filter(pl.col("years_before") == 1).select(
        *keys, end_before="period_end", **{f"{i}_before": pl.col(i) for i in M_SCORE_ITEMS}
    )
    days = (pl.col("period_end") - pl.col("end_before")).dt.total_days()
    return (
        latest.join(before, on=keys)
        .filter(days.is_between(*_FOLLOWS_WITHIN_DAYS))
        .filter(m_score() > AMBIGUOUS_ABOVE)
        .select("supplier_id", error_factor=pl.lit(AMBIGUOUS_ERROR_FACTOR))
    )


def _with_all_items(inputs: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """The accounts of suppliers that show every item somewhere; most lists have few of them."""
    if PREPARED in inputs:
        prepared = inputs[PREPARED]
        columns = [f"value_{item}" for item in M_SCORE_ITEMS]
        if not set(columns) <= set(prepared.collect_schema().names()):
            return {PREPARED: prepared.clear()}
        shown = prepared.group_by("supplier_id").agg(pl.col(columns).is_not_null().any())
        suppliers = shown.filter(pl.all_horizontal(columns))
        return {PREPARED: prepared.join(suppliers, on="supplier_id", how="semi")}
    reported = pl.concat(inputs[table].select("supplier_id", "item") for table in ACCOUNT_TABLES)
    complete = (
        reported.filter(pl.col("item").is_in(M_SCORE_ITEMS))
        .group_by("supplier_id")
        .agg(pl.col("item").n_unique())
        .filter(pl.col("item") == len(M_SCORE_ITEMS))
    )
    return {
        table: inputs[table].join(complete, on="supplier_id", how="semi")
        for table in ACCOUNT_TABLES
    }
