"""Estimation: against statsmodels where it can, signs, ridge penalty, rejections, separation."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from configs.config_errors import DataRejectedError
from scoring.tune.baseline_rankings import (
    context_ranking,
    earlier_cases,
    equal_weights,
    exposure_order,
    one_signal,
    random_order,
)
from scoring.tune.cross_validation import out_of_block
from scoring.tune.estimation_sample import Sample
from scoring.tune.likelihoods import Method, Penalty, likelihood, maximise
from scoring.tune.ranking_measures import auc
from scoring.tune.selection_bias import AuditSelection, audit_selection
from scoring.tune.weight_estimator import EstimationRule, fit, weight_estimate

RANDOM = np.random.default_rng(11)
UNITS = 900
RISK = RANDOM.random((UNITS, 3))
SIZE = RANDOM.normal(size=(UNITS, 1))
BLOCK = RANDOM.choice(np.array(["A", "B", "C", "D", "E", "F"]), UNITS)
ODDS = -3.5 + RISK @ np.array([3.0, 1.0, 0.0]) + SIZE[:, 0]
CASE = (RANDOM.random(UNITS) < 1 / (1 + np.exp(-ODDS))).astype(np.int64)
SAMPLE = Sample(("first", "second", "none"), RISK, CASE, BLOCK, SIZE)
NO_SIZE = np.empty((UNITS, 0))
FREE = Penalty(np.zeros(3), np.zeros(3), np.zeros(3))
ANY = np.full(3, -np.inf)
RULE = EstimationRule(default=np.ones(3), intervals=False)


def test_logit_is_that_of_statsmodels() -> None:
    offset = SIZE[:, 0]
    ours, level = maximise(likelihood("logit", RISK, CASE, offset), FREE, ANY)
    theirs = sm.Logit(CASE, sm.add_constant(RISK), offset=offset).fit(disp=0).params
    assert np.append(level, ours) == pytest.approx(theirs, abs=1e-3)


def test_ridge_is_the_regularised_one_of_statsmodels() -> None:
    strength = 5.0
    penalty = Penalty(np.full(3, strength), np.zeros(3), np.zeros(3))
    ours, level = maximise(likelihood("logit", RISK, CASE, np.zeros(UNITS)), penalty, ANY)
    model = sm.GLM(CASE, sm.add_constant(RISK), family=sm.families.Binomial())
    alpha = np.array([0.0, *[strength / UNITS] * 3])
    theirs = model.fit_regularized(alpha=alpha, L1_wt=0.0).params
    assert np.append(level, ours) == pytest.approx(theirs, abs=1e-3)


def test_conditional_is_that_of_statsmodels_with_one_case_per_stratum() -> None:
    stratum = np.repeat(np.arange(UNITS // 9), 9).astype(np.str_)
    case = np.zeros(UNITS, dtype=np.int64)
    for name in np.unique(stratum):
        rows = np.flatnonzero(stratum == name)
        case[RANDOM.choice(rows, p=np.exp(ODDS[rows]) / np.exp(ODDS[rows]).sum())] = 1
    found = likelihood("conditional", RISK, case, np.zeros(UNITS), stratum)
    ours, none_free = maximise(found, FREE, ANY)
    theirs = ConditionalLogit(case, RISK, groups=stratum).fit(disp=0).params
    assert none_free.size == 0
    assert ours == pytest.approx(theirs, abs=1e-3)


def test_ordinal_is_that_of_statsmodels() -> None:
    level = CASE + (CASE * (RANDOM.random(UNITS) < 0.4))
    ours, _ = maximise(likelihood("ordinal", RISK, level, np.zeros(UNITS)), FREE, ANY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own search, which ours does not use
        theirs = OrderedModel(level, RISK, distr="logit").fit(disp=0, method="bfgs").params
    assert ours == pytest.approx(theirs[:3], abs=2e-3)


@pytest.mark.parametrize("method", ["logit", "conditional"])
def test_the_order_of_the_truth_comes_back(method: Method) -> None:
    rule = EstimationRule(default=np.zeros(3), method=method, penalty=0.5, intervals=False)
    weight = fit(SAMPLE, rule).weight
    assert weight[0] > weight[1] > weight[2] >= 0
    assert weight.sum() == pytest.approx(1.0)


def test_no_weight_is_below_zero_and_a_riskier_reading_never_lowers_the_odds() -> None:
    turned = Sample(("first", "second", "none"), 1 - RISK, CASE, BLOCK, SIZE)
    found = fit(turned, EstimationRule(default=np.zeros(3), penalty=0.1, intervals=False))
    assert (found.coefficient >= 0).all()
    assert found.coefficient[0] == 0
    riskier = np.minimum(turned.risk + 0.1, 1.0)
    assert (found.likelihood_part(riskier) >= found.likelihood_part(turned.risk)).all()


def test_a_strong_pull_gives_the_default_back() -> None:
    default = np.array([0.2, 0.3, 0.5])
    found = fit(SAMPLE, EstimationRule(default=default, penalty=1e7, intervals=False))
    assert found.weight == pytest.approx(default, abs=0.01)


def test_exposure_is_held_as_fitted_without_signals() -> None:
    found = fit(SAMPLE, RULE)
    alone = sm.Logit(CASE, sm.add_constant(SIZE)).fit(disp=0).params
    assert found.exposure == pytest.approx(alone[1:], abs=2e-3)
    assert found.exposure_level == pytest.approx(alone[0], abs=2e-3)
    assert exposure_order(SAMPLE, SAMPLE) == pytest.approx(SIZE[:, 0] * alone[1], abs=1e-2)


def test_missing_readings_say_nothing() -> None:
    gaps = RISK.copy()
    gaps[::3, 0] = np.nan
    found = fit(Sample(SAMPLE.signals, gaps, CASE, BLOCK, SIZE), RULE)
    assert np.isfinite(found.coefficient).all()
    centre = np.array([[np.nan] * 3])
    assert found.likelihood_part(centre) == pytest.approx(0.0)


def _separated() -> Sample:
    """Cases are told apart without a mistake, by a signal and by exposure."""
    above = RISK[:, 0] > 0.9
    return replace(SAMPLE, level=above.astype(np.int64), exposure=above[:, None].astype(np.float64))


def _in_one_block() -> Sample:
    """All cases lie in one of six blocks."""
    return replace(SAMPLE, level=CASE * (BLOCK == "A"))


AWKWARD = {
    "separation": _separated(),
    "separated looks": replace(
        SAMPLE,
        level=CASE * (SIZE[:, 0] > 0),
        audited=AuditSelection(SIZE, SIZE[:, 0] > 0),
    ),
    "one block": replace(SAMPLE, block=np.full(UNITS, "A")),
    "two blocks": replace(SAMPLE, block=np.where(BLOCK < "D", "A", "B")),
    "every unit a block": replace(SAMPLE, block=np.arange(UNITS).astype(np.str_)),
    "all cases in one block": _in_one_block(),
    "a signal that says nothing": replace(SAMPLE, risk=RISK * [1.0, 1.0, 0.0] + [0.0, 0.0, 0.5]),
    "the same signal twice": replace(SAMPLE, risk=RISK[:, [0, 1, 0]]),
    "no signal is higher for cases": replace(SAMPLE, risk=1 - RISK),
}


@pytest.mark.parametrize("sample", AWKWARD.values(), ids=list(AWKWARD))
def test_awkward_samples_give_finite_weights_inside_their_intervals(sample: Sample) -> None:
    found = weight_estimate(sample, EstimationRule(default=np.ones(3)))
    for figures in (found.fit.coefficient, found.fit.exposure, found.fit.weight):
        assert np.isfinite(figures).all()
    assert (found.weight_low >= 0).all()
    assert (found.weight_high <= 1).all()
    assert (found.weight_low <= found.fit.weight).all()
    assert (found.fit.weight <= found.weight_high).all()
    assert found.blocks == np.unique(sample.block).size


def test_what_the_cases_cannot_tell_may_weigh_anything() -> None:
    silent = weight_estimate(
        AWKWARD["a signal that says nothing"], EstimationRule(default=np.ones(3))
    )
    assert (silent.weight_low[2], silent.weight_high[2]) == (0.0, 1.0)
    twice = weight_estimate(AWKWARD["the same signal twice"], EstimationRule(default=np.ones(3)))
    assert (twice.weight_low[0], twice.weight_high[0]) == pytest.approx((0.0, 1.0), abs=0.1)


def test_lasso_leaves_signals_out() -> None:
    kept = fit(SAMPLE, EstimationRule(default=np.zeros(3), penalty=0.1, lasso=6.0, intervals=False))
    assert kept.coefficient[0] > 0
    assert kept.coefficient[2] == 0


def test_intervals_tell_of_the_cases_and_reach_to_a_weight_that_is_pulled_off() -> None:
    light, strong = (
        weight_estimate(SAMPLE, EstimationRule(default=np.ones(3), penalty=pull))
        for pull in (0.1, 1e7)
    )
    assert strong.fit.weight == pytest.approx([1 / 3] * 3, abs=0.01)
    assert light.weight_low[0] > 0.4
    assert strong.weight_low[0] == strong.fit.weight[0]
    assert strong.weight_high[0] == light.weight_high[0]
    none = weight_estimate(SAMPLE, EstimationRule(default=np.ones(3), intervals=False))
    assert np.isnan(none.weight_low).all()


REJECTED = {
    "few cases": (np.r_[np.ones(19), np.zeros(UNITS - 19)], RISK, "19 cases for 3 signals"),
    "all cases": (np.ones(UNITS), RISK, "every unit is a case"),
    "no signal": (CASE, np.full((UNITS, 3), 0.5), "no signal differs"),
    "nothing measured": (CASE, np.full((UNITS, 3), np.nan), "no signal differs"),
    "not a reading": (CASE, RISK * 100, "outside 0..1"),
}


@pytest.mark.parametrize(("level", "risk", "words"), REJECTED.values(), ids=list(REJECTED))
def test_rejected_with_a_reason(level: object, risk: object, words: str) -> None:
    sample = Sample(
        SAMPLE.signals, np.asarray(risk), np.asarray(level).astype(np.int64), BLOCK, SIZE
    )
    with pytest.raises(DataRejectedError, match=words):
        weight_estimate(sample, RULE)


def test_methods_say_what_they_need() -> None:
    with pytest.raises(DataRejectedError, match="choose logit"):
        likelihood("ordinal", RISK, CASE, SIZE[:, 0], audited=np.ones(UNITS))
    with pytest.raises(DataRejectedError, match="give the strata"):
        likelihood("conditional", RISK, CASE, SIZE[:, 0])


def test_with_certain_looks_it_is_the_logit() -> None:
    offset = SIZE[:, 0]
    plain = maximise(likelihood("logit", RISK, CASE, offset), FREE, ANY)
    certain = likelihood("logit", RISK, CASE, offset, audited=np.ones(UNITS))
    assert np.append(*maximise(certain, FREE, ANY)) == pytest.approx(np.append(*plain), abs=1e-5)


def test_the_probability_to_be_on_record_by_hand() -> None:
    """Half of the units with something are looked at; a quarter is on record, so half have it."""
    case = np.array([1, 0, 0, 0])
    found = likelihood("logit", np.zeros((4, 1)), case, np.zeros(4), audited=np.full(4, 0.5))
    level = np.array([0.0, 0.0])
    assert found.value(level) == pytest.approx(np.log(0.5) + 3 * np.log(0.75))
    assert found.gradient(level) == pytest.approx([0.0, 0.0])
    slope = (found.value(np.array([0.0, 0.3001])) - found.value(np.array([0.0, 0.2999]))) / 2e-4
    assert found.gradient(np.array([0.0, 0.3]))[1] == pytest.approx(slope, abs=1e-6)


def test_correcting_for_who_was_looked_at_brings_the_level_back() -> None:
    visible = RANDOM.normal(size=(UNITS, 1))
    looked = RANDOM.random(UNITS) < 1 / (1 + np.exp(-visible[:, 0]))
    plain = replace(SAMPLE, level=CASE * looked)
    corrected = replace(plain, audited=AuditSelection(visible, looked))
    level, found, everybody = (fit(of, RULE).intercept for of in (plain, corrected, SAMPLE))
    assert level < everybody - 0.4
    assert found == pytest.approx(everybody, abs=0.2)


def test_probability_to_be_looked_at() -> None:
    looked = RANDOM.random(UNITS) < 1 / (1 + np.exp(1 - 2 * SIZE[:, 0]))
    probability = audit_selection(SIZE, looked).probability()
    assert auc(probability, looked) == pytest.approx(auc(SIZE[:, 0], looked), abs=0.01)
    assert probability.mean() == pytest.approx(looked.mean(), abs=0.02)
    logged = np.full(UNITS, np.nan)
    logged[:5] = 0.5
    mixed = audit_selection(SIZE, looked, logged)
    assert mixed.probability()[:5].tolist() == [0.5] * 5
    assert mixed.probability()[5:] == pytest.approx(probability[5:])
    assert mixed.rows(np.arange(3)).probability().tolist() == [0.5] * 3
    with pytest.raises(DataRejectedError, match="leave the correction out"):
        audit_selection(SIZE, np.zeros(UNITS, dtype=bool))


def test_held_out_blocks_are_not_seen() -> None:
    held = out_of_block(SAMPLE, RULE)
    flipped = Sample(SAMPLE.signals, RISK, np.where(BLOCK == "B", 1 - CASE, CASE), BLOCK, SIZE)
    inside = BLOCK == "B"
    again = out_of_block(flipped, RULE)
    assert again.log_odds[inside] == pytest.approx(held.log_odds[inside])
    assert again.exposure_place[inside] == pytest.approx(held.exposure_place[inside])
    assert ((held.place >= 0) & (held.place <= 1)).all()


def test_of_a_single_block_none_can_be_held_out() -> None:
    with pytest.raises(DataRejectedError, match="give sites with their admin_area"):
        out_of_block(AWKWARD["one block"], RULE)
    held = out_of_block(AWKWARD["all cases in one block"], RULE)
    assert np.isfinite(held.log_odds).all()


def test_simple_orders_by_hand() -> None:
    case = np.array([True, False, False, False])
    rate = context_ranking(case, np.array(["a", "a", "b", "b"]), np.array(["a", "b", "c"]))
    assert rate == pytest.approx([(1 + 5) / 22, 5 / 22, 0.25])
    assert earlier_cases(case).tolist() == [1.0, 0.0, 0.0, 0.0]
    risk = np.array([[0.2, 0.4], [np.nan, 0.6], [np.nan, np.nan]])
    assert equal_weights(risk)[:2] == pytest.approx([0.3, 0.6])
    assert np.isnan(equal_weights(risk)[2])
    assert one_signal(risk, 1)[:2].tolist() == [0.4, 0.6]
    assert np.unique(random_order(9)).size == 9
