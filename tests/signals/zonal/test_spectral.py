"""Spectral indices by hand."""

import numpy as np

from signals.zonal.spectral import (
    enhanced_vegetation,
    normalised_difference,
    soil_adjusted_vegetation,
)

NEAR, RED, BLUE = np.array([0.4, 0.0]), np.array([0.1, 0.0]), np.array([0.05, 0.4 / 3.0])


def test_indices_by_hand() -> None:
    np.testing.assert_allclose(normalised_difference(NEAR, RED), [0.6, np.nan])
    np.testing.assert_allclose(soil_adjusted_vegetation(NEAR, RED)[0], 0.45)
    np.testing.assert_allclose(enhanced_vegetation(NEAR, RED, BLUE)[0], 0.75 / 1.625)
