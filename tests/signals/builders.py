"""Small suppliers, sites, rasters and contexts for the signals' tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import rasterio
from numpy.typing import NDArray
from rasterio import Affine

from signals.account import Unit
from signals.conservation import YIELDS_NOTHING, stage_source
from signals.source import PullContext, RawStore, SourceModule, Staged
from sql import KEPT_ONCE
from sql.warehouse import Warehouse
from suppliers.identity.match_scoring import Thresholds
from tests.signals.web import store

AS_OF = dt.date(2024, 6, 1)


def suppliers(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Suppliers with the columns that sources and signals read."""
    schema = {
        "supplier_id": pl.String,
        "country_iso3": pl.String,
        "cik": pl.String,
        "company_number": pl.String,
    }
    filled = [{"country_iso3": "IDN", "cik": None, "company_number": None, **row} for row in rows]
    return pl.DataFrame(filled, schema=schema)


def sites(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Sites with the columns that sources and signals read; measurable unless said otherwise."""
    schema = {
        "site_id": pl.String,
        "supplier_id": pl.String,
        "country_iso3": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "geometry_wkt": pl.String,
        "location_reason": pl.String,
        "has_measurable_location": pl.Boolean,
    }
    usual = {
        "country_iso3": "IDN",
        "latitude": None,
        "longitude": None,
        "geometry_wkt": None,
        "location_reason": None,
        "has_measurable_location": True,
    }
    return pl.DataFrame([{**usual, **row} for row in rows], schema=schema)


def context(
    tmp_path: Path,
    *,
    mirror: Path | None = None,
    url: str = "https://example.org",
    supplier_rows: pl.DataFrame | None = None,
    site_rows: pl.DataFrame | None = None,
    as_of: dt.date = AS_OF,
    raw_store: RawStore | None = None,
    **options: object,
) -> PullContext:
    return PullContext(
        as_of=as_of,
        mirror=mirror,
        url=url,
        options=options,
        suppliers=suppliers() if supplier_rows is None else supplier_rows,
        sites=sites() if site_rows is None else site_rows,
        thresholds=Thresholds(accept=0.88, review=0.7, least_distinctive=0.92),
        store=store(tmp_path / "store") if raw_store is None else raw_store,
    )


def staged(source: SourceModule, using: PullContext) -> Staged:
    """Pull and stage a source and check the contract of its tables; the first of them."""
    outcomes = all_staged(source, using)
    for outcome in outcomes:
        keeps_contract(outcome.table, outcome.rows, outcome.rejected)
    return outcomes[0]


def all_staged(source: SourceModule, using: PullContext) -> tuple[Staged, ...]:
    """Pull and stage a source; every file that yields nothing has the source's own reason."""
    tables = stage_source(source, source.pull(using), using).tables
    unexplained = [table.rejected.filter(rule=YIELDS_NOTHING) for table in tables]
    assert pl.concat(unexplained).is_empty(), unexplained
    return tables


def balance(source: SourceModule, using: PullContext, unit: Unit) -> dict[str, object]:
    """The outcome for all that a source pulls and stages, in one unit, without what is 0."""
    record = stage_source(source, source.pull(using), using).balances[unit].record()
    return {outcome: counted for outcome, counted in record.items() if counted}


def keeps_contract(table: str, rows: pl.DataFrame, rejected: pl.DataFrame) -> None:
    """Check that the warehouse takes all rows, and the rejected ones as such."""
    loaded = _warehouse().load(table, rows, "run")
    _warehouse().reject(table, rejected, "run")
    if table in KEPT_ONCE:
        _warehouse().clear(table, "run")
    else:
        _warehouse().empty(table, "run")
    assert loaded.rejected_by_rule == {}


@cache
def _warehouse() -> Warehouse:
    """One for all tests: making its tables takes longer than most of them."""
    return Warehouse(None)


def write_raster(
    path: Path,
    values: NDArray[np.generic],
    *,
    west: float = 100.0,
    north: float = 0.5,
    pixel: float = 0.01,
    nodata: float | None = None,
) -> Path:
    """A GeoTIFF in longitude and latitude."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=values.shape[1],
        height=values.shape[0],
        count=1,
        dtype=values.dtype,
        crs="EPSG:4326",
        transform=Affine(pixel, 0.0, west, 0.0, -pixel, north),
        nodata=nodata,
    ) as target:
        target.write(values, 1)
    return path


def square(west: float, south: float, side: float) -> str:
    """A square in longitude and latitude, as WKT."""
    east, north = west + side, south + side
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
