"""The supplier list as a vendor export would be, the accounts and the country table."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from flows.demo_world.demo_companies import SECTORS, Accounts, Supplier
from flows.demo_world.demo_geography import COUNTRIES

#: Known columns under the aliases of an export; the last four are columns no one asked for.
_HEADERS = (
    "Vendor No", "Vendor Name", "Country Key", "Plant", "GPS Lat", "GPS Lng", "NACE Code",
    "HS Code", "Headcount", "Spend 12M", "Curr", "Supplier Tier", "Publicly Disclosed",
    "Payment Terms Days", "Incoterms", "ABC Class", "Last PO Date",
)  # fmt: skip
_NOT_READ = 4

#: Target of the four ratios of the emerging-market Z'' score, per kind of accounts: working
#: capital, retained earnings and EBIT over total assets, and equity over total liabilities.
_RATIOS: dict[Accounts, tuple[float, float, float, float]] = {
    "healthy": (0.32, 0.38, 0.13, 1.5),
    "ordinary": (0.24, 0.26, 0.085, 0.95),
    "grey": (0.06, 0.09, 0.03, 0.45),
    "distressed": (0.01, 0.03, -0.01, 0.25),
    "old": (0.01, 0.03, -0.01, 0.25),
}
_CURRENCY = {
    "BRA": "BRL", "IDN": "IDR", "CIV": "XOF", "VNM": "VND", "PER": "PEN", "COL": "COP",
    "MYS": "MYR", "GHA": "GHS", "IND": "INR", "BGD": "BDT", "ETH": "ETB", "TUR": "TRY",
}  # fmt: skip
#: Lowest and highest income drawn for a country of each class.
_GDP_PER_HEAD_USD = {
    "low": (500.0, 1000.0),
    "lower_middle": (1500.0, 4000.0),
    "upper_middle": (5000.0, 12000.0),
}


def write_supplier_list(
    path: Path, suppliers: Sequence[Supplier], random: np.random.Generator
) -> int:
    """Write the list: UTF-8 with a byte order mark, semicolons, one row per site.

    Returns:
        How many rows are bad on purpose: no name, no such country, no number.
    """
    rows: list[list[object]] = []
    for supplier in suppliers:
        tier = 1 + int(random.random() < 0.3)
        for site in supplier.sites:
            spellings = supplier.country.spellings
            made, nace, hs = SECTORS[supplier.sector]
            place: tuple[object, object] = (site.latitude, site.longitude)
            if site.written is not None:
                place = ("", "") if site.written == "nothing" else site.written
            rows.append([
                supplier.supplier_id, supplier.name,
                spellings[int(random.integers(len(spellings)))],
                f"{made} {site.name}", *place, nace, hs, supplier.workforce, supplier.annual_spend,
                "USD", tier,
                "yes" if random.random() < 0.3 else "no", int(random.choice((30, 60, 90))),
                str(random.choice(("FOB", "CIF", "EXW"))), str(random.choice(("A", "B", "C"))),
                f"2022-0{int(random.integers(1, 3))}-{int(random.integers(1, 29)):02d}",
            ])  # fmt: skip
    for copy_of in (5, 77, 140):
        rows.insert(copy_of + 40, list(rows[copy_of]))
    unread = ["", "", "", ""]
    bad: list[list[object]] = [
        ["V-90001", "", "BR", "Plant 1", -10.1, -50.2, "10.41", "", 10, 1000, "USD", 1, "no"],
        ["V-90002", "", "GH", "Plant 1", 6.4, -1.2, "01.27", "", 10, 1000, "USD", 1, "no"],
        ["V-90003", "Demo Lost Works", "Atlantis", "", "", "", "", "", 10, 1000, "USD", 1, "no"],
        ["V-90004", "Demo Nowhere Works", "", "", "", "", "", "", 10, 1000, "USD", 1, "no"],
        ["", "Demo Unnumbered Works", "PE", "", "", "", "", "", 10, 1000, "USD", 1, "no"],
    ]
    rows.extend([*row, *unread] for row in bad)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(_HEADERS)
        writer.writerows(rows)
    return len(bad)


def write_accounts(path: Path, suppliers: Sequence[Supplier], random: np.random.Generator) -> None:
    """Yearly accounts in the template of the source `accounts_csv`, one row per year."""
    rows = []
    for supplier in suppliers:
        for end_year, kind, filed_on in _statements(supplier.accounts, random):
            rows.append(_statement(supplier, end_year, kind, filed_on, random))
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_csv(path)


def _statements(
    accounts: Accounts, random: np.random.Generator
) -> list[tuple[int, Accounts, dt.date]]:
    """Year, kind and filing day of what a supplier filed; trouble shows in the last year only."""
    if accounts == "none":
        return []
    last = 2015 if accounts == "old" else 2020
    lag = int(random.integers(110, 240))
    filed = [dt.date(year, 12, 31) + dt.timedelta(days=lag) for year in range(last - 2, last + 1)]
    before: Accounts = "old" if accounts == "old" else "ordinary"
    if accounts in ("healthy", "worse_later"):
        before = "healthy"
    latest: Accounts = "healthy" if accounts == "worse_later" else accounts
    found = [(last - 2, before, filed[0]), (last - 1, before, filed[1]), (last, latest, filed[2])]
    if accounts == "worse_later":
        found.append((2021, "distressed", dt.date(2022, 4, 20)))
    return found


def _statement(
    supplier: Supplier, year: int, kind: Accounts, filed_on: dt.date, random: np.random.Generator
) -> dict[str, object]:
    working, retained, ebit, leverage = (
        target + float(random.normal(0.0, 0.02)) for target in _RATIOS[kind]
    )
    assets = supplier.workforce * 40_000.0
    liabilities = assets / (1 + max(leverage, 0.01))
    current_liabilities = 0.6 * liabilities
    current_assets = current_liabilities + working * assets
    depreciation = 0.05 * assets
    interest = 0.04 * liabilities
    # Companies under strain sell less than the year before and owe wages for longer.
    strain = min(1.0, max(0.0, (0.06 - ebit) / 0.06))
    revenue = assets * (1.3 - 0.3 * strain)
    wages = 0.18 * revenue
    return {
        "supplier_id": supplier.supplier_id,
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
        "filed_on": filed_on.isoformat(),
        "currency": _CURRENCY[supplier.country.iso3],
        "consolidated": "no",
        "total_assets": round(assets),
        "current_assets": round(current_assets),
        "current_liabilities": round(current_liabilities),
        "total_liabilities": round(liabilities),
        "equity": round(assets) - round(liabilities),
        "retained_earnings": round(retained * assets),
        "ebit": round(ebit * assets),
        "revenue": round(revenue),
        "net_income": round(ebit * assets - interest),
        "interest_expense": round(interest),
        "cost_of_sales": round(revenue * (0.68 + 0.05 * strain)),
        "depreciation": round(depreciation),
        "inventory": round(0.35 * current_assets),
        "receivables": round(0.4 * current_assets),
        "payables": round(0.45 * current_liabilities),
        "employee_expense": round(wages),
        "employee_liabilities": round(wages * (0.6 + 1.4 * strain) / 12),
        "employees": supplier.workforce,
        "minimum_wage_month": round(wages * (0.6 + 0.3 * strain) / supplier.workforce / 12, 2),
        "going_concern_doubt": "yes" if ebit < 0 and leverage < 0.25 else "no",
    }


def write_country_table(path: Path, random: np.random.Generator) -> None:
    """Rule of law and income group by country and year; the figures are drawn, not the world's."""
    rows = []
    for country in COUNTRIES:
        level = float(random.uniform(0.35, 0.75))
        for year in range(2015, 2022):
            level = float(np.clip(level + random.normal(0.0, 0.01), 0.0, 1.0))
            rows.append(
                {
                    "iso3": country.iso3,
                    "year": year,
                    "rule_of_law_risk": round(level, 4),
                    "income_group": country.income_group,
                }
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_csv(path)


def write_incomes(path: Path, random: np.random.Generator) -> None:
    """GDP per head by country, for the slope on income; the figures are drawn, not the world's."""
    rows = [
        (country.iso3, round(float(random.uniform(*_GDP_PER_HEAD_USD[country.income_group]))))
        for country in COUNTRIES
    ]
    pl.DataFrame(rows, ["country_iso3", "gdp_per_head_usd"], orient="row").write_csv(path)
