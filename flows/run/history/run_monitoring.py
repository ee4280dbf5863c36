"""Monitoring of every run: fairness, and drift from the frozen reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    run_id: str,
    values: Mapping[str, pl.LazyFrame],
    normalised: NormalisedSignals,
    model: ScoringModel,
    frozen: Reference | None,
) -> RunChecks:
    """Measure the fairness of a run and its drift.

    Args:
        prepared: the request; its settings may name a table of countries.
        scores: columns of the scores table.
        run_id: of the run.
        values: of the run by signal.
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
    with Warehouse(request.out / "warehouse.duckdb") as warehouse:
        drifted = drift(
            frozen,
            {name: part.usable for name, part in normalised.aligned.items()},
            f"{request.as_of:%Y-%m}",
            month_before(warehouse, prepared, run_id, values),
        )
    return RunChecks(fairness(groups, scores, normalised, model), drifted)


def month_before(
    warehouse: Warehouse, prepared: PreparedRun, run_id: str, values: Mapping[str, pl.LazyFrame]
) -> MonthBefore | None:
    """The values of the published month before this run, and the changes that it and others saw.

    Args:
        warehouse: open while the earlier values are read, a signal at a time.
        prepared: the request.
        run_id: of this run.
        values: of this run by signal.

    Returns:
        None where no month of the same list was published before.
    """
    listed = prepared.suppliers["supplier_id"]
    runs = list(islice(earlier_runs(warehouse, prepared.request.as_of, listed), RUNS_SHOWN))
    if not runs:
        return None
    before = runs[0][0]
    unchanged = warehouse.unchanged_signals(before, run_id)

    def both(signal_id: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        present = values[signal_id].select("value").drop_nulls().collect()["value"].to_numpy()
        if signal_id in unchanged:
            return present, present
        return present, _values(warehouse, before, signal_id)

    out = prepared.request.out
    return MonthBefore(both, _earlier_changes([out / one / "drift.csv" for one, _ in runs]))


def _values(warehouse: Warehouse, run_id: str, signal_id: str) -> NDArray[np.float64]:
    rows = warehouse.read("signal_values", run_id, ["value"], ["value"], of_signal=signal_id)
    return rows["value"].to_numpy()


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


def _titles() -> dict[str, str]:
    return {name: signal.card.title for name, signal in signals().items()}
