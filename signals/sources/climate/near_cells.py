"""The cells of a weather grid near each site, and the daily series of the first with data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EARTH_KM = 6371.0
#: Cells looked through for one with data, nearest first.
_MAX_CELLS = 9

FOUND_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "latitude": pl.Float64(),
    "day": pl.Date(),
    "variable": pl.String(),
    "value": pl.Float64(),
    "hour": pl.Int64(),
}


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


def _unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Points on the unit sphere; longitudes of any turn are the same."""
    rows, columns = np.radians(latitude), np.radians(longitude)
    return np.column_stack(
        [np.cos(rows) * np.cos(columns), np.cos(rows) * np.sin(columns), np.sin(rows)]
    )
