"""Daily weather at sites out of NetCDF 4 files: grids, or lists of places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
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

#: Unit: factor and offset to °C or mm a day.
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
    "kg m-2": (1.0, 0.0),
    "in": (25.4, 0.0),
    "inch": (25.4, 0.0),
    "inches": (25.4, 0.0),
}

_TIME = re.compile(r"^(days|hours|seconds) since (\d{4})-(\d{1,2})-(\d{1,2})")
_SECONDS = {"days": 86_400, "hours": 3600, "seconds": 1}
_EARTH_KM = 6371.0
#: Cells looked through for one with data, nearest first.
_MAX_CELLS = 9
#: Model rain may be a hair below zero from packing; less than this many mm is a fault.
_ROUNDING_MM = 0.01

FOUND_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "latitude": pl.Float64(),
    "day": pl.Date(),
    "variable": pl.String(),
    "value": pl.Float64(),
}


def read_places(path: Path, sites: pl.DataFrame, nearest_km: float) -> pl.DataFrame:
    """Daily values at the nearest cell with data.

    Args:
        path: the file.
        sites: columns of `stg_sites`.
        nearest_km: cells whose middle is farther away speak for no site.

    Returns:
        site_id, its latitude, day, variable, value; sites with no cell in reach have no rows.

    Raises:
        DataRejectedError: no NetCDF 4, no known variable, no axes, or a unit that is not known.
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
        held = {
            ours: file.variables[theirs]
            for ours, names in PLACE_VARIABLES.items()
            for theirs in names
            if theirs in file.variables
        }
        if not held:
            raise DataRejectedError(
                f"{path.name}: none of the variables "
                f"{', '.join(n for names in PLACE_VARIABLES.values() for n in names)} is in it."
            )
        frames = [pl.DataFrame(schema=FOUND_SCHEMA)]
        for ours, variable in held.items():
            frames += _at_sites(file, variable, ours, sites, nearest_km, path.name)
    return pl.concat(frames)


def _at_sites(
    file: Any,
    variable: Any,
    ours: str,
    sites: pl.DataFrame,
    nearest_km: float,
    name: str,
) -> list[pl.DataFrame]:
    axes = list(variable.dimensions)
    time_axis = next((a for a in axes if a in ("time", "valid_time")), None)
    latitude, longitude = (
        next((file.variables[n] for n in names if n in file.variables), None)
        for names in (("latitude", "lat"), ("longitude", "lon"))
    )
    if time_axis is None or latitude is None or longitude is None or len(axes) not in (2, 3):
        raise DataRejectedError(
            f"{name}: {variable.name.lstrip('/')} has no axes of time and place; give daily "
            "fields of time, latitude and longitude."
        )
    days = _days(file.variables[time_axis], name)
    factor, offset = _unit(variable, name)
    is_grid = len(axes) == 3
    rows = np.asarray(latitude[...], dtype=np.float64)
    columns = np.asarray(longitude[...], dtype=np.float64)
    grid = np.meshgrid(rows, columns, indexing="ij") if is_grid else (rows, columns)

    def series_of(cell: int) -> Floats:
        place = (cell // columns.size, cell % columns.size) if is_grid else (cell,)
        return _decoded(variable, axes, time_axis, place) * factor + offset

    found = (
        site_series(near, ours, days, series_of)
        for near in nearest_cells(sites, grid[0].ravel(), grid[1].ravel(), nearest_km)
    )
    return [series for series in found if series is not None]


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
    near: NearCells, variable: str, days: list[dt.date], series_of: Callable[[int], Floats]
) -> pl.DataFrame | None:
    """The daily series of the nearest cell with data; None where none has any.

    Rain below zero is missing, but for the hair that packing takes off a dry day.

    Args:
        near: the site and its cells.
        variable: ours, such as `precipitation_mm`.
        days: of the series.
        series_of: the values of a cell, NaN where missing.
    """
    for cell in near.cells:
        values = series_of(cell)
        if variable == "precipitation_mm":
            values = np.where(values < -_ROUNDING_MM, np.nan, np.maximum(values, 0.0))
        if np.isfinite(values).any():
            columns = {
                "site_id": near.site_id,
                "latitude": near.latitude,
                "day": days,
                "variable": variable,
                "value": values,
            }
            return pl.DataFrame(columns, schema=FOUND_SCHEMA).filter(pl.col("value").is_finite())
    return None


def _decoded(variable: Any, axes: list[str], time_axis: str, place: tuple[int, ...]) -> Floats:
    """The series at a place, unpacked, NaN for no data."""
    rest = iter(place)
    index = tuple(slice(None) if axis == time_axis else next(rest) for axis in axes)
    raw = np.asarray(variable[index])
    values = raw.astype(np.float64)
    for key in ("_FillValue", "missing_value"):
        if key in variable.attrs:
            values[raw == np.asarray(variable.attrs[key]).ravel()[0]] = np.nan
    scale = float(np.asarray(variable.attrs.get("scale_factor", 1.0)).ravel()[0])
    start = float(np.asarray(variable.attrs.get("add_offset", 0.0)).ravel()[0])
    return np.asarray(values * scale + start)


def _unit(variable: Any, name: str) -> tuple[float, float]:
    unit = _text(variable.attrs.get("units", ""))
    known = UNITS.get(unit.lower().replace("**", ""))
    if known is None:
        raise DataRejectedError(
            f"{name}: {variable.name.lstrip('/')} is in {unit or 'no unit'!r}; give temperatures "
            "in K or degC and rain in m, mm, in or kg m-2 s-1."
        )
    return known


def _days(time: Any, name: str) -> list[dt.date]:
    match = _TIME.match(_text(time.attrs.get("units", "")))
    if match is None:
        raise DataRejectedError(f"{name}: its time axis counts in no known unit since a date.")
    start = dt.datetime(int(match[2]), int(match[3]), int(match[4]), tzinfo=dt.UTC)
    step = _SECONDS[match[1]]
    return [
        (start + dt.timedelta(seconds=int(count) * step)).date() for count in np.asarray(time[...])
    ]


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Points on the unit sphere; longitudes of any turn are the same."""
    rows, columns = np.radians(latitude), np.radians(longitude)
    return np.column_stack(
        [np.cos(rows) * np.cos(columns), np.cos(rows) * np.sin(columns), np.sin(rows)]
    )
