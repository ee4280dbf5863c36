"""Breaks by hand, against statsmodels, and against the reference implementations in R."""

from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests

from signals.changepoint import monitoring_kernel as kernel
from signals.changepoint.event_dates import best_splits
from signals.changepoint.false_discovery import adjusted_p_values
from signals.changepoint.largest_fall import largest_fall
from signals.changepoint.null_distribution import autoregressive, null_peaks
from signals.changepoint.page_cusum import page_cusum, quasi_poisson_scores
from signals.changepoint.season_breaks import (
    CALIBRATED,
    CUSUM_CRITICAL_SQUARED,
    FAITHFUL,
    MOSUM_CRITICAL,
    BreakRule,
    find_breaks,
)
from signals.changepoint.season_trend import season_trend_design
from signals.changepoint.stable_history import recursive_cusum, recursive_residuals, stable_from

CYCLES = 2015.0 + np.arange(96) / 12.0
PLAIN = BreakRule(order=1, trend=False, long_run=False, simulated=False)


def season(noise: float, seed: int = 1, series: int = 1) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    wave = 0.5 + 0.2 * np.cos(2.0 * np.pi * CYCLES) - 0.1 * np.sin(2.0 * np.pi * CYCLES)
    return wave + noise * rng.standard_normal((series, len(CYCLES)))


def test_coefficients_of_a_series_without_noise_are_exact() -> None:
    found = find_breaks(season(0.0), CYCLES, 72, PLAIN)
    np.testing.assert_allclose(found.coefficients[0, :3], [0.5, 0.2, -0.1], atol=1e-12)
    assert found.break_at[0] == -1


@pytest.mark.parametrize("process", ["mosum", "cusum"])
def test_a_step_is_dated_soon_after_it_and_its_size_is_reported(
    process: Literal["mosum", "cusum"],
) -> None:
    values = season(0.02)
    values[0, 78:] -= 0.3
    rule = BreakRule(process=process, simulated=process == "mosum")
    found = find_breaks(values, CYCLES, 72, rule)
    assert 78 <= found.break_at[0] <= 81
    assert found.magnitude[0] == pytest.approx(-0.3, abs=0.03)


def test_a_late_step_is_sized_by_what_came_after_it() -> None:
    values = season(0.02)
    values[0, 85:] -= 0.3
    found = find_breaks(values, CYCLES, 72)
    assert 85 <= found.break_at[0] <= 90
    assert found.seen_since[0] == 96 - found.break_at[0]
    assert found.since_break[0] == pytest.approx(-0.3, abs=0.03)
    # The reference's magnitude is half of months before the step.
    assert found.magnitude[0] > -0.1


def test_gaps_are_left_out_exactly() -> None:
    rng = np.random.default_rng(3)
    values = season(0.05, series=40)
    values[rng.random(values.shape) < 0.3] = np.nan
    design = season_trend_design(CYCLES, 3, trend=np.arange(1.0, 97.0))
    rule = BreakRule(order=3, trend=True, long_run=False, simulated=False)
    found = find_breaks(values, CYCLES, 72, rule)
    for row, one in enumerate(values):
        seen = np.isfinite(one[:72])
        fit = sm.OLS(one[:72][seen], design[:72][seen]).fit()
        np.testing.assert_allclose(found.coefficients[row], fit.params, atol=1e-9)
        assert found.sigma[row] == pytest.approx(np.sqrt(fit.scale), rel=1e-9)


def test_series_that_share_gaps_give_what_each_gives_alone() -> None:
    values = season(0.05, series=9)
    values[::2, 5:9] = np.nan
    together = find_breaks(values, CYCLES, 72, PLAIN)
    for row in range(9):
        alone = find_breaks(values[[row]], CYCLES, 72, PLAIN)
        assert alone.peak[0] == together.peak[row]
        assert alone.break_at[0] == together.break_at[row]


def test_a_history_too_short_has_no_model_and_no_break() -> None:
    values = season(0.05)
    values[0, 3:72] = np.nan
    found = find_breaks(values, CYCLES, 72)
    assert not found.has_model[0]
    assert found.break_at[0] == -1
    assert np.isnan(found.p_value[0])


def test_nothing_at_all_is_no_break() -> None:
    found = find_breaks(np.full((2, 96), np.nan), CYCLES, 72)
    assert not found.has_model.any()
    assert (found.break_at == -1).all()


def test_shapes_that_do_not_fit_are_rejected() -> None:
    with pytest.raises(ValueError, match="a time for each column"):
        find_breaks(np.zeros((2, 5)), CYCLES, 3)
    with pytest.raises(ValueError, match="constants"):
        find_breaks(season(0.1), CYCLES, 72, BreakRule(window_share=0.3, simulated=False))


def test_p_values_fall_with_the_peak_and_cross_the_level_at_the_critical_value() -> None:
    null = null_peaks(60, 24, 1, False, 12.0, 0.25, 12)
    assert null is not None
    peaks = np.linspace(0.5, 12.0, 60)
    p_values = null.p_values(peaks)
    assert (np.diff(p_values) <= 0.0).all()
    at = null.p_values(np.array([null.critical(0.05)]))[0]
    assert at == pytest.approx(0.05, abs=0.002)


def test_false_alarms_stay_below_nine_in_a_hundred() -> None:
    values = season(0.05, seed=8, series=800)
    found = find_breaks(values[:, :84], CYCLES[:84], 60, CALIBRATED)
    assert (found.break_at >= 0).mean() < 0.09


@pytest.mark.parametrize(
    ("per_year", "years", "columns"),
    [(1, 10, 1), (1, 30, 1), (2, 15, 1), (3, 10, 3), (4, 10, 3), (6, 15, 5), (12, 8, 7),
     (23, 4, 7)],
)  # fmt: skip
def test_harmonics_that_the_observations_of_a_year_cannot_tell_apart_are_dropped(
    per_year: int, years: int, columns: int
) -> None:
    times = per_year * years
    values = 0.7 + 0.01 * np.random.default_rng(3).standard_normal((4, times))
    found = find_breaks(values, 2000.0 + np.arange(times) / per_year, times - per_year)
    assert found.has_model.all()
    assert (np.isfinite(found.coefficients).sum(axis=1) == columns).all()


@pytest.mark.parametrize("history", [8, 12, 20])
@pytest.mark.parametrize("phi", [0.0, 0.6])
def test_yearly_series_have_few_false_alarms_and_a_step_is_dated_to_its_year(
    history: int, phi: float
) -> None:
    noise = np.random.default_rng(5).standard_normal((2000, history + 2))
    values = autoregressive(noise, phi)
    cycles = 1990.0 + np.arange(history + 2)
    assert (find_breaks(values, cycles, history).break_at >= 0).mean() < 0.06
    values[:, history:] -= 6.0
    found = find_breaks(values, cycles, history)
    seen = found.break_at >= 0
    assert seen.mean() > 0.65
    assert (found.event_at[seen] == history).mean() > 0.9


@pytest.mark.parametrize("event", [73, 78, 84])
@pytest.mark.parametrize("fall", [0.3, -0.3])
def test_the_event_is_dated_apart_from_its_detection(event: int, fall: float) -> None:
    values = 0.7 + 0.05 * np.random.default_rng(7).standard_normal((200, 108))
    values[:, event:] -= fall
    cycles = 2000.0 + np.arange(108) / 12.0
    found = find_breaks(values, cycles, 72)
    assert (found.break_at >= event).mean() > 0.99
    assert (np.abs(found.event_at - event) <= 1).mean() > 0.95
    assert (found.event_at <= found.break_at).all()


def test_best_splits_by_hand() -> None:
    residuals = np.array([[0.1, -0.1, np.nan, 1.0, 1.2, 9.0], [2.0, 2.0, -1.0, np.nan, -1.0, -1.0]])
    # Of the first, what follows the crossing is not used. Of the second, the split at the fall has
    # 9/3 + 16/2 = 11, and any other less.
    assert best_splits(residuals, np.array([4, 5])).tolist() == [3, 2]


def test_a_series_without_a_break_has_no_event() -> None:
    found = find_breaks(season(0.0), CYCLES, 72, PLAIN)
    assert found.event_at[0] == -1


@pytest.mark.parametrize("event", [76, 80])
def test_the_date_of_an_event_does_not_drift_as_data_are_appended(event: int) -> None:
    values = 0.7 + 0.03 * np.random.default_rng(9).standard_normal((100, 120))
    values[:, event:] -= 0.15
    cycles = 2000.0 + np.arange(120) / 12.0
    dates = []
    for run in range(event + 12, event + 22):
        monitor_from = run - 24
        dates.append(find_breaks(values[:, :run], cycles[:run], monitor_from).event_at)
    spread = np.ptp(np.array(dates), axis=0)
    assert (spread == 0).mean() > 0.97


@pytest.mark.shared
def test_real_yearly_layers_have_models_and_dated_falls(shared_data: Path) -> None:
    import rasterio

    path = shared_data / "earth/ts-pv-madre-de-dios/serie_pv.tif"
    with rasterio.open(path) as file:
        layers = file.read().astype(np.float64)
    values = np.where(layers == 255, np.nan, layers).reshape(26, -1).T
    found = find_breaks(values, 1990.0 + np.arange(26.0), 20)
    assert found.has_model.all()
    fall = (found.break_at >= 0) & (found.since_break < -20.0)
    assert 0.04 < fall.mean() < 0.07
    # The year with the largest fall on the year before.
    steepest = np.diff(values, axis=1)[:, 19:].argmin(axis=1) + 20
    assert (found.event_at[fall] == steepest[fall]).mean() > 0.93


def test_page_cusum_by_hand() -> None:
    scores = np.array([[0.0, 3.0, np.nan, 3.0, 3.0], [-9.0, 1.0, 1.0, 1.0, 1.0]])
    found = page_cusum(scores)
    np.testing.assert_allclose(found.scores[0], [0.0, 2.5, 2.5, 5.0, 7.5])
    np.testing.assert_allclose(found.scores[1], [0.0, 0.5, 1.0, 1.5, 2.0])
    assert found.alarm_at.tolist() == [4, -1]


def test_quasi_poisson_scores_by_hand() -> None:
    scores = quasi_poisson_scores(np.array([[9.0]]), np.array([[4.0]]), np.array([1.5625]))
    assert scores[0, 0] == pytest.approx(2.0)


def test_largest_fall_by_hand() -> None:
    high_then_low = [0.8] * 6 + [np.nan, 0.1, 0.8] + [0.3] * 6
    rising = np.linspace(0.1, 0.9, 15)
    found = largest_fall(np.array([high_then_low, rising, [np.nan] * 15]))
    np.testing.assert_allclose(found.size, [0.5, 0.0, np.nan])
    assert found.lowest_at.tolist() == [8, -1, -1]


def test_false_discovery_rule_is_that_of_statsmodels() -> None:
    p_values = np.random.default_rng(2).random(50) ** 3
    expected = multipletests(p_values, method="fdr_by")[1]
    with_gap = np.insert(p_values, 7, np.nan)
    adjusted = adjusted_p_values(with_gap)
    np.testing.assert_allclose(np.delete(adjusted, 7), expected, rtol=1e-12)
    assert np.isnan(adjusted[7])


def test_first_observations_that_repeat_each_other_are_rejected() -> None:
    with pytest.raises(ValueError, match="determine"):
        recursive_residuals(np.ones((10, 2)), np.arange(10.0))


def _somalia(folder: Path, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = pl.read_csv(folder / "som_ndvi.csv", null_values="NA")
    return table["Time"].to_numpy(), table[name].fill_null(np.nan).to_numpy().copy()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "history_start", "order", "roc"),
    [("NDVI.a", 2000 + 3 / 23, 3, True), ("NDVI.b", 2007 + 18 / 23, 3, True),
     ("NDVI.b", 2008 + 6 / 23, 4, False)],
)  # fmt: skip
def test_bfastmonitor_on_somalia(
    shared_data: Path, name: str, history_start: float, order: int, roc: bool
) -> None:
    folder = shared_data / "earth/ts-bfast-somalia"
    times, values = _somalia(folder, name)
    monitor_from = int(np.flatnonzero(times >= 2010 + 12 / 23 - 1e-6)[0])
    rule = BreakRule(
        order=order, trend=True, longest_window_years=np.inf, long_run=False,
        stable_history=roc, simulated=False,
    )  # fmt: skip
    if not roc:
        values[times < history_start - 1e-6] = np.nan
    found = find_breaks(values[None], times, monitor_from, rule)
    references = pl.read_csv(folder / "reference_breaks.csv")
    reference = references.filter(pl.col("series") == name, pl.col("order") == order)
    expected = reference["break_decimal_year"].item()
    assert times[found.break_at[0]] == pytest.approx(expected, abs=1e-5)
    if roc:
        assert rule == FAITHFUL
        assert times[found.history_start[0]] == pytest.approx(history_start, abs=1e-5)
        terms = pl.read_csv(folder / "reference_coefficients.csv").filter(pl.col("series") == name)
        np.testing.assert_allclose(found.coefficients[0], terms["value"], atol=1e-6)


def _romania(folder: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = np.genfromtxt(folder / "y.csv", delimiter=",").T
    return np.ascontiguousarray(values), np.genfromtxt(folder / "X.csv", delimiter=",")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("kind", "name", "critical"),
    [(kernel.MOSUM, "mosum", MOSUM_CRITICAL[0.25] * np.sqrt(2.0)),
     (kernel.CUSUM, "cusum", CUSUM_CRITICAL_SQUARED)],
)  # fmt: skip
def test_strucchange_monitoring_on_romania(
    shared_data: Path, kind: int, name: str, critical: float
) -> None:
    folder = shared_data / "earth/ts-nrt-romania"
    values, design = _romania(folder)
    numbers = np.full((5, kernel.NUMBERS), np.nan)
    for row in range(5):
        kernel.monitor(
            values, design, 100, np.array([row]), kind, 0.25, 136, False,
            np.full(5, critical), numbers, np.empty((5, 5)),
        )  # fmt: skip
    process, _, history, sigma = np.genfromtxt(folder / f"{name}_result.csv", delimiter=",")
    np.testing.assert_allclose(numbers[:, kernel.LAST], process, atol=1e-10)
    np.testing.assert_array_equal(numbers[:, kernel.HISTORY], history)
    np.testing.assert_allclose(numbers[:, kernel.SIGMA], sigma, rtol=1e-10)


@pytest.mark.shared
def test_strucchange_stable_history_on_romania(shared_data: Path) -> None:
    """The reference's formula repeats the intercept, so its first fit takes one more row."""
    folder = shared_data / "earth/ts-nrt-romania"
    values, design = _romania(folder)
    expected = np.genfromtxt(folder / "roc_history_result.csv").astype(int)
    residuals = np.genfromtxt(folder / "rr_result.csv", delimiter=",").T
    for row in range(5):
        seen = np.isfinite(values[row])
        start = stable_from(design[seen], values[row, seen], first=6)
        assert start == expected[row] - 1
        ours = recursive_residuals(design[seen], values[row, seen], 6)
        np.testing.assert_allclose(ours, residuals[row, seen][6:], atol=1e-8)
    seen = np.isfinite(values[0])
    process = recursive_cusum(design[seen][::-1], values[0, seen][::-1], 6)
    np.testing.assert_allclose(process, np.genfromtxt(folder / "efp_result.csv"), atol=1e-8)
