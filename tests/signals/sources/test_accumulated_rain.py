"""Rain of each hour, or summed since midnight, by its rises and falls within days."""

import datetime as dt

import numpy as np
import pytest

from signals.sources.climate.daily_values import DayAxis, is_accumulated

HOURS = np.arange(24)


def _axis(days: int) -> DayAxis:
    first = dt.datetime(2020, 6, 1, 1)
    moments = tuple(first + dt.timedelta(hours=hour) for hour in range(24 * days))
    return DayAxis(moments=moments, step="hour", hours=1.0)


@pytest.mark.parametrize(
    ("of_day", "accumulated"),
    [
        (np.full(24, 0.1), False),  # drizzle of one amount: 2.4 mm a day, not 0.1
        (0.1 * (HOURS + 1), True),
        (np.where(HOURS % 2 == 0, 0.5, 0.0), False),
        (np.zeros(24), False),
    ],
)
def test_how_rain_is_summed(of_day: np.ndarray, accumulated: bool) -> None:
    table = np.tile(of_day, 3)[:, None]
    assert is_accumulated(_axis(3), table, "rain.nc") is accumulated


def test_a_flat_day_says_nothing_beside_days_that_rise() -> None:
    table = np.concatenate([np.full(24, 0.3), 0.1 * (HOURS + 1)])[:, None]
    assert is_accumulated(_axis(2), table, "rain.nc") is True
