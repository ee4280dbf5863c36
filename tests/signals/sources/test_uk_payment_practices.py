import datetime as dt
from pathlib import Path

import pytest

from signals.source import Staged
from signals.sources import uk_payment_practices as source
from signals.sources.uk_payment_practices import WHOLE_REGISTER
from suppliers.errors import NonExtractiveError
from tests.signals.builders import context, staged

_HEADER = (
    "Report Id,Start date,End date,Filing date,Company,Company number,Average time to pay,"
    "% Invoices paid later than 60 days,% Invoices not paid within agreed terms"
)


def _stage(tmp_path: Path, text: str, **options: object) -> Staged:
    mirror = tmp_path / "uk"
    mirror.mkdir(exist_ok=True)
    (mirror / "export.csv").write_text(text)
    return staged(source, context(tmp_path, mirror=mirror, **options))


def test_reports_of_payers_are_read_and_bad_ones_told(tmp_path: Path) -> None:
    rows = [
        "1,2023-01-01,2023-06-30,2023-07-20,Big Shop plc,123456,41,12.5,25",
        "2,01/01/2023,30/06/2023,20/07/2023,Big Mill plc,SC123456,,,0",
        "3,2023-01-01,2023-06-30,2023-05-20,Early plc,00000003,41,12.5,25",
        "4,2023-01-01,2023-06-30,2023-07-20,Much plc,00000004,41,12,135",
        "1,2023-01-01,2023-06-30,2023-07-20,Big Shop plc,123456,41,12.5,25",
        "5,2023-01-01,2023-06-30,2023-07-20,Silent plc,00000005,41,12,",
    ]
    outcome = _stage(tmp_path, "\n".join([_HEADER, *rows]))
    assert outcome.rows.select(
        "company_number", "late_share", "over_60_days_share", "published_on"
    ).rows() == [
        ("00123456", 0.25, 0.125, dt.date(2023, 7, 20)),
        ("SC123456", 0.0, None, dt.date(2023, 7, 20)),
    ]
    assert dict(outcome.rejected.select("source_row", "rule").rows()) == {
        4: "filed_after_period_end",
        5: "shares_are_percentages",
        6: "report_is_unique",
        7: "late_share_is_given",
    }


def test_a_contact_column_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError, match="Contact email"):
        _stage(tmp_path, f"{_HEADER},Contact email\n1,,,,,,,,,a@example.org")


@pytest.mark.shared
def test_the_real_aggregates_are_read(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "finance" / "uk_payment_practices_aggregate"
    outcome = staged(source, context(tmp_path, mirror=mirror))
    assert outcome.rows.height == 10
    assert outcome.rows["company_number"].unique().to_list() == [WHOLE_REGISTER]
    assert outcome.rows["period_end"].dt.year().to_list() == list(range(2017, 2027))
    assert outcome.rows["late_share"].is_between(0.1, 0.3).all()
    # The two tables without years are told, not guessed at.
    assert outcome.rejected["rule"].to_list() == ["unreadable_file"] * 2
