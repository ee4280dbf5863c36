from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from signals.environment.spi import (
    LARGEST_SPI,
    fit_gamma_likelihood,
    fit_gamma_moments,
    rolling_sums,
    standard_error,
    standardised,
)


def test_rolling_sums() -> None:
    monthly = np.array([[1.0, 2.0, 3.0, np.nan, 5.0, 6.0, 7.0]])
    sums = rolling_sums(monthly, 3)
    np.testing.assert_array_equal(sums, [[np.nan, np.nan, 6.0, np.nan, np.nan, np.nan, 18.0]])
    assert np.isnan(rolling_sums(monthly, 12)).all()


def test_thoms_formula_by_hand() -> None:
    # Mean 2, mean of logs ln(3)/2, so A = ln 2 - ln(3) / 2 = 0.143841.
    shape, scale = fit_gamma_likelihood(np.array([[1.0, 3.0]]))
    statistic = np.log(2.0) - np.log(3.0) / 2.0
    expected = (1.0 + np.sqrt(1.0 + 4.0 * statistic / 3.0)) / (4.0 * statistic)
    assert shape[0] == pytest.approx(expected)
    assert scale[0] == pytest.approx(2.0 / expected)


@pytest.mark.parametrize("fit", [fit_gamma_likelihood, fit_gamma_moments])
def test_fits_find_the_parameters_that_made_the_data(fit: object) -> None:
    assert callable(fit)
    rng = np.random.default_rng(3)
    drawn = rng.gamma([[2.0], [20.0]], [[50.0], [5.0]], (2, 50_000))
    shape, scale = fit(drawn)
    np.testing.assert_allclose(shape, [2.0, 20.0], rtol=0.03)
    np.testing.assert_allclose(scale, [50.0, 5.0], rtol=0.03)


@pytest.mark.parametrize("fit", [fit_gamma_likelihood, fit_gamma_moments])
def test_missing_years_do_not_matter(fit: object) -> None:
    assert callable(fit)
    whole = np.array([[5.0, 9.0, 2.0, 7.0]])
    with_gaps = np.array([[np.nan, 5.0, 9.0, np.nan, 2.0, 7.0]])
    np.testing.assert_allclose(fit(with_gaps), fit(whole))


@pytest.mark.parametrize(
    "positive", [[np.nan, np.nan, np.nan], [4.0, np.nan, np.nan], [4.0, 4.0, 4.0]]
)
def test_what_does_not_vary_has_no_fit(positive: list[float]) -> None:
    for fit in (fit_gamma_likelihood, fit_gamma_moments):
        shape, scale = fit(np.array([positive]))
        assert np.isnan(shape).all()
        assert np.isnan(scale).all()


def test_the_median_is_zero_and_quantiles_keep_their_place() -> None:
    years = stats.gamma.ppf((np.arange(2000) + 0.5) / 2000, 3.0, scale=40.0)[None, :]
    values = stats.gamma.ppf([0.5, stats.norm.cdf(-1.5), stats.norm.cdf(2.0)], 3.0, scale=40.0)
    index = standardised(values, np.repeat(years, 3, axis=0))
    np.testing.assert_allclose(index, [0.0, -1.5, 2.0], atol=0.03)


def test_the_tails_are_cut_at_three() -> None:
    years = np.linspace(50.0, 150.0, 30)[None, :]
    index = standardised(np.array([1e-6, 1e6]), np.repeat(years, 2, axis=0))
    np.testing.assert_array_equal(index, [-LARGEST_SPI, LARGEST_SPI])


def test_zeros_have_their_own_mass_and_stand_in_its_middle() -> None:
    years = np.concatenate([np.zeros(10), np.linspace(10.0, 100.0, 20)])[None, :]
    at_zero = standardised(np.array([0.0]), years)
    # A third of the years are zero, so zero stands at one sixth.
    assert at_zero[0] == pytest.approx(stats.norm.ppf(1.0 / 6.0))
    barely_wet = standardised(np.array([1e-9]), years)
    assert barely_wet[0] == pytest.approx(stats.norm.ppf(1.0 / 3.0), abs=1e-6)


def test_missing_values_stay_missing() -> None:
    years = np.linspace(10.0, 100.0, 30)[None, :]
    assert np.isnan(standardised(np.array([np.nan]), years)).all()
    assert np.isnan(standardised(np.array([5.0]), np.full((1, 30), np.nan))).all()


@given(
    st.lists(st.floats(0.1, 500), min_size=10, max_size=40, unique=True),
    st.floats(0.1, 500),
    st.floats(0.1, 500),
)
def test_more_rain_is_never_a_lower_index(years: list[float], one: float, other: float) -> None:
    calibration = np.repeat(np.array([years]), 2, axis=0)
    low, high = standardised(np.array(sorted((one, other))), calibration)
    assert np.isnan(low) or low <= high


def test_the_error_shrinks_with_years_and_grows_in_the_tails() -> None:
    error = standard_error(np.array([0.0, 2.0, 0.0]), np.array([30, 30, 120]))
    assert error == pytest.approx([np.sqrt(1 / 30), np.sqrt(3 / 30), np.sqrt(1 / 120)])


@pytest.mark.shared
def test_wichita_against_the_spei_package(shared_data: Path) -> None:
    folder = shared_data / "earth" / "spi-spei-wichita"
    reported = pl.read_csv(folder / "wichita_expected.csv", infer_schema_length=1000)
    sums = rolling_sums(reported["PRCP"].to_numpy()[None, :].astype(float), 12)[0]
    expected = reported["spi_12_vector"].cast(pl.Float64).to_numpy()
    likelihood, moments = np.full(len(sums), np.nan), np.full(len(sums), np.nan)
    for month in range(12):
        same = np.arange(month, len(sums), 12)
        calibration = np.repeat(sums[same][None, :], len(same), axis=0)
        moments[same] = standardised(sums[same], calibration, fit_gamma_moments)
        likelihood[same] = standardised(sums[same], calibration, fit_gamma_likelihood)
    known = np.isfinite(expected)
    # The package's own fit agrees; the signal's differs as two fits of 32 values do.
    np.testing.assert_allclose(
        moments[known], np.clip(expected[known], -LARGEST_SPI, LARGEST_SPI), atol=1e-6
    )
    difference = np.abs(likelihood[known] - expected[known])
    assert difference.mean() < 0.05
    assert difference.max() < 0.35
