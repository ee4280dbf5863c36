"""What the list would be without a signal, one signal at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from scoring.aggregation.evidence_coverage import coverage, is_sufficient, pillars_with_evidence
from scoring.aggregation.power_mean import mid_ranks, power_mean
from scoring.normalisation.normalised_matrix import NormalisedMatrix
from scoring.scoring_model import ScoringModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def without_each(
    own: NormalisedMatrix, rows: NDArray[np.int64], model: ScoringModel, measured: Flags
) -> dict[str, object]:
    """The order of the same suppliers without each signal, and how many would have no score.

    Args:
        own: normalised values of own evidence.
        rows: the suppliers that are ranked, as rows of the normalised values.
        model: weights, exponent, missing rule, audit budget.
        measured: [signals] which to leave out, one at a time.

    Returns:
        tau_without (Kendall's, with the full order), top_k_overlap_without (share of the top k
        that stays), left_without_score (suppliers), each over signals; unknown where not asked
        for or where nothing else is left.
    """
    risk, present, applicable = own.risk[rows], own.present[rows], own.applicable[rows]
    pillars = [signal.pillar for signal in own.signals]
    tau, overlap = np.full(measured.size, np.nan), np.full(measured.size, np.nan)
    lost: list[int | None] = [None] * measured.size
    weights = own.weighed(model.weights)
    weights = weights[rows] if weights.ndim == 2 else weights
    base = power_mean(risk, weights, model.exponent)
    top = _top(base, model.top_k)
    for number in np.flatnonzero(measured):
        fewer = weights.copy()
        fewer[..., number] = 0.0
        if rows.size < 2 or not (fewer > 0).any():
            continue
        score = power_mean(risk, fewer, model.exponent)
        enough = is_sufficient(
            coverage(present, applicable, fewer),
            pillars_with_evidence(
                present, np.where(np.arange(measured.size) == number, 0.0, model.weights), pillars
            ),
            model.missing.minimum_coverage,
            model.missing.minimum_own_pillars,
        )
        lost[number] = int((~enough).sum())
        both = ~np.isnan(score)
        if both.sum() > 1:
            tau[number] = kendalltau(np.round(base[both], 12), np.round(score[both], 12)).statistic
        overlap[number] = (top & _top(score, model.top_k)).sum() / max(top.sum(), 1)
    return {"tau_without": tau, "top_k_overlap_without": overlap, "left_without_score": lost}


def _top(score: Floats, top_k: int) -> Flags:
    inside: Flags = np.nan_to_num(mid_ranks(score), nan=np.inf) <= top_k
    return inside
