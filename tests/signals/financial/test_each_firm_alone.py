"""A signal of accounts says of a company what its own accounts say, whoever else is on the list.

A back-test relies on it: it computes these signals again only for the companies that filed.
"""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import sql
from signals.card import Pillar
from signals.registry import signals
from signals.sources.accounts.accounts_csv import ITEMS
from sql.warehouse import Warehouse

FIRMS, YEARS = 8, range(2014, 2021)


def accounts() -> pl.DataFrame:
    """Seven years of every item of some companies, a few cells empty."""
    random = np.random.default_rng(11)
    rows = [
        {
            "supplier_id": f"s{firm}",
            "period_start": dt.date(year, 1, 1),
            "period_end": dt.date(year, 12, 31),
            "item": item,
            "value": float(random.integers(1, 1000)),
            "currency": "USD",
            "concept": "consolidated",
            "is_weak": False,
            "observed_to": dt.date(year, 12, 31),
            "published_on": dt.date(year + 1, 6, 1),
            "origin": "accounts.csv",
        }
        for firm in range(FIRMS)
        for year in YEARS
        for item in ITEMS
        if random.random() < 0.9
    ]
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.LazyFrame]:
    with Warehouse(None) as warehouse:
        warehouse.load("stg_accounts_csv__items", accounts(), "test")
        known = {
            table: warehouse.published_as_of(table, dt.date(2021, 7, 1)).lazy()
            for table in sql.tables("20_staging")
            if table not in ("stg_suppliers", "stg_sites")
        }
    listed = pl.LazyFrame({"supplier_id": [f"s{firm}" for firm in range(FIRMS)]}).with_columns(
        country_iso3=pl.lit("BRA"),
        sector=pl.lit("10"),
        workforce_band=pl.lit("10-49"),
        company_number=pl.lit(None, pl.String),
    )
    run = pl.LazyFrame({"as_of": [dt.date(2021, 7, 1)]})
    return {**known, "suppliers": listed, "run": run}


FINANCIAL = sorted(
    name for name, signal in signals().items() if signal.card.pillar is Pillar.FINANCIAL
)


@pytest.mark.parametrize("name", FINANCIAL, ids=FINANCIAL)
def test_others_change_nothing(frames: dict[str, pl.LazyFrame], name: str) -> None:
    compute = signals()[name].compute
    some = ["s1", "s4", "s5"]
    whole = compute(frames).collect()
    alone = compute(
        {
            table: rows.filter(pl.col("supplier_id").is_in(some))
            if "supplier_id" in rows.collect_schema().names()
            else rows
            for table, rows in frames.items()
        }
    ).collect()
    expected = whole.filter(pl.col("supplier_id").is_in(some))
    assert_frame_equal(alone, expected, check_row_order=False, check_dtypes=False)
