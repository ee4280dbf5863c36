"""The one reader of numbers."""

import math

import polars as pl
import pytest

from suppliers.intake.numbers import (
    number_fault,
    number_style,
    numbers_of,
    stated_number,
    stated_whole,
    whole_number_of,
)


@pytest.mark.parametrize("text", ["1.000", "1,000", "12.500 €", "USD 1.234", "(2,500)"])
def test_a_value_that_can_be_two_is_no_number_and_names_both(text: str) -> None:
    frame = pl.DataFrame({"spend": [text, "400"]})
    style = number_style(frame, ["spend"])
    assert numbers_of([text, "400"], style) == [None, 400.0]
    fault = frame.select(number_fault("spend", style)).item(0, 0)
    assert "can be" in fault
    assert "dot or comma" in fault


@pytest.mark.parametrize(
    ("text", "value"),
    [("80,5", 80.5), ("1,000.50", 1000.5), ("1\u202f234,5", 1234.5), ("12,34,567", 1234567.0),
     ("5-", -5.0), ("(1,000.5)", -1000.5), ("1'000.50", 1000.5), ("0.500", 0.5), ("12 %", None),
     ("1,2,3", None), ("12 34", None)],
)  # fmt: skip
def test_values_with_one_meaning_need_no_style(text: str, value: float | None) -> None:
    assert numbers_of([text], "mixed") == [value]


def test_bookkeeping_settles_the_style() -> None:
    frame = pl.DataFrame({"total": ["1.000"], "part": ["400"]})
    columns = ["total", "part"]
    assert number_style(frame, columns) == "unknown"
    assert number_style(frame, columns, checks=[lambda t: t["total"] >= t["part"]]) == "comma"
    assert number_style(frame, columns, declared="dot") == "dot"


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (1.5, 1.5), ("1.5", 1.5), (" -2 ", -2.0), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0)],
)
def test_numbers_of_programs(value: object, number: float) -> None:
    assert stated_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        "",
        "1,5",
        "1,000",
        "1_000",
        "nan",
        "inf",
        math.nan,
        math.inf,
        "1 000",
        "٣",
        "0x10",
    ],
)
def test_what_a_program_would_not_write_is_no_number(value: object) -> None:
    with pytest.raises(ValueError, match="not a number"):
        stated_number(value)


def test_whole_numbers_have_no_fraction() -> None:
    assert stated_whole("0000320193") == 320193
    assert stated_whole(2.0) == 2
    with pytest.raises(ValueError, match="not a whole number"):
        stated_whole("2.5")
    frame = pl.DataFrame({"count": ["1,000", "2.5", "7", "1.000"]})
    whole = frame.select(whole_number_of("count", "unknown")).to_series().to_list()
    assert whole == [None, None, 7, None]  # 1,000 and 1.000 have two interpretations
