"""Real series for dating breaks: with known days of the event, or without any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

_SEED = 20_261_129
_SITES = 60
_PIXELS = 1_500


@dataclass(frozen=True)
class Series:
    """Sites of one set.

    Attributes:
        title: what they are.
        rows: site_id, observed_from, observed_to, value, covered_share, origin, as staged.
        runs: days of runs.
        event: first and last day on which the event can have happened; None where none is known.
        quiet: sites known to have no event.
    """

    title: str
    rows: pl.DataFrame
    runs: tuple[dt.date, ...]
    event: tuple[dt.date, dt.date] | None = None
    quiet: frozenset[str] = frozenset()


def read_series(folder: Path) -> list[Series]:
    """All sets, from the folder of earth data."""
    labelled = folder / "ts-labelled-brazil"
    return [
        _spliced(labelled / "modis_matogrosso_ndvi.csv", "Forest", "Soy_Corn", years=8),
        _spliced(labelled / "modis_cerrado_pasture.csv", "Cerrado", "Pasture", years=8),
        _spliced(labelled / "landsat8_rondonia_ndvi_evi.csv", "Forest", "Pasture", years=6),
        _yellowstone(folder / "ts-landsat-ohio-rbeast" / "yellowstone.csv"),
        _yearly(folder / "ts-pv-madre-de-dios" / "serie_pv.tif"),
        _chip(folder / "ts-landsat-ohio-rbeast"),
        _romania(folder / "ts-nrt-romania"),
        _somalia(folder / "ts-bfast-somalia" / "som_ndvi.csv"),
    ]


def staged(site: str, days: Sequence[dt.date], values: NDArray[np.float64]) -> pl.DataFrame:
    """Rows of one site as a source stages them; missing values are no rows."""
    return (
        pl.DataFrame(
            {"observed_from": list(days), "value": values},
            schema={"observed_from": pl.Date, "value": pl.Float64},
        )
        .filter(pl.col("value").is_finite())
        .select(
            site_id=pl.lit(site),
            observed_from="observed_from",
            observed_to="observed_from",
            value="value",
            covered_share=pl.lit(1.0),
            origin=pl.lit("set"),
        )
    )


def _spliced(path: Path, before: str, after: str, years: int) -> Series:
    """Whole labelled years one after another: the day of the change is known, the noise is real."""
    table = pl.read_csv(path, try_parse_dates=True).sort("sample_id", "date")
    first = table.filter(pl.col("sample_id") == table["sample_id"][0])["date"]
    offsets = [(day - first[0]).days for day in first if (day - first[0]).days < 365]
    samples = {
        label: np.array(
            table.filter(pl.col("label") == label)
            .group_by("sample_id", maintain_order=True)
            .agg(pl.col("NDVI").head(len(offsets)))["NDVI"]
            .to_list(),
            dtype=np.float64,
        )
        for label in (before, after)
    }
    rng = np.random.default_rng(_SEED)
    starts = [dt.date(2004 + year, 9, 14) for year in range(years + 2)]
    days = [start + dt.timedelta(days=offset) for start in starts for offset in offsets]
    rows, quiet = [], set()
    for number in range(2 * _SITES):
        is_quiet = number >= _SITES
        labels = [before] * years + [before if is_quiet else after] * 2
        # Years of one place are alike: its level is that of one sample, its noise that of many.
        picked = [samples[label][rng.integers(len(samples[label]))] for label in labels]
        level = picked[0].mean()
        line = [
            year - year.mean() + level if label == before else year
            for year, label in zip(picked, labels, strict=True)
        ]
        site = f"{'quiet' if is_quiet else 'event'}{number:03d}"
        if is_quiet:
            quiet.add(site)
        rows.append(staged(site, days, np.concatenate(line)))
    event = starts[years]
    return Series(
        f"{before} to {after}, {len(offsets)} a year",
        pl.concat(rows),
        tuple(event + dt.timedelta(days=91 * quarter) for quarter in range(1, 9)),
        (event - dt.timedelta(days=1), event),
        frozenset(quiet),
    )


def _yellowstone(path: Path) -> Series:
    table = pl.read_csv(path)
    fractions = table["date"].to_numpy()
    days = [_day(fraction) for fraction in fractions]
    runs = tuple(dt.date(1988 + month // 12, month % 12 + 1, 28) for month in range(10, 34, 3))
    rows = staged("fire", days, table["ndvi"].to_numpy() / 10_000.0)
    # The fires of 1988 burned from June to October.
    return Series(
        "Yellowstone, fires of 1988, 24 a year", rows, runs,
        (dt.date(1988, 6, 1), dt.date(1988, 10, 31)),
    )  # fmt: skip


def _yearly(path: Path) -> Series:
    # Only here: the other sets are read without it.
    import rasterio

    with rasterio.open(path) as file:
        layers = file.read().astype(np.float64).reshape(26, -1)
    layers[layers == 255] = np.nan
    pixels = np.random.default_rng(_SEED).choice(layers.shape[1], _PIXELS, replace=False)
    days = [dt.date(1992 + year, 8, 1) for year in range(26)]
    rows = [staged(f"p{pixel:05d}", days, layers[:, pixel] / 100.0) for pixel in np.sort(pixels)]
    return Series(
        "Madre de Dios, 1 a year",
        pl.concat(rows),
        tuple(dt.date(year, 12, 31) for year in range(2002, 2018)),
    )


def _chip(folder: Path) -> Series:
    dates = pl.read_csv(folder / "imagestack_dates.csv").with_columns(
        day=pl.col("date").str.extract(r"\.(\d{4}-\d{2}-\d{2})$").str.to_date()
    )
    stack = np.load(folder / "imagestack_ndvi.npy")
    along = stack.shape.index(dates.height)
    series = np.moveaxis(stack, along, 0).reshape(dates.height, -1).astype(np.float64)
    days = dates["day"].to_list()
    rows = [staged(f"c{cell:03d}", days, series[:, cell]) for cell in range(series.shape[1])]
    one_a_day = pl.concat(rows).unique(["site_id", "observed_from"], keep="first")
    last = max(days).year
    return Series(
        "Ohio, Landsat, irregular",
        one_a_day.sort("site_id", "observed_from"),
        tuple(dt.date(year, 12, 31) for year in range(last - 12, last)),
    )


def _romania(folder: Path) -> Series:
    values = np.genfromtxt(folder / "y.csv", delimiter=",")
    seconds = np.genfromtxt(folder / "dates.csv") / 1e9
    days = [dt.datetime.fromtimestamp(second, dt.UTC).date() for second in seconds]
    rows = pl.concat([staged(f"r{cell}", days, values[:, cell]) for cell in range(values.shape[1])])
    last = rows["observed_from"].max()
    if not isinstance(last, dt.date):
        raise TypeError("the series of Romania has no days")
    runs = tuple(last - dt.timedelta(days=91 * back) for back in range(3, -1, -1))
    return Series("Romania, Sentinel-2, irregular", rows, runs)


def _somalia(path: Path) -> Series:
    table = pl.read_csv(path, null_values="NA")
    days = [_day(fraction) for fraction in table["Time"]]
    rows = [
        staged(name, days, table[name].fill_null(np.nan).to_numpy())
        for name in ("NDVI.a", "NDVI.b")
    ]
    runs = tuple(dt.date(2010, 12, 31) + dt.timedelta(days=91 * quarter) for quarter in range(4))
    return Series("Somalia, drought of 2010-11, 23 a year", pl.concat(rows), runs)


def _day(fraction: float) -> dt.date:
    year = int(fraction + 1e-9)
    return dt.date(year, 1, 1) + dt.timedelta(days=round((fraction - year) * 365.25))
