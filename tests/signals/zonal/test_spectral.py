"""Spectral indices by hand."""

import numpy as np

from signals.zonal.spectral import (
    enhanced_vegetation,
    normalised_difference,
    soil_adjusted_vegetation,
)

NEAR, RED, BLUE = np.array([0.4, 0.0]), np.array([0.1, 0.0]), np.array([0.05, 0.4 / 3.0])


def test_pixels_whose_reflectances_cancel_have_no_index() -> None:
    near = np.array([0.03, 1e-14, -0.01, 0.3, 0.0])
    red = np.array([-0.02, -1e-14 + 1e-27, -0.03, 0.1, 0.2])
    found = normalised_difference(near, red)
    np.testing.assert_allclose(found[3:], [0.5, -1.0])
    assert np.isnan(found[:2]).all()
    assert np.nanmax(np.abs(found)) <= 1.0


def test_indices_by_hand() -> None:
    np.testing.assert_allclose(normalised_difference(NEAR, RED), [0.6, np.nan])
    np.testing.assert_allclose(soil_adjusted_vegetation(NEAR, RED)[0], 0.45)
    np.testing.assert_allclose(enhanced_vegetation(NEAR, RED, BLUE)[0], 0.75 / 1.625)
