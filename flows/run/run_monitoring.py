"""Monitoring of every run: fairness, and drift from the frozen reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from flows.run import artefacts
from flows.run.country_groups import read_countries
from flows.run.stage_types import PreparedRun
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel
from scoring.tune.fairness import Fairness, fairness
from scoring.tune.fairness_groups import fairness_groups
from scoring.tune.value_drift import alarm_sentences, drift
from signals.registry import signals


@dataclass(frozen=True)
class RunChecks:
    """Fairness and drift of a run."""

    fairness: Fairness
    drift: pl.DataFrame

    def record(self) -> dict[str, Any]:
        """For the manifest."""
        states = self.drift.group_by("status").agg("signal_id").sort("status")
        return {
            "fairness": self.fairness.record(),
            "drift": {status: sorted(names) for status, names in states.iter_rows()},
        }

    def facts(self) -> list[str]:
        """Facts for the reader that are no warnings."""
        summary = self.fairness.summary
        return [] if summary in self.fairness.sentences() else [summary]

    def notes(self) -> list[str]:
        """Warnings for the reader of the run; nothing where all is well."""
        titles = {name: signal.card.title for name, signal in signals().items()}
        return [*self.fairness.sentences(), *alarm_sentences(self.drift, titles)]


def check_run(
    prepared: PreparedRun,
    scores: pl.DataFrame,
    values: pl.DataFrame,
    normalised: NormalisedSignals,
    model: ScoringModel,
    frozen: Reference | None,
) -> RunChecks:
    """Measure the fairness of a run and its drift.

    Args:
        prepared: the request; its settings may name a table of countries.
        scores: columns of the scores table.
        values: columns of `signal_values`.
        normalised: the normalised signals of the list.
        model: what it was scored with.
        frozen: the reference of an earlier run; None where the list is compared with itself.
    """
    workspace, request = prepared.workspace, prepared.request
    groups = fairness_groups(
        prepared.suppliers,
        workspace.read_frame(artefacts.INCOME_GROUPS),
        read_countries(request.settings.tune.countries),
    )
    return RunChecks(
        fairness(groups, scores, values, normalised, model),
        drift(
            frozen,
            {name: part.usable for name, part in normalised.aligned.items()},
            f"{request.as_of:%Y-%m}",
        ),
    )
