"""Areas of classes and means of values around sites, measured on raster files."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
import rasterio
from numpy.typing import NDArray

from signals.zonal.block_engine import covered_window, read_window, run_plan
from signals.zonal.block_plan import Plan, make_plan, make_plans, pixel_windows
from signals.zonal.outline_placement import outlines_of
from signals.zonal.pixel_areas import PixelAreas
from signals.zonal.pixel_tallies import ClassTally, RasterMask, ValueRange, ValueTally
from signals.zonal.pixel_tally_kernel import SUMS
from signals.zonal.raster_grid import RasterGrid, gdal_options, open_raster, read_grid
from signals.zonal.site_coverage import coverage_frame, divided
from signals.zonal.site_outlines import SiteShape
from signals.zonal.window_files import bring_windows
from suppliers.input_errors import DataRejectedError

__all__ = [
    "ClassTable",
    "RasterMask",
    "ValueRange",
    "class_areas",
    "weighted_mean",
    "weighted_mean_series",
    "weighted_sum",
]

MAX_CLASSES = 1024
"""More distinct values than this in one raster are measurements, not classes."""

_OUTSIDE = ("outside_share", "outside_value", "pixels_used", "pixels_empty", "pixels_outside")


class ClassTable(NamedTuple):
    """Outcome of `class_areas`.

    Attributes:
        areas: site_id, class_value, area_ha. A site with data has a row for every class, with a
            true 0 where the class does not occur; a site without data has no row.
        site_coverage: site_id, site_area_ha, valid_ha, nodata_ha, covered_share. covered_share
            is the share of the site with data: 0 means not covered, never a measured zero.
    """

    areas: pl.DataFrame
    site_coverage: pl.DataFrame


def class_areas(
    raster_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    *,
    band: int = 1,
    mask: RasterMask | None = None,
    classes: Sequence[int] | None = None,
    threads: int | None = None,
) -> ClassTable:
    """Measure the hectares of each class of a categorical raster around each site.

    Pixels at the edge count with their exact covered share, all pixels with their true area on
    the WGS84 ellipsoid. Whole pixels are counted row by row, which is exact, before their area is
    applied; `class_areas_of_runs` states the order of sums and the bound of their error.

    Args:
        raster_paths: GeoTIFF, VRT or COG files or /vsicurl/ addresses: tiles of one product that
            do not overlap.
        shapes: Sites, with unique ids.
        band: Band that holds the classes.
        mask: Count only pixels that it keeps. Pixels it drops stay in valid_ha; pixels where it
            has no data count as no data.
        classes: Class values to report; others only count in valid_ha. None reports every value
            that occurs, at the price of a second pass over rasters wider than 8 bits.
        threads: Reading threads; None for one per processor. The outcome does not depend on it.

    Returns:
        Areas per class and the coverage of every site, ordered as the shapes.

    Raises:
        DataRejectedError: a raster that is unreadable, has no coordinate system, a rotated grid
            or values that are not whole numbers; tiles that overlap; a mask on other pixels.
    """
    grids = _grids(raster_paths, band)
    for grid in grids:
        if grid.dtype.kind not in "ui":
            raise DataRejectedError(
                f"{grid.path}: holds {grid.dtype} values where classes are expected; "
                "give a raster of whole numbers."
            )
    values, totals = _class_totals(grids, shapes, band, mask, classes, threads)
    nodata_ha = totals[:, -1]
    valid_ha = totals[:, :-1].sum(axis=1)
    coverage = coverage_frame(shapes, valid_ha, nodata_ha, grids)
    if classes is None:
        occurring = totals[:, : len(values)].sum(axis=0) > 0.0
    else:
        occurring = np.ones(len(values), dtype=bool)
    rows, columns = np.nonzero((valid_ha > 0.0)[:, None] & occurring[None, :])
    site_ids = pl.Series([shape.site_id for shape in shapes], dtype=pl.String)
    areas = pl.DataFrame(
        {
            "site_id": site_ids.gather(rows),
            "class_value": np.array(values, dtype=np.int64)[columns],
            "area_ha": totals[:, : len(values)][rows, columns],
        }
    )
    return ClassTable(areas, coverage)


def _class_totals(
    grids: Sequence[RasterGrid],
    shapes: Sequence[SiteShape],
    band: int,
    mask: RasterMask | None,
    classes: Sequence[int] | None,
    threads: int | None,
) -> tuple[list[int], NDArray[np.float64]]:
    """Return the class values, and hectares of each site by class and the columns of a tally."""
    mask_grids = _mask_grids(grids, mask)
    plans = make_plans(outlines_of(shapes), grids)
    if classes is None:
        values = sorted(set().union(*(_distinct_values(plan, band) for plan in plans)))
    else:
        values = sorted(set(classes))
    totals = np.zeros((len(shapes), len(values) + 3))
    for plan, mask_grid in zip(plans, mask_grids, strict=True):
        tally = ClassTally(plan.grid, band, np.array(values, np.int64), mask, mask_grid)
        totals += run_plan(plan, [tally], len(shapes), threads)[0]
    return values, totals


def weighted_mean(
    raster_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    *,
    band: int = 1,
    within: ValueRange | None = None,
    threads: int | None = None,
) -> pl.DataFrame:
    """Measure the mean of a continuous raster around each site.

    Every pixel weighs its covered share times its true area, so that sites of a few pixels, or
    of less than one, are measured by the same rule as large ones. Scale and offset of the file
    are applied. Stored whole numbers of a row are added exactly; `sums_of_runs` states the order
    of sums and the bound of their error.

    Args:
        raster_paths: Tiles of one product that do not overlap, local or /vsicurl/.
        shapes: Sites, with unique ids.
        band: Band to measure.
        within: What values can be; those out of it are left out and counted.
        threads: Reading threads; None for one per processor.

    Returns:
        site_id, value (null where no pixel has data), covered_share, ordered as the shapes. With
        a range also outside_share (of the site, with values out of it), outside_value (their mean,
        NaN without any), and pixels_used, pixels_empty, pixels_outside around the site.

    Raises:
        DataRejectedError: as `class_areas`, but for the type of values.
    """
    totals, coverage = _value_totals(raster_paths, shapes, band, threads, within or ValueRange())
    frame = _value_frame(coverage, divided(totals[:, 0], totals[:, 1]))
    return frame if within is None else frame.with_columns(_outside(totals, coverage))


def weighted_sum(
    raster_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    *,
    band: int = 1,
    within: ValueRange | None = None,
    threads: int | None = None,
) -> pl.DataFrame:
    """Measure the sum of a raster of amounts per pixel (counts, tonnes) around each site.

    Every pixel gives its amount times its covered share. Arguments, columns, nulls and errors
    are those of `weighted_mean`.
    """
    totals, coverage = _value_totals(raster_paths, shapes, band, threads, within or ValueRange())
    frame = _value_frame(coverage, np.where(totals[:, 1] > 0.0, totals[:, 3], np.nan))
    return frame if within is None else frame.with_columns(_outside(totals, coverage))


def weighted_mean_series(
    layers: Mapping[str, str],
    shapes: Sequence[SiteShape],
    ranges: Mapping[str, ValueRange],
    *,
    band: int = 1,
    threads: int | None = None,
) -> pl.DataFrame:
    """Measure the mean of one raster per period around each site, as `weighted_mean` does.

    Layers with the same pixels share one computation of the coverage.

    Args:
        layers: Raster path by name of the layer, for instance by month.
        shapes: Sites, with unique ids.
        ranges: What the values of each layer can be.
        band: Band to measure in each raster.
        threads: Reading threads; None for one per processor.

    Returns:
        layer, and the columns of `weighted_mean` with a range; layers in their given order, sites
        as the shapes.

    Raises:
        DataRejectedError: as `weighted_mean`.
    """
    outlines = outlines_of(shapes)
    groups: list[tuple[RasterGrid, list[str], list[ValueTally]]] = []
    for name, path in layers.items():
        grid = read_grid(path, band)
        tally = ValueTally(grid, band, ranges[name])
        for first, names, tallies in groups:
            if first.same_pixels(grid):
                names.append(name)
                tallies.append(tally)
                break
        else:
            groups.append((grid, [name], [tally]))
    frames = {}
    for grid, names, tallies in groups:
        outcome = run_plan(make_plan(outlines, grid), tallies, len(shapes), threads)
        for name, totals in zip(names, outcome, strict=True):
            coverage = _coverage(totals, shapes, [grid])
            frame = _value_frame(coverage, divided(totals[:, 0], totals[:, 1]))
            outside = _outside(totals, coverage)
            frames[name] = frame.select(pl.lit(name).alias("layer"), pl.all(), *outside)
    if not frames:
        shares = dict.fromkeys(("value", "covered_share", *_OUTSIDE[:2]), pl.Float64)
        counts = dict.fromkeys(_OUTSIDE[2:], pl.Int64)
        return pl.DataFrame(schema={"layer": pl.String, "site_id": pl.String, **shares, **counts})
    return pl.concat([frames[name] for name in layers])


def _grids(raster_paths: Sequence[str], band: int) -> list[RasterGrid]:
    if not raster_paths:
        raise DataRejectedError("no raster was given to measure; name at least one file.")
    grids = [read_grid(path, band) for path in raster_paths]
    reject_overlapping(grids)
    return grids


def reject_overlapping(grids: Sequence[RasterGrid]) -> None:
    """Reject tiles that overlap.

    Raises:
        DataRejectedError: two of them share more than half a pixel in both directions.
    """
    for index, grid in enumerate(grids):
        for earlier in grids[:index]:
            if grid.crs == earlier.crs and _overlap(grid, earlier):
                raise DataRejectedError(
                    f"{grid.path}: overlaps {earlier.path}, so its ground would count twice; "
                    "give tiles that only touch, or one VRT of them (gdalbuildvrt)."
                )


def _overlap(grid: RasterGrid, other: RasterGrid) -> bool:
    """Return whether two grids share more than half a pixel in both directions."""
    left, bottom, right, top = grid.bounds
    other_left, other_bottom, other_right, other_top = other.bounds
    across = min(right, other_right) - max(left, other_left)
    upwards = min(top, other_top) - max(bottom, other_bottom)
    return across > 0.5 * grid.x_step and upwards > 0.5 * abs(grid.y_step)


def _mask_grids(grids: Sequence[RasterGrid], mask: RasterMask | None) -> list[RasterGrid | None]:
    if mask is None:
        return [None] * len(grids)
    if len(mask.raster_paths) != len(grids):
        raise DataRejectedError(
            f"{len(mask.raster_paths)} mask rasters for {len(grids)} measured ones; "
            "give one mask per raster, in the same order."
        )
    mask_grids: list[RasterGrid | None] = []
    for grid, path in zip(grids, mask.raster_paths, strict=True):
        mask_grid = read_grid(path, mask.band)
        if not grid.same_pixels(mask_grid):
            raise DataRejectedError(
                f"{path}: its pixels are not those of {grid.path}; warp it to the same grid."
            )
        mask_grids.append(mask_grid)
    return mask_grids


def _distinct_values(plan: Plan, band: int) -> set[int]:
    """List the values that can occur: all of an 8-bit type, else those around the sites."""
    grid = plan.grid
    if grid.dtype.itemsize == 1:
        info = np.iinfo(grid.dtype)
        found = set(range(info.min, info.max + 1))
    else:
        found = set()
        bring_windows(grid.path, pixel_windows(plan))
        with rasterio.Env(**gdal_options(grid.path)), open_raster(grid.path) as dataset:
            areas = PixelAreas(grid)
            for strip in plan.strips:
                covered = covered_window(plan, strip, areas)
                if covered is not None:
                    found.update(np.unique(read_window(dataset, band, covered.window)).tolist())
                if len(found) > MAX_CLASSES:
                    raise DataRejectedError(
                        f"{grid.path}: has more than {MAX_CLASSES} distinct values where "
                        "classes are expected; name the classes to count."
                    )
    return {value for value in found if value != grid.nodata}


def _value_totals(
    raster_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    band: int,
    threads: int | None,
    within: ValueRange,
) -> tuple[NDArray[np.float64], pl.DataFrame]:
    totals = np.zeros((len(shapes), SUMS))
    grids = _grids(raster_paths, band)
    for plan in make_plans(outlines_of(shapes), grids):
        totals += run_plan(plan, [ValueTally(plan.grid, band, within)], len(shapes), threads)[0]
    return totals, _coverage(totals, shapes, grids)


def _coverage(
    totals: NDArray[np.float64], shapes: Sequence[SiteShape], grids: Sequence[RasterGrid]
) -> pl.DataFrame:
    return coverage_frame(shapes, totals[:, 1], totals[:, 2] + totals[:, 4], grids)


def _outside(totals: NDArray[np.float64], coverage: pl.DataFrame) -> list[pl.Series]:
    """The columns about values out of the range and about pixels."""
    shares = (
        divided(totals[:, 4], coverage["site_area_ha"].to_numpy()),
        divided(totals[:, 5], totals[:, 4]),
    )
    pixels = (totals[:, column].astype(np.int64) for column in (6, 7, 8))
    return [pl.Series(n, v) for n, v in zip(_OUTSIDE, (*shares, *pixels), strict=True)]


def _value_frame(coverage: pl.DataFrame, values: NDArray[np.float64]) -> pl.DataFrame:
    return coverage.select(
        "site_id", pl.Series("value", values).fill_nan(None), pl.col("covered_share")
    )
