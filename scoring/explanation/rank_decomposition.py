"""Why a rank moved: own data, coverage, peers and method, in parts that sum exactly.

A supplier's place is a function of four things that may be the old month's or the new one's:
its own values, which of its signals have a value, the other suppliers, and the method. The
Shapley value over those four (16 mixed worlds) splits the change without a remainder and
without depending on an order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.aggregation.evidence_coverage import coverage, is_sufficient, pillars_with_evidence
from scoring.aggregation.power_mean import power_mean
from scoring.aggregation.priority_bands import SCORE_DECIMALS
from scoring.explanation.shapley import shapley_from_coalitions
from scoring.normalisation.normalised_matrix import blocks
from scoring.normalisation.signal_columns import SignalColumns

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
FloatRows = Floats | SignalColumns[np.float64]

#: The parts, in the order of the bits that number a mixed world.
PARTS = (
    "rank_change_from_own_data",
    "rank_change_from_coverage",
    "rank_change_from_peers",
    "rank_change_from_method",
)


@dataclass(frozen=True)
class Method:
    """How normalised values become a place.

    Attributes:
        weights: flattened weight per signal.
        exponent: of the power mean.
        pillars: pillar number per signal.
        minimum_coverage: share of the weight that must be present.
        minimum_pillars: pillars that must have a value.
    """

    weights: Floats
    exponent: float
    pillars: Integers
    minimum_coverage: float
    minimum_pillars: int

    def scores(
        self, risk: Floats, applicable: Booleans, group_weight: Floats | None = None
    ) -> Floats:
        """Score of 0-100, by the rule of the published one; minus infinity where there is none.

        Args:
            risk: [suppliers, signals] in 0..1, NaN where there is no value.
            applicable: whether the signal can apply to the supplier at all; what cannot is left
                out of the coverage.
            group_weight: [suppliers, signals] times the weight, in the supplier's sector group;
                None: no group states one.
        """
        present = np.isfinite(risk)
        weights = self.weights if group_weight is None else group_weight * self.weights
        enough = is_sufficient(
            coverage(present, applicable, weights),
            pillars_with_evidence(present, self.weights, [int(pillar) for pillar in self.pillars]),
            self.minimum_coverage,
            self.minimum_pillars,
        )
        # On the scale and to the digits of published scores, so that the same ones tie.
        scores = np.round(100 * power_mean(risk, weights, self.exponent), SCORE_DECIMALS)
        return np.where(enough, scores, -np.inf)


@dataclass(frozen=True)
class Month:
    """One month of one list.

    Attributes:
        supplier_ids: in any order, each once.
        risk: normalised values under the old and under the new method, each suppliers x
            signals with NaN where there is no value.
        applicable: suppliers x signals, false where a signal cannot apply.
        group_weight: under the old and under the new method, suppliers x signals, times the
            weight, in the supplier's sector group; None: no group states one.
    """

    supplier_ids: pl.Series
    risk: tuple[FloatRows, FloatRows]
    applicable: Booleans | SignalColumns[np.bool_]
    group_weight: tuple[FloatRows | None, FloatRows | None] = (None, None)

    def scores(self, method: Method, number: int) -> Floats:
        """[suppliers] as `Method.scores`, some suppliers at a time.

        Args:
            method: the old or the new one.
            number: 0 of the old, 1 of the new.
        """
        weight = self.group_weight[number]
        return np.concatenate(
            [
                method.scores(
                    self.risk[number][rows],
                    self.applicable[rows],
                    None if weight is None else weight[rows],
                )
                for rows in blocks(self.supplier_ids.len())
            ]
        )


def rank_changes(before: Month, after: Month, methods: tuple[Method, Method]) -> pl.DataFrame:
    """Split every supplier's change of place.

    A supplier without a score stands after the whole list, at the number of ranked suppliers
    plus one, so that gaining or losing a score is a movement like any other.

    Args:
        before: the earlier month.
        after: the later month, with the same signals in the same columns.
        methods: the earlier and the later method.

    Returns:
        One row per supplier of either month, in the order of the ids: `supplier_id`, `kind`
        (moved, new, gone), `rank_before`, `rank_after`, `was_ranked`, `is_ranked` (whether it had a
        score), `rank_change` (positive = down the list) and the four `PARTS`, which sum to it.
        Of new and gone ones the absent month, the change and the parts are null.
    """
    shared, old_rows, new_rows = _shared(before.supplier_ids, after.supplier_ids)
    in_month = {
        (peers, method): month.scores(methods[method], method)
        for (peers, month), method in product(enumerate((before, after)), (0, 1))
    }
    field = {world: np.sort(scores) for world, scores in in_month.items()}
    own = _own_scores(before, after, (old_rows, new_rows), methods, in_month)
    ranks = np.empty((16, shared.len()))
    for (data, covered, method), score in own.items():
        # Looking ranks up in their order stays in the cache: many times as fast on long lists.
        order = np.argsort(score)
        for peers in (0, 1):
            world = data | covered << 1 | peers << 2 | method << 3
            itself = own[peers, peers, method]
            above = _above(field[peers, method], score[order], itself[order])
            ranks[world, order] = above + 1
    parts = shapley_from_coalitions(ranks.T)
    moved = pl.DataFrame(
        {
            "supplier_id": shared,
            "kind": pl.repeat("moved", shared.len(), eager=True),
            "rank_before": ranks[0].astype(np.int64),
            "rank_after": ranks[15].astype(np.int64),
            "was_ranked": np.isfinite(own[0, 0, 0]),
            "is_ranked": np.isfinite(own[1, 1, 1]),
            "rank_change": (ranks[15] - ranks[0]).astype(np.int64),
        }
        | {name: parts[:, index] for index, name in enumerate(PARTS)}
    )
    alone = [
        _only_in_one(kind, month.supplier_ids, shared, in_month[index, index])
        for kind, month, index in (("new", after, 1), ("gone", before, 0))
        if month.supplier_ids.len() > shared.len()
    ]
    return pl.concat([moved, *alone], how="diagonal").sort("supplier_id")


def _only_in_one(
    kind: str, supplier_ids: pl.Series, shared: pl.Series, scores: Floats
) -> pl.DataFrame:
    """Suppliers of one month alone, with the place they have or had."""
    field = np.sort(scores)
    rows = np.flatnonzero(~supplier_ids.is_in(shared.implode()).to_numpy())
    when = "after" if kind == "new" else "before"
    return pl.DataFrame(
        {
            "supplier_id": supplier_ids.gather(rows),
            "kind": pl.repeat(kind, rows.size, eager=True),
            f"rank_{when}": _above(field, scores[rows], scores[rows]) + 1,
            "is_ranked" if kind == "new" else "was_ranked": np.isfinite(scores[rows]),
        }
    )


def _own_scores(
    before: Month,
    after: Month,
    rows: tuple[Integers, Integers],
    methods: tuple[Method, Method],
    in_month: Mapping[tuple[int, int], Floats],
) -> Mapping[tuple[int, int, int], Floats]:
    """Scores of the shared suppliers for old or new data, coverage and method.

    Old data with new coverage means: the old value where both months have one, the new value
    where only the new month has one; and the other way round.
    """
    scores = {
        (month, month, method): in_month[month, method][rows[month]]
        for month, method in product((0, 1), (0, 1))
    }
    months, shared = (before, after), rows[0].size
    for month, method in product((0, 1), (0, 1)):
        scores[month, 1 - month, method] = np.empty(shared)
    for block in blocks(shared):
        old, new = rows[0][block], rows[1][block]
        for method in (0, 1):
            values = (before.risk[method][old], after.risk[method][new])
            in_both = np.isfinite(values[0]) & np.isfinite(values[1])
            for month, others in ((0, new), (1, old)):
                other = months[1 - month]
                weight = other.group_weight[method]
                scores[month, 1 - month, method][block] = methods[method].scores(
                    # What the other month lacks is NaN in its values, which fill every other place.
                    np.where(in_both, values[month], values[1 - month]),
                    other.applicable[others],
                    None if weight is None else weight[others],
                )
    return scores


def _above(field: Floats, score: Floats, self_in_field: Floats) -> Integers:
    """How many others score higher; the supplier itself is taken out of the field."""
    scored = np.isfinite(score)
    threshold = np.where(scored, score, np.finfo(np.float64).min)
    higher = len(field) - np.searchsorted(field, threshold, side="right")
    # Without a score of its own a supplier stands after everyone who has one.
    lowest = len(field) - np.searchsorted(field, threshold, side="left")
    counted = np.where(scored, higher, lowest)
    itself = np.where(scored, self_in_field > threshold, np.isfinite(self_in_field))
    return np.asarray(counted - itself, dtype=np.int64)


def _shared(before: pl.Series, after: pl.Series) -> tuple[pl.Series, Integers, Integers]:
    """Ids of both months, in the order of the earlier one, with their rows in each."""
    if before.equals(after):
        rows = np.arange(before.len())
        return before, rows, rows
    old, new = (ids.alias("supplier_id").to_frame() for ids in (before, after))
    both = old.with_row_index("old").join(
        new.with_row_index("new"), on="supplier_id", how="inner", maintain_order="left"
    )
    old_rows, new_rows = (both[name].cast(pl.Int64).to_numpy() for name in ("old", "new"))
    return both["supplier_id"], old_rows, new_rows
