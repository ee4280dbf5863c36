"""Ratios of accounts as plain formulas, one place for signals and validations alike.

Each takes figures as polars expressions by item and gives an expression, null where a figure is
null. What a zero or negative denominator means is said by the `faults` of the ratio, first match
first; a formula is never read where one of them holds. Formulas: Methodology A.1
and the sources named here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

Figures = Mapping[str, pl.Expr]

#: Interest up to this share of revenue is no debt cost: coverage by earnings has no meaning.
NO_DEBT_COST_SHARE = 0.001


@dataclass(frozen=True)
class Fault:
    """Why a ratio cannot be read, or does not apply.

    Attributes:
        when: the condition on the figures.
        status: `not_disclosed`, or `not_applicable` where the ratio has no meaning for the company.
        reason: in a few plain words.
    """

    when: Callable[[Figures], pl.Expr]
    status: str
    reason: str


@dataclass(frozen=True)
class Ratio:
    """One ratio of a statement.

    Attributes:
        items: figures it needs; a missing one leaves the ratio not disclosed.
        formula: the ratio from the figures.
        faults: conditions under which it is not read.
        optional: figures it uses where they are shown.
    """

    items: tuple[str, ...]
    formula: Callable[[Figures], pl.Expr]
    faults: tuple[Fault, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def every_item(self) -> tuple[str, ...]:
        """Needed and optional items."""
        return (*self.items, *self.optional)

    def value(self) -> pl.Expr:
        """The ratio from columns named as the items, null where a fault holds."""
        figures = plain_figures(self.every_item)
        faulty = pl.any_horizontal(
            *(fault.when(figures).fill_null(False) for fault in self.faults), pl.lit(False)
        )
        return pl.when(~faulty).then(self.formula(figures))


def plain_figures(items: tuple[str, ...]) -> Figures:
    """The columns of that name."""
    return {item: pl.col(item) for item in items}


def not_above_zero(item: str) -> Fault:
    """Figures that can only be above zero; zero or less is an error of the statement."""
    words = item.replace("_", " ")
    verb = "are" if words.endswith(("assets", "liabilities")) else "is"
    return Fault(lambda f: f[item] <= 0, "not_disclosed", f"{words} {verb} not above zero")


def _below_zero(item: str) -> Fault:
    words = item.replace("_", " ")
    verb = "are" if words.endswith(("assets", "liabilities", "receivables", "payables")) else "is"
    return Fault(lambda f: f[item] < 0, "not_disclosed", f"{words} {verb} below zero")


def _nothing(item: str, reason: str) -> tuple[Fault, Fault]:
    return (_below_zero(item), Fault(lambda f: f[item] == 0, "not_applicable", reason))


_NO_REVENUE = _nothing("revenue", "the company had no revenue in the year")
_NO_COST = _nothing("cost_of_sales", "the company had no cost of sales in the year")


def z_double_prime(f: Figures) -> pl.Expr:
    """Altman's Z'' without the constant."""
    on_assets = (
        6.56 * (f["current_assets"] - f["current_liabilities"])
        + 3.26 * f["retained_earnings"]
        + 6.72 * f["ebit"]
    )
    return on_assets / f["total_assets"] + 1.05 * (f["equity"] / f["total_liabilities"])


def quick_ratio(f: Figures) -> pl.Expr:
    """(Current assets - inventory) / current liabilities; without inventory, cash + receivables."""
    acid = f["cash"] + f["receivables"]
    stand_in = pl.when(acid.is_not_null()).then(pl.min_horizontal(f["current_assets"], acid))
    liquid = pl.coalesce(f["current_assets"] - f["inventory"], stand_in)
    return pl.when(f["current_assets"].is_not_null() & liquid.is_not_null()).then(
        liquid / f["current_liabilities"]
    )


def near_threshold(margin: pl.Expr, coverage: pl.Expr) -> pl.Expr:
    """Nearness to the points that companies strain to stay above, 0 to 1, the nearer of the two.

    1 where EBIT is within 1 % of revenue around zero, falling to 0 at 2 %; 1 where interest is
    covered 1 to 1.5 times, falling to 0 at 0.5 and 2 times. Null only where both are.
    """
    return pl.max_horizontal(
        _plateau(margin, -0.02, -0.01, 0.01, 0.02), _plateau(coverage, 0.5, 1.0, 1.5, 2.0)
    )


def _plateau(x: pl.Expr, low: float, full: float, still: float, high: float) -> pl.Expr:
    rising, falling = (x - low) / (full - low), (high - x) / (high - still)
    return pl.when(x.is_not_null()).then(pl.min_horizontal(rising, falling).clip(0.0, 1.0))


def _debt_costs_nothing(f: Figures) -> pl.Expr:
    share = pl.when(f["revenue"] > 0).then(f["interest_expense"] / f["revenue"])
    return (f["interest_expense"] <= 0) | (share <= NO_DEBT_COST_SHARE).fill_null(False)


def _coverage_or_null(f: Figures) -> pl.Expr:
    return pl.when(~_debt_costs_nothing(f)).then(f["ebit"] / f["interest_expense"])


Z_DOUBLE_PRIME = Ratio(
    ("total_assets", "current_assets", "current_liabilities", "total_liabilities", "equity",
     "retained_earnings", "ebit"),
    z_double_prime,
    (not_above_zero("total_assets"), not_above_zero("total_liabilities")),
)  # fmt: skip

INTEREST_COVERAGE = Ratio(
    ("ebit", "interest_expense"),
    lambda f: f["ebit"] / f["interest_expense"],
    (Fault(_debt_costs_nothing, "not_applicable", "its debt costs next to nothing"),),
    optional=("revenue",),
)

QUICK_RATIO = Ratio(
    ("current_assets", "current_liabilities"),
    quick_ratio,
    (
        _below_zero("current_assets"),
        *_nothing("current_liabilities", "nothing falls due within a year"),
    ),
    optional=("inventory", "cash", "receivables"),
)

LEVERAGE = Ratio(
    ("total_liabilities", "total_assets"),
    lambda f: f["total_liabilities"] / f["total_assets"],
    (not_above_zero("total_assets"), _below_zero("total_liabilities")),
)

CASH_FLOW_COVER = Ratio(
    ("net_income", "depreciation", "total_liabilities"),
    lambda f: (f["net_income"] + f["depreciation"]) / f["total_liabilities"],
    (_below_zero("depreciation"), *_nothing("total_liabilities", "the company owes nothing")),
)

_LISTED = (
    Fault(
        lambda f: f["market_value"].is_null(),
        "not_applicable",
        "no market value is reported: it is not listed",
    ),
    not_above_zero("market_value"),
)

MARKET_CUSHION = Ratio(
    ("market_value", "total_liabilities"),
    lambda f: f["market_value"] / f["total_liabilities"],
    (*_LISTED, *_nothing("total_liabilities", "the company owes nothing")),
)

LOG_MARKET_VALUE = Ratio(("market_value",), lambda f: f["market_value"].log(), _LISTED)

NEAR_THRESHOLD = Ratio(
    ("ebit", "revenue"),
    lambda f: near_threshold(f["ebit"] / f["revenue"], _coverage_or_null(f)),
    _NO_REVENUE,
    optional=("interest_expense",),
)

GROSS_MARGIN = Ratio(
    ("revenue", "cost_of_sales"),
    lambda f: 1.0 - f["cost_of_sales"] / f["revenue"],
    (*_NO_REVENUE, _below_zero("cost_of_sales")),
)

DAYS_PAYABLE = Ratio(
    ("payables", "cost_of_sales"),
    lambda f: 365.0 * f["payables"] / f["cost_of_sales"],
    (_below_zero("payables"), *_NO_COST),
)

DAYS_RECEIVABLE = Ratio(
    ("receivables", "revenue"),
    lambda f: 365.0 * f["receivables"] / f["revenue"],
    (_below_zero("receivables"), *_NO_REVENUE),
)

LOG_REVENUE = Ratio(("revenue",), lambda f: f["revenue"].log(), _NO_REVENUE)

WAGE_AFFORDABILITY = Ratio(
    ("employees", "minimum_wage_month", "employee_expense"),
    lambda f: 12.0 * f["employees"] * f["minimum_wage_month"] / f["employee_expense"],
    (
        *_nothing("employees", "the company declares no employees"),
        not_above_zero("minimum_wage_month"),
        not_above_zero("employee_expense"),
    ),
)

WAGES_OWED_MONTHS = Ratio(
    ("employee_liabilities", "employee_expense"),
    lambda f: 12.0 * f["employee_liabilities"] / f["employee_expense"],
    (
        _below_zero("employee_liabilities"),
        *_nothing("employee_expense", "the company paid no wages in the year"),
    ),
)
