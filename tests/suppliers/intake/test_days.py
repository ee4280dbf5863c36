"""Days and moments as text: a text that is not wholly a day is none."""

import datetime as dt

import polars as pl
import pytest

from suppliers.intake.days import (
    DayOrder,
    day_of,
    day_order,
    stated_day,
    stated_moment,
    time_of_day,
    written_day,
    year_of,
)


def _day(text: str, order: DayOrder = "unknown", date_format: str | None = None) -> object:
    frame = pl.DataFrame({"text": [text]})
    return frame.select(day_of("text", order=order, date_format=date_format)).item()


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024-3-5", " 2024-03-05 ", "20240305", "5.3.2024", "05.03.2024",
        "2024-03-05 00:00:00", "2024-03-05T23:59:59Z", "2024-03-05T10:00:00.123+05:30",
        "05.03.2024 00:00:00", "2024-03-05Z",
    ],
)  # fmt: skip
def test_one_day_in_many_forms(text: str) -> None:
    assert _day(text) == dt.date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "05.03.24",  # the year 24 to a lenient parser
        "24-03-05",
        "2024064",  # day 64 of 2024, and the 4th of June to a lenient parser
        "202403",
        "45356",  # a spreadsheet's number
        "2024-02-30",
        "0024-03-05",
        "2024-03-05 to 2024-04-05",
        "12024-03-05",
        "٢٠٢٤-٠٣-٠٥",
        "3/5/2024",
        "",
    ],
)
def test_what_is_not_wholly_a_day_is_none(text: str) -> None:
    assert _day(text) is None


def test_slashes_are_read_in_the_order_of_the_file() -> None:
    assert _day("6/9/2022", "day_first") == dt.date(2022, 9, 6)
    assert _day("6/9/2022", "month_first") == dt.date(2022, 6, 9)
    assert _day("6/30/2022", "day_first") is None
    assert _day("6/9/2022", "mixed") is None


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["6/9/2022", "30/6/2022", None], "day_first"),
        (["6/9/2022", "6/30/2022"], "month_first"),
        (["6/9/2022", "7/8/2022"], "unknown"),
        (["13/1/2022", "1/13/2022"], "mixed"),
        (["2022-06-30"], "unknown"),
        (["45/45/2022"], "unknown"),
    ],
)
def test_the_order_is_shown_by_the_values_of_the_file(
    texts: list[str | None], order: DayOrder
) -> None:
    assert day_order(texts) == order


def test_the_users_format_goes_first_and_never_into_another_millennium() -> None:
    assert _day("05/03/2024", date_format="%d/%m/%Y") == dt.date(2024, 3, 5)
    assert _day("05.03.24", date_format="%d.%m.%y") == dt.date(2024, 3, 5)
    assert _day("05/03/24", date_format="%d/%m/%Y") is None
    assert _day("2024-03-05", date_format="%d/%m/%Y") == dt.date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2022-06-09", "unknown", dt.date(2022, 6, 9)),
        ("2022-06-09; amended 2023-01-01", "unknown", dt.date(2022, 6, 9)),
        ("12.9.2014", "unknown", dt.date(2014, 9, 12)),
        ("6/9/2022", "month_first", dt.date(2022, 6, 9)),
        ("6/9/2022", "day_first", dt.date(2022, 9, 6)),
        ("6/9/2022", "unknown", None),
        ("6/30/2022", "day_first", None),
        ("9 August 2025", "unknown", dt.date(2025, 8, 9)),
        ("August 9, 2025 (partial)", "unknown", dt.date(2025, 8, 9)),
        ("09-AUG-2025", "unknown", dt.date(2025, 8, 9)),
        ("9 Sept. 2025", "unknown", dt.date(2025, 9, 9)),
        ("Jun. 9, 2025", "unknown", dt.date(2025, 6, 9)),
        ("9-MAX-2025", "unknown", None),
        ("9 Augustus 2025", "unknown", None),
        ("31 June 2025", "unknown", None),
        ("soon", "unknown", None),
        (None, "unknown", None),
        ("45/45/2022", "day_first", None),
    ],
)
def test_days_as_people_write_them(text: str | None, order: DayOrder, day: dt.date | None) -> None:
    assert written_day(text, order) == day


def test_clock_times_without_their_zeros() -> None:
    frame = pl.DataFrame({"at": ["0130", "5", "130", "01:30", "2359", "2400", "1260", "noon"]})
    minutes = frame.select(time_of_day("at").dt.total_minutes()).to_series().to_list()
    assert minutes == [90, 5, 90, 90, 1439, None, None, None]


def test_years_have_four_digits() -> None:
    frame = pl.DataFrame({"year": ["2016", " 2016 ", "2016.0", "16", "20160", "2016.5", "999"]})
    years = frame.select(year_of("year")).to_series().to_list()
    assert years == [2016, 2016, 2016, None, None, None, None]


def test_moments_of_programs_keep_their_offset() -> None:
    utc = dt.datetime(2024, 3, 5, 23, 0, tzinfo=dt.UTC)
    assert stated_moment("2024-03-05T23:00:00Z") == utc
    assert stated_moment("20240305T230000Z") == utc
    assert stated_moment("2024-03-05T18:00:00-05:00") == utc
    assert stated_moment("2024-03-06 04:30:00.000+0530") == utc
    assert stated_moment("20240305230000") == utc.replace(tzinfo=None)
    assert stated_day("2024-03-06T04:30:00+05:30") == dt.date(2024, 3, 6)
    assert stated_day(dt.date(2024, 3, 5)) == dt.date(2024, 3, 5)


@pytest.mark.parametrize("value", ["2024-3-5", "2024064", "202403", "", None, 20240305, "24-03-05"])
def test_a_record_without_a_day_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="no day"):
        stated_day(value)
