"""Total-order sensitivity of each of ten thousand suppliers' ranks, against a loop over SALib.

SALib takes one output at a time, so it is called once per supplier on the same ranks; it is timed
on some suppliers and scaled. Drawing and ranking, which ours includes, is not counted against it.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.synthetic_suppliers import made_suppliers
from scoring.simulation.rank_sensitivity import rank_sensitivity
from scoring.simulation.simulation_plan import UNCERTAINTIES, DrawSettings

ID = "sensitivity_10k"
GOAL = "per-supplier sensitivity of 10,000 ranks >= 50 x a SALib loop"
KIND = "bench"

SUPPLIERS = 10_000
DRAWS = 512
SALIB_SUPPLIERS = 50


def run() -> str:
    """Time ours, draws and ranks included, and SALib's estimator alone."""
    suppliers = made_suppliers(SUPPLIERS)

    def ours(draws: int) -> float:
        start = time.perf_counter()
        rank_sensitivity(
            suppliers.normalised, suppliers.weights, suppliers.sources,
            settings=DrawSettings(draws=draws, seed=1),
        )  # fmt: skip
        return time.perf_counter() - start

    # The first call compiles.
    ours(8)
    seconds = ours(DRAWS)
    salib = _salib_seconds()
    print(f"{'':44}{'seconds':>9}")
    print(f"{'ours, draws and ranks included':44}{seconds:9.2f}")
    scaled = f"SALib loop, {SALIB_SUPPLIERS} suppliers scaled to {SUPPLIERS:,}"
    print(f"{scaled:44}{salib:9.1f}")
    return f"{seconds:.2f} s, SALib loop {salib:.0f} s (scaled), {salib / seconds:.0f} x faster"


def _salib_seconds() -> float:
    from SALib.analyze import sobol

    factors = len(UNCERTAINTIES)
    problem = {
        "num_vars": factors,
        "names": list(UNCERTAINTIES),
        "bounds": [[0.0, 1.0]] * factors,
    }
    # What is in the outputs does not change the time.
    ranks = np.random.default_rng(1).random((SALIB_SUPPLIERS, DRAWS * (factors + 2)))
    start = time.perf_counter()
    for outputs in ranks:
        sobol.analyze(problem, outputs, calc_second_order=False, seed=1)
    return (time.perf_counter() - start) * SUPPLIERS / SALIB_SUPPLIERS
