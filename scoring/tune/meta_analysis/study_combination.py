"""Pool evidence of several companies without sharing a supplier.

Exports of `study_export` are combined signal by signal by fixed and random effects
(statsmodels), with the heterogeneity shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as student
from statsmodels.stats.meta_analysis import combine_effects

from configs.config_errors import DataRejectedError, UsageError
from scoring.tune.meta_analysis.study_export import Study

Floats = NDArray[np.float64]

Method = Literal["paule_mandel", "dersimonian_laird"]
_STATSMODELS_NAME = {"paule_mandel": "iterated", "dersimonian_laird": "chi2"}
_NORMAL_95 = 1.959964


def combine(studies: Sequence[Study], method: Method = "paule_mandel") -> pl.DataFrame:
    """Combine studies signal by signal.

    Args:
        studies: two or more, of the same signals.
        method: of the variance between studies.

    Returns:
        One row per signal: signal_id, studies, fixed, fixed_stderr, random, random_stderr,
        random_low and random_high (95 %), predicted_low and predicted_high (95 %, of a further
        study; null below 3 studies), q, q_p_value, i_squared (0-1), tau_squared, fixed_joint and
        fixed_joint_stderr (all signals at once, weighted by the full covariances).

    Raises:
        UsageError: fewer than two studies, or one given twice.
        DataRejectedError: signals, units, directions, normalisers or kinds of outcome that differ.
    """
    _same(studies)
    signals = studies[0].signals
    effects = np.array([study.coefficients for study in studies])
    covariances = np.array([study.covariance for study in studies])
    joint, joint_stderr = _joint(effects, covariances)
    rows = []
    for column, signal in enumerate(signals):
        variances = covariances[:, column, column]
        # Studies that agree have a Q near 0, by which statsmodels divides for an I2 of its own.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found = combine_effects(
                effects[:, column], variances, method_re=_STATSMODELS_NAME[method], use_t=False
            )
        tau_squared = max(float(found.tau2), 0.0)
        # statsmodels scales the random weights by the same tau; below 0 it is 0.
        weights = 1 / (variances + tau_squared)
        centre = float((weights * effects[:, column]).sum() / weights.sum())
        stderr = float(1 / math.sqrt(weights.sum()))
        low, high = _further_study(centre, stderr, tau_squared, len(studies))
        q = float(found.q)
        test = found.test_homogeneity()
        rows.append(
            {
                "signal_id": signal.signal_id,
                "studies": len(studies),
                "fixed": float(found.mean_effect_fe),
                "fixed_stderr": float(found.sd_eff_w_fe),
                "random": centre,
                "random_stderr": stderr,
                "random_low": centre - _NORMAL_95 * stderr,
                "random_high": centre + _NORMAL_95 * stderr,
                "predicted_low": low,
                "predicted_high": high,
                "q": q,
                "q_p_value": float(test.pvalue),
                "i_squared": max(1 - (len(studies) - 1) / q, 0.0) if q > 0 else 0.0,
                "tau_squared": tau_squared,
                "fixed_joint": joint[column],
                "fixed_joint_stderr": joint_stderr[column],
            }
        )
    return pl.DataFrame(
        rows, schema_overrides={"predicted_low": pl.Float64, "predicted_high": pl.Float64}
    )


def _same(studies: Sequence[Study]) -> None:
    if len(studies) < 2:
        raise UsageError(f"{len(studies)} studies were given; give two or more to combine")
    names = [study.study for study in studies]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"the study {twice[0]} is given twice; each company counts once")
    first = studies[0]
    for other in studies[1:]:
        pair = f"studies {first.study} and {other.study}"
        ours, theirs = ([s.signal_id for s in study.signals] for study in (first, other))
        if ours != theirs:
            odd = sorted(set(ours) ^ set(theirs)) or ["their order"]
            raise DataRejectedError(f"{pair} differ in their signals ({odd[0]}); export the same")
        if first.outcome != other.outcome:
            raise DataRejectedError(
                f"{pair} learned from different outcomes ({first.outcome}, {other.outcome}); "
                "combine like with like"
            )
        for mine, yours in zip(first.signals, other.signals, strict=True):
            for name in ("unit", "direction", "normalise"):
                if getattr(mine, name) != getattr(yours, name):
                    raise DataRejectedError(
                        f"{pair} differ in the {name} of {mine.signal_id}; agree on one and "
                        "export again"
                    )


def _joint(effects: Floats, covariances: Floats) -> tuple[Floats, Floats]:
    """Generalised least squares over all signals at once."""
    precisions = np.linalg.inv(covariances)
    covariance = np.linalg.inv(precisions.sum(axis=0))
    mean = covariance @ np.einsum("kij,kj->i", precisions, effects)
    return mean, np.sqrt(np.diag(covariance))


def _further_study(
    centre: float, stderr: float, tau_squared: float, studies: int
) -> tuple[float | None, float | None]:
    """Where the effect in a further company may lie (Higgins, Thompson and Spiegelhalter 2009)."""
    if studies < 3:
        return None, None
    half = float(student.ppf(0.975, studies - 2)) * math.sqrt(tau_squared + stderr**2)
    return centre - half, centre + half
