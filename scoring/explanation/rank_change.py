"""The ledger between two months of one list: both read under both methods, then split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.explanation.rank_decomposition import PARTS, Method, Month, rank_changes
from scoring.normalisation.alignment import SHOWN, Values
from scoring.normalisation.normalised_matrix import NormalisedMatrix, shared
from scoring.normalisation.normalised_signals import normalise_keyed
from scoring.normalisation.reference_distribution import Reference
from scoring.normalisation.signal_columns import SignalColumns
from scoring.scoring_model import ScoringModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Parts of a change of place as people read them, in the order of `PARTS`.
PART_TEXT = ("its own data", "what is known of it", "other suppliers", "the method")


@dataclass(frozen=True)
class ReadRisks:
    """What ranks of a month are made from, read by one method; by signal, [suppliers] each.

    Attributes:
        suppliers: how many.
        risk: 0..1, NaN where there is no value; signals of which no one has a value and that apply
            to no one left out.
        applicable: whether the signal means something for the supplier.
        group_weight: times the weight, in the supplier's sector group; None: no group states one.
    """

    suppliers: int
    risk: Mapping[str, Floats]
    applicable: Mapping[str, Flags]
    group_weight: Mapping[str, Floats] | None

    @classmethod
    def of(cls, own: NormalisedMatrix) -> ReadRisks:
        """From the normalised own evidence of a list, whose columns are not copied."""
        used = {
            signal.signal_id: column
            for signal, column in zip(own.signals, own.columns, strict=True)
            if column.applicable.any() or not np.isnan(column.risk).all()
        }
        weights = {name: column.group_weight for name, column in used.items()}
        return cls(
            own.suppliers,
            {name: column.risk for name, column in used.items()},
            {name: column.applicable for name, column in used.items()},
            weights if own.has_group_weights else None,
        )


@dataclass(frozen=True)
class ReadMonth:
    """One month of a list, with what it was scored by.

    Attributes:
        values: gives columns of `signal_values`, where they are needed; by signal, or all in one.
        supplier_ids: the list, ascending.
        keys: peer keys of each supplier.
        model: the method of the month.
        reference: the frozen baseline of the method; None compares the list with itself.
        commodity_hs: HS chapter of each supplier's goods; None: not known.
        risks: the month as read by its own method, where that is available.
    """

    values: Callable[[], Values]
    supplier_ids: pl.Series
    keys: pl.DataFrame
    model: ScoringModel
    reference: Reference | None
    commodity_hs: pl.Series | None = None
    risks: ReadRisks | None = None

    def read_by(self, other: ReadMonth) -> ReadRisks:
        """Read the values of this month by the method of another."""
        if other is self and self.risks is not None:
            return self.risks
        model = other.model
        known = [signal.signal_id for signal in (*model.signals, *model.context_signals)]
        # Nothing of this reading is shown.
        unseen = [pl.lit(None).alias(name) for name in SHOWN]
        values = self.values()
        chosen: Values
        if isinstance(values, Mapping):
            parts = {name: values[name] for name in known if name in values}
            chosen = {name: part.with_columns(unseen) for name, part in parts.items()}
        else:
            chosen = values.filter(pl.col("signal_id").is_in(known)).with_columns(unseen)
        normalised = normalise_keyed(
            chosen, self.supplier_ids, self.keys, model, other.reference, self.commodity_hs
        )
        return ReadRisks.of(normalised.own)


def movement_ledger(before: ReadMonth, after: ReadMonth) -> pl.DataFrame:
    """Say of every supplier of either month how its rank changed and why, exactly.

    With a list that is compared with itself, what a change among peers does to a supplier's own
    normalised value counts as its own data; with a frozen reference there is no such change.

    Returns:
        As `scoring.explanation.rank_decomposition.rank_changes`, with `sentence`.
    """
    read_alike = _reads_alike(before.model, after.model) and before.reference is after.reference
    read = []
    for month, other in ((before, after), (after, before)):
        own = month.read_by(month)
        crossed = own if read_alike else month.read_by(other)
        read.append((own, crossed) if month is before else (crossed, own))
    signal_ids = _signals(before.model, after.model, [risks for both in read for risks in both])
    months = [
        Month(
            month.supplier_ids,
            (_in_columns(both[0], signal_ids), _in_columns(both[1], signal_ids)),
            _applicable(both[own], signal_ids, month.model),
            (_group_weight(both[0], signal_ids), _group_weight(both[1], signal_ids)),
        )
        for own, (month, both) in enumerate(zip((before, after), read, strict=True))
    ]
    methods = (_method(before.model, signal_ids), _method(after.model, signal_ids))
    ledger = rank_changes(months[0], months[1], methods)
    return ledger.with_columns(_sentence())


def _signals(one: ScoringModel, other: ScoringModel, read: Sequence[ReadRisks]) -> list[str]:
    """The signals that any score or coverage depends on."""
    used = {name for risks in read for name in risks.risk}
    names = [{signal.signal_id for signal in model.signals} for model in (one, other)]
    # One of each that weighs something, where none of those that are used does.
    heaviest = {
        max(model.signals, key=lambda signal: signal.weight).signal_id for model in (one, other)
    }
    return sorted(used | (names[0] ^ names[1]) | heaviest)


def _reads_alike(one: ScoringModel, other: ScoringModel) -> bool:
    """Whether two methods read values alike; how much they weigh is another matter."""

    def reading(model: ScoringModel) -> tuple[object, ...]:
        return (*(replace(signal, weight=0.0) for signal in model.signals), model.peers)

    return reading(one) == reading(other)


def _in_columns(read: ReadRisks, signal_ids: list[str]) -> SignalColumns[np.float64]:
    none = shared(np.nan, read.suppliers)
    return SignalColumns(tuple(read.risk.get(name, none) for name in signal_ids))


def _group_weight(read: ReadRisks, signal_ids: list[str]) -> SignalColumns[np.float64] | None:
    if read.group_weight is None:
        return None
    usual = shared(1.0, read.suppliers)
    return SignalColumns(tuple(read.group_weight.get(name, usual) for name in signal_ids))


def _applicable(
    read: ReadRisks, signal_ids: list[str], model: ScoringModel
) -> SignalColumns[np.bool_]:
    """Whether signals apply; one that the month's own method does not know applies to everyone."""
    known = {signal.signal_id for signal in model.signals}
    return SignalColumns(
        tuple(
            read.applicable.get(name, np.broadcast_to(np.bool_(name not in known), read.suppliers))
            for name in signal_ids
        )
    )


def _method(model: ScoringModel, signal_ids: list[str]) -> Method:
    weights = np.zeros(len(signal_ids))
    pillars = np.zeros(len(signal_ids), dtype=np.int64)
    names = sorted({signal.pillar for signal in model.signals})
    for signal in model.signals:
        if signal.signal_id not in signal_ids:
            continue
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
