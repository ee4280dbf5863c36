import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.financial.altman_z_double_prime import (
    CARD,
    DISTRESS_BELOW,
    EMERGING_MARKET_CONSTANT,
    EMERGING_MARKET_DISTRESS_BELOW,
    compute,
)
from signals.financial.ratios import Z_DOUBLE_PRIME
from signals.sources.accounts.company_facts import ITEMS_SCHEMA, read_company
from tests.signals.financial.accounts import items
from tests.signals.financial.accounts import run as run_signal

#: Z'' = 6.56 * 0.1 + 3.26 * 0.2 + 6.72 * 0.05 + 1.05 * (400 / 600) = 2.344
COMPANY = {
    "total_assets": 1000.0,
    "current_assets": 400.0,
    "current_liabilities": 300.0,
    "total_liabilities": 600.0,
    "equity": 400.0,
    "retained_earnings": 200.0,
    "ebit": 50.0,
}


def run(*tables: list[pl.DataFrame], **settings: Any) -> list[dict[str, object]]:
    return run_signal(compute, *tables, **settings)


def test_a_statement_by_hand() -> None:
    (row,) = run([items(COMPANY)])
    assert row["value"] == pytest.approx(2.344)
    assert row["period"] == "the fiscal year to 2023-12-31"
    assert row["observed_to"] == dt.date(2023, 12, 31)
    assert (row["quality"], row["status"], row["origin"]) == (1.0, None, "consolidated 2023")


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        # A loss-making company that owes more than it has.
        (
            {
                "total_assets": 500.0,
                "current_assets": 100.0,
                "current_liabilities": 300.0,
                "total_liabilities": 625.0,
                "equity": -125.0,
                "retained_earnings": -200.0,
                "ebit": -50.0,
            },
            6.56 * -0.4 + 3.26 * -0.4 + 6.72 * -0.1 + 1.05 * -0.2,
        ),
        # All zero but assets and liabilities.
        (
            {
                "total_assets": 100.0,
                "current_assets": 0.0,
                "current_liabilities": 0.0,
                "total_liabilities": 50.0,
                "equity": 50.0,
                "retained_earnings": 0.0,
                "ebit": 0.0,
            },
            1.05,
        ),
    ],
)
def test_more_statements_by_hand(figures: dict[str, float], expected: float) -> None:
    (row,) = run([items(figures)])
    assert row["value"] == pytest.approx(expected)


@given(st.floats(-20, 20))
def test_the_constant_and_its_zones_go_together(z: float) -> None:
    # The trap: adding 3.25 while keeping the cut of 1.10.
    with_constant = z + EMERGING_MARKET_CONSTANT
    near_cut = abs(z - DISTRESS_BELOW) < 1e-9
    distressed = z < DISTRESS_BELOW
    assert near_cut or (with_constant < EMERGING_MARKET_DISTRESS_BELOW) == distressed


def test_the_value_carries_no_constant() -> None:
    balanced = dict.fromkeys(Z_DOUBLE_PRIME.items, 0.0) | {
        "total_assets": 1.0,
        "total_liabilities": 1.0,
    }
    assert pl.DataFrame(balanced).select(Z_DOUBLE_PRIME.value()).item() == 0.0


@settings(deadline=None, max_examples=15)
@given(st.floats(1e-3, 1e6))
def test_the_unit_of_the_accounts_does_not_matter(unit: float) -> None:
    (row,) = run([items({item: value * unit for item, value in COMPANY.items()})])
    assert row["value"] == pytest.approx(2.344, rel=1e-9)


@pytest.mark.parametrize("item", ["current_assets", "retained_earnings", "ebit"])
def test_a_missing_item_is_named_and_nothing_is_imputed(item: str) -> None:
    (row,) = run([items({name: value for name, value in COMPANY.items() if name != item})])
    assert (row["value"], row["status"]) == (None, "not_disclosed")
    assert row["status_reason"] == f"the statement does not show: {item.replace('_', ' ')}"


@pytest.mark.parametrize("item", ["equity", "total_liabilities"])
def test_equity_or_liabilities_follow_from_the_other(item: str) -> None:
    (row,) = run([items({name: value for name, value in COMPANY.items() if name != item})])
    (whole,) = run([items(COMPANY)])
    assert row["value"] == pytest.approx(2.344)
    assert row["quality"] == pytest.approx(0.9)
    assert float(str(row["stderr"])) > float(str(whole["stderr"]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total_assets": 0.0}, "total assets are not above zero"),
        ({"total_assets": -5.0}, "total assets are not above zero"),
        ({"total_liabilities": 0.0}, "total liabilities are not above zero"),
        ({"total_liabilities": -1.0}, "total liabilities are not above zero"),
    ],
)
def test_denominators(change: dict[str, float], reason: str) -> None:
    (row,) = run([items(COMPANY | change)])
    assert (row["value"], row["status"], row["status_reason"]) == (None, "not_disclosed", reason)


def test_two_currencies_in_one_statement() -> None:
    (row,) = run([items(COMPANY, currency={"ebit": "EUR"})])
    assert row["status"] == "not_disclosed"
    assert row["status_reason"] == "the statement mixes two currencies"


def test_weak_figures_widen_the_error() -> None:
    (plain,) = run([items(COMPANY)])
    (weak,) = run([items(COMPANY, weak=("ebit",))])
    # The error of EBIT grows from 1 % to 10 %; the parts add up in squares.
    unit = 6.72 * 50.0 / 1000.0
    difference = float(str(weak["stderr"])) ** 2 - float(str(plain["stderr"])) ** 2
    assert difference == pytest.approx((0.1 * unit) ** 2 - (0.01 * unit) ** 2)
    assert weak["value"] == plain["value"]
    assert weak["quality"] == pytest.approx(0.9)


def test_the_latest_filing_known_by_the_date_is_used() -> None:
    first = items(COMPANY, filed=dt.date(2024, 3, 1))
    restated = items(COMPANY | {"ebit": -50.0}, filed=dt.date(2024, 5, 1))
    before, after = dt.date(2024, 4, 30), dt.date(2024, 5, 1)
    assert run([first, restated], as_of=before)[0]["value"] == pytest.approx(2.344)
    assert run([first, restated], as_of=after)[0]["value"] == pytest.approx(2.344 - 0.672)
    assert run([first, restated], as_of=dt.date(2024, 2, 28)) == []


def test_the_latest_year_known_is_used_even_if_it_shows_less() -> None:
    old = items(COMPANY, year=2021)
    new = items({k: v for k, v in COMPANY.items() if k != "ebit"}, year=2022)
    (row,) = run([old, new])
    assert row["status"] == "not_disclosed"
    assert row["observed_to"] == dt.date(2022, 12, 31)


def test_group_accounts_are_never_mixed_with_single_ones() -> None:
    group = items({k: v for k, v in COMPANY.items() if k != "ebit"}, concept="consolidated")
    single = items({"total_assets": 10.0, "ebit": 5.0}, concept="single")
    (row,) = run([group, single])
    assert row["status"] == "not_disclosed"
    assert row["origin"] == "consolidated 2023"


def test_the_fuller_of_two_sources_is_used() -> None:
    thin = items({"total_assets": 10.0}, concept="us-gaap:Assets")
    assert run([items(COMPANY)], [thin])[0]["value"] == pytest.approx(2.344)
    both = run([items(COMPANY | {"ebit": 0.0})], [items(COMPANY, concept="us-gaap")])
    assert both[0]["value"] == pytest.approx(2.344)


def test_sourcing_areas_have_no_accounts() -> None:
    rows = run([items(COMPANY)], areas=("region",))
    assert [(row["supplier_id"], row["status"]) for row in rows] == [
        ("S", None),
        ("region", "not_applicable"),
    ]


def test_the_card_says_which_way_is_riskier() -> None:
    assert CARD.direction == -1
    filled = CARD.sentence.format(value="0.4", period="the fiscal year to 2023-12-31", peer="2.1")
    assert filled.startswith("Altman Z'' is 0.4 for the fiscal year to 2023-12-31.")


#: Figures of the 10-K balance sheets and income statements, in millions (SNOW in thousands):
#: current assets, current liabilities, total assets, total liabilities, equity, retained
#: earnings, operating income.
PUBLISHED = {
    # Apple 10-K for the year to 2021-09-25, filed 2021-10-29.
    ("CIK0000320193_AAPL.json.gz", "2022-03-01", "2021-09-25"): (
        134836,
        125481,
        351002,
        287912,
        63090,
        5562,
        108949,
    ),
    # NVIDIA 10-K for the year to 2021-01-31, filed 2021-02-26.
    ("CIK0001045810_NVDA.json.gz", "2022-03-01", "2021-01-31"): (
        16055,
        3925,
        28791,
        11898,
        16893,
        18908,
        4532,
    ),
    # Tesla 10-K for the year to 2021-12-31, filed 2022-02-07; equity with noncontrolling
    # interests.
    ("CIK0001318605_TSLA.json.gz", "2022-03-01", "2021-12-31"): (
        27100,
        19705,
        62131,
        30548,
        31015,
        331,
        6523,
    ),
    # Snowflake 10-K for the year to 2025-01-31, filed 2025-03-21; equity with noncontrolling
    # interest.
    ("CIK0001640147_SNOW.json.gz", "2025-06-01", "2025-01-31"): (
        5869372,
        3301183,
        9033938,
        6027295,
        3006643,
        -7293575,
        -1456010,
    ),
}


@pytest.mark.shared
@pytest.mark.parametrize(("case", "published"), PUBLISHED.items())
def test_published_statements(
    shared_data: Path,
    case: tuple[str, str, str],
    published: tuple[float, ...],
) -> None:
    name, as_of, period_end = case
    path = shared_data / "finance" / "sec_companyfacts" / name
    frame = read_company(path, name[3:13], name).with_columns(supplier_id=pl.lit("S"))
    (row,) = run(sec=[frame.select(list(ITEMS_SCHEMA))], as_of=dt.date.fromisoformat(as_of))
    current_assets, current_debt, assets, debt, equity, retained, ebit = published
    by_hand = (
        6.56 * (current_assets - current_debt) / assets
        + 3.26 * retained / assets
        + 6.72 * ebit / assets
        + 1.05 * equity / debt
    )
    assert str(row["observed_to"]) == period_end
    assert row["value"] == pytest.approx(by_hand, rel=1e-9)
    assert row["quality"] == 1.0
