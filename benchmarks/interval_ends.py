"""Are the interval ends of the fast path those of an exact sort of the same draws?

The same plan of draws is scored in float64, every draw is sorted by numpy and the ends are taken
from the sorted ranks of each supplier; then the ends of the long path are laid beside them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks.synthetic_suppliers import made_suppliers
from scoring.simulation import monte_carlo
from scoring.simulation.monte_carlo import TAIL_SHARE, draw_ranks, each
from scoring.simulation.simulated_scores import DrawScorer
from scoring.simulation.simulation_inputs import SimulationEvidence, gather_evidence
from scoring.simulation.simulation_plan import DrawSettings, plan_draws

ID = "interval_ends"
GOAL = "interval ends within 1 rank in the top 1,000 and 0.1 % of the list elsewhere"
KIND = "validate"

# More draws or more suppliers would not fit in memory twice over in float64.
CASES = ((100_000, 1000), (1_000_000, 100))
TOP_RANKS = 1000


def run() -> str:
    """Compare the ends at 100,000 suppliers x 1,000 draws and at a million x 100."""
    print(f"{'suppliers':>10}{'draws':>7}{'worst in top 1,000':>20}{'worst elsewhere':>17}")
    worst_top = worst_elsewhere = 0.0
    for count, draws in CASES:
        suppliers = made_suppliers(count)
        settings = DrawSettings(draws=draws, seed=3)
        assert count > monte_carlo.EXACT_SUPPLIERS
        fast = draw_ranks(
            suppliers.normalised, suppliers.weights, suppliers.sources, settings=settings
        )
        evidence = gather_evidence(suppliers.normalised, suppliers.weights, suppliers.sources)
        low, high = _exact_ends(evidence, settings)
        in_top, elsewhere = [], []
        for ours, exact in ((fast.rank_p05, low), (fast.rank_p95, high)):
            ours = ours[evidence.rows]
            difference = np.abs(ours - exact)
            top = exact <= TOP_RANKS
            in_top.append(difference[top].max(initial=0))
            elsewhere.append(difference[~top].max(initial=0) / count)
        print(f"{count:10,}{draws:7,}{max(in_top):14.0f} places{max(elsewhere):16.4%}")
        worst_top = max(worst_top, *in_top)
        worst_elsewhere = max(worst_elsewhere, *elsewhere)
    return f"top 1,000 within {worst_top:.0f}, elsewhere within {worst_elsewhere:.3%} of the list"


def _exact_ends(
    evidence: SimulationEvidence, settings: DrawSettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends from scipy's average ranks of float64 scores, sorted per supplier."""
    plan = plan_draws(
        settings, evidence.weights, evidence.sources, normalisers=len(evidence.normalised)
    )
    scores = np.empty((settings.draws, evidence.rows.size))
    scorer = DrawScorer(
        evidence, plan, settings.powers,
        measurement_error=True, precision=np.dtype(np.float64),
    )  # fmt: skip
    nothing = np.zeros(evidence.rows.size, dtype=np.int32)
    each(lambda block: scorer.score_block(*block, scores, nothing), scorer.blocks(), None)
    for draw in scores:
        scored = ~np.isnan(draw)
        draw[scored] = rankdata(-draw[scored])
    # NaN sorts last, so a supplier's ranked draws come first.
    ranked = np.count_nonzero(~np.isnan(scores), axis=0)
    scores.sort(axis=0)
    beyond = (TAIL_SHARE * (ranked - 1)).astype(np.int64)
    columns = np.arange(evidence.rows.size)
    return np.floor(scores[beyond, columns]), np.ceil(scores[ranked - 1 - beyond, columns])
