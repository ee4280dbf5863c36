"""Ratios of listed companies against figures copied by hand from their annual reports."""

import datetime as dt
import gzip
import importlib
import io
import math
from pathlib import Path

import polars as pl
import pytest

from signals.sources.sec_companyfacts import ITEMS_SCHEMA, company_items, read_company
from tests.signals.financial.accounts import run

#: File, as-of date, end of the fiscal year, filing, figures in millions of dollars.
FILINGS = {
    "AAPL": (
        "CIK0000320193_AAPL.json.gz",
        "2022-03-01",
        "2021-09-25",
        "Apple 10-K, filed 2021-10-29",
        {
            "current_assets": 134836, "inventory": 6580, "current_liabilities": 125481,
            "assets": 351002, "liabilities": 287912, "net_income": 94680, "depreciation": 11284,
            "revenue": 365817, "revenue_before": 274515,
        },
    ),
    "NVDA": (
        "CIK0001045810_NVDA.json.gz",
        "2022-03-01",
        "2021-01-31",
        "NVIDIA 10-K, filed 2021-02-26",
        {
            "current_assets": 16055, "inventory": 1826, "current_liabilities": 3925,
            "assets": 28791, "liabilities": 11898, "net_income": 4332, "depreciation": 1098,
            "revenue": 16675, "revenue_before": 10918,
        },
    ),
    "TSLA": (
        "CIK0001318605_TSLA.json.gz",
        "2022-03-01",
        "2021-12-31",
        "Tesla 10-K, filed 2022-02-07",
        {
            "current_assets": 27100, "inventory": 5757, "current_liabilities": 19705,
            "assets": 62131, "liabilities": 30548, "net_income": 5519,
            # The cash-flow line of 2,911 has a tag of Tesla's own; the notes' depreciation of
            # 1,910 and amortisation of 51 stand in, as a weak substitute.
            "depreciation": 1910 + 51,
            "revenue": 53823, "revenue_before": 31536,
        },
    ),
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("company", FILINGS)
def test_ratios_agree_with_the_published_statements(shared_data: Path, company: str) -> None:
    name, as_of, period_end, _, f = FILINGS[company]
    path = shared_data / "finance" / "sec_companyfacts" / name
    frame = read_company(path, name[3:13], name).with_columns(supplier_id=pl.lit("S"))
    by_hand = {
        "liquidity": (f["current_assets"] - f["inventory"]) / f["current_liabilities"],
        "leverage": f["liabilities"] / f["assets"],
        "cash_flow_cover": (f["net_income"] + f["depreciation"]) / f["liabilities"],
        "revenue_shock": math.log(f["revenue"] / f["revenue_before"]),
    }
    for signal, expected in by_hand.items():
        module = importlib.import_module(f"signals.financial.{signal}")
        (row,) = run(
            module.compute,
            sec=[frame.select(list(ITEMS_SCHEMA))],
            as_of=dt.date.fromisoformat(as_of),
        )
        assert str(row["observed_to"]) == period_end
        assert row["value"] == pytest.approx(expected, rel=1e-9), signal


@pytest.mark.shared
def test_nike_by_the_balance_sheet_of_its_quarter(shared_data: Path) -> None:
    """NIKE 10-Q for 2023-02-28, filed 2023-04-06: the set has no annual report of it.

    Assets 38,294, current assets 26,035, inventories 8,905, current liabilities 9,548, equity
    14,531, in millions; the quarter's balances go in as if they closed a year.
    """
    packed = shared_data / "finance" / "sec_companyfacts" / "nike_10Q_facts.csv.gz"
    table = pl.read_csv(io.BytesIO(gzip.decompress(packed.read_bytes())), infer_schema=False)
    balances = table.filter(
        (pl.col("namespace") == "us-gaap")
        & (pl.col("units") == "USD")
        & (pl.col("end_date") == "2023-02-28")
        & (pl.col("period") == "2023-02-28")
        & pl.col("dimensions").fill_null("").eq("")
    )
    concepts = {
        name: {
            "units": {
                "USD": [
                    {
                        "end": "2023-02-28",
                        "val": float(value),
                        "filed": "2023-04-06",
                        "form": "10-K",
                        "accn": "q3",
                    }
                ]
            }
        }
        for name, value in balances.drop_nulls("value").select("fact", "value").iter_rows()
    }
    content = {"cik": 320187, "facts": {"us-gaap": concepts}}
    items = company_items(content, "0000320187", "nike").with_columns(supplier_id=pl.lit("S"))
    for signal, expected in {
        "leverage": (38294 - 14531) / 38294,
        "liquidity": (26035 - 8905) / 9548,
    }.items():
        module = importlib.import_module(f"signals.financial.{signal}")
        (row,) = run(
            module.compute, sec=[items.select(list(ITEMS_SCHEMA))], as_of=dt.date(2023, 6, 1)
        )
        assert row["value"] == pytest.approx(expected, rel=1e-9), signal
