"""A million suppliers, thirty signals, a thousand simulations, against the least it could cost.

The bare cost is the two matrix products of each draw (values and which are present, both float32,
in chunks of draws written over one another, the faster of two chunk sizes): no ranks, no doubt but
the weights. The draws themselves need a third, of the variances. The usual way is those products
and an argsort per draw; both are timed on some draws and scaled. Peak memory is that of the whole
process, the synthetic suppliers
included. As much memory as the draws take is touched once before
the clock starts: on a virtual machine the first touch is the host's work.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.peak_memory import peak_bytes
from benchmarks.synthetic_suppliers import SIGNALS, made_suppliers
from scoring.simulation.monte_carlo import draw_ranks
from scoring.simulation.simulation_plan import DrawSettings

ID = "draws_1m"
GOAL = "1,000,000 x 30 x 1,000 simulations: <= 8 x bare products, >= 3 x argsort, <= 6 GiB"
KIND = "bench"

SUPPLIERS = 1_000_000
DRAWS = 1000
CHUNKS = (16, 64)
BARE_DRAWS = 192
ARGSORT_DRAWS = 8
TOP = (1000,)
BAND_FLOORS = (0.3, 0.4, 0.5)


def run() -> str:
    """Time the draws, the bare products and an argsort per draw; print them side by side."""
    settings = DrawSettings(draws=DRAWS, seed=1)
    small = made_suppliers(60_000)
    # The first call compiles; a list of this length takes the path of a long one.
    draw_ranks(
        small.normalised, small.weights, small.sources, settings=DrawSettings(draws=20), top=TOP,
        band_floors=BAND_FLOORS,
    )  # fmt: skip
    suppliers = made_suppliers(SUPPLIERS)
    np.empty((DRAWS, SUPPLIERS), dtype=np.float32).fill(0)
    start = time.perf_counter()
    uncertainty = draw_ranks(
        suppliers.normalised, suppliers.weights, suppliers.sources, settings=settings, top=TOP,
        band_floors=BAND_FLOORS,
    )  # fmt: skip
    ours = time.perf_counter() - start
    peak_gib = peak_bytes() / 2**30

    risk = suppliers.normalised[0].risk
    present = np.ascontiguousarray(~np.isnan(risk).T, dtype=np.float32)
    values = np.ascontiguousarray(np.nan_to_num(risk).T)
    values *= values
    weights = np.random.default_rng(1).random((max(CHUNKS), SIGNALS), dtype=np.float32)
    bare = min(_products(weights[:chunk], values, present) for chunk in CHUNKS)
    sorting = _argsorts(weights, values, present)

    print(f"{'':34}{'seconds':>9}{'x bare':>8}")
    for name, seconds in (
        ("two matrix products a draw", bare),
        ("simulations, ranks and intervals", ours),
        ("products and argsort a draw", sorting),
    ):
        print(f"{name:34}{seconds:9.1f}{seconds / bare:8.1f}")
    print(
        f"top-decile retention {uncertainty.top_decile_retention:.2f}; "
        f"{uncertainty.top_certainty[0]}"
    )
    return (
        f"{ours:.1f} s, {ours / bare:.1f} x two bare products a draw ({bare:.1f} s) and "
        f"{ours / (1.5 * bare):.1f} x the three the draws need, "
        f"{sorting / ours:.1f} x faster than argsort, peak {peak_gib:.1f} GiB"
    )


def _products(weights: np.ndarray, values: np.ndarray, present: np.ndarray) -> float:
    """Seconds for the two products of all draws, scaled from some, in chunks of the weights."""
    chunk = weights.shape[0]
    total = np.empty((chunk, values.shape[1]), dtype=np.float32)
    weight = np.empty_like(total)
    np.matmul(weights, values, out=total)
    np.matmul(weights, present, out=weight)
    start = time.perf_counter()
    for _ in range(0, BARE_DRAWS, chunk):
        np.matmul(weights, values, out=total)
        np.matmul(weights, present, out=weight)
    return (time.perf_counter() - start) * DRAWS / BARE_DRAWS


def _argsorts(weights: np.ndarray, values: np.ndarray, present: np.ndarray) -> float:
    """Seconds for products, argsort and ranks of all draws, scaled from some."""
    rank = np.empty(values.shape[1], dtype=np.int32)
    places = np.arange(values.shape[1], 0, -1, dtype=np.int32)
    start = time.perf_counter()
    some = weights[:ARGSORT_DRAWS]
    for scores in (some @ values) / (some @ present):
        rank[np.argsort(scores)] = places
    return (time.perf_counter() - start) * DRAWS / ARGSORT_DRAWS
