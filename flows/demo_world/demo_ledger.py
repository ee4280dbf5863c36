"""The ledger of the demo's buyer, who is hard on some of its suppliers: orders to payments."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from flows.demo_world.demo_companies import Supplier
from flows.demo_world.demo_geography import COUNTRIES

#: Three years of orders end with the month before the demo's as-of date.
_FIRST_YEAR, _FIRST_MONTH, _MONTHS = 2019, 3, 36
_LAST_YEAR_FROM = _MONTHS - 12
_AS_OF = dt.date(2022, 3, 1)
_PRESSED = 14
_PRODUCTS = 4
_LEAD_DAYS, _TERMS_DAYS = 45, 45
_EUR_IN_USD = 1.15
_NO_LEDGER = "no data at all"

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class _Practice:
    """How the buyer treats a supplier in the last year."""

    lead_factor: float
    price_rise: float
    changes_per_order: float
    cancelled_share: float
    late_probability: float
    late_days: tuple[int, int]


_FAIR = _Practice(1.0, 0.03, 0.2, 0.004, 0.06, (8, 20))
_HARD = _Practice(0.58, -0.04, 1.6, 0.07, 0.75, (20, 75))


def pressed_suppliers(suppliers: Sequence[Supplier], random: np.random.Generator) -> dict[str, str]:
    """Ordinary suppliers whom the buyer pays late, squeezes and rushes, by id."""
    ordinary = [
        supplier.supplier_id
        for supplier in suppliers
        if not supplier.problem and not supplier.trap and supplier.accounts == "ordinary"
    ]
    chosen = random.choice(len(ordinary), _PRESSED, replace=False).tolist()
    what = "paid late, at lower prices, with short notice and many changes"
    return {ordinary[index]: what for index in sorted(chosen)}


def write_ledger(
    folder: Path, suppliers: Sequence[Supplier], pressed: Sequence[str], random: np.random.Generator
) -> None:
    """Write every table of the source `buyer_ledger`, with a few bad rows as real ones have."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: Rows = {"order_lines": [], "order_changes": [], "invoices": [], "payments": []}
    for supplier in suppliers:
        if supplier.trap != _NO_LEDGER:
            hard = supplier.supplier_id in pressed
            _trade(rows, supplier, _HARD if hard else _FAIR, random)
    _add_bad_rows(rows)
    for table, content in rows.items():
        pl.DataFrame(content, infer_schema_length=None).write_parquet(folder / f"{table}.parquet")
    pl.DataFrame(_cost_indices()).write_csv(folder / "cost_indices.csv")
    pl.DataFrame(_rates(random)).write_csv(folder / "rates.csv")


def _trade(
    rows: Rows, supplier: Supplier, last_year: _Practice, random: np.random.Generator
) -> None:
    currency = "EUR" if supplier.country.iso3 in ("TUR", "CIV") else "USD"
    prices = random.uniform(4.0, 30.0, _PRODUCTS)
    peak = random.uniform(0, 12)
    for month in range(_MONTHS):
        practice = last_year if month >= _LAST_YEAR_FROM else _FAIR
        ordered_on = _day(month, int(random.integers(1, 26)))
        order_id = f"DEMO-{supplier.supplier_id[2:]}-{month + 1:03d}"
        confirmed_on = ordered_on + dt.timedelta(days=int(random.integers(1, 4)))
        lead = max(5, round(random.normal(_LEAD_DAYS * practice.lead_factor, 3)))
        season = 1 + 0.25 * np.cos((month - peak) * np.pi / 6)
        value = supplier.annual_spend / 12 * season * random.uniform(0.85, 1.15)
        rise = 1.03 ** (month // 12) if practice is _FAIR else 1.03 * (1 + practice.price_rise)
        total = 0.0
        for line, product in enumerate(random.permutation(_PRODUCTS)[:2].tolist(), start=1):
            price = round(float(prices[product] * rise), 2)
            quantity = max(1, round(value / 2 / price))
            is_cancelled = random.random() < practice.cancelled_share
            total += 0.0 if is_cancelled else quantity * price
            rows["order_lines"].append({
                "order_id": order_id, "line_id": line, "supplier_id": supplier.supplier_id,
                "ordered_on": ordered_on, "confirmed_on": confirmed_on,
                "requested_on": confirmed_on + dt.timedelta(days=lead),
                "agreed_lead_days": float(_LEAD_DAYS), "sku": f"{supplier.sector}-{product}",
                "category": supplier.sector, "quantity": float(quantity), "unit_price": price,
                "currency": currency, "incoterm": "FOB",
                "cancelled_quantity": float(quantity) if is_cancelled else 0.0,
            })  # fmt: skip
        for _ in range(int(random.poisson(practice.changes_per_order))):
            later = confirmed_on + dt.timedelta(days=int(random.integers(1, 20)))
            rows["order_changes"].append(
                {"order_id": order_id, "changed_on": later, "change": "quantity",
                 "initiated_by": "buyer"}
            )  # fmt: skip
        if total > 0:
            shipped_on = confirmed_on + dt.timedelta(days=lead)
            _bill(rows, supplier, order_id, shipped_on, round(total, 2), currency, practice, random)


def _bill(
    rows: Rows,
    supplier: Supplier,
    order_id: str,
    issued_on: dt.date,
    amount: float,
    currency: str,
    practice: _Practice,
    random: np.random.Generator,
) -> None:
    due_on = issued_on + dt.timedelta(days=_TERMS_DAYS)
    is_late = random.random() < practice.late_probability
    after = random.integers(*practice.late_days) if is_late else random.integers(-6, 4)
    rows["invoices"].append(
        {"invoice_id": f"I-{order_id}", "supplier_id": supplier.supplier_id,
         "issued_on": issued_on, "due_on": due_on, "amount": amount, "currency": currency}
    )  # fmt: skip
    # What is paid after the as-of date is not in the books yet.
    paid_on = due_on + dt.timedelta(days=int(after))
    if paid_on <= _AS_OF:
        rows["payments"].append(
            {"invoice_id": f"I-{order_id}", "paid_on": paid_on, "amount": amount,
             "currency": currency}
        )  # fmt: skip


def _add_bad_rows(rows: Rows) -> None:
    """A stranger, an unknown currency, a negative quantity, a double, a payment before its bill."""
    lines, payments = rows["order_lines"], rows["payments"]
    lines += [
        {**lines[10], "order_id": "DEMO-X1", "supplier_id": "V-99999"},
        {**lines[20], "order_id": "DEMO-X2", "currency": "XTS"},
        {**lines[30], "order_id": "DEMO-X3", "quantity": -40.0},
        dict(lines[40]),
    ]
    payments[50] = {**payments[50], "paid_on": payments[50]["paid_on"] - dt.timedelta(days=200)}


def _cost_indices() -> list[dict[str, object]]:
    """Material and minimum wage of each country in USD, once a year."""
    return [
        {"country": country.iso3, "component": component, "valid_from": f"{year}-01-01",
         "index_value": round(100 * (1 + rise) ** (year - 2018), 3), "share": share,
         "currency": "USD"}
        for country in COUNTRIES
        for component, rise, share in (("material", 0.02, 0.7), ("minimum_wage", 0.05, 0.3))
        for year in range(2018, 2023)
    ]  # fmt: skip


def _rates(random: np.random.Generator) -> list[dict[str, object]]:
    days = [dt.date(2019, 2, 25) + dt.timedelta(days=14 * number) for number in range(81)]
    drift = np.cumsum(random.normal(0.0, 0.002, len(days)))
    return [
        {"currency": "EUR", "quoted_on": day.isoformat(), "rate": round(_EUR_IN_USD + step, 4)}
        for day, step in zip(days, drift.tolist(), strict=True)
    ]


def _day(month: int, day: int) -> dt.date:
    year, place = divmod(_FIRST_MONTH - 1 + month, 12)
    return dt.date(_FIRST_YEAR + year, place + 1, day)
