"""Periods of a variable out of grids: GeoTIFF by name, NetCDF by its time axis.

GDAL reads both. NetCDF rarely says its coordinate system and often runs from 0 to 360 degrees, so
each period is read through a small virtual raster that says and turns it.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from signals.card import SourceCard
from signals.fetching.mirror import mirror_files
from signals.fetching.name_dates import dates_of, month_end
from signals.fetching.time_axis import true_moments
from signals.source import PullContext, RawFile
from signals.sources.climate.axis_spans import (
    STEP_ATTRIBUTES,
    axis_bounds,
    spans_of_bounds,
    spans_of_step,
)
from signals.sources.land.dated_rasters import refer_dated
from suppliers.input_errors import DataRejectedError

NETCDF_ENDINGS = (".nc", ".nc4", ".cdf")
PATTERNS = ("*.nc", "*.nc4", "*.tif", "*.tiff")

_TIME_TAGS = ("NETCDF_DIM_time", "NETCDF_DIM_valid_time")
_LEVEL_TAGS = ("NETCDF_DIM_level", "NETCDF_DIM_model_level", "NETCDF_DIM_pressure_level")
_TYPES = {
    "float32": "Float32", "float64": "Float64", "int16": "Int16", "uint16": "UInt16",
    "int32": "Int32", "uint32": "UInt32", "uint8": "Byte",
}  # fmt: skip


@dataclass(frozen=True)
class GridLayer:
    """One period of a variable.

    Attributes:
        variable: by our name.
        first: first day that it describes.
        last: last day.
        unit: as the file writes it; empty where it does not.
        path: a raster of one band in longitude and latitude.
        is_mean_day: a monthly mean of ECMWF (`GRIB_stepType` avg...), whose amounts are of a day.
        name_in_file: the file's name of the variable; empty in GeoTIFF.
    """

    variable: str
    first: dt.date
    last: dt.date
    unit: str
    path: str
    is_mean_day: bool = False
    name_in_file: str = ""

    @property
    def month(self) -> dt.date:
        """First day of the month in which it begins."""
        return self.first.replace(day=1)

    @property
    def days(self) -> int:
        """Days that it describes."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """It describes one whole month of the calendar."""
        return self.first.day == 1 and self.last == month_end(self.first)


def pull_grids(card: SourceCard, context: PullContext, months: Sequence[dt.date]) -> list[RawFile]:
    """Register the grids of a mirror, or those of an address with one GeoTIFF a month.

    Args:
        card: of the source.
        context: of the run; the option `file` names the address's files, such as
            `no2_{year}-{month:02d}.tif`.
        months: first days of the months to ask an address for.

    Raises:
        SourceUnavailableError: nothing is there.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(card.id, context.mirror, PATTERNS, context.options)
        return [context.store.keep(card.id, path, key=path.name) for path in paths]
    return refer_dated(card, context, months, "grids")


def last_months(last: dt.date, count: int) -> list[dt.date]:
    """First days of the last whole months that end by a day, oldest first."""
    following = last + dt.timedelta(days=1)
    whole = following.year * 12 + following.month - 1
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(whole - count, whole)]


def month_layers(
    path: str, name: str, variables: Mapping[str, Sequence[str]], folder: Path
) -> list[GridLayer]:
    """The months of the variables in a file; see `grid_layers`.

    Raises:
        DataRejectedError: also where a layer is of anything but one whole month.
    """
    layers = grid_layers(path, name, variables, folder)
    for layer in layers:
        if not layer.is_month:
            raise DataRejectedError(
                f"{name}: it holds {layer.variable} of {layer.first} to {layer.last}, which "
                "is not a month; give monthly means."
            )
    return layers


def grid_layers(
    path: str, name: str, variables: Mapping[str, Sequence[str]], folder: Path
) -> list[GridLayer]:
    """The periods of the variables in a file.

    The period of a layer is that of the axis' bounds, or of its step, which the times, the
    attributes and the name must agree on. A file without an axis is dated by its name.

    Args:
        path: local, or a `/vsicurl/` address of a GeoTIFF.
        name: of the file; a GeoTIFF's period, and its variable where it has no band name, are read
            from it.
        variables: our names, with those that files have for them.
        folder: takes the virtual rasters.

    Raises:
        DataRejectedError: no raster, none of the variables, no period or contradictory ones, or a
            grid that is not one of longitude and latitude.
    """
    from rasterio.errors import RasterioError

    from signals.zonal.window_files import standing_for

    path = standing_for(path)
    layers: list[GridLayer] = []
    try:
        with _opened(path) as file:
            parts = list(file.subdatasets) or [path]
        for part in parts:
            with _opened(part) as file:
                layers += _layers(file, part, name, variables, folder)
    except RasterioError as error:
        raise DataRejectedError(f"{name}: it cannot be read as a grid; fetch it again.") from error
    if not layers:
        wanted = ", ".join(one for names in variables.values() for one in names)
        raise DataRejectedError(f"{name}: none of the variables {wanted} is in it.")
    return layers


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    from signals.zonal.raster_grid import gdal_options

    with warnings.catch_warnings(), rasterio.Env(**gdal_options(path)):
        # A grid that does not say where it lies is rejected with its own sentence.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path) as file:
            yield file


def _layers(
    file: Any, part: str, name: str, variables: Mapping[str, Sequence[str]], folder: Path
) -> list[GridLayer]:
    held: list[tuple[str, int, Mapping[str, str]]] = []
    for band in file.indexes:
        tags = file.tags(band)
        variable = _variable(tags.get("NETCDF_VARNAME") or file.descriptions[band - 1], variables)
        if variable is None and "NETCDF_VARNAME" not in tags:
            variable = _variable_of_name(name, variables)
        if variable is not None:
            held.append((variable, band, tags))
    if not held:
        return []
    periods = _periods(file, part, name, [tags for _, _, tags in held])
    lowest: dict[tuple[str, dt.date, dt.date], tuple[float, int, Mapping[str, str]]] = {}
    for (variable, band, tags), (first, last) in zip(held, periods, strict=True):
        # Of several levels the last one, nearest to the ground, is read.
        level = float(next((tags[key] for key in _LEVEL_TAGS if key in tags), 0.0))
        known = lowest.get((variable, first, last))
        if known is not None and known[0] == level:
            raise DataRejectedError(
                f"{name}: it has {variable} of {first} to {last} more than once; give each period "
                "once."
            )
        if known is None or level > known[0]:
            lowest[(variable, first, last)] = (level, band, tags)
    return [
        GridLayer(
            variable,
            first,
            last,
            tags.get("units") or file.units[band - 1] or "",
            _virtual(file, part, band, name, folder),
            tags.get("GRIB_stepType", "").startswith("avg"),
            tags.get("NETCDF_VARNAME", ""),
        )
        for (variable, first, last), (_, band, tags) in lowest.items()
    ]


def _periods(
    file: Any, part: str, name: str, tags: Sequence[Mapping[str, str]]
) -> list[tuple[dt.date, dt.date]]:
    """The period of each band."""
    key = next((key for key in _TIME_TAGS if key in tags[0]), None)
    if key is None:
        return [dates_of(name)] * len(tags)
    axis = key.removeprefix("NETCDF_DIM_")
    whole = file.tags()
    if f"{axis}#climatology" in whole:
        raise DataRejectedError(f"{name}: it is a climatology; give the months of true years.")
    units, calendar = (whole.get(f"{axis}#{word}", "") for word in ("units", "calendar"))
    counts = np.array([float(one[key]) for one in tags])
    moments = true_moments(counts, units, calendar, name)
    bounds = whole.get(f"{axis}#bounds", "")
    spans = axis_bounds(part, axis, bounds) if bounds else {}
    if spans:
        edges = [spans[count] for count in counts]
        first = true_moments(np.array([edge[0] for edge in edges]), units, calendar, name)
        after = true_moments(np.array([edge[1] for edge in edges]), units, calendar, name)
        return spans_of_bounds(moments, first, after, name)
    words = [whole.get(f"NC_GLOBAL#{word}", "") for word in STEP_ATTRIBUTES]
    return spans_of_step(moments, name, *words)


def _variable(found: str | None, variables: Mapping[str, Sequence[str]]) -> str | None:
    reported = (found or "").lower()
    return next(
        (ours for ours, names in variables.items() if reported in [one.lower() for one in names]),
        None,
    )


def _variable_of_name(name: str, variables: Mapping[str, Sequence[str]]) -> str | None:
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((ours for ours, names in variables.items() if set(words) & set(names)), None)


def _virtual(file: Any, part: str, band: int, name: str, folder: Path) -> str:
    """A VRT of one band that says where it lies, from -180 to 180."""
    step, wide, high = file.transform, file.width, file.height
    if step.b or step.d or (file.crs is not None and not file.crs.is_geographic):
        raise DataRejectedError(f"{name}: give a grid of longitude and latitude.")
    if step.is_identity:
        raise DataRejectedError(
            f"{name}: its rows and columns do not lie evenly between two latitudes and two "
            "longitudes; give an even grid of at least two rows and two columns."
        )
    kind = _TYPES.get(file.dtypes[band - 1])
    if kind is None:
        raise DataRejectedError(f"{name}: holds {file.dtypes[band - 1]}; give numbers.")
    left, turned = step.c, 0
    if left + wide * step.a > 180.0 + step.a:
        if abs(wide * step.a - 360.0) < step.a:
            turned = round((180.0 - left) / step.a)
            left = left + turned * step.a - 360.0
        elif left >= 180.0 - step.a:
            left -= 360.0
    pieces = [(turned, 0, wide - turned), (0, wide - turned, turned)]
    nodata = file.nodatavals[band - 1]
    source = part if ":" in part or part.startswith("/vsi") else str(Path(part).resolve())
    sources = "".join(
        f'<ComplexSource><SourceFilename relativeToVRT="0">{escape(source)}</SourceFilename>'
        f"<SourceBand>{band}</SourceBand>"
        f'<SrcRect xOff="{begin}" yOff="0" xSize="{count}" ySize="{high}"/>'
        f'<DstRect xOff="{at}" yOff="0" xSize="{count}" ySize="{high}"/>'
        f"{'' if nodata is None else f'<NODATA>{nodata!r}</NODATA>'}</ComplexSource>"
        for begin, at, count in pieces
        if count
    )
    reported = "" if nodata is None else f"<NoDataValue>{nodata!r}</NoDataValue>"
    path = folder / f"{len(list(folder.iterdir()))}.vrt"
    path.write_text(
        f'<VRTDataset rasterXSize="{wide}" rasterYSize="{high}"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>{left!r}, {step.a!r}, 0, {step.f!r}, 0, {step.e!r}</GeoTransform>"
        f'<VRTRasterBand dataType="{kind}" band="1">{reported}'
        f"<Offset>{file.offsets[band - 1]!r}</Offset><Scale>{file.scales[band - 1]!r}</Scale>"
        f"{sources}</VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    return str(path)
