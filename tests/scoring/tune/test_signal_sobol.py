"""Which signals the list depends on."""

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol
from scipy.stats import rankdata

from scoring.tune import signal_sobol as module
from scoring.tune.redundancy import redundancy
from scoring.tune.signal_sobol import signal_sobol

RNG = np.random.default_rng(3)
RISK = RNG.random((60, 4))
NO_ERROR = np.zeros(RISK.shape)
WEIGHTS = np.array([1.0, 0.5, 0.5, 0.0])


def test_a_signal_without_weight_or_values_has_no_part() -> None:
    risk = RISK.copy()
    risk[:, 2] = np.nan
    found = signal_sobol(risk, NO_ERROR, WEIGHTS, 2.0, 5, draws=64)
    assert found.rank_shift[2] == found.rank_shift[3] == 0
    assert found.top_k[2] == found.top_k[3] == 0
    assert (found.rank_shift[:2] > 0).all()


def test_the_same_seed_gives_the_same_indices() -> None:
    one, other = (signal_sobol(RISK, NO_ERROR, WEIGHTS, 2.0, 5, draws=32, seed=7) for _ in "ab")
    assert (one.rank_shift == other.rank_shift).all()
    assert (one.top_k == other.top_k).all()


def test_a_constant_signal_moves_nobody() -> None:
    # With p = 1 and everything present a constant is added to every score.
    risk = RISK.copy()
    risk[:, 1] = 0.4
    found = signal_sobol(risk, NO_ERROR, np.array([1.0, 1.0, 1.0, 0.0]), 1.0, 5, draws=64)
    assert found.rank_shift[1] < 0.02
    assert found.rank_shift[0] > 0.2


def test_a_stated_error_makes_a_signal_matter_more() -> None:
    error = NO_ERROR.copy()
    error[:, 1] = 0.3
    quiet = signal_sobol(RISK, NO_ERROR, WEIGHTS, 2.0, 5, draws=128)
    noisy = signal_sobol(RISK, error, WEIGHTS, 2.0, 5, draws=128)
    assert noisy.top_k[1] > quiet.top_k[1]


def test_the_indices_are_those_of_salib() -> None:
    """SALib's total-order indices of the same draws, as the oracle."""
    draws, live = 256, 3
    share = WEIGHTS[:live] / WEIGHTS[:live].sum()
    ours, theirs = (
        module._draw(share, draws, np.random.default_rng([0, n])).weights for n in (0, 1)
    )
    published = rankdata(-(RISK[:, :live] ** 2 @ share))

    def shift(weights: np.ndarray) -> float:
        present = weights.sum()
        mean = RISK[:, :live] ** 2 @ weights / present if present else np.full(60, -1.0)
        return float(np.abs(rankdata(-np.round(mean, 12)) - published).mean())

    # SALib's order: A, then A with each factor of B, then B.
    outputs = []
    for draw in range(draws):
        outputs.append(shift(ours[draw]))
        for column in range(live):
            mixed = ours[draw].copy()
            mixed[column] = theirs[draw, column]
            outputs.append(shift(mixed))
        outputs.append(shift(theirs[draw]))
    problem = {"num_vars": live, "names": list("abc"), "bounds": [[0, 1]] * live}
    expected = salib_sobol.analyze(
        problem, np.array(outputs), calc_second_order=False, print_to_console=False
    )
    found = signal_sobol(RISK, NO_ERROR, WEIGHTS, 2.0, 5, draws=draws)
    # SALib takes the variance of both sets of draws, ours of the first.
    assert found.rank_shift[:live] == pytest.approx(expected["ST"], rel=0.15)


def test_alike_signals_are_one_cluster() -> None:
    base = np.linspace(0, 1, 50)
    noise = np.random.default_rng(1).random(50)
    risk = np.column_stack([base, noise, 1 - base**2, np.full(50, np.nan)])
    found = redundancy(risk)
    assert found.cluster.tolist() == [0, 1, 0, 2]
    assert found.nearest.tolist()[0] == 2
    assert found.correlation[0, 2] == pytest.approx(-1)
    assert np.isinf(found.inflation[0])
    assert found.inflation[3] == 1
    assert found.nearest[3] == -1


def test_variance_inflation_of_a_known_correlation() -> None:
    # Two signals with correlation r have 1 / (1 - r^2).
    generator = np.random.default_rng(5)
    one = generator.standard_normal(2000)
    other = 0.6 * one + 0.8 * generator.standard_normal(2000)
    found = redundancy(np.column_stack([one, other]))
    r = found.correlation[0, 1]
    assert found.inflation == pytest.approx([1 / (1 - r**2)] * 2)


def test_too_few_pairs_tell_nothing() -> None:
    risk = np.full((30, 2), np.nan)
    risk[:20, 0] = np.arange(20)
    risk[10:, 1] = np.arange(20)
    assert np.isnan(redundancy(risk).correlation[0, 1])
