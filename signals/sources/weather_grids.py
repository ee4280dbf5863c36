"""Daily weather at sites out of NetCDF 4 files: grids, or lists of places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from suppliers.errors import DataRefusedError

Floats = NDArray[np.float64]

#: Our variables, with the names that files have for them.
PLACE_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "highest_c": ("mx2t", "tasmax", "t2m_max"),
    "lowest_c": ("mn2t", "tasmin", "t2m_min"),
    "dew_point_c": ("d2m", "tdps"),
    "precipitation_mm": ("tp", "pr"),
}

#: Unit: factor and offset to °C or mm a day.
_UNITS: Mapping[str, tuple[float, float]] = {
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
_MOST_CELLS = 9
#: Model rain may be a hair below zero from packing; less than this many mm is a fault.
_ROUNDING_MM = 0.01

_FOUND_SCHEMA: dict[str, pl.DataType] = {
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
        DataRefusedError: no NetCDF 4, no known variable, no axes, or a unit that is not known.
    """
    import h5netcdf

    from signals.measure.shapes import site_shapes

    shapes = site_shapes(sites, 1.0)
    centres = [(s.site_id, s.geometry.centroid.y, s.geometry.centroid.x) for s in shapes]
    try:
        file = h5netcdf.File(path, "r")
    except OSError as error:
        raise DataRefusedError(
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
            raise DataRefusedError(
                f"{path.name}: none of the variables "
                f"{', '.join(n for names in PLACE_VARIABLES.values() for n in names)} is in it."
            )
        frames = [pl.DataFrame(schema=_FOUND_SCHEMA)]
        for ours, variable in held.items():
            frames += _at_sites(file, variable, ours, centres, nearest_km, path.name)
    return pl.concat(frames)


def _at_sites(
    file: Any,
    variable: Any,
    ours: str,
    centres: list[tuple[str, float, float]],
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
        raise DataRefusedError(
            f"{name}: {variable.name.lstrip('/')} has no axes of time and place; give daily "
            "fields of time, latitude and longitude."
        )
    days = _days(file.variables[time_axis], name)
    factor, offset = _unit(variable, name)
    is_grid = len(axes) == 3
    rows = np.asarray(latitude[...], dtype=np.float64)
    columns = np.asarray(longitude[...], dtype=np.float64)
    grid = np.meshgrid(rows, columns, indexing="ij") if is_grid else (rows, columns)
    points = _unit_vectors(grid[0].ravel(), grid[1].ravel())
    frames = []
    for site_id, site_latitude, site_longitude in centres:
        here = _unit_vectors(np.array([site_latitude]), np.array([site_longitude]))[0]
        kilometres = _EARTH_KM * np.arccos(np.clip(points @ here, -1.0, 1.0))
        for point in np.argsort(kilometres, kind="stable")[:_MOST_CELLS]:
            if kilometres[point] > nearest_km:
                break
            place: tuple[int, ...] = (int(point),)
            if is_grid:
                place = (int(point) // columns.size, int(point) % columns.size)
            values = _decoded(variable, axes, time_axis, place) * factor + offset
            if ours == "precipitation_mm":
                values[values < -_ROUNDING_MM] = np.nan
                values = np.maximum(values, 0.0)
            if np.isfinite(values).any():
                frames.append(
                    pl.DataFrame(
                        {
                            "site_id": site_id,
                            "latitude": site_latitude,
                            "day": days,
                            "variable": ours,
                            "value": values,
                        },
                        schema=_FOUND_SCHEMA,
                    ).filter(pl.col("value").is_finite())
                )
                break
    return frames


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
    known = _UNITS.get(unit.lower().replace("**", ""))
    if known is None:
        raise DataRefusedError(
            f"{name}: {variable.name.lstrip('/')} is in {unit or 'no unit'!r}; give temperatures "
            "in K or degC and rain in m, mm, in or kg m-2 s-1."
        )
    return known


def _days(time: Any, name: str) -> list[dt.date]:
    match = _TIME.match(_text(time.attrs.get("units", "")))
    if match is None:
        raise DataRefusedError(f"{name}: its time axis counts in no known unit since a date.")
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
