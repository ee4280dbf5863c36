"""Does carrying errors to the score give the intervals of drawing every value's error?

The slow way adds a normal to every value, clips it, fills every missing value between its bounds
and takes the power mean, draw by draw, with the same weights, powers, normalisers and sources as
the fast way. Two runs of the slow way that differ only in their normals show how much of the
difference is sampling.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks.synthetic_suppliers import MadeSuppliers, made_suppliers
from scoring.simulation.monte_carlo import draw_ranks
from scoring.simulation.simulation_plan import DrawPlan, DrawSettings, plan_draws

ID = "carried_errors"
GOAL = "interval ends as from errors drawn value by value, but for sampling"
KIND = "validate"

SUPPLIERS = 1000
DRAWS = 3000
# The standard error of a normalised risk: ours by default, and coarse.
ERRORS = (0.05, 0.15)
QUANTILES = (0.05, 0.5, 0.95)


def run() -> str:
    """Compare the ends and the median, in places of a thousand."""
    worst = 0.0
    figures = []
    print(f"{'error':>6}{'':>22}{'low':>8}{'median':>8}{'high':>8}  mean places of {SUPPLIERS}")
    for error in ERRORS:
        suppliers = _with_error(made_suppliers(SUPPLIERS), error)
        settings = DrawSettings(draws=DRAWS, seed=4)
        plan = plan_draws(settings, suppliers.weights, suppliers.sources, normalisers=3)
        uncertainty = draw_ranks(
            suppliers.normalised, suppliers.weights, suppliers.sources, settings=settings
        )
        slow, again = (_slow_ends(suppliers, plan, settings, seed) for seed in (1, 2))
        fast = np.array([uncertainty.rank_p05, uncertainty.rank_median, uncertainty.rank_p95])
        ours = np.abs(fast - slow).mean(axis=1)
        sampling = np.abs(again - slow).mean(axis=1)
        for name, values in (("fast against slow", ours), ("slow against slow", sampling)):
            print(f"{error:6.2f}{name:>22}" + "".join(f"{value:8.1f}" for value in values))
        worst = max(worst, float(np.abs(fast - slow).max()))
        figures.append(f"{ours.max():.1f} (sampling {sampling.max():.1f}) at error {error}")
    return f"mean difference {', '.join(figures)}; largest {worst:.0f}, of {SUPPLIERS} places"


def _with_error(suppliers: MadeSuppliers, error: float) -> MadeSuppliers:
    errors = np.full(suppliers.weights.size, error, dtype=np.float32)
    normalised = tuple(replace(reading, standard_error=errors) for reading in suppliers.normalised)
    return replace(suppliers, normalised=normalised)


def _slow_ends(
    suppliers: MadeSuppliers, plan: DrawPlan, settings: DrawSettings, seed: int
) -> NDArray[np.float64]:
    """Return [3, suppliers] low end, median and high end of the ranks."""
    random = np.random.default_rng(seed)
    weights = plan.effective_weights()
    ranks = np.empty((settings.draws, suppliers.normalised[0].risk.shape[0]))
    for draw in range(settings.draws):
        reading = suppliers.normalised[plan.normaliser[draw]]
        assert reading.standard_error is not None
        assert reading.bound_low is not None
        assert reading.bound_high is not None
        risk = reading.risk.astype(np.float64)
        risk += random.standard_normal(risk.shape) * reading.standard_error
        risk = np.clip(risk, 0, 1)
        if plan.filled[draw]:
            level = random.random((risk.shape[0], 1))
            filled = reading.bound_low + level * (reading.bound_high - reading.bound_low)
            risk = np.where(np.isnan(risk), filled, risk)
        present = ~np.isnan(risk)
        power = settings.powers[plan.power[draw]]
        score = (np.nan_to_num(risk) ** power @ weights[draw]) / (present @ weights[draw])
        ranks[draw] = rankdata(-score)
    ends: NDArray[np.float64] = np.quantile(ranks, QUANTILES, axis=0)
    return ends
