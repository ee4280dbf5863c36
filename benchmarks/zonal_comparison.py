"""The same zonal work done by this engine, exactextract and rasterstats, timed side by side."""

import statistics
import time
import warnings
from collections.abc import Callable, Sequence
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
from rasterio.shutil import copy as copy_raster
from rasterio.windows import Window

from signals.zonal.block_plan import make_plan
from signals.zonal.outline_placement import outlines_of
from signals.zonal.raster_grid import gdal_options, read_grid
from signals.zonal.site_outlines import SiteShape, geodesic_circles
from signals.zonal.zonal_statistics import class_areas

LOSS_YEARS = 25
SEED = 20_261_121

FRAYED_SHARE = 0.1
DEGREES_PER_PIXEL = 0.00025
BLOCK = 512
LEFT, TOP = 103.0, 2.0


@dataclass(frozen=True)
class Work:
    """One raster of loss years and the sites to measure on it."""

    title: str
    path: str
    shapes: list[SiteShape]


@dataclass(frozen=True)
class Outcome:
    """Processor seconds (medians) of each way on the same work, and how far the answers differ.

    Attributes:
        work: What was measured.
        decode: Reading the touched blocks once with the engine's settings of GDAL, nothing else.
        ours: This engine.
        of_decode: Median over the turns of this engine's processor time by that of decoding.
        of_decode_clock: The same of the time on the clock.
        exactextract: exactextract, all classes.
        rasterstats: rasterstats, which counts pixel centres.
        worst_relative: Largest difference from exactextract, of a site's loss share.
        worst_absolute: The same, of the share of any class of a site.
    """

    work: Work
    decode: float
    ours: float
    of_decode: float
    of_decode_clock: float
    exactextract: float
    rasterstats: float
    worst_relative: float
    worst_absolute: float


def compare(work: Work, repeats: int, repeats_of_others: int) -> Outcome:
    """Time all ways in turns on one thread, in processor time, after a first call that compiles.

    Args:
        work: The raster and the sites.
        repeats: Of decoding and of this engine.
        repeats_of_others: Of exactextract and rasterstats, at most `repeats`.
    """
    frame = geopandas.GeoDataFrame(
        {"site_id": [shape.site_id for shape in work.shapes]},
        geometry=[shape.geometry for shape in work.shapes],
        crs="EPSG:4326",
    )
    windows = touched_windows(work)
    found: dict[str, NDArray[np.float64]] = {"ours": our_shares(work)}
    ways: list[Callable[[], object]] = [
        lambda: _decode(work.path, windows),
        lambda: our_shares(work),
        lambda: found.update(theirs=_exactextract_shares(work, frame)),
        lambda: _rasterstats_counts(work, frame),
    ]
    seconds: list[list[float]] = [[] for _ in ways]
    clock: list[list[float]] = [[] for _ in ways]
    for turn in range(repeats):
        for index, way in enumerate(ways):
            if index < 2 or turn < repeats_of_others:
                start, began = time.process_time(), time.perf_counter()
                way()
                seconds[index].append(time.process_time() - start)
                clock[index].append(time.perf_counter() - began)
    ours, theirs = found["ours"], found["theirs"]
    loss, expected = ours[:, 1:].sum(axis=1), theirs[:, 1:].sum(axis=1)
    worst = float(np.max(np.abs(loss - expected) / np.maximum(expected, 1e-12)))
    decode, own, exact, centres = (statistics.median(taken) for taken in seconds)
    return Outcome(
        work, decode, own, _median_ratio(seconds), _median_ratio(clock), exact, centres, worst,
        float(np.abs(ours - theirs).max()),
    )  # fmt: skip


def _median_ratio(taken: Sequence[Sequence[float]]) -> float:
    """Median of the second way by the first, turn by turn: both met the same load."""
    ratios: list[float] = [own / decode for decode, own in zip(taken[0], taken[1], strict=True)]
    return statistics.median(ratios)


def made_raster(folder: Path, size: int) -> str:
    """Write a seeded COG of size² pixels of 30 m: patches of loss with frayed edges, a year each.

    It compresses to about 0.2 bytes a pixel, as the crop of the real map in the Annamites does
    (0.22); smoother patches would make decoding cheaper than it is.
    """
    rng = np.random.default_rng(SEED)
    patch = 4
    plain, path = folder / "plain.tif", folder / "lossyear.tif"
    with rasterio.open(
        plain,
        "w",
        driver="GTiff",
        width=size,
        height=size,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=Affine(DEGREES_PER_PIXEL, 0, LEFT, 0, -DEGREES_PER_PIXEL, TOP),
        tiled=True,
        blockxsize=BLOCK,
        blockysize=BLOCK,
        compress="deflate",
    ) as dataset:
        for row in range(0, size, BLOCK):
            rows = min(BLOCK, size - row)
            patches = rng.integers(1, LOSS_YEARS, (-(-rows // patch), -(-size // patch)), np.uint8)
            patches[rng.random(patches.shape) > 0.25] = 0
            years = patches.repeat(patch, axis=0).repeat(patch, axis=1)[:rows, :size]
            years[rng.random(years.shape, np.float32) < FRAYED_SHARE] = 0
            dataset.write(years, 1, window=Window(0, row, size, rows))
    copy_raster(plain, path, driver="COG", compress="deflate", blocksize=BLOCK, overviews="NONE")
    plain.unlink()
    return str(path)


def made_sites(size: int, count: int, radius_km: float) -> list[SiteShape]:
    """Draw seeded circles that lie within the raster of `made_raster`."""
    rng = np.random.default_rng(SEED)
    margin = radius_km / 100.0
    span = size * DEGREES_PER_PIXEL
    longitudes = rng.uniform(LEFT + margin, LEFT + span - margin, count)
    latitudes = rng.uniform(TOP - span + margin, TOP - margin, count)
    return circles(longitudes, latitudes, radius_km)


def circles(
    longitudes: NDArray[np.float64] | pl.Series,
    latitudes: NDArray[np.float64] | pl.Series,
    radius_km: float,
) -> list[SiteShape]:
    """Draw geodesic circles around points."""
    outlines = geodesic_circles(np.asarray(longitudes), np.asarray(latitudes), radius_km)
    return [SiteShape(str(index), circle) for index, circle in enumerate(outlines)]


def touched_windows(work: Work) -> list[Window]:
    """List the windows that the engine reads."""
    plan = make_plan(outlines_of(work.shapes), read_grid(work.path))
    return [
        Window(column, strip.row, width, strip.height)
        for strip in plan.strips
        for column, width in np.unique([strip.columns, strip.widths], axis=1).T.tolist()
    ]


def our_shares(work: Work, threads: int = 1) -> NDArray[np.float64]:
    """Measure the share of each class around each site with this engine."""
    table = class_areas([work.path], work.shapes, classes=range(LOSS_YEARS), threads=threads)
    areas = table.areas["area_ha"].to_numpy().reshape(len(work.shapes), LOSS_YEARS)
    return np.asarray(areas / areas.sum(axis=1, keepdims=True))


def _decode(path: str, windows: Sequence[Window]) -> None:
    # With the cache that GDAL has of itself, a twentieth of the memory, decoding takes twice as
    # long: every block is written to memory that was never used.
    with rasterio.Env(**gdal_options(path)), rasterio.open(path, sharing=False) as dataset:
        for window in windows:
            dataset.read(1, window=window)


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
