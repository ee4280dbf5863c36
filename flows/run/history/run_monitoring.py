"""Monitoring of every run: fairness, and drift from the frozen reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.run.history.rank_history import RUNS_SHOWN
from flows.run.history.run_comparison import earlier_runs
from flows.run.request.country_groups import read_countries
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel
from scoring.tune.fairness import Fairness, fairness
from scoring.tune.fairness_groups import fairness_groups
from scoring.tune.value_drift import MonthBefore, alarm_sentences, distance_sentence, drift
from signals.registry import signals
from sql.warehouse import Warehouse


@dataclass(frozen=True)
class RunChecks:
    """Fairness and drift of a run."""

    fairness: Fairness
    drift: pl.DataFrame

    def record(self) -> dict[str, Any]:
        """For the manifest."""
        states = self.drift.group_by("change").agg("signal_id").sort("change")
        return {
            "fairness": self.fairness.record(),
            "drift": {status: sorted(names) for status, names in states.iter_rows()},
        }

    def facts(self) -> list[str]:
        """Facts for the reader that are no warnings."""
        summary = self.fairness.summary
        distance = distance_sentence(self.drift, _titles())
        return [
            *([] if summary in self.fairness.sentences() else [summary]),
            *([distance] if distance else []),
        ]

    def notes(self) -> list[str]:
        """Warnings for the reader of the run; nothing where all is well."""
        return [*self.fairness.sentences(), *alarm_sentences(self.drift, _titles())]


def check_run(
    prepared: PreparedRun,
    scores: pl.DataFrame,
    values: pl.LazyFrame,
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
        fairness(groups, scores, normalised, model),
        drift(
            frozen,
            {name: part.usable for name, part in normalised.aligned.items()},
            f"{request.as_of:%Y-%m}",
            month_before(prepared, values),
        ),
    )


def month_before(prepared: PreparedRun, values: pl.LazyFrame) -> MonthBefore | None:
    """The values of the published month before this run, and the changes that it and others saw.

    Args:
        prepared: the request.
        values: columns of `signal_values`, of this run.

    Returns:
        None where no month of the same list was published before.
    """
    out = prepared.request.out
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        runs = list(
            islice(
                earlier_runs(warehouse, prepared.request.as_of, prepared.suppliers["supplier_id"]),
                RUNS_SHOWN,
            )
        )
        if not runs:
            return None
        rows = warehouse.read("signal_values", runs[0][0], ["signal_id", "value"], filled=["value"])
    previous = _by_signal(rows.lazy())
    present = _by_signal(values)
    nothing = np.empty(0)
    return MonthBefore(
        {name: (column, previous.get(name, nothing)) for name, column in present.items()},
        _earlier_changes([out / run_id / "drift.csv" for run_id, _ in runs]),
    )


def _earlier_changes(paths: Sequence[Path]) -> dict[str, list[float]]:
    changes: dict[str, list[float]] = {}
    for path in paths:
        if not path.is_file():
            continue
        table = pl.read_csv(path, infer_schema=False)
        if "psi_month" not in table.columns:
            # Written before changes were compared.
            continue
        known = table.with_columns(pl.col("psi_month").cast(pl.Float64)).drop_nulls("psi_month")
        for name, index in known.select("signal_id", "psi_month").iter_rows():
            changes.setdefault(name, []).append(index)
    return changes


def _by_signal(values: pl.LazyFrame) -> dict[str, NDArray[np.float64]]:
    known = values.drop_nulls("value").select("signal_id", "value").collect()
    return {
        str(part["signal_id"][0]): part["value"].to_numpy()
        for part in known.partition_by("signal_id")
    }


def _titles() -> dict[str, str]:
    return {name: signal.card.title for name, signal in signals().items()}
