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

from signals.fetching.physical_ranges import OutOfRange
from signals.fetching.physical_ranges import is_outside as is_outside_range
from signals.fetching.time_axis import true_moments
from signals.sources.climate.daily_values import (
    DayAxis,
    Statistic,
    day_axis,
    days_of_accumulated,
    days_of_steps,
    is_accumulated,
    momentary_is_enough,
    stated_statistic,
    to_days,
)
from signals.sources.climate.near_cells import (
    FOUND_SCHEMA,
    Floats,
    NearCells,
    nearest_cells,
    site_series,
)
from signals.sources.climate.weather_layers import WeatherLayers
from signals.sources.climate.weather_variables import (
    PLACE_VARIABLES,
    QUANTITIES,
    RATE_UNITS,
    ROUNDING_MM,
    attribute,
    bare_name,
    decoded,
    unit,
    unit_text,
)
from suppliers.input_errors import DataRejectedError

#: Temperatures at single moments, or a statistic of the day that cell methods or history state.
_MOMENTARY = ("t2m", "tas", "2t")
_STATISTICS: Mapping[str, Statistic] = {
    "highest_c": "max", "lowest_c": "min", "dew_point_c": "mean", "precipitation_mm": "sum",
}  # fmt: skip
_TIME_AXES = ("time", "valid_time")
#: Variables of ECMWF that describe the time before their stamp.
_OF_TIME_BEFORE = ("mx2t", "mn2t", "tp")


def read_places(
    path: Path,
    sites: pl.DataFrame,
    nearest_km: float,
    outside: OutOfRange,
    layers: WeatherLayers,
) -> pl.DataFrame:
    """Daily values at the nearest cell with data.

    Args:
        path: the file.
        sites: columns of `stg_sites`.
        nearest_km: cells whose middle is farther away speak for no site.
        outside: takes the count of values out of their physical range, which are left out.
        layers: takes the layers and what is at the sites of each.

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
    except (KeyError, OSError, RuntimeError) as error:
        raise _unreadable(path) from error
    with file:
        frames = [pl.DataFrame(schema=FOUND_SCHEMA)]
        try:
            every = _held(file, path.name)
            for held in every:
                frames += _at_sites(file, held, sites, nearest_km, path.name, outside, layers)
            layers.unread += _unread(file, every)
        except (KeyError, OSError, RuntimeError) as error:
            # So the library says that a part of the file is damaged.
            raise _unreadable(path) from error
    return pl.concat(frames)


def _unreadable(path: Path) -> DataRejectedError:
    return DataRejectedError(
        f"{path.name}: it cannot be read as NetCDF 4; download it again, or convert it with "
        "nccopy -4."
    )


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
            stated = stated_statistic(attribute(variable, "cell_methods"))
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
            attribute(variable, "cell_methods"), attribute(file, "history"), name
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


def _unread(file: Any, held: list[_Held]) -> int:
    """Times of the variables on the same axes of which nothing is made."""
    axes = {tuple(one.variable.dimensions) for one in held}
    taken = {one.variable.name for one in held}
    others = (v for v in file.variables.values() if tuple(v.dimensions) in axes)
    return sum(
        variable.shape[next(i for i, a in enumerate(variable.dimensions) if a in _TIME_AXES)]
        for variable in others
        if variable.name not in taken
    )


def _axis(file: Any, variable: Any, name: str) -> DayAxis:
    time = next((a for a in variable.dimensions if a in _TIME_AXES), None)
    if time is None or time not in file.variables:
        raise DataRejectedError(
            f"{name}: {bare_name(variable)} has no axis of time; give daily fields of time, "
            "latitude and longitude."
        )
    held = file.variables[time]
    if "climatology" in held.attrs:
        raise DataRejectedError(f"{name}: it is a climatology; give the days of true years.")
    moments = true_moments(
        np.asarray(held[...], dtype=np.float64),
        attribute(held, "units"),
        attribute(held, "calendar"),
        name,
    )
    stated = [attribute(file, key) for key in ("frequency", "time_coverage_resolution")]
    return day_axis(moments, name, *stated)


def _at_sites(
    file: Any,
    held: _Held,
    sites: pl.DataFrame,
    nearest_km: float,
    name: str,
    outside: OutOfRange,
    layers: WeatherLayers,
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
            f"{name}: {bare_name(variable)} has no axes of time and place; give daily "
            "fields of time, latitude and longitude."
        )
    factor, offset = unit(variable, name)
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
        values = decoded(variable, axes, time_axis, place, name) * factor + offset
        if held.ours == "precipitation_mm":
            values = np.where((values < 0.0) & (values >= -ROUNDING_MM), 0.0, values)
        kept = outside.keep(values, QUANTITIES[held.ours])
        has_value[np.isfinite(kept)] = True
        is_outside[is_outside_range(values, QUANTITIES[held.ours])] = True
        return kept

    has_value, is_outside = (np.zeros(len(held.axis.moments), dtype=bool) for _ in range(2))
    to_day_values = _day_maker(held, near, steps_of, name)
    found = [site_series(site, held.ours, to_day_values, stamps(held.axis)) for site in near]
    layers.is_near |= any(site.cells for site in near)
    days = days_of_steps(held.axis, of_time_before=_is_of_time_before(held.variable))
    layers.add(bare_name(held.variable), held.ours, days, has_value, is_outside)
    return [series for series in found if series is not None]


def _day_maker(
    held: _Held, near: list[NearCells], steps_of: Callable[[int], Floats], name: str
) -> Callable[[int], tuple[list[dt.date], Floats]]:
    """How the steps of a cell become days."""
    axis, how = held.axis, held.how
    if how == "sum" and unit_text(held.variable) in RATE_UNITS:
        how = "mean"
    if how == "sum" and not axis.is_daily:
        cells = sorted({site.cells[0] for site in near if site.cells})
        table = np.array([steps_of(cell) for cell in cells]).T
        if cells and is_accumulated(axis, table, name):
            return lambda cell: days_of_accumulated(axis, steps_of(cell))
    is_before = _is_of_time_before(held.variable)
    return lambda cell: to_days(axis, steps_of(cell), how, of_time_before=is_before)


def _is_of_time_before(variable: Any) -> bool:
    return bare_name(variable) in _OF_TIME_BEFORE


def stamps(axis: DayAxis) -> dict[dt.date, int]:
    """The hour of each day that is one time of the file; empty where days are made of hours."""
    return {moment.date(): moment.hour for moment in axis.moments} if axis.is_daily else {}


def _axis_of(coordinate: Any) -> str:
    """The dimension that a coordinate runs along."""
    return str(coordinate.dimensions[0])
