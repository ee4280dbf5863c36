"""How well an order finds the known cases, and how much two rankings agree; ties drawn by lot.

Known cases are detected ones: a unit without a case is "not known", never "none". All measures
take a score that is higher for what should come first, NaN where there is none, and a flag per
unit. What needs a score is read on the units that have one; recall is of all known cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau, rankdata

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.str_]

#: Fewer known cases say nothing about the order within a group.
MIN_CASES = 8


@dataclass(frozen=True)
class Measures:
    """Measures of one order; NaN where they are not defined.

    Attributes:
        cases: known cases, those without a score among them.
        scoreable: share of all units that have a score.
        scoreable_cases: share of the known cases that have a score.
        auc: see `auc`.
        average_precision: see `average_precision`.
        count: the budget k of the next three.
        precision: known cases among the first k, as a share of k.
        recall: the same, as a share of all known cases.
        lift: precision over the share of known cases among the units with a score.
        within_group_auc: see `within_group_auc`.
    """

    cases: int
    scoreable: float
    scoreable_cases: float
    auc: float
    average_precision: float
    count: int
    precision: float
    recall: float
    lift: float
    within_group_auc: float


def measure(score: Floats, is_case: Flags, group: Labels, count: int = 100) -> Measures:
    """All measures of one order.

    Args:
        score: [units] NaN where there is none.
        is_case: [units].
        group: [units] such as the country or state, for the AUC within groups.
        count: how many units a budget allows.
    """
    scored = ~np.isnan(score)
    cases = int(is_case.sum())
    order, found, groups = score[scored], is_case[scored], group[scored]
    precision = precision_at(order, found, count)
    base = float(found.mean()) if found.any() else np.nan
    return Measures(
        cases=cases,
        scoreable=float(scored.mean()) if scored.size else np.nan,
        scoreable_cases=int(found.sum()) / cases if cases else np.nan,
        auc=auc(order, found),
        average_precision=average_precision(order, found),
        count=count,
        precision=precision,
        recall=recall_at(score, is_case, count),
        lift=precision / base,
        within_group_auc=within_group_auc(order, found, groups),
    )


def auc(score: Floats, is_case: Flags) -> float:
    """Probability that a case stands above a unit that is none (Mann-Whitney); NaN if undefined."""
    cases = int(is_case.sum())
    others = is_case.size - cases
    if cases == 0 or others == 0:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[is_case].sum() - cases * (cases + 1) / 2) / (cases * others))


def corrected_auc(auc_unlabelled: float, share: float) -> float:
    """AUC against true negatives, from the AUC of known cases against the unlabelled.

    (AUC_pu - a/2) / (1 - a), which holds where known cases are a random draw of all cases
    (Methodology 11.2); where they are not, it is no better than the share given.

    Args:
        auc_unlabelled: AUC with the unlabelled taken for negative.
        share: a, the share of cases among the unlabelled, at least 0 and below 1.

    Raises:
        ValueError: the share is outside its range.
    """
    if not 0 <= share < 1:
        raise ValueError(f"the share of cases among the unlabelled is {share:g}, not in 0..1")
    return (auc_unlabelled - share / 2) / (1 - share)


def average_precision(score: Floats, is_case: Flags) -> float:
    """Mean over the cases of the precision down to their score; tied units come in together."""
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
    """Share of cases among the first `count`; NaN if fewer units have a score."""
    enough = np.count_nonzero(~np.isnan(score)) >= count
    return found_at(score, is_case, count) / count if enough else float("nan")


def recall_at(score: Floats, is_case: Flags, count: int) -> float:
    """Share of all known cases found among the first `count`; NaN if no case is known."""
    return found_at(score, is_case, count) / is_case.sum() if is_case.any() else float("nan")


def lift_at(score: Floats, is_case: Flags, count: int) -> float:
    """Precision among the first `count` over the share of cases among units with a score."""
    scored = ~np.isnan(score)
    base = is_case[scored].mean() if is_case[scored].any() else np.nan
    return float(precision_at(score, is_case, count) / base)


def found_at(score: Floats, is_case: Flags, count: int) -> float:
    """Expected number of cases among the first `count`, ties at the cut drawn by lot."""
    return float(probability_among_first(score, count)[is_case].sum())


def probability_among_first(score: Floats, count: int) -> Floats:
    """[units] probability to be among the first `count`: 0 or 1, or the lot's share at a tied cut.

    Args:
        score: [units]; units without one (NaN) are never among them.
        count: how many, 1 or more.
    """
    scored = ~np.isnan(score)
    if np.count_nonzero(scored) <= count:
        return scored.astype(np.float64)
    known = score[scored]
    cut = np.partition(known, known.size - count)[known.size - count]
    above, at = score > cut, score == cut
    seats = count - np.count_nonzero(above)
    return np.where(above, 1.0, np.where(at, seats / np.count_nonzero(at), 0.0))


def within_group_auc(
    score: Floats, is_case: Flags, group: Labels, minimum_cases: int = MIN_CASES
) -> float:
    """Mean AUC of the groups with enough cases, weighted by their number of units."""
    values, sizes = [], []
    for name in np.unique(group):
        inside = group == name
        if is_case[inside].sum() >= minimum_cases and not is_case[inside].all():
            values.append(auc(score[inside], is_case[inside]))
            sizes.append(int(inside.sum()))
    return float(np.average(values, weights=sizes)) if values else float("nan")


def rank_agreement(first: Floats, second: Floats) -> float:
    """Kendall's tau-b of two scores, on the units that have both; NaN if undefined."""
    both = ~np.isnan(first) & ~np.isnan(second)
    if both.sum() < 2:
        return float("nan")
    return float(kendalltau(first[both], second[both]).statistic)


def top_overlap(first: Floats, second: Floats, count: int) -> float:
    """Share of the first `count` by one score that are among the first by the other too.

    Ties at either cut are drawn by lot, independently, so a tied score does not fully agree with
    itself. With fewer than `count` scores it is the share of those there are; NaN without any.
    """
    one, other = (probability_among_first(scores, count) for scores in (first, second))
    among = max(one.sum(), other.sum())
    return float(one @ other / among) if among > 0 else float("nan")
