"""Daily weather at sites out of NetCDF 4 files: grids, or lists of places, in days or hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.fetching.physical_ranges import OutOfRange
from signals.fetching.time_axis import true_moments
from signals.sources.climate.daily_values import (
    DayAxis,
    Statistic,
    day_axis,
    days_of_accumulated,
    is_accumulated,
    momentary_is_enough,
    stated_statistic,
    to_days,
)
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

#: Temperatures at single moments, or a statistic of the day that cell methods or history state.
_MOMENTARY = ("t2m", "tas", "2t")
_STATISTICS: Mapping[str, Statistic] = {
    "highest_c": "max", "lowest_c": "min", "dew_point_c": "mean", "precipitation_mm": "sum",
}  # fmt: skip
#: Range of each variable (`signals.fetching.physical_ranges`).
QUANTITIES: Mapping[str, str] = {
    "highest_c": "temperature", "lowest_c": "temperature", "dew_point_c": "dew_point",
    "precipitation_mm": "rain_of_day",
}  # fmt: skip

_TIME_AXES = ("time", "valid_time")
#: Variables of ECMWF that describe the time before their stamp.
_OF_TIME_BEFORE = ("mx2t", "mn2t", "tp")
_EARTH_KM = 6371.0
#: Cells looked through for one with data, nearest first.
_MAX_CELLS = 9
#: Packing may put rain this many mm below zero; it is then zero, and beyond it no data.
ROUNDING_MM = 0.01

FOUND_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "latitude": pl.Float64(),
    "day": pl.Date(),
    "variable": pl.String(),
    "value": pl.Float64(),
    "hour": pl.Int64(),
}


def read_places(
    path: Path, sites: pl.DataFrame, nearest_km: float, outside: OutOfRange
) -> pl.DataFrame:
    """Daily values at the nearest cell with data.

    Args:
        path: the file.
        sites: columns of `stg_sites`.
        nearest_km: cells whose middle is farther away speak for no site.

        outside: takes the count of values out of their physical range, which are left out.

    Returns:
        site_id, its latitude, day, variable, value, hour (the stamp of a day that is one time of
        the file, 0 where hours were brought together); sites with no cell in reach have no rows.

    Raises:
        DataRejectedError: no NetCDF 4, no known variable, no axes, a unit or times that are not
            known, or steps longer than a day.
    """
    import h5netcdf

    try:
        file = h5netcdf.File(path, "r")
    except OSError as error:
        raise DataRejectedError(
            f"{path.name}: it cannot be read as NetCDF 4; download it again, or convert it with "
            "nccopy -4."
        ) from error
    with file:
        frames = [pl.DataFrame(schema=FOUND_SCHEMA)]
        for held in _held(file, path.name):
            frames += _at_sites(file, held, sites, nearest_km, path.name, outside)
    return pl.concat(frames)


@dataclass(frozen=True)
class _Held:
    """A variable of a file, what it is of ours, and the statistic that makes its days."""

    ours: str
    variable: Any
    axis: DayAxis
    how: Statistic


def _held(file: Any, name: str) -> list[_Held]:
    """The variables that days can be made of.

    Raises:
        DataRejectedError: there is none, or what one states contradicts its name.
    """
    held, unclear = [], []
    for ours, names in PLACE_VARIABLES.items():
        wanted = _STATISTICS[ours]
        theirs = next((one for one in names if one in file.variables), None)
        if theirs is not None:
            variable = file.variables[theirs]
            stated = stated_statistic(_attribute(variable, "cell_methods"))
            if wanted in ("max", "min") and stated not in (None, wanted):
                raise DataRejectedError(
                    f"{name}: {theirs} states the {stated} of a day, and its name the {wanted}; "
                    "correct the one that is wrong."
                )
            held.append(_Held(ours, variable, _axis(file, variable, name), wanted))
            continue
        theirs = next((one for one in _MOMENTARY if one in file.variables), None)
        if theirs is None or wanted not in ("max", "min"):
            continue
        variable = file.variables[theirs]
        axis = _axis(file, variable, name)
        stated = stated_statistic(
            _attribute(variable, "cell_methods"), _attribute(file, "history"), name
        )
        if momentary_is_enough(axis) or (axis.is_daily and stated == wanted):
            held.append(_Held(ours, variable, axis, wanted))
        else:
            unclear.append(theirs)
    if not held and unclear:
        raise DataRejectedError(
            f"{name}: {unclear[0]} states neither the highest nor the lowest temperature of a day; "
            "give hours, or daily statistics that state maximum or minimum."
        )
    if not held:
        known = [one for names in PLACE_VARIABLES.values() for one in names]
        raise DataRejectedError(
            f"{name}: none of the variables {', '.join((*known, *_MOMENTARY))} is in it."
        )
    return held


def _axis(file: Any, variable: Any, name: str) -> DayAxis:
    time = next((a for a in variable.dimensions if a in _TIME_AXES), None)
    if time is None or time not in file.variables:
        raise DataRejectedError(
            f"{name}: {variable.name.lstrip('/')} has no axis of time; give daily fields of time, "
            "latitude and longitude."
        )
    held = file.variables[time]
    if "climatology" in held.attrs:
        raise DataRejectedError(f"{name}: it is a climatology; give the days of true years.")
    moments = true_moments(
        np.asarray(held[...], dtype=np.float64),
        _attribute(held, "units"),
        _attribute(held, "calendar"),
        name,
    )
    stated = [_attribute(file, key) for key in ("frequency", "time_coverage_resolution")]
    return day_axis(moments, name, *stated)


def _at_sites(
    file: Any, held: _Held, sites: pl.DataFrame, nearest_km: float, name: str, outside: OutOfRange
) -> list[pl.DataFrame]:
    variable = held.variable
    axes = list(variable.dimensions)
    time_axis = next(a for a in axes if a in _TIME_AXES)
    latitude, longitude = (
        next((file.variables[n] for n in names if n in file.variables), None)
        for names in (("latitude", "lat"), ("longitude", "lon"))
    )
    if latitude is None or longitude is None or len(axes) not in (2, 3):
        raise DataRejectedError(
            f"{name}: {variable.name.lstrip('/')} has no axes of time and place; give daily "
            "fields of time, latitude and longitude."
        )
    factor, offset = _unit(variable, name)
    is_grid = len(axes) == 3
    rows = np.asarray(latitude[...], dtype=np.float64)
    columns = np.asarray(longitude[...], dtype=np.float64)
    if is_grid and (rows.ndim != 1 or columns.ndim != 1):
        raise DataRejectedError(f"{name}: give a grid of latitude and longitude.")
    grid = np.meshgrid(rows, columns, indexing="ij") if is_grid else (rows, columns)
    near = nearest_cells(sites, grid[0].ravel(), grid[1].ravel(), nearest_km)
    row_axis, column_axis = (_axis_of(one) for one in (latitude, longitude))

    @cache
    def steps_of(cell: int) -> Floats:
        if is_grid:
            place = {row_axis: cell // columns.size, column_axis: cell % columns.size}
        else:
            place = dict.fromkeys((axis for axis in axes if axis != time_axis), cell)
        values = _decoded(variable, axes, time_axis, place, name) * factor + offset
        if held.ours == "precipitation_mm":
            values = np.where((values < 0.0) & (values >= -ROUNDING_MM), 0.0, values)
        return outside.keep(values, QUANTITIES[held.ours])

    to_day_values = _day_maker(held, near, steps_of, name)
    found = (site_series(site, held.ours, to_day_values, stamps(held.axis)) for site in near)
    return [series for series in found if series is not None]


def _day_maker(
    held: _Held, near: list[NearCells], steps_of: Callable[[int], Floats], name: str
) -> Callable[[int], tuple[list[dt.date], Floats]]:
    """How the steps of a cell become days."""
    axis, how = held.axis, held.how
    if how == "sum" and _unit_text(held.variable) in RATE_UNITS:
        how = "mean"
    if how == "sum" and not axis.is_daily:
        cells = sorted({site.cells[0] for site in near if site.cells})
        table = np.array([steps_of(cell) for cell in cells]).T
        if cells and is_accumulated(axis, table, name):
            return lambda cell: days_of_accumulated(axis, steps_of(cell))
    is_before = held.variable.name.lstrip("/") in _OF_TIME_BEFORE
    return lambda cell: to_days(axis, steps_of(cell), how, of_time_before=is_before)


def stamps(axis: DayAxis) -> dict[dt.date, int]:
    """The hour of each day that is one time of the file; empty where days are made of hours."""
    return {moment.date(): moment.hour for moment in axis.moments} if axis.is_daily else {}


@dataclass(frozen=True)
class NearCells:
    """The cells that may speak for a site, nearest first."""

    site_id: str
    latitude: float
    cells: tuple[int, ...]


def nearest_cells(
    sites: pl.DataFrame, latitudes: Floats, longitudes: Floats, nearest_km: float
) -> list[NearCells]:
    """For each measurable site the nearest cells whose middle is within a distance.

    Args:
        sites: columns of `stg_sites`.
        latitudes: of the cells' middles, degrees.
        longitudes: likewise; those of any turn are the same.
        nearest_km: the farthest that a cell may be.
    """
    from signals.zonal.site_outlines import site_shapes

    points = _unit_vectors(latitudes, longitudes)
    near = []
    for shape in site_shapes(sites, 1.0):
        middle = shape.geometry.centroid
        here = _unit_vectors(np.array([middle.y]), np.array([middle.x]))[0]
        kilometres = _EARTH_KM * np.arccos(np.clip(points @ here, -1.0, 1.0))
        order = np.argsort(kilometres, kind="stable")[:_MAX_CELLS]
        cells = tuple(int(cell) for cell in order if kilometres[cell] <= nearest_km)
        near.append(NearCells(shape.site_id, middle.y, cells))
    return near


def site_series(
    near: NearCells,
    variable: str,
    days_of: Callable[[int], tuple[list[dt.date], Floats]],
    hours: Mapping[dt.date, int],
) -> pl.DataFrame | None:
    """The daily series of the nearest cell with data; None where none has any.

    Args:
        near: the site and its cells.
        variable: ours, such as `precipitation_mm`.
        days_of: the days of a cell and their values, NaN where missing.
        hours: the stamp of each day that is one time of the file.
    """
    for cell in near.cells:
        days, values = days_of(cell)
        if np.isfinite(values).any():
            columns = {
                "site_id": near.site_id,
                "latitude": near.latitude,
                "day": days,
                "variable": variable,
                "value": values,
                "hour": [hours.get(day, 0) for day in days],
            }
            return pl.DataFrame(columns, schema=FOUND_SCHEMA).filter(pl.col("value").is_finite())
    return None


def _decoded(
    variable: Any, axes: list[str], time_axis: str, place: Mapping[str, int], name: str
) -> Floats:
    """The series at a place, unpacked, NaN for no data."""
    if set(axes) != {time_axis, *place}:
        raise DataRejectedError(
            f"{name}: {variable.name.lstrip('/')} has the axes {', '.join(axes)}; give daily "
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


def _axis_of(coordinate: Any) -> str:
    """The dimension that a coordinate runs along."""
    return str(coordinate.dimensions[0])


def _unit_text(variable: Any) -> str:
    return _attribute(variable, "units").lower().replace("**", "")


def _unit(variable: Any, name: str) -> tuple[float, float]:
    known = UNITS.get(_unit_text(variable))
    if known is None:
        unit = _attribute(variable, "units")
        raise DataRejectedError(
            f"{name}: {variable.name.lstrip('/')} is in {unit or 'no unit'!r}; give temperatures "
            "in K or degC and rain in m, mm, in or kg m-2 s-1."
        )
    return known


def _attribute(held: Any, key: str) -> str:
    """An attribute of a file or a variable as text; empty where it is not there."""
    return _text(held.attrs.get(key, ""))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Points on the unit sphere; longitudes of any turn are the same."""
    rows, columns = np.radians(latitude), np.radians(longitude)
    return np.column_stack(
        [np.cos(rows) * np.cos(columns), np.cos(rows) * np.sin(columns), np.sin(rows)]
    )
