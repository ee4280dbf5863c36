"""Why a rank moved: own data, coverage, peers and method, in parts that sum exactly.

A supplier's place is a function of four things that may be the old month's or the new one's:
its own values, which of its signals have a value, the other suppliers, and the method. The
Shapley value over those four (16 mixed worlds) splits the change without a remainder and
without depending on an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.power_mean import TIE_DECIMALS, power_mean
from scoring.shapley import shapley_from_coalitions

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

#: The parts, in the order of the bits that number a mixed world.
PARTS = ("own_data", "coverage", "peers", "method")


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

    def scores(self, risk: Floats, applicable: Booleans) -> Floats:
        """Score per supplier, minus infinity where the evidence is too thin for one.

        Args:
            risk: [suppliers, signals] in 0..1, NaN where there is no value.
            applicable: whether the signal can apply to the supplier at all; what cannot is left
                out of the coverage.
        """
        present = np.isfinite(risk)
        could_weigh = applicable @ self.weights
        coverage = np.divide(
            present @ self.weights, could_weigh, out=np.zeros(len(risk)), where=could_weigh > 0
        )
        weighs = self.weights > 0
        pillars = np.zeros(len(risk), dtype=np.int64)
        for pillar in np.unique(self.pillars[weighs]):
            pillars += present[:, (self.pillars == pillar) & weighs].any(axis=1)
        enough = (coverage >= self.minimum_coverage) & (pillars >= self.minimum_pillars)
        scores = np.full(len(risk), -np.inf)
        scores[enough] = np.round(
            power_mean(risk[enough], self.weights, self.exponent), TIE_DECIMALS
        )
        return scores


@dataclass(frozen=True)
class Month:
    """One month of one list.

    Attributes:
        supplier_ids: in any order, each once.
        risk: normalised values under the old and under the new method, each suppliers x
            signals with NaN where there is no value.
        applicable: suppliers x signals, false where a signal cannot apply.
    """

    supplier_ids: Sequence[str]
    risk: tuple[Floats, Floats]
    applicable: Booleans


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
        (moved, new, gone), `rank_before`, `rank_after`, `rank_change` (positive = down the
        list) and the four `PARTS`, which sum to it; parts are null for new and gone ones.
    """
    shared = sorted(set(before.supplier_ids) & set(after.supplier_ids))
    old_rows = _positions(before.supplier_ids, shared)
    new_rows = _positions(after.supplier_ids, shared)
    own = _own_scores(before, after, old_rows, new_rows, methods)
    field = {
        (peers, method): np.sort(methods[method].scores(month.risk[method], month.applicable))
        for (peers, month), method in product(enumerate((before, after)), (0, 1))
    }
    self_in_field = {
        (peers, method): own[peers, peers, method] for peers, method in product((0, 1), repeat=2)
    }
    ranks = np.empty((len(shared), 16))
    for data, coverage, peers, method in product((0, 1), repeat=4):
        world = data | coverage << 1 | peers << 2 | method << 3
        score = own[data, coverage, method]
        above = _above(field[peers, method], score, self_in_field[peers, method])
        ranks[:, world] = above + 1
    parts = shapley_from_coalitions(ranks)
    moved = pl.DataFrame(
        {
            "supplier_id": shared,
            "kind": ["moved"] * len(shared),
            "rank_before": ranks[:, 0].astype(np.int64),
            "rank_after": ranks[:, 15].astype(np.int64),
            "rank_change": (ranks[:, 15] - ranks[:, 0]).astype(np.int64),
        }
        | {name: parts[:, index] for index, name in enumerate(PARTS)},
        schema_overrides={"supplier_id": pl.String, "kind": pl.String},
    )
    others = [
        {"supplier_id": supplier_id, "kind": kind}
        for kind, ids in (
            ("new", set(after.supplier_ids) - set(shared)),
            ("gone", set(before.supplier_ids) - set(shared)),
        )
        for supplier_id in ids
    ]
    rest = pl.DataFrame(others, schema={"supplier_id": pl.String, "kind": pl.String})
    return pl.concat([moved, rest], how="diagonal").sort("supplier_id")


def restated(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Values of the same signal and period that now read differently: late or corrected data.

    Args:
        before: `signal_values` of the earlier run.
        after: `signal_values` of the later run.

    Returns:
        supplier_id, signal_id, period, value_before, value_after.
    """
    columns = ["supplier_id", "signal_id", "period", "value"]
    both = before.select(columns).join(
        after.select(columns), on=columns[:3], how="inner", suffix="_after"
    )
    return (
        both.filter(pl.col("value").ne_missing(pl.col("value_after")))
        .rename({"value": "value_before"})
        .sort("supplier_id", "signal_id")
    )


def _own_scores(
    before: Month,
    after: Month,
    old_rows: Integers,
    new_rows: Integers,
    methods: tuple[Method, Method],
) -> Mapping[tuple[int, int, int], Floats]:
    """Scores of the shared suppliers for old or new data, coverage and method.

    Old data with new coverage means: the old value where both months have one, the new value
    where only the new month has one; and the other way round.
    """
    scores: dict[tuple[int, int, int], Floats] = {}
    applicable = (before.applicable[old_rows], after.applicable[new_rows])
    for method in (0, 1):
        values = (before.risk[method][old_rows], after.risk[method][new_rows])
        present = tuple(np.isfinite(value) for value in values)
        for data, coverage in product((0, 1), repeat=2):
            filled = np.where(present[data], values[data], values[1 - data])
            mixed = np.where(present[coverage], filled, np.nan)
            scores[data, coverage, method] = methods[method].scores(mixed, applicable[coverage])
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


def _positions(supplier_ids: Sequence[str], wanted: Sequence[str]) -> Integers:
    where = {supplier_id: row for row, supplier_id in enumerate(supplier_ids)}
    return np.array([where[supplier_id] for supplier_id in wanted], dtype=np.int64)
