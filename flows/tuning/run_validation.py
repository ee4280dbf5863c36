"""How well a published run finds known cases, beside the orders it must beat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from configs.config_errors import DataRejectedError
from flows.run.folders import published_runs
from flows.run.request.outcome_files import read_sector_exposure
from flows.tuning import tuning_run
from flows.tuning.tuning_run import LabOutcomes, LabRun
from scoring.aggregation.aggregate import aggregate
from scoring.tune.backtest import PROFILE, orders_of
from scoring.tune.cluster_auc import BlockPairs, block_pairs, pair_intervals
from scoring.tune.cluster_bootstrap import Interval
from scoring.tune.outcomes import known_cases
from scoring.tune.random_audits import BaseRate, base_rate
from scoring.tune.ranking_measures import (
    MIN_CASES,
    Flags,
    Floats,
    Labels,
    Measures,
    corrected_auc,
    measure,
)
from scoring.tune.sector_exposure import sector_places
from scoring.tune.supplier_weighted import SupplierWeighted, supplier_weighted


@dataclass(frozen=True)
class ValidatedOrder:
    """One order beside the known cases.

    Attributes:
        name: of the order.
        measures: see `scoring.tune.ranking_measures`.
        auc: with its cluster-bootstrap interval.
        ahead: AUC of the run less that of this ranking; None for the run itself.
    """

    name: str
    measures: Measures
    auc: Interval
    ahead: Interval | None


@dataclass(frozen=True)
class Validation:
    """A run against outcomes.

    Attributes:
        run_id: of the run.
        as_of: day it stands on.
        cases: number of cases used: those reported after that day, or all in hindsight.
        is_ahead_of_time: whether they were reported after that day.
        blocks: clusters of the bootstrap: countries, or states where all cases lie in one country.
        blocks_with_cases: those with a case that has a score.
        orders: the run first, then the baselines by AUC.
        by_sector: supplier-weighted AUC of the run by sector, and its mean.
        base_rate: prevalence estimated from random audits; None without any.
        corrected_auc: AUC corrected for unlabelled positives, if cases are a random sample; None
            without random audits.
    """

    run_id: str
    as_of: dt.date
    cases: int
    is_ahead_of_time: bool
    blocks: int
    blocks_with_cases: int
    orders: tuple[ValidatedOrder, ...]
    by_sector: SupplierWeighted
    base_rate: BaseRate | None
    corrected_auc: float | None

    def sentences(self) -> list[str]:
        """The results in sentences, the most important first."""
        own = self.orders[0]
        when = f"reported after {self.as_of}" if self.is_ahead_of_time else "known by today"
        found = [
            f"{self.cases} {'case' if self.cases == 1 else 'cases'} {when}; "
            f"{own.measures.scoreable_cases:.0%} of them have a score.",
            f"AUC {reported(own.auc)}: a case ranks above another supplier in "
            f"{own.auc.value:.0%} of the pairs (90 % bootstrap interval, {self.blocks} clusters).",
        ]
        found.append(self.by_sector.sentence())
        if not self.is_ahead_of_time:
            found.append(
                "No case was reported after the run's as-of date. This is hindsight: the run's "
                "sources may contain what led to a case."
            )
        if self.cases < MIN_CASES:
            found.append(f"Fewer than {MIN_CASES} cases: too few to compare rankings.")
        if self.blocks_with_cases < _MIN_BLOCKS:
            found.append(
                f"Cases in {self.blocks_with_cases} of {self.blocks} clusters: too few for a "
                "reliable interval."
            )
        best = self.orders[1]
        unclear = [
            order.name for order in self.orders[1:] if order.ahead and not order.ahead.low > 0
        ]
        if best.ahead is not None and best.ahead.value < 0:
            found.append(
                f"The baseline {best.name} ranks these cases better ({reported(best.auc)})."
            )
            if best.name in _EXPOSURE:
                found.append("Here exposure explains the ranking.")
        elif unclear:
            found.append(f"Not significantly different from: {', '.join(unclear)}.")
        else:
            by = (
                ""
                if best.ahead is None
                else f"; AUC difference to {best.name} {reported(best.ahead)}"
            )
            found.append(f"Better than every baseline{by}.")
        if self.corrected_auc is not None and self.base_rate is not None:
            found.append(
                f"Estimated prevalence from random audits: {self.base_rate.rate:.1%}. AUC "
                f"corrected for unlabelled positives: {self.corrected_auc:.3f}."
            )
        found.append("No known case does not mean no case.")
        return found

    def metrics(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "cases": self.cases,
            "is_ahead_of_time": self.is_ahead_of_time,
            "blocks": self.blocks,
            "blocks_with_cases": self.blocks_with_cases,
            "corrected_auc": None if self.corrected_auc is None else round(self.corrected_auc, 4),
            "base_rate": None if self.base_rate is None else vars(self.base_rate).copy(),
            "supplier_weighted": self.by_sector.metrics(),
            "orders": [
                {
                    "order": order.name,
                    "auc_low": _plain(order.auc.low),
                    "auc_high": _plain(order.auc.high),
                    **{key: _plain(value) for key, value in vars(order.measures).items()},
                    "run_ahead": None if order.ahead is None else _plain(order.ahead.value),
                    "run_ahead_low": None if order.ahead is None else _plain(order.ahead.low),
                    "run_ahead_high": None if order.ahead is None else _plain(order.ahead.high),
                }
                for order in self.orders
            ],
        }


_MIN_BLOCKS = 5
_MIN_DRAWN = 2
_EXPOSURE = ("size", "area")


def validate(
    out: Path, run: str, outcomes: Path, count: int | None, exposure: Path | None = None
) -> tuple[Validation, LabRun]:
    """Measure a published run on the cases of a file.

    Cases reported after the run's day count; where there are none, all do, and a sentence says so.

    Args:
        out: folder of results.
        run: name of the run.
        outcomes: file of outcomes.
        count: audit budget k; None: that of the run.
        exposure: file of exposure by sector; None: every supplier counts once in its own.

    Raises:
        UsageError: the run or the file does not exist.
        DataRejectedError: the outcomes are rejected, or of those with a score no one has a case, or
            everybody.
    """
    lab = tuning_run.lab_run(out, run)
    known = tuning_run.lab_outcomes(lab, outcomes)
    ids = lab.normalised.supplier_ids
    later = known_cases(known.table, ids, known_after=lab.as_of)
    is_case = later if later.any() else known.is_case
    totals = aggregate(lab.normalised.own, lab.normalised.context, lab.model)
    listed = _listed(lab)
    orders = orders_of(lab.normalised, totals, lab.model, listed, lab.area_km2)
    before = known_cases(known.table, ids, lab.as_of - dt.timedelta(days=_YEAR_DAYS), lab.as_of)
    scored = ~np.isnan(orders[PROFILE])
    if not (is_case & scored).any():
        raise DataRejectedError(
            f"{outcomes.name}: no supplier with a case has a score in run {lab.run_id}, so nothing "
            "can be measured; find data for them first"
        )
    if is_case[scored].all():
        raise DataRejectedError(
            f"{outcomes.name}: every supplier with a score in run {lab.run_id} has a case, so none "
            "is left to rank them against; find data for the others first"
        )
    if before.any():
        orders["last year's cases"] = np.where(scored, before.astype(np.float64), np.nan)
    block = _blocks(listed, is_case & scored)
    found = _validated(orders, is_case, block, count or lab.settings.scoring.top_k)
    rate, corrected = _random_arm(known, ids.len(), found[0].auc.value)
    return (
        Validation(
            run_id=lab.run_id,
            as_of=lab.as_of,
            cases=int(is_case.sum()),
            is_ahead_of_time=bool(later.any()),
            blocks=int(np.unique(block).size),
            blocks_with_cases=int(np.unique(block[is_case & scored]).size),
            orders=tuple(found),
            by_sector=supplier_weighted_of(lab, known, exposure),
            base_rate=rate,
            corrected_auc=corrected,
        ),
        lab,
    )


_YEAR_DAYS = 365


def supplier_weighted_of(
    lab: LabRun, known: LabOutcomes, exposure: Path | None = None
) -> SupplierWeighted:
    """Supplier-weighted AUC of a published run by sector, on the cases that `validate` counts.

    Args:
        lab: the run.
        known: its outcomes.
        exposure: file of exposure by sector; None: every supplier counts once in its own.

    Raises:
        UsageError: the file does not exist.
        DataRejectedError: the file is rejected.
    """
    ids = lab.normalised.supplier_ids
    later = known_cases(known.table, ids, known_after=lab.as_of)
    is_case = later if later.any() else known.is_case
    counted = known.table.filter(
        "found", pl.lit(not later.any()) | (pl.col("known_on") > lab.as_of)
    ).select("entity_id", "sector")
    weights = None if exposure is None else read_sector_exposure(exposure, ids)
    score = lab.by_id("score").cast(pl.Float64).fill_null(np.nan).to_numpy()
    places = sector_places(ids, lab.normalised.keys["sector"], is_case, counted, weights)
    block = _blocks(_listed(lab), is_case & ~np.isnan(score))
    found = supplier_weighted(score, places, block)
    if np.unique(block[is_case & ~np.isnan(score)]).size < _MIN_DRAWN:
        return found.without_intervals()
    return found


def reported(figure: Interval) -> str:
    """A figure with its interval, or alone where no cluster could be resampled."""
    return f"{figure.value:.3f}" if np.isnan(figure.low) else str(figure)


def _blocks(listed: pl.DataFrame, is_case: Flags) -> Labels:
    """Countries; states where the cases lie in one country, as resampling that one is useless."""
    country = pl.col("country_iso3").fill_null("not known")
    names = listed.select(country)["country_iso3"]
    if names.filter(pl.Series(is_case)).n_unique() < _MIN_DRAWN:
        area = pl.format("{} {}", country, pl.col("admin_area"))
        names = listed.select(pl.coalesce(area, country).alias("block"))["block"]
    return np.array(names.to_list(), dtype=np.str_)


def _drawn(can_draw: bool, of: BlockPairs, against: BlockPairs | None = None) -> Interval:
    if can_draw:
        return pair_intervals(of, against)
    return Interval(of.auc - (0.0 if against is None else against.auc), np.nan, np.nan)


def _listed(lab: LabRun) -> pl.DataFrame:
    ranked = published_runs.read_ranked(lab.folder)
    spend = pl.lit(None, pl.Float64).alias("annual_spend")
    if "annual_spend" in ranked.columns:
        spend = pl.col("annual_spend").cast(pl.Float64)
    return lab.suppliers.join(
        ranked.select("supplier_id", spend), on="supplier_id", how="left", maintain_order="left"
    ).sort("supplier_id")


def _validated(
    orders: dict[str, Floats],
    is_case: Flags,
    block: Labels,
    count: int,
) -> Sequence[ValidatedOrder]:
    blocks = np.unique(block)
    # All cases in one block would give an interval of no width, which says nothing of them.
    can_draw = np.unique(block[is_case]).size >= _MIN_DRAWN
    pairs = {name: block_pairs(order, is_case, block, blocks) for name, order in orders.items()}
    found = [
        ValidatedOrder(
            name=name,
            measures=measure(order, is_case, block, count),
            auc=_drawn(can_draw, pairs[name]),
            ahead=None if name == PROFILE else _drawn(can_draw, pairs[PROFILE], pairs[name]),
        )
        for name, order in orders.items()
    ]
    return [found[0], *sorted(found[1:], key=lambda order: -order.auc.value)]


def _random_arm(known: LabOutcomes, units: int, auc: float) -> tuple[BaseRate | None, float | None]:
    """What random audits show, where the file gives the probability of being sampled."""
    drawn = known.table.filter(
        (pl.col("selection") == "random") & pl.col("probability").is_not_null()
    ).unique("entity_id", keep="last", maintain_order=True)
    if drawn.is_empty():
        return None, None
    rate = base_rate(drawn["found"].to_numpy(), drawn["probability"].to_numpy(), units)
    unlabelled = units - int(known.is_case.sum())
    hidden = max(0.0, rate.rate * units - int(known.is_case.sum())) / max(1, unlabelled)
    return rate, corrected_auc(auc, hidden) if hidden < 1 else None


def _plain(value: float) -> float | int | None:
    if isinstance(value, int):
        return value
    return None if np.isnan(value) else round(float(value), 4)
