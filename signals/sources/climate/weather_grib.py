"""Daily weather at sites out of GRIB files, as the Climate Data Store gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.fetching.physical_ranges import OutOfRange
from signals.sources.climate.daily_values import day_axis
from signals.sources.climate.weather_grids import (
    FOUND_SCHEMA,
    QUANTITIES,
    ROUNDING_MM,
    UNITS,
    Floats,
    NearCells,
    nearest_cells,
    site_series,
    stamps,
)
from suppliers.input_errors import DataRejectedError

#: GDAL's element of GRIB 1 (table 128 of ECMWF) and of GRIB 2: our variable.
_ELEMENTS: Mapping[str, str] = {
    "MX2T": "highest_c",
    "MN2T": "lowest_c",
    "2D": "dew_point_c",
    "DPT": "dew_point_c",
    "TP": "precipitation_mm",
}
#: GRIB 2 calls every temperature TMP; code table 4.10 says which statistic of the day it is.
_STATISTICS: Mapping[int, str] = {2: "highest_c", 3: "lowest_c"}
_STATISTIC_TEMPLATE, _STATISTIC_PLACE = 8, 23


def read_grib(
    path: Path, sites: pl.DataFrame, nearest_km: float, outside: OutOfRange
) -> pl.DataFrame:
    """Daily values at the nearest cell with data.

    A message is a day of a variable. Several messages of a day (hourly files) are rejected, because
    which of them is the day's highest is not the file's to say.

    Args:
        path: the file, GRIB 1 or 2, on a grid of latitude and longitude.
        sites: columns of `stg_sites`.
        nearest_km: cells whose middle is farther away speak for no site.
        outside: takes the count of values out of their physical range, which are left out.

    Returns:
        site_id, its latitude, day, variable, value, hour; sites with no cell in reach have no rows.

    Raises:
        DataRejectedError: no whole GRIB, no known variable, a unit that is not known, two
            messages of a day, or steps longer than a day.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        # Left to itself, GDAL calls kelvins degrees Celsius in GRIB 1.
        with rasterio.Env(GRIB_NORMALIZE_UNITS="NO"), rasterio.open(path) as file:
            return _read(file, path.name, sites, nearest_km, outside)
    except RasterioError as error:
        raise DataRejectedError(
            f"{path.name}: it cannot be read as GRIB; download it again."
        ) from error


def _read(
    file: Any, name: str, sites: pl.DataFrame, nearest_km: float, outside: OutOfRange
) -> pl.DataFrame:
    near = nearest_cells(sites, *_middles(file, name), nearest_km)
    wanted = np.unique([cell for site in near for cell in site.cells]).astype(np.int64)
    found: dict[str, dict[dt.date, Floats]] = {}
    stamped: dict[str, dict[dt.date, dt.datetime]] = {}
    for band in file.indexes:
        tags = file.tags(band)
        variable = _variable(tags)
        if variable is None:
            continue
        day, moment = _day(tags)
        days = found.setdefault(variable, {})
        if day in days:
            raise DataRejectedError(
                f"{name}: it has {variable} of {day} more than once; ask for daily statistics, "
                "not for hours."
            )
        factor, offset = _unit(tags, name)
        values = file.read(band, masked=True).astype(np.float64).filled(np.nan)
        stamped.setdefault(variable, {})[day] = moment
        decoded = values.ravel()[wanted] * factor + offset
        if variable == "precipitation_mm":
            decoded = np.where((decoded < 0.0) & (decoded >= -ROUNDING_MM), 0.0, decoded)
        days[day] = outside.keep(decoded, QUANTITIES[variable])
    if not found:
        raise DataRejectedError(f"{name}: none of the variables {', '.join(_ELEMENTS)} is in it.")
    frames = [pl.DataFrame(schema=FOUND_SCHEMA)]
    for variable, days in found.items():
        axis = day_axis([stamped[variable][day] for day in sorted(days)], name)
        frames += _series(near, variable, days, wanted, stamps(axis))
    return pl.concat(frames)


def _series(
    near: list[NearCells],
    variable: str,
    days: dict[dt.date, Floats],
    wanted: NDArray[np.int64],
    hours: Mapping[dt.date, int],
) -> list[pl.DataFrame]:
    ordered = sorted(days)
    table = np.vstack([days[day] for day in ordered])

    def days_of(cell: int) -> tuple[list[dt.date], Floats]:
        return ordered, np.asarray(table[:, np.searchsorted(wanted, cell)])

    found = (site_series(site, variable, days_of, hours) for site in near)
    return [series for series in found if series is not None]


def _middles(file: Any, name: str) -> tuple[Floats, Floats]:
    """Latitude and longitude of every cell's middle, row by row."""
    step = file.transform
    if step.b != 0.0 or step.d != 0.0 or (file.crs is not None and not file.crs.is_geographic):
        raise DataRejectedError(f"{name}: give a grid of latitude and longitude.")
    columns = step.c + step.a * (np.arange(file.width) + 0.5)
    rows = step.f + step.e * (np.arange(file.height) + 0.5)
    latitudes, longitudes = np.meshgrid(rows, columns, indexing="ij")
    return latitudes.ravel(), longitudes.ravel()


def _variable(tags: Mapping[str, str]) -> str | None:
    element = tags.get("GRIB_ELEMENT", "")
    if element != "TMP" or tags.get("GRIB_PDS_PDTN") != str(_STATISTIC_TEMPLATE):
        return _ELEMENTS.get(element)
    template = tags["GRIB_PDS_TEMPLATE_ASSEMBLED_VALUES"].split()
    return _STATISTICS.get(int(template[_STATISTIC_PLACE]))


def _day(tags: Mapping[str, str]) -> tuple[dt.date, dt.datetime]:
    """The day described and its stamp; a statistic that ends at midnight is of the day before."""
    valid = dt.datetime.fromtimestamp(int(tags["GRIB_VALID_TIME"].split()[0]), dt.UTC)
    stamp = valid.replace(tzinfo=None)
    spans = int(tags.get("GRIB_FORECAST_SECONDS", "0").split()[0]) > 0
    if spans and valid.hour == 0 and valid.minute == 0:
        stamp -= dt.timedelta(days=1)
    return stamp.date(), stamp


def _unit(tags: Mapping[str, str], name: str) -> tuple[float, float]:
    unit = tags.get("GRIB_UNIT", "").strip("[]")
    known = UNITS.get(unit.lower().replace("**", "").replace("/(m^2)", " m-2"))
    if known is None:
        raise DataRejectedError(
            f"{name}: {tags.get('GRIB_ELEMENT')} is in {unit or 'no unit'!r}; give temperatures in "
            "K or degC and rain in m, mm, in or kg m-2 s-1."
        )
    return known
