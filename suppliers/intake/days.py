"""The one reader of days and moments written as text.

A day is read where its whole text is a day, so that ``2024015`` (day 15 of 2024) and ``05.03.24``
are none. The order of ``6/9/2022`` is a property of a file, as the decimal mark is: a value with a
first or second number above 12 shows it, or the publisher's form or the user states it. Where
neither does, such a value is no day. With dots the day stands first everywhere.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

import polars as pl

#: Which of the first two numbers of ``6/9/2022`` is the day; ``mixed`` if values show both,
#: ``unknown`` if none shows one.
DayOrder = Literal["day_first", "month_first", "mixed", "unknown"]

_TIME = r"(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?\s?(?:Z|UTC|[+-]\d{2}:?(?:\d{2})?)?|Z)?"
_ISO = rf"^(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_TIME}$"
#: A year in front is followed by the month everywhere, as in spreadsheets of Japan and China.
_YEAR_FIRST = rf"^(?P<year>\d{{4}})[/.年](?P<month>\d{{1,2}})[/.月](?P<day>\d{{1,2}})日?{_TIME}$"
_COMPACT = rf"^(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_TIME}$"
_DOTTED = rf"^(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_TIME}$"
_SLASHED = {
    "day_first": rf"^(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/(?P<year>\d{{4}}){_TIME}$",
    "month_first": rf"^(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}){_TIME}$",
}
_PAIR = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/\d{4}(?!\d)")
_WRITTEN_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_WRITTEN_DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)")
_WRITTEN_SLASHED = {
    "day_first": re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?!\d)"),
    "month_first": re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)"),
}
_IN_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})[\s-]+(?P<month>[A-Za-z]+)\.?"
    r"|(?P<month_first>[A-Za-z]+)\.?\s+(?P<then_day>\d{1,2}),)[\s-]+(?P<year>\d{4})\b"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH_OF = {
    **{name: n for n, month in enumerate(_MONTHS, start=1) for name in (month, month[:3])},
    "sept": 9,
}
#: Calendars of other years are those of placeholders and slips.
_FIRST_YEAR, _LAST_YEAR = 1500, 2200
_MOMENT = re.compile(
    r"(\d{4})(-?)(\d{2})\2(\d{2})"
    r"(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,6})\d*)?)?)?"
    r"\s?(Z|UTC|[+-]\d{2}:?\d{2}|(?<=:\d\d)[+-]\d{2})?",
    re.ASCII,
)


def day_order(texts: Iterable[str | None]) -> DayOrder:
    """The order that the values of a file show, all its columns of days together."""
    pairs = [match for text in texts if text and (match := _PAIR.match(text))]
    is_first = any(int(match[1]) > 12 >= int(match[2]) for match in pairs)
    is_second = any(int(match[2]) > 12 >= int(match[1]) for match in pairs)
    if is_first and is_second:
        return "mixed"
    return "day_first" if is_first else "month_first" if is_second else "unknown"


def day_of(column: str, *, order: DayOrder = "unknown", date_format: str | None = None) -> pl.Expr:
    """A column of texts as days; null where the text is none.

    ``2024-01-31``, ``2024/1/31`` and ``20240131``, with a time or without, and ``31.1.2024``; with
    an order also ``31/1/2024``. Of a moment it is the day as written.

    Args:
        column: name in the frame.
        order: of days with slashes in the file.
        date_format: a strptime format of the user, which goes first.
    """
    text = pl.col(column).str.replace_all(r"^\s+|\s+$", "")
    found = [_by_pattern(text, pattern) for pattern in (_ISO, _YEAR_FIRST, _COMPACT, _DOTTED)]
    if order in _SLASHED:
        found.append(_by_pattern(text, _SLASHED[order]))
    if date_format is not None:
        bare = text.str.replace(r"\.0+$", "")
        own = bare.str.to_date(date_format, strict=False)
        found.insert(0, pl.when(own.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)).then(own))
    return pl.coalesce(found).alias(column)


def time_of_day(column: str) -> pl.Expr:
    """A column of clock times (``0130``, ``130``, ``01:30``) as durations; null where it is none.

    Spreadsheets take the zeros in front of ``0005`` away, so that ``5`` is five past midnight.
    """
    digits = pl.col(column).str.replace(r"^(\d{1,2}):(\d{2})$", "${1}${2}")
    clock = pl.when(digits.str.contains(r"^[0-9]{1,4}$")).then(digits).str.zfill(4)
    hours, minutes = (clock.str.slice(at, 2).cast(pl.Int64) for at in (0, 2))
    is_time = (hours < 24) & (minutes < 60)
    return pl.when(is_time).then(pl.duration(hours=hours, minutes=minutes)).alias(column)


def year_of(column: str) -> pl.Expr:
    """A column of years of four digits; null where the text is none."""
    text = pl.col(column).str.replace_all(r"^\s+|\s+$", "").str.replace(r"\.0+$", "")
    year = pl.when(text.str.contains(r"^[0-9]{4}$")).then(text).cast(pl.Int32, strict=False)
    return pl.when(year.is_between(_FIRST_YEAR, _LAST_YEAR)).then(year).alias(column)


def stated_moment(value: object) -> dt.datetime:
    """The moment that a record of a program states in ISO form, whole or without separators.

    Args:
        value: of the record; a day alone is its midnight.

    Returns:
        With its offset from UTC where the text has one.

    Raises:
        ValueError: it is no such text, or no moment of the calendar.
    """
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        raise ValueError(f"no day in ISO form: {value!r}")
    offset = match[9]
    zone = None
    if offset in ("Z", "UTC"):
        zone = dt.UTC
    elif offset:
        minutes = int(offset[1:3]) * 60 + (int(offset[-2:]) if len(offset) > 3 else 0)
        zone = dt.timezone(dt.timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    clock = (int(match[5] or 0), int(match[6] or 0), int(match[7] or 0))
    fraction = int((match[8] or "0").ljust(6, "0"))
    return dt.datetime(int(match[1]), int(match[3]), int(match[4]), *clock, fraction, tzinfo=zone)


def stated_day(value: object) -> dt.date:
    """The day of `stated_moment`, as written.

    Raises:
        ValueError: it is none.
    """
    return stated_moment(value).date()


def written_day(text: str | None, order: DayOrder = "unknown") -> dt.date | None:
    """The day that a text of people begins with, also before more words; None if there is none.

    Args:
        text: such as ``2022-06-09``, ``9.6.2022``, ``6/9/2022``, ``9 June 2022``, ``June 9, 2022``,
            ``09-JUN-2022``.
        order: of days with slashes in the file.
    """
    start = (text or "").strip()
    found = _WRITTEN_ISO.match(start) or _WRITTEN_DOTTED.match(start)
    if found is None and order in ("day_first", "month_first"):
        found = _WRITTEN_SLASHED[order].match(start)
    try:
        if found is not None:
            return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
        words = _IN_WORDS.match(start)
        month = (words["month"] or words["month_first"]).lower() if words else ""
        if words is None or month not in _MONTH_OF:
            return None
        day = int(words["day"] or words["then_day"])
        return dt.date(int(words["year"]), _MONTH_OF[month], day)
    except ValueError:
        return None


def _by_pattern(text: pl.Expr, pattern: str) -> pl.Expr:
    parts = text.str.extract_groups(pattern).struct
    year, month, day = (parts.field(name) for name in ("year", "month", "day"))
    # A text of the calendar's form, so that 30 February is no day instead of an error.
    iso = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    found = iso.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(found.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)).then(found)
