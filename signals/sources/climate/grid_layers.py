"""Months of a variable out of grids, whatever holds them: GeoTIFF by name, NetCDF by its time axis.

GDAL reads both. NetCDF rarely says its coordinate system and often runs from 0 to 360 degrees, so
each month is read through a small virtual raster that says and turns it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from signals.card import SourceCard
from signals.fetching.mirror import mirror_files
from signals.fetching.name_dates import dates_of
from signals.source import PullContext, RawFile
from signals.sources.land.dated_rasters import refer_dated
from suppliers.input_errors import DataRejectedError

NETCDF_ENDINGS = (".nc", ".nc4", ".cdf")
PATTERNS = ("*.nc", "*.nc4", "*.tif", "*.tiff")

_TIME = re.compile(r"^(seconds|minutes|hours|days) since (\d{4})-(\d{1,2})-(\d{1,2})")
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_TIME_TAGS = ("NETCDF_DIM_time", "NETCDF_DIM_valid_time")
_LEVEL_TAGS = ("NETCDF_DIM_level", "NETCDF_DIM_model_level", "NETCDF_DIM_pressure_level")
_TYPES = {
    "float32": "Float32", "float64": "Float64", "int16": "Int16", "uint16": "UInt16",
    "int32": "Int32", "uint32": "UInt32", "uint8": "Byte",
}  # fmt: skip
#: What stands for "no data" in floats that declare nothing.
_UNDECLARED = -9999.0


@dataclass(frozen=True)
class GridLayer:
    """One month of a variable.

    Attributes:
        variable: by our name.
        month: its first day.
        unit: as the file writes it; empty where it does not.
        path: a raster of one band in longitude and latitude.
    """

    variable: str
    month: dt.date
    unit: str
    path: str


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


def grid_layers(
    path: str, name: str, variables: Mapping[str, Sequence[str]], folder: Path
) -> list[GridLayer]:
    """The months of the variables in a file.

    Args:
        path: local, or a `/vsicurl/` address of a GeoTIFF.
        name: of the file; a GeoTIFF's month, and its variable where it has no band name, are read
            from it.
        variables: our name: the names that files have.
        folder: where virtual rasters go; they must outlive the reading.

    Raises:
        DataRejectedError: no raster, none of the variables, no time, or a grid that is not one of
            longitude and latitude.
    """
    import rasterio
    from rasterio.errors import RasterioError

    layers: list[GridLayer] = []
    try:
        with rasterio.open(path) as file:
            parts = list(file.subdatasets) or [path]
        for part in parts:
            with rasterio.open(part) as file:
                layers += _layers(file, part, name, variables, folder)
    except RasterioError as error:
        raise DataRejectedError(f"{name}: it cannot be read as a grid; fetch it again.") from error
    if not layers:
        wanted = ", ".join(one for names in variables.values() for one in names)
        raise DataRejectedError(f"{name}: none of the variables {wanted} is in it.")
    return layers


def _layers(
    file: Any, part: str, name: str, variables: Mapping[str, Sequence[str]], folder: Path
) -> list[GridLayer]:
    lowest: dict[tuple[str, dt.date], tuple[float, int, str]] = {}
    for band in file.indexes:
        tags = file.tags(band)
        variable = _variable(tags.get("NETCDF_VARNAME") or file.descriptions[band - 1], variables)
        if variable is None and "NETCDF_VARNAME" not in tags:
            variable = _variable_of_name(name, variables)
        if variable is None:
            continue
        month = _month(file, tags, name)
        # Of several levels the last one, nearest to the ground, is read.
        level = float(next((tags[key] for key in _LEVEL_TAGS if key in tags), 0.0))
        unit = tags.get("units") or file.units[band - 1] or ""
        known = lowest.get((variable, month))
        if known is not None and known[0] == level:
            raise DataRejectedError(
                f"{name}: it has {variable} of {month:%Y-%m} more than once; give monthly means."
            )
        if known is None or level > known[0]:
            lowest[(variable, month)] = (level, band, unit)
    return [
        GridLayer(variable, month, unit, _virtual(file, part, band, name, folder))
        for (variable, month), (_, band, unit) in lowest.items()
    ]


def _variable(found: str | None, variables: Mapping[str, Sequence[str]]) -> str | None:
    reported = (found or "").lower()
    return next(
        (ours for ours, names in variables.items() if reported in [one.lower() for one in names]),
        None,
    )


def _variable_of_name(name: str, variables: Mapping[str, Sequence[str]]) -> str | None:
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((ours for ours, names in variables.items() if set(words) & set(names)), None)


def _month(file: Any, tags: Mapping[str, str], name: str) -> dt.date:
    key = next((key for key in _TIME_TAGS if key in tags), None)
    if key is None:
        return dates_of(name)[0].replace(day=1)
    match = _TIME.match(file.tags().get(f"{key.removeprefix('NETCDF_DIM_')}#units", ""))
    if match is None:
        raise DataRejectedError(f"{name}: its time axis counts in no known unit since a date.")
    start = dt.datetime(int(match[2]), int(match[3]), int(match[4]), tzinfo=dt.UTC)
    moment = start + dt.timedelta(seconds=float(tags[key]) * _SECONDS[match[1]])
    return moment.date().replace(day=1)


def _virtual(file: Any, part: str, band: int, name: str, folder: Path) -> str:
    """A VRT of one band that says where it lies, from -180 to 180."""
    step, wide, high = file.transform, file.width, file.height
    if step.b or step.d or (file.crs is not None and not file.crs.is_geographic):
        raise DataRejectedError(f"{name}: give a grid of longitude and latitude.")
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
    if nodata is None and kind.startswith("Float"):
        nodata = _UNDECLARED
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
