"""Monthly rain at sites: rasters such as CHIRPS, or the series of a station near by.

Raster files carry their month in the name (`chirps-v2.0.2010.01.tif`, `.cog`). A station table
has the columns station_id, latitude, longitude, year, month, precipitation_mm. Where both reach a
site, the one with more months is taken.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.card import Collection, Licence, SourceCard
from signals.errors import NotPublishedError, SourceUnavailableError
from signals.mirror import mirror_files, number, string_list, text
from signals.source import PullContext, RawFile, Staged
from signals.source_tables import no_rejections, read_source_table, refused_file, rejected_rows
from suppliers.errors import DataRefusedError, NonExtractiveError
from suppliers.fields import FieldKind

if TYPE_CHECKING:
    from signals.measure.grid import RasterGrid
    from signals.measure.shapes import SiteShape

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

#: A raster mean needs data on at least this share of the ground around the site.
MINIMUM_COVERED_SHARE = 0.5

#: Numbers that stand for "no data" in files that do not say so themselves.
NO_DATA_MM = (-9999.0, -999.0)

#: GDAL's name of a type, and its value for "no data" where a raster declares none.
_UNDECLARED_NO_DATA = {
    "float32": ("Float32", -9999),
    "float64": ("Float64", -9999),
    "int16": ("Int16", -9999),
    "int32": ("Int32", -9999),
    "uint16": ("UInt16", 65535),
}

_MONTH_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[._-]?(0[1-9]|1[0-2])(?!\d)")
_STATION_KINDS: dict[str, FieldKind] = {
    "station_id": "identifier",
    "latitude": "number",
    "longitude": "number",
    "year": "number",
    "month": "number",
    "precipitation_mm": "number",
}


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register rasters and station tables, from the year before `first_year` to the as-of date.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    first = dt.date(int(number(CARD.id, context.options, "first_year", 1991)) - 1, 1, 1)
    if context.mirror is not None:
        patterns = [f"*{word}*.{end}" for word in ("chirps", "precip") for end in ("tif", "cog")]
        patterns += [f"*{word}*.csv*" for word in ("precip", "rain", "station")]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        kept = []
        for path in paths:
            month = month_of(path.name)
            if _is_table(path.name):
                kept.append(context.store.keep(CARD.id, path, key=path.name))
            elif month is not None and first <= month <= context.as_of:
                kept.append(context.store.keep(CARD.id, path, key=month.isoformat()))
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
    from signals.measure.shapes import site_shapes

    shapes = site_shapes(context.sites, number(CARD.id, context.options, "radius_km", 5.0))
    tables = [raw for raw in files if _is_table(raw.origin)]
    rasters = [raw for raw in files if not _is_table(raw.origin)]
    from_rasters, refused = _from_rasters(rasters, shapes)
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


def _from_rasters(
    rasters: Sequence[RawFile], shapes: Sequence[SiteShape]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    from signals.measure.grid import read_grid
    from signals.measure.zonal import weighted_mean_series

    refused = [no_rejections()]
    origins: dict[str, RawFile] = {}
    with tempfile.TemporaryDirectory() as folder:
        layers: dict[str, str] = {}
        for raw in rasters if shapes else ():
            try:
                grid = read_grid(raw.path)
            except DataRefusedError as error:
                _raise_if_remote(raw, error)
                refused.append(refused_file(raw, error))
                continue
            layers[raw.origin] = _with_no_data(raw, grid, Path(folder) / f"{len(layers)}.vrt")
            origins[raw.origin] = raw
        try:
            means = weighted_mean_series(layers, shapes)
        except DataRefusedError as error:
            remote = [raw for raw in rasters if raw.path.startswith("/vsi")]
            if remote:
                _raise_if_remote(remote[0], error)
            raise
    months = {origin: dt.date.fromisoformat(raw.key) for origin, raw in origins.items()}
    found = means.filter(
        pl.col("value").is_not_null(), pl.col("covered_share") >= MINIMUM_COVERED_SHARE
    ).select(
        "site_id",
        month=pl.col("layer").replace_strict(months, return_dtype=pl.Date, default=None),
        precipitation_mm="value",
        origin="layer",
        kind=pl.lit("0 raster"),
    )
    negative = found.filter(pl.col("precipitation_mm") < 0).with_columns(
        source_row=pl.lit(None, pl.Int64)
    )
    reason = pl.format("rain at site {} is below zero", "site_id")
    for (origin,), part in negative.group_by("origin", maintain_order=True):
        name = Path(str(origin)).name
        refused.append(rejected_rows(part, name, "rain_not_negative", reason))
    return found.filter(pl.col("precipitation_mm") >= 0), pl.concat(refused)


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
    found = [pl.DataFrame(schema={**_FOUND_SCHEMA})]
    refused = [no_rejections()]
    for raw in tables:
        try:
            table = read_source_table(
                Path(raw.path), _STATION_KINDS, required=_STATION_KINDS, drop=drop
            )
        except NonExtractiveError:
            raise
        except DataRefusedError as error:
            refused.append(refused_file(raw, error))
            continue
        series, rejected = read_stations(table, Path(raw.origin).name)
        refused.append(rejected)
        pairs = _nearest_stations(series, shapes, radius_km)
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


_FOUND_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "precipitation_mm": pl.Float64(),
    "origin": pl.String(),
    "kind": pl.String(),
}


def read_stations(table: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check a station table.

    Args:
        table: the columns of a station table as text, with `source_row`.
        name: of the file.

    Returns:
        station_id, latitude, longitude, month (first day), precipitation_mm; -9999 and -999 are
        no data and left out. And the refused rows: no such month, no number, rain below zero,
        off the globe, a month given twice.
    """
    typed = table.with_columns(
        pl.col("latitude", "longitude", "precipitation_mm").cast(pl.Float64, strict=False),
        pl.col("year", "month").cast(pl.Int32, strict=False),
    )
    typed = typed.filter(~pl.col("precipitation_mm").is_in(NO_DATA_MM).fill_null(False))
    in_calendar = pl.col("month").is_between(1, 12) & pl.col("year").is_between(1800, 2200)
    on_globe = pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    given_once = pl.struct("station_id", "year", "month").is_first_distinct()
    rules = (
        ("station_is_named", pl.col("station_id").is_not_null(), "station_id is empty"),
        ("month_exists", in_calendar, "year and month name no month; write 2010 and 1 to 12"),
        ("station_on_globe", on_globe, "latitude and longitude are not on the globe"),
        ("rain_is_a_number", pl.col("precipitation_mm").is_finite(), "rain is no number"),
        ("rain_not_negative", pl.col("precipitation_mm") >= 0, "rain is below zero"),
        ("month_is_unique", given_once, "the station has this month twice; the first is used"),
    )
    refused = [no_rejections()]
    for rule, holds, reason in rules:
        kept = holds.fill_null(False)
        refused.append(rejected_rows(typed.filter(~kept), name, rule, reason))
        typed = typed.filter(kept)
    series = typed.select(
        "station_id",
        "latitude",
        "longitude",
        pl.date("year", "month", 1).alias("month"),
        "precipitation_mm",
    )
    return series, pl.concat(refused).sort("source_row", "rule")


def _nearest_stations(
    series: pl.DataFrame, shapes: Sequence[SiteShape], radius_km: float
) -> pl.DataFrame:
    """site_id and station_id of the nearest station within the radius, by geodesic distance."""
    from signals.measure.ellipsoid import ELLIPSOID

    stations = series.unique("station_id", keep="first", maintain_order=True)
    if stations.is_empty() or not shapes:
        return pl.DataFrame(schema={"site_id": pl.String, "station_id": pl.String})
    centres = np.array([[s.geometry.centroid.x, s.geometry.centroid.y] for s in shapes])
    places = stations.select("longitude", "latitude").to_numpy()
    nearest = np.argmax(_unit_vectors(centres) @ _unit_vectors(places).T, axis=1)
    chosen = places[nearest]
    _, _, metres = ELLIPSOID.inv(centres[:, 0], centres[:, 1], chosen[:, 0], chosen[:, 1])
    near = np.asarray(metres) <= radius_km * 1000.0
    return pl.DataFrame(
        {
            "site_id": [shape.site_id for shape in shapes],
            "station_id": stations["station_id"].gather(nearest.tolist()),
        }
    ).filter(pl.Series(near))


def _unit_vectors(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    longitude, latitude = np.radians(degrees).T
    return np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        dt.date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1)
        for step in range(count)
    ]


def _published_on(month: dt.date) -> dt.date:
    last_day = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=last_day) + dt.timedelta(days=CARD.publication_lag_days)


def _is_table(name: str) -> bool:
    return name.lower().endswith((".csv", ".csv.gz", ".tsv", ".xlsx", ".parquet"))


def _raise_if_remote(raw: RawFile, error: DataRefusedError) -> None:
    if raw.path.startswith("/vsi"):
        raise SourceUnavailableError(
            f"{raw.origin}: its pixels could not be read; run again later, or name a local copy "
            f"as sources.{CARD.id}.mirror."
        ) from error


def _escaped(value: str) -> str:
    pairs: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    return "".join(pairs.get(letter, letter) for letter in value)
