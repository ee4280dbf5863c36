"""Rasters seen through the range that their product can hold, whatever they declare as no data.

Published copies of MOD13Q1 and of night lights often declare no fill value, or another one than
they hold; a mean over it would be a fall of greenness or a city of light that is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
import polars as pl

from signals.fetching.physical_ranges import OutOfRange
from signals.source import PullContext, RawFile

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: Less of a site's ground than this share is the edge of a pixel.
_SHARE = 1e-3

#: Stands for what lies outside the range; every float type holds it exactly.
_OUTSIDE = -32_768.0

#: Width of the step from inside to outside, as a share of the bound.
_STEP = 1e-6

_EXACT_IN_FLOAT32 = ("uint8", "int8", "uint16", "int16", "float32")


def within(
    raw: RawFile,
    band: int,
    bounds: tuple[float, float],
    scale: float,
    context: PullContext,
    fill: float | None = None,
) -> str:
    """Path of a virtual raster that has no data where the values are outside the range.

    Args:
        raw: the raster; a path or address that GDAL reads.
        band: of the raster.
        bounds: lowest and highest value that the product can hold, in its own unit.
        scale: from the file's values (its own scale and offset applied) to that unit, above 0.
        context: of the run; its store keeps the virtual raster, a few hundred bytes.
        fill: stored value that stands for no data where the file declares none.

    Raises:
        DataRejectedError: the raster cannot be read as a north-up grid.
    """
    content = ranged_raster(raw.path, band, bounds, scale, fill)
    return context.store.put(raw.source_id, raw.origin, content.encode(), key=raw.key).path


def ranged_raster(
    raster: str,
    band: int,
    bounds: tuple[float, float],
    scale: float,
    fill: float | None = None,
) -> str:
    """The text of that virtual raster (VRT); arguments and errors are those of `within`."""
    from signals.zonal.raster_grid import gdal_path, read_grid
    from signals.zonal.window_files import standing_for

    grid = read_grid(raster, band)
    low, high = ((bound / scale - grid.offset) / grid.scale for bound in bounds)
    kind = "Float32" if grid.dtype.name in _EXACT_IN_FLOAT32 else "Float64"
    path = gdal_path(standing_for(raster))
    if not path.startswith("/vsi"):
        path = str(Path(path).resolve())
    steps = (
        (low - _step(low), _OUTSIDE), (low, low), (high, high), (high + _step(high), _OUTSIDE)
    )  # fmt: skip
    table = ",".join(f"{value!r}:{shown!r}" for value, shown in steps)
    stored = grid.nodata if fill is None else fill
    nodata = "" if stored is None else f"<NODATA>{stored!r}</NODATA>"
    mask = "<UseMaskBand>true</UseMaskBand>" if grid.has_mask else ""
    rows, columns = grid.block_shape
    size = f'xSize="{grid.width}" ySize="{grid.height}"'
    return (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">'
        f"<SRS>{escape(grid.crs.to_wkt())}</SRS>"
        f"<GeoTransform>{grid.left!r}, {grid.x_step!r}, 0, {grid.top!r}, 0, {grid.y_step!r}"
        f'</GeoTransform><VRTRasterBand dataType="{kind}" band="1" '
        f'blockXSize="{columns}" blockYSize="{rows}"><NoDataValue>{_OUTSIDE!r}</NoDataValue>'
        f"<Offset>{grid.offset!r}</Offset><Scale>{grid.scale!r}</Scale><ComplexSource>"
        f'<SourceFilename relativeToVRT="0">{escape(path)}</SourceFilename>'
        f"<SourceBand>{band}</SourceBand>"
        f'<SrcRect xOff="0" yOff="0" {size}/><DstRect xOff="0" yOff="0" {size}/>'
        f"{mask}{nodata}<LUT>{table}</LUT></ComplexSource></VRTRasterBand></VRTDataset>"
    )


def count_outside(
    measured: pl.DataFrame,
    raster: str,
    band: int,
    shapes: Sequence[SiteShape],
    factor: float,
    quantity: str,
    outside: OutOfRange,
) -> None:
    """Count the sites with ground whose values are outside the range.

    Only sites that the ranged raster does not cover whole are measured once more, without it.

    Args:
        measured: site_id, value, covered_share of the ranged raster, in the file's unit.
        raster: the raster without the range.
        band: of the raster.
        shapes: the sites.
        factor: from the file's values to the unit of the range.
        quantity: of `signals.fetching.physical_ranges`.
        outside: takes the count.
    """
    from signals.zonal.zonal_statistics import weighted_mean

    part = measured.filter(pl.col("covered_share").fill_null(0.0) < 1.0 - _SHARE)
    lacking = set(part["site_id"])
    whole = len(shapes) - len(lacking)
    if not lacking:
        outside.count(quantity, 0, whole, np.empty(0))
        return
    without = weighted_mean([raster], [s for s in shapes if s.site_id in lacking], band=band)
    both = part.join(without, on="site_id", suffix="_without").with_columns(
        pl.col("value", "covered_share").fill_null(0.0)
    )
    seen = both.filter(pl.col("covered_share_without") > 0.0)
    apart = pl.col("covered_share_without") - pl.col("covered_share")
    out = seen.filter((apart > _SHARE) | pl.col("value_without").is_infinite()).select(
        (pl.col("value_without") * pl.col("covered_share_without")
         - pl.col("value") * pl.col("covered_share")) / apart
    ).to_series()  # fmt: skip
    outside.count(quantity, len(out), whole + seen.height, out.drop_nans().to_numpy() * factor)


def _step(bound: float) -> float:
    return max(abs(bound), 1e-3) * _STEP
