"""Synthetic suppliers for the measurements of speed: any number, from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.simulation.simulation_inputs import NormalisationMethod

PILLARS = 6
SIGNALS_PER_PILLAR = 5
SIGNALS = PILLARS * SIGNALS_PER_PILLAR
MISSING_SHARE = 0.2
# The standard error of a normalised risk.
ERROR = 0.05
ROWS_PER_STEP = 50_000


@dataclass(frozen=True)
class MadeSuppliers:
    """Three normalised versions of the same truth, as three normalisers would give, in float32."""

    normalised: tuple[NormalisationMethod, ...]
    weights: NDArray[np.float64]
    pillars: NDArray[np.int64]
    sources: NDArray[np.int64]


def made_suppliers(count: int, seed: int = 20) -> MadeSuppliers:
    """Return suppliers with one common factor in all their signals and a fifth of them missing.

    Values are normal, then read as anchors would (a straight line, clipped), as a percentile, and
    as a robust z would (a logistic of a wider scale). A few rows at a time, so that memory holds
    little besides the result.
    """
    risks = [np.empty((count, SIGNALS), dtype=np.float32) for _ in range(3)]
    for start in range(0, count, ROWS_PER_STEP):
        random = np.random.default_rng([seed, start])
        rows = min(ROWS_PER_STEP, count - start)
        factor = random.standard_normal((rows, 1), dtype=np.float32)
        own = random.standard_normal((rows, SIGNALS), dtype=np.float32)
        value = np.float32(0.55) * factor + np.float32(0.83) * own
        value[random.random((rows, SIGNALS), dtype=np.float32) < MISSING_SHARE] = np.nan
        part = slice(start, start + rows)
        risks[0][part] = np.clip(0.35 + 0.18 * value, 0, 1)
        risks[1][part] = 1 / (1 + np.exp(-1.702 * value))
        risks[2][part] = 1 / (1 + np.exp(-1.2 * value + 0.3))
    normalised = []
    for risk in risks:
        low, high = np.nanquantile(risk[:ROWS_PER_STEP], [0.1, 0.9], axis=0).astype(np.float32)
        normalised.append(
            NormalisationMethod(risk, np.full(SIGNALS, ERROR, dtype=np.float32), low, high)
        )
    signal = np.arange(SIGNALS, dtype=np.int64)
    return MadeSuppliers(
        normalised=tuple(normalised),
        weights=np.random.default_rng(seed).uniform(0.5, 1.5, SIGNALS),
        pillars=signal // SIGNALS_PER_PILLAR,
        sources=signal // 3,
    )
