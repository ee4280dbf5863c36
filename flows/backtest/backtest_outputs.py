"""Keeps a back-test: tables as Parquet, figures in the experiments table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.backtest.backtest_run import Backtest, BacktestRequest
from flows.run.request import experiments, outcome_files
from flows.run.storage.local_copies import effective_hash
from flows.run.work.work_folder import Record, Table, WorkFolder

#: In the folder of results.
FOLDER = "tune"

NOT_JUDGED = "No outcomes were given, or none fell into a month's horizon: ordered, not judged."


@dataclass(frozen=True)
class KeptBacktest:
    """Where a back-test lies."""

    experiment_id: str
    folder: Path
    verdict: str


def keep(request: BacktestRequest, found: Backtest, profile: str) -> KeptBacktest:
    """Write months.parquet, scores.parquet and agreement.parquet, and a line of the experiments.

    Raises:
        WarehouseError: a run holds the warehouse.
    """
    metrics: dict[str, Any] = {
        "first": request.days[0].isoformat(),
        "last": request.days[-1].isoformat(),
        "count": request.count,
        "mean_tau": _mean(found, "tau"),
        "mean_top_overlap": _mean(found, "top_overlap"),
        "summary": None if found.summary is None else found.summary.metrics(),
    }
    if found.weights:
        metrics["exposure"] = list(request.exposure)
        metrics["refit"] = request.refit
        metrics["months_learned"] = sum(weights.is_estimated for weights in found.weights)
    verdict = NOT_JUDGED if found.summary is None else found.summary.sentence()
    learned = None if found.summary is None else found.summary.estimated_sentence()
    if learned:
        verdict = f"{verdict} {learned}"
    experiment = experiments.Experiment(
        kind="backtest",
        profile=profile,
        profile_hash=effective_hash(request.settings),
        outcomes_hash=None
        if request.outcomes is None
        else outcome_files.outcomes_hash(request.outcomes),
        metrics=metrics,
        verdict=verdict,
    )
    folder = request.out / FOLDER / experiment.experiment_id
    workspace = WorkFolder(folder)
    workspace.write_frame(Table("months.parquet"), found.months)
    workspace.write_frame(Table("scores.parquet"), found.scores)
    workspace.write_frame(Table("agreement.parquet"), found.agreement)
    if found.weights:
        workspace.write_json(Record("weights.json"), {"months": weight_records(found)})
    workspace.write_json(Record("summary.json"), {**metrics, "verdict": verdict})
    return KeptBacktest(experiments.record(request.out, experiment), folder, verdict)


def weight_records(found: Backtest) -> list[dict[str, Any]]:
    """What each month could learn, JSON-ready; the weights as shares of all."""
    names = [signal.signal_id for signal in found.last.model.signals]
    return [
        {
            "as_of": weights.as_of.isoformat(),
            "is_learned": weights.is_estimated,
            "reason": weights.reason,
            "read_on": [day.isoformat() for day in weights.read_on],
            "cases": weights.cases,
            "units": weights.units,
            "selection": weights.selection,
            "weights": {
                name: round(share, 4)
                for name, share in zip(
                    names, (weights.weights / weights.weights.sum()).tolist(), strict=True
                )
                if share > 0
            },
        }
        for weights in found.weights
    ]


def _mean(found: Backtest, column: str) -> float | None:
    mean = found.agreement[column].drop_nans().mean()
    return round(mean, 4) if isinstance(mean, float) else None
