"""Suppliers for the tests of the draws, and the draws done slowly: one value at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from scoring.simulation.simulation_inputs import NormalisationMethod
from scoring.simulation.simulation_plan import DrawPlan, DrawSettings

NAN = float("nan")


@dataclass(frozen=True)
class Suppliers:
    """Normalised values that belong together: the same truth under several normalisers."""

    normalised: tuple[NormalisationMethod, ...]
    weights: NDArray[np.float64]
    sources: NDArray[np.int64]


def suppliers(
    count: int,
    signals: int,
    *,
    seed: int = 0,
    missing_share: float = 0.0,
    error: float = 0.0,
    normalisers: int = 1,
) -> Suppliers:
    """Return suppliers with a common factor, so that their order means something."""
    random = np.random.default_rng(seed)
    factor = random.normal(size=(count, 1))
    latent = 0.6 * factor + 0.8 * random.normal(size=(count, signals))
    missing = random.random((count, signals)) < missing_share
    missing[missing.all(axis=1), 0] = False
    normalised = []
    for normaliser in range(normalisers):
        risk = 1 / (1 + np.exp(-(latent - 0.4 * normaliser) * (1 + normaliser)))
        low, high = np.quantile(risk, 0.1, axis=0), np.quantile(risk, 0.9, axis=0)
        risk[missing] = NAN
        normalised.append(NormalisationMethod(risk, np.full(signals, error), low, high))
    return Suppliers(
        tuple(normalised), random.uniform(0.5, 2, signals), np.arange(signals, dtype=np.int64) // 2
    )


def slow_draws(
    evidence: Suppliers, plan: DrawPlan, settings: DrawSettings, seed: int = 1
) -> NDArray[np.float64]:
    """Return [draws, suppliers] ranks with every value's error and every bound drawn in full."""
    random = np.random.default_rng(seed)
    weights = plan.effective_weights()
    ranks = []
    for draw in range(settings.draws):
        reading = evidence.normalised[plan.normaliser[draw]]
        risk = np.array(reading.risk)
        if settings.measurement_error:
            assert reading.standard_error is not None
            noise = random.normal(size=risk.shape) * reading.standard_error
            risk = np.clip(risk + noise, 0, 1)
        if plan.filled[draw]:
            assert reading.bound_low is not None
            assert reading.bound_high is not None
            level = random.random((risk.shape[0], 1))
            filled = reading.bound_low + level * (reading.bound_high - reading.bound_low)
            risk = np.where(np.isnan(risk), filled, risk)
        present = ~np.isnan(risk)
        power = settings.powers[plan.power[draw]]
        with np.errstate(invalid="ignore"):
            score = (np.nan_to_num(risk) ** power @ weights[draw]) / (present @ weights[draw])
        rank = np.full(score.size, NAN)
        scored = ~np.isnan(score)
        # Sums in another order differ in their last digits.
        rank[scored] = rankdata(-np.round(score[scored], 12))
        ranks.append(rank)
    return np.array(ranks)
