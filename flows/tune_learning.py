"""Learns weights from a file of outcomes, with the signals as they were before these."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

import numpy as np
import polars as pl

from configs.errors import DataRefusedError, UsageError
from flows import stages
from flows.backtest import block_of, model_without_labels, weighed
from flows.learned_profile import LearnedWeights, LearningRequest, keep
from flows.past_inputs import known_on
from flows.past_values import PastValues
from flows.run_records import RunRequest
from flows.tune_outcomes import read_outcomes
from scoring.readings import read
from scoring.tune.baselines import equal_weights, prior_order, random_order
from scoring.tune.held_out import out_of_block
from scoring.tune.intervals import auc_interval
from scoring.tune.learn import LearningRule, learn
from scoring.tune.likelihoods import Method
from scoring.tune.looked_at import Looks, looks_on_record
from scoring.tune.measures import Flags, Floats
from scoring.tune.outcomes import known_cases
from scoring.tune.sample import Sample
from scoring.views import SCOPE_BY_BAND
from signals.financial.disclosure import disclosure_regimes, with_regimes
from signals.values import income_by_country


@dataclass(frozen=True)
class _List:
    sample: Sample
    default: Floats
    looked_for: str


def method_of(text: str) -> Method:
    """The method of that name.

    Raises:
        UsageError: there is none.
    """
    for method in get_args(Method):
        if method == text:
            return cast(Method, method)
    raise UsageError(f"--method {text}: choose one of {', '.join(get_args(Method))}")


def learn_weights(request: LearningRequest) -> LearnedWeights:
    """Learn, validate with whole countries held out, and write the profile.

    Raises:
        UsageError: the list, a mirror or the outcomes are not there.
        DataRefusedError: the outcomes are refused or too few, or a source is refused.
    """
    listed = _read(request)
    rule = LearningRule(default=listed.default, method=request.method)
    learned = learn(listed.sample, rule)
    if learned.fit.weight.sum() <= 0:
        raise DataRefusedError(
            f"{request.outcomes.name}: no signal is higher where something was found than where "
            "exposure alone leads to; keep the default weights"
        )
    validation = _validated(listed.sample, rule)
    gap = validation["learned less exposure"]
    verdict = (
        "The learned signals add to exposure, with whole countries held out."
        if gap[1] > 0
        else "Here exposure explains the ranking: the learned signals add nothing certain to it."
    )
    return keep(request, listed.default, listed.looked_for, learned, validation, verdict)


def _read(request: LearningRequest) -> _List:
    """Signals before the window, and what was learned within it."""
    opens = request.as_of - dt.timedelta(days=request.window_days)
    prepared = stages.prepare(RunRequest(request.settings, opens, request.out))
    suppliers = prepared.listed_suppliers.sort("supplier_id")
    ids = suppliers["supplier_id"]
    outcomes = read_outcomes(request.outcomes, ids, request.as_of)
    model = model_without_labels(request.settings, outcomes["kind"].unique().to_list())
    known = next(iter(known_on(prepared, (opens,))))
    values = PastValues(suppliers, prepared.sites, weighed(model)).of(known)
    with_disclosure = with_regimes(known.suppliers, disclosure_regimes(known.frames))
    evidence = read(values, with_disclosure, income_by_country(known.frames), model).own
    told = np.array([
        signal.weight > 0 and evidence.present[:, column].any()
        for column, signal in enumerate(evidence.signals)
    ])  # fmt: skip
    is_case = known_cases(outcomes, ids, opens, request.as_of)
    earlier = known_cases(outcomes, ids, learned_by=opens)
    takes_part = np.asarray(evidence.present[:, told].any(axis=1) & ~earlier)
    within = outcomes.filter(pl.col("learned_on") > opens)
    looks, looked_for = _looked_at(suppliers, within, takes_part, request.method)
    sample = Sample(
        signals=tuple(s.signal_id for s, use in zip(evidence.signals, told, strict=True) if use),
        risk=evidence.risk[:, told],
        level=_levels(within, ids, is_case, request.method),
        block=block_of(suppliers, prepared.sites),
        exposure=_with_gaps(_size(suppliers)),
        looked_at=None,
    ).rows(takes_part)
    return _List(replace(sample, looked_at=looks), model.weights[told], looked_for)


def _levels(
    within: pl.DataFrame, ids: pl.Series, is_case: Flags, method: Method
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """1 for a case; for `ordinal` 2 where something was found more than once."""
    if method != "ordinal":
        return is_case.astype(np.int64)
    times = within.filter("found").group_by("unit_id").agg(times=pl.len().clip(upper_bound=2))
    found = pl.DataFrame({"unit_id": ids}).join(
        times, on="unit_id", how="left", maintain_order="left"
    )
    return found["times"].fill_null(0).cast(pl.Int64).to_numpy()


def _looked_at(
    suppliers: pl.DataFrame, within: pl.DataFrame, takes_part: Flags, method: Method
) -> tuple[Looks | None, str]:
    """Who was looked at, where looks that found nothing are on record too."""
    if method != "logit":
        return None, f"not corrected for who was looked at: method {method}"
    if within.filter(~pl.col("found")).is_empty():
        return None, "not corrected for who was looked at: no audit without a finding is on record"
    ids = suppliers["supplier_id"]
    looked = ids.is_in(within["unit_id"].unique().implode()).to_numpy()[takes_part]
    drawn = (
        pl.DataFrame({"unit_id": ids})
        .join(
            within.group_by("unit_id").agg(pl.col("probability").max()),
            on="unit_id",
            how="left",
            maintain_order="left",
        )["probability"]
        .fill_null(math.nan)
        .to_numpy()[takes_part]
    )
    spend = suppliers["annual_spend"].cast(pl.Float64).log1p().fill_null(math.nan).to_numpy()
    try:
        looks = looks_on_record(_with_gaps(spend)[takes_part], looked, drawn)
    except DataRefusedError as error:
        return None, f"not corrected for who was looked at: {error}"
    return looks, "corrected for who was looked at, by annual spend and logged chances"


def _size(suppliers: pl.DataFrame) -> Floats:
    band = pl.col("workforce_band").replace_strict(
        SCOPE_BY_BAND, default=None, return_dtype=pl.Float64
    )
    return suppliers.select(band.fill_null(math.nan)).to_series().to_numpy()


def _with_gaps(values: Floats) -> Floats:
    """[units, 0 to 2] the value, and whether it is known; what is the same for all is left out."""
    known = ~np.isnan(values)
    middle = values[known].mean() if known.any() else 0.0
    columns = np.column_stack([np.where(known, values - middle, 0.0), known.astype(np.float64)])
    return columns[:, columns.std(axis=0) > 0]


def _validated(sample: Sample, rule: LearningRule) -> dict[str, list[float]]:
    """AUC with whole blocks held out, beside simple orders: value, low, high."""
    held = out_of_block(sample, rule)
    case, block = sample.is_case, sample.block
    prior = np.empty(case.size)
    for name in np.unique(block):
        inside = block == name
        prior[inside] = prior_order(case[~inside], block[~inside], block[inside])
    equal = equal_weights(sample.risk)
    orders = {
        "learned": held.place,
        "exposure": held.exposure_place,
        "equal weights": np.where(np.isnan(equal), 0.0, equal),
        "prior of other countries": prior,
        "random": random_order(case.size),
    }
    found = {name: auc_interval(order, case, block) for name, order in orders.items()}
    found["learned less exposure"] = auc_interval(held.place, case, block, held.exposure_place)
    return {
        name: [round(figure, 4) for figure in (each.value, each.low, each.high)]
        for name, each in found.items()
    }
