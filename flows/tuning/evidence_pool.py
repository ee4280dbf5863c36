"""Exports the coefficients of a run as a study, and combines studies of several companies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from configs import durable_files
from configs.config_errors import UsageError
from flows.run.request import experiments
from flows.tuning.tuning_run import LabOutcomes, LabRun, keep
from scoring.tune.meta_analysis.study_combination import Method, combine
from scoring.tune.meta_analysis.study_estimate import pooled_fit
from scoring.tune.meta_analysis.study_export import PooledSignal, Study, export_study, read_study

_MODEL = "logistic regression with a small ridge, signs free, on suppliers with a score"


def export(
    run: LabRun,
    outcomes: LabOutcomes,
    name: str,
    noise_scale: float | None,
    sensitivity: float | None,
) -> tuple[Study, Path]:
    """Estimate on the suppliers with a score, and write the study, without rows or ids.

    Raises:
        DataRejectedError: a count below 10, or several kinds of outcomes.
    """
    kinds = outcomes.table.filter("found")["kind"].unique().sort().to_list()
    own, used = run.normalised.own, run.has_score
    weighted = np.flatnonzero(run.model.weights > 0)
    found = pooled_fit(own.risk[used][:, weighted], outcomes.is_case[used])
    signals = [run.model.signals[weighted[column]] for column in found.columns]
    study = export_study(
        study=name,
        model=_MODEL,
        outcome=", ".join(kinds),
        as_of=run.as_of.isoformat(),
        units=found.units,
        positives=found.positives,
        signals=[
            PooledSignal(
                signal_id=signal.signal_id,
                unit=run.cards[signal.signal_id].unit,
                direction=signal.direction,
                normalise=signal.normaliser,
                observed=int(observed),
            )
            for signal, observed in zip(signals, found.observed, strict=True)
        ],
        coefficients=found.coefficients,
        covariance=found.covariance,
        noise_scale=noise_scale,
        sensitivity=sensitivity,
    )
    metrics = {"run_id": run.run_id, "units": study.units, "positives": study.positives}
    verdict = (
        f"{len(signals)} signals, {study.positives} cases among {study.units} suppliers exported."
    )
    folder = keep(run, "pool", metrics, verdict, {}, outcomes)
    target = folder / "study.json"
    durable_files.write_text(target, study.model_dump_json(indent=1) + "\n")
    return study, target


def read_studies(paths: Sequence[Path]) -> list[Study]:
    """Studies of files.

    Raises:
        UsageError: a file does not exist.
        DataRejectedError: a file is not a study, or contains a count below 10.
    """
    studies = []
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: file not found; correct the path")
        studies.append(read_study(path.read_text(encoding="utf-8"), path.name))
    return studies


def combined(paths: Sequence[Path], method: Method, out: Path) -> pl.DataFrame:
    """Combine studies and record the result as an experiment.

    Raises:
        UsageError: a file does not exist, or fewer than two studies.
        DataRejectedError: studies that do not fit together.
    """
    studies = read_studies(paths)
    table = combine(studies, method)
    names = [study.study for study in studies]
    experiments.record(
        out,
        experiments.Experiment(
            kind="pool",
            profile=", ".join(names),
            profile_hash=hashlib.sha256(
                "".join(study.model_dump_json() for study in studies).encode()
            ).hexdigest(),
            outcomes_hash=None,
            metrics={"method": method, "signals": table.to_dicts()},
            verdict=f"{len(studies)} studies of {table.height} signals combined.",
        ),
    )
    return table
