"""Estimates weights from a file of outcomes, with the signals as of before them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from configs.config_errors import DataRejectedError
from flows.backtest.exposure_offset import WORKFORCE_BAND, exposure_label, exposure_of
from flows.backtest.point_in_time_inputs import known_on
from flows.backtest.point_in_time_values import PastValues
from flows.backtest.tuning_model import estimation_units, model_without_labels, weighted
from flows.run import stages
from flows.run.request.outcome_files import read_outcomes
from flows.run.storage.stored_inputs import with_local_inputs
from flows.run.work.stage_types import RunRequest
from flows.tuning.estimated_profile import EstimatedWeights, EstimationRequest, keep
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.tune.baseline_rankings import context_ranking, equal_weights, random_order
from scoring.tune.cluster_bootstrap import auc_interval
from scoring.tune.cross_validation import out_of_block
from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Floats
from scoring.tune.training_sample import Labelled, NormalisedMonth, sample_for_estimation
from scoring.tune.weight_estimator import EstimationRule, weight_estimate
from signals.financial.disclosure_regime import disclosure_regimes, with_regimes
from signals.values import income_by_country


@dataclass(frozen=True)
class _List:
    sample: Sample
    default: Floats
    selection: str


def estimate_weights(request: EstimationRequest) -> EstimatedWeights:
    """Estimate, validate by leaving out whole countries, and write the profile.

    Raises:
        UsageError: the list, a mirror or the outcomes do not exist.
        DataRejectedError: the outcomes are rejected or too few, or a source is rejected.
    """
    listed = _read(request)
    rule = EstimationRule(default=listed.default, method=request.method)
    learned = weight_estimate(listed.sample, rule)
    if learned.fit.weight.sum() <= 0:
        raise DataRejectedError(
            f"{request.outcomes.name}: no signal is higher for cases than exposure alone "
            "predicts; keep the default weights"
        )
    validation = _validated(listed.sample, rule)
    gap = validation["estimated less exposure"]
    exposure = f"exposure ({exposure_label(request.exposure)})"
    verdict = (
        f"The estimated weights rank better than {exposure} (leave-one-country-out)."
        if gap[1] > 0
        else f"Here {exposure} explains the ranking: the estimated weights add nothing significant."
    )
    return keep(request, listed.default, listed.selection, learned, validation, verdict)


def _read(request: EstimationRequest) -> _List:
    """Signals before the window, and outcomes reported within it."""
    opens = request.as_of - dt.timedelta(days=request.window_days)
    local = with_local_inputs(request.settings, request.out)
    prepared = stages.prepare(RunRequest(local, opens, request.out))
    suppliers = prepared.listed_suppliers.sort("supplier_id")
    ids = suppliers["supplier_id"]
    outcomes = read_outcomes(request.outcomes, ids, request.as_of)
    model = model_without_labels(request.settings, outcomes["kind"].unique().to_list())
    known = next(iter(known_on(prepared, (opens,))))
    values = PastValues(suppliers, prepared.sites, weighted(model)).of(known)
    with_disclosure = with_regimes(known.suppliers, disclosure_regimes(known.frames))
    evidence = normalise_signals(
        values, with_disclosure, income_by_country(known.frames), model
    ).own
    exposure = exposure_of(request.exposure, suppliers, known.frames)
    _reported(request.exposure, exposure)
    sample = sample_for_estimation(
        [Labelled(NormalisedMonth(evidence.risk, exposure), opens, request.as_of)],
        estimation_units(suppliers, prepared.sites),
        tuple(signal.signal_id for signal in evidence.signals),
        model.weights > 0,
        outcomes,
        request.method,
    )
    return _List(sample.sample, model.weights[sample.reported], sample.selection)


def _reported(names: tuple[str, ...], exposure: Floats) -> None:
    """Reject an area variable without any value; a workforce band may be unknown for all."""
    for name, column in zip(names, exposure.T, strict=True):
        if name != WORKFORCE_BAND and np.isnan(column).all():
            raise DataRejectedError(
                f"exposure {name}: no supplier or area has a value above 0 on the day of the "
                "signals; choose another variable, or none"
            )


def _validated(sample: Sample, rule: EstimationRule) -> dict[str, list[float]]:
    """AUC of leave-one-cluster-out and of baseline rankings: value, low, high."""
    held = out_of_block(sample, rule)
    case, block = sample.is_case, sample.block
    prior = np.empty(case.size)
    for name in np.unique(block):
        inside = block == name
        prior[inside] = context_ranking(case[~inside], block[~inside], block[inside])
    equal = equal_weights(sample.risk)
    orders = {
        "estimated": held.place,
        "exposure": held.exposure_place,
        "equal weights": np.where(np.isnan(equal), 0.0, equal),
        "case rate of the other countries": prior,
        "random": random_order(case.size),
    }
    found = {name: auc_interval(order, case, block) for name, order in orders.items()}
    found["estimated less exposure"] = auc_interval(held.place, case, block, held.exposure_place)
    return {
        name: [round(figure, 4) for figure in (each.value, each.low, each.high)]
        for name, each in found.items()
    }
