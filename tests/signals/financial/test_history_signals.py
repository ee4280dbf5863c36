"""Signals that need more than one year: trends, shocks, late filings and doubtful accounts."""

import datetime as dt
import math
from typing import Any

import polars as pl
import pytest

from signals.financial import (
    late_filing,
    leverage,
    margin_squeeze,
    market_value_change,
    payables_stretch,
    receivables_stretch,
    revenue_shock,
    revenue_volatility,
)
from signals.financial.earnings_manipulation import AMBIGUOUS_ABOVE, M_SCORE_ITEMS, m_score
from tests.signals.builders import AS_OF
from tests.signals.financial.accounts import items, run


def years(item: str, values: dict[int, float], **same: float) -> list[pl.DataFrame]:
    base = {"total_assets": 1000.0, **same}
    return [items({**base, item: value}, year=year) for year, value in values.items()]


def one(module: Any, statements: list[pl.DataFrame], **settings: Any) -> dict[str, Any]:
    (row,) = run(module.compute, statements, **settings)
    return row


def test_the_margin_against_the_median_of_up_to_three_years_before() -> None:
    # Margins 0.30, 0.20, 0.25 before, 0.15 now: 0.15 - 0.25.
    costs = {2020: 70.0, 2021: 80.0, 2022: 75.0, 2023: 85.0}
    row = one(margin_squeeze, years("cost_of_sales", costs, revenue=100.0))
    assert row["value"] == pytest.approx(-0.10)
    assert row["period"] == "4 fiscal years to 2023-12-31"


def test_five_years_are_read_by_a_robust_line() -> None:
    # 2 points a year, but for one year that is far off: three years of the line are -0.06.
    costs = {2018: 70.0, 2019: 72.0, 2020: 20.0, 2021: 76.0, 2022: 78.0, 2023: 80.0}
    row = one(margin_squeeze, years("cost_of_sales", costs, revenue=100.0))
    assert row["value"] == pytest.approx(-0.06, abs=0.012)
    assert row["period"] == "6 fiscal years to 2023-12-31"


@pytest.mark.parametrize(
    ("module", "item", "base", "days"),
    [
        (payables_stretch, "payables", "cost_of_sales", 36.5),
        (receivables_stretch, "receivables", "revenue", 36.5),
    ],
)
def test_days_against_the_year_before(module: Any, item: str, base: str, days: float) -> None:
    row = one(module, years(item, {2022: 100.0, 2023: 200.0}, **{base: 1000.0}))
    assert row["value"] == pytest.approx(days)


def test_one_year_has_no_past() -> None:
    row = one(margin_squeeze, years("cost_of_sales", {2023: 70.0}, revenue=100.0))
    assert row["status"] == "not_disclosed"
    assert row["status_reason"] == "no earlier year of its accounts is known"


def test_the_past_of_a_year_that_is_not_shown_does_not_speak() -> None:
    shown = years("cost_of_sales", {2021: 70.0, 2022: 70.0}, revenue=100.0)
    row = one(margin_squeeze, [*shown, items({"total_assets": 1.0, "revenue": 5.0})])
    assert row["status_reason"] == "the statement does not show: cost of sales"


def test_a_fall_of_the_market_value() -> None:
    row = one(market_value_change, years("market_value", {2022: 200.0, 2023: 100.0}))
    assert row["value"] == pytest.approx(math.log(0.5))
    row = one(market_value_change, years("market_value", {2021: 200.0, 2023: 100.0}))
    assert row["status"] == "not_disclosed"
    row = one(market_value_change, years("revenue", {2022: 200.0, 2023: 100.0}))
    assert row["status"] == "not_applicable"


def test_a_fall_of_revenue() -> None:
    row = one(revenue_shock, years("revenue", {2022: 200.0, 2023: 100.0}))
    assert row["value"] == pytest.approx(math.log(0.5))
    # 1 % of each year, roughly.
    assert row["stderr"] == pytest.approx(math.sqrt(2) * math.log(1.01))


def test_a_change_of_currency_is_no_change_of_revenue() -> None:
    before = items({"total_assets": 1.0, "revenue": 100.0}, year=2022, currency="USD")
    now = items({"total_assets": 1.0, "revenue": 800.0}, year=2023, currency="BRL")
    row = one(revenue_shock, [before, now])
    assert row["status"] == "not_disclosed"


def test_a_year_that_is_missing_is_no_year_before() -> None:
    row = one(revenue_shock, years("revenue", {2021: 200.0, 2023: 100.0}))
    assert (row["value"], row["status"]) == (None, "not_disclosed")


@pytest.mark.parametrize(("revenue", "status"), [(0.0, "not_applicable"), (-1.0, "not_disclosed")])
def test_no_revenue(revenue: float, status: str) -> None:
    row = one(revenue_shock, years("revenue", {2022: 100.0, 2023: revenue}))
    assert (row["value"], row["status"]) == (None, status)


def test_unsteady_revenue() -> None:
    swings = {2019: 100.0, 2020: 200.0, 2021: 100.0, 2022: 200.0, 2023: 100.0}
    row = one(revenue_volatility, years("revenue", swings))
    # Changes +x, -x, +x, -x with x = ln 2: sd = x sqrt(4 / 3).
    assert row["value"] == pytest.approx(math.log(2) * math.sqrt(4 / 3))
    assert row["stderr"] == pytest.approx(row["value"] / math.sqrt(6))
    del swings[2019]
    assert one(revenue_volatility, years("revenue", swings))["status"] == "not_disclosed"


@pytest.mark.parametrize(
    ("filed", "late"),
    [(dt.date(2024, 3, 1), 0.0), (dt.date(2024, 3, 31), 0.0), (dt.date(2024, 4, 10), 10.0)],
)
def test_days_after_the_term_of_the_register(filed: dt.date, late: float) -> None:
    statement = items({"total_assets": 1.0}, filed=filed, concept="us-gaap:Assets")
    (row,) = run(late_filing.compute, sec=[statement])
    # A 10-K is due 91 days after 2023-12-31 at the latest, 2024-03-31.
    assert row["value"] == late


def test_the_next_accounts_are_overdue_only_when_the_register_is_seen_to_be_fresh() -> None:
    old = items({"total_assets": 1.0}, year=2022, concept="us-gaap:Assets")
    other = items({"total_assets": 1.0}, supplier="T", filed=AS_OF, concept="us-gaap:Assets")
    (alone,) = run(late_filing.compute, sec=[old])
    assert alone["value"] == 0.0
    first = run(late_filing.compute, sec=[old, other])[0]
    # Due 365 + 91 days after 2022-12-31, 14 more until shown: 2024-04-14; seen to 2024-06-01.
    assert first["value"] == (AS_OF - dt.date(2024, 4, 14)).days


@pytest.mark.parametrize(
    ("year", "seen", "status"),
    [
        (2020, True, "not_disclosed_overdue"),
        # Nobody else's filings are there: the copy of the register may be as old.
        (2020, False, None),
        # Overdue as well, but the accounts of 2022 can still be read.
        (2022, True, None),
    ],
)
def test_accounts_too_old_to_read_are_overdue_where_the_register_shows_it(
    year: int, seen: bool, status: str | None
) -> None:
    old = items(
        {"total_assets": 10.0, "total_liabilities": 4.0}, year=year, concept="us-gaap:Assets"
    )
    fresh = items({"total_assets": 1.0}, supplier="T", filed=AS_OF, concept="us-gaap:Assets")
    row = run(leverage.compute, sec=[old, fresh] if seen else [old])[0]
    assert row["status"] == status
    assert row["value"] == (pytest.approx(0.4) if status is None else None)
    (table,) = run(leverage.compute, csv=[old])
    assert table["status"] is None
    # The delay itself is read for longer than the figures.
    assert run(late_filing.compute, sec=[old, fresh])[0]["value"] is not None


def test_a_table_without_a_day_of_filing_cannot_tell() -> None:
    unknown = items({"total_assets": 1.0}, year=2022, filed=dt.date(2023, 12, 31))
    assert one(late_filing, [unknown])["status"] == "not_disclosed"
    known = items({"total_assets": 1.0}, year=2022, filed=dt.date(2024, 1, 15))
    assert one(late_filing, [known])["value"] == 14.0


STEADY = {
    "receivables": 100.0,
    "revenue": 1000.0,
    "cost_of_sales": 600.0,
    "current_assets": 300.0,
    "fixed_assets": 400.0,
    "total_assets": 1000.0,
    "depreciation": 40.0,
    "overheads": 200.0,
    "current_liabilities": 200.0,
    "long_term_debt": 100.0,
    "net_income": 50.0,
    "operating_cash_flow": 50.0,
    "total_liabilities": 500.0,
}


def score(now: dict[str, float], before: dict[str, float]) -> float | None:
    row = {**now, **{f"{item}_before": before[item] for item in M_SCORE_ITEMS}}
    found: float | None = pl.DataFrame(row).select(m_score()).item()
    return found


def test_a_company_that_does_not_change_has_indices_of_one() -> None:
    by_hand = -4.84 + 0.920 + 0.528 + 0.404 + 0.892 + 0.115 - 0.172 - 0.327
    assert score(STEADY, STEADY) == pytest.approx(by_hand)
    assert by_hand < AMBIGUOUS_ABOVE
    more = STEADY | {"receivables": 200.0, "operating_cash_flow": -50.0}
    assert score(more, STEADY) == pytest.approx(by_hand + 0.920 + 4.679 * 0.1)


def test_indices_that_do_not_exist_give_no_score() -> None:
    assert score(STEADY, STEADY | {"receivables": 0.0}) is None
    assert score(STEADY | {"revenue": 0.0}, STEADY) is None


def test_ambiguous_accounts_are_less_certain_and_no_riskier() -> None:
    bent = STEADY | {"receivables": 200.0, "operating_cash_flow": -50.0}
    before = items(STEADY, year=2022)
    plain = one(leverage, [before, items(STEADY)])
    doubtful = one(leverage, [before, items(bent)])
    assert doubtful["value"] == plain["value"] == 0.5
    assert doubtful["stderr"] == pytest.approx(3.0 * plain["stderr"])
    unknown = one(leverage, [before, items({k: v for k, v in bent.items() if k != "overheads"})])
    assert unknown["stderr"] == plain["stderr"]


def test_sources_are_not_mixed_from_year_to_year() -> None:
    old = items({"total_assets": 1.0, "revenue": 100.0}, year=2022)
    new = items({"total_assets": 1.0, "revenue": 50.0}, year=2023, concept="us-gaap:Revenues")
    (row,) = run(revenue_shock.compute, [old], [new])
    assert row["status"] == "not_disclosed"
