"""Statements in the United Kingdom's registry: that one was published, and when, and no more."""

import datetime as dt
from pathlib import Path

import pytest

from signals.account import Unit
from signals.conservation import stage_source
from signals.source_errors import SourceUnavailableError
from signals.sources.lists import uk_modern_slavery_statements
from tests.signals.builders import context, staged, suppliers
from tests.signals.web import Answer, Web

HEADER = (
    "StatementYear,OrganisationName,Address,SectorType,CompanyNumber,LastUpdated,StatementURL,"
    "StatementSummaryURL,DateApproved,ApprovingPerson\n"
)
BRITISH = suppliers({"supplier_id": "S", "country_iso3": "GBR"})


def line(name: str, number: str, approved: str, updated: str = "") -> str:
    link = "https://modern-slavery-statement-registry.service.gov.uk/statement-summary/ab/2026"
    return f'2026,"{name}",London,Private,{number},{updated},,{link},{approved},Jane Roe\n'


def body(*lines: str) -> Answer:
    return Answer(body=("\ufeff" + HEADER + "".join(lines)).encode())


def test_the_latest_statement_of_each_organisation_is_read(tmp_path: Path, web: Web) -> None:
    web.answers = {
        "/StatementSummaries2027.csv": [
            body(line("MADE UP MILLS PLC", "SC12345", "15/05/2026", "01/06/2026"))
        ],
        "/StatementSummaries2026.csv": [
            body(
                line("MADE UP MILLS PLC", "SC012345", "10/05/2025"),
                line("OTHER MILLS LIMITED", "1234567", "3 March 2026"),
                line("01234568", "", "03/03/2026"),
            )
        ],
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=BRITISH, as_of=dt.date(2026, 11, 29))
    first, other = staged(uk_modern_slavery_statements, using).rows.iter_rows(named=True)
    assert (first["company_number"], first["listed_on"]) == ("SC012345", dt.date(2026, 5, 15))
    # It was known when its entry was last changed, not when the board approved it.
    assert (first["observed_to"], first["published_on"]) == (
        dt.date(2026, 5, 15),
        dt.date(2026, 6, 1),
    )
    assert first["link"].endswith("/statement-summary/ab/2026")
    assert (other["company_number"], other["listed_on"]) == ("01234567", dt.date(2026, 3, 3))
    assert {first["kind"], other["kind"]} == {"published_statement"}
    files = uk_modern_slavery_statements.pull(using)
    balance = stage_source(uk_modern_slavery_statements, files, using).balances[Unit.ROW]
    assert (balance.read, balance.used) == (4, 2)
    assert balance.rejected == {"no_company": 1}
    stored = [path.read_text() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not any("Roe" in text or "London" in text for text in stored)


def test_a_statement_that_is_not_known_yet_hides_no_earlier_one(tmp_path: Path, web: Web) -> None:
    later = line("A LIMITED", "1", "03/03/2026", "01/06/2026")
    web.answers = {
        "/StatementSummaries2027.csv": [body(later)],
        "/StatementSummaries2026.csv": [body(line("A LIMITED", "1", "03/03/2025"))],
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=BRITISH, as_of=dt.date(2026, 4, 1))
    rows = staged(uk_modern_slavery_statements, using).rows
    assert rows["listed_on"].to_list() == [dt.date(2025, 3, 3)]


def test_the_file_of_the_coming_year_may_be_missing(tmp_path: Path, web: Web) -> None:
    web.answers = {
        "/StatementSummaries2027.csv": [Answer(status=404)],
        "/StatementSummaries2026.csv": [body(line("A LIMITED", "1", "03/03/2026"))],
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=BRITISH, as_of=dt.date(2026, 11, 29))
    assert staged(uk_modern_slavery_statements, using).rows.height == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(status=404), "neither the file of 2026"),
        (Answer(body=b"<html><p>Sign in</p></html>"), "HTML"),
        (Answer(body=b"OrganisationName,DateApproved\nA,\n"), "no column 'CompanyNumber'"),
    ],
)
def test_another_answer_is_an_outage(
    tmp_path: Path, web: Web, answer: Answer, message: str
) -> None:
    web.answers = {f"/StatementSummaries{year}.csv": [answer] for year in (2026, 2027)}
    using = context(tmp_path, url=web.url(""), supplier_rows=BRITISH, as_of=dt.date(2026, 11, 29))
    with pytest.raises(SourceUnavailableError, match=message):
        uk_modern_slavery_statements.pull(using)


def test_a_list_without_british_suppliers_asks_for_nothing(tmp_path: Path, web: Web) -> None:
    rows = suppliers({"supplier_id": "S", "country_iso3": "IDN"})
    assert (
        uk_modern_slavery_statements.pull(context(tmp_path, url=web.url(""), supplier_rows=rows))
        == ()
    )
