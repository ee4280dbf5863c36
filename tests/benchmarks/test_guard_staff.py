"""Headers of staff tables are known as such, and none of those of companies."""

import pytest

from benchmarks.staff_tables import StaffTable, company_tables, staff_tables
from suppliers.intake.person_words import person_rule

#: Lists of suppliers in which only the values are personal.
_IN_VALUES = {"02-en", "05-en", "06-en", "08-en", "11-de", "15-es", "18-pt"}


@pytest.mark.parametrize("table", staff_tables(), ids=lambda table: table.name)
def test_a_staff_table_has_a_header_about_persons(table: StaffTable) -> None:
    rules = [rule for header in table.headers if (rule := person_rule(header))]
    assert bool(rules) != (table.name in _IN_VALUES)
    assert table.planted


@pytest.mark.parametrize("table", company_tables(), ids=lambda table: table.name)
def test_a_list_of_companies_has_none(table: StaffTable) -> None:
    assert [header for header in table.headers if person_rule(header)] == []
    assert table.name_header in table.headers
    assert not table.planted


@pytest.mark.parametrize(
    "header",
    ["회사번호", "会社名フリガナ", "従業員数", "จำนวนพนักงาน", "Численность", "Numero addetti"],
)
def test_headers_of_companies_that_hold_a_term_by_accident_pass(header: str) -> None:
    assert person_rule(header) is None
