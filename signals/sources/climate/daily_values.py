"""From the steps of a weather file to days: highest, lowest, mean or sum.

Times are UTC. A maximum, a minimum or an amount of ECMWF is of the time before its stamp, so that
one stamped 00:00 belongs to the day before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from signals.fetching.time_axis import Step, agreed_step, hours_of
from suppliers.input_errors import DataRejectedError

Floats = NDArray[np.float64]
Statistic = Literal["max", "min", "mean", "sum"]

#: A day with fewer of its steps than this share has no value.
MINIMUM_STEP_SHARE = 0.9
#: Temperatures at single moments say the extremes of a day when they are no farther apart.
_LONGEST_MOMENT_HOURS = 3.0
#: A day of accumulated rain never falls; this much, in mm, is rounding.
_ROUNDING_MM = 0.01
#: Days with rain that are needed to distinguish amounts of a step from sums since midnight.
_WET_STEPS, _CLEAR_SHARE = 3, 0.9

_STATED: tuple[tuple[re.Pattern[str], Statistic], ...] = (
    (re.compile(r"how=max|time: max|daily[_ ]max|\btmax\b|_max_", re.IGNORECASE), "max"),
    (re.compile(r"how=min|time: min|daily[_ ]min|\btmin\b|_min_", re.IGNORECASE), "min"),
    (re.compile(r"how=mean|time: mean|daily[_ ]mean", re.IGNORECASE), "mean"),
)
_OF_DAY: Mapping[Statistic, Callable[[Floats], float]] = {
    "max": lambda known: float(known.max()),
    "min": lambda known: float(known.min()),
    "mean": lambda known: float(known.mean()),
}


@dataclass(frozen=True)
class DayAxis:
    """How the times of a file fall into days.

    Attributes:
        moments: of the file, in its order.
        step: of the axis; `day` for a single time.
        hours: between two times.
    """

    moments: tuple[dt.datetime, ...]
    step: Step
    hours: float

    @property
    def is_daily(self) -> bool:
        """Each time is a day of its own."""
        return self.step == "day"


def day_axis(moments: Sequence[dt.datetime], name: str, *stated: str) -> DayAxis:
    """Check that times are days, or steps within days.

    Args:
        moments: of the file's time axis.
        name: of the file.
        stated: its attributes that state the step.

    Raises:
        DataRejectedError: they are months or other steps longer than a day, a time comes twice, or
            one hour stands for each day.
    """
    if len(set(moments)) < len(moments):
        raise DataRejectedError(f"{name}: it has a time twice; give each time once.")
    step = agreed_step(moments, name, *stated) or "day"
    if step == "hour" and len(moments) == 1:
        raise DataRejectedError(f"{name}: it holds one hour; put all hours of a day into one file.")
    if step not in ("day", "hour"):
        raise DataRejectedError(
            f"{name}: its times are {_PLURAL[step]}; give days or hours, because the hottest days "
            "and the hours of heat cannot be found in longer steps."
        )
    hours = hours_of(moments) if step == "hour" else 24.0
    at = {(moment.hour, moment.minute) for moment in moments}
    if step == "day" and not at <= {(0, 0), (12, 0)}:
        hour, minute = sorted(at)[0]
        raise DataRejectedError(
            f"{name}: it has one time of each day, {hour:02d}:{minute:02d}; give statistics of the "
            "whole day, or all its hours."
        )
    return DayAxis(tuple(moments), step, hours)


_PLURAL: Mapping[Step, str] = {
    "pentad": "pentads", "dekad": "dekads", "month": "months", "year": "years",
    "other": "neither days nor hours",
}  # fmt: skip


def stated_statistic(*texts: str) -> Statistic | None:
    """The statistic of a day that cell methods, a history or a name state; None for several."""
    found = {statistic for text in texts for words, statistic in _STATED if words.search(text)}
    return found.pop() if len(found) == 1 else None


def momentary_is_enough(axis: DayAxis) -> bool:
    """Whether temperatures at the times of the axis say the highest and lowest of a day."""
    return not axis.is_daily and axis.hours <= _LONGEST_MOMENT_HOURS


def to_days(
    axis: DayAxis, values: Floats, how: Statistic, *, of_time_before: bool
) -> tuple[list[dt.date], Floats]:
    """Days and their values from those of the steps.

    Args:
        axis: times of the values.
        values: NaN where missing.
        how: statistic of the day; sums are scaled from the steps known to the whole day.
        of_time_before: each value is of the time before its stamp.

    Returns:
        Ascending days, each once, NaN with fewer than nine tenths of the steps.
    """
    if axis.is_daily:
        order = np.argsort([moment.timestamp() for moment in _utc(axis.moments)], kind="stable")
        return [axis.moments[at].date() for at in order], values[order]
    back = dt.timedelta(seconds=1) if of_time_before else dt.timedelta(0)
    days = np.array([(moment - back).toordinal() for moment in axis.moments])
    least = MINIMUM_STEP_SHARE * 24.0 / axis.hours
    found, outcome = [], []
    for day in np.unique(days):
        known = values[(days == day) & np.isfinite(values)]
        found.append(dt.date.fromordinal(int(day)))
        if len(known) < least:
            outcome.append(np.nan)
        elif how == "sum":
            outcome.append(float(known.mean()) * 24.0 / axis.hours)
        else:
            outcome.append(_OF_DAY[how](known))
    return found, np.array(outcome, dtype=np.float64)


def days_of_steps(axis: DayAxis, *, of_time_before: bool) -> list[dt.date]:
    """The day that each step is of, in the order of the axis; see `to_days`."""
    is_back = of_time_before and not axis.is_daily
    back = dt.timedelta(seconds=1) if is_back else dt.timedelta(0)
    return [(moment - back).date() for moment in axis.moments]


def is_accumulated(axis: DayAxis, table: Floats, name: str) -> bool:
    """Whether amounts are sums since midnight, as in hourly ERA5-Land, or of each step.

    Sums never fall within a day; amounts of steps do on nearly every day with rain. A day of one
    amount, the same in all steps, is evidence of neither: amounts are of each step unless a sum is
    seen to rise.

    Args:
        axis: times of the amounts, within days.
        table: amounts in mm, shape (times, cells), NaN where missing.
        name: of the file, for messages.

    Raises:
        DataRejectedError: the days with rain contradict each other.
    """
    days = np.array([(moment - dt.timedelta(seconds=1)).toordinal() for moment in axis.moments])
    moments = np.array([moment.timestamp() for moment in _utc(axis.moments)])
    rising = falling = 0
    for day in np.unique(days):
        at = np.flatnonzero(days == day)
        part = table[at[np.argsort(moments[at])]]
        wet = (part > _ROUNDING_MM).sum(axis=0) >= _WET_STEPS
        falls = (np.diff(part, axis=0) < -_ROUNDING_MM).any(axis=0)
        rises = (np.diff(part, axis=0) > _ROUNDING_MM).any(axis=0)
        falling += int((wet & falls).sum())
        rising += int((wet & ~falls & rises).sum())
    if rising >= _CLEAR_SHARE * (rising + falling) and rising:
        return True
    if falling >= rising:
        return False
    raise DataRejectedError(
        f"{name}: its rain is neither clearly of each step nor summed since midnight; give daily "
        "sums."
    )


def days_of_accumulated(axis: DayAxis, values: Floats) -> tuple[list[dt.date], Floats]:
    """Days and their rain from sums since midnight: the last sum of each day.

    A day whose last known sum is before nine tenths of it is missing; a little less than the whole
    is scaled to it.
    """
    back = dt.timedelta(seconds=1)
    last: dict[dt.date, tuple[float, float]] = {}
    for moment, value in zip(axis.moments, values, strict=True):
        before = moment - back
        midnight = before.replace(hour=0, minute=0, second=0)
        hours = (moment - midnight).total_seconds() / 3600.0
        day = before.date()
        if np.isfinite(value) and hours > last.get(day, (0.0, 0.0))[0]:
            last[day] = (hours, float(value))
        last.setdefault(day, (0.0, np.nan))
    days = sorted(last)
    sums = [
        value * 24.0 / hours if hours >= MINIMUM_STEP_SHARE * 24.0 else np.nan
        for hours, value in (last[day] for day in days)
    ]
    return days, np.array(sums, dtype=np.float64)


def _utc(moments: Sequence[dt.datetime]) -> list[dt.datetime]:
    return [moment.replace(tzinfo=dt.UTC) for moment in moments]
