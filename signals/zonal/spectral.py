"""Spectral indices from surface reflectance (0-1), as USGS computes them for Landsat.

USGS 2023, Landsat Surface Reflectance-Derived Spectral Indices, Product Guide LSDS-1394.
"""

import numpy as np
from numpy.typing import NDArray

Reflectance = NDArray[np.float64]


def normalised_difference(first: Reflectance, second: Reflectance) -> Reflectance:
    """Return (first - second) / (first + second), NaN outside [-1, 1] or where the sum is 0.

    Of two reflectances, which are not negative, the index lies in [-1, 1]. Atmospheric correction
    leaves values below zero over water and in shadow; the ratio of such a pair has no meaning.

    NDVI is of near infrared and red, NBR of near infrared and the longer shortwave infrared, NBR2
    of the two shortwave infrareds, NDMI of near infrared and the shorter shortwave infrared.
    """
    total = first + second
    index = np.divide(first - second, total, out=np.full_like(total, np.nan), where=total != 0.0)
    return np.asarray(np.where(np.abs(index) <= 1.0, index, np.nan))


def enhanced_vegetation(
    near_infrared: Reflectance, red: Reflectance, blue: Reflectance
) -> Reflectance:
    """Return EVI with the coefficients of MODIS; NaN where its divisor is 0."""
    divisor = near_infrared + 6.0 * red - 7.5 * blue + 1.0
    lifted = 2.5 * (near_infrared - red)
    return np.asarray(
        np.divide(lifted, divisor, out=np.full_like(divisor, np.nan), where=divisor != 0.0)
    )


def soil_adjusted_vegetation(near_infrared: Reflectance, red: Reflectance) -> Reflectance:
    """Return SAVI with a soil factor of one half."""
    return np.asarray(1.5 * (near_infrared - red) / (near_infrared + red + 0.5))
