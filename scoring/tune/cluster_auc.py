"""AUC over many months with intervals over whole blocks, from counts of pairs.

AUC is a share of pairs (case, other) that an order gets right. The pairs of one month are counted
once by the blocks of their two members; a draw of blocks is then a small quadratic form, however
many months and units there are. Pairs never run across months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.tune.cluster_bootstrap import LEVEL, Interval
from scoring.tune.ranking_measures import Flags, Floats, Labels


@dataclass(frozen=True)
class BlockPairs:
    """Pairs of a case and another unit, by the blocks of both.

    Attributes:
        blocks: names, ascending.
        won: [block of the case, block of the other] pairs with the case above; ties count half.
        pairs: [block of the case, block of the other] all pairs.
    """

    blocks: NDArray[np.str_]
    won: Floats
    pairs: Floats

    def __add__(self, other: BlockPairs) -> BlockPairs:
        """The pairs of two months with the same blocks."""
        if not np.array_equal(self.blocks, other.blocks):
            raise ValueError("pairs of different blocks cannot be added")
        return BlockPairs(self.blocks, self.won + other.won, self.pairs + other.pairs)

    @property
    def auc(self) -> float:
        """Share of all pairs that are in order; NaN without pairs."""
        return _share(float(self.won.sum()), float(self.pairs.sum()))

    @property
    def within(self) -> float:
        """The same, of pairs within one block alone."""
        return _share(float(np.trace(self.won)), float(np.trace(self.pairs)))

    def without(self, block: str) -> float:
        """AUC with one block left out whole."""
        rest = self.blocks != block
        return _share(
            float(self.won[np.ix_(rest, rest)].sum()), float(self.pairs[np.ix_(rest, rest)].sum())
        )

    def drawn_aucs(self, draws: int, seed: int) -> Floats:
        """[draws] AUC when whole blocks are drawn with replacement; NaN without pairs.

        Equal draws and seed give the same blocks, so figures of several rankings can be compared.
        """
        count = self.blocks.size
        times = (
            np.random.default_rng(seed)
            .multinomial(count, np.full(count, 1 / count), size=draws)
            .astype(np.float64)
        )
        won, pairs = (
            np.einsum("db,bc,dc->d", times, matrix, times, optimize=True)
            for matrix in (self.won, self.pairs)
        )
        shares: Floats = np.divide(won, pairs, out=np.full(draws, np.nan), where=pairs > 0)
        return shares

    def least_without_one(self) -> tuple[str, float]:
        """The block whose absence costs most, and the AUC without it."""
        found = [(self.without(str(block)), str(block)) for block in self.blocks]
        known = [(value, block) for value, block in found if not np.isnan(value)]
        if not known:
            return "", float("nan")
        value, block = min(known)
        return block, value


def block_pairs(
    score: Floats, is_case: Flags, block: Labels, blocks: NDArray[np.str_]
) -> BlockPairs:
    """Count the pairs of one month.

    Args:
        score: [units] higher comes first; units without one (NaN) are in no pair.
        is_case: [units].
        block: [units] such as the country.
        blocks: names of all blocks, ascending.
    """
    scored = ~np.isnan(score)
    number = np.searchsorted(blocks, block)
    cases = np.flatnonzero(scored & is_case)
    won = np.zeros((blocks.size, blocks.size))
    pairs = np.zeros((blocks.size, blocks.size))
    if cases.size:
        others = np.flatnonzero(scored & ~is_case)
        by_block = others[np.lexsort((score[others], number[others]))]
        starts = np.searchsorted(number[by_block], np.arange(blocks.size + 1))
        per_case = np.bincount(number[cases], minlength=blocks.size)
        for place in range(blocks.size):
            field = score[by_block[starts[place] : starts[place + 1]]]
            if field.size == 0:
                continue
            below = np.searchsorted(field, score[cases], side="left")
            up_to = np.searchsorted(field, score[cases], side="right")
            won[:, place] = np.bincount(
                number[cases], weights=(below + up_to) / 2, minlength=blocks.size
            )
            pairs[:, place] = per_case * field.size
    return BlockPairs(blocks, won, pairs)


def pair_intervals(
    of: BlockPairs, against: BlockPairs | None = None, *, draws: int = 1000, seed: int = 7
) -> Interval:
    """AUC, or its distance from another order's on the same draws, when blocks are drawn again.

    Args:
        of: pairs of the order.
        against: pairs of the order to compare with; None gives the AUC itself.
        draws: how often the blocks are drawn with replacement.
        seed: of the drawing.
    """
    value, figures = of.auc, of.drawn_aucs(draws, seed)
    if against is not None:
        value, figures = value - against.auc, figures - against.drawn_aucs(draws, seed)
    known = figures[~np.isnan(figures)]
    if known.size == 0:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(value, float(low), float(high))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
