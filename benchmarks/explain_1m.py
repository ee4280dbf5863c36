"""Exact Shapley points of a million suppliers, against the time of their draws."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.draws_1m import DRAWS, TIER_FLOORS, TOP
from benchmarks.made_suppliers import PILLARS, SIGNALS_PER_PILLAR, made_suppliers
from scoring.draws import DrawSettings
from scoring.shapley import owen_points
from scoring.uncertainty import draw_ranks

ID = "explain_1m"
GOAL = "explanation of 1,000,000 suppliers in no more time than their draws; points sum to 1e-9"
KIND = "bench"

SUPPLIERS = 1_000_000
# Enough for the time of a draw; the draws of a whole million are `draws_1m`.
DRAWN_SUPPLIERS = 200_000


def run() -> str:
    """Time the points and the draws of the same suppliers; check the sums."""
    suppliers = made_suppliers(SUPPLIERS)
    risk = suppliers.readings[0].risk
    typical = np.nanmedian(risk[:50_000], axis=0)
    # The first calls compile.
    owen_points(risk[:10], typical, suppliers.weights, suppliers.pillars)

    start = time.perf_counter()
    explained = owen_points(risk, typical, suppliers.weights, suppliers.pillars)
    seconds = time.perf_counter() - start
    difference = explained.score - explained.typical_score
    worst = float(np.nanmax(np.abs(explained.points.sum(axis=1) - difference)))

    drawn = _draws_seconds()
    print(f"{PILLARS} pillars of {SIGNALS_PER_PILLAR} signals{'seconds':>16}")
    print(f"{'Shapley points, 1,000,000':28}{seconds:12.1f}")
    print(f"{'joint draws, scaled':28}{drawn:12.1f}")
    return f"{seconds:.1f} s (draws {drawn:.1f} s, scaled), sums within {worst:.0e}"


def _draws_seconds() -> float:
    part = made_suppliers(DRAWN_SUPPLIERS)

    def draw(draws: int) -> float:
        start = time.perf_counter()
        draw_ranks(
            part.readings, part.weights, part.sources,
            settings=DrawSettings(draws=draws, seed=1), top=TOP, tier_floors=TIER_FLOORS,
        )  # fmt: skip
        return time.perf_counter() - start

    draw(10)
    return draw(DRAWS) * SUPPLIERS / DRAWN_SUPPLIERS
