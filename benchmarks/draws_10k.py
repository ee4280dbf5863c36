"""Ten thousand suppliers, thirty signals, a thousand simulations, against simpler ways.

The bare loop only draws weights, sums and sorts: no measurement error, no missing values, no
intervals. ProMCDA's own Monte Carlo (weights alone, means and deviations of the scores) is timed on
a few draws and scaled where its code is on the path; where it is not, the figures say so.
"""

from __future__ import annotations

import importlib
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.synthetic_suppliers import SIGNALS, made_suppliers
from scoring.simulation.monte_carlo import draw_ranks
from scoring.simulation.simulation_plan import DrawSettings

ID = "draws_10k"
GOAL = "10,000 x 30 x 1,000 simulations no slower than a numpy loop; >= 50 x ProMCDA's own"
KIND = "bench"

SUPPLIERS = 10_000
DRAWS = 1000
TOP = (50, 200)
BAND_FLOORS = (0.3, 0.4, 0.5)
REPEATS = 3
# Two numbers of draws, so that what ProMCDA does once is not scaled with the draws.
PROMCDA_DRAWS = (20, 60)


def run() -> str:
    """Time the simulations and the simpler ways; print them side by side."""
    suppliers = made_suppliers(SUPPLIERS)

    def joint(draws: int) -> None:
        draw_ranks(
            suppliers.normalised, suppliers.weights, suppliers.sources,
            settings=DrawSettings(draws=draws, seed=1), top=TOP, band_floors=BAND_FLOORS,
        )  # fmt: skip

    # The first call compiles.
    joint(10)
    ours = loop = float("inf")
    values = np.nan_to_num(suppliers.normalised[0].risk).astype(np.float64)
    # In turns, so that what else the machine does meets both.
    for _ in range(REPEATS):
        start = time.perf_counter()
        joint(DRAWS)
        middle = time.perf_counter()
        _bare_loop(values, suppliers.weights)
        ours = min(ours, middle - start)
        loop = min(loop, time.perf_counter() - middle)
    promcda = _promcda_seconds()

    rows = [("simulations, ranks and intervals", ours), ("bare numpy loop", loop)]
    if promcda is not None:
        rows.append(("ProMCDA, weights alone, scaled", promcda))
    print(f"{'':34}{'seconds':>9}{'x ours':>8}")
    for name, seconds in rows:
        print(f"{name:34}{seconds:9.2f}{seconds / ours:8.1f}")
    beside = "not installed" if promcda is None else f"{promcda / ours:.0f} x"
    return f"{ours:.2f} s, numpy loop {loop:.2f} s ({loop / ours:.1f} x ours), ProMCDA {beside}"


def _bare_loop(values: np.ndarray, weights: np.ndarray) -> None:
    """Draw weights, sum, sort; keep the ranks, as any interval needs them."""
    random = np.random.default_rng(1)
    ranks = np.empty((DRAWS, values.shape[0]), dtype=np.int32)
    places = np.arange(1, values.shape[0] + 1, dtype=np.int32)
    alpha = 50 * weights / weights.sum()
    for draw in range(DRAWS):
        scores = values @ random.dirichlet(alpha)
        ranks[draw, np.argsort(-scores)] = places


def _promcda_seconds() -> float | None:
    """Seconds that ProMCDA's randomly sampled weights would take, scaled from fewer draws.

    Returns:
        None where the package `mcda` of ProMCDA is not here or not whole: what PyPI has of 1.0.8
        lacks its own subpackages, so its source folder must be on the path.
    """
    try:
        promcda = importlib.import_module("mcda.mcda_run")
    except ImportError:
        return None
    logging.disable()
    signals = [f"signal_{index}" for index in range(SIGNALS)]
    values = np.random.default_rng(1).random((SUPPLIERS, SIGNALS))
    names = [f"supplier_{index}" for index in range(SUPPLIERS)]
    table = pl.DataFrame(values, schema=signals).insert_column(0, pl.Series("supplier", names))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input.csv"
        table.write_csv(path)
        config: dict[str, Any] = {
            "input_matrix_path": str(path),
            "polarity_for_each_indicator": ["+"] * SIGNALS,
            "sensitivity": {
                "sensitivity_on": "no",
                "normalization": "minmax",
                "aggregation": "weighted_sum",
            },
            "robustness": {
                "robustness_on": "yes",
                "on_single_weights": "no",
                "on_all_weights": "yes",
                "given_weights": [1.0] * SIGNALS,
                "on_indicators": "no",
            },
            "monte_carlo_sampling": {
                "monte_carlo_runs": 0,
                "num_cores": os.cpu_count(),
                "marginal_distribution_for_each_indicator": ["exact"] * SIGNALS,
            },
            "output_path": folder,
        }
        seconds = []
        for draws in PROMCDA_DRAWS:
            config["monte_carlo_sampling"]["monte_carlo_runs"] = draws
            start = time.perf_counter()
            promcda.main(config)
            seconds.append(time.perf_counter() - start)
    logging.disable(logging.NOTSET)
    few, many = PROMCDA_DRAWS
    each = (seconds[1] - seconds[0]) / (many - few)
    return seconds[0] + each * (DRAWS - few)
