"""The estimate that a company gives to a pool: coefficients as the data have them.

`scoring.tune.weight_estimator` pulls weights to the default and holds them at 0 or above. Pooling
such weights would count the default once per company and leave out what speaks against a
signal. So here a logistic regression is fitted with a small ridge alone, which
keeps separated cases finite, and the signs are free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configs.config_errors import DataRejectedError
from scoring.tune.meta_analysis.study_export import MIN_CELL

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: In units of a log-likelihood per squared coefficient of a value in standard deviations.
RIDGE = 0.5
_ROUNDS = 100
_TOLERANCE = 1e-10
_MIN_SPREAD = 1e-6
_TWO_VALUES = 2


@dataclass(frozen=True)
class PooledFit:
    """What was estimated.

    Attributes:
        columns: the signals used, as columns of the normalised values: those that vary and
            pass disclosure control.
        coefficients: [columns] log odds per unit of the 0-1 risk.
        covariance: [columns, columns].
        observed: [columns] units with a value.
        units: how many were used.
        positives: with a known case.
    """

    columns: NDArray[np.int64]
    coefficients: Floats
    covariance: Floats
    observed: NDArray[np.int64]
    units: int
    positives: int


def disclosable_columns(risk: Floats, is_case: Flags) -> NDArray[np.int64]:
    """Columns of the normalised values that pass disclosure control, and that vary.

    A coefficient with its variance gives away the counts it rests on, so 10 cases and 10 others
    need a value, and 10 units one other than the commonest. Of a signal with two values each value
    needs 10 cases and 10 others: its table can be reckoned back.

    Args:
        risk: [units, signals] normalised values, NaN where missing.
        is_case: [units] known cases.
    """
    reported = [
        _passes_disclosure_control(risk[:, column], is_case) for column in range(risk.shape[1])
    ]
    return np.flatnonzero(np.array(reported, dtype=np.bool_))


def _passes_disclosure_control(normalised: Floats, is_case: Flags) -> bool:
    present = ~np.isnan(normalised)
    known, cases = normalised[present], is_case[present]
    if 0 < np.count_nonzero(~present) < MIN_CELL or min(cases.sum(), (~cases).sum()) < MIN_CELL:
        return False
    values, which, counts = np.unique(known, return_inverse=True, return_counts=True)
    if np.std(known) <= _MIN_SPREAD or known.size - counts.max() < MIN_CELL:
        return False
    if values.size > _TWO_VALUES:
        return True
    cells = np.bincount(2 * which + cases, minlength=2 * _TWO_VALUES)
    return bool(cells.min() >= MIN_CELL)


def pooled_fit(risk: Floats, is_case: Flags, exposure: Floats | None = None) -> PooledFit:
    """Estimate on all units; a missing reading lies at the mean and so says nothing either way.

    Args:
        risk: [units, signals] normalised values 0..1, NaN where missing.
        is_case: [units] known cases.
        exposure: [units, columns] such as the log of size, fitted beside and not given out.

    Raises:
        DataRejectedError: fewer than 10 cases or units without one, or no signal that passes
            disclosure control.
    """
    cases, units = int(is_case.sum()), is_case.size
    if min(cases, units - cases) < MIN_CELL:
        raise DataRejectedError(
            f"{cases} suppliers with a known case and {units - cases} without: a study needs "
            f"{MIN_CELL} of each, so that no count below {MIN_CELL} leaves the project"
        )
    columns = disclosable_columns(risk, is_case)
    if not columns.size:
        raise DataRejectedError(
            f"no signal has values of {MIN_CELL} suppliers with a known case and of "
            f"{MIN_CELL} without, and none or {MIN_CELL} suppliers without a value; there is "
            "nothing that may be reported"
        )
    present = ~np.isnan(risk[:, columns])
    beside = np.empty((units, 0)) if exposure is None else exposure
    centred = np.column_stack(
        [
            np.where(present, risk[:, columns] - np.nanmean(risk[:, columns], axis=0), 0.0),
            beside - beside.mean(axis=0),
        ]
    )
    spread = centred.std(axis=0)
    scale = np.where(spread > _MIN_SPREAD, spread, 1.0)
    design = np.column_stack([np.ones(units), centred / scale])
    beta, covariance = _ridge_logit(design, is_case.astype(np.float64))
    kept = slice(1, 1 + columns.size)
    by = scale[: columns.size]
    return PooledFit(
        columns=columns,
        coefficients=beta[kept] / by,
        covariance=covariance[kept, kept] / np.outer(by, by),
        observed=present.sum(axis=0),
        units=units,
        positives=cases,
    )


def _ridge_logit(design: Floats, case: Floats) -> tuple[Floats, Floats]:
    """Newton's method; the covariance is the inverse of the penalised information."""
    penalty = np.full(design.shape[1], 2 * RIDGE)
    penalty[0] = 0.0
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(case.mean() / (1 - case.mean()))
    information = np.eye(beta.size)
    for _ in range(_ROUNDS):
        probability = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        information = (design * (probability * (1 - probability))[:, None]).T @ design + np.diag(
            penalty
        )
        step = np.linalg.solve(information, design.T @ (case - probability) - penalty * beta)
        # A long step is shortened: far out the likelihood is flat.
        beta = beta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < _TOLERANCE:
            break
    covariance = np.linalg.inv(information)
    return beta, (covariance + covariance.T) / 2
