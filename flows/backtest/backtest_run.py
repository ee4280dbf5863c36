"""A back-test: the engine rebuilt as of each past month, and judged by what came after."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.backtest.exposure_offset import area_figure, exposure_of
from flows.backtest.point_in_time_inputs import KnownInputs, known_on
from flows.backtest.point_in_time_values import PastValues
from flows.backtest.tuning_model import block_of, estimation_units, model_without_labels, weighted
from flows.run import stages
from flows.run.request.outcome_files import read_outcomes, read_sector_exposure
from flows.run.storage.stored_inputs import with_local_inputs
from flows.run.work.stage_types import RunRequest, StageEvent
from scoring.normalisation.alignment import AlignedSignal
from scoring.scoring_model import ScoringModel
from scoring.tune.backtest import (
    PROFILE,
    LabelWindow,
    MonthLabels,
    MonthOrders,
    month_labels,
    month_rows,
    order_month,
    with_recent_cases,
)
from scoring.tune.backtest_summary import BacktestSummary, MonthTally, summarise
from scoring.tune.likelihoods import Method
from scoring.tune.ranking_measures import Floats, rank_agreement, top_overlap
from scoring.tune.rolling_weights import (
    HeldOut,
    MonthWeights,
    RollingRule,
    estimate_for_month,
    with_estimated,
)
from scoring.tune.sector_exposure import sector_places
from scoring.tune.supplier_weighted import SectorPlaces
from scoring.tune.training_sample import NormalisedMonth, Units
from signals.financial.disclosure_regime import disclosure_regimes, with_regimes
from signals.registry import signals
from signals.values import income_by_country

log = logging.getLogger("understory")


@dataclass(frozen=True)
class BacktestRequest:
    """A request for a back-test.

    Attributes:
        settings: of the profile.
        out: folder of results.
        days: as-of days, ascending, each once.
        outcomes: file of outcomes, or None to rank the months only.
        window: embargo and horizon of the labels.
        count: the budget k of precision, recall and lift.
        refit: whether weights are estimated again for each month, from what was known by then; with
            `space` also without the supplier's own country or state.
        method: of estimation.
        exposure: what counts as exposure in it, as `flows.exposure.exposure_names` gives it.
        sector_exposure: file of what a supplier of a sector is drawn by in each area; None: every
            supplier counts once.
    """

    settings: Settings
    out: Path
    days: tuple[dt.date, ...]
    outcomes: Path | None
    window: LabelWindow
    count: int
    refit: HeldOut | None = None
    method: Method = "logit"
    exposure: tuple[str, ...] = ()
    sector_exposure: Path | None = None


@dataclass(frozen=True)
class LastMonth:
    """The latest month: its rankings and their inputs.

    Attributes:
        orders: of the month.
        values: columns of `signal_values`, of the signals that weigh something.
        suppliers: columns of `stg_suppliers`.
        income: country_iso3 and income_group.
        model: of the profile.
        outcomes: columns of `scoring.tune.outcomes.SCHEMA`, or None.
    """

    orders: MonthOrders
    values: pl.DataFrame
    suppliers: pl.DataFrame
    income: pl.DataFrame
    model: ScoringModel
    outcomes: pl.DataFrame | None


@dataclass(frozen=True)
class Backtest:
    """The result of a back-test.

    Attributes:
        months: one row per month and ranking: the measures; empty without outcomes.
        scores: as_of, and the columns of `scoring.engine.score_figures`.
        summary: over the months that are whole; None without outcomes.
        agreement: as_of, tau and top_overlap with the month before.
        last: the latest month.
        weights: estimated for each month; empty without `refit`.
        signals_computed: how often a signal was computed.
        signals_asked: how often it would have been without reuse between months.
        seconds: of the whole.
    """

    months: pl.DataFrame
    scores: pl.DataFrame
    summary: BacktestSummary | None
    agreement: pl.DataFrame
    last: LastMonth
    weights: tuple[MonthWeights, ...]
    signals_computed: int
    signals_asked: int
    seconds: float


def months_from(first: str, count: int) -> tuple[dt.date, ...]:
    """First days of the months from one on.

    Raises:
        UsageError: the first is not a month, or one of them is in the future.
    """
    try:
        start = dt.datetime.strptime(first, "%Y-%m").date()
    except ValueError as error:
        raise UsageError(f"--from {first}: write the month as 2019-01") from error
    ahead = (start.year * 12 + start.month - 1 + step for step in range(count))
    days = tuple(dt.date(month // 12, month % 12 + 1, 1) for month in ahead)
    if days[-1] > dt.datetime.now(dt.UTC).date():
        raise UsageError(
            f"--from {first} --months {count}: the last month, {days[-1]:%Y-%m}, is in the "
            "future; reduce --months"
        )
    return days


def backtest(
    request: BacktestRequest, progress: Callable[[StageEvent], None] | None = None
) -> Backtest:
    """Rank the list as of every day, and evaluate each ranking by later outcomes.

    The list is the one given, in all months, linked to what registers held on each day.

    Raises:
        UsageError: the list, a mirror or the outcomes are not there, or weights are to be learned
            without outcomes.
        DataRejectedError: the list, a source or the outcomes are rejected.
    """
    if request.refit is not None and request.outcomes is None:
        raise UsageError("--refit estimates weights from outcomes: give --outcomes FILE")
    tell = progress or (lambda event: None)
    started = time.perf_counter()
    tell(StageEvent("prepare", "", 0, 1))
    local = with_local_inputs(request.settings, request.out)
    prepared = stages.prepare(RunRequest(local, request.days[0], request.out))
    listed = prepared.listed_suppliers
    unit_ids = listed.sort("supplier_id")["supplier_id"]
    outcomes = None
    if request.outcomes is not None:
        outcomes = read_outcomes(request.outcomes, unit_ids, dt.datetime.now(dt.UTC).date())
    found: list[_Month] = []
    model = model_without_labels(
        request.settings, [] if outcomes is None else outcomes["kind"].unique().to_list()
    )
    cards = {name: signal.card for name, signal in signals().items()}
    values = PastValues(listed, prepared.sites, weighted(model))
    kept: dict[str, AlignedSignal] = {}
    for number, known in enumerate(known_on(prepared, request.days)):
        tell(StageEvent("score", f"{known.as_of:%Y-%m}", number, len(request.days)))
        of_month = values.of(known)
        income = income_by_country(known.frames)
        suppliers = with_regimes(known.suppliers, disclosure_regimes(known.frames))
        seed = known.as_of.toordinal()
        new = of_month.filter(pl.col("signal_id").is_in(values.changed))
        orders = order_month(new, suppliers, income, model, cards, _areas(known), seed, kept)
        reading = None
        if request.refit is not None:
            by_id = suppliers.sort("supplier_id")
            exposure = exposure_of(request.exposure, by_id, known.frames)
            reading = NormalisedMonth(orders.normalised.own.risk, exposure)
        found.append(_Month(known.as_of, orders.orders, orders.scores, reading))
        last = LastMonth(orders, of_month, suppliers, income, model, outcomes)
    rows: list[dict[str, Any]] = []
    summary = None
    weights: tuple[MonthWeights, ...] = ()
    if outcomes is not None and request.refit is not None:
        tell(StageEvent("learn", "", len(request.days), len(request.days)))
        units = estimation_units(listed, prepared.sites)
        found, weights = _estimated(request, found, outcomes, units, model)
    if outcomes is not None:
        rows, summary = _judged(request, found, outcomes, listed, prepared.sites)
    return Backtest(
        months=pl.DataFrame(rows, infer_schema_length=None),
        scores=pl.concat(
            [month.scores.select(pl.lit(month.as_of).alias("as_of"), pl.all()) for month in found]
        ),
        summary=summary,
        agreement=_agreement(found, request.count),
        last=last,
        weights=weights,
        signals_computed=values.computed,
        signals_asked=values.asked,
        seconds=time.perf_counter() - started,
    )


@dataclass(frozen=True)
class _Month:
    as_of: dt.date
    orders: Mapping[str, Floats]
    scores: pl.DataFrame
    reading: NormalisedMonth | None


def _estimated(
    request: BacktestRequest,
    found: Sequence[_Month],
    outcomes: pl.DataFrame,
    units: Units,
    model: ScoringModel,
) -> tuple[list[_Month], tuple[MonthWeights, ...]]:
    """The months with the orders by weights that each could learn."""
    rule = RollingRule(
        signals=tuple(signal.signal_id for signal in model.signals),
        default=model.weights,
        exponent=model.exponent,
        window=request.window,
        method=request.method,
        held_out=request.refit or "time",
    )
    history = {month.as_of: month.reading for month in found if month.reading is not None}
    months, every = [], []
    for month in found:
        weights, orders = estimate_for_month(month.as_of, history, units, outcomes, rule)
        months.append(replace(month, orders=with_estimated(month.orders, orders)))
        every.append(weights)
    return months, tuple(every)


def _areas(known: KnownInputs) -> pl.DataFrame | None:
    """Size of sourcing areas, where the list is of such."""
    latest = area_figure("area_km2", known.frames)
    return None if latest.is_empty() else latest


def _judged(
    request: BacktestRequest,
    found: Sequence[_Month],
    outcomes: pl.DataFrame,
    suppliers: pl.DataFrame,
    sites: pl.DataFrame,
) -> tuple[list[dict[str, Any]], BacktestSummary | None]:
    listed = suppliers.sort("supplier_id")
    group = block_of(listed, sites)
    last_day = outcomes["known_on"].max()
    if not isinstance(last_day, dt.date):
        raise TypeError("outcomes without a day")
    exposure = None
    if request.sector_exposure is not None:
        exposure = read_sector_exposure(request.sector_exposure, listed["supplier_id"])
    rows: list[dict[str, Any]] = []
    tallies = []
    for month in found:
        labels = month_labels(
            outcomes, listed["supplier_id"], month.as_of, request.window, last_day
        )
        rows += month_rows(month.as_of, month.orders, labels, group, request.count)
        sectors = _sectors(listed, labels, outcomes, exposure, month.as_of, request.window)
        orders = with_recent_cases(month.orders, labels)
        tallies.append(MonthTally(month.as_of, orders, labels, sectors))
    whole = [tally for tally in tallies if tally.labels.is_whole and tally.labels.is_case.any()]
    if not whole:
        log.warning(
            "No month has a case within %d days after an embargo of %d days; give earlier months "
            "or a shorter --horizon-days",
            request.window.horizon_days,
            request.window.embargo_days,
        )
        return rows, None
    sources = {
        str(name[0]): part
        for name, part in outcomes.filter("found").partition_by("source", as_dict=True).items()
    }
    return rows, summarise(whole, listed["supplier_id"], group, sources, request.window, last_day)


def _sectors(
    listed: pl.DataFrame,
    labels: MonthLabels,
    outcomes: pl.DataFrame,
    exposure: pl.DataFrame | None,
    as_of: dt.date,
    window: LabelWindow,
) -> tuple[SectorPlaces, ...]:
    """Cases of a month and suppliers by sector; units reported during the embargo take no part."""
    in_window = pl.col("known_on").is_between(
        window.opens(as_of), window.closes(as_of), closed="right"
    )
    stated = outcomes.filter("found", in_window).select("entity_id", "sector")
    places = sector_places(
        listed["supplier_id"],
        listed["sector"],
        labels.is_case & labels.takes_part,
        stated,
        exposure,
    )
    return tuple(
        replace(place, exposure=np.where(labels.takes_part, place.exposure, 0.0))
        for place in places
    )


def _agreement(found: Sequence[_Month], count: int) -> pl.DataFrame:
    rows = [
        {
            "as_of": later.as_of,
            "tau": rank_agreement(earlier.orders[PROFILE], later.orders[PROFILE]),
            "top_overlap": top_overlap(earlier.orders[PROFILE], later.orders[PROFILE], count),
        }
        for earlier, later in itertools.pairwise(found)
    ]
    schema = {"as_of": pl.Date(), "tau": pl.Float64(), "top_overlap": pl.Float64()}
    return pl.DataFrame(rows, schema=schema)
