"""Numbers of Companies House, written in many ways."""

import polars as pl
import pytest

from suppliers.intake.company_numbers import uk_company_number, uk_company_numbers

CASES = [
    ("123456", "00123456"),
    ("01234567", "01234567"),
    ("SC12345", "SC012345"),
    ("sc 012345", "SC012345"),
    ("NI-1234", "NI001234"),
    ("R123", "R0000123"),
    ("OC301234", "OC301234"),
    ("IP12345R", "IP12345R"),
    ("IP123R", "IP00123R"),
    ("unknown", "UNKNOWN"),
    ("", ""),
]


@pytest.mark.parametrize(("given", "number"), CASES)
def test_zeros_go_behind_the_prefix(given: str, number: str) -> None:
    assert uk_company_number(given) == number


def test_a_column_is_read_as_single_numbers_are() -> None:
    frame = pl.DataFrame({"number": [given for given, _ in CASES] + [None]})
    read = frame.select(uk_company_numbers("number")).to_series().to_list()
    assert read == [number for _, number in CASES] + [None]
