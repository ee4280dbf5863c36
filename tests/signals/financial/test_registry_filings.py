"""What the register of the United Kingdom adds to `going_concern` and `late_filing`."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from signals.financial import going_concern, late_filing
from signals.sources.registers.companies_house_record import ACCOUNTS_DUE, INSOLVENCY, staged_record
from signals.sources.registers.national_register import CASE_SCHEMA, CASES
from tests.signals.builders import suppliers
from tests.signals.financial.accounts import items, run

BRITISH = suppliers({"supplier_id": "S", "country_iso3": "GBR", "company_number": "1234567"})
Row = dict[str, object]

AS_OF = dt.date(2024, 6, 1)
SEEN = dt.date(2024, 5, 20)


def case(*events: tuple[str, str], kind: str = "in-administration") -> list[Row]:
    return [
        {
            "company_number": "01234567",
            "case_number": "1",
            "case_type": kind,
            "event": event,
            "event_on": dt.date.fromisoformat(day),
            "seen_to": SEEN,
            "observed_to": dt.date.fromisoformat(day),
            "published_on": dt.date.fromisoformat(day) + dt.timedelta(days=14),
            "origin": "the register",
        }
        for event, day in events
    ]


def uncertainty(
    rows: list[Row], csv: list[pl.DataFrame] | None = None, listed: pl.DataFrame = BRITISH
) -> list[Row]:
    record = {INSOLVENCY: staged_record(INSOLVENCY, rows).rows}
    return run(going_concern.compute, csv, suppliers=listed, record=record, as_of=AS_OF)


BEGUN = ("administration-started-on", "2023-11-02")


def test_an_open_case_is_uncertainty_with_its_day() -> None:
    (row,) = uncertainty(case(("petitioned-on", "2023-10-01"), BEGUN))
    assert row["value"] == 1.0
    assert row["period"] == "the insolvency case open since 2023-11-02 (in administration)"
    assert row["observed_to"] == SEEN
    assert row["origin"] == "the register"


@pytest.mark.parametrize(
    "rows",
    [
        case(BEGUN, ("administration-ended-on", "2024-01-10")),
        case(("petitioned-on", "2024-01-10")),
        case(("wound-up-on", "2024-01-10"), kind="members-voluntary-liquidation"),
        case(("wound-up-on", "2024-05-25"), kind="compulsory-liquidation"),
        case(BEGUN, ("practitioners-ceased-on", "2024-02-02")),
    ],
    ids=["ended", "petition", "solvent", "not yet known", "no one acts"],
)
def test_what_is_no_open_case_gives_no_row_and_never_a_zero(rows: list[Row]) -> None:
    assert uncertainty(rows) == []


def test_an_end_that_was_not_known_yet_does_not_end_a_case() -> None:
    (row,) = uncertainty(case(BEGUN, ("administration-ended-on", "2024-05-25")))
    assert row["value"] == 1.0


def test_an_open_case_goes_before_the_words_of_the_accounts() -> None:
    accounts = [items({"total_assets": 10.0, "going_concern_doubt": 0.0})]
    assert [row["value"] for row in uncertainty([], accounts)] == [0.0]
    assert [row["value"] for row in uncertainty(case(BEGUN), accounts)] == [1.0]


def test_numbers_of_other_countries_are_other_numbers() -> None:
    german = BRITISH.with_columns(country_iso3=pl.lit("DEU"))
    assert uncertainty(case(BEGUN), listed=german) == []


def due(day: str, *, overdue: bool) -> dict[str, pl.DataFrame]:
    row = {
        "company_number": "01234567",
        "next_due": dt.date.fromisoformat(day),
        "is_overdue": overdue,
        "observed_to": SEEN,
        "published_on": SEEN,
        "origin": "the register",
    }
    return {ACCOUNTS_DUE: staged_record(ACCOUNTS_DUE, [row]).rows}


@pytest.mark.parametrize(
    ("day", "overdue", "days"),
    [("2024-05-01", True, 19.0), ("2024-12-31", False, 0.0), ("2024-05-10", False, 0.0)],
    ids=["overdue", "not due yet", "extended"],
)
def test_the_register_says_what_is_overdue(day: str, overdue: bool, days: float) -> None:
    (row,) = run(late_filing.compute, suppliers=BRITISH, record=due(day, overdue=overdue))
    assert row["value"] == days
    assert row["period"] == f"those due on {day}"
    assert row["observed_to"] == SEEN


def test_statements_at_hand_go_before_the_profile() -> None:
    filed = items({"total_assets": 10.0}, filed=dt.date(2024, 4, 20))
    late = due("2024-05-01", overdue=True)
    (row,) = run(late_filing.compute, [filed], suppliers=BRITISH, record=late)
    assert row["value"] == 0.0
    unknown = items({"total_assets": 10.0}, filed=dt.date(2024, 12, 30))
    (row,) = run(
        late_filing.compute,
        [unknown],
        suppliers=BRITISH,
        record=due("2024-05-01", overdue=True),
        as_of=dt.date(2025, 1, 10),
    )
    assert row["value"] == 19.0


def test_an_open_case_in_another_register_is_uncertainty_of_that_register() -> None:
    case_row = {
        "register": "norwegian_company_register",
        "country_iso3": "NOR",
        "company_number": "974760673",
        "case_type": "compulsory-liquidation",
        "opened_on": dt.date(2024, 2, 1),
        "seen_to": SEEN,
        "observed_to": dt.date(2024, 2, 1),
        "published_on": dt.date(2024, 2, 1),
        "origin": "the register",
    }
    listed = suppliers(
        {"supplier_id": "S", "country_iso3": "NOR", "company_number": "974 760 673"},
        {"supplier_id": "T", "country_iso3": "FRA", "company_number": "974760673"},
    )
    record = {CASES: pl.DataFrame([case_row], schema=CASE_SCHEMA)}
    found = run(going_concern.compute, suppliers=listed, record=record, as_of=AS_OF)
    (row,) = (one for one in found if one["value"] == 1.0)
    assert (row["supplier_id"], row["source_id"]) == ("S", "norwegian_company_register")
    assert row["period"] == ("the insolvency case open since 2024-02-01 (compulsory liquidation)")
    assert row["observed_to"] == SEEN
