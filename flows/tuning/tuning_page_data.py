"""Collects the validation results of a run and writes `lab.html` next to its report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs import durable_files
from flows.run.folders import published_runs
from flows.run.request import experiments
from flows.tuning.run_validation import supplier_weighted_of
from flows.tuning.tuning_run import FOLDER, LabOutcomes, LabRun, fairness_of
from reports.lab.lab_page import Lab, LabPart, render_lab
from reports.lab.lab_parts import (
    drift_part,
    estimated_part,
    fairness_part,
    signal_selection_part,
    weights_part,
)
from reports.lab.outcome_parts import calibration_part, lift_part, sectors_part, stability_part
from scoring.aggregation.power_mean import power_mean
from scoring.tune.effective_weights import effective_weights
from scoring.tune.outcomes import random_arm
from scoring.tune.random_audits import Calibration, calibration
from scoring.tune.value_drift import SCHEMA, drift
from sql.published_tables import current_names

PAGE = "lab.html"


def write_lab(run: LabRun, outcomes: LabOutcomes | None, countries: Path | None) -> Path:
    """Write the page; what is not there yet is named on it with the command that makes it."""
    titles = {name: card.title for name, card in run.cards.items()}
    certainty = run.manifest.get("uncertainty", {})
    parts: list[LabPart] = [
        lift_part(
            None if outcomes is None else _orders(run),
            None if outcomes is None else outcomes.is_case,
        ),
        sectors_part(None if outcomes is None else supplier_weighted_of(run, outcomes)),
        calibration_part(None if outcomes is None else _calibration(run, outcomes)),
        stability_part(
            _latest_table(run.out, "backtest", "agreement"),
            certainty.get("top_decile_retention_perturbed"),
        ),
        weights_part(
            run.model, titles, _effective(run), run.settings.uncertainty.weight_concentration
        ),
        estimated_part(_estimated(run.out), titles),
        fairness_part(fairness_of(run, outcomes, countries)),
        drift_part(_drift(run), titles),
        signal_selection_part(
            _latest_table(run.out, "select-signals", "signal_selection", run.run_id)
        ),
    ]
    lab = Lab(
        title=str(run.manifest["config"]["title"]),
        run_id=run.run_id,
        as_of=run.as_of,
        is_synthetic=bool(run.manifest["is_synthetic"]),
        parts=parts,
    )
    target = run.folder / PAGE
    durable_files.write_text(target, render_lab(lab))
    return target


def _orders(run: LabRun) -> dict[str, NDArray[np.float64]]:
    """The score and baseline rankings; those that cannot be computed are left out."""
    own = run.normalised.own
    orders = {"score": _figures(run.by_id("score"))}
    equal = np.array([float(signal.weight > 0) for signal in run.model.signals])
    everyone = power_mean(own.risk, equal, run.model.exponent)
    orders["equal weights"] = np.where(run.has_score, everyone, np.nan)
    prior = _figures(run.by_id("country_context_score"))
    if np.isfinite(prior).any():
        orders["context only"] = prior
    bands = {"1-9": 0.0, "10-49": 1.0, "50-249": 2.0, "250-999": 3.0, "1000+": 4.0}
    size = _figures(
        run.suppliers["workforce_band"].replace_strict(bands, default=None, return_dtype=pl.Float64)
    )
    if np.isfinite(size).any():
        orders["size only"] = size
    return orders


def _figures(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _calibration(run: LabRun, outcomes: LabOutcomes) -> Calibration | None:
    drawn = random_arm(outcomes.table)
    if drawn.is_empty():
        return None
    joined = drawn.join(
        run.scores.select("supplier_id", "score"), left_on="entity_id", right_on="supplier_id"
    )
    probabilities = joined["probability"]
    return calibration(
        _figures(joined["score"]) / 100,
        joined["found"].to_numpy(),
        None if probabilities.null_count() else probabilities.to_numpy(),
    )


def _effective(run: LabRun) -> dict[str, float]:
    """Share of each signal, where any supplier has it, in the variance of the scores."""
    table = effective_weights(run.normalised.own, run.model, run.has_score)
    present = run.normalised.own.present
    seen = {
        signal.signal_id: bool(present[:, column].any())
        for column, signal in enumerate(run.model.signals)
    }
    return {
        name: share
        for name, share in table.select("signal_id", "variance_share").iter_rows()
        if seen[name] and share is not None
    }


def _estimated(out: Path) -> Mapping[str, Mapping[str, Any]] | None:
    """The latest estimated weights of the folder; None where there are none."""
    for row in experiments.read(out):
        if row["kind"] == "estimate":
            weights: Mapping[str, Mapping[str, Any]] = row["metrics"]["weights"]
            return weights
    return None


def _drift(run: LabRun) -> pl.DataFrame:
    """The drift of this run and of earlier runs of the folder."""
    tables = []
    for run_id in published_runs.run_ids(run.out):
        path = run.out / run_id / "drift.csv"
        if path.is_file() and run_id[:8] <= run.run_id[:8]:
            reported = current_names(pl.read_csv(path, infer_schema=False), "drift")
            if reported.height and set(SCHEMA) <= set(reported.columns):
                tables.append(reported.select(pl.col(n).cast(kind) for n, kind in SCHEMA.items()))
    if run.manifest["reference"]["mode"] != "frozen" and not tables:
        return drift(None, _usable(run), f"{run.as_of:%Y-%m}")
    return pl.concat(tables) if tables else pl.DataFrame(schema=dict(SCHEMA))


def _usable(run: LabRun) -> Mapping[str, NDArray[np.float64]]:
    return {name: part.usable for name, part in run.normalised.aligned.items()}


def _latest_table(
    out: Path, kind: experiments.Kind, name: str, run_id: str | None = None
) -> pl.DataFrame | None:
    """A table of the latest experiment of a kind (of a run); None where there is none."""
    for row in experiments.read(out):
        path = out / FOLDER / str(row["experiment_id"]) / f"{name}.parquet"
        metrics = row["metrics"]
        if row["kind"] != kind or not path.is_file():
            continue
        if run_id is None or dict(metrics).get("run_id") == run_id:
            return pl.read_parquet(path)
    return None
