"""Whole series at once agree with one fit after another, on any number of threads."""

import numpy as np
import pytest
from scipy import stats

from signals.environment.spi import rolling_sums, standardised
from signals.environment.spi_series import GammaFit, spi_series


def rain(sites: int = 6, months: int = 40 * 12, seed: int = 3) -> np.ndarray:
    random = np.random.default_rng(seed)
    monthly = random.gamma(1.2, 60.0, (sites, months))
    monthly[random.random(monthly.shape) < 0.1] = 0.0
    monthly[1, random.random(months) < 0.9] = 0.0
    monthly[2, 100:103] = np.nan
    return monthly


def one_by_one(series: np.ndarray, months: int) -> np.ndarray:
    sums = rolling_sums(series[None, :], months)[0]
    index = np.full(sums.size, np.nan)
    for month in range(12):
        same = sums[month::12]
        known = same[np.isfinite(same)]
        positive = known[known > 0]
        dry = (known == 0).mean()
        if np.unique(positive).size < 2:
            continue
        shape, _, scale = stats.gamma.fit(positive, floc=0)
        probability = dry + (1 - dry) * stats.gamma.cdf(same, shape, scale=scale)
        probability = np.where(same == 0, dry / 2, probability)
        index[month::12] = np.clip(stats.norm.ppf(probability), -3, 3)
    return index


@pytest.mark.parametrize("months", [1, 3, 12])
def test_scipys_own_fits_are_met(months: int) -> None:
    monthly = rain()
    ours = spi_series(monthly, months, np.ones(480, dtype=bool), fit="exact").index
    theirs = np.array([one_by_one(series, months) for series in monthly])
    np.testing.assert_allclose(ours, theirs, atol=1e-8)


@pytest.mark.parametrize("fit", ["thom", "exact"])
def test_threads_and_neighbours_do_not_matter(fit: GammaFit) -> None:
    monthly = rain(2500, 372)
    fixed = np.ones(372, dtype=bool)
    together = spi_series(monthly, 12, fixed, fit=fit, threads=3)
    alone = spi_series(monthly[1700:1701], 12, fixed, fit=fit, threads=1)
    np.testing.assert_array_equal(together.index[1700:1701], alone.index)
    np.testing.assert_array_equal(together.years[1700:1701], alone.years)


def test_only_the_columns_asked_for_come_and_are_the_same() -> None:
    monthly, fixed = rain(), np.arange(480) < 360
    whole, part = (spi_series(monthly, 6, fixed, since=since) for since in (0, 475))
    np.testing.assert_allclose(whole.index[:, 475:], part.index, atol=1e-12)


def test_calibration_years_and_what_stands_in_for_too_few() -> None:
    monthly = rain()[:1]
    fixed = np.zeros(480, dtype=bool)
    fixed[:240] = True
    series = spi_series(monthly, 12, fixed)
    sums = rolling_sums(monthly, 12)
    years = sums[:, 11:240:12]
    assert series.index[0, -1] == pytest.approx(standardised(sums[:, -1], years)[0], abs=1e-10)
    assert series.years[0, 11] == 20
    fallen_back = spi_series(monthly, 12, fixed, minimum=29)
    assert fallen_back.years[0, 11] == 40
    assert fallen_back.index[0, -1] == pytest.approx(
        standardised(sums[:, -1], sums[:, 11::12])[0], abs=1e-10
    )


def test_what_never_varies_or_is_too_short_has_no_index() -> None:
    fixed = np.ones(480, dtype=bool)
    assert np.isnan(spi_series(np.zeros((1, 480)), 1, fixed).index).all()
    assert np.isnan(spi_series(np.full((1, 480), 7.0), 1, fixed).index).all()
    assert np.isnan(spi_series(np.ones((1, 5)), 12, fixed[:5]).index).all()


def test_far_values_are_cut_at_three() -> None:
    monthly = np.full((1, 480), 10.0) + np.random.default_rng(1).random((1, 480))
    monthly[0, -2:] = 1e6, 1e-6
    fixed = np.arange(480) < 360
    assert spi_series(monthly, 1, fixed).index[0, -2:].tolist() == [3.0, -3.0]
