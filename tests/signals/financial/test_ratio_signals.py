"""Every signal of accounts by hand, and what missing, zero and negative figures do to it."""

import importlib
import math
from typing import Any

import pytest

from signals.financial.distress import EQUATIONS, Equation
from tests.signals.financial.accounts import items, run

#: A plain trading company; every figure is easy to divide.
COMPANY: dict[str, float | None] = {
    "total_assets": 1000.0,
    "current_assets": 500.0,
    "current_liabilities": 400.0,
    "total_liabilities": 600.0,
    "equity": 400.0,
    "retained_earnings": 200.0,
    "ebit": 100.0,
    "revenue": 2000.0,
    "net_income": 45.0,
    "interest_expense": 40.0,
    "cash": 60.0,
    "receivables": 200.0,
    "inventory": 180.0,
    "payables": 150.0,
    "cost_of_sales": 1500.0,
    "depreciation": 30.0,
    "employee_expense": 300.0,
    "employee_liabilities": 50.0,
    "employees": 20.0,
    "minimum_wage_month": 1.0,
    "market_value": 900.0,
}

#: signal, figures changed (None: not shown), value, or the status and reason instead.
CASES: list[tuple[str, dict[str, float | None], object, str | None]] = [
    ("interest_coverage", {}, 2.5, None),
    ("interest_coverage", {"ebit": -20.0}, -0.5, None),
    ("interest_coverage", {"interest_expense": 0.0}, "not_applicable", "its debt costs next to"),
    # 2.0 is 0.1 % of revenue.
    ("interest_coverage", {"interest_expense": 2.0}, "not_applicable", "its debt costs next to"),
    ("interest_coverage", {"interest_expense": 2.0, "revenue": None}, 50.0, None),
    ("interest_coverage", {"interest_expense": None}, "not_disclosed", "interest expense"),
    ("liquidity", {}, 0.8, None),
    ("liquidity", {"inventory": None}, 0.65, None),
    ("liquidity", {"inventory": None, "cash": 400.0}, 1.25, None),
    ("liquidity", {"inventory": None, "cash": None}, "not_disclosed", "inventory, cash"),
    ("liquidity", {"current_liabilities": 0.0}, "not_applicable", "nothing falls due"),
    ("liquidity", {"current_liabilities": -4.0}, "not_disclosed", "below zero"),
    ("leverage", {}, 0.6, None),
    ("leverage", {"total_liabilities": 0.0}, 0.0, None),
    ("leverage", {"total_liabilities": None}, 0.6, None),
    ("leverage", {"total_liabilities": 1300.0, "equity": -300.0}, 1.3, None),
    ("leverage", {"total_assets": -10.0}, "not_disclosed", "total assets are not above zero"),
    ("cash_flow_cover", {}, 0.125, None),
    ("cash_flow_cover", {"net_income": -90.0}, -0.1, None),
    ("cash_flow_cover", {"depreciation": None}, "not_disclosed", "depreciation"),
    ("cash_flow_cover", {"total_liabilities": 0.0}, "not_applicable", "owes nothing"),
    ("market_cushion", {}, 1.5, None),
    ("market_cushion", {"market_value": None}, "not_applicable", "not listed"),
    # 5 % margin and 2.5 times interest are both beyond the plateaus.
    ("near_threshold_pressure", {}, 0.0, None),
    ("near_threshold_pressure", {"ebit": 10.0, "interest_expense": 0.0}, 1.0, None),
    ("near_threshold_pressure", {"ebit": -30.0, "interest_expense": None}, 0.5, None),
    ("near_threshold_pressure", {"ebit": 50.0}, 1.0, None),
    ("near_threshold_pressure", {"ebit": 70.0}, 0.5, None),
    ("near_threshold_pressure", {"ebit": -500.0}, 0.0, None),
    ("near_threshold_pressure", {"revenue": 0.0}, "not_applicable", "no revenue"),
    ("wage_affordability_gap", {}, 0.8, None),
    ("wage_affordability_gap", {"employees": 30.0}, 1.2, None),
    ("wage_affordability_gap", {"employees": 0.0}, "not_applicable", "no employees"),
    ("wage_affordability_gap", {"employee_expense": 0.0}, "not_disclosed", "not above zero"),
    ("wage_affordability_gap", {"employees": None}, "not_disclosed", "employees"),
    ("wages_owed_months", {}, 2.0, None),
    ("wages_owed_months", {"employee_liabilities": 0.0}, 0.0, None),
    ("wages_owed_months", {"employee_liabilities": -5.0}, "not_disclosed", "below zero"),
    ("wages_owed_months", {"employee_expense": 0.0}, "not_applicable", "no wages"),
    ("going_concern", {"going_concern_doubt": 1.0}, 1.0, None),
    ("going_concern", {"going_concern_doubt": 0.0}, 0.0, None),
    ("going_concern", {}, "not_applicable", "figures alone"),
]


def computed(signal: str, *statements: Any, **settings: Any) -> dict[str, Any]:
    module = importlib.import_module(f"signals.financial.{signal}")
    (row,) = run(module.compute, list(statements), **settings)
    return row


@pytest.mark.parametrize(("signal", "change", "expected", "reason"), CASES)
def test_by_hand(
    signal: str, change: dict[str, float | None], expected: object, reason: str | None
) -> None:
    row = computed(signal, items({**COMPANY, **change}))
    if isinstance(expected, float):
        assert row["value"] == pytest.approx(expected)
        assert row["stderr"] >= 0
        assert (row["status"], row["status_reason"]) == (None, None)
        assert str(row["observed_to"]) == "2023-12-31"
    else:
        assert (row["value"], row["stderr"], row["quality"]) == (None, None, None)
        assert row["status"] == expected
        assert reason in row["status_reason"]


ALL = sorted({case[0] for case in CASES if case[0] != "going_concern"})


@pytest.mark.parametrize("signal", ALL)
def test_two_currencies_give_no_ratio(signal: str) -> None:
    mixed = dict.fromkeys(("ebit", "net_income", "total_liabilities", "current_assets",
                           "employee_expense"), "EUR")  # fmt: skip
    row = computed(signal, items(COMPANY, currency=mixed))
    assert row["status_reason"] == "the statement mixes two currencies"


@pytest.mark.parametrize("signal", ALL)
def test_the_unit_of_the_accounts_does_not_matter(signal: str) -> None:
    heads = {"employees"}
    thousands = {k: v if k in heads or v is None else v / 1000 for k, v in COMPANY.items()}
    assert computed(signal, items(thousands))["value"] == pytest.approx(
        computed(signal, items(COMPANY))["value"]
    )


@pytest.mark.parametrize("signal", ["altman_z_double_prime", *ALL, "late_filing"])
def test_areas_are_not_companies(signal: str) -> None:
    module = importlib.import_module(f"signals.financial.{signal}")
    rows = run(module.compute, [items(COMPANY)], areas=("region",))
    assert [(row["supplier_id"], row["status"]) for row in rows] == [
        ("S", None),
        ("region", "not_applicable"),
    ]


def test_us_accounts_need_not_show_what_employees_cost() -> None:
    row = computed_sec("wages_owed_months", {**COMPANY, "employee_expense": None})
    assert row["status"] == "not_disclosed_exempt"
    assert "US GAAP" in row["status_reason"]


def computed_sec(signal: str, figures: dict[str, float | None]) -> dict[str, Any]:
    module = importlib.import_module(f"signals.financial.{signal}")
    (row,) = run(module.compute, sec=[items(figures, concept="us-gaap:Any")])
    return row


def test_errors_are_propagated_to_first_order() -> None:
    # d(TL/TA): 1 % of each of the two; (x * 1.01) and (x / 1.01).
    row = computed("leverage", items(COMPANY))
    assert row["stderr"] == pytest.approx(math.hypot(0.006, 0.6 - 0.6 / 1.01))
    weak = computed("leverage", items(COMPANY, weak=("total_liabilities",)))
    assert weak["stderr"] > 5 * row["stderr"]
    assert (row["quality"], weak["quality"]) == (1.0, 0.9)


def probability(equation: Equation, **features: float) -> Any:
    assert set(features) == set(equation.coefficients)
    line = equation.intercept
    line += sum(equation.coefficients[name] * value for name, value in features.items())
    return pytest.approx(1 / (1 + math.exp(-line)))


def test_distress_by_hand() -> None:
    with_change, with_market, of_accounts = EQUATIONS
    # Cover 0.125, market value 1.5 times liabilities.
    row = computed("distress", items(COMPANY))
    expected = probability(with_market, cash_flow_cover=0.125, log_market_cushion=math.log(1.5))
    assert row["value"] == expected
    # Market value was 1,000 a year before.
    row = computed(
        "distress", items({**COMPANY, "market_value": 1000.0}, year=2022), items(COMPANY)
    )
    assert row["value"] == probability(
        with_change,
        cash_flow_cover=0.125,
        log_market_cushion=math.log(1.5),
        market_value_change=math.log(0.9),
    )
    # Not listed: leverage 0.6, quick ratio 0.8.
    unlisted = {**COMPANY, "market_value": None}
    assert computed("distress", items(unlisted))["value"] == probability(
        of_accounts, leverage=0.6, log_quick_ratio=math.log(0.8), cash_flow_cover=0.125
    )
    drowned = {**unlisted, "total_liabilities": 5000.0, "equity": -4000.0, "net_income": -9e4}
    assert computed("distress", items(drowned))["value"] == probability(
        of_accounts, leverage=1.0, log_quick_ratio=math.log(0.8), cash_flow_cover=-0.1
    )
    assert (
        computed("distress", items({**COMPANY, "depreciation": None}))["status"] == "not_disclosed"
    )


def test_distress_takes_no_market_value_of_two_years_before() -> None:
    row = computed(
        "distress", items({**COMPANY, "market_value": 1000.0}, year=2021), items(COMPANY)
    )
    assert row["value"] == probability(
        EQUATIONS[1], cash_flow_cover=0.125, log_market_cushion=math.log(1.5)
    )
