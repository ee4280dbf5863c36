"""Variables of weather files: their names, units and ranges, and their values without packing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suppliers.input_errors import DataRejectedError

Floats = NDArray[np.float64]

#: Our variables, with the names that files have for them.
PLACE_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "highest_c": ("mx2t", "tasmax", "t2m_max"),
    "lowest_c": ("mn2t", "tasmin", "t2m_min"),
    "dew_point_c": ("d2m", "tdps"),
    "precipitation_mm": ("tp", "pr"),
}

#: Unit: factor and offset to °C, mm of the step, or mm a day for rates.
UNITS: Mapping[str, tuple[float, float]] = {
    "k": (1.0, -273.15),
    "kelvin": (1.0, -273.15),
    "degc": (1.0, 0.0),
    "c": (1.0, 0.0),
    "celsius": (1.0, 0.0),
    "kg m-2 s-1": (86_400.0, 0.0),
    "m": (1000.0, 0.0),
    "mm": (1.0, 0.0),
    "mm day-1": (1.0, 0.0),
    "mm/day": (1.0, 0.0),
    "mm d-1": (1.0, 0.0),
    "mm/hr": (24.0, 0.0),
    "mm h-1": (24.0, 0.0),
    "mm/h": (24.0, 0.0),
    "kg m-2": (1.0, 0.0),
    "in": (25.4, 0.0),
    "inch": (25.4, 0.0),
    "inches": (25.4, 0.0),
}

#: Units of a mean over the step; others are amounts of the step.
RATE_UNITS = ("kg m-2 s-1", "mm day-1", "mm/day", "mm d-1", "mm/hr", "mm h-1", "mm/h")
#: Range of each variable (`signals.fetching.physical_ranges`).
QUANTITIES: Mapping[str, str] = {
    "highest_c": "temperature", "lowest_c": "temperature", "dew_point_c": "dew_point",
    "precipitation_mm": "rain_of_day",
}  # fmt: skip

#: Packing may put rain this many mm below zero; it is then zero, and beyond it no data.
ROUNDING_MM = 0.01


def bare_name(variable: Any) -> str:
    """The name of a variable without its group."""
    return str(variable.name).lstrip("/")


def decoded(
    variable: Any, axes: list[str], time_axis: str, place: Mapping[str, int], name: str
) -> Floats:
    """The series at a place, unpacked, NaN for no data.

    Args:
        variable: of the file.
        axes: its dimensions.
        time_axis: the one of time.
        place: position along each other one.
        name: of the file.

    Raises:
        DataRejectedError: it has further axes.
    """
    if set(axes) != {time_axis, *place}:
        raise DataRejectedError(
            f"{name}: {bare_name(variable)} has the axes {', '.join(axes)}; give daily "
            "fields of time, latitude and longitude."
        )
    raw = np.asarray(variable[tuple(slice(None) if a == time_axis else place[a] for a in axes)])
    values = raw.astype(np.float64)
    for key in ("_FillValue", "missing_value"):
        if key in variable.attrs:
            values[raw == np.asarray(variable.attrs[key]).ravel()[0]] = np.nan
    scale = float(np.asarray(variable.attrs.get("scale_factor", 1.0)).ravel()[0])
    start = float(np.asarray(variable.attrs.get("add_offset", 0.0)).ravel()[0])
    return np.asarray(values * scale + start)


def unit_text(variable: Any) -> str:
    """The unit of a variable in lower case, without the marks of powers."""
    return attribute(variable, "units").lower().replace("**", "")


def unit(variable: Any, name: str) -> tuple[float, float]:
    """Factor and offset from the values of a variable to our unit, see `UNITS`.

    Raises:
        DataRejectedError: its unit is not known.
    """
    known = UNITS.get(unit_text(variable))
    if known is None:
        stated = attribute(variable, "units")
        raise DataRejectedError(
            f"{name}: {bare_name(variable)} is in {stated or 'no unit'!r}; give temperatures "
            "in K or degC and rain in m, mm, in or kg m-2 s-1."
        )
    return known


def attribute(held: Any, key: str) -> str:
    """An attribute of a file or a variable as text; empty where it is not there."""
    return _text(held.attrs.get(key, ""))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
