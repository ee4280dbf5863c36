"""Robust lines of many series at once are those that statsmodels draws one by one."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.financial.robust_lines import robust_slopes


@pytest.mark.parametrize("periods", [5, 6, 8])
def test_as_statsmodels_fits_them(periods: int) -> None:
    random = np.random.default_rng(periods)
    # Years with gaps, levels of many sizes and tails heavy enough for outliers.
    order = np.argsort(random.random((40, 9)), axis=1)[:, :periods]
    years = np.sort(order, axis=1).astype(np.float64)
    size = 10.0 ** random.uniform(-3, 3, (40, 1))
    values = size * (years + random.standard_t(1.5, (40, periods)))
    slopes, errors = robust_slopes(years, values)
    for i in range(40):
        fit = sm.RLM(values[i], sm.add_constant(years[i]), M=sm.robust.norms.HuberT()).fit()
        assert slopes[i] == pytest.approx(fit.params[1], rel=1e-8)
        assert errors[i] == pytest.approx(fit.bse[1], rel=1e-8)


def test_each_series_is_read_as_if_alone() -> None:
    random = np.random.default_rng(1)
    years = np.tile(np.arange(6.0), (5, 1))
    values = random.normal(size=(5, 6))
    values[3] = 7.0 + 2.0 * years[3]
    together = robust_slopes(years, values)
    alone = [robust_slopes(years[i : i + 1], values[i : i + 1]) for i in range(5)]
    assert together[0].tolist() == [slope[0] for slope, _ in alone]
    assert together[1].tolist() == [error[0] for _, error in alone]
    assert (together[0][3], together[1][3]) == (pytest.approx(2.0), 0.0)


def test_one_year_that_is_far_off_does_not_turn_the_line() -> None:
    # Five points on a line of slope 2 and one off it: the scale of the residuals is zero.
    years, values = np.arange(6.0), 3.0 + 2.0 * np.arange(6.0)
    values[2] = 90.0
    slopes, errors = robust_slopes(years[None], values[None])
    assert (slopes[0], errors[0]) == (pytest.approx(2.0), 0.0)


@settings(deadline=None, max_examples=40)
@given(st.floats(-5, 5), st.floats(-100, 100), st.lists(st.floats(-1, 1), min_size=6, max_size=8))
def test_a_slope_follows_scale_and_direction(
    slope: float, level: float, noise: list[float]
) -> None:
    years = np.arange(len(noise), dtype=np.float64)[None]
    values = level + slope * years + np.array(noise)
    (found, mirrored), (error, mirrored_error) = robust_slopes(
        np.vstack([years, years]), np.vstack([values, -values])
    )
    assert found == pytest.approx(-mirrored, abs=1e-6)
    assert error == pytest.approx(mirrored_error, abs=1e-6)
    assert abs(found - slope) < 1.0
