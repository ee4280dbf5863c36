"""Daily weather at sites out of GRIB files, as the Climate Data Store gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.fetching.physical_ranges import OutOfRange, is_outside
from signals.sources.climate.daily_values import (
    MINIMUM_STEP_SHARE,
    DayAxis,
    Statistic,
    day_axis,
    days_of_accumulated,
    days_of_steps,
    is_accumulated,
    momentary_is_enough,
    to_days,
)
from signals.sources.climate.near_cells import (
    FOUND_SCHEMA,
    Floats,
    NearCells,
    nearest_cells,
    site_series,
)
from signals.sources.climate.weather_grids import stamps
from signals.sources.climate.weather_layers import WeatherLayers
from signals.sources.climate.weather_variables import QUANTITIES, RATE_UNITS, ROUNDING_MM, UNITS
from suppliers.input_errors import DataRejectedError
from suppliers.intake.numbers import stated_whole

_MOMENT = "temperature of a moment"
#: GDAL's element of GRIB 1 (table 128 of ECMWF) and of GRIB 2: our variable.
_ELEMENTS: Mapping[str, str] = {
    "MX2T": "highest_c",
    "MN2T": "lowest_c",
    "2T": _MOMENT,
    "2D": "dew_point_c",
    "DPT": "dew_point_c",
    "TP": "precipitation_mm",
}
#: GRIB 2 calls every temperature TMP; code table 4.10 says which statistic of the day it is.
_STATISTICS: Mapping[int, str] = {2: "highest_c", 3: "lowest_c"}
_STATISTIC_TEMPLATE, _STATISTIC_PLACE = 8, 23
_TWO_METRES = "2-HTGL"
#: Cells of all bands read at once: 32 MB.
_CELLS_AT_ONCE = 4_194_304
#: What of its hours a day is.
_OF_HOURS: Mapping[str, Statistic] = {
    "highest_c": "max",
    "lowest_c": "min",
    "dew_point_c": "mean",
    "precipitation_mm": "sum",
}


@dataclass
class _Fields:
    """The messages of one variable by their valid time.

    Attributes:
        values: of the wanted cells.
        stamps: the time of the day that a message is of, if it is of a whole day.
        messages: valid time of each message, whether it has a value, and one outside the range.
        is_rate: whether amounts are per unit of time.
        is_moment: whether values are of their valid time alone, not of the time up to it.
    """

    values: dict[dt.datetime, Floats] = field(default_factory=dict)
    stamps: dict[dt.datetime, dt.datetime] = field(default_factory=dict)
    messages: list[tuple[dt.datetime, bool, bool]] = field(default_factory=list)
    is_rate: bool = False
    is_moment: bool = False


def read_grib(
    path: Path,
    sites: pl.DataFrame,
    nearest_km: float,
    outside: OutOfRange,
    layers: WeatherLayers,
) -> pl.DataFrame:
    """Daily values at the nearest cell with data.

    A message is a day of a variable, or a step within a day. Of steps the day's highest is the
    largest, its lowest the smallest, its dew point the mean and its rain the sum, of days with nine
    tenths of their steps. The temperature of a moment counts only in steps short enough for the
    highest and lowest, and only where the file does not have these. A time that comes twice, as
    from final and preliminary ERA5, has the values of both, which must agree where both have one.

    Args:
        path: the file, GRIB 1 or 2, on a grid of latitude and longitude.
        sites: columns of `stg_sites`.
        nearest_km: cells whose middle is farther away speak for no site.
        outside: takes the count of values out of their physical range, which are left out.
        layers: takes the messages and what is at the sites of each.

    Returns:
        site_id, its latitude, day, variable, value, hour; sites with no cell in reach have no rows.

    Raises:
        DataRejectedError: no whole GRIB, no known variable, a unit that is not known, two
            messages of a time that contradict each other, too few steps of each day, or steps
            longer than a day.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        # Left to itself, GDAL calls kelvins degrees Celsius in GRIB 1.
        with rasterio.Env(GRIB_NORMALIZE_UNITS="NO"), rasterio.open(path) as file:
            return _read(file, path.name, sites, nearest_km, outside, layers)
    except RasterioError as error:
        raise DataRejectedError(
            f"{path.name}: it cannot be read as GRIB; download it again."
        ) from error


def _read(
    file: Any,
    name: str,
    sites: pl.DataFrame,
    nearest_km: float,
    outside: OutOfRange,
    layers: WeatherLayers,
) -> pl.DataFrame:
    near = nearest_cells(sites, *_middles(file, name), nearest_km)
    layers.is_near = any(site.cells for site in near)
    wanted = np.unique([cell for site in near for cell in site.cells]).astype(np.int64)
    found: dict[str, _Fields] = {}
    for tags, variable, as_stored in _cells_of_bands(file, wanted, layers):
        fields = found.setdefault(variable, _Fields())
        valid, stamp = _times(tags)
        factor, offset = _unit(tags, name)
        decoded = as_stored * factor + offset
        if variable == "precipitation_mm":
            decoded = np.where((decoded < 0.0) & (decoded >= -ROUNDING_MM), 0.0, decoded)
        quantity = QUANTITIES["highest_c" if variable == _MOMENT else variable]
        kept = outside.keep(decoded, quantity)
        is_known, is_beyond = np.isfinite(kept).any(), is_outside(decoded, quantity).any()
        fields.messages.append((valid, bool(is_known), bool(is_beyond)))
        fields.values[valid] = _merged(fields.values.get(valid), kept, f"{name}: {variable}", valid)
        fields.stamps[valid] = stamp
        fields.is_rate |= _unit_text(tags) in RATE_UNITS
    moment = found.pop(_MOMENT, None)
    if moment is not None:
        _use_moments(found, moment, name)
        if not any(fields is moment for fields in found.values()):
            layers.unread += len(moment.messages)
    if not found:
        raise DataRejectedError(f"{name}: none of the variables {', '.join(_ELEMENTS)} is in it.")
    frames = [pl.DataFrame(schema=FOUND_SCHEMA)]
    for variable, fields in found.items():
        frames += _series(near, variable, fields, wanted, name)
        _add(layers, variable, fields, name)
    return pl.concat(frames)


def _add(layers: WeatherLayers, variable: str, fields: _Fields, name: str) -> None:
    axis = _axis(fields, name)
    of_days = days_of_steps(axis, of_time_before=_is_of_time_before(variable, fields))
    day_of = dict(zip(sorted(fields.values), of_days, strict=True))
    layers.add(
        _MOMENT if fields.is_moment else variable,
        variable,
        [day_of[valid] for valid, _, _ in fields.messages],
        np.array([is_known for _, is_known, _ in fields.messages]),
        np.array([is_beyond for _, _, is_beyond in fields.messages]),
    )


def _is_of_time_before(variable: str, fields: _Fields) -> bool:
    return not fields.is_moment and variable != "dew_point_c"


def _cells_of_bands(
    file: Any, wanted: NDArray[np.int64], layers: WeatherLayers
) -> Iterator[tuple[Mapping[str, str], str, Floats]]:
    """Tags, variable and values at the wanted cells of each band whose variable is known.

    The others are counted as unread. Bands are read many at once, because with each read rasterio
    looks at the masks of all bands.
    """
    known = [
        (band, tags, variable)
        for band, tags in ((band, file.tags(band)) for band in file.indexes)
        if (variable := _variable(tags)) is not None
    ]
    layers.unread += len(file.indexes) - len(known)
    at_once = max(1, _CELLS_AT_ONCE // (file.width * file.height))
    for start in range(0, len(known), at_once):
        some = known[start : start + at_once]
        values = file.read([band for band, _, _ in some], masked=True).reshape(len(some), -1)
        cells = values[:, wanted].astype(np.float64).filled(np.nan)
        for (_, tags, variable), as_stored in zip(some, cells, strict=True):
            yield tags, variable, as_stored


def _use_moments(found: dict[str, _Fields], moment: _Fields, name: str) -> None:
    """Take the highest and lowest of a day from temperatures within it, where none are given."""
    missing = [variable for variable in ("highest_c", "lowest_c") if variable not in found]
    axis = _axis(moment, name)
    if missing and not axis.is_daily:
        if not momentary_is_enough(axis):
            raise DataRejectedError(
                f"{name}: its temperatures are {axis.hours:g} hours apart and miss the hottest "
                "hour; give all hours, or the highest and lowest of each day."
            )
        moment.is_moment = True
        found.update(dict.fromkeys(missing, moment))


def _axis(fields: _Fields, name: str) -> DayAxis:
    """Days, or the steps within them, of a variable's messages in the order of time."""
    ordered = sorted(fields.values)
    days = [fields.stamps[valid] for valid in ordered]
    is_of_days = len({stamp.date() for stamp in days}) == len(days)
    return day_axis(days if is_of_days else ordered, name)


def _merged(earlier: Floats | None, values: Floats, what: str, valid: dt.datetime) -> Floats:
    if earlier is None:
        return values
    both = np.isfinite(earlier) & np.isfinite(values)
    if (earlier[both] != values[both]).any():
        raise DataRejectedError(
            f"{what} of {valid:%Y-%m-%d %H:%M} is there more than once with other values; give "
            "each time once."
        )
    return np.where(np.isfinite(earlier), earlier, values)


def _series(
    near: Sequence[NearCells], variable: str, fields: _Fields, wanted: NDArray[np.int64], name: str
) -> list[pl.DataFrame]:
    table = np.vstack([fields.values[valid] for valid in sorted(fields.values)])
    axis = _axis(fields, name)
    of_day = _day_maker(axis, variable, table, fields, name)

    def days_of(cell: int) -> tuple[list[dt.date], Floats]:
        return of_day(np.asarray(table[:, np.searchsorted(wanted, cell)]))

    found = (site_series(site, variable, days_of, stamps(axis)) for site in near)
    return [series for series in found if series is not None]


def _day_maker(
    axis: DayAxis, variable: str, table: Floats, fields: _Fields, name: str
) -> Callable[[Floats], tuple[list[dt.date], Floats]]:
    """How the messages of a cell become days."""
    is_before = _is_of_time_before(variable, fields)
    how = "mean" if fields.is_rate else _OF_HOURS[variable]
    if not axis.is_daily:
        back = dt.timedelta(seconds=1) if is_before else dt.timedelta(0)
        _, counts = np.unique(
            [(moment - back).toordinal() for moment in axis.moments], return_counts=True
        )
        if counts.max() < MINIMUM_STEP_SHARE * 24.0 / axis.hours:
            raise DataRejectedError(
                f"{name}: no day has nine tenths of its steps of {variable}; give all hours of "
                "each day, or daily statistics."
            )
        if how == "sum" and table.size and is_accumulated(axis, table, name):
            return lambda values: days_of_accumulated(axis, values)
    return lambda values: to_days(axis, values, how, of_time_before=is_before)


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
        is_moment = element == "TMP" and tags.get("GRIB_SHORT_NAME") == _TWO_METRES
        return _MOMENT if is_moment else _ELEMENTS.get(element)
    template = tags["GRIB_PDS_TEMPLATE_ASSEMBLED_VALUES"].split()
    return _STATISTICS.get(stated_whole(template[_STATISTIC_PLACE]))


def _times(tags: Mapping[str, str]) -> tuple[dt.datetime, dt.datetime]:
    """The valid time, and the stamp of a whole day, which may end at midnight of the next."""
    valid = dt.datetime.fromtimestamp(stated_whole(tags["GRIB_VALID_TIME"].split()[0]), dt.UTC)
    stamp = valid.replace(tzinfo=None)
    spans = stated_whole(tags.get("GRIB_FORECAST_SECONDS", "0").split()[0]) > 0
    if spans and valid.hour == 0 and valid.minute == 0:
        stamp -= dt.timedelta(days=1)
    return valid.replace(tzinfo=None), stamp


def _unit_text(tags: Mapping[str, str]) -> str:
    unit = tags.get("GRIB_UNIT", "").strip("[]")
    return unit.lower().replace("**", "").replace("/(m^2)", " m-2")


def _unit(tags: Mapping[str, str], name: str) -> tuple[float, float]:
    known = UNITS.get(_unit_text(tags))
    if known is None:
        unit = tags.get("GRIB_UNIT", "").strip("[]")
        raise DataRejectedError(
            f"{name}: {tags.get('GRIB_ELEMENT')} is in {unit or 'no unit'!r}; give temperatures in "
            "K or degC and rain in m, mm, in or kg m-2 s-1."
        )
    return known
