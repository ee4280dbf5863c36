"""A list of any length with the files of four sources, for the measurements of whole runs.

Sites stand within 0.15 degrees of one of 154 rain stations, so that rain is shared as it is in
life. Everything is drawn from one seed.
"""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import rasterio
import yaml
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.windows import Window

#: The month that the first run stands on.
AS_OF = dt.date(2022, 3, 1)
STATIONS = 154
SITES_PER_SUPPLIER = 1.3
_FIRST_YEAR, _LAST_YEAR = 1990, 2023
_FIRES_FROM = dt.date(2020, 3, 1)
_FIRES_PER_SITE = 3.0
_TILE_CELLS, _TILE_DEGREES, _TILE_STEP = 20_000, 10.0, 2_000
#: West and north of the tile: the middle of Brazil.
_TILE = (-60.0, -5.0)
_WITHIN_DEGREES = 0.15
_SOURCES = {
    "hansen_gfc": "hansen",
    "precipitation": "rain",
    "firms": "fires",
    "accounts_csv": "accounts",
}
_COUNTRIES = (
    ("BR", -10.0, -55.0), ("ID", -2.0, 113.0), ("VN", 14.0, 108.0), ("PE", -9.0, -75.0),
    ("IN", 22.0, 79.0), ("GH", 8.0, -1.2), ("ET", 9.0, 39.5), ("TR", 39.0, 35.0),
    ("CO", 4.0, -73.0), ("MY", 4.5, 102.0), ("BD", 24.0, 90.0),
)  # fmt: skip
_SECTORS = (("10.41", "151110"), ("14.13", "620342"), ("01.27", "180100"), ("26.11", "853400"))


def write_world(folder: Path, suppliers: int, seed: int = 11) -> Path:
    """Write the list and the files of its sources.

    Args:
        folder: made if absent.
        suppliers: how many.
        seed: everything random comes from it.

    Returns:
        The profile to run.
    """
    random = np.random.default_rng([seed, 0])
    stations = _stations(random)
    sites = _sites(suppliers, stations, np.random.default_rng([seed, 1]))
    for name in _SOURCES.values():
        (folder / name).mkdir(parents=True, exist_ok=True)
    sites.drop("station").write_csv(folder / "suppliers.csv")
    _rain(stations, np.random.default_rng([seed, 2])).write_csv(folder / "rain" / "stations.csv")
    _write_fires(folder / "fires", sites, np.random.default_rng([seed, 3]))
    _accounts(suppliers, np.random.default_rng([seed, 4])).write_csv(
        folder / "accounts" / "accounts.csv"
    )
    _write_tile(folder / "hansen", np.random.default_rng([seed, 5]))
    path = folder / "monthly.yaml"
    path.write_text(yaml.safe_dump(_profile(folder), sort_keys=False), encoding="utf-8")
    return path


def _stations(random: np.random.Generator) -> pl.DataFrame:
    country = np.arange(STATIONS) % len(_COUNTRIES)
    middle = np.array([place[1:] for place in _COUNTRIES])[country]
    off = random.uniform(-2.0, 2.0, (STATIONS, 2))
    return pl.DataFrame(
        {
            "station_id": [f"station-{number}" for number in range(STATIONS)],
            "latitude": (middle + off)[:, 0].round(4),
            "longitude": (middle + off)[:, 1].round(4),
            "country": [_COUNTRIES[number][0] for number in country],
        }
    )


def _sites(count: int, stations: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """One row a site, in the columns of a supplier list, and the number of its station."""
    station = random.integers(0, STATIONS, count)
    sector = random.integers(0, len(_SECTORS), count)
    every = round(1 / (SITES_PER_SUPPLIER - 1))
    second = np.arange(0, count, every)
    of = np.concatenate([np.arange(count), second])
    off = random.uniform(-_WITHIN_DEGREES, _WITHIN_DEGREES, (of.size, 2))
    workers = random.integers(20, 4_000, count)
    spend = random.integers(10_000, 5_000_000, count)
    return pl.DataFrame(
        {
            "supplier_id": [f"S-{number:07d}" for number in of],
            "name": [f"Synthetic Works {number:07d} Ltd" for number in of],
            "country": stations["country"].gather(station[of]),
            "site_name": ["Plant 1"] * count + ["Plant 2"] * second.size,
            "latitude": (stations["latitude"].gather(station[of]).to_numpy() + off[:, 0]).round(5),
            "longitude": (stations["longitude"].gather(station[of]).to_numpy() + off[:, 1]).round(
                5
            ),
            "sector": [_SECTORS[number][0] for number in sector[of]],
            "commodity_hs": [_SECTORS[number][1] for number in sector[of]],
            "workforce": workers[of],
            "annual_spend": spend[of],
            "currency": ["USD"] * of.size,
            "station": station[of],
        }
    )


def _rain(stations: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    months = [(year, month) for year in range(_FIRST_YEAR, _LAST_YEAR) for month in range(1, 13)]
    calendar = pl.DataFrame(months, schema={"year": pl.Int64, "month": pl.Int64}, orient="row")
    every = stations.drop("country").join(calendar, how="cross")
    rain = random.gamma(4.0, 30.0, every.height).round(1)
    return every.with_columns(precipitation_mm=pl.Series(rain))


def _write_fires(folder: Path, sites: pl.DataFrame, random: np.random.Generator) -> None:
    days = (dt.date(_LAST_YEAR, 3, 1) - _FIRES_FROM).days
    count = int(sites.height * _FIRES_PER_SITE)
    at = random.integers(0, sites.height, count)
    off = random.uniform(-0.03, 0.03, (count, 2))
    # One a day in an empty desert, so that every day of the archive is a day with a file.
    day = np.concatenate([random.integers(0, days, count), np.arange(days)])
    places = sites.select("latitude", "longitude").to_numpy()[at] + off
    places = np.vstack([places, np.tile((-23.5, 133.0), (days, 1))]).round(5)
    power = random.gamma(2.0, 9.0, day.size).round(1)
    fires = pl.DataFrame(
        {
            "latitude": places[:, 0],
            "longitude": places[:, 1],
            "brightness": (305 + power).round(1),
            "scan": np.full(day.size, 1.1),
            "track": np.full(day.size, 1.0),
            "acq_date": pl.Series(np.datetime64(_FIRES_FROM) + day.astype("timedelta64[D]")),
            "acq_time": ["1330"] * day.size,
            "satellite": ["A"] * day.size,
            "confidence": random.integers(45, 101, day.size),
            "version": ["synthetic"] * day.size,
            "bright_t31": np.full(day.size, 290.0),
            "frp": power,
            "daynight": ["D"] * day.size,
        }
    ).with_columns(pl.col("acq_date").cast(pl.Date))
    by_month = fires.sort("acq_date", "latitude", "longitude").with_columns(
        file_month=pl.col("acq_date").dt.strftime("%Y-%m")
    )
    for (month,), part in by_month.group_by("file_month", maintain_order=True):
        part.drop("file_month").write_csv(folder / f"fires_synthetic_Global_{month}.csv")


def _accounts(count: int, random: np.random.Generator) -> pl.DataFrame:
    """Three years of accounts of four suppliers in five."""
    with_accounts = np.flatnonzero(random.random(count) < 0.8)
    of, years = np.repeat(with_accounts, 3), np.tile([2018, 2019, 2020], with_accounts.size)

    def drawn(of_what: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        return (of_what * random.uniform(low, high, of.size)).round()

    assets = random.uniform(1e6, 5e7, of.size).round()
    liabilities, current = drawn(assets, 0.2, 0.9), drawn(assets, 0.3, 0.7)
    revenue = drawn(assets, 0.5, 2.0)
    ebit, wages = drawn(revenue, -0.05, 0.15), drawn(revenue, 0.1, 0.3)
    items = {
        "total_assets": assets,
        "current_assets": current,
        "current_liabilities": drawn(liabilities, 0.3, 0.9),
        "total_liabilities": liabilities,
        "equity": assets - liabilities,
        "retained_earnings": drawn(assets, -0.1, 0.1),
        "ebit": ebit,
        "revenue": revenue,
        "net_income": drawn(ebit, 0.3, 0.9),
        "interest_expense": drawn(liabilities, 0.01, 0.06),
        "cost_of_sales": drawn(revenue, 0.5, 0.7),
        "inventory": drawn(current, 0.2, 0.4),
        "receivables": drawn(current, 0.2, 0.4),
        "employee_expense": wages,
        "employee_liabilities": drawn(wages, 0.05, 0.2),
    }
    return pl.DataFrame(
        {
            "supplier_id": [f"S-{number:07d}" for number in of],
            "period_start": [f"{year}-01-01" for year in years],
            "period_end": [f"{year}-12-31" for year in years],
            "filed_on": [f"{year + 1}-06-15" for year in years],
            "currency": ["USD"] * of.size,
            "consolidated": ["no"] * of.size,
            **items,
        }
    )


def _write_tile(folder: Path, random: np.random.Generator) -> None:
    """Tree cover and loss of one large tile, written by strips."""
    west, north = _TILE
    cell = _TILE_DEGREES / _TILE_CELLS
    for name in ("treecover2000", "lossyear"):
        with rasterio.open(
            folder / f"Hansen_synthetic_{name}_tile.tif",
            "w",
            driver="GTiff",
            width=_TILE_CELLS,
            height=_TILE_CELLS,
            count=1,
            dtype="uint8",
            crs="EPSG:4326",
            transform=Affine(cell, 0.0, west, 0.0, -cell, north),
            tiled=True,
            blockxsize=512,
            blockysize=512,
            compress="deflate",
            zlevel=1,
        ) as raster:
            for start in range(0, _TILE_CELLS, _TILE_STEP):
                strip = _strip(name, random)
                raster.write(strip, 1, window=Window(0, start, _TILE_CELLS, _TILE_STEP))


def _strip(name: str, random: np.random.Generator) -> NDArray[np.uint8]:
    """Patches of twenty cells: canopy in steps of ten percent, or years of loss."""
    shape = (_TILE_STEP // 20, _TILE_CELLS // 20)
    if name == "treecover2000":
        patches = random.integers(0, 11, shape, dtype=np.uint8) * 10
    else:
        years = random.integers(1, 22, shape, dtype=np.uint8)
        patches = np.where(random.random(shape) < 0.05, years, 0)
    return np.kron(patches, np.ones((20, 20), dtype=np.uint8)).astype(np.uint8)


def _profile(folder: Path) -> dict[str, Any]:
    """The packaged profile of the demo, which asks no publisher, with these files."""
    packaged = (files("configs") / "profiles" / "demo.yaml").read_text(encoding="utf-8")
    profile: dict[str, Any] = yaml.safe_load(packaged)
    sources = profile["sources"] | {"buyer_ledger": {"enabled": False}}
    sources |= {name: {"enabled": False} for name in ("news_csv", "country_table")}
    for source, place in _SOURCES.items():
        sources.setdefault(source, {})["mirror"] = str(folder / place)
    title = "Monthly measurement (synthetic)"
    lists = {"files": [str(folder / "suppliers.csv")]}
    return {**profile, "title": title, "suppliers": lists, "sources": sources}
