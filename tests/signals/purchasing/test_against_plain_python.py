"""The statements against a plain reading of the same drawn ledger, row by row in Python."""

import datetime as dt
import math
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.intake.numbers import number_of, number_style
from tests.signals.builders import AS_OF
from tests.signals.purchasing.ledgers import Row, staged, values, write

IDS = ("A", "B", "C")
WINDOW = (dt.date(2023, 6, 1), dt.date(2024, 5, 31))
BEFORE = (dt.date(2022, 6, 1), dt.date(2023, 5, 31))


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[Row]]:
    random = np.random.default_rng(3)
    lines: list[Row] = []
    invoices: list[Row] = []
    payments: list[Row] = []
    for number in range(900):
        supplier = IDS[int(random.integers(3))]
        if number % 2 == 0:  # both lines of an order are of one day
            ordered = dt.date(2021, 6, 1) + dt.timedelta(days=int(random.integers(0, 1096)))
        price = float(random.integers(5, 15))
        lines.append({
            "order_id": number // 2, "line_id": number % 2, "supplier_id": IDS[number // 2 % 3],
            "ordered_on": ordered, "requested_on": ordered + dt.timedelta(int(random.integers(90))),
            "agreed_lead_days": 60, "category": "ab"[int(random.integers(2))],
            "sku": int(random.integers(12)), "quantity": int(random.integers(1, 50)),
            "unit_price": price, "cancelled_quantity": int(random.random() < 0.2),
        })  # fmt: skip
        total = int(random.integers(100, 900))
        invoices.append({"invoice_id": number, "supplier_id": supplier, "issued_on": ordered,
                         "terms_days": 30, "amount": total})  # fmt: skip
        for part in range(int(random.integers(0, 3))):
            paid = ordered + dt.timedelta(days=int(random.integers(0, 90)))
            payments.append({"invoice_id": number, "paid_on": paid, "amount": total // (part + 2)})
    return {"order_lines": lines, "invoices": invoices, "payments": payments}


@pytest.fixture(scope="module")
def ledger(drawn: dict[str, list[Row]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("drawn") / "ledger", **drawn)


def _within(day: dt.date, span: tuple[dt.date, dt.date]) -> bool:
    return span[0] <= day <= span[1]


def _check(found: dict[str, dict[str, object]], expected: dict[str, float]) -> None:
    assert {name: row["value"] for name, row in found.items()} == pytest.approx(expected)


def test_late_payment(drawn: dict[str, list[Row]], ledger: Path, tmp_path: Path) -> None:
    in_time: dict[object, float] = defaultdict(float)
    due = {row["invoice_id"]: row["issued_on"] + dt.timedelta(30) for row in drawn["invoices"]}
    for row in drawn["payments"]:
        if row["paid_on"] <= due[row["invoice_id"]] + dt.timedelta(5):
            in_time[row["invoice_id"]] += float(row["amount"])
    late: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for row in drawn["invoices"]:
        day = due[row["invoice_id"]]
        if _within(day, WINDOW) and day + dt.timedelta(5) < AS_OF:
            late[row["supplier_id"]] += max(0.0, row["amount"] - in_time[row["invoice_id"]])
            whole[row["supplier_id"]] += row["amount"]
    expected = {name: late[name] / whole[name] for name in IDS}
    _check(values(tmp_path, ledger, "late_payment", ids=IDS), expected)


def test_lead_times_and_rushes(drawn: dict[str, list[Row]], ledger: Path, tmp_path: Path) -> None:
    lead = {
        (row["order_id"], row["line_id"]): max(1, (row["requested_on"] - row["ordered_on"]).days)
        for row in drawn["order_lines"]
    }
    usual: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in drawn["order_lines"]:
        if _within(row["ordered_on"], (dt.date(2021, 6, 1), BEFORE[1])):
            usual[row["supplier_id"], row["category"]].append(lead[row["order_id"], row["line_id"]])
    logs: dict[str, float] = defaultdict(float)
    rush: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for row in drawn["order_lines"]:
        if _within(row["ordered_on"], WINDOW):
            name, value = row["supplier_id"], row["quantity"] * row["unit_price"]
            days = lead[row["order_id"], row["line_id"]]
            logs[name] += value * math.log(days / statistics.median(usual[name, row["category"]]))
            rush[name] += value * ((row["requested_on"] - row["ordered_on"]).days < 36)
            whole[name] += value
    shorter = {name: 1 - math.exp(logs[name] / whole[name]) for name in IDS}
    _check(values(tmp_path, ledger, "lead_time_squeeze", ids=IDS), shorter)
    shares = {name: rush[name] / whole[name] for name in IDS}
    _check(values(tmp_path, ledger, "rush_share", ids=IDS), shares)


def test_price_change(drawn: dict[str, list[Row]], ledger: Path, tmp_path: Path) -> None:
    sums: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in drawn["order_lines"]:
        for place, span in enumerate((BEFORE, WINDOW)):
            if _within(row["ordered_on"], span) and row["cancelled_quantity"] < row["quantity"]:
                total = sums[row["supplier_id"], str(row["sku"]), place]
                total[0] += row["quantity"]
                total[1] += row["quantity"] * row["unit_price"]
    expected = {}
    for name in IDS:
        parts = [0.0] * 4
        for sku in range(12):
            (q0, v0), (q1, v1) = sums[name, str(sku), 0], sums[name, str(sku), 1]
            if q0 and q1:
                terms = (v1 / q1 * q0, v0, v1, v0 / q0 * q1)
                parts = [old + new for old, new in zip(parts, terms, strict=True)]
        expected[name] = math.log(math.sqrt(parts[0] / parts[1] * parts[2] / parts[3]))
    _, years = staged(tmp_path, ledger, ids=IDS)
    found = dict(years.rows.select("supplier_id", "price_change").rows())
    assert found == pytest.approx(expected)
    orders = {name: len({r["order_id"] for r in drawn["order_lines"]
                         if r["supplier_id"] == name and _within(r["ordered_on"], WINDOW)})
              for name in IDS}  # fmt: skip
    assert dict(years.rows.select("supplier_id", "orders").rows()) == orders


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.sampled_from(["dot", "comma"]))
def test_amounts_come_back_as_written(cents: list[int], style: str) -> None:
    texts = [f"{value / 100:,.2f}" for value in cents]
    if style == "comma":
        texts = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    table = pl.DataFrame({"amount": texts})
    assert number_style(table, ["amount"]) == style
    read = table.select(number_of("amount", number_style(table, ["amount"])))["amount"]
    assert read.to_list() == pytest.approx([value / 100 for value in cents])
