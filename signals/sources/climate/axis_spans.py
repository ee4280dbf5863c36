"""Which days each time of a grid's axis describes: by its bounds, or by the step it follows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np

from signals.fetching.name_dates import NamedPeriod, dates_of, month_end, named_period
from signals.fetching.time_axis import Step, agreed_step, step_of
from suppliers.input_errors import DataRejectedError

#: Global attributes that state the step of a file.
STEP_ATTRIBUTES = ("frequency", "time_coverage_resolution")

_ONE_DAY = dt.timedelta(days=1)
_SUBDATASET = re.compile(r'^[A-Za-z0-9]+:"?(.*?)"?:[^:"]+$')
#: First days of the parts of a month.
_STARTS: dict[Step, tuple[int, ...]] = {
    "pentad": (1, 6, 11, 16, 21, 26),
    "dekad": (1, 11, 21),
}

Span = tuple[dt.date, dt.date]


def spans_of_bounds(
    moments: Sequence[dt.datetime],
    firsts: Sequence[dt.datetime],
    afters: Sequence[dt.datetime],
    name: str,
) -> list[Span]:
    """First and last days by the bounds of an axis, whose end is not within the period.

    Raises:
        DataRejectedError: a time outside its bounds, or periods shorter than a day.
    """
    spans = []
    for moment, first, after in zip(moments, firsts, afters, strict=True):
        if not first <= moment <= after:
            raise DataRejectedError(
                f"{name}: its time {moment} lies outside its bounds {first} to {after}; correct "
                "the one that is wrong."
            )
        if after - first < _ONE_DAY * 0.9:
            raise _too_short(name)
        # Some bounds end on the last day instead of after it.
        is_inner = after.day == month_end(after.date()).day and first.day == 1 and not after.hour
        last = after.date() if is_inner else (after - dt.timedelta(seconds=1)).date()
        spans.append((first.date(), last))
    return spans


def spans_of_step(moments: Sequence[dt.datetime], name: str, *stated: str) -> list[Span]:
    """First and last days by the step that axis, attributes and name agree on.

    Days, months and years are those of the calendar that hold the time; pentads and dekads are the
    parts of a month that begin with it. The one time of a file without any statement takes the
    period in the file's name.

    Raises:
        DataRejectedError: hours, a step that is not established, or a name that contradicts.
    """
    step = agreed_step(moments, name, *stated)
    named = _named(name, is_needed=step is None)
    days = [moment.date() for moment in moments]
    if named is not None and not any(
        named.first - _ONE_DAY <= day <= named.last + _ONE_DAY for day in days
    ):
        raise DataRejectedError(
            f"{name}: its name holds {named.first} to {named.last}, and its times are {days[0]} to "
            f"{days[-1]}; correct the one that is wrong."
        )
    if step is None:
        if named is None or named.kind == "part":
            raise DataRejectedError(
                f"{name}: its one time, {days[0]}, may be a day or a month; write which into its "
                "name, such as 2020-01 or 2020-01-05."
            )
        return [dates_of(name)] * len(moments)
    if step == "hour":
        raise _too_short(name)
    spans = [_span(day, step, name) for day in days]
    if step_of(moments) is not None and len(set(spans)) < len(set(days)):
        raise DataRejectedError(f"{name}: two of its times are in one {step}; correct its times.")
    return spans


def axis_bounds(part: str, axis: str, bounds: str) -> dict[float, tuple[float, float]]:
    """The bounds of an axis by its values; empty where the file lacks the variable it names."""
    path = match[1] if (match := _SUBDATASET.match(part)) else part
    values, edges = _variables(path, axis, bounds)
    if edges is None or values is None:
        return {}
    return {
        float(value): (float(low), float(high))
        for value, (low, high) in zip(values, edges, strict=True)
    }


def _variables(path: str, *names: str) -> list[np.ndarray | None]:
    """Variables of NetCDF 4 or, by scipy, of the classic format."""
    import h5netcdf
    from scipy.io import netcdf_file

    try:
        with h5netcdf.File(path, "r") as file:
            return [np.asarray(file.variables[n][...]) if n in file.variables else None
                    for n in names]  # fmt: skip
    except OSError:
        with netcdf_file(path, "r", mmap=False) as file:
            return [np.array(file.variables[n].data) if n in file.variables else None
                    for n in names]  # fmt: skip


def _span(day: dt.date, step: Step, name: str) -> Span:
    if step == "day":
        return day, day
    if step == "month":
        return day.replace(day=1), month_end(day)
    if step == "year":
        return dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    starts = _STARTS.get(step, ())
    if day.day not in starts:
        raise DataRejectedError(
            f"{name}: its times are neither days nor months nor their parts, and it has no bounds; "
            "give days or months."
        )
    return part_of_month(day, starts.index(day.day) + 1, len(starts))


def part_of_month(month: dt.date, part: int, parts: int) -> Span:
    """First and last day of a dekad (3 parts) or pentad (6 parts) of a month."""
    starts = _STARTS["dekad" if parts == len(_STARTS["dekad"]) else "pentad"]
    first = month.replace(day=starts[part - 1])
    if part == parts:
        return first, month_end(month)
    return first, month.replace(day=starts[part] - 1)


def _named(name: str, *, is_needed: bool) -> NamedPeriod | None:
    """The period in a name; one that cannot be understood matters only where it is needed."""
    try:
        return named_period(name)
    except DataRejectedError:
        if is_needed:
            raise
        return None


def _too_short(name: str) -> DataRejectedError:
    return DataRejectedError(f"{name}: its times are hours; give days or months.")
