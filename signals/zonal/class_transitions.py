"""Areas that went from one class to another around sites, between two maps of one product."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.zonal.block_engine import run_plan
from signals.zonal.block_plan import make_plans
from signals.zonal.outline_placement import outlines_of
from signals.zonal.pixel_tallies import TransitionTally
from signals.zonal.raster_grid import RasterGrid, read_grid
from signals.zonal.site_coverage import coverage_frame
from signals.zonal.site_outlines import SiteShape
from signals.zonal.zonal_statistics import reject_overlapping
from suppliers.input_errors import DataRejectedError

MAX_ONE_SIDED = 0.05
"""Share of the ground with data in one map on which the other may have none."""


class TransitionTable(NamedTuple):
    """Outcome of `class_transitions`.

    Attributes:
        areas: site_id, class_before, class_after, area_ha: pairs that occur around the site.
        site_coverage: site_id, site_area_ha, valid_ha, nodata_ha, covered_share; only ground
            with data in both maps is valid.
    """

    areas: pl.DataFrame
    site_coverage: pl.DataFrame


def class_transitions(
    before_paths: Sequence[str],
    after_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    *,
    classes: Sequence[int],
    band: int = 1,
    threads: int | None = None,
) -> TransitionTable:
    """Measure the hectares that went from each class to each other around every site.

    Args:
        before_paths: Tiles of the earlier map, local or /vsicurl/, that do not overlap.
        after_paths: Tiles of the later map, one for each of the earlier, on the same pixels.
        shapes: Sites, with unique ids.
        classes: Values that are classes. A pixel with another value in either map is ground with
            data but belongs to no pair.
        band: Band that holds the classes.
        threads: Reading threads; None for one per processor.

    Raises:
        DataRejectedError: rasters that are unreadable, hold no whole numbers, overlap, are not
            on the same pixels, or of which one has no data on more than 5 % of the ground where
            the other has: what no data means there must be said before a change is stated.
    """
    if len(before_paths) != len(after_paths):
        raise DataRejectedError(
            f"{len(before_paths)} rasters before and {len(after_paths)} after; give one of each "
            "tile for both years."
        )
    befores = [read_grid(path, band) for path in before_paths]
    afters = [read_grid(path, band) for path in after_paths]
    reject_overlapping(befores)
    for grid in (*befores, *afters):
        if grid.dtype.kind not in "ui":
            raise DataRejectedError(
                f"{grid.path}: holds {grid.dtype} values where classes are expected; "
                "give a raster of whole numbers."
            )
    for before, after in zip(befores, afters, strict=True):
        if not before.same_pixels(after):
            raise DataRejectedError(
                f"{after.path}: its pixels are not those of {before.path}; warp it to the same "
                "grid."
            )
    values = np.array(sorted(set(classes)), dtype=np.int64)
    size = len(values) + 1
    totals = np.zeros((len(shapes), size**2 + 3))
    plans = make_plans(outlines_of(shapes), befores)
    for plan, after in zip(plans, afters, strict=True):
        tally = TransitionTally(plan.grid, after, band, values)
        totals += run_plan(plan, [tally], len(shapes), threads)[0]
    _reject_one_sided_gaps(befores, afters, totals)
    coverage = coverage_frame(
        shapes, totals[:, :-3].sum(axis=1), totals[:, -3:].sum(axis=1), befores
    )
    pairs = totals[:, :-3].reshape(len(shapes), size, size)[:, :-1, :-1]
    sites, rows, columns = np.nonzero(pairs > 0.0)
    site_ids = np.array([shape.site_id for shape in shapes], dtype=object)
    areas = pl.DataFrame(
        {
            "site_id": pl.Series(site_ids[sites].tolist(), dtype=pl.String),
            "class_before": values[rows],
            "class_after": values[columns],
            "area_ha": pairs[sites, rows, columns],
        }
    )
    return TransitionTable(areas, coverage)


def _reject_one_sided_gaps(
    befores: Sequence[RasterGrid], afters: Sequence[RasterGrid], totals: NDArray[np.float64]
) -> None:
    both = totals[:, :-3].sum()
    for grids, gone, side, other in (
        (afters, totals[:, -2].sum(), "later", "earlier"),
        (befores, totals[:, -3].sum(), "earlier", "later"),
    ):
        if gone > MAX_ONE_SIDED * (both + gone):
            values = sorted({f"{grid.nodata:g}" for grid in grids if grid.nodata is not None})
            stored = f" (stored as {', '.join(values)})" if values else ""
            raise DataRejectedError(
                f"{grids[0].path}: this {side} map has no data{stored} on {gone:,.0f} of "
                f"{both + gone:,.0f} ha around the sites where the {other} map has; if no data "
                "means a class there, such as no forest, list its value with that class in the "
                "legend, else give maps that cover the same ground."
            )
