import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from signals.purchasing.practice_totals import DAYS_TO_PAY, LONG_TERMS, buyer_yardsticks
from signals.source import Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.buyer import uk_payment_practices as source
from signals.sources.buyer.buyer_ratings import SCHEMA as RATING_SCHEMA
from signals.sources.buyer.buyer_ratings import TABLE as RATINGS
from signals.sources.buyer.uk_payment_practices import TABLE, WHOLE_REGISTER
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import context, staged
from tests.signals.web import Answer, Web

_HEADER = (
    "Report Id,Start date,End date,Filing date,Company,Company number,Average time to pay,"
    "% Invoices paid later than 60 days,% Invoices not paid within agreed terms"
)


def _stage(tmp_path: Path, text: str, **options: object) -> Staged:
    mirror = tmp_path / "uk"
    mirror.mkdir(exist_ok=True)
    (mirror / "export.csv").write_text(text)
    return staged(source, context(tmp_path, mirror=mirror, **options))


def test_reports_of_payers_are_read_and_bad_ones_reported(tmp_path: Path) -> None:
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


def test_the_buyers_own_reports_stand_beside_the_register(tmp_path: Path) -> None:
    rows = [
        "1,2022-07-01,2022-12-31,2023-01-20,Big Shop plc,123456,60,30,45",
        "2,2023-01-01,2023-06-30,2023-07-20,Big Shop plc,123456,41,12.5,25",
        "3,2023-01-01,2023-06-30,2023-07-20,Other plc,00000009,10,1,2",
    ]
    frames = {
        TABLE: _stage(tmp_path, "\n".join([_HEADER, *rows])).rows.lazy(),
        RATINGS: pl.LazyFrame(schema=RATING_SCHEMA),
    }
    own = buyer_yardsticks(frames, "123456")
    assert own.select("scope", "practice", "value", "benchmark").rows() == [
        ("own report", "late_payment", 0.25, None),
        ("own report", LONG_TERMS, 0.125, None),
        ("own report", DAYS_TO_PAY, 41.0, None),
    ]
    assert own["period_end"].unique().to_list() == [dt.date(2023, 6, 30)]
    assert buyer_yardsticks(frames).is_empty()
    median = (
        frames[TABLE]
        .head(1)
        .with_columns(company_number=pl.lit(WHOLE_REGISTER), late_share=pl.lit(0.1))
    )
    beside = buyer_yardsticks({**frames, TABLE: pl.concat([frames[TABLE], median])}, "00123456")
    assert beside.filter(practice="late_payment")["benchmark"].to_list() == [0.1, 0.1]


def test_a_contact_column_rejects_the_file(tmp_path: Path) -> None:
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


def test_the_export_is_fetched_from_an_address(web: Web, tmp_path: Path) -> None:
    web.answers["/export/csv/"] = [
        Answer(
            body=b"Report Id,Start date,End date,Filing date,Company,Company number,"
            b"Average time to pay,% Invoices not paid within agreed terms,"
            b"% Invoices paid later than 60 days\n"
            b'1,2023-01-01,2023-06-30,2023-07-30,"Made Up, Ltd",SC12345,41,25,12.5\n'
            b"2,2023-01-01,2023-06-30,2023-07-30,Made Up, Ltd,SC12346,41,25,12.5\n"
        )
    ]
    using = context(tmp_path, url=web.url("/export/csv/"))
    outcome = staged(source, using)
    assert outcome.rows["company_number"].to_list() == ["SC012345"]
    # A name without its quotation marks shifts the values of its row.
    assert outcome.rejected.height == 1
    stored = [path.read_text() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not any("Made Up" in text for text in stored)


def test_an_export_with_other_columns_is_an_outage(web: Web, tmp_path: Path) -> None:
    web.answers["/export/csv/"] = [Answer(body=b"Report Id,End date\n1,2023-06-30\n")]
    with pytest.raises(SourceUnavailableError, match="no column 'Filing date'"):
        source.pull(context(tmp_path, url=web.url("/export/csv/")))
