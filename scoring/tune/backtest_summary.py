"""What a back-test says over all its months: the profile beside what it must beat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import polars as pl

from scoring.tune.backtest import PROFILE, LabelWindow, MonthLabels, month_labels
from scoring.tune.cluster_auc import BlockPairs, block_pairs, pair_intervals
from scoring.tune.cluster_bootstrap import Interval
from scoring.tune.ranking_measures import MIN_CASES, Floats, Labels
from scoring.tune.rolling_weights import (
    ESTIMATED,
    ESTIMATED_AND_EXPOSURE,
    FITTED_EXPOSURE,
    ROLLING,
)
from scoring.tune.supplier_weighted import (
    SectorPlaces,
    SupplierWeighted,
    supplier_weighted_over_months,
)

#: Orders that stand for how much there is to find something on, which is no risk.
EXPOSURE = ("size", "area", "exposure")

#: Orders of weights estimated again each month: no baseline of the profile.
ESTIMATED_ORDERS = (ESTIMATED, ESTIMATED_AND_EXPOSURE, ROLLING)

#: What estimated weights must be ahead of, in the months that have them.
_COMPARED = (
    (ESTIMATED, PROFILE),
    (ESTIMATED_AND_EXPOSURE, FITTED_EXPOSURE),
    (ESTIMATED_AND_EXPOSURE, PROFILE),
    (ROLLING, PROFILE),
)


@dataclass(frozen=True)
class MonthTally:
    """A month whose horizon is over.

    Attributes:
        as_of: the month.
        orders: by name: [units] higher comes first.
        labels: outcomes of the units.
        sectors: cases and suppliers by sector, of units that take part.
    """

    as_of: dt.date
    orders: Mapping[str, Floats]
    labels: MonthLabels
    sectors: tuple[SectorPlaces, ...] = ()


@dataclass(frozen=True)
class OrderSummary:
    """One order over all months.

    Attributes:
        name: of the order.
        months: that have it.
        auc: over pairs within months, with the interval when whole blocks are drawn again.
        within: the same, of pairs within one block alone.
        ahead: AUC of the profile less that of this order, in the months that have it; None for
            the profile itself.
        least: AUC with the one block left out whose absence costs most.
        least_without: that block.
    """

    name: str
    months: int
    auc: Interval
    within: float
    ahead: Interval | None
    least: float
    least_without: str


@dataclass(frozen=True)
class Difference:
    """One order against another, in the months that have both.

    Attributes:
        name: of the one.
        other: of the other.
        months: that have both.
        ahead: AUC of the one less that of the other.
    """

    name: str
    other: str
    months: int
    ahead: Interval

    def record(self) -> dict[str, Any]:
        """JSON-ready."""
        ends = {"ahead": self.ahead.value, "low": self.ahead.low, "high": self.ahead.high}
        rounded = {name: _rounded(end) for name, end in ends.items()}
        return {"order": self.name, "less": self.other, "months": self.months, **rounded}


@dataclass(frozen=True)
class BacktestSummary:
    """All orders over all whole months.

    Attributes:
        months: how many were whole.
        cases: pairs of unit and month with a case.
        orders: the profile first, then the baselines by AUC.
        by_source: source of the report, its cases, and the profile's AUC on those cases alone.
        window: embargo and horizon.
        differences: of weights estimated again each month; empty where none were.
        by_sector: supplier-weighted AUC of the profile; None where no sectors were given.
    """

    months: int
    cases: int
    orders: tuple[OrderSummary, ...]
    by_source: tuple[tuple[str, int, float], ...]
    window: LabelWindow
    differences: tuple[Difference, ...] = ()
    by_sector: SupplierWeighted | None = None

    @property
    def profile(self) -> OrderSummary:
        """The order under test."""
        return self.orders[0]

    def sentence(self) -> str:
        """The verdict for people; says so where exposure or another baseline does better."""
        own = self.profile
        simple = [order for order in self.orders[1:] if order.name not in ESTIMATED_ORDERS]
        # Figures of other months do not compare; what the profile is ahead by does.
        whole = [order for order in simple if order.months == self.months]
        best = max(whole, key=lambda order: order.auc.value)
        figures = (
            f"AUC {own.auc} over {self.months} months and {self.cases} cases; best baseline "
            f"{best.name} {best.auc.value:.3f}"
        )
        behind = [order for order in simple if order.ahead and order.ahead.value < 0]
        unclear = [order for order in simple if order.ahead and not order.ahead.low > 0]
        if not unclear:
            return f"{figures}, ahead by {best.ahead}: the profile beats every baseline here."
        if not behind:
            names = ", ".join(order.name for order in unclear)
            return f"{figures}: the profile cannot be distinguished from {names}."
        (furthest, *_) = sorted(behind, key=lambda order: order.ahead.value if order.ahead else 0.0)
        if furthest.name in EXPOSURE:
            return f"{figures}: here exposure explains the ranking, not the signals."
        return f"{figures}: {furthest.name} orders these cases better than the profile does."

    def estimated_sentence(self) -> str | None:
        """What learning again each month brings, for people; None where nothing was learned."""
        by_name = {(each.name, each.other): each for each in self.differences}
        over = by_name.get((ESTIMATED_AND_EXPOSURE, FITTED_EXPOSURE)) or by_name.get(
            (ESTIMATED, PROFILE)
        )
        if over is None:
            return None
        months = f"{over.months} month{'' if over.months == 1 else 's'}"
        figures = f"{over.name} less {over.other}: {over.ahead} over {months}"
        if over.ahead.low > 0:
            return f"{figures}: learning from what was known by then brings something here."
        if over.other == FITTED_EXPOSURE:
            return f"{figures}: here exposure explains the ranking, not the learned signals."
        return f"{figures}: learning from what was known by then brings nothing certain here."

    def metrics(self) -> dict[str, Any]:
        """Figures as JSON has them."""
        return {
            "months": self.months,
            "cases": self.cases,
            "embargo_days": self.window.embargo_days,
            "horizon_days": self.window.horizon_days,
            "orders": [
                {
                    "order": order.name,
                    "months": order.months,
                    "auc": _rounded(order.auc.value),
                    "auc_low": _rounded(order.auc.low),
                    "auc_high": _rounded(order.auc.high),
                    "within_block_auc": _rounded(order.within),
                    "profile_ahead": None if order.ahead is None else _rounded(order.ahead.value),
                    "profile_ahead_low": None if order.ahead is None else _rounded(order.ahead.low),
                    "profile_ahead_high": (
                        None if order.ahead is None else _rounded(order.ahead.high)
                    ),
                    "least_auc_without_one_block": _rounded(order.least),
                    "that_block": order.least_without,
                }
                for order in self.orders
            ],
            "by_source": [
                {"source": source, "cases": cases, "auc": _rounded(auc)}
                for source, cases, auc in self.by_source
            ],
            "learned_each_month": [each.record() for each in self.differences],
            "supplier_weighted": None if self.by_sector is None else self.by_sector.metrics(),
        }


def summarise(
    months: Sequence[MonthTally],
    unit_ids: pl.Series,
    block: Labels,
    sources: Mapping[str, pl.DataFrame],
    window: LabelWindow,
    known_to: dt.date,
    *,
    draws: int = 1000,
) -> BacktestSummary:
    """Bring whole months together.

    Args:
        months: those whose horizon is over, of the same units.
        unit_ids: the units in the order of all arrays.
        block: [units] country or state.
        sources: by source of the report: its outcomes.
        window: embargo and horizon.
        known_to: last day on which an outcome could have been reported.
        draws: of the bootstrap.
    """
    blocks = np.unique(block)
    pairs: dict[str, BlockPairs] = {}
    for name in dict.fromkeys(name for month in months for name in month.orders):
        pairs[name] = _added(
            [
                _pairs(month.orders[name], month.labels, block, blocks)
                for month in months
                if name in month.orders
            ]
        )
    of_months = {
        id(month): _pairs(month.orders[PROFILE], month.labels, block, blocks) for month in months
    }
    summaries = []
    for name, found in pairs.items():
        own = _added([of_months[id(month)] for month in months if name in month.orders])
        least_without, least = found.least_without_one()
        summaries.append(
            OrderSummary(
                name=name,
                months=sum(name in month.orders for month in months),
                auc=pair_intervals(found, draws=draws),
                within=found.within,
                ahead=None if name == PROFILE else pair_intervals(own, found, draws=draws),
                least=least,
                least_without=least_without,
            )
        )
    others = sorted(summaries[1:], key=lambda order: -order.auc.value)
    return BacktestSummary(
        months=len(months),
        cases=sum(int((month.labels.is_case & month.labels.takes_part).sum()) for month in months),
        orders=(summaries[0], *others),
        by_source=_by_source(months, unit_ids, block, blocks, sources, window, known_to),
        window=window,
        by_sector=_by_sector(months, block, draws),
        differences=tuple(
            _difference(months, name, other, block, blocks, draws)
            for name, other in _COMPARED
            if any(name in month.orders and other in month.orders for month in months)
        ),
    )


def _by_sector(months: Sequence[MonthTally], block: Labels, draws: int) -> SupplierWeighted | None:
    given = [(month.orders[PROFILE], month.sectors) for month in months if month.sectors]
    return supplier_weighted_over_months(given, block, draws=draws) if given else None


def _difference(
    months: Sequence[MonthTally],
    name: str,
    other: str,
    block: Labels,
    blocks: np.ndarray[Any, np.dtype[np.str_]],
    draws: int,
) -> Difference:
    both = [month for month in months if name in month.orders and other in month.orders]
    one, less = (
        _added([_pairs(month.orders[order], month.labels, block, blocks) for month in both])
        for order in (name, other)
    )
    return Difference(name, other, len(both), pair_intervals(one, less, draws=draws))


def _by_source(
    months: Sequence[MonthTally],
    unit_ids: pl.Series,
    block: Labels,
    blocks: np.ndarray[Any, np.dtype[np.str_]],
    sources: Mapping[str, pl.DataFrame],
    window: LabelWindow,
    known_to: dt.date,
) -> tuple[tuple[str, int, float], ...]:
    """The profile on the cases of one source at a time; cases of others take no part."""
    found = []
    for source, outcomes in sorted(sources.items()):
        parts, cases = [], 0
        for month in months:
            own = month_labels(outcomes, unit_ids, month.as_of, window, known_to)
            of_others = (month.labels.is_case | ~month.labels.takes_part) & ~own.is_case
            labels = MonthLabels(own.is_case, ~of_others, own.is_recent, own.is_whole)
            cases += int(own.is_case.sum())
            parts.append(_pairs(month.orders[PROFILE], labels, block, blocks))
        if cases >= MIN_CASES:
            found.append((source, cases, _added(parts).auc))
    return tuple(found)


def _pairs(
    order: Floats,
    labels: MonthLabels,
    block: Labels,
    blocks: np.ndarray[Any, np.dtype[np.str_]],
) -> BlockPairs:
    inside = labels.takes_part
    return block_pairs(order[inside], labels.is_case[inside], block[inside], blocks)


def _added(parts: Sequence[BlockPairs]) -> BlockPairs:
    return reduce(add, parts)


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
