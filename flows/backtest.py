"""A back-test: the engine rebuilt as of each past month, and judged by what came after."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from configs.errors import UsageError
from configs.model import Settings
from flows import stages
from flows.past_inputs import KnownInputs, known_on
from flows.past_values import PastValues
from flows.run_records import RunRequest, StageEvent
from flows.tune_outcomes import read_outcomes
from scoring.model import ScoringModel, scoring_model
from scoring.tune.backtest import (
    PROFILE,
    LabelWindow,
    MonthOrders,
    month_labels,
    month_rows,
    order_month,
    with_recent_cases,
)
from scoring.tune.backtest_summary import BacktestSummary, MonthTally, summarise
from scoring.tune.measures import rank_agreement, top_overlap
from signals.financial.disclosure import disclosure_regimes, with_regimes
from signals.registry import features, signals, sources
from signals.values import income_by_country

log = logging.getLogger("understory")

_AREAS = "stg_area_panel__values"
_AREA_VARIABLE = "area_km2"


@dataclass(frozen=True)
class BacktestRequest:
    """What is asked for.

    Attributes:
        settings: of the profile.
        out: folder of results.
        days: as-of days, ascending, each once.
        outcomes: file of outcomes, or None to order the months alone.
        window: embargo and horizon of the labels.
        count: the budget k of precision, recall and lift.
    """

    settings: Settings
    out: Path
    days: tuple[dt.date, ...]
    outcomes: Path | None
    window: LabelWindow
    count: int


@dataclass(frozen=True)
class LastMonth:
    """The latest month as it was ordered, and what it was ordered from.

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
    """What was found.

    Attributes:
        months: one row per month and order: the measures; empty without outcomes.
        scores: as_of, and the columns of `scoring.engine.score_figures`.
        summary: over the months that are whole; None without outcomes.
        agreement: as_of, tau and top_overlap with the month before.
        last: the latest month.
        signals_computed: how often a signal was computed.
        signals_asked: how often it would have been, had every month been done anew.
        seconds: of the whole.
    """

    months: pl.DataFrame
    scores: pl.DataFrame
    summary: BacktestSummary | None
    agreement: pl.DataFrame
    last: LastMonth
    signals_computed: int
    signals_asked: int
    seconds: float


def months_from(first: str, count: int) -> tuple[dt.date, ...]:
    """First days of the months from one on.

    Raises:
        UsageError: the first is no month, or one of them is still to come.
    """
    try:
        start = dt.datetime.strptime(first, "%Y-%m").date()
    except ValueError as error:
        raise UsageError(f"--from {first}: write the month as 2019-01") from error
    ahead = (start.year * 12 + start.month - 1 + step for step in range(count))
    days = tuple(dt.date(month // 12, month % 12 + 1, 1) for month in ahead)
    if days[-1] > dt.datetime.now(dt.UTC).date():
        raise UsageError(
            f"--from {first} --months {count}: the last is {days[-1]:%Y-%m}, which is still to "
            "come; give fewer months"
        )
    return days


def backtest(
    request: BacktestRequest, progress: Callable[[StageEvent], None] | None = None
) -> Backtest:
    """Order the list as of every day, and judge each by the outcomes after it.

    The list is the one given, in all months, linked to what registers held on each day.

    Raises:
        UsageError: the list, a mirror or the outcomes are not there.
        DataRefusedError: the list, a source or the outcomes are refused.
    """
    tell = progress or (lambda event: None)
    started = time.perf_counter()
    tell(StageEvent("prepare", "", 0, 1))
    prepared = stages.prepare(RunRequest(request.settings, request.days[0], request.out))
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
    values = PastValues(listed, prepared.sites, weighed(model))
    for number, known in enumerate(known_on(prepared, request.days)):
        tell(StageEvent("score", f"{known.as_of:%Y-%m}", number, len(request.days)))
        of_month = values.of(known)
        income = income_by_country(known.frames)
        suppliers = with_regimes(known.suppliers, disclosure_regimes(known.frames))
        seed = known.as_of.toordinal()
        orders = order_month(of_month, suppliers, income, model, cards, _areas(known), seed)
        found.append(_Month(known.as_of, orders.orders, orders.scores))
        last = LastMonth(orders, of_month, suppliers, income, model, outcomes)
    rows: list[dict[str, Any]] = []
    summary = None
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
        signals_computed=values.computed,
        signals_asked=values.asked,
        seconds=time.perf_counter() - started,
    )


@dataclass(frozen=True)
class _Month:
    as_of: dt.date
    orders: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]
    scores: pl.DataFrame


def weighed(model: ScoringModel) -> frozenset[str]:
    """Signals that have a say in the order or in the priors; what weighs nothing is not needed."""
    own = (signal.signal_id for signal in model.signals if signal.weight > 0)
    return frozenset((*own, *(signal.signal_id for signal in model.priors)))


def model_without_labels(settings: Settings, label_kinds: Collection[str]) -> ScoringModel:
    """The scoring model in which a signal that itself tells of such outcomes weighs nothing.

    Args:
        settings: the effective configuration.
        label_kinds: kinds of the outcomes that judge the months.
    """
    usable = features(label_kinds)
    lines = {
        name: line if name in usable else line.model_copy(update={"weight": 0.0})
        for name, line in settings.signals.items()
    }
    cards = {name: signal.card for name, signal in signals().items()}
    source_cards = {name: module.CARD for name, module in sources().items()}
    return scoring_model(settings.model_copy(update={"signals": lines}), cards, source_cards)


def _areas(known: KnownInputs) -> pl.DataFrame | None:
    """Size of sourcing areas, where the list is of such."""
    latest = (
        known.frames[_AREAS]
        .filter(pl.col("variable") == _AREA_VARIABLE)
        .sort("year")
        .group_by("supplier_id", maintain_order=True)
        .agg(pl.col("value").last().alias(_AREA_VARIABLE))
        .collect()
    )
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
    last_day = outcomes["learned_on"].max()
    if not isinstance(last_day, dt.date):
        raise TypeError("outcomes without a day")
    rows: list[dict[str, Any]] = []
    tallies = []
    for month in found:
        labels = month_labels(
            outcomes, listed["supplier_id"], month.as_of, request.window, last_day
        )
        rows += month_rows(month.as_of, month.orders, labels, group, request.count)
        tallies.append(MonthTally(month.as_of, with_recent_cases(month.orders, labels), labels))
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


def block_of(listed: pl.DataFrame, sites: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.str_]]:
    """Blocks that are drawn and held out whole: countries, or states of a one-country list."""
    names = listed["country_iso3"]
    if names.n_unique() == 1:
        areas = (
            sites.sort("supplier_id", "site_id")
            .group_by("supplier_id", maintain_order=True)
            .agg(pl.col("admin_area").drop_nulls().first())
        )
        names = listed.join(areas, on="supplier_id", how="left", maintain_order="left")[
            "admin_area"
        ]
    return np.array(names.fill_null("not known").to_list(), dtype=np.str_)


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
