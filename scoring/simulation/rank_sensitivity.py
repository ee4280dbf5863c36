"""What each supplier's rank depends on: total-order Sobol indices of the rank, per supplier.

The sources of uncertainty are the factors. Each has its own random stream, so a draw in which one
source is redrawn and all others stay is a change of one stream. The index of a source is the share
of the rank's variance that remains when everything but that source is known (Jansen 1999):
mean((rank_A - rank_AB)^2) / (2 variance), where AB is draw A with that one source redrawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import ArrayLike, NDArray

from scoring.simulation.monte_carlo import each, rank_draws
from scoring.simulation.rank_intervals import NOT_RANKED
from scoring.simulation.simulation_inputs import NormalisationMethod, gather_evidence
from scoring.simulation.simulation_plan import (
    UNCERTAINTIES,
    DrawPlan,
    DrawSettings,
    UncertaintySource,
    joined,
    plan_draws,
)

# The ranks of one step are held at once: its draws, and once more for each source.
RANKS_HELD_BYTES = 512 * 2**20
MAX_DRAWS_PER_STEP = 64
SUPPLIERS_PER_BLOCK = 4096


@dataclass(frozen=True)
class RankSensitivity:
    """How much of each supplier's rank hangs on each source.

    Attributes:
        sources of uncertainty: the names of the sources of uncertainty, in the order of the
        columns.
        total_order: [suppliers, sources] total-order index: 0 where the rank does not depend on the
            source or the source does not vary, 1 where it depends on nothing else. Interactions
            count under every source of uncertainty that takes part, so a row may sum to more than
            1. NaN where the supplier is not scored.
        rank_sd: [suppliers] standard deviation of the rank over all sources, in ranks.
        draws: base draws; 1 + number of sources times as many were ranked.
    """

    uncertainties: tuple[UncertaintySource, ...]
    total_order: NDArray[np.float64]
    rank_sd: NDArray[np.float64]
    draws: int


def rank_sensitivity(
    normalised: Iterable[NormalisationMethod],
    weights: ArrayLike,
    sources: ArrayLike,
    *,
    settings: DrawSettings,
    scoreable: NDArray[np.bool_] | None = None,
    row_keys: NDArray[np.uint32] | None = None,
    applicable: NDArray[np.bool_] | None = None,
    group_weight: NDArray[np.float64] | None = None,
    threads: int | None = None,
) -> RankSensitivity:
    """Return the total-order index of each supplier's rank for each source.

    Arguments as in `scoring.uncertainty.draw_ranks`; settings.draws is the number of base draws.
    A draw that cannot score a supplier, or whose counterpart cannot, is left out for it.

    Raises:
        ValueError: arguments that do not fit together, in one sentence.
    """
    evidence = gather_evidence(
        normalised, weights, sources, scoreable, row_keys, applicable, group_weight
    )
    normalisers = len(evidence.normalised)
    base, other = (
        plan_draws(
            settings, evidence.weights, evidence.sources,
            normalisers=normalisers, replicate=replicate,
        )
        for replicate in (0, 1)
    )  # fmt: skip
    rows = evidence.rows.size
    squares = np.zeros((rows, len(UNCERTAINTIES)), dtype=np.int64)
    pairs = np.zeros((rows, len(UNCERTAINTIES)), dtype=np.int64)
    totals = np.zeros((rows, 3), dtype=np.int64)
    no_cuts = np.empty(0, dtype=np.int64)
    step = _draws_per_step(rows)
    for start in range(0, settings.draws, step):
        stop = min(start + step, settings.draws)
        ours, theirs = base.part(slice(start, stop)), other.part(slice(start, stop))
        plan, at = _distinct(
            [ours, *(ours.with_redrawn(theirs, uncertainty) for uncertainty in UNCERTAINTIES)],
            measurement_error=settings.measurement_error,
        )
        doubled, *_ = rank_draws(evidence, plan, settings, cuts=no_cuts, threads=threads)

        def add(first: int, doubled: NDArray[Any] = doubled, at: NDArray[np.int64] = at) -> None:
            last = min(first + SUPPLIERS_PER_BLOCK, rows)
            _add_draws(doubled, at, first, last, squares, pairs, totals)

        each(add, range(0, rows, SUPPLIERS_PER_BLOCK), threads)

    # Ranks were doubled, so squares of differences are four times too large, and so is the
    # variance: the ratio is right as it stands.
    with np.errstate(invalid="ignore", divide="ignore"):
        ranked, total, squared = totals.T.astype(np.float64)
        variance = squared / ranked - (total / ranked) ** 2
        jansen = squares / pairs / (2 * variance[:, None])
    # A rank that never moves depends on nothing.
    jansen[squares == 0] = 0.0
    total_order = np.full((evidence.suppliers, len(UNCERTAINTIES)), np.nan)
    total_order[evidence.rows] = jansen
    rank_sd = np.full(evidence.suppliers, np.nan)
    rank_sd[evidence.rows] = np.sqrt(np.maximum(variance, 0.0)) / 2.0
    return RankSensitivity(UNCERTAINTIES, total_order, rank_sd, settings.draws)


def largest_source(total_order: NDArray[np.float64]) -> pl.Series:
    """The source that each supplier's rank depends on most; null where on none.

    Args:
        total_order: [suppliers, sources] as in `RankSensitivity`.
    """
    known = np.nan_to_num(total_order)
    names = pl.Series([*UNCERTAINTIES, None], dtype=pl.String)
    found = np.where(known.max(axis=1) > 0, known.argmax(axis=1), len(UNCERTAINTIES))
    return names.gather(pl.Series(found))


def _draws_per_step(suppliers: int) -> int:
    a_draw = (1 + len(UNCERTAINTIES)) * max(suppliers, 1) * np.dtype(np.float64).itemsize
    return max(1, min(MAX_DRAWS_PER_STEP, RANKS_HELD_BYTES // a_draw))


def _distinct(
    plans: Sequence[DrawPlan], *, measurement_error: bool
) -> tuple[DrawPlan, NDArray[np.int64]]:
    """The draws of plans without those of later ones that are the same as the first one's.

    A source of which the same is drawn again, such as the power, makes the same draw again.

    Args:
        plans: the first one, and it with one source redrawn each.
        measurement_error: whether values move by their standard errors.

    Returns:
        The draws that are left, and [plans, draws] which of them each draw is.
    """
    base, size = plans[0], plans[0].power.size
    places = np.tile(np.arange(size), (len(plans), 1))
    kept, following = [base], size
    for number, plan in enumerate(plans[1:], start=1):
        differs = (
            (plan.effective_weights() != base.effective_weights()).any(axis=1)
            | (plan.power != base.power)
            | (plan.normaliser != base.normaliser)
            | (plan.filled != base.filled)
            | (measurement_error & (plan.noise_keys != base.noise_keys).any(axis=1))
            | (plan.filled & (plan.fill_keys != base.fill_keys).any(axis=1))
        )
        other = np.flatnonzero(differs)
        places[number, other] = following + np.arange(other.size)
        kept.append(plan.part(other))
        following += other.size
    return joined(kept), places


@njit(cache=True, nogil=True)
def _add_draws(
    ranks: NDArray[np.signedinteger[Any]],
    at: NDArray[np.int64],
    start: int,
    stop: int,
    squares: NDArray[np.int64],
    pairs: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Add a step's draws to the running sums, in whole numbers so that order does not matter.

    Args:
        ranks: [distinct draws, suppliers] doubled ranks.
        at: [1 + sources, draws] which of them each draw is, the base draws first.
        start: first supplier.
        stop: one past the last.
        squares: [suppliers, sources] squared differences from the base draw.
        pairs: [suppliers, sources] how many of them.
        totals: [suppliers, 3] number, sum and sum of squares of all ranks.
    """
    plans, draws = at.shape
    for draw in range(draws):
        for supplier in range(start, stop):
            base = ranks[at[0, draw], supplier]
            for plan in range(plans):
                rank = np.int64(ranks[at[plan, draw], supplier])
                if rank == NOT_RANKED:
                    continue
                totals[supplier, 0] += 1
                totals[supplier, 1] += rank
                totals[supplier, 2] += rank * rank
                if plan > 0 and base != NOT_RANKED:
                    squares[supplier, plan - 1] += (rank - base) ** 2
                    pairs[supplier, plan - 1] += 1
