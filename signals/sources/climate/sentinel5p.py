"""NO2 in the column of air above sites and around them: Sentinel-5P TROPOMI, monthly grids.

A column is no concentration at the ground, so it is never held against a guideline; what a site has
more than its surroundings points at burning there. Files are monthly means (qa_value 0.75 and up)
in NetCDF or GeoTIFF, in mol m-2 unless they say otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access
from signals.account import NO_SITES, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import number
from signals.fetching.physical_ranges import OutOfRange, file_name, rejected_outside
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.climate.grid_layers import (
    last_months,
    month_layers,
    pull_grids,
)
from signals.sources.climate.grid_means import count_layers, layer_means
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

CARD = SourceCard(
    id="sentinel5p",
    title="NO2 column (Sentinel-5P TROPOMI, monthly)",
    publisher="Copernicus, European Space Agency",
    url="https://dataspace.copernicus.eu",
    licence=Licence(
        id="Copernicus Sentinel data terms",
        url="https://sentinels.copernicus.eu/documents/247904/690755/Sentinel_Data_Legal_Notice",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="European Space Agency, from the instrument TROPOMI",
    collection=Collection.REMOTE_SENSING,
    lineage=("sentinel5p",),
    cadence="monthly",
    publication_lag_days=30,
    coverage="The globe, pixels of 5.5 x 3.5 km, from May 2018",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL),
    citation="Copernicus Sentinel-5P (processed by ESA), TROPOMI Level 2 Nitrogen Dioxide.",
    form_verified=(
        "2026-11: names and variable of NASA's monthly level 3 in public code that reads them; "
        "not called live"
    ),
    access=Access(
        adds="nitrogen dioxide in the column of air, as monthly grids from a folder or an address",
    ),
    is_isolated=True,
)

TABLE = "stg_sentinel5p__site_month"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "month": pl.Date(),
    "near": pl.Float64(),
    "around": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

_VARIABLES = {
    "no2": (
        "tropospheric_no2_column_number_density",
        "nitrogendioxide_tropospheric_column",
        "tropospheric_no2",
        "no2",
    )
}
_MONTHS = 12
#: To 1e15 molecules a cm2; a mole is 6.02214076e23 molecules and a m2 10,000 cm2.
_COLUMN_UNITS: Mapping[str, float] = {
    "mol m-2": 6.02214076e4,
    "mol/m^2": 6.02214076e4,
    "mol/m2": 6.02214076e4,
    "umol m-2": 6.02214076e-2,
    "molecules cm-2": 1e-15,
    "molec/cm2": 1e-15,
    "molecules/cm2": 1e-15,
    "molecules/cm^2": 1e-15,
    "molecules cm^-2": 1e-15,
    "molec/cm^2": 1e-15,
    "1e15 molecules cm-2": 1.0,
}
#: NASA's monthly means name the month before the year, and end in the day of making, such as
#: `..._L3_Monthly_072024_V2.4_20240810.nc4`: July 2024, made on 10 August.
_MONTHLY_L3 = re.compile(
    r"_Monthly_(?P<month>0[1-9]|1[0-2])(?P<year>20\d\d)_V[\d.]+_(?P<made>20\d{6})(?!\d)",
    re.IGNORECASE,
)
#: The least share of the ground around a site that must be in view.
_MIN_COVERED = 0.5


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the grids of the mirror, or of an address with one GeoTIFF a month.

    Raises:
        SourceUnavailableError: nothing is there.
        UsageError: the mirror does not exist.
    """
    return pull_grids(CARD, context, _months(context))


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Mean column over each site's circle and over the ring around it, per month.

    Options: `radius_km` of the circle, `ring_from_km` and `ring_to_km`. In clouds there is no
    data: less than half of circle or ring in view gives no month.
    """
    import shapely

    from signals.zonal.site_outlines import SiteShape, site_shapes

    inner, begin, end = (
        number(CARD.id, context.options, name, usual)
        for name, usual in (("radius_km", 5.0), ("ring_from_km", 25.0), ("ring_to_km", 50.0))
    )
    near = site_shapes(context.sites, inner)
    middles = context.sites.with_columns(pl.lit(None, pl.String).alias("geometry_wkt")).filter(
        pl.col("latitude").is_not_null()
    )
    hole = {shape.site_id: shape.geometry for shape in site_shapes(middles, begin)}
    rings = [
        SiteShape(shape.site_id, shapely.difference(shape.geometry, hole[shape.site_id]))
        for shape in site_shapes(middles, end)
    ]
    months = set(_months(context))
    frames, rejected = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    reports: list[OutOfRange] = []
    account = Account()
    account.count_each(Unit.LAYER, ())
    account.count_each(Unit.PIXEL, ())
    with tempfile.TemporaryDirectory() as folder:
        for raw in files if rings else ():
            outside = OutOfRange(file_name(raw.origin), of="sites")
            try:
                name, made = _named_month(raw.key)
                layers = list(month_layers(raw.path, name, _VARIABLES, Path(folder)))
                measured: list[pl.DataFrame] = []
                for layer in layers:
                    if layer.month not in months:
                        continue
                    factor = _factor(layer.unit, raw.key)
                    inner_means, ring_means = (
                        layer_means(layer, shapes, factor, "no2_column", outside)
                        for shapes in (near, rings)
                    )
                    measured.append(pl.concat([inner_means, ring_means]))
                    frames.append(
                        _of_month(inner_means, ring_means, layer.month, made)
                        .with_columns(origin=pl.lit(raw.origin))
                        .select(list(SCHEMA))
                    )
                count_layers(account, raw, len(layers), measured, _MIN_COVERED)
            except DataRejectedError as error:
                rejected.append(rejected_file(raw, error))
            reports.append(outside)
    rejected.append(rejected_outside(reports))
    for raw in files if not rings else ():
        account.leave_out(raw, NO_SITES)
    rows = pl.concat(frames).unique(["site_id", "month"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows.sort("site_id", "month"), pl.concat(rejected), account)]


def _of_month(
    near: pl.DataFrame, around: pl.DataFrame, month: dt.date, made: dt.date | None
) -> pl.DataFrame:
    in_view = [frame.filter(pl.col("covered_share") >= _MIN_COVERED) for frame in (near, around)]
    month_end = pl.lit(month).dt.month_end()
    usual = month_end + pl.duration(days=CARD.publication_lag_days)
    return (
        in_view[0]
        .select("site_id", near="value")
        .join(
            in_view[1].select("site_id", around="value"),
            on="site_id",
            how="inner",
            maintain_order="left",
        )
        .drop_nulls(["near", "around"])
        .with_columns(
            month=pl.lit(month),
            observed_to=month_end,
            published_on=usual if made is None else pl.lit(made),
        )
    )


def _factor(unit: str, name: str) -> float:
    known = _COLUMN_UNITS.get(unit or "mol m-2")
    if known is None:
        raise DataRejectedError(
            f"{name}: the column is in {unit!r}; give mol m-2, umol m-2 or molecules cm-2."
        )
    return known


def _named_month(name: str) -> tuple[str, dt.date | None]:
    """A name with its month written as elsewhere, and the day of making that it states, if any."""
    match = _MONTHLY_L3.search(name)
    if match is None:
        return name, None
    made = stated_day(match["made"])
    return f"{name[: match.start()]}_{match['year']}-{match['month']}{Path(name).suffix}", made


def _months(context: PullContext) -> list[dt.date]:
    return last_months(context.as_of - dt.timedelta(days=CARD.publication_lag_days), _MONTHS)
