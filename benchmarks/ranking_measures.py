"""How well an order of places finds the known cases; ties count as drawn by lot.

Known cases are detected ones: a place without a case is "not known", never "none". All measures
take a score that is higher for what should come first, and a flag per place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Measures:
    """Measures of one order; NaN where they are not defined."""

    auc: float
    average_precision: float
    precision_at_100: float
    lift_at_100: float
    within_group_auc: float


def measure(score: Floats, is_case: Flags, group: NDArray[np.str_]) -> Measures:
    """All measures of one order.

    Args:
        score: [places] no NaN.
        is_case: [places].
        group: [places] such as the state, for the AUC within groups.
    """
    at_100 = precision_at(score, is_case, 100)
    return Measures(
        auc=auc(score, is_case),
        average_precision=average_precision(score, is_case),
        precision_at_100=at_100,
        lift_at_100=at_100 / float(is_case.mean()) if is_case.any() else np.nan,
        within_group_auc=within_group_auc(score, is_case, group),
    )


def auc(score: Floats, is_case: Flags) -> float:
    """Chance that a case stands above a place that is none (Mann-Whitney); NaN if undefined."""
    cases = int(is_case.sum())
    others = is_case.size - cases
    if cases == 0 or others == 0:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[is_case].sum() - cases * (cases + 1) / 2) / (cases * others))


def average_precision(score: Floats, is_case: Flags) -> float:
    """Mean over the cases of the precision down to their score; tied places come in together."""
    cases = int(is_case.sum())
    if cases == 0:
        return float("nan")
    order = np.argsort(-score, kind="stable")
    sorted_score, found = score[order], np.cumsum(is_case[order])
    last_of_tie = np.append(np.flatnonzero(np.diff(sorted_score)), score.size - 1)
    precision = found[last_of_tie] / (last_of_tie + 1)
    new = np.diff(np.append(0, found[last_of_tie]))
    return float((precision * new).sum() / cases)


def precision_at(score: Floats, is_case: Flags, count: int) -> float:
    """Share of cases among the first `count`; NaN if there are fewer places."""
    return found_at(score, is_case, count) / count if score.size >= count else float("nan")


def found_at(score: Floats, is_case: Flags, count: int) -> float:
    """Expected number of cases among the first `count`, ties at the cut drawn by lot."""
    if score.size <= count:
        return float(is_case.sum())
    cut = np.partition(score, score.size - count)[score.size - count]
    above, at = score > cut, score == cut
    seats = count - int(above.sum())
    return float(is_case[above].sum() + seats * is_case[at].mean())


def within_group_auc(
    score: Floats, is_case: Flags, group: NDArray[np.str_], minimum_cases: int = 8
) -> float:
    """Mean AUC of the groups with enough cases, weighted by their number of places."""
    values, sizes = [], []
    for name in np.unique(group):
        inside = group == name
        if is_case[inside].sum() >= minimum_cases and not is_case[inside].all():
            values.append(auc(score[inside], is_case[inside]))
            sizes.append(int(inside.sum()))
    return float(np.average(values, weights=sizes)) if values else float("nan")


def block_interval(
    scores: tuple[Floats, ...],
    is_case: Flags,
    block: NDArray[np.str_],
    draws: int = 1000,
    seed: int = 7,
) -> list[tuple[float, float]]:
    """90 % intervals of the AUC when whole blocks are drawn with replacement.

    Args:
        scores: one score, or two for the interval of the first AUC less the second too.
        is_case: [places].
        block: [places] such as the state: places of one block are not independent.
        draws: how many.
        seed: of the drawing.

    Returns:
        Low and high of each score's AUC, then of the difference if there are two.
    """
    random = np.random.default_rng(seed)
    places = [np.flatnonzero(block == name) for name in np.unique(block)]
    rows = []
    for _ in range(draws):
        drawn = np.concatenate([places[i] for i in random.integers(0, len(places), len(places))])
        values = [auc(score[drawn], is_case[drawn]) for score in scores]
        rows.append([*values, values[0] - values[1]] if len(values) == 2 else values)
    low, high = np.nanquantile(np.array(rows), (0.05, 0.95), axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))
