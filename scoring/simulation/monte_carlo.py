"""Monte Carlo simulation of the ranking: all sources of uncertainty vary jointly."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.aggregation.power_mean import mid_ranks, power_mean
from scoring.simulation.rank_intervals import rank_draw
from scoring.simulation.rank_quantiles import gather_ranks
from scoring.simulation.simulated_scores import BandFloors, DrawScorer
from scoring.simulation.simulation_inputs import (
    NormalisationMethod,
    SimulationEvidence,
    gather_evidence,
)
from scoring.simulation.simulation_plan import DrawPlan, DrawSettings, plan_draws

Block = TypeVar("Block")

# Up to here every draw is sorted exactly and in float64; above, float32 and bins (see there).
EXACT_SUPPLIERS = 50_000
SUPPLIERS_PER_GATHER = 4096
# Beyond each end of the 90 % interval.
TAIL_SHARE = 0.05
TOP_DECILE = 0.1
# Below this share of the top decile that stays, single ranks would be false precision.
PRINTABLE_RETENTION = 0.70
CERTAIN = 0.95


@dataclass(frozen=True)
class TopCertainty:
    """How certain one cut line is.

    Attributes:
        k: how many suppliers are above the line.
        certain: suppliers in the top k in at least 95 % of the draws.
        interchangeable: suppliers in it in more than 5 % and less than 95 % of the draws.
    """

    k: int
    certain: int
    interchangeable: int

    def __str__(self) -> str:
        """Return the summary as it is printed."""
        return f"{self.certain} in the top {self.k}, {self.interchangeable} borderline"


@dataclass(frozen=True)
class RankUncertainty:
    """What the draws say of each supplier and of the list. NaN where a supplier is not scored.

    Attributes:
        rank: [suppliers] published rank; ties share the middle of their places.
        rank_median: [suppliers] median rank over the draws.
        rank_p05: [suppliers] low end of the 90 % interval of the rank (1 is the top).
        rank_p95: [suppliers] high end.
        top: the sizes k asked for, ascending.
        p_top: [suppliers, top] share of the draws in the top k; sums to min(k, scored suppliers).
        prob_same_band: [suppliers] share of the draws that leave the supplier in its band; None
            where no priority bands were given.
        top_decile_retention: share of the published top decile that stays in it, over the draws.
        top_certainty: one per k.
        draws: how many draws.
    """

    rank: NDArray[np.float64]
    rank_median: NDArray[np.float64]
    rank_p05: NDArray[np.float64]
    rank_p95: NDArray[np.float64]
    top: tuple[int, ...]
    p_top: NDArray[np.float64]
    prob_same_band: NDArray[np.float64] | None
    top_decile_retention: float
    top_certainty: tuple[TopCertainty, ...]
    draws: int

    @property
    def ranks_are_printable(self) -> bool:
        """Whether the top decile holds well enough for single ranks to be shown."""
        return self.top_decile_retention >= PRINTABLE_RETENTION


def draw_ranks(
    normalised: Iterable[NormalisationMethod],
    weights: ArrayLike,
    sources: ArrayLike,
    *,
    settings: DrawSettings,
    power: float = 2.0,
    top: Iterable[int] = (),
    band_floors: ArrayLike = (),
    held_below_last_band: NDArray[np.bool_] | None = None,
    scoreable: NDArray[np.bool_] | None = None,
    row_keys: NDArray[np.uint32] | None = None,
    applicable: NDArray[np.bool_] | None = None,
    group_weight: NDArray[np.float64] | None = None,
    threads: int | None = None,
) -> RankUncertainty:
    """Vary every source of uncertainty together and return what that does to each supplier's rank.

    The same seed gives the same result on any number of threads, and on any machine up to the
    last bit of its square roots and exponentials. Memory is draws x suppliers x 4 bytes (x 8 up to
    50,000 suppliers) beside the normalised values; normalised values in float32 are not copied.

    Args:
        normalised: the evidence under each choice of normaliser, the published one first.
        weights: [signals], 0 or more, flattened.
        sources: [signals] whole number of the source each signal comes from.
        settings: how much each source varies, how many draws, and the seed.
        power: the published exponent.
        top: sizes k of the list that an audit budget allows, each 1 or more.
        band_floors: ascending scores in 0..1 at which the next priority band begins.
        held_below_last_band: [suppliers] who stays one below the last band whatever its score.
            None: no one.
        scoreable: [suppliers] False keeps a supplier out of all ranks (too little evidence).
            None: every supplier with a present signal takes part.
        row_keys: [suppliers] what a supplier's own random numbers depend on; give a hash of its
            id and the order of the rows does not matter. None: the row number.
        applicable: [suppliers, signals] False where a value could not be there: it is never filled
            and weighs nothing. None: every signal applies to everyone.
        group_weight: [suppliers, signals] times the weight, in the supplier's sector group. None:
            no group states one.
        threads: how many; None: one per processor.

    Raises:
        ValueError: arguments that do not fit together, in one sentence.
    """
    evidence = gather_evidence(
        normalised, weights, sources, scoreable, row_keys, applicable, group_weight
    )
    tops = _checked_tops(top)
    published = power_mean(evidence.normalised[0].risk, evidence.weights_of_rows, power)
    floors = _checked_floors(band_floors)
    priority_bands = None
    if floors.size:
        held = np.zeros(evidence.suppliers, dtype=bool)
        if held_below_last_band is not None:
            held |= held_below_last_band
        held = held[evidence.rows]
        priority_band = np.searchsorted(floors, published, side="right")
        priority_band = np.where(held, np.minimum(priority_band, floors.size - 1), priority_band)
        priority_bands = BandFloors(priority_band, floors, held)
    plan = plan_draws(
        settings, evidence.weights, evidence.sources, normalisers=len(evidence.normalised)
    )

    scored = evidence.rows.size
    decile = max(1, round(TOP_DECILE * scored))
    # Cuts beyond the list are met by everyone; `np.unique` sorts them.
    cuts = np.unique([decile, *(min(k, max(scored, 1)) for k in tops)])
    doubled, edges, shares, same_band = rank_draws(
        evidence, plan, settings, cuts=cuts, priority_bands=priority_bands, threads=threads
    )
    quantiles = np.empty((scored, 3))
    in_top = np.empty((scored, cuts.size))

    def gather(start: int) -> None:
        stop = min(start + SUPPLIERS_PER_GATHER, scored)
        gather_ranks(doubled, start, stop, TAIL_SHARE, edges, shares, quantiles, in_top)

    each(gather, range(0, scored, SUPPLIERS_PER_GATHER), threads)
    rank = mid_ranks(published)
    # Suppliers that share the first rank share the top tenth too.
    in_decile = rank <= max(decile, rank.min(initial=np.inf))
    retention = in_top[in_decile, np.searchsorted(cuts, decile)]
    p_top = np.column_stack(
        [in_top[:, np.searchsorted(cuts, min(k, max(scored, 1)))] for k in tops]
        or [np.empty((scored, 0))]
    )

    def spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
        full = np.full((evidence.suppliers, *values.shape[1:]), np.nan)
        full[evidence.rows] = values
        return full

    return RankUncertainty(
        rank=spread(rank),
        rank_median=spread(quantiles[:, 1]),
        rank_p05=spread(np.floor(quantiles[:, 0])),
        rank_p95=spread(np.ceil(quantiles[:, 2])),
        top=tops,
        p_top=spread(p_top),
        prob_same_band=None if priority_bands is None else spread(same_band / settings.draws),
        top_decile_retention=float(retention.mean()) if retention.size else float("nan"),
        top_certainty=tuple(
            TopCertainty(
                k=k,
                certain=int((p_top[:, index] >= CERTAIN).sum()),
                interchangeable=int(
                    ((p_top[:, index] < CERTAIN) & (p_top[:, index] > 1 - CERTAIN)).sum()
                ),
            )
            for index, k in enumerate(tops)
        ),
        draws=settings.draws,
    )


def rank_draws(
    evidence: SimulationEvidence,
    plan: DrawPlan,
    settings: DrawSettings,
    *,
    cuts: NDArray[np.int64],
    priority_bands: BandFloors | None = None,
    threads: int | None = None,
) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.float64], NDArray[np.int32]]:
    """Score and rank every draw of a plan.

    Returns:
        Doubled ranks [draws, suppliers], the edges and shares of `rank_draw` [cuts, draws], and
        [suppliers] the number of draws in the published priority band.
    """
    draws, suppliers = plan.power.size, evidence.rows.size
    exactly = suppliers <= EXACT_SUPPLIERS
    precision: np.dtype[Any] = np.dtype(np.float64 if exactly else np.float32)
    scores = np.empty((draws, suppliers), dtype=precision)
    same_band = np.zeros(suppliers, dtype=np.int32)
    scorer = DrawScorer(
        evidence, plan, settings.powers,
        measurement_error=settings.measurement_error, precision=precision,
        priority_bands=priority_bands,
    )  # fmt: skip
    each(lambda block: scorer.score_block(*block, scores, same_band), scorer.blocks(), threads)
    # Ranks take the place of the scores: at a million suppliers both would not fit.
    doubled = scores.view(np.int64 if exactly else np.int32)
    edges = np.empty((draws, cuts.size), dtype=np.int32)
    shares = np.empty((draws, cuts.size))
    each(
        lambda draw: rank_draw(
            scores[draw], doubled[draw], cuts, edges[draw], shares[draw], exactly=exactly
        ),
        range(draws),
        threads,
    )
    return doubled, edges.T.copy(), shares.T.copy(), same_band


def each(work: Callable[[Block], object], blocks: Iterable[Block], threads: int | None) -> None:
    """Do the work for every block on some threads; each block writes only what is its own."""
    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        for _ in pool.map(work, blocks):
            pass


def _checked_tops(top: Iterable[int]) -> tuple[int, ...]:
    tops = tuple(sorted(set(top)))
    if tops and tops[0] < 1:
        raise ValueError(f"The top {tops[0]} was asked for: a top k needs a k of 1 or more.")
    return tops


def _checked_floors(band_floors: ArrayLike) -> NDArray[np.float64]:
    floors = np.asarray(band_floors, dtype=np.float64)
    if floors.ndim != 1 or not np.isfinite(floors).all() or (np.diff(floors) <= 0).any():
        raise ValueError("The priority band floors must be finite scores in ascending order.")
    return floors
