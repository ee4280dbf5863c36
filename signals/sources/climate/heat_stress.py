"""Heat at work: wet-bulb globe temperature of a day, and the hours of it above the work limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: ISO 7243 reference limit for acclimatised people at moderate work, in °C WBGT.
WORK_LIMIT_C = 28.0

#: A day whose hottest hours exceed the limit counts this many hours (Methodology A.3). Ours.
HOURS_PER_HOT_DAY = 4.0

ZERO_CELSIUS_K = 273.15


def vapour_pressure_hpa(dew_point_c: Floats) -> Floats:
    """Pressure of water vapour in hPa, 6.105 exp(17.27 Td / (237.7 + Td)).

    The Bureau of Meteorology's formula, which the simple WBGT was made with.
    """
    return np.asarray(6.105 * np.exp(17.27 * dew_point_c / (237.7 + dew_point_c)))


def simple_wbgt_c(temperature_c: Floats, dew_point_c: Floats) -> Floats:
    """Wet-bulb globe temperature in °C, 0.567 T + 0.393 e + 3.94 (ACSM 1984).

    Assumes fairly strong sun and a light wind: too high under cloud, in wind and at night.

    Args:
        temperature_c: air temperature at 2 m.
        dew_point_c: dew point at 2 m; NaN in either gives NaN. Never above the temperature in
            the air, so rounding above it is taken back to it.
    """
    dew_point_c = np.minimum(dew_point_c, temperature_c)
    return np.asarray(0.567 * temperature_c + 0.393 * vapour_pressure_hpa(dew_point_c) + 3.94)


def outdoor_wbgt_c(
    temperature_c: Floats, dew_point_c: Floats, radiant_c: Floats, wind_m_s: Floats
) -> Floats:
    """Wet-bulb globe temperature in °C from the globe: 0.7 Tw + 0.2 Tg + 0.1 T.

    Tw is Stull's wet bulb (2011) and Tg the globe temperature of Guo et al. (2018), as ECMWF's
    thermofeel computes them; for hourly data with radiation and wind.

    Args:
        temperature_c: air temperature at 2 m.
        dew_point_c: dew point at 2 m.
        radiant_c: mean radiant temperature.
        wind_m_s: wind at 10 m.
    """
    import thermofeel

    kelvin = thermofeel.calculate_wbgt(
        temperature_c + ZERO_CELSIUS_K,
        radiant_c + ZERO_CELSIUS_K,
        wind_m_s,
        dew_point_c + ZERO_CELSIUS_K,
    )
    return np.asarray(kelvin - ZERO_CELSIUS_K)


def hours_above_limit(highest_c: Floats, dew_point_c: Floats) -> Floats:
    """Hours of a day above the work limit: 4 where the WBGT at its highest temperature is above.

    Args:
        highest_c: highest temperature of each day.
        dew_point_c: mean dew point of each day; NaN in either gives NaN.
    """
    wbgt = simple_wbgt_c(highest_c, dew_point_c)
    return np.where(np.isnan(wbgt), np.nan, np.where(wbgt > WORK_LIMIT_C, HOURS_PER_HOT_DAY, 0.0))
