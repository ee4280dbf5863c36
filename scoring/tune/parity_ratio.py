"""A group beside all others: two rates, their ratio with its interval, and sampling variation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

Floats = NDArray[np.float64]

LOWEST_RATIO = 0.8
HIGHEST_RATIO = 1.25
#: Nothing is reported of fewer suppliers than this.
MIN_GROUP = 10
_NORMAL_95 = 1.959964
_NO_SPREAD = 1e-12


def compared(ours: Floats, others: Floats, is_share: bool) -> dict[str, object]:
    """Compare the mean of a group with that of the others.

    Args:
        ours: [suppliers of the group] 0 or 1 where it is a share.
        others: [all others whose group is known].
        is_share: whether the values are 0 or 1.

    Returns:
        suppliers, rate_group, rate_rest, ratio, ratio_low, ratio_high, verdict and p_value, as
        `scoring.tune.fairness.parity` gives them; what is not defined is left out.
    """
    if min(ours.size, others.size) < MIN_GROUP:
        # How many there are is not reported either.
        return {"suppliers": None, "within_0_80_1_25": "too_few"}
    mine, theirs = float(ours.mean()), float(others.mean())
    found: dict[str, object] = {
        "suppliers": ours.size,
        "rate_group": mine,
        "rate_rest": theirs,
        "p_value": _fisher(ours, others) if is_share else _welch(ours, others),
    }
    if theirs == 0:
        return found | {"within_0_80_1_25": "yes" if mine == 0 else "none_elsewhere"}
    ratio = mine / theirs
    is_even = LOWEST_RATIO <= ratio <= HIGHEST_RATIO
    low, high = _interval_of_shares(ours, others) if is_share else _interval_of_means(ours, others)
    return found | {
        "rate_ratio": ratio,
        "rate_ratio_low": low,
        "rate_ratio_high": high,
        "within_0_80_1_25": "yes" if is_even else "no",
    }


def _interval_of_shares(ours: Floats, others: Floats) -> tuple[float, float]:
    """95 % of the ratio of two shares (Katz et al. 1978).

    Where the group has none, half a case is added to each side for the upper end (Walter 1975):
    no case among a dozen is no proof of none. Where a side consists of cases alone its share has no
    standard error by that formula, so the exact intervals of both shares are combined instead.
    """
    mine, theirs = float(ours.sum()), float(others.sum())
    if mine and (mine == ours.size or theirs == others.size):
        return _ratio_of_exact_intervals(ours, others)
    added = 0.5 if mine == 0 else 0.0
    mine, theirs = mine + added, theirs + added
    ratio = (mine / (ours.size + added)) / (theirs / (others.size + added))
    variance = 1 / mine - 1 / (ours.size + added) + 1 / theirs - 1 / (others.size + added)
    half = _NORMAL_95 * float(np.sqrt(variance))
    return (0.0 if added else ratio * float(np.exp(-half))), ratio * float(np.exp(half))


def _ratio_of_exact_intervals(ours: Floats, others: Floats) -> tuple[float, float]:
    """MOVER-R (Donner and Zou 2012) on the exact intervals of both shares (Clopper-Pearson)."""
    one, other = float(ours.mean()), float(others.mean())
    low_1, high_1 = proportion_confint(ours.sum(), ours.size, method="beta")
    low_2, high_2 = proportion_confint(others.sum(), others.size, method="beta")

    def end(mine: float, theirs: float, sign: int) -> float:
        scale = theirs * (2 * other - theirs)
        spread = (one * other) ** 2 - mine * (2 * one - mine) * scale
        return float((one * other + sign * np.sqrt(max(spread, 0.0))) / scale)

    return end(low_1, high_2, -1), end(high_1, low_2, 1)


def _interval_of_means(ours: Floats, others: Floats) -> tuple[float | None, float | None]:
    """95 % of the ratio of two means, by the delta method on its logarithm; none of a zero."""
    mine, theirs = float(ours.mean()), float(others.mean())
    if mine <= 0:
        return None, None
    variance = sum(
        float(side.var(ddof=1)) / side.size / mean**2
        for side, mean in ((ours, mine), (others, theirs))
    )
    half = _NORMAL_95 * float(np.sqrt(variance))
    return mine / theirs * float(np.exp(-half)), mine / theirs * float(np.exp(half))


def _fisher(ours: Floats, others: Floats) -> float:
    """Probability of a gap as large with no difference behind it."""
    counts = [[int(side.sum()), int(side.size - side.sum())] for side in (ours, others)]
    return float(fisher_exact(counts).pvalue)


def _welch(ours: Floats, others: Floats) -> float:
    """Welch's test of two means; groups without any spread differ or do not."""
    gap = float(ours.mean() - others.mean())
    one, other = (float(side.var(ddof=1)) / side.size for side in (ours, others))
    if one + other < _NO_SPREAD:
        return 1.0 if abs(gap) < _NO_SPREAD else 0.0
    freedom = (one + other) ** 2 / (one**2 / (ours.size - 1) + other**2 / (others.size - 1))
    return float(2 * student.sf(abs(gap) / np.sqrt(one + other), freedom))
