"""How much of each site a raster covers with data."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from signals.zonal.raster_grid import RasterGrid
from signals.zonal.site_outlines import SiteShape, areas_ha
from suppliers.input_errors import DataRejectedError

WHOLE_WITHIN = 1e-5
"""A site covered but for this share is covered: an outline's edges, straight in degrees, bend a
little on other grids."""


MORE_THAN_WHOLE = 1e-3
"""A site measured beyond its own area by more than this share is an error, never cut to 1."""


POLAR_DEGREES = 88.0
MORE_THAN_WHOLE_AT_A_POLE = 0.1
"""Shares are exact in degrees, so a pixel that reaches a pole and is cut by an edge is not."""


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
    share = divided(valid_ha, site_area_ha)
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


def divided(dividend: NDArray[np.float64], divisor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, with NaN where there is nothing to divide by."""
    quotient = np.full(len(dividend), np.nan)
    np.divide(dividend, divisor, out=quotient, where=divisor > 0.0)
    return quotient
