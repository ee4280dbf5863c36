"""Statements in Australia's register: that one was published, and for which period."""

import datetime as dt
from pathlib import Path

import pytest

from signals.account import Unit
from signals.conservation import stage_source
from signals.source_errors import SourceUnavailableError
from signals.sources.lists import australian_modern_slavery_statements
from signals.sources.lists.australian_modern_slavery_statements import abn
from tests.signals.builders import context, staged, suppliers
from tests.signals.web import Answer, Web

PATH = "/statements/?q=&search_type=name&ordering=default&spsf=&spet=&voluntarity=&csv=1"
HEADER = (
    "IDX,PeriodStart,PeriodEnd,Type,HeadquarteredCountries,AnnualRevenue,ReportingEntities,"
    "IncludedEntities,ABN,ACN,ARBN,Link,IndustrySectors,RelatedStatements\n"
)
AUSTRALIAN = suppliers({"supplier_id": "S", "country_iso3": "AUS"})
AS_OF = dt.date(2026, 6, 1)


def line(idx: str, end: str, entities: str) -> str:
    link = f"https://modernslaveryregister.gov.au/statements/{idx}/"
    return f'{idx},2020-07-01,{end},Joint,Australia,100-150M,"{entities}",,,,,{link},Wool,\n'


def body(*lines: str) -> Answer:
    return Answer(body=(HEADER + "".join(lines)).encode())


def test_the_latest_statement_of_each_company_is_read(tmp_path: Path, web: Web) -> None:
    web.answers = {
        PATH: [
            body(
                line("2023-7", "2023-06-30", "Made Up Wool Pty Ltd (53 004 085 616)"),
                line(
                    "2022-9",
                    "2022-06-30",
                    "Made Up Wool Pty Ltd (53 004 085 616),\nOther, Bright & Co Limited "
                    "(51 824 753 556), Third Wool Ltd",
                ),
            )
        ]
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=AUSTRALIAN, as_of=AS_OF)
    rows = {
        row["name"]: row
        for row in staged(australian_modern_slavery_statements, using).rows.to_dicts()
    }
    assert set(rows) == {"Made Up Wool Pty Ltd", "Other, Bright & Co Limited", "Third Wool Ltd"}
    first = rows["Made Up Wool Pty Ltd"]
    assert (first["company_number"], first["country_iso2"]) == ("53004085616", "AU")
    assert (first["listed_on"], first["kind"]) == (dt.date(2023, 6, 30), "published_statement")
    # The export gives no day: it counts as known at the end of the year of its number.
    assert first["published_on"] == dt.date(2023, 12, 31)
    assert first["link"].endswith("/statements/2023-7/")
    third = rows["Third Wool Ltd"]
    assert (third["company_number"], third["country_iso2"]) == (None, None)


def test_a_statement_of_a_later_year_does_not_hide_the_earlier_one(
    tmp_path: Path, web: Web
) -> None:
    web.answers = {
        PATH: [
            body(
                line("2023-7", "2023-06-30", "Made Up Wool Pty Ltd (53 004 085 616)"),
                line("2022-9", "2022-06-30", "Made Up Wool Pty Ltd (53 004 085 616)"),
            )
        ]
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=AUSTRALIAN, as_of=dt.date(2023, 11, 1))
    (row,) = staged(australian_modern_slavery_statements, using).rows.to_dicts()
    assert row["listed_on"] == dt.date(2022, 6, 30)
    files = australian_modern_slavery_statements.pull(using)
    outcome = stage_source(australian_modern_slavery_statements, files, using)
    balance = outcome.balances[Unit.ROW]
    assert (balance.read, balance.used) == (2, 1)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(body=b"<html><p>Sign in</p></html>"), "HTML"),
        (Answer(body=b"IDX,PeriodEnd,Link\n2022-1,2022-06-30,x\n"), "'ReportingEntities'"),
    ],
)
def test_another_answer_is_an_outage(
    tmp_path: Path, web: Web, answer: Answer, message: str
) -> None:
    web.answers = {PATH: [answer]}
    using = context(tmp_path, url=web.url(""), supplier_rows=AUSTRALIAN, as_of=AS_OF)
    with pytest.raises(SourceUnavailableError, match=message):
        australian_modern_slavery_statements.pull(using)


def test_a_list_without_australian_suppliers_asks_for_nothing(tmp_path: Path, web: Web) -> None:
    rows = suppliers({"supplier_id": "S", "country_iso3": "IDN"})
    using = context(tmp_path, url=web.url(""), supplier_rows=rows)
    assert australian_modern_slavery_statements.pull(using) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("51 824 753 556", "51824753556"),
        ("53004085616", "53004085616"),
        ("51 824 753 557", None),
        ("123", None),
        ("", None),
    ],
)
def test_an_abn_has_its_check(text: str, number: str | None) -> None:
    assert abn(text) == number
