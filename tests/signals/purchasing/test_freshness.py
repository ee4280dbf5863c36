"""A ledger reaches as far as its rows, not as far as the run."""

import datetime as dt
from pathlib import Path

import pytest

from tests.signals.purchasing.ledgers import Row, line, monthly_lines, staged, values, write

AS_OF = dt.date(2024, 4, 15)
FIRST = dt.date(2023, 3, 1)


def _days(last: dt.date, step: int = 1, *, weekdays: bool = True) -> list[dt.date]:
    days = [FIRST + dt.timedelta(days=n) for n in range(0, (last - FIRST).days + 1, step)]
    return [day for day in days if not weekdays or day.weekday() < 5]


def _friday_before(day: dt.date) -> dt.date:
    """The day itself, or the Friday before where it is at a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def _busy(last: dt.date, paid_to: dt.date | None = None) -> dict[str, list[Row]]:
    """A buyer who orders and is invoiced every weekday, and pays on the day due, 30 days later."""
    days = _days(last)
    invoices = [
        {
            "invoice_id": f"I{day}",
            "supplier_id": "A",
            "issued_on": str(day),
            "due_on": str(day + dt.timedelta(days=30)),
            "amount": 100.0,
        }
        for day in days
    ]
    paid = {day: _friday_before(day + dt.timedelta(days=30)) for day in days}
    payments = [
        {"invoice_id": f"I{day}", "paid_on": str(paid_on), "amount": 100.0}
        for day, paid_on in paid.items()
        if paid_on <= (paid_to or last)
    ]
    return {
        "order_lines": [line(f"O{day}", str(day)) for day in days],
        "invoices": invoices,
        "payments": payments,
    }


@pytest.mark.parametrize(
    ("last", "period"),
    [
        (dt.date(2024, 2, 25), "2023-02 to 2024-01"),  # an extract of seven weeks ago
        (dt.date(2024, 2, 29), "2023-03 to 2024-02"),  # the whole month, the weekend belongs to it
        (dt.date(2024, 3, 29), "2023-04 to 2024-03"),  # a Friday before the month's last weekend
        (dt.date(2024, 4, 12), "2023-04 to 2024-03"),
    ],
)
def test_an_extract_that_ends_early_shows_no_late_payment(
    tmp_path: Path, last: dt.date, period: str
) -> None:
    ledger = write(tmp_path / "l", **_busy(last))
    row = values(tmp_path, ledger, "late_payment", AS_OF)["A"]
    assert (row["value"], row["period"]) == (0.0, period)
    observed_to = row["observed_to"]
    assert isinstance(observed_to, dt.date)
    assert observed_to <= last


def test_a_row_long_after_all_others_does_not_stretch_the_extract(tmp_path: Path) -> None:
    last = dt.date(2024, 2, 23)
    tables = _busy(last)
    slip = dt.date(2024, 4, 10)
    tables["order_lines"].append(line("slip", str(slip)))
    paid = {"invoice_id": tables["invoices"][-1]["invoice_id"], "paid_on": str(slip), "amount": 1.0}
    tables["payments"].append(paid)
    ledger = write(tmp_path / "l", **tables)
    row = values(tmp_path, ledger, "late_payment", AS_OF)["A"]
    assert (row["value"], row["period"]) == (0.0, "2023-02 to 2024-01")
    _, years = staged(tmp_path, ledger, AS_OF)
    assert years.rows["window_end"].to_list() == [dt.date(2024, 1, 31)]
    # Three days of rows are business that goes on.
    tables["order_lines"] += [line(f"on{n}", str(slip + dt.timedelta(days=n))) for n in (1, 2)]
    _, years = staged(tmp_path, write(tmp_path / "m", **tables), AS_OF)
    assert years.rows["window_end"].to_list() == [dt.date(2024, 3, 31)]


def test_payments_taken_earlier_than_invoices_are_known_less_far(tmp_path: Path) -> None:
    ledger = write(tmp_path / "l", **_busy(dt.date(2024, 4, 12), paid_to=dt.date(2024, 2, 23)))
    row = values(tmp_path, ledger, "late_payment", AS_OF)["A"]
    assert row["value"] == 0.0


def test_payments_that_stop_for_one_supplier_are_late(tmp_path: Path) -> None:
    tables = _busy(dt.date(2024, 4, 12))
    unpaid = {
        "invoice_id": "X", "supplier_id": "A", "issued_on": "2024-01-02", "due_on": "2024-02-01",
        "amount": 1000.0,
    }  # fmt: skip
    tables["invoices"].append(unpaid)
    row = values(tmp_path, write(tmp_path / "l", **tables), "late_payment", AS_OF)["A"]
    assert isinstance(row["value"], float)
    assert row["value"] > 0


def test_a_weekly_ledger_is_not_cut_by_its_quiet_days(tmp_path: Path) -> None:
    weekly = [line(f"O{day}", str(day)) for day in _days(dt.date(2024, 3, 28), 7, weekdays=False)]
    _, years = staged(tmp_path, write(tmp_path / "l", order_lines=weekly), AS_OF)
    assert years.rows["window_end"].to_list() == [dt.date(2024, 3, 31)]
    assert years.rows["observed_to"].to_list() == [dt.date(2024, 3, 27)]


def test_of_few_rows_the_usual_gap_is_not_known(tmp_path: Path) -> None:
    rows = monthly_lines(2023, 6, 8)
    _, years = staged(tmp_path, write(tmp_path / "l", order_lines=rows), AS_OF)
    assert years.rows["window_end"].to_list() == [dt.date(2024, 3, 31)]
    assert years.rows["observed_to"].to_list() == [dt.date(2024, 1, 10)]
