"""Run a plan: read each strip once, add up its sites, in a fixed order on any number of threads."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import rasterio
import rasterio.errors
from numpy.typing import NDArray
from rasterio.windows import Window

from signals.zonal.block_plan import Plan, Strip, pixel_windows
from signals.zonal.dask_cluster import on_cluster, scheduler_address
from signals.zonal.pixel_areas import PixelAreas
from signals.zonal.pixel_coverage import Runs, strip_runs
from signals.zonal.raster_grid import gdal_options, open_raster, unreadable
from signals.zonal.window_files import bring_windows, standing_for

BATCH_CHUNKS = 64
"""Most chunks that a task takes whose coverage is kept for several tallies, or that is sent."""

LONE_BATCH_CHUNKS = 1024
"""Most chunks of a task of one tally: opening a file takes as long as ten chunks."""

BATCHES_PER_THREAD = 4
"""Fewer chunks per task where there are few, so that no thread waits long for the last."""


_Outcome: TypeAlias = list[tuple[NDArray[np.int64], list[NDArray[np.float64]]]]
"""Per strip: its polygons, and their numbers per tally."""


class Tally(Protocol):
    """How the pixels of a window become numbers per polygon."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Rasters to read, all on the plan's grid."""

    @property
    def columns(self) -> int:
        """How many numbers a polygon gets."""

    def add_up(
        self,
        datasets: Sequence[Any],
        window: Window,
        runs: Runs,
        areas_ha: NDArray[np.float64],
        segment: int,
    ) -> NDArray[np.float64]:
        """Return the numbers of each polygon of the runs, shape (polygons, columns)."""


@dataclass(frozen=True)
class CoveredWindow:
    """The part of a strip that its polygons really cover."""

    polygons: NDArray[np.int64]
    runs: Runs
    window: Window
    areas_ha: NDArray[np.float64]
    segment: int


def run_plan(
    plan: Plan, tallies: Sequence[Tally], sites: int, threads: int | None = None
) -> list[NDArray[np.float64]]:
    """Add up every tally over every site.

    Each strip is decoded once per tally and its outcome added to the sites' totals in the order
    of the plan, so that the sums are the same to the bit however many threads run, here or on
    the cluster of `measuring_on`.

    Args:
        plan: What to read; all rasters of the tallies have its pixels.
        tallies: What to add up.
        sites: Number of sites, the rows of the outcome.
        threads: Threads that read and add up; None for one per processor.

    Returns:
        One array (sites, columns) per tally.

    Raises:
        DataRejectedError: a raster that cannot be read.
    """
    totals = [np.zeros((sites, tally.columns)) for tally in tallies]
    windows = pixel_windows(plan)
    for path in dict.fromkeys(path for tally in tallies for path in tally.paths):
        bring_windows(path, windows)
    for outcome in _outcomes(plan, tallies, threads or os.cpu_count() or 1):
        if not outcome:
            continue
        polygons = np.concatenate([covered for covered, _ in outcome])
        for index, total in enumerate(totals):
            parts = np.concatenate([numbers[index] for _, numbers in outcome])
            np.add.at(total, plan.sites[polygons], parts)
    return totals


def _outcomes(plan: Plan, tallies: Sequence[Tally], threads: int) -> Iterator[_Outcome]:
    """Yield the numbers of every batch of strips in the order of the plan."""
    scheduler = scheduler_address()
    if scheduler is not None:
        groups = _batches(plan.strips, BATCH_CHUNKS)
        # The strips travel with their tasks; the rest of the plan goes to each worker once.
        shared = (replace(plan, strips=()), tuple(tallies))
        yield from on_cluster(scheduler, measure_group, shared, groups)
        return
    areas = PixelAreas(plan.grid)
    chunks = sum(strip.chunks for strip in plan.strips)
    even = -(-chunks // (BATCHES_PER_THREAD * threads))
    most = BATCH_CHUNKS if len(tallies) > 1 else LONE_BATCH_CHUNKS
    size = max(1, min(most, even if threads > 1 else most))

    # Threads do not see who keeps the windows of this one.
    lies_at = {path: standing_for(path) for tally in tallies for path in tally.paths}

    def work(batch: Sequence[Strip]) -> _Outcome:
        return _measure_batch(plan, batch, areas, tallies, lies_at)

    yield from _in_order(work, _batches(plan.strips, size), threads)


def measure_group(
    shared: tuple[Plan, Sequence[Tally]], strips: Sequence[Strip]
) -> list[tuple[NDArray[np.int64], list[NDArray[np.float64]]]]:
    """Measure a group of strips on a worker.

    Args:
        shared: The plan without its strips, and the tallies.
        strips: The group.

    Returns:
        Per strip that is covered at all: its polygons, and their numbers per tally.
    """
    plan, tallies = shared
    return _measure_batch(plan, strips, PixelAreas(plan.grid), tallies, {})


def _batches(strips: Sequence[Strip], most: int) -> list[Sequence[Strip]]:
    """Divide strips into batches of no more chunks than allowed, or of one strip."""
    batches = []
    start = chunks = 0
    for index, strip in enumerate(strips):
        if chunks > 0 and chunks + strip.chunks > most:
            batches.append(strips[start:index])
            start, chunks = index, 0
        chunks += strip.chunks
    if chunks > 0:
        batches.append(strips[start:])
    return batches


def _in_order(
    work: Callable[[Sequence[Strip]], _Outcome], batches: Sequence[Sequence[Strip]], threads: int
) -> Iterator[_Outcome]:
    if threads == 1 or len(batches) < 2:
        yield from map(work, batches)
        return
    with ThreadPoolExecutor(max_workers=min(threads, len(batches))) as pool:
        try:
            yield from pool.map(work, batches)
        finally:
            pool.shutdown(cancel_futures=True)


def _measure_batch(
    plan: Plan,
    batch: Sequence[Strip],
    areas: PixelAreas,
    tallies: Sequence[Tally],
    lies_at: Mapping[str, str],
) -> _Outcome:
    windows = (covered_window(plan, strip, areas) for strip in batch)
    covered: Iterable[CoveredWindow] = (window for window in windows if window is not None)
    if len(tallies) > 1:
        covered = list(covered)
    outcome: _Outcome = []
    for number, tally in enumerate(tallies):
        with ExitStack() as opened:
            datasets = []
            for path in (lies_at.get(path, path) for path in tally.paths):
                # Each raster is opened and read as its own address asks, whatever the others are.
                with rasterio.Env(**gdal_options(path)):
                    datasets.append(opened.enter_context(open_raster(path)))
            opened.enter_context(rasterio.Env(**_options_of_all(tally.paths)))
            for index, part in enumerate(covered):
                if number == 0:
                    outcome.append((part.polygons, []))
                outcome[index][1].append(
                    tally.add_up(datasets, part.window, part.runs, part.areas_ha, part.segment)
                )
    return outcome


def _options_of_all(paths: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for path in paths:
        options |= gdal_options(path)
    return options


def covered_window(plan: Plan, strip: Strip, areas: PixelAreas) -> CoveredWindow | None:
    """Find the pixels of a strip that any polygon covers.

    None where the bounds deceived. A polygon comes once for each chunk.
    """
    runs = strip_runs(
        plan.rings, strip.polygons, strip.row, strip.height, strip.columns, strip.widths
    )
    if runs.is_empty:
        return None
    top, left, height, width = runs.move_to_corner()
    row, column = strip.row + top, int(strip.columns[0]) + left
    areas_ha, segment = areas.window_ha(row, column, height, width)
    return CoveredWindow(
        strip.polygons, runs, Window(column, row, width, height), areas_ha, segment
    )


def read_window(dataset: Any, band: int, window: Window) -> NDArray[Any]:
    """Read one band over a window.

    Raises:
        DataRejectedError: the bytes cannot be decoded.
    """
    try:
        return np.asarray(dataset.read(band, window=window))
    except rasterio.errors.RasterioError as error:
        raise unreadable(dataset.name) from error


def read_mask(dataset: Any, band: int, window: Window) -> NDArray[np.bool_]:
    """Read which pixels of a window the file's own mask or alpha band marks as data.

    Raises:
        DataRejectedError: the bytes cannot be decoded.
    """
    try:
        return np.asarray(dataset.read_masks(band, window=window) != 0, dtype=bool)
    except rasterio.errors.RasterioError as error:
        raise unreadable(dataset.name) from error
