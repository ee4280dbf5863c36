"""The log-logistic fit, the index and evapotranspiration, by hand and against R's package."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from signals.environment.spei import (
    fit_log_logistic,
    hargreaves,
    radiation_above_air,
    spei_series,
    standardised_balance,
)


def quantiles(scale: float, shape: float, origin: float, count: int = 20_000) -> np.ndarray:
    probability = (np.arange(count) + 0.5) / count
    return origin + scale * (probability / (1 - probability)) ** (1 / shape)


def test_known_parameters_are_found() -> None:
    fitted = fit_log_logistic(quantiles(50.0, 6.0, -40.0)[None, :])
    shape = 1 / fitted.skew[0]
    scale = fitted.spread[0] * shape
    assert (shape, scale) == (pytest.approx(6.0, rel=0.02), pytest.approx(50.0, rel=0.02))
    assert fitted.location[0] - scale == pytest.approx(-40.0, rel=0.03)


def test_the_median_is_zero_and_quantiles_keep_their_place() -> None:
    drawn = quantiles(50.0, 6.0, -40.0)
    values = np.quantile(drawn, [0.5, stats.norm.cdf(-1.5), stats.norm.cdf(2.0)])
    index = standardised_balance(values[None, :], fit_log_logistic(drawn[None, :]))
    np.testing.assert_allclose(index[0], [0.0, -1.5, 2.0], atol=0.02)


def test_skew_to_either_side_and_none() -> None:
    drawn = quantiles(50.0, 6.0, 0.0, 41)
    right = standardised_balance(drawn[None, :], fit_log_logistic(drawn[None, :]))
    left = standardised_balance(-drawn[None, ::-1], fit_log_logistic(-drawn[None, :]))
    np.testing.assert_allclose(left, -right[:, ::-1], atol=1e-9)
    even = np.linspace(-3, 3, 41)
    middle = standardised_balance(even[None, :], fit_log_logistic(even[None, :]))
    assert middle[0, 20] == pytest.approx(0.0, abs=1e-9)
    assert np.isfinite(middle).all()


@pytest.mark.parametrize("years", [[1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0], [np.nan] * 5])
def test_what_does_not_vary_or_is_short_has_no_fit(years: list[float]) -> None:
    fitted = fit_log_logistic(np.array([years]))
    assert np.isnan(np.array(fitted)).all()


def test_values_beyond_the_bound_are_cut_at_three() -> None:
    drawn = quantiles(50.0, 6.0, -40.0, 40)[None, :]
    index = standardised_balance(np.array([[-1e6, 1e6]]), fit_log_logistic(drawn))
    assert index.tolist() == [[-3.0, 3.0]]


def test_missing_months_and_the_calibration_years() -> None:
    balance = np.random.default_rng(4).normal(0, 50, (1, 480))
    fixed = np.arange(480) < 360
    whole = spei_series(balance, 6, fixed)
    changed = balance.copy()
    changed[0, 470] = np.nan
    broken = spei_series(changed, 6, fixed)
    assert np.isnan(broken.index[0, 470:476]).all()
    np.testing.assert_array_equal(broken.index[0, 476:], whole.index[0, 476:])
    assert whole.years[0].tolist() == [29] * 5 + [30] * 7


def test_evapotranspiration_by_hand() -> None:
    # FAO-56 example 8: 32.2 MJ at 20 degrees south on 3 September, 19 of the 31 days from mid-month
    # to mid-month.
    august, radiation = radiation_above_air(np.array(-20.0), np.array([8, 9]))
    assert august + (radiation - august) * 19 / 31 == pytest.approx(32.2, abs=0.1)
    by_hand = 0.0023 * 0.408 * radiation * (22.5 + 17.8) * np.sqrt(15.0) * 30
    assert hargreaves(
        np.array(15.0), np.array(30.0), np.array(-20.0), np.array(9)
    ) == pytest.approx(by_hand)


def test_polar_night_has_no_evapotranspiration_and_heat_is_never_negative() -> None:
    night = hargreaves(np.array(-30.0), np.array(-20.0), np.array(80.0), np.array(12))
    assert night == 0.0
    crossed = hargreaves(np.array(20.0), np.array(10.0), np.array(0.0), np.array(6))
    assert crossed == 0.0


@pytest.mark.shared
def test_wichita_against_the_spei_package(shared_data: Path) -> None:
    folder = shared_data / "earth" / "spi-spei-wichita"
    reported = pl.read_csv(folder / "wichita_expected.csv", infer_schema_length=None)
    balance = (reported["PRCP"] - reported["thornthwaite_out"].cast(pl.Float64)).to_numpy()
    every = np.ones(balance.size, dtype=bool)
    for months in (1, 12):
        expected = reported[f"spei_{months}_vector"].cast(pl.Float64).to_numpy()
        known = np.isfinite(expected)
        ours = spei_series(balance[None, :], months, every).index[0]
        np.testing.assert_allclose(ours[known], np.clip(expected[known], -3, 3), atol=1e-9)
