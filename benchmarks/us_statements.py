"""The American company-years of the shared data as statements, and their signals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.card import Pillar
from signals.financial.statements import ACCOUNT_TABLES
from signals.registry import signals
from signals.sources.accounts.company_facts import ITEMS_SCHEMA
from signals.sourcing_areas import TABLE as AREA_TABLE

Floats = NDArray[np.float64]

_TABLE = "stg_accounts_csv__items"

#: The set has no filings: their dates are put in here.
_OF_FILINGS = frozenset({"going_concern", "late_filing"})

#: Our item: the set's column. Equity follows from assets and liabilities.
_ITEMS = {
    "total_assets": "total_assets",
    "current_assets": "current_assets",
    "current_liabilities": "total_current_liabilities",
    "total_liabilities": "total_liabilities",
    "retained_earnings": "retained_earnings",
    "ebit": "ebit",
    "revenue": "total_revenue",
    "net_income": "net_income",
    "depreciation": "depreciation_and_amortization",
    "cost_of_sales": "cost_of_goods_sold",
    "inventory": "inventory",
    "receivables": "total_receivables",
    "long_term_debt": "total_long_term_debt",
    "market_value": "market_value",
}


def read_companies(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All company-years, and the decision row of each company, in the order of its id.

    Only the last year of a company is judged: the label is the company's and repeats on every row.
    """
    frame = pl.read_csv(folder / "us_windows_train_validation.csv.gz").with_columns(
        supplier_id=pl.col("firm_id")
    )
    last = frame.filter(pl.col("is_last_year_in_split") == 1).sort("supplier_id")
    return frame, last


def signal_values(company_years: pl.DataFrame, last: pl.DataFrame) -> dict[str, Floats]:
    """Every company signal of accounts through its own `compute`, NaN where it has no value.

    Signals of filings and of registers are left out: the set holds neither.
    """
    statements = _items(
        company_years.join(last.select("supplier_id"), on="supplier_id", how="semi")
    )
    empty = pl.LazyFrame(schema=ITEMS_SCHEMA)
    inputs = {**dict.fromkeys(ACCOUNT_TABLES, empty), _TABLE: statements.lazy()}
    inputs[AREA_TABLE] = pl.LazyFrame(schema={"supplier_id": pl.String})
    inputs["suppliers"] = last.lazy().select(
        "supplier_id", country_iso3=pl.lit("USA"), company_number=pl.lit(None, pl.String)
    )
    # Each company is read at its own last year, after which nothing is due yet.
    inputs["run"] = statements.lazy().select(as_of=pl.col("period_end").min())
    values = {}
    for name, signal in signals().items():
        card = signal.card
        is_of_accounts = card.pillar is Pillar.FINANCIAL and card.applies_to == "firm"
        if not is_of_accounts or name in _OF_FILINGS:
            continue
        rows = last.select("supplier_id").join(
            signal.compute(inputs).collect(), on="supplier_id", how="left", maintain_order="left"
        )
        column = rows["value"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        if not np.isnan(column).all():
            values[name] = column
    return values


def _items(frame: pl.DataFrame) -> pl.DataFrame:
    end = pl.date("fyear", 12, 31)
    return (
        frame.select("supplier_id", "fyear", **{ours: pl.col(its) for ours, its in _ITEMS.items()})
        .unpivot(list(_ITEMS), index=["supplier_id", "fyear"], variable_name="item")
        .select(
            "supplier_id",
            period_start=pl.lit(None, pl.Date),
            period_end=end,
            item="item",
            value=pl.col("value").cast(pl.Float64),
            currency=pl.lit("USD"),
            concept=pl.lit("consolidated"),
            is_weak=pl.lit(False),
            observed_to=end,
            published_on=end + dt.timedelta(days=90),
            origin=pl.lit("us_bankruptcy_windows"),
        )
    )
