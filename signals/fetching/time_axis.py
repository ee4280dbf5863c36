"""Times of a NetCDF axis as true dates, and the step that they follow.

cftime decodes the calendars of the CF conventions. Dates of `noleap` exist in the true calendar;
those of `360_day` and `all_leap` do not all, so days of these are rejected while their months are
the true months.
"""

from __future__ import annotations

import calendar as true_calendar
import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from signals.fetching.name_dates import step_in_name
from suppliers.input_errors import DataRejectedError

Step = Literal["hour", "day", "pentad", "dekad", "month", "year", "other"]

_MONTHS_SINCE = re.compile(r"^months? since (\d{1,4})-(\d{1,2})-(\d{1,2})", re.IGNORECASE)
#: cftime leaves out an offset that it does not know without a word, so it gets the form it knows.
_OFFSET = re.compile(r"(:\d\d(?:\.\d*)?) *([+-])(\d{1,2}):?(\d\d)?$")
_ALIASES = {"360": "360_day", "365": "365_day", "366": "366_day", "": "standard"}
#: Calendars with days that the true one lacks.
_STRANGE_DAYS = ("360_day", "all_leap", "366_day", "julian")
#: The shortest and longest of each step in days.
_STEPS: tuple[tuple[Step, float, float], ...] = (
    ("hour", 0.0, 0.9), ("day", 0.9, 1.1), ("pentad", 4.5, 6.5), ("dekad", 8.5, 11.5),
    ("month", 27.5, 31.5), ("year", 359.0, 367.0),
)  # fmt: skip
_WORDS: tuple[tuple[re.Pattern[str], Step], ...] = (
    (re.compile(r"^(\d*hr|hourly|pt\d+h|\d+ ?hours?)$"), "hour"),
    (re.compile(r"^(day|daily|p1d|p01d|1 ?day)$"), "day"),
    (re.compile(r"^(pentad|p5d|5 ?days?)$"), "pentad"),
    (re.compile(r"^(dekad|dekadal|p10d|10 ?days?)$"), "dekad"),
    (re.compile(r"^(mon|monthly|month|p1m|p01m|1 ?month)$"), "month"),
    (re.compile(r"^(yr|year|yearly|annual|p1y)$"), "year"),
)


def true_moments(
    counts: NDArray[np.float64], units: str, calendar: str, name: str
) -> list[dt.datetime]:
    """The moments of a time axis in the true calendar, to the second.

    Args:
        counts: values of the axis.
        units: such as `hours since 1900-01-01 00:00:0.0`, as the file writes them.
        calendar: as the file writes it; empty where it does not.
        name: of the file, for messages.

    Raises:
        DataRejectedError: units or calendar are not known, a count is not a number, or a day
            does not exist in the true calendar.
    """
    import cftime

    known = _ALIASES.get(calendar.strip().lower(), calendar.strip().lower())
    if not np.isfinite(counts).all():
        raise DataRejectedError(f"{name}: its time axis has a time that is not a number.")
    if match := _MONTHS_SINCE.match(units):
        # The fraction is the middle of the month, as IRI writes it.
        first = int(match[1]) * 12 + int(match[2]) - 1
        months = [first + int(np.floor(count)) for count in counts]
        if not all(12 <= n < 12 * 10_000 for n in months):
            raise DataRejectedError(f"{name}: its times lie outside the years 1 to 9999.")
        return [dt.datetime(n // 12, n % 12 + 1, 1) for n in months]
    try:
        since = _OFFSET.sub(lambda m: f"{m[1]} {m[2]}{int(m[3]):02d}:{m[4] or '00'}", units.strip())
        found = np.atleast_1d(cftime.num2date(counts, since, known))
    except (ValueError, OverflowError) as error:
        raise DataRejectedError(
            f"{name}: its times are in {units or 'no unit'!r} of the calendar "
            f"{calendar or 'standard'!r}; give days or hours since a date in a calendar of the CF "
            "conventions."
        ) from error
    moments = []
    for one in found:
        if one.year < 1:
            raise DataRejectedError(f"{name}: its times begin before the year 1; correct its unit.")
        # Half a second is added, because floats of days fall just short of midnight.
        last = true_calendar.monthrange(one.year, one.month)[1]
        moment = dt.datetime(
            one.year, one.month, min(one.day, last), one.hour, one.minute, one.second
        ) + dt.timedelta(seconds=round(one.microsecond / 1e6))
        moments.append(moment)
    if known in _STRANGE_DAYS and step_of(moments) not in ("month", "year"):
        raise DataRejectedError(
            f"{name}: its calendar {known} has days that do not exist; give months, or days of the "
            "true calendar."
        )
    return moments


def step_of(moments: Sequence[dt.datetime]) -> Step | None:
    """The step of a time axis by its middle difference; None of fewer than two times.

    Months with gaps are months when they share the day of the month.
    """
    ordered = sorted(set(moments))
    if len(ordered) < 2:
        return None
    gaps = np.diff([moment.timestamp() for moment in _utc(ordered)]) / 86_400.0
    middle = float(np.median(gaps))
    for step, low, high in _STEPS:
        if low < middle <= high:
            return step
    same_day = len({moment.day for moment in ordered}) == 1
    return "month" if same_day and 27.5 < gaps.min() < 359.0 else "other"


def agreed_step(moments: Sequence[dt.datetime], name: str, *stated: str) -> Step | None:
    """The step of a file by its axis, its attributes and its name together.

    Args:
        moments: of the time axis.
        name: of the file; its words (`daily`, `monthly`) count where the axis has one time alone.
        stated: attributes such as `frequency` and `time_coverage_resolution`.

    Returns:
        None where none of them says it.

    Raises:
        DataRejectedError: axis and attributes contradict each other.
    """
    by_axis, by_attributes = step_of(moments), stated_step(*stated)
    if by_axis is None or by_axis == "other":
        return by_attributes or by_axis or step_in_name(name)
    if by_attributes is not None and by_attributes != by_axis:
        raise DataRejectedError(
            f"{name}: its attributes state the step {by_attributes}, and its times follow the step "
            f"{by_axis}; correct the one that is wrong."
        )
    return by_axis


def hours_of(moments: Sequence[dt.datetime]) -> float:
    """The middle difference of a time axis in hours."""
    ordered = _utc(sorted(set(moments)))
    return float(np.median(np.diff([moment.timestamp() for moment in ordered]))) / 3600.0


def stated_step(*words: str) -> Step | None:
    """The step that attributes state (`frequency`, `time_coverage_resolution`); None for none."""
    for word in words:
        for pattern, step in _WORDS:
            if pattern.match(word.strip().lower()):
                return step
    return None


def _utc(moments: Sequence[dt.datetime]) -> list[dt.datetime]:
    return [moment.replace(tzinfo=dt.UTC) for moment in moments]
