"""Small rasters and sites for the measuring tests."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray

from signals.zonal.site_outlines import SiteShape

ONE_TO_NINE = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], dtype=np.uint8)


def write_raster(
    path: Path,
    values: NDArray[Any],
    *,
    left: float = 0.0,
    top: float = 3.0,
    step: float = 1.0,
    transform: Affine | None = None,
    crs: str | None = "EPSG:4326",
    **options: Any,
) -> str:
    bands = values[None] if values.ndim == 2 else values
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=bands.shape[2],
        height=bands.shape[1],
        count=bands.shape[0],
        dtype=bands.dtype,
        crs=crs,
        transform=transform or Affine(step, 0.0, left, 0.0, -step, top),
        **options,
    ) as dataset:
        dataset.write(bands)
    return str(path)


def site(geometry: Any, site_id: str = "s") -> SiteShape:
    return SiteShape(site_id, geometry)
