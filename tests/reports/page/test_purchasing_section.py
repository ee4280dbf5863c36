"""The buyer's page: suppliers under pressure, sums apart from medians, no old figures."""

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl

from reports.bundle import ReportBundle
from reports.page.html_report import render_html
from reports.page.purchasing_section import purchasing_section
from reports.tables.purchasing_practices import SCHEMA
from reports.tables.ranked_list import ranked_table
from tests.reports.sample import sample_bundle

_PERIOD = "2023-03 to 2024-02"


def _row(**fields: Any) -> dict[str, Any]:
    base = {"practice": "late_payment", "practice_name": "Late payment", "unit": "days late",
            "currency": "EUR", "period": _PERIOD}  # fmt: skip
    return dict.fromkeys(SCHEMA) | base | fields


def _single(supplier: int, value: float, pressure: float, amount: float) -> dict[str, Any]:
    return _row(scope="supplier", supplier_id=f"S-{supplier:05d}", value=value, benchmark=20.0,
                normalised_risk=pressure, pressure_score=pressure, amount=amount,
                action="Pay what is overdue now." if pressure >= 0.5 else None)  # fmt: skip


def _bundle(*further: dict[str, Any]) -> ReportBundle:
    rows = [
        _row(scope="all suppliers", value=12.5, normalised_risk=0.2, amount=1_250_000.0),
        _single(1, 60.0, 0.9, 1_000_000.0),
        _single(2, 50.0, 0.6, 200_000.0),
        _single(3, 5.0, 0.1, 50_000.0),
        *further,
    ]
    panel = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return replace(sample_bundle(hostile=False), purchasing_practices=panel)


def _section(bundle: ReportBundle) -> dict[str, Any]:
    section = purchasing_section(bundle)
    assert section is not None
    return dict(section)


def test_pairs_under_pressure_come_with_their_money() -> None:
    section = _section(_bundle())
    assert [(row["supplier_id"], row["amount"]) for row in section["suppliers"]] == [
        ("S-00001", "1 million EUR"),
        ("S-00002", "200,000 EUR"),
    ]
    assert (section["suppliers_pressed"], section["pairs"]) == (2, 2)


def test_the_sum_of_those_under_pressure_is_apart_from_that_of_all() -> None:
    (practice,) = _section(_bundle())["practices"]
    assert (practice["pressed"], practice["measured"]) == (2, 3)
    assert practice["pressed_amount"] == "1.2 million EUR"
    assert practice["amount"] == "1.25 million EUR"
    assert practice["value"] == "12.5 days late"


def test_the_trend_is_that_of_the_value_beyond_its_error() -> None:
    bundle = _bundle()
    earlier = pl.DataFrame(
        {
            "supplier_id": ["S-00001", "S-00002"],
            "signal_id": ["late_payment"] * 2,
            "since": [dt.date(2023, 6, 1)] * 2,
            "value_before": [30.0, 50.0],
            "stderr_before": [0.5, 0.5],
        }
    )
    values = {"S-00001": 60.0, "S-00002": 50.2}
    is_late = pl.col("signal_id") == "late_payment"
    contributions = bundle.contributions.with_columns(
        value=pl.when(is_late)
        .then(pl.col("supplier_id").replace_strict(values, default=None))
        .otherwise("value"),
        stderr=pl.when(is_late).then(0.5),
    )
    shown = replace(bundle, earlier_values=earlier, contributions=contributions)
    assert [row["trend"] for row in _section(shown)["suppliers"]] == [
        "more pressure than on 2023-06-01 (30 days late)",
        "unchanged since 2023-06-01",
    ]
    assert {row["trend"] for row in _section(bundle)["suppliers"]} == {"no earlier run"}


def test_benchmarks_older_than_two_years_are_named_and_not_shown() -> None:
    fresh = _row(scope="own report", value=31.0, period="2023-06-30", unit="days to pay, mean")
    old = _row(scope="public register", value=8.0, period="2019-12-31")
    section = _section(_bundle(fresh, old))
    assert [row["value"] for row in section["benchmarks"]] == ["31 days to pay, mean"]
    assert section["old"] == ["Late payment (public register, 2019-12-31)"]


def test_the_page_shows_it_and_without_a_ledger_has_none() -> None:
    bundle = _bundle()
    page = render_html(bundle, ranked_table(bundle))
    for text in ("Suppliers under pressure", "Pay what is overdue now.", "Amount at all suppliers"):
        assert text in page
    bare = sample_bundle(hostile=False)
    assert purchasing_section(bare) is None
    assert "Suppliers under pressure" not in render_html(bare, ranked_table(bare))
