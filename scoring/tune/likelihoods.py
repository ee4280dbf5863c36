"""Likelihoods of statsmodels, and the one way in which all of them are maximised here.

Statsmodels gives likelihood, gradient and curvature; what it cannot do at once are signs that are
fixed beforehand, a penalty towards given values, and cases that no one looked for. A projected
Newton search (Bertsekas 1982, SIAM J Control Optim 20:221) does these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.special import expit
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.miscmodels.ordinal_model import OrderedModel

from configs.config_errors import DataRejectedError
from scoring.tune.ranking_measures import Floats, Labels

Method = Literal["logit", "conditional", "ordinal"]

_MAX_STEPS = 100
_HALVINGS = 30
_CLOSE = 1e-7


@dataclass(frozen=True)
class Likelihood:
    """A log-likelihood of coefficients of the columns, and of some more that are free.

    Attributes:
        value: of all coefficients, those of the columns first.
        gradient: likewise.
        curvature: likewise, the matrix of second derivatives, or what is expected of it.
        start: free coefficients to begin with: intercept or thresholds.
    """

    value: Callable[[Floats], float]
    gradient: Callable[[Floats], Floats]
    curvature: Callable[[Floats], Floats]
    start: Floats


@dataclass(frozen=True)
class Penalty:
    """Cost of a coefficient: ridge / 2 x (b - centre)^2 + lasso x |b|; [columns] each.

    Both together are the elastic net. The lasso part needs columns that are 0 or more.
    """

    ridge: Floats
    lasso: Floats
    centre: Floats


def likelihood(
    method: Method,
    columns: Floats,
    level: NDArray[np.int64],
    offset: Floats,
    stratum: Labels | None = None,
    audited: Floats | None = None,
) -> Likelihood:
    """The likelihood of one method.

    Args:
        method: `logit`: a case or not. `conditional`: which units of a stratum are the cases, as
            a proportional-hazards likelihood by stratum with Efron's ties; equal to the
            conditional logit where a stratum has one case, and near it where cases are few.
            `ordinal`: how much was found, with proportional odds.
        columns: [units, columns] no NaN.
        level: [units] 0 unlabelled, 1 case; more for `ordinal`.
        offset: [units] held fixed, 0 for none.
        stratum: [units] for `conditional`.
        audited: [units] probability with which a case would have been audited, for `logit`; the
            probability to be on record is then that times the probability to be a case (SAR:
            Bekker et al. 2019, arXiv 1809.03207).

    Raises:
        DataRejectedError: a method that the arguments do not allow.
    """
    if audited is not None and method != "logit":
        raise DataRejectedError(
            f"method {method}: correction for audit selection is done for logit only; choose "
            "logit or give no probabilities"
        )
    if method == "logit":
        if audited is None:
            return _logit(columns, level, offset)
        return _on_record(columns, level, offset, audited)
    if method == "ordinal":
        return _ordinal(columns, level, offset)
    if stratum is None:
        raise DataRejectedError("method conditional: give the strata within which to compare")
    return _conditional(columns, level, offset, stratum)


def maximise(
    of: Likelihood,
    penalty: Penalty,
    lowest: Floats,
    start: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Coefficients of the columns, and the free ones.

    Args:
        of: the likelihood.
        penalty: of the columns.
        lowest: [columns] smallest value allowed, -inf for none.
        start: what an earlier search found; the penalty's centre if not given, or if there were
            others that are free.

    Raises:
        DataRejectedError: the search ends without a finite answer.
    """
    count = lowest.size
    at = np.append(penalty.centre, of.start)
    if start is not None and start[1].size == of.start.size:
        at = np.append(*start)
    low = np.append(lowest, np.full(of.start.size, -np.inf))
    at = np.maximum(at, low)
    # A step too far has an infinite loss, and the line search turns back from it.
    with np.errstate(over="ignore", divide="ignore"):
        loss = _loss(of, penalty, at)
        for _ in range(_MAX_STEPS):
            slope = -of.gradient(at)
            slope[:count] += penalty.ridge * (at[:count] - penalty.centre) + penalty.lasso
            free = (at > low) | (slope < 0)
            step = np.zeros(at.size)
            step[free] = -_solved(_neg_hessian(of, penalty, at)[np.ix_(free, free)], slope[free])
            if np.abs(np.maximum(at + step, low) - at).max(initial=0.0) < _CLOSE:
                break
            moved, reached = _line_search(of, penalty, at, low, loss, step)
            if loss - reached < _CLOSE * _CLOSE:
                break
            at, loss = moved, reached
    if not np.isfinite(at).all() or not np.isfinite(loss):
        raise DataRejectedError(
            "the weights cannot be estimated: the fit has no finite answer; leave out signals that "
            "are nearly the same, or raise the penalty"
        )
    return at[:count], at[count:]


def _loss(of: Likelihood, penalty: Penalty, at: Floats) -> float:
    own = at[: penalty.centre.size]
    cost = penalty.ridge * (own - penalty.centre) ** 2 / 2 + penalty.lasso * own
    return float(cost.sum() - of.value(at))


def _neg_hessian(of: Likelihood, penalty: Penalty, at: Floats) -> Floats:
    neg_hessian = -of.curvature(at)
    own = np.arange(penalty.centre.size)
    neg_hessian[own, own] += penalty.ridge
    return neg_hessian


def _solved(matrix: Floats, slope: Floats) -> Floats:
    """Newton's step, damped as far as the matrix needs it to point downhill."""
    damping = 1e-9 * (1.0 + float(np.abs(np.diagonal(matrix)).max(initial=0.0)))
    for _ in range(_HALVINGS):
        damped = matrix + damping * np.eye(slope.size)
        try:
            np.linalg.cholesky(damped)
        except np.linalg.LinAlgError:
            damping *= 10.0
            continue
        return np.asarray(np.linalg.solve(damped, slope), dtype=np.float64)
    return slope


def _line_search(
    of: Likelihood, penalty: Penalty, at: Floats, low: Floats, loss: float, step: Floats
) -> tuple[Floats, float]:
    """The first of the step, its half, … that lowers the loss; the place itself if none does."""
    for halving in range(_HALVINGS):
        moved = np.maximum(at + step / 2**halving, low)
        reached = _loss(of, penalty, moved)
        if reached < loss:
            return moved, reached
    return at, loss


def _logit(columns: Floats, level: NDArray[np.int64], offset: Floats) -> Likelihood:
    case = (level > 0).astype(np.float64)
    design = np.column_stack([columns, np.ones(case.size)])
    model = sm.Logit(case, design, offset=offset, check_rank=False)
    return Likelihood(
        lambda coefficients: float(model.loglike(coefficients)),
        lambda coefficients: np.array(model.score(coefficients), dtype=np.float64),
        lambda coefficients: np.array(model.hessian(coefficients), dtype=np.float64),
        _level_of(case.mean(), offset),
    )


def _on_record(
    columns: Floats, level: NDArray[np.int64], offset: Floats, audited: Floats
) -> Likelihood:
    """Sum of log(e p) over what is on record and log(1 - e p) over the rest; e: audit probability.

    The likelihood of the labels themselves (Ward et al. 2009, Biometrics 65:554, for presence-only
    data). Letting a case stand for 1 / e of them has the same aim, but there a few cases in places
    that are hardly audited decide, and cutting their weights gives bias. With e = 1 it is the
    logit. The curvature is the expected one (Fisher scoring): the observed one may have no top.
    """
    case = level > 0
    design = np.column_stack([columns, np.ones(case.size)])

    def probabilities(coefficients: Floats) -> tuple[Floats, Floats, Floats]:
        odds = design @ coefficients + offset
        probability, none = expit(odds), expit(-odds)
        return probability, none, none + (1 - audited) * probability

    def value(coefficients: Floats) -> float:
        probability, _, not_on_record = probabilities(coefficients)
        return float(np.log(np.where(case, probability, not_on_record)).sum())

    def gradient(coefficients: Floats) -> Floats:
        probability, none, not_on_record = probabilities(coefficients)
        pull = np.where(case, 1.0, -audited * probability / not_on_record)
        return np.asarray(design.T @ (pull * none), dtype=np.float64)

    def curvature(coefficients: Floats) -> Floats:
        probability, none, not_on_record = probabilities(coefficients)
        reported = audited * probability * none**2 / not_on_record
        return np.asarray(-(design.T * reported) @ design, dtype=np.float64)

    return Likelihood(
        value, gradient, curvature, _level_of(case.sum() / max(audited.sum(), 1.0), offset)
    )


def _level_of(share: float, offset: Floats) -> Floats:
    """An intercept to begin with."""
    share = min(max(float(share), 1e-6), 0.9)
    return np.array([np.log(share / (1 - share)) - offset.mean()])


def _conditional(
    columns: Floats, level: NDArray[np.int64], offset: Floats, stratum: Labels
) -> Likelihood:
    case = (level > 0).astype(np.float64)
    names, numbers = np.unique(stratum, return_inverse=True)
    cases = np.bincount(numbers, weights=case, minlength=names.size)
    reported = (cases > 0)[numbers]  # a stratum without a case says nothing
    model = PHReg(
        2.0 - case[reported],
        columns[reported],
        status=case[reported],
        strata=numbers[reported],
        offset=offset[reported],
        ties="efron",
    )
    return Likelihood(
        lambda coefficients: float(model.loglike(coefficients)),
        lambda coefficients: np.array(model.score(coefficients), dtype=np.float64),
        lambda coefficients: np.array(model.hessian(coefficients), dtype=np.float64),
        np.empty(0),
    )


def _ordinal(columns: Floats, level: NDArray[np.int64], offset: Floats) -> Likelihood:
    model = OrderedModel(level, columns, offset=offset, distr="logit")
    start = np.asarray(model.start_params, dtype=np.float64)[columns.shape[1] :]
    return Likelihood(
        lambda coefficients: float(model.loglike(coefficients)),
        lambda coefficients: np.array(model.score(coefficients), dtype=np.float64),
        lambda coefficients: np.array(model.hessian(coefficients), dtype=np.float64),
        start,
    )
