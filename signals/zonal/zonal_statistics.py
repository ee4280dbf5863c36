"""Areas of classes and means of values around sites, measured on raster files."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
import rasterio
import shapely
from numpy.typing import NDArray

from signals.zonal.block_engine import covered_window, read_window, run_plan
from signals.zonal.block_plan import Plan, make_plan, make_plans, outlines_of, pixel_windows
from signals.zonal.pixel_areas import PixelAreas
from signals.zonal.pixel_tallies import ClassTally, RasterMask, ValueTally
from signals.zonal.raster_grid import RasterGrid, gdal_options, open_raster, read_grid
from signals.zonal.site_outlines import SiteShape, areas_ha
from signals.zonal.window_files import bring_windows
from suppliers.input_errors import DataRejectedError

__all__ = [
    "ClassTable",
    "RasterMask",
    "class_areas",
    "weighted_mean",
    "weighted_mean_series",
    "weighted_sum",
]

MAX_CLASSES = 1024
"""More distinct values than this in one raster are measurements, not classes."""

WHOLE_WITHIN = 1e-5
"""A site covered but for this share is covered: an outline's edges, straight in degrees, bend a
little on other grids."""


MORE_THAN_WHOLE = 1e-3
"""A site measured beyond its own area by more than this share is an error, never cut to 1."""


POLAR_DEGREES = 88.0
MORE_THAN_WHOLE_AT_A_POLE = 0.1
"""Shares are exact in degrees, so a pixel that reaches a pole and is cut by an edge is not."""


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
    the WGS84 ellipsoid.

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
    nodata_ha = totals[:, -1]
    valid_ha = totals[:, :-1].sum(axis=1)
    coverage = coverage_frame(shapes, valid_ha, nodata_ha, grids)
    if classes is None:
        occurring = totals[:, : len(values)].sum(axis=0) > 0.0
    else:
        occurring = np.ones(len(values), dtype=bool)
    rows, columns = np.nonzero((valid_ha > 0.0)[:, None] & occurring[None, :])
    site_ids = np.array([shape.site_id for shape in shapes], dtype=object)
    areas = pl.DataFrame(
        {
            "site_id": pl.Series(site_ids[rows].tolist(), dtype=pl.String),
            "class_value": np.array(values, dtype=np.int64)[columns],
            "area_ha": totals[:, : len(values)][rows, columns],
        }
    )
    return ClassTable(areas, coverage)


def weighted_mean(
    raster_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    *,
    band: int = 1,
    threads: int | None = None,
) -> pl.DataFrame:
    """Measure the mean of a continuous raster around each site.

    Every pixel weighs its covered share times its true area, so that sites of a few pixels, or
    of less than one, are measured by the same rule as large ones. Scale and offset of the file
    are applied.

    Args:
        raster_paths: Tiles of one product that do not overlap, local or /vsicurl/.
        shapes: Sites, with unique ids.
        band: Band to measure.
        threads: Reading threads; None for one per processor.

    Returns:
        site_id, value (null where no pixel has data), covered_share, ordered as the shapes.

    Raises:
        DataRejectedError: as `class_areas`, but for the type of values.
    """
    totals, coverage = _value_totals(raster_paths, shapes, band, threads)
    return _value_frame(coverage, _divided(totals[:, 0], totals[:, 1]))


def weighted_sum(
    raster_paths: Sequence[str],
    shapes: Sequence[SiteShape],
    *,
    band: int = 1,
    threads: int | None = None,
) -> pl.DataFrame:
    """Measure the sum of a raster of amounts per pixel (counts, tonnes) around each site.

    Every pixel gives its amount times its covered share. Arguments, columns, nulls and errors
    are those of `weighted_mean`.
    """
    totals, coverage = _value_totals(raster_paths, shapes, band, threads)
    return _value_frame(coverage, np.where(totals[:, 1] > 0.0, totals[:, 3], np.nan))


def weighted_mean_series(
    layers: Mapping[str, str],
    shapes: Sequence[SiteShape],
    *,
    band: int = 1,
    threads: int | None = None,
) -> pl.DataFrame:
    """Measure the mean of one raster per period around each site, as `weighted_mean` does.

    Layers with the same pixels share one computation of the coverage.

    Args:
        layers: Raster path by name of the layer, for instance by month.
        shapes: Sites, with unique ids.
        band: Band to measure in each raster.
        threads: Reading threads; None for one per processor.

    Returns:
        layer, site_id, value (null where no pixel has data), covered_share; layers in their
        given order, sites as the shapes.

    Raises:
        DataRejectedError: as `weighted_mean`.
    """
    outlines = outlines_of(shapes)
    groups: list[tuple[RasterGrid, list[str], list[ValueTally]]] = []
    for name, path in layers.items():
        grid = read_grid(path, band)
        for first, names, tallies in groups:
            if first.same_pixels(grid):
                names.append(name)
                tallies.append(ValueTally(grid, band))
                break
        else:
            groups.append((grid, [name], [ValueTally(grid, band)]))
    frames = {}
    for grid, names, tallies in groups:
        outcome = run_plan(make_plan(outlines, grid), tallies, len(shapes), threads)
        for name, totals in zip(names, outcome, strict=True):
            coverage = coverage_frame(shapes, totals[:, 1], totals[:, 2], [grid])
            frame = _value_frame(coverage, _divided(totals[:, 0], totals[:, 1]))
            frames[name] = frame.select(pl.lit(name).alias("layer"), pl.all())
    if not frames:
        return pl.DataFrame(
            schema={
                "layer": pl.String,
                "site_id": pl.String,
                "value": pl.Float64,
                "covered_share": pl.Float64,
            }
        )
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
            for chunk in plan.chunks:
                covered = covered_window(plan, chunk, areas)
                if covered is not None:
                    found.update(np.unique(read_window(dataset, band, covered.window)).tolist())
                if len(found) > MAX_CLASSES:
                    raise DataRejectedError(
                        f"{grid.path}: has more than {MAX_CLASSES} distinct values where "
                        "classes are expected; name the classes to count."
                    )
    return {value for value in found if value != grid.nodata}


def _value_totals(
    raster_paths: Sequence[str], shapes: Sequence[SiteShape], band: int, threads: int | None
) -> tuple[NDArray[np.float64], pl.DataFrame]:
    totals = np.zeros((len(shapes), 4))
    grids = _grids(raster_paths, band)
    for plan in make_plans(outlines_of(shapes), grids):
        totals += run_plan(plan, [ValueTally(plan.grid, band)], len(shapes), threads)[0]
    return totals, coverage_frame(shapes, totals[:, 1], totals[:, 2], grids)


def coverage_frame(
    shapes: Sequence[SiteShape],
    valid_ha: NDArray[np.float64],
    nodata_ha: NDArray[np.float64],
    grids: Sequence[RasterGrid],
) -> pl.DataFrame:
    """Say how much of each site has data.

    Args:
        shapes: sites.
        valid_ha: measured with data, per site.
        nodata_ha: measured without data, per site.
        grids: that were measured. A site smaller than a pixel of degrees takes the pixel's middle
            area, which differs from its own by the change of a degree's length within the pixel.

    Returns:
        site_id, site_area_ha, valid_ha, nodata_ha, covered_share, ordered as the shapes.

    Raises:
        DataRejectedError: more ground was measured than a site has, so some of it was counted
            twice or its area is wrong.
    """
    site_area_ha = areas_ha([shape.geometry for shape in shapes])
    share = _divided(valid_ha, site_area_ha)
    bounds = shapely.bounds([shape.geometry for shape in shapes])
    is_polar = np.abs(bounds[:, [1, 3]]).max(axis=1, initial=0.0) > POLAR_DEGREES
    latitudes = np.minimum(np.abs(bounds[:, [1, 3]]).max(axis=1, initial=0.0), POLAR_DEGREES)
    within_pixel = np.tan(np.radians(latitudes)) * _half_pixel_radians(grids)
    allowed = np.where(is_polar, MORE_THAN_WHOLE_AT_A_POLE, MORE_THAN_WHOLE + within_pixel)
    beyond = np.flatnonzero(share > 1.0 + allowed)
    if beyond.size:
        worst = int(beyond[np.argmax(share[beyond])])
        raise DataRejectedError(
            f"site {shapes[worst].site_id}: {valid_ha[worst]:,.1f} ha were measured on "
            f"{site_area_ha[worst]:,.1f} ha of ground ({beyond.size} sites are alike): tiles "
            "overlap, or their coordinate system is wrong; give one VRT of them (gdalbuildvrt)."
        )
    return pl.DataFrame(
        {
            "site_id": pl.Series([shape.site_id for shape in shapes], dtype=pl.String),
            "site_area_ha": site_area_ha,
            "valid_ha": valid_ha,
            "nodata_ha": nodata_ha,
            "covered_share": np.where(share > 1.0 - WHOLE_WITHIN, 1.0, share),
        }
    )


def _half_pixel_radians(grids: Sequence[RasterGrid]) -> float:
    """Half the height of the tallest pixel of a grid in degrees; 0 for projected grids."""
    heights = [
        abs(grid.y_step) * grid.crs.axis_info[0].unit_conversion_factor
        for grid in grids
        if grid.crs.is_geographic
    ]
    return 0.5 * max(heights, default=0.0)


def _divided(dividend: NDArray[np.float64], divisor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, with NaN where there is nothing to divide by."""
    quotient = np.full(len(dividend), np.nan)
    np.divide(dividend, divisor, out=quotient, where=divisor > 0.0)
    return quotient


def _value_frame(coverage: pl.DataFrame, values: NDArray[np.float64]) -> pl.DataFrame:
    return coverage.select(
        "site_id", pl.Series("value", values).fill_nan(None), pl.col("covered_share")
    )
