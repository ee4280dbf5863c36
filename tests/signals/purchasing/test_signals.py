"""Each signal of purchasing on ledgers whose answer can be computed by hand."""

import datetime as dt
import math
from pathlib import Path

import pytest

from tests.signals.purchasing.ledgers import (
    Row,
    line,
    monthly_lines,
    rules,
    staged,
    values,
    write,
)


def invoice(number: object, due: str, amount: float = 100.0, **more: object) -> Row:
    usual = {"invoice_id": number, "supplier_id": "A", "issued_on": "2023-07-01", "due_on": due}
    return {**usual, "amount": amount, **more}


def payment(number: object, day: str, amount: float = 100.0, **more: object) -> Row:
    return {"invoice_id": number, "paid_on": day, "amount": amount, **more}


def test_late_payment_is_weighted_by_value(tmp_path: Path) -> None:
    ledger = write(
        tmp_path / "l",
        order_lines=monthly_lines(),
        invoices=[
            invoice(1, "2023-08-01", 100),  # paid 5 days after: on time
            invoice(2, "2023-09-01", 100),  # paid 6 days after: late
            invoice(3, "2023-10-01", 200),  # half in time, half late
            invoice(4, "2023-11-01", 400),  # never paid
            invoice(5, "2024-05-28", 900),  # fell due 4 days ago: cannot be judged yet
            invoice(6, "2023-05-31", 900),  # fell due before the window
        ],
        payments=[
            payment(1, "2023-08-06"),
            payment(2, "2023-09-07"),
            payment(3, "2023-10-02"),
            payment(3, "2023-12-02"),
        ],
    )
    row = values(tmp_path, ledger, "late_payment")["A"]
    assert row["value"] == pytest.approx((100 + 100 + 400) / 800)
    assert row["status"] == "observed"
    assert row["quality"] == pytest.approx(4 / 12)
    assert row["period"] == "2023-06 to 2024-05"
    assert row["observed_to"] == dt.date(2024, 5, 10)  # the last row of the ledger


def test_what_was_credited_is_not_owed(tmp_path: Path) -> None:
    credit = invoice(9, "", 60, kind="credit_note", credits_invoice_id=1, due_on=None)
    other = invoice(8, "", -100, kind="Credit_Note", credits_invoice_id=2, due_on=None)
    ledger = write(
        tmp_path / "l",
        order_lines=monthly_lines(),
        invoices=[
            invoice(1, "2023-08-01"), invoice(2, "2023-08-01"), invoice(3, "2023-08-01", 60),
            credit, other,
        ],
        payments=[payment(1, "2023-08-01", 40)],
    )  # fmt: skip
    # Invoice 1 is settled by 40, invoice 2 is credited whole, invoice 3 of 60 is open.
    assert values(tmp_path, ledger, "late_payment")["A"]["value"] == pytest.approx(60 / 100)


def test_payments_after_the_as_of_date_are_not_seen(tmp_path: Path) -> None:
    ledger = write(
        tmp_path / "l",
        order_lines=monthly_lines(),
        invoices=[invoice(1, "2023-08-01")],
        payments=[payment(1, "2023-08-03")],
    )
    assert values(tmp_path, ledger, "late_payment")["A"]["value"] == 0.0
    earlier = dt.date(2023, 8, 2)
    many = [line(n, f"2023-0{n}-01") for n in range(2, 8)]
    write(ledger, order_lines=many)
    row = values(tmp_path, ledger, "late_payment", earlier)["A"]
    assert row["value"] is None
    assert "can be judged" in str(row["status_reason"])


def test_terms_stand_in_for_a_due_date_and_other_currencies_are_carried(tmp_path: Path) -> None:
    usd = invoice(1, "", 110, currency="usd", terms_days=31, due_on=None)
    ledger = write(
        tmp_path / "l",
        order_lines=monthly_lines(),
        invoices=[usd, invoice(2, "2023-08-01", 100, currency="EUR")],
        # 110 USD are 100 EUR at the invoice's day; the part of 55 is paid in time.
        payments=[payment(1, "2023-08-01", 55, currency="USD"), payment(2, "2023-08-01")],
        rates=[{"currency": "USD", "quoted_on": "2023-06-25", "rate": 1 / 1.1}],
    )
    assert values(tmp_path, ledger, "late_payment")["A"]["value"] == pytest.approx(50 / 200)


def test_fewer_than_six_orders_show_no_practice(tmp_path: Path) -> None:
    lines = [*monthly_lines(count=5), line("O2023-6", "2023-06-10", line_id=2)]
    ledger = write(
        tmp_path / "l",
        order_lines=lines,
        invoices=[invoice(1, "2023-08-01")],
        payments=[payment(1, "2023-10-01")],
    )
    found = values(tmp_path, ledger, "late_payment")
    assert found["A"]["status"] == "not_covered"
    assert str(found["A"]["status_reason"]).startswith("5 orders in the twelve months")
    assert found["B"]["status_reason"] == "the source has no data about it"


def _priced(year: int, sku: str, quantity: float, price: float) -> list[Row]:
    return [
        line(f"{sku}{year}{month}", f"{year}-{month:02d}-01", sku=sku, quantity=quantity / 6,
             unit_price=price)
        for month in (1, 2, 3, 4, 8, 9)
    ]  # fmt: skip


def test_price_squeeze_is_a_fisher_index_against_costs(tmp_path: Path) -> None:
    before = [*_priced(2022, "shirt", 600, 10.0), *_priced(2022, "trousers", 60, 20.0)]
    now = [*_priced(2023, "shirt", 300, 9.0), *_priced(2023, "trousers", 300, 22.0)]
    once = _priced(2023, "scarf", 6, 99.0)
    wages = [
        {"country": "Indonesia", "component": "minimum_wage", "valid_from": f"{year}-01-01",
         "index_value": index, "share": 0.25}
        for year, index in ((2022, 100), (2023, 108))
    ]  # fmt: skip
    cotton = [{**row, "component": "material", "share": 0.75, "index_value": 50} for row in wages]
    ledger = write(
        tmp_path / "l", order_lines=[*before, *now, *once], cost_indices=[*wages, *cotton]
    )
    row = values(tmp_path, ledger, "price_squeeze", dt.date(2024, 1, 15))["A"]
    laspeyres = (9 * 600 + 22 * 60) / (10 * 600 + 20 * 60)
    paasche = (9 * 300 + 22 * 300) / (10 * 300 + 20 * 300)
    costs = 0.25 * 1.08 + 0.75 * 1.0
    expected = math.log(math.sqrt(laspeyres * paasche)) - math.log(costs)
    assert row["value"] == pytest.approx(expected)
    assert row["stderr"] == pytest.approx(abs(math.log(laspeyres / paasche)) / 2)
    assert row["quality"] == pytest.approx(9300 / (9300 + 594))


def test_costs_are_carried_into_the_reporting_currency(tmp_path: Path) -> None:
    lines = [*_priced(2022, "shirt", 60, 10.0), *_priced(2023, "shirt", 60, 10.0)]
    wage = {"country": "IDN", "component": "minimum_wage", "currency": "IDR"}
    indices = [
        {**wage, "valid_from": "2022-01-01", "index_value": 100},
        {**wage, "valid_from": "2023-01-01", "index_value": 120},
        # Known only after the as-of date.
        {**wage, "valid_from": "2023-02-01", "index_value": 900, "published_on": "2024-02-01"},
    ]
    rates = [
        {"currency": "IDR", "quoted_on": f"{year}-{month:02d}-01", "rate": rate}
        for year, rate in ((2022, 0.00010), (2023, 0.00009))
        for month in range(1, 13)
    ]
    ledger = write(tmp_path / "l", order_lines=lines, cost_indices=indices, rates=rates)
    row = values(tmp_path, ledger, "price_squeeze", dt.date(2024, 1, 15))["A"]
    assert row["value"] == pytest.approx(-math.log(1.2 * 0.9))


def test_price_squeeze_says_what_it_lacks(tmp_path: Path) -> None:
    lines = [*_priced(2022, "shirt", 60, 10.0), *_priced(2023, "shirt", 60, 10.0)]
    ledger = write(tmp_path / "l", order_lines=lines)
    row = values(tmp_path, ledger, "price_squeeze", dt.date(2024, 1, 15))["A"]
    assert (row["status"], row["value"]) == ("not_covered", None)
    assert row["status_reason"] == "no input-cost index of its country is given"
    write(ledger, order_lines=_priced(2023, "shirt", 60, 10.0))
    row = values(tmp_path, ledger, "price_squeeze", dt.date(2024, 1, 15))["A"]
    assert "no product was bought" in str(row["status_reason"])


def test_lead_time_squeeze_compares_with_the_two_years_before(tmp_path: Path) -> None:
    usual = [
        line(f"B{month}", f"2022-{month:02d}-01", requested_on=f"2022-{month:02d}-21", category="x")
        for month in range(6, 13)
    ]
    # Confirmed five days after the order, shipment ten days later: half of the usual 20 days.
    now = [
        {**row, "confirmed_on": f"{str(row['ordered_on'])[:8]}15",
         "requested_on": f"{str(row['ordered_on'])[:8]}25", "category": "x"}
        for row in monthly_lines()
    ]  # fmt: skip
    other = [{**row, "order_id": f"y{row['order_id']}", "category": "y"} for row in now]
    ledger = write(tmp_path / "l", order_lines=[*usual, *now, *other])
    row = values(tmp_path, ledger, "lead_time_squeeze")["A"]
    assert row["value"] == pytest.approx(0.5)
    assert row["quality"] == pytest.approx(0.5)


def test_rush_share_and_cancellations(tmp_path: Path) -> None:
    lines = [
        {**row, "requested_on": f"{str(row['ordered_on'])[:8]}22", "agreed_lead_days": agreed,
         "unit_price": price}
        for row, (agreed, price) in zip(
            monthly_lines(), [(21, 30), (20, 10)] + [(None, 10)] * 10, strict=True
        )
    ]  # fmt: skip
    lines[5] = {**lines[5], "status": "Cancelled"}
    lines[6] = {**lines[6], "cancelled_quantity": 5}
    # Cancelled after the as-of date: not known yet.
    lines[7] = {**lines[7], "status": "cancelled", "cancelled_on": "2024-06-02"}
    back = {"invoice_id": "C", "supplier_id": "A", "issued_on": "2024-01-01", "amount": 28}
    ledger = write(tmp_path / "l", order_lines=lines, invoices=[{**back, "kind": "chargeback"}])
    rush = values(tmp_path, ledger, "rush_share")["A"]
    # 12 days offered: under 60 % of 21, exactly 60 % of 20.
    assert rush["value"] == pytest.approx(300 / 400)
    assert rush["quality"] == pytest.approx(400 / 1400)
    cancelled = values(tmp_path, ledger, "cancellations")["A"]
    assert cancelled["value"] == pytest.approx((100 + 50 + 28) / 1400)


def test_change_rate_counts_the_buyers_changes_after_confirmation(tmp_path: Path) -> None:
    lines = [{**row, "confirmed_on": f"{str(row['ordered_on'])[:8]}12"} for row in monthly_lines()]
    changes = [
        {"order_id": "O2023-7", "changed_on": "2023-07-20", "initiated_by": "buyer"},
        {"order_id": "O2023-7", "changed_on": "2023-08-20", "initiated_by": None},
        {"order_id": "O2023-7", "changed_on": "2023-07-21", "initiated_by": "Supplier"},
        {"order_id": "O2023-7", "changed_on": "2023-07-11", "initiated_by": "buyer"},
        {"order_id": "O2023-8", "changed_on": "2024-06-20", "initiated_by": "buyer"},
    ]
    ledger = write(tmp_path / "l", order_lines=lines, order_changes=changes)
    row = values(tmp_path, ledger, "change_rate")["A"]
    assert row["value"] == pytest.approx(2 / 12)
    (ledger / "order_changes.csv").unlink()
    row = values(tmp_path, ledger, "change_rate")["A"]
    assert row["status_reason"] == "the ledger holds no order changes"


def test_order_volatility_takes_the_seasons_out(tmp_path: Path) -> None:
    season = [10, 10, 10, 10, 10, 50, 50, 10, 10, 10, 10, 10]
    lines = [
        line(f"{year}{month}", f"{year}-{month + 1:02d}-01", quantity=quantity * (year - 2020))
        for year in (2021, 2022, 2023)
        for month, quantity in enumerate(season)
    ]
    day = dt.date(2023, 12, 31)
    ledger = write(tmp_path / "l", order_lines=lines)
    assert values(tmp_path, ledger, "order_volatility", day)["A"]["value"] == pytest.approx(0.0)
    write(ledger, order_lines=lines[24:])
    alone = values(tmp_path, ledger, "order_volatility", day)["A"]
    mean = sum(season) / 12
    squares = sum((month / mean - 1) ** 2 for month in season)
    assert alone["value"] == pytest.approx(math.sqrt(squares / 11))
    assert alone["quality"] == 0.5


def test_capacity_gives_dependency_and_implied_overtime(tmp_path: Path) -> None:
    lines = [
        {**row, "requested_on": f"{str(row['ordered_on'])[:8]}28", "standard_minutes": 60}
        for row in monthly_lines()
    ]
    lines[0] = {**lines[0], "quantity": 40}
    capacity = {"supplier_id": "A", "valid_from": "2023-01-01", "basis": "volunteered"}
    ledger = write(
        tmp_path / "l",
        order_lines=lines,
        capacity=[{**capacity, "hours_per_month": 20, "units_per_month": 50}],
        # The first order leaves in two parts, 30 in its month and 10 in the next.
        deliveries=[
            {"order_id": "O2023-6", "line_id": 1, "delivered_on": "2023-06-30", "quantity": 30},
            {"order_id": "O2023-6", "line_id": 1, "delivered_on": "2023-07-30", "quantity": 10},
        ],
    )
    overtime = values(tmp_path, ledger, "implied_overtime")
    # 30 of 20 hours in June, 20 of 20 in July, 10 of 20 afterwards.
    assert overtime["A"]["value"] == pytest.approx(0.5 / 12)
    share = values(tmp_path, ledger, "dependency")
    assert share["A"]["value"] == pytest.approx((40 + 11 * 10) / (12 * 50))
    (ledger / "capacity.csv").unlink()
    assert values(tmp_path, ledger, "dependency")["A"]["status"] == "not_applicable"
    assert values(tmp_path, ledger, "implied_overtime")["A"]["status"] == "not_applicable"


def test_forecast_error_is_taken_from_the_last_forecast_before_the_month(tmp_path: Path) -> None:
    reported = {"supplier_id": "A", "month": "2023-07-01"}
    ledger = write(
        tmp_path / "l",
        order_lines=monthly_lines(),
        forecasts=[
            {**reported, "quantity": 90, "made_on": "2023-05-01"},
            {**reported, "quantity": 14, "made_on": "2023-06-20"},
            {**reported, "quantity": 10, "made_on": "2023-07-02"},  # too late to be a forecast
            {**reported, "month": "2023-08-15", "quantity": 7, "made_on": "2023-06-20"},
        ],
    )
    row = values(tmp_path, ledger, "forecast_error")["A"]
    # 10 ordered in July and 14 told, 10 ordered in August and 7 told.
    assert row["value"] == pytest.approx((4 + 3) / 20)
    months, _ = staged(tmp_path, ledger)
    assert rules(months) == {"made_on_before_its_month": [4]}
    (ledger / "forecasts.csv").unlink()
    assert values(tmp_path, ledger, "forecast_error")["A"]["status"] == "not_applicable"


def test_forecasts_of_products_are_compared_product_by_product(tmp_path: Path) -> None:
    lines = [{**row, "sku": "red" if n % 2 else "blue"} for n, row in enumerate(monthly_lines())]
    reported = {"supplier_id": "A", "month": "2023-06-01", "made_on": "2023-05-01"}
    forecasts = [
        {**reported, "sku": "red", "quantity": 10},
        {**reported, "sku": "blue", "quantity": 4},
    ]
    ledger = write(tmp_path / "l", order_lines=lines, forecasts=forecasts)
    # June: 10 blue ordered; 10 red and 4 blue were told.
    row = values(tmp_path, ledger, "forecast_error")["A"]
    assert row["value"] == pytest.approx((6 + 10) / 10)


def test_prices_below_wages_and_material_are_counted_by_value(tmp_path: Path) -> None:
    lines = [
        # Pieces cost 10.00 and take 60 minutes.
        {**row, "standard_minutes": 60, "material_cost": material}
        for row, material in zip(monthly_lines(), [2.0] * 9 + [6.0] * 3, strict=True)
    ]
    wage = {"country": "Indonesia", "minimum_wage_per_hour": 2.5, "efficiency": 0.5}
    ledger = write(
        tmp_path / "l",
        order_lines=[*lines, line("X", "2023-07-11")],
        labour_costs=[{**wage, "valid_from": "2023-01-01"}, {**wage, "valid_from": "2024-01-01"}],
    )
    row = values(tmp_path, ledger, "labour_cost_floor")["A"]
    # An hour costs 5.00: with 2.00 of material the floor is 7.00, with 6.00 it is 11.00.
    assert row["value"] == pytest.approx(3 / 12)
    assert row["quality"] == pytest.approx(12 / 13)
    months, _ = staged(tmp_path, ledger)
    assert months.rows["floor_gap"].sum() == pytest.approx(3 * 10 * 1.0)
    (ledger / "labour_costs.csv").unlink()
    assert values(tmp_path, ledger, "labour_cost_floor")["A"]["status"] == "not_applicable"


def test_wages_of_another_currency_are_carried_and_old_ones_are_not_used(tmp_path: Path) -> None:
    lines = [{**row, "standard_minutes": 60} for row in monthly_lines()]
    wage = {"country": "IDN", "minimum_wage_per_hour": 30, "currency": "XTS"}
    rates = [
        {"currency": "XTS", "quoted_on": f"{year}-{month:02d}-01", "rate": 0.5}
        for year in (2023, 2024) for month in range(1, 13)
    ]  # fmt: skip
    ledger = write(
        tmp_path / "l", order_lines=lines, rates=rates,
        labour_costs=[{**wage, "valid_from": "2022-06-01"}, {**wage, "valid_from": "soon"}],
    )  # fmt: skip
    # 30 at 0.5 is 15 an hour against 10.00 a piece; from July 2023 on the wage is too old.
    found = values(tmp_path, ledger, "labour_cost_floor")["A"]
    assert found["value"] == 1.0
    assert found["quality"] == pytest.approx(1 / 12)
    months, _ = staged(tmp_path, ledger)
    assert rules(months) == {"valid_from_is_a_date": [3]}
