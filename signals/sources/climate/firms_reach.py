"""Cells of the globe that any site may reach into: fires elsewhere are not kept."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_CELL_DEGREES = 0.1
_ROWS, _COLUMNS = round(180 / _CELL_DEGREES), round(360 / _CELL_DEGREES)
#: Less than a degree of latitude, or of longitude at the equator, is anywhere on the ellipsoid.
_KM_PER_DEGREE = 110.0
#: Circles that come nearer to a pole than this reach around it.
_POLAR_DEGREES = 89.0


def cells_within_reach(sites: pl.DataFrame, radius_km: float) -> NDArray[np.bool_]:
    """[rows, columns] cells that hold all ground of the sites, and more.

    Args:
        sites: latitude, longitude, geometry_wkt, has_measurable_location.
        radius_km: of sites without an outline of their own.
    """
    import shapely

    kept = sites.filter(pl.col("has_measurable_location"))
    points = kept.filter(pl.col("geometry_wkt").is_null())
    at = points.select(pl.col("longitude", "latitude").cast(pl.Float64)).to_numpy()
    high = radius_km / _KM_PER_DEGREE
    nearest_pole = np.abs(at[:, 1]) + high
    wide = np.full(len(at), 360.0)
    ordinary = nearest_pole < _POLAR_DEGREES
    wide[ordinary] = high / np.cos(np.radians(nearest_pole[ordinary]))
    around = np.column_stack([wide, np.full(len(at), high)])
    given = shapely.from_wkt(kept["geometry_wkt"].drop_nulls().to_list(), on_invalid="ignore")
    own = shapely.bounds(np.asarray(given, dtype=object)).reshape(-1, 4)
    # Outlines across the antimeridian or around a pole are drawn in several ways.
    usual = (own[:, 0] >= -180.0) & (own[:, 2] <= 180.0) & (own[:, 2] - own[:, 0] <= 180.0)
    own[~usual] = (-180.0, -90.0, 180.0, 90.0)
    bounds = np.vstack([np.column_stack([at - around, at + around]), own])
    crosses = (bounds[:, 0] < -180.0) | (bounds[:, 2] > 180.0)
    bounds[crosses, 0], bounds[crosses, 2] = -180.0, 180.0
    low_row, low_column = _cell(bounds[:, 1], bounds[:, 0], -1)
    high_row, high_column = _cell(bounds[:, 3], bounds[:, 2], 1)
    # Corners of each rectangle, of which the sums are the number of rectangles over a cell.
    steps = np.zeros((_ROWS + 1, _COLUMNS + 1), np.int32)
    for rows, columns, step in (
        (low_row, low_column, 1),
        (low_row, high_column + 1, -1),
        (high_row + 1, low_column, -1),
        (high_row + 1, high_column + 1, 1),
    ):
        np.add.at(steps, (rows, columns), step)
    return np.asarray(
        steps.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)[:-1, :-1] > 0
    )


def is_within_reach(
    cells: NDArray[np.bool_], latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether each place lies in a cell of `cells_within_reach`."""
    return np.asarray(cells[_cell(latitude, longitude, 0)])


def _cell(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], further: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    row = np.floor((latitude + 90.0) / _CELL_DEGREES).astype(np.int64) + further
    column = np.floor((longitude + 180.0) / _CELL_DEGREES).astype(np.int64) + further
    return np.clip(row, 0, _ROWS - 1), np.clip(column, 0, _COLUMNS - 1)
