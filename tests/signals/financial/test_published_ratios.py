"""Ratios of listed companies against figures copied by hand from their annual reports."""

import datetime as dt
import gzip
import importlib
import io
import math
from pathlib import Path

import polars as pl
import pytest

from signals.financial.ratios import (
    CASH_FLOW_COVER,
    DAYS_PAYABLE,
    DAYS_RECEIVABLE,
    GROSS_MARGIN,
)
from signals.sources.accounts.company_facts import ITEMS_SCHEMA, company_items, read_company
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


#: NIKE: the set holds one 10-Q and with it the balance sheets of two days, one of them the close
#: of the fiscal year; in millions of dollars.
NIKE_BALANCES = {
    "2022-05-31": (
        "NIKE 10-K for fiscal 2022, filed 2022-07-21",
        {
            "current_assets": 28213, "inventory": 8420, "current_liabilities": 10730,
            "assets": 40321, "equity": 15281,
        },
    ),
    "2023-02-28": (
        "NIKE 10-Q for 2023-02-28, filed 2023-04-06",
        {
            "current_assets": 26035, "inventory": 8905, "current_liabilities": 9548,
            "assets": 38294, "equity": 14531,
        },
    ),
}  # fmt: skip

#: NIKE 10-Q for 2023-02-28, nine months, and the concept of each figure.
NIKE_NINE_MONTHS = {
    "revenue": ("RevenueFromContractWithCustomerExcludingAssessedTax", 38392),
    "cost_of_sales": ("CostOfGoodsAndServicesSold", 21695),
    "net_income": ("NetIncomeLoss", 4039),
    "depreciation": ("Depreciation", 516),
    "payables": ("AccountsPayableCurrent", 2675),
    "receivables": ("AccountsReceivableNetCurrent", 4513),
}


def nike_facts(shared_data: Path) -> pl.DataFrame:
    """Facts of the 10-Q in dollars, of the whole group."""
    packed = shared_data / "finance" / "sec_companyfacts" / "nike_10Q_facts.csv.gz"
    table = pl.read_csv(io.BytesIO(gzip.decompress(packed.read_bytes())), infer_schema=False)
    return table.filter(
        pl.col("namespace") == "us-gaap",
        pl.col("units") == "USD",
        pl.col("dimensions").fill_null("") == "",
        pl.col("value").is_not_null(),
    )


def nike_items(facts: pl.DataFrame, form: str) -> pl.DataFrame:
    """The facts as the API nests them, read as a company's."""
    concepts: dict[str, dict[str, dict[str, list[dict[str, object]]]]] = {}
    for name, value, start, end, period in facts.select(
        "fact", "value", "start_date", "end_date", "period"
    ).iter_rows():
        window = {"start": start, "end": end} if " to " in period else {"end": period}
        fact = {"val": float(value), "filed": "2023-04-06", "form": form, "accn": "q3", **window}
        concepts.setdefault(name, {"units": {"USD": []}})["units"]["USD"].append(fact)
    content = {"cik": 320187, "facts": {"us-gaap": concepts}}
    items = company_items(content, "0000320187", "nike").with_columns(supplier_id=pl.lit("S"))
    return items.select(list(ITEMS_SCHEMA))


@pytest.mark.shared
@pytest.mark.parametrize("day", NIKE_BALANCES)
def test_nike_by_the_balance_sheets_of_its_filing(shared_data: Path, day: str) -> None:
    _, f = NIKE_BALANCES[day]
    # The quarter's balances go in as if they closed a year.
    items = nike_items(nike_facts(shared_data).filter(pl.col("period") == day), "10-K")
    for signal, expected in {
        "leverage": (f["assets"] - f["equity"]) / f["assets"],
        "liquidity": (f["current_assets"] - f["inventory"]) / f["current_liabilities"],
    }.items():
        module = importlib.import_module(f"signals.financial.{signal}")
        (row,) = run(module.compute, sec=[items], as_of=dt.date(2023, 6, 1))
        assert str(row["observed_to"]) == day
        assert row["value"] == pytest.approx(expected, rel=1e-9), signal


@pytest.mark.shared
def test_nikes_nine_months_are_never_read_as_a_year(shared_data: Path) -> None:
    for form in ("10-Q", "10-K"):
        items = nike_items(nike_facts(shared_data), form)
        assert not set(items["item"]) & {"revenue", "cost_of_sales", "net_income", "depreciation"}


@pytest.mark.shared
def test_nikes_nine_months_by_the_formulas(shared_data: Path) -> None:
    facts = nike_facts(shared_data).filter(
        pl.col("period").is_in(["2022-06-01 to 2023-02-28", "2023-02-28"])
    )
    read = {
        item: float(facts.filter(pl.col("fact") == concept)["value"].unique().item())
        for item, (concept, _) in NIKE_NINE_MONTHS.items()
    }
    f = {item: figure for item, (_, figure) in NIKE_NINE_MONTHS.items()}
    assert read == {item: 1e6 * figure for item, figure in f.items()}
    owed = NIKE_BALANCES["2023-02-28"][1]["assets"] - NIKE_BALANCES["2023-02-28"][1]["equity"]
    frame = pl.DataFrame({**read, "total_liabilities": 1e6 * owed})
    for ratio, by_hand in {
        GROSS_MARGIN: 1 - 21695 / 38392,
        DAYS_PAYABLE: 365 * 2675 / 21695,
        DAYS_RECEIVABLE: 365 * 4513 / 38392,
        CASH_FLOW_COVER: (4039 + 516) / (38294 - 14531),
    }.items():
        assert frame.select(ratio.value()).item() == pytest.approx(by_hand, rel=1e-9)
