"""Rasters seen through the range that their product can hold, whatever they declare as no data.

Published copies of MOD13Q1 and of night lights often declare no fill value, or another one than
they hold; a mean over it would be a fall of greenness or a city of light that is not there.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from signals.source import PullContext, RawFile

#: Stands for what lies outside the range; every float type holds it exactly.
_OUTSIDE = -32_768.0

#: Width of the step from inside to outside, as a share of the bound.
_STEP = 1e-6

_EXACT_IN_FLOAT32 = ("uint8", "int8", "uint16", "int16", "float32")


def within(
    raw: RawFile, band: int, bounds: tuple[float, float], scale: float, context: PullContext
) -> str:
    """Path of a virtual raster that has no data where the values are outside the range.

    Args:
        raw: the raster; a path or address that GDAL reads.
        band: of the raster.
        bounds: lowest and highest value that the product can hold, in its own unit.
        scale: from the file's values (its own scale and offset applied) to that unit, above 0.
        context: of the run; its store keeps the virtual raster, a few hundred bytes.

    Raises:
        DataRejectedError: the raster cannot be read as a north-up grid.
    """
    from signals.zonal.raster_grid import gdal_path, read_grid

    grid = read_grid(raw.path, band)
    low, high = ((bound / scale - grid.offset) / grid.scale for bound in bounds)
    kind = "Float32" if grid.dtype.name in _EXACT_IN_FLOAT32 else "Float64"
    path = gdal_path(raw.path)
    if not path.startswith("/vsi"):
        path = str(Path(path).resolve())
    steps = (
        (low - _step(low), _OUTSIDE), (low, low), (high, high), (high + _step(high), _OUTSIDE)
    )  # fmt: skip
    table = ",".join(f"{value!r}:{shown!r}" for value, shown in steps)
    nodata = "" if grid.nodata is None else f"<NODATA>{grid.nodata!r}</NODATA>"
    mask = "<UseMaskBand>true</UseMaskBand>" if grid.has_mask else ""
    rows, columns = grid.block_shape
    size = f'xSize="{grid.width}" ySize="{grid.height}"'
    content = (
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
    return context.store.put(raw.source_id, raw.origin, content.encode(), key=raw.key).path


def _step(bound: float) -> float:
    return max(abs(bound), 1e-3) * _STEP
