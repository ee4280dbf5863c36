"""Intervals by drawing whole blocks: units of one state or country are not independent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.tune.ranking_measures import Flags, Floats, Labels

#: Share of draws inside an interval.
LEVEL = 0.9

_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Interval:
    """A figure with the range in which it lies when whole blocks are drawn again."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole range lies on one side of 0."""
        return self.low > 0 or self.high < 0

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def auc_interval(
    score: Floats,
    is_case: Flags,
    block: Labels,
    other: Floats | None = None,
    *,
    draws: int = 1000,
    seed: int = 7,
    level: float = LEVEL,
) -> Interval:
    """AUC of a score, or its AUC less that of another score on the same drawn blocks.

    Args:
        score: [units] no NaN.
        is_case: [units].
        block: [units] such as the state.
        other: [units] no NaN.
        draws: how often the blocks are drawn with replacement.
        seed: of the drawing.
        level: share of the draws inside the interval.
    """
    numbers, times = _block_draws(block, draws, seed)
    every = np.ones(np.unique(numbers).size)

    def read(multiples: Floats) -> Floats:
        values = weighted_auc(score, is_case, multiples, numbers)
        if other is None:
            return values
        return values - weighted_auc(other, is_case, multiples, numbers)

    (value,) = read(every[None, :])
    return _interval(float(value), read(times.astype(np.float64)), level)


def bootstrap_interval(
    statistic: Callable[[NDArray[np.int64]], float],
    block: Labels,
    *,
    draws: int = 500,
    seed: int = 7,
    level: float = LEVEL,
) -> Interval:
    """Interval of any figure.

    Args:
        statistic: from the rows drawn (a row may come several times) to the figure; NaN where it
            is not defined, which leaves the draw out.
        block: [units] such as the state.
        draws: how often the blocks are drawn with replacement.
        seed: of the drawing.
        level: share of the draws inside the interval.
    """
    values = np.array([statistic(rows) for rows in drawn_rows(block, draws, seed)])
    return _interval(statistic(np.arange(block.size)), values, level)


def drawn_rows(block: Labels, draws: int, seed: int) -> list[NDArray[np.int64]]:
    """Rows of each draw of whole blocks with replacement."""
    numbers, times = _block_draws(block, draws, seed)
    rows = [np.flatnonzero(numbers == number) for number in range(times.shape[1])]
    return [
        np.concatenate([np.tile(rows[number], drawn[number]) for number in np.flatnonzero(drawn)])
        for drawn in times
    ]


def weighted_auc(
    score: Floats, is_case: Flags, weights: Floats, column: NDArray[np.int64] | None = None
) -> Floats:
    """AUC under several sets of weights, ties counted half.

    Args:
        score: [units] no NaN.
        is_case: [units].
        weights: [sets, columns] 0 or more.
        column: [units] column of the weights that is a unit's own; None means the unit's place.

    Returns:
        [sets] NaN where cases or others weigh nothing.
    """
    order = np.argsort(score, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(score[order]) > 0))
    own = order if column is None else column[order]
    cases = is_case[order]
    step = max(1, _CELLS_AT_ONCE // max(1, score.size))
    parts = []
    for first in range(0, weights.shape[0], step):
        each = weights[first : first + step][:, own]
        case = np.add.reduceat(np.where(cases, each, 0.0), starts, axis=1)
        none = np.add.reduceat(np.where(cases, 0.0, each), starts, axis=1)
        below = np.cumsum(none, axis=1) - none / 2
        pairs = case.sum(axis=1) * none.sum(axis=1)
        wins = (case * below).sum(axis=1)
        parts.append(np.divide(wins, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0))
    return np.concatenate(parts)


def _block_draws(
    block: Labels, draws: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[units] number of the block, and [draws, blocks] how often each block is drawn."""
    names, numbers = np.unique(block, return_inverse=True)
    random = np.random.default_rng(seed)
    times = random.multinomial(names.size, np.full(names.size, 1 / names.size), size=draws)
    return numbers.astype(np.int64), times


def _interval(value: float, drawn: Floats, level: float) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if known.size == 0:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(known, ((1 - level) / 2, (1 + level) / 2))
    return Interval(value, float(low), float(high))
