"""The moments, normals and sums that the draws rest on."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from scoring.simulation.draw_kernels import NORMAL_STEPS_BITS, normal_quantiles, weighted_sums
from scoring.simulation.moment_kernels import clipped_powers, normal_tails


@pytest.mark.parametrize("risk", [0.0, 0.02, 0.3, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("error", [0.001, 0.05, 0.2, 1.0])
def test_moments_of_a_clipped_normal_are_the_integrals(risk: float, error: float) -> None:
    expected = np.empty((7, 1))
    clipped_powers(np.array([risk]), np.array([error]), 6, normal_tails(), expected)
    normal = stats.norm(risk, error)
    for power in range(1, 7):
        # Scaled to standard errors, or the integral would miss a narrow peak.
        low, high = max(-risk / error, -9), min((1 - risk) / error, 9)
        inside, _ = quad(
            lambda z, power=power: (risk + error * z) ** power * stats.norm.pdf(z), low, high
        )
        assert expected[power, 0] == pytest.approx(inside + normal.sf(1), abs=3e-7)


def test_without_an_error_the_moments_are_the_powers() -> None:
    expected = np.empty((7, 2))
    clipped_powers(np.array([0.3, 0.0]), np.zeros(2), 6, normal_tails(), expected)
    for power in range(1, 7):
        assert expected[power] == pytest.approx([0.3**power, 0], abs=1e-16)


def test_the_table_of_normals_is_a_standard_normal() -> None:
    nodes = normal_quantiles()
    steps = 2**NORMAL_STEPS_BITS
    assert nodes.size == steps + 1
    levels = (np.arange(200_000) + 0.5) / 200_000 * steps
    step = levels.astype(int)
    values = nodes[step] + (levels - step) * (nodes[step + 1] - nodes[step])
    assert values.mean() == pytest.approx(0, abs=1e-6)
    assert values.std() == pytest.approx(1, abs=1e-4)
    assert stats.kurtosis(values) == pytest.approx(0, abs=0.01)
    assert stats.kstest(values, "norm").statistic < 2e-4


@pytest.mark.parametrize("signals", [1, 5, 6, 7, 13, 30])
def test_sums_of_four_draws(signals: int) -> None:
    random = np.random.default_rng(signals)
    weights, values = random.random((4, signals)), random.random((signals, 37))
    totals = np.full((4, 37), 9.0)
    weighted_sums(weights, values, totals)
    np.testing.assert_allclose(totals, weights @ values, rtol=1e-13)
