"""Writes estimated weights as a profile, with a file of evidence."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

import configs
from configs import durable_files
from configs.settings import Settings
from flows.run.request import experiments, outcome_files
from flows.run.request.weight_approval import KEY_VARIABLE
from scoring.tune.likelihoods import Method
from scoring.tune.ranking_measures import Floats
from scoring.tune.weight_estimator import Estimated
from scoring.tune.weight_profile import weight_lines
from scoring.tune.weight_set import signature, weight_set
from signals.registry import signals


@dataclass(frozen=True)
class EstimationRequest:
    """A request to estimate weights.

    Attributes:
        settings: of the profile.
        profile: name or path of the profile, None for the base alone.
        out: folder of results.
        outcomes: file of outcomes.
        as_of: day up to which outcomes count.
        window_days: signals are as of so many days before, and outcomes in between are used.
        method: see `scoring.tune.likelihoods.likelihood`.
        exposure: what counts as exposure, as `flows.exposure.exposure_names` gives it.
    """

    settings: Settings
    profile: str | None
    out: Path
    outcomes: Path
    as_of: dt.date
    window_days: int
    method: Method
    exposure: tuple[str, ...]


@dataclass(frozen=True)
class EstimatedWeights:
    """Estimated weights and where they were written.

    Attributes:
        path: the profile.
        evidence: as written.
        learned: the estimated weights.
        default: [signals] the weights before.
        verdict: one sentence.
        experiment_id: in the table of experiments.
    """

    path: Path
    evidence: Mapping[str, Any]
    learned: Estimated
    default: Floats
    verdict: str
    experiment_id: str


def keep(
    request: EstimationRequest,
    default: Floats,
    selection: str,
    learned: Estimated,
    validation: Mapping[str, list[float]],
    verdict: str,
) -> EstimatedWeights:
    """Write the profile and its evidence, and record the experiment.

    Args:
        request: as made.
        default: [signals] the weights before.
        selection: one sentence on the correction for audit selection.
        learned: the estimated weights.
        validation: AUC of each ranking: value, low, high.
        verdict: one sentence.

    Raises:
        WarehouseError: a run holds the warehouse.
    """
    cards = {name: signal.card for name, signal in signals().items()}
    weights = dict(zip(learned.signals, learned.fit.weight.tolist(), strict=True))
    changes = weight_lines(request.settings, cards, weights)
    changes["tune"] = {"weights": {"learned": True}}
    content = _laid_over(_own_lines(request.profile), changes)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    folder = request.out / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    outcomes_hash = outcome_files.outcomes_hash(request.outcomes)
    low, high = learned.weight_low.tolist(), learned.weight_high.tolist()
    evidence: dict[str, Any] = {
        "as_of": request.as_of.isoformat(),
        "window_days": request.window_days,
        "method": request.method,
        "exposure": list(request.exposure),
        "outcomes_sha256": outcomes_hash,
        "cases": learned.cases,
        "units": learned.units,
        "blocks": learned.blocks,
        "selection": selection,
        "weights": {
            name: {
                "weight": round(weight, 4),
                "interval": [round(a, 4), round(b, 4)],
                "default": round(float(was), 4),
            }
            for name, weight, a, b, was in zip(
                weights, weights.values(), low, high, default, strict=True
            )
        },
        "validation_auc": validation,
        "verdict": verdict,
    }
    stem = f"estimated-{request.as_of:%Y%m%d}-{outcomes_hash[:8]}-{request.method}"
    path = folder / f"{stem}.yaml"
    durable_files.write_text(
        path,
        f"# Weights estimated from outcomes; evidence: {stem}.json. {verdict}\n"
        "# Test them with `understory tune accept` before a run with them is published.\n" + text,
    )
    settings = configs.load(str(path), local=None)
    evidence["weight_set"] = weight_set(settings)
    evidence["signature"] = signature(evidence, os.environ.get(KEY_VARIABLE))
    durable_files.write_text(
        folder / f"{stem}.json", json.dumps(evidence, indent=2, ensure_ascii=False) + "\n"
    )
    experiment = experiments.Experiment(
        kind="estimate",
        profile=request.profile or "base",
        profile_hash=configs.effective_hash(settings),
        outcomes_hash=outcomes_hash,
        metrics={"weights": evidence["weights"], "validation_auc": dict(validation)},
        verdict=verdict,
    )
    experiment_id = experiments.record(request.out, experiment)
    return EstimatedWeights(path, evidence, learned, default, verdict, experiment_id)


def _own_lines(profile: str | None) -> dict[str, Any]:
    """Settings of the profile, to be completed by the estimated weights."""
    if profile is None:
        return {}
    path = Path(profile)
    shipped = files("configs") / "profiles" / f"{profile}.yaml"
    text = (path if path.is_file() else shipped).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text) or {})


def _laid_over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(under, Mapping)
        merged[key] = _laid_over(dict(under or {}), value) if both else value
    return merged
