"""Exact Shapley points and the movement of a million suppliers, against the time of their draws.

The later month has other values for a tenth of the suppliers, other gaps for some, and one weight
changed, so that every part of the movement is at work.
"""

from __future__ import annotations

import time

import numpy as np
import polars as pl

from benchmarks.draws_1m import BAND_FLOORS, DRAWS, TOP
from benchmarks.synthetic_suppliers import (
    PILLARS,
    SIGNALS_PER_PILLAR,
    MadeSuppliers,
    made_suppliers,
)
from scoring.explanation.rank_decomposition import PARTS, Method, Month, rank_changes
from scoring.explanation.shapley import owen_values
from scoring.simulation.monte_carlo import draw_ranks
from scoring.simulation.simulation_plan import DrawSettings

ID = "explain_1m"
GOAL = "explanation and movement of 1,000,000 suppliers in no more time than their draws"
KIND = "bench"

SUPPLIERS = 1_000_000
# Enough for the time of a draw; the draws of a whole million are `draws_1m`.
DRAWN_SUPPLIERS = 200_000


def run() -> str:
    """Time the points and the draws of the same suppliers; check the sums."""
    suppliers = made_suppliers(SUPPLIERS)
    risk = suppliers.normalised[0].risk
    typical = np.nanmedian(risk[:50_000], axis=0)
    # The first calls compile.
    owen_values(risk[:10], typical, suppliers.weights, suppliers.pillars)

    start = time.perf_counter()
    explained = owen_values(risk, typical, suppliers.weights, suppliers.pillars)
    seconds = time.perf_counter() - start
    difference = explained.score - explained.typical_score
    worst = float(np.nanmax(np.abs(explained.points.sum(axis=1) - difference)))

    unsplit, moving = _movement(suppliers)
    drawn = _draws_seconds()
    print(f"{PILLARS} pillars of {SIGNALS_PER_PILLAR} signals{'seconds':>16}")
    print(f"{'Shapley points, 1,000,000':28}{seconds:12.1f}")
    print(f"{'movement ledger, 1,000,000':28}{moving:12.1f}")
    print(f"{'joint draws, scaled':28}{drawn:12.1f}")
    return (
        f"explanation {seconds:.1f} s, movement {moving:.1f} s, draws {drawn:.1f} s (scaled); "
        f"points sum within {worst:.0e}, movements within {unsplit:.0e}"
    )


def _movement(suppliers: MadeSuppliers) -> tuple[float, float]:
    """Return the largest remainder of a movement's parts, and the seconds."""
    random = np.random.default_rng(2)
    old = suppliers.normalised[0].risk.astype(np.float64)
    new = old.copy()
    changed = random.random(SUPPLIERS) < 0.1
    new[changed] = np.clip(new[changed] + random.normal(0, 0.05, new[changed].shape), 0, 1)
    new[random.random(SUPPLIERS) < 0.02, 0] = np.nan
    ids = pl.Series([f"supplier-{number:07}" for number in range(SUPPLIERS)])
    applicable = np.ones(old.shape, dtype=np.bool_)
    heavier = suppliers.weights.copy()
    heavier[0] *= 2
    methods = tuple(
        Method(weights, 2.0, suppliers.pillars, 0.5, 2) for weights in (suppliers.weights, heavier)
    )
    start = time.perf_counter()
    changes = rank_changes(
        Month(ids, (old, old), applicable),
        Month(ids, (new, new), applicable),
        (methods[0], methods[1]),
    )
    seconds = time.perf_counter() - start
    parts = changes.select(pl.sum_horizontal(PARTS) - pl.col("rank_change")).to_series()
    return float(np.abs(parts.to_numpy()).max()), seconds


def _draws_seconds() -> float:
    part = made_suppliers(DRAWN_SUPPLIERS)

    def draw(draws: int) -> float:
        start = time.perf_counter()
        draw_ranks(
            part.normalised, part.weights, part.sources,
            settings=DrawSettings(draws=draws, seed=1), top=TOP, band_floors=BAND_FLOORS,
        )  # fmt: skip
        return time.perf_counter() - start

    draw(10)
    return draw(DRAWS) * SUPPLIERS / DRAWN_SUPPLIERS
