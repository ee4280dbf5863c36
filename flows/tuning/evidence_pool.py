"""Exports what a run and its outcomes tell, and combines the studies of several companies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import polars as pl

from configs.config_errors import UsageError
from flows.run import experiments
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
    """Estimate on a run with a score, and write the study; no row and no id is in it.

    Raises:
        DataRejectedError: a count below 10, or several kinds of outcomes.
    """
    kinds = outcomes.table.filter("found")["kind"].unique().sort().to_list()
    own, used = run.readings.own, run.has_score
    weighed = np.flatnonzero(run.model.weights > 0)
    found = pooled_fit(own.risk[used][:, weighed], outcomes.is_case[used])
    signals = [run.model.signals[weighed[column]] for column in found.columns]
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
    verdict = f"{len(signals)} signals, {study.positives} cases among {study.units} told to a pool."
    folder = keep(run, "pool", metrics, verdict, {}, outcomes)
    target = folder / "study.json"
    target.write_text(study.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return study, target


def read_studies(paths: Sequence[Path]) -> list[Study]:
    """Studies of files.

    Raises:
        UsageError: a file that is not there.
        DataRejectedError: one that is no study, or tells a count below 10.
    """
    studies = []
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such study; check the path")
        studies.append(read_study(path.read_text(encoding="utf-8"), path.name))
    return studies


def combined(paths: Sequence[Path], method: str, out: Path) -> pl.DataFrame:
    """Combine studies and keep the result among the experiments.

    Raises:
        UsageError: an unknown method, or fewer than two studies.
        DataRejectedError: studies that do not fit together.
    """
    known: dict[str, Method] = {name: name for name in get_args(Method)}
    if method not in known:
        raise UsageError(f"--method {method}: give {' or '.join(known)}")
    studies = read_studies(paths)
    table = combine(studies, known[method])
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
