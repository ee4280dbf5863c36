"""The period that a file's name states: a day, part of a month, a month, a year or a range.

Names are those of publishers: `A2013273` and `doy2013273` (year and day of the year, MODIS and
AppEEARS), `2013_273`, `2013-09-30`, `20130930`, `2013.09`, `201309`, `2013`, ranges such as
`20200101-20201231` and `201901-201912`, and parts of a month such as `2010.01.3` (CHIRPS).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from suppliers.input_errors import DataRejectedError

Kind = Literal["range", "day_of_year", "day", "part", "month", "year"]

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("range", re.compile(
        rf"(?<!\d)({_YEAR}{_MONTH}{_DAY})(?:T?\d{{6}}Z?)?[-_]({_YEAR}{_MONTH}{_DAY})(?!\d)")),
    ("range", re.compile(
        rf"(?<!\d)({_YEAR}-{_MONTH}-{_DAY})[-_]+(?:to[-_]+)?({_YEAR}-{_MONTH}-{_DAY})(?!\d)")),
    ("range", re.compile(rf"(?<!\d)({_YEAR}{_MONTH})[-_]({_YEAR}{_MONTH})(?!\d)")),
    ("range", re.compile(rf"(?<!\d)({_YEAR})[-_.]({_YEAR})(?!\d|[-_.]\d)")),
    ("day_of_year", re.compile(
        rf"(?<![A-Za-z0-9])(?:A|doy)({_YEAR})(\d{{3}})(?:\d{{6}})?(?!\d)")),
    ("day_of_year", re.compile(rf"(?<!\d)({_YEAR})[_-](\d{{3}})(?![0-9A-Za-z])")),
    ("day_of_year", re.compile(rf"(?<!\d)({_YEAR})(\d{{3}})(?!\d)")),
    ("day", re.compile(rf"(?<!\d)({_YEAR})([-_.]?)({_MONTH})\2({_DAY})(?!\d)")),
    ("day", re.compile(rf"(?<!\d)({_YEAR})([-_])(\d\d?)\2(\d\d?)(?!\d)")),
    ("part", re.compile(rf"(?<!\d)({_YEAR})[-_.]?({_MONTH})[._]?[dpDP]?([1-6])(?![0-9A-Za-z])")),
    ("month", re.compile(rf"(?<!\d)({_YEAR})[-_.]?({_MONTH})(?!\d)")),
    ("year", re.compile(rf"(?<!\d)({_YEAR})(?!\d)")),
)  # fmt: skip

_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
#: Beside a year: a month in one digit or in letters, a week, a quarter, a half, a season over new
#: year, a decade. A file of such a name does not show the year.
_PART_OF_YEAR = re.compile(
    rf"(?<!\d){_YEAR}[-_.](?:[1-9]|1[3-9]|[2-9]\d)(?![0-9A-Za-z])"
    rf"|(?<![\d.vV])(?:0?[1-9]|[12]\d|3[01])[-_](?:0?[1-9]|[12]\d|3[01])[-_]{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}[-_.]?(?:W\d{{1,2}}|Q[1-4]|H[12])(?![0-9A-Z])"
    rf"|(?<![0-9A-Z])(?:W\d\d|Q[1-4]|H[12])[-_.]?{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}[-_.]?{_MONTH_NAME}(?![A-Z])"
    rf"|(?<![A-Z]){_MONTH_NAME}(?:[-_.]?\d\d?)?[-_.]?{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}s(?![0-9A-Z])",
    re.IGNORECASE,
)
#: A scene's name states its day and then the day on which it was processed.
_SCENE = re.compile(
    r"(?<![A-Z0-9])L[A-Z]0\d_[A-Z0-9]{4}_\d{6}_(?P<day>\d{8})(?P<made>_\d{8})", re.IGNORECASE
)

#: Days of a yearly composite; those of MODIS are 23 times 16.
_SHORTEST_YEAR, _LONGEST_YEAR = 360, 372

#: Days that a product's composites cover; `month` and `year` are those of the calendar.
_PRODUCTS: tuple[tuple[re.Pattern[str], int | Literal["month", "year"]], ...] = (
    (re.compile(r"M[OY]D13[AC]3|M[OY]D13C2|VNP13A3|VNP46A3|VJ146A3|3B-MO", re.IGNORECASE), "month"),
    (re.compile(r"VNP46A4|VJ146A4|MCD12Q1|MOD17A3", re.IGNORECASE), "year"),
    (re.compile(r"M[OY]D13|VNP13", re.IGNORECASE), 16),
    (re.compile(r"M[OY]D09[AQ]1|M[OY]D11A2|M[OY]D15A2", re.IGNORECASE), 8),
    (re.compile(r"(?<![A-Z0-9])(?:L[A-Z]0\d_L[12]|S2[A-D]_MSI)", re.IGNORECASE), 1),
    (re.compile(r"VNP46A[12]|VJ146A[12]|M[OY]D09G|M[OY]D11A1|3B-DAY", re.IGNORECASE), 1),
)
_WORDS: tuple[tuple[re.Pattern[str], Literal["day", "month", "year"]], ...] = (
    (re.compile(r"(?<![a-z])(?<!\d[-_])(daily|day)(?![a-z])", re.IGNORECASE), "day"),
    (re.compile(r"(?<![a-z])(monthly|month|mon|amon|moda)(?![a-z])", re.IGNORECASE), "month"),
    (re.compile(r"(?<![a-z])(yearly|annual|year|yr)(?![a-z])", re.IGNORECASE), "year"),
)


@dataclass(frozen=True)
class NamedPeriod:
    """What a name states.

    Attributes:
        kind: how it is written.
        first: first day.
        last: last day.
        part: number of the part of the month from 1, of a kind `part`; 0 else. The number alone
            does not say whether parts are pentads or dekads: `first` and `last` are the month's.
    """

    kind: Kind
    first: dt.date
    last: dt.date
    part: int = 0


def named_period(name: str) -> NamedPeriod | None:
    """The period in a file's name, the most exact one where several contain each other.

    Args:
        name: of the file, without its folder.

    Returns:
        None where the name holds no date.

    Raises:
        DataRejectedError: it holds a day that does not exist, or two periods of which neither
            contains the other.
    """
    name = _SCENE.sub(lambda scene: scene[0].removesuffix(scene["made"]), name)
    found: list[NamedPeriod] = []
    taken: list[tuple[int, int]] = []
    for kind, match in _matches(name):
        if any(match.start() < end and begin < match.end() for begin, end in taken):
            continue
        taken.append(match.span())
        if not _is_version(name, match.start()):
            found.append(_period(name, kind, match))
    if not found:
        return None
    if found[0].kind == "year" and (part := _PART_OF_YEAR.search(name)):
        raise DataRejectedError(
            f"{name}: {part[0]} in its name may be a part of the year or the number of a file; "
            "write the day or month that it shows as 2020-06-05 or 2020-06, with two digits."
        )
    exact = min(found, key=lambda one: one.last - one.first)
    for other in found:
        if not (other.first <= exact.first and exact.last <= other.last):
            raise DataRejectedError(
                f"{name}: its name holds the dates {exact.first} and {other.first}; leave the one "
                "that it shows."
            )
    return exact


def dates_of(name: str, days: int = 1, *, yearly: bool = False) -> tuple[dt.date, dt.date]:
    """First and last day that a raster describes, by its name.

    A composite is dated by its first day: how long it is follows from the product in the name
    (MOD13Q1 16 days, VNP46A3 a month, VNP46A4 a year), else from the source.

    Args:
        name: of the file.
        days: that a layer named by a day describes, where the name holds no product.
        yearly: the source's layers are years; what is named by another span is rejected.

    Raises:
        DataRejectedError: the name holds no date, contradictory ones, or part of a month.
    """
    period = named_period(name)
    if period is None:
        raise DataRejectedError(
            f"{name}: its name holds no date; name it by the year, month or day that it shows."
        )
    if period.kind == "part":
        raise DataRejectedError(
            f"{name}: its name holds a part of {period.first:%Y-%m}; name it by its first day."
        )
    first, last = period.first, period.last
    if period.kind in ("day", "day_of_year"):
        last = _composite_end(name, first, days, yearly=yearly)
    if yearly and not _SHORTEST_YEAR <= (last - first).days + 1 <= _LONGEST_YEAR:
        raise DataRejectedError(
            f"{name}: its name holds {first} to {last}, and a layer of this source is a year; give "
            "yearly composites."
        )
    return first, last


def step_in_name(name: str) -> Literal["day", "month", "year"] | None:
    """The step that words or a product in a name state; None for none or for several."""
    steps = {step for word, step in _WORDS if word.search(name)}
    for product, length in _PRODUCTS:
        if product.search(name):
            steps |= {length} if isinstance(length, str) else {"day"} if length == 1 else set()
            break
    return steps.pop() if len(steps) == 1 else None


def month_end(day: dt.date) -> dt.date:
    """Last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _matches(name: str) -> Iterator[tuple[Kind, re.Match[str]]]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(name):
            if kind == "range" and not match[1] < match[2]:
                continue
            yield kind, match


def _is_version(name: str, start: int) -> bool:
    """Whether a number after a lone v, c or R is a version, a day of making or a release.

    Such as `v2019`, `c20230101` and `R2022A`.
    """
    is_lone = start == 1 or not name[start - 2].isalpha()
    return start > 0 and name[start - 1] in "vVcCR" and is_lone


def _period(name: str, kind: Kind, match: re.Match[str]) -> NamedPeriod:
    if kind == "range":
        first, last = (_ends(name, text) for text in match.groups())
        return NamedPeriod(kind, first[0], last[1])
    year = int(match[1])
    if kind == "day_of_year":
        number = int(match[2])
        if not 1 <= number <= (366 if calendar.isleap(year) else 365):
            raise DataRejectedError(f"{name}: {year} has no day {number}; correct the file's name.")
        day = dt.date(year, 1, 1) + dt.timedelta(days=number - 1)
        return NamedPeriod(kind, day, day)
    if kind == "day":
        day = _day(name, year, int(match[3]), int(match[4]))
        return NamedPeriod(kind, day, day)
    if kind in ("month", "part"):
        first_day = dt.date(year, int(match[2]), 1)
        part = int(match[3]) if kind == "part" else 0
        return NamedPeriod(kind, first_day, month_end(first_day), part)
    return NamedPeriod(kind, dt.date(year, 1, 1), dt.date(year, 12, 31))


def _ends(name: str, text: str) -> tuple[dt.date, dt.date]:
    digits = text.replace("-", "")
    year = int(digits[:4])
    if len(digits) == 4:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if len(digits) == 6:
        first = dt.date(year, int(digits[4:]), 1)
        return first, month_end(first)
    day = _day(name, year, int(digits[4:6]), int(digits[6:]))
    return day, day


def _day(name: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise DataRejectedError(
            f"{name}: {year}-{month:02d}-{day:02d} is no day; correct the file's name."
        ) from error


def _composite_end(name: str, first: dt.date, days: int, *, yearly: bool) -> dt.date:
    """Last day of a composite that is dated by its first day."""
    length = next((length for product, length in _PRODUCTS if product.search(name)), None)
    if length is None and first.day == 1 and step_in_name(name) == "month":
        length = "month"
    if length == "month":
        return month_end(first)
    is_new_year = (first.month, first.day) == (1, 1)
    if length == "year" or (length is None and yearly and is_new_year):
        return dt.date(first.year, 12, 31) if is_new_year else first + dt.timedelta(days=364)
    return first + dt.timedelta(days=(length or days) - 1)
