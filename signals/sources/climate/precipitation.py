"""Monthly rain at sites: rasters such as CHIRPS, or the series of a station near by.

GeoTIFFs carry their month in the name (`chirps-v2.0.2010.01.tif`, `.cog`) and are in mm, or in the
unit of the option `unit`; NetCDF files hold months on their time axis and say their unit. A station
table has the columns station_id, latitude, longitude, year, month, precipitation_mm. Where both
reach a site, the one with more months is taken.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import mirror_files, number, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.climate.grid_layers import NETCDF_ENDINGS, grid_layers
from signals.sources.climate.rain_stations import STATION_COLUMNS, nearest_stations, read_stations
from signals.sources.climate.rain_units import millimetres_factor
from suppliers.input_errors import DataRejectedError, NonExtractiveError

if TYPE_CHECKING:
    from signals.zonal.raster_grid import RasterGrid
    from signals.zonal.site_outlines import SiteShape

# The measuring engine is imported where it is used: it is slow to load, and listing the sources
# must stay quick.

CARD = SourceCard(
    id="precipitation",
    title="Monthly precipitation (CHIRPS 2.0 or station series)",
    publisher="Climate Hazards Center, University of California, Santa Barbara",
    url="https://data.chc.ucsb.edu/products/CHIRPS-2.0/global_monthly/cogs",
    licence=Licence(
        id="CC0-1.0",
        url="https://creativecommons.org/publicdomain/zero/1.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Climate Hazards Center, from satellites and public rain gauges",
    collection=Collection.REMOTE_SENSING,
    cadence="monthly",
    publication_lag_days=21,
    coverage="Land between 50 N and 50 S, 0.05 degrees, from 1981",
    expected_rows=(0, 100_000_000),
    citation=(
        "Funk et al. 2015, The climate hazards infrared precipitation with stations, "
        "Scientific Data 2:150066."
    ),
)

TABLE = "stg_precipitation__site_month"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "precipitation_mm": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

_FOUND_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "precipitation_mm": pl.Float64(),
    "origin": pl.String(),
    "kind": pl.String(),
}

#: A raster mean needs data on at least this share of the ground around the site.
MINIMUM_COVERED_SHARE = 0.5

#: GDAL's name of a type, and its value for "no data" where a raster declares none.
_UNDECLARED_NO_DATA = {
    "float32": ("Float32", -9999),
    "float64": ("Float64", -9999),
    "int16": ("Int16", -9999),
    "int32": ("Int32", -9999),
    "uint16": ("UInt16", 65535),
}

_NETCDF_VARIABLES = {"rain": ("precip", "precipitation", "pr", "tp", "rain")}

_MONTH_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[._-]?(0[1-9]|1[0-2])(?!\d)")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register rasters and station tables, from the year before `first_year` to the as-of date.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    first = dt.date(int(number(CARD.id, context.options, "first_year", 1991)) - 1, 1, 1)
    if context.mirror is not None:
        patterns = [
            f"*{word}*.{end}" for word in ("chirps", "precip") for end in ("tif", "cog", "nc")
        ]
        patterns += [f"*{word}*.csv*" for word in ("precip", "rain", "station")]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        kept = []
        for path in paths:
            month = month_of(path.name)
            if _is_table(path.name) or _is_netcdf(path.name):
                kept.append(context.store.keep(CARD.id, path, key=path.name))
            elif month is not None and first <= month <= context.as_of:
                kept.append(context.store.keep(CARD.id, path, key=month.isoformat()))
        if not kept:
            raise SourceUnavailableError(
                f"{CARD.id}: no file in {context.mirror} names a month from {first:%Y-%m} on; "
                "write it into the names, such as 2010.01."
            )
        return kept
    pattern = text(CARD.id, context.options, "file", "chirps-v2.0.{year}.{month:02d}.cog")
    files = []
    for month in _months(first, context.as_of):
        if _published_on(month) > context.as_of:
            break
        name = pattern.format(year=month.year, month=month.month)
        url = f"{context.url.rstrip('/')}/{name}"
        try:
            files.append(context.store.refer(CARD.id, url, key=month.isoformat()))
        except NotPublishedError:
            continue
    if not files:
        raise SourceUnavailableError(
            f"{context.url}: it has no monthly raster since {first.year}; check the address and "
            f"sources.{CARD.id}.options.file."
        )
    return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring rain to sites: mean over the ground around each, or the nearest station's figure.

    Raises:
        SourceUnavailableError: a raster at the publisher cannot be read.
        NonExtractiveError: a station table holds data about persons.
    """
    from signals.zonal.site_outlines import site_shapes

    shapes = site_shapes(context.sites, number(CARD.id, context.options, "radius_km", 5.0))
    tables = [raw for raw in files if _is_table(raw.origin)]
    rasters = [raw for raw in files if not _is_table(raw.origin)]
    unit = text(CARD.id, context.options, "unit", "mm")
    first_year = int(number(CARD.id, context.options, "first_year", 1991)) - 1
    since = dt.date(first_year, 1, 1)
    from_rasters, refused = _from_rasters(rasters, shapes, unit, since)
    from_stations, refused_rows = _from_stations(tables, shapes, context)
    found = pl.concat([from_rasters, from_stations])
    most = (
        found.group_by("site_id", "kind")
        .len()
        .sort("site_id", "len", "kind", descending=[False, True, False])
        .unique("site_id", keep="first", maintain_order=True)
    )
    month_end = pl.col("month").dt.month_end()
    rows = (
        found.join(most, on=["site_id", "kind"], how="semi")
        .sort("site_id", "month", "origin")
        .unique(["site_id", "month"], keep="first", maintain_order=True)
        .with_columns(
            observed_to=month_end,
            published_on=month_end + pl.duration(days=CARD.publication_lag_days),
        )
        .select(list(SCHEMA))
    )
    return [Staged(TABLE, rows, pl.concat([refused, refused_rows]))]


def month_of(name: str) -> dt.date | None:
    """First day of the month a file name carries (`2010.01`, `2010-01`, `201001`), or None."""
    match = _MONTH_IN_NAME.search(name)
    return dt.date(int(match[1]), int(match[2]), 1) if match else None


class _MonthLayer(NamedTuple):
    """One month of a raster file, and what its figures are multiplied by to be in mm."""

    id: str
    month: dt.date
    path: str
    factor: float
    raw: RawFile


def _month_layers(raw: RawFile, unit: str, since: dt.date, folder: Path) -> list[_MonthLayer]:
    from signals.zonal.raster_grid import read_grid

    name = Path(raw.origin).name
    if _is_netcdf(name):
        return [
            _MonthLayer(
                f"{raw.origin} {layer.month}",
                layer.month,
                layer.path,
                millimetres_factor(layer.unit or unit, layer.month, name),
                raw,
            )
            for layer in grid_layers(raw.path, name, _NETCDF_VARIABLES, folder)
            if layer.month >= since
        ]
    month = dt.date.fromisoformat(raw.key)
    factor = millimetres_factor(unit, month, name)
    vrt = folder / f"{len(list(folder.iterdir()))}.vrt"
    path = _with_no_data(raw, read_grid(raw.path), vrt)
    return [_MonthLayer(raw.origin, month, path, factor, raw)]


def _from_rasters(
    rasters: Sequence[RawFile], shapes: Sequence[SiteShape], unit: str, since: dt.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    refused = [no_rejections()]
    with tempfile.TemporaryDirectory() as folder:
        layers: list[_MonthLayer] = []
        for raw in rasters if shapes else ():
            try:
                layers += _month_layers(raw, unit, since, Path(folder))
            except DataRejectedError as error:
                _raise_if_remote(raw, error)
                refused.append(rejected_file(raw, error))
        means, unread = _means({layer.id: layer.path for layer in layers}, shapes)
    by_id = {layer.id: layer for layer in layers}
    for layer_id, fault in unread.items():
        _raise_if_remote(by_id[layer_id].raw, fault)
        refused.append(rejected_file(by_id[layer_id].raw, fault))
    known = pl.DataFrame(
        [(one.id, one.month, one.factor, one.raw.origin) for one in layers],
        schema={"layer": pl.String, "month": pl.Date, "factor": pl.Float64, "origin": pl.String},
        orient="row",
    )
    found = (
        means.filter(
            pl.col("value").is_not_null(), pl.col("covered_share") >= MINIMUM_COVERED_SHARE
        )
        .join(known, on="layer", how="left", maintain_order="left")
        .select(
            "site_id",
            "month",
            precipitation_mm=pl.col("value") * pl.col("factor"),
            origin="origin",
            kind=pl.lit("0 raster"),
        )
    )
    negative = found.filter(pl.col("precipitation_mm") < 0).with_columns(
        source_row=pl.lit(None, pl.Int64)
    )
    reason = pl.format("rain at site {} is below zero", "site_id")
    for (origin,), part in negative.group_by("origin", maintain_order=True):
        name = Path(str(origin)).name
        refused.append(rejected_rows(part, name, "rain_not_negative", reason))
    return found.filter(pl.col("precipitation_mm") >= 0), pl.concat(refused)


def _means(
    layers: Mapping[str, str], shapes: Sequence[SiteShape]
) -> tuple[pl.DataFrame, dict[str, DataRejectedError]]:
    """Means of all layers at once; where one cannot be read, of each by itself."""
    from signals.zonal.zonal_statistics import weighted_mean_series

    try:
        return weighted_mean_series(layers, shapes), {}
    except DataRejectedError:
        frames = [weighted_mean_series({}, shapes)]
        unread: dict[str, DataRejectedError] = {}
        for origin, path in layers.items():
            try:
                frames.append(weighted_mean_series({origin: path}, shapes))
            except DataRejectedError as error:
                unread[origin] = error
        return pl.concat(frames), unread


def _with_no_data(raw: RawFile, grid: RasterGrid, vrt: Path) -> str:
    """The raster's path, or that of a VRT that declares its no-data value where it does not.

    CHIRPS marks the sea with -9999 without declaring it; a mean across it would be nonsense.
    """
    kind, value = _UNDECLARED_NO_DATA.get(grid.dtype.name, ("", 0))
    if grid.nodata is not None or grid.has_mask or not kind:
        return raw.path
    source = raw.path if raw.path.startswith("/vsi") else str(Path(raw.path).resolve())
    window = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    vrt.write_text(
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">'
        f"<SRS>{_escaped(grid.crs.to_wkt())}</SRS>"
        f"<GeoTransform>{grid.left!r}, {grid.x_step!r}, 0, {grid.top!r}, 0, {grid.y_step!r}"
        "</GeoTransform>"
        f'<VRTRasterBand dataType="{kind}" band="1"><NoDataValue>{value}</NoDataValue>'
        f'<SimpleSource><SourceFilename relativeToVRT="0">{_escaped(source)}</SourceFilename>'
        f"<SourceBand>1</SourceBand><SrcRect {window}/><DstRect {window}/></SimpleSource>"
        "</VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    return str(vrt)


def _from_stations(
    tables: Sequence[RawFile], shapes: Sequence[SiteShape], context: PullContext
) -> tuple[pl.DataFrame, pl.DataFrame]:
    radius_km = number(CARD.id, context.options, "station_radius_km", 50.0)
    drop = string_list(CARD.id, context.options, "drop")
    first_year = int(number(CARD.id, context.options, "first_year", 1991)) - 1
    found = [pl.DataFrame(schema=_FOUND_SCHEMA)]
    refused = [no_rejections()]
    for raw in tables:
        try:
            table = read_source_table(
                Path(raw.path), STATION_COLUMNS, required=STATION_COLUMNS, drop=drop
            )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        series, rejected = read_stations(table, Path(raw.origin).name)
        refused.append(rejected)
        pairs = nearest_stations(series, shapes, radius_km)
        found.append(
            pairs.join(series, on="station_id")
            .filter(pl.col("month").dt.year() >= first_year)
            .select(
                "site_id",
                "month",
                "precipitation_mm",
                pl.format("{} station {}", pl.lit(raw.origin), "station_id").alias("origin"),
                pl.lit("1 station").alias("kind"),
            )
        )
    return pl.concat(found), pl.concat(refused)


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        dt.date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1)
        for step in range(count)
    ]


def _published_on(month: dt.date) -> dt.date:
    last_day = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=last_day) + dt.timedelta(days=CARD.publication_lag_days)


def _is_netcdf(name: str) -> bool:
    return name.lower().endswith(NETCDF_ENDINGS)


def _is_table(name: str) -> bool:
    return name.lower().endswith((".csv", ".csv.gz", ".tsv", ".xlsx", ".parquet"))


def _raise_if_remote(raw: RawFile, error: DataRejectedError) -> None:
    if raw.path.startswith("/vsi"):
        raise SourceUnavailableError(
            f"{raw.origin}: its pixels could not be read; run again later, or name a local copy "
            f"as sources.{CARD.id}.mirror."
        ) from error


def _escaped(value: str) -> str:
    pairs: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    return "".join(pairs.get(letter, letter) for letter in value)
