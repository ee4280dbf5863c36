"""Forest loss by year around mills: this engine, exactextract and rasterstats on the same work."""

import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import polars as pl
import rasterio
import rasterstats
from affine import Affine
from exactextract import exact_extract
from numpy.typing import NDArray
from rasterio.windows import Window

from benchmarks.shared_data import shared_data
from configs.errors import DataRefusedError
from signals.measure.grid import read_grid
from signals.measure.plan import make_plan, outlines_of
from signals.measure.shapes import SiteShape, geodesic_circles
from signals.measure.zonal import class_areas

ID = "zonal_first"
GOAL = "forest loss around mills, exact, and faster than exactextract and rasterstats"

LOSS_YEARS = 25
REPEATS = 5
SEED = 20_261_121


@dataclass(frozen=True)
class Work:
    """One raster of loss years and the sites to measure on it."""

    title: str
    path: str
    shapes: list[SiteShape]


@dataclass(frozen=True)
class Outcome:
    """Seconds (medians) of each way on the same work, and how far the answers differ."""

    work: Work
    decode: float
    ours: float
    exactextract: float
    rasterstats: float
    worst_relative: float

    def figures(self) -> str:
        """Say the outcome in one line."""
        return (
            f"{self.work.title} {len(self.work.shapes)} sites {self.ours * 1000:.0f} ms, "
            f"exactextract {self.exactextract / self.ours:.1f}x, "
            f"rasterstats {self.rasterstats / self.ours:.1f}x, "
            f"{self.ours / self.decode:.1f}x decoding, "
            f"worst difference {self.worst_relative:.1e} of a mill's loss"
        )


def run() -> str:
    """Measure all works on one thread each and print a table.

    Returns:
        Time, ratios to the others and to decoding the touched blocks once, and the largest
        relative difference from exactextract in the loss share of a site, per work.
    """
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [_measure(work) for work in _works(Path(folder))]
    print(f"{'':<24}{'sites':>6}{'decode':>9}{'ours':>9}{'exactextract':>14}{'rasterstats':>13}")
    for outcome in outcomes:
        seconds = (outcome.decode, outcome.ours, outcome.exactextract, outcome.rasterstats)
        print(
            f"{outcome.work.title:<24}{len(outcome.work.shapes):>6}"
            + "".join(
                f"{1000 * value:>{width}.1f}"
                for value, width in zip(seconds, (9, 9, 14, 13), strict=True)
            )
        )
    print(f"milliseconds, medians of {REPEATS}, one thread; rasterstats counts pixel centres")
    return "; ".join(outcome.figures() for outcome in outcomes)


def _works(folder: Path) -> list[Work]:
    works = [_synthetic(folder)]
    try:
        works += [_jambi(), _annamites()]
    except DataRefusedError as error:
        print(f"synthetic raster only: {error}")
    return works


def _jambi() -> Work:
    """Take the mills whose 5 km circle lies in the Jambi raster."""
    path = str(shared_data("earth/hansen-jambi-300m/lossyear.tif"))
    mills = pl.read_csv(shared_data("outcomes/palm_mills/mills.csv"))
    left, bottom, right, top = read_grid(path).bounds
    inside = mills.filter(
        pl.col("lon").is_between(left + 0.05, right - 0.05),
        pl.col("lat").is_between(bottom + 0.05, top - 0.05),
    )
    return Work("Jambi mills 300 m", path, _circles(inside["lon"], inside["lat"], 5.0))


def _annamites() -> Work:
    path = str(shared_data("earth/hansen-annamites-30m/lossyear.tif"))
    rng = np.random.default_rng(SEED)
    longitudes, latitudes = rng.uniform(107.14, 107.26, 100), rng.uniform(16.602, 16.673, 100)
    return Work("Annamites 30 m", path, _circles(longitudes, latitudes, 2.0))


def _synthetic(folder: Path) -> Work:
    """Write a seeded raster of 4,000² pixels of 30 m: patches of loss, a year each."""
    rng = np.random.default_rng(SEED)
    size, patch = 4000, 16
    patches = rng.integers(1, LOSS_YEARS, (size // patch, size // patch), dtype=np.uint8)
    patches[rng.random(patches.shape) > 0.25] = 0
    years = patches.repeat(patch, axis=0).repeat(patch, axis=1)
    years[rng.random(years.shape) < 0.02] = 0
    path = folder / "lossyear.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=size,
        height=size,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=Affine(0.00025, 0, 103, 0, -0.00025, 0),
        tiled=True,
        blockxsize=512,
        blockysize=512,
        compress="deflate",
    ) as dataset:
        dataset.write(years, 1)
    longitudes, latitudes = rng.uniform(103.05, 103.95, 100), rng.uniform(-0.95, -0.05, 100)
    return Work("synthetic 30 m", str(path), _circles(longitudes, latitudes, 5.0))


def _circles(
    longitudes: NDArray[np.float64] | pl.Series,
    latitudes: NDArray[np.float64] | pl.Series,
    radius_km: float,
) -> list[SiteShape]:
    circles = geodesic_circles(np.asarray(longitudes), np.asarray(latitudes), radius_km)
    return [SiteShape(str(index), circle) for index, circle in enumerate(circles)]


def _measure(work: Work) -> Outcome:
    frame = geopandas.GeoDataFrame(
        {"site_id": [shape.site_id for shape in work.shapes]},
        geometry=[shape.geometry for shape in work.shapes],
        crs="EPSG:4326",
    )
    windows = _touched_windows(work)
    ways: list[Callable[[], object]] = [
        lambda: _decode(work.path, windows),
        lambda: _our_shares(work),
        lambda: _exactextract_shares(work, frame),
        lambda: _rasterstats_counts(work, frame),
    ]
    ours, theirs = _our_shares(work), _exactextract_shares(work, frame)
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(REPEATS):
        for way, taken in zip(ways, seconds, strict=True):
            start = time.perf_counter()
            way()
            taken.append(time.perf_counter() - start)
    loss, expected = ours[:, 1:].sum(axis=1), theirs[:, 1:].sum(axis=1)
    worst = float(np.max(np.abs(loss - expected) / np.maximum(expected, 1e-12)))
    decode, own, exact, centres = (statistics.median(taken) for taken in seconds)
    return Outcome(work, decode, own, exact, centres, worst)


def _touched_windows(work: Work) -> list[Window]:
    plan = make_plan(outlines_of(work.shapes), read_grid(work.path))
    return [Window(part.column, part.row, part.width, part.height) for part in plan.chunks]


def _decode(path: str, windows: list[Window]) -> None:
    with rasterio.open(path, sharing=False) as dataset:
        for window in windows:
            dataset.read(1, window=window)


def _our_shares(work: Work) -> NDArray[np.float64]:
    table = class_areas([work.path], work.shapes, classes=range(LOSS_YEARS), threads=1)
    areas = table.areas["area_ha"].to_numpy().reshape(len(work.shapes), LOSS_YEARS)
    return np.asarray(areas / areas.sum(axis=1, keepdims=True))


def _exactextract_shares(work: Work, frame: geopandas.GeoDataFrame) -> NDArray[np.float64]:
    weighted = "(coverage_weight=area_spherical_m2)"
    rows = exact_extract(
        work.path, frame, [f"classes=unique{weighted}", f"shares=frac{weighted}"], output="pandas"
    )
    shares = np.zeros((len(rows), LOSS_YEARS))
    for row, (classes, values) in enumerate(zip(rows["classes"], rows["shares"], strict=True)):
        shares[row, np.asarray(classes, dtype=int)] = values
    return shares


def _rasterstats_counts(work: Work, frame: geopandas.GeoDataFrame) -> None:
    with warnings.catch_warnings():
        # It warns that no nodata value is set; every value is data here.
        warnings.simplefilter("ignore")
        rasterstats.zonal_stats(frame.geometry, work.path, categorical=True, stats=["count"])
