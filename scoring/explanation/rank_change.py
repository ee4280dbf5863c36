"""The ledger between two months of one list: both read under both methods, then split."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.explanation.rank_decomposition import PARTS, Method, Month, rank_changes
from scoring.normalisation.normalised_signals import (
    NormalisedMatrix,
    NormalisedSignals,
    normalise_keyed,
)
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel

#: Parts of a change of place as people read them, in the order of `PARTS`.
PART_TEXT = ("its own data", "what is known of it", "other suppliers", "the method")


@dataclass(frozen=True)
class ReadMonth:
    """One month of a list, with what it was scored by.

    Attributes:
        values: columns of `signal_values`.
        supplier_ids: the list, ascending.
        keys: peer keys of each supplier.
        model: the method of the month.
        reference: the frozen baseline of the method; None compares the list with itself.
        commodity_hs: HS chapter of each supplier's goods; None: not known.
        normalised: the month as read by its own method, where that is available.
    """

    values: pl.DataFrame | pl.LazyFrame
    supplier_ids: pl.Series
    keys: pl.DataFrame
    model: ScoringModel
    reference: Reference | None
    commodity_hs: pl.Series | None = None
    normalised: NormalisedSignals | None = None

    def normalise_with(self, other: ReadMonth) -> NormalisedSignals:
        """Read the values of this month by the method of another."""
        if other is self and self.normalised is not None:
            return self.normalised
        model = other.model
        known = [signal.signal_id for signal in (*model.signals, *model.context_signals)]
        values = self.values.filter(pl.col("signal_id").is_in(known))
        return normalise_keyed(
            values, self.supplier_ids, self.keys, model, other.reference, self.commodity_hs
        )


def movement_ledger(before: ReadMonth, after: ReadMonth) -> pl.DataFrame:
    """Say of every supplier of either month how its rank changed and why, exactly.

    With a list that is compared with itself, what a change among peers does to a supplier's own
    normalised value counts as its own data; with a frozen reference there is no such change.

    Returns:
        As `scoring.explanation.rank_decomposition.rank_changes`, with `sentence`.
    """
    signal_ids = sorted(
        {signal.signal_id for month in (before, after) for signal in month.model.signals}
    )
    read_alike = _reads_alike(before.model, after.model) and before.reference is after.reference
    months = []
    for month, other in ((before, after), (after, before)):
        own = month.normalise_with(month)
        crossed = own if read_alike else month.normalise_with(other)
        both = (own, crossed) if month is before else (crossed, own)
        risk = tuple(_by_signal(normalised.own, signal_ids) for normalised in both)
        applicable = _applicable(own.own, signal_ids)
        weights = tuple(_group_weight(normalised.own, signal_ids) for normalised in both)
        months.append(
            Month(
                month.supplier_ids.to_list(),
                (risk[0], risk[1]),
                applicable,
                (weights[0], weights[1]),
            )
        )
    methods = (_method(before.model, signal_ids), _method(after.model, signal_ids))
    ledger = rank_changes(months[0], months[1], methods)
    return ledger.with_columns(_sentence())


def _reads_alike(one: ScoringModel, other: ScoringModel) -> bool:
    """Whether two methods read values alike; how much they weigh is another matter."""

    def reading(model: ScoringModel) -> tuple[object, ...]:
        return (*(replace(signal, weight=0.0) for signal in model.signals), model.peers)

    return reading(one) == reading(other)


def _by_signal(own: NormalisedMatrix, signal_ids: list[str]) -> NDArray[np.float64]:
    risk = np.full((own.risk.shape[0], len(signal_ids)), np.nan)
    for column, signal in enumerate(own.signals):
        risk[:, signal_ids.index(signal.signal_id)] = own.risk[:, column]
    return risk


def _group_weight(own: NormalisedMatrix, signal_ids: list[str]) -> NDArray[np.float64] | None:
    if not own.has_group_weights:
        return None
    weight = np.ones((own.risk.shape[0], len(signal_ids)))
    for column, signal in enumerate(own.signals):
        weight[:, signal_ids.index(signal.signal_id)] = own.group_weight[:, column]
    return weight


def _applicable(own: NormalisedMatrix, signal_ids: list[str]) -> NDArray[np.bool_]:
    applies = np.ones((own.risk.shape[0], len(signal_ids)), dtype=np.bool_)
    for column, signal in enumerate(own.signals):
        applies[:, signal_ids.index(signal.signal_id)] = own.applicable[:, column]
    return applies


def _method(model: ScoringModel, signal_ids: list[str]) -> Method:
    weights = np.zeros(len(signal_ids))
    pillars = np.zeros(len(signal_ids), dtype=np.int64)
    names = sorted({signal.pillar for signal in model.signals})
    for signal in model.signals:
        column = signal_ids.index(signal.signal_id)
        weights[column] = signal.weight
        pillars[column] = names.index(signal.pillar)
    return Method(
        weights,
        model.exponent,
        pillars,
        model.missing.minimum_coverage,
        model.missing.minimum_own_pillars,
    )


def _sentence() -> pl.Expr:
    """The change and its four parts, which sum to it, each up or down the list in words."""
    ranks = pl.col("rank_change").abs()
    word = pl.when(ranks == 1).then(pl.lit("rank")).otherwise(pl.lit("ranks"))
    change = (
        pl.when(pl.col("rank_change") == 0)
        .then(pl.lit("Same rank"))
        .when(pl.col("rank_change") < 0)
        .then(pl.format("Up {} {}", ranks, word))
        .otherwise(pl.format("Down {} {}", ranks, word))
    )
    parts = pl.concat_str(
        [
            pl.format(f"{text} {{}}", _up_or_down(pl.col(part).round(1)))
            for part, text in zip(PARTS, PART_TEXT, strict=True)
        ],
        separator=", ",
    )
    return (
        pl.when(pl.col("kind") == "new")
        .then(pl.lit("New on the list."))
        .when(pl.col("kind") == "gone")
        .then(pl.lit("No longer on the list."))
        .otherwise(pl.concat_str(change, pl.lit(": "), parts, pl.lit(".")))
        .alias("sentence")
    )


def _up_or_down(ranks: pl.Expr) -> pl.Expr:
    """`up 2.5`, `down 2` or `0`: a negative change is towards rank 1."""
    size = ranks.abs().cast(pl.String).str.strip_suffix(".0")
    return (
        pl.when(ranks < 0)
        .then(pl.format("up {}", size))
        .when(ranks > 0)
        .then(pl.format("down {}", size))
        .otherwise(pl.lit("0"))
    )
