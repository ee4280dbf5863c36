"""The tuning tools on a published run: reads the run, and stores the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import ValidationError

from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Settings
from flows.backtest.exposure_offset import area_figure
from flows.run.folders import published_runs
from flows.run.history import reference_store
from flows.run.request import experiments, inputs, outcome_files
from flows.run.request.country_groups import read_countries
from flows.run.request.experiments import Experiment
from flows.run.request.outcome_files import read_lab_table, read_outcomes
from flows.run.storage.local_copies import effective_hash, with_kept_copies
from flows.run.work.work_folder import Record, Table, WorkFolder
from scoring.normalisation.normalised_signals import NormalisedSignals, normalise_keyed
from scoring.normalisation.peer_groups import PEER_KEYS
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel, scoring_model
from scoring.tune.elicitation import GroupWeights
from scoring.tune.fairness import Fairness, Outcomes, fairness
from scoring.tune.fairness_groups import fairness_groups
from scoring.tune.outcomes import known_cases, random_arm
from scoring.tune.signal_selection import Streamlined, streamline
from scoring.tune.stakeholder_rankings import group_ranks
from scoring.tune.weight_votes import BUDGET_COLUMNS, group_weights
from signals.card import SignalCard, SourceCard
from signals.registry import signals, sources
from signals.values import income_by_country
from sql.warehouse import Warehouse
from suppliers.intake.fields import FieldKind
from suppliers.places.countries import resolve_country

#: In the folder of results; one folder per experiment.
FOLDER = "tune"

#: Columns of a file of votes.
VOTE_KINDS: Mapping[str, FieldKind] = {
    "group": "category",
    "vote": "number",
    "item": "category",
    "other_item": "category",
    "points": "number",
    "times": "number",
}


@dataclass(frozen=True)
class LabRun:
    """A published run as input of the tuning tools.

    Attributes:
        out: folder of results.
        folder: of the run.
        manifest: of the run.
        settings: those it ran with.
        model: its method.
        values: columns of `signal_values`.
        scores: columns of the scores table.
        suppliers: supplier_id, country_iso2, country_iso3, subregion, workforce_band, admin_area
            (of the first site that has one).
        income: country_iso3, income_group, as known by the run's day.
        area_km2: supplier_id and area_km2 of sourcing areas, as known by the run's day; None
            where the list is of none.
        normalised: the normalised signals of the list.
    """

    out: Path
    folder: Path
    manifest: Mapping[str, Any]
    settings: Settings
    model: ScoringModel
    values: pl.DataFrame
    scores: pl.DataFrame
    suppliers: pl.DataFrame
    income: pl.DataFrame
    area_km2: pl.DataFrame | None
    normalised: NormalisedSignals

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.folder.name

    @property
    def as_of(self) -> dt.date:
        """Day the run stands on."""
        return dt.date.fromisoformat(str(self.manifest["as_of"]))

    @cached_property
    def cards(self) -> Mapping[str, SignalCard]:
        """By signal."""
        return {name: signal.card for name, signal in signals().items()}

    @cached_property
    def source_cards(self) -> Mapping[str, SourceCard]:
        """By source."""
        return {name: module.CARD for name, module in sources().items()}

    @property
    def has_score(self) -> NDArray[np.bool_]:
        """[suppliers] in the order of the normalised signals."""
        scored: NDArray[np.bool_] = self.by_id("score").is_not_null().to_numpy()
        return scored

    def by_id(self, column: str) -> pl.Series:
        """A column of the scores in the order of the normalised signals."""
        return self.scores.sort("supplier_id")[column]


def lab_run(out: Path, run: str) -> LabRun:
    """Read a published run back.

    Raises:
        UsageError: there is no such run.
        DataRejectedError: it was made by another version, or its reference is gone.
    """
    folder = published_runs.run_folder(out, run)
    manifest = published_runs.read_manifest(folder)
    cards = {name: signal.card for name, signal in signals().items()}
    try:
        settings = with_kept_copies(Settings.model_validate(manifest["config"]), out)
        model = scoring_model(settings, cards)
    except (ValidationError, UsageError) as error:
        raise DataRejectedError(
            f"run {folder.name} was made by another version of the method, which this one cannot "
            "rebuild; run the month again"
        ) from error
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        values = warehouse.read("signal_values", folder.name).drop("run_id")
        scores = warehouse.read("scores", folder.name).drop("run_id")
        keys = warehouse.read("peer_keys", folder.name).sort("supplier_id")
        table = "stg_country_table__governance"
        as_of = dt.date.fromisoformat(str(manifest["as_of"]))
        income = income_by_country({table: warehouse.published_as_of(table, as_of).lazy()})
        panel = "stg_area_panel__values"
        areas = area_figure("area_km2", {panel: warehouse.published_as_of(panel, as_of).lazy()})
        states = (
            warehouse.read("stg_sites")
            .drop_nulls("admin_area")
            .sort("supplier_id", "site_id")
            .unique("supplier_id", keep="first", maintain_order=True)
            .select("supplier_id", "admin_area")
        )
    if values.is_empty() or keys.is_empty():
        raise DataRejectedError(
            f"run {folder.name}: its values are not in {out / 'warehouse.duckdb'}; run the month "
            "again in this folder"
        )
    normalised = normalise_keyed(
        values,
        keys["supplier_id"],
        keys.select(PEER_KEYS),
        model,
        _reference(out, manifest),
        keys["commodity_hs"],
    )
    listed = published_runs.read_ranked(folder).select("supplier_id", "country_iso3")
    return LabRun(
        out=out,
        folder=folder,
        manifest=manifest,
        settings=settings,
        model=model,
        values=values,
        scores=scores,
        suppliers=_suppliers(listed, keys).join(
            states, on="supplier_id", how="left", maintain_order="left"
        ),
        income=income,
        area_km2=None if areas.is_empty() else areas,
        normalised=normalised,
    )


def _reference(out: Path, manifest: Mapping[str, Any]) -> Reference | None:
    used = manifest["reference"]
    if used["mode"] == "own":
        return None
    return reference_store.load(out, used["version"], used["sha256"])


def _suppliers(listed: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """What the list said of countries and sizes, from what the run kept of it."""
    rows = []
    for code in listed["country_iso3"].unique().drop_nulls().sort():
        found = resolve_country(code)
        known = (None, None) if found is None else (found.country.iso2, found.country.subregion)
        rows.append((code, *known))
    schema = dict.fromkeys(("country_iso3", "country_iso2", "subregion"), pl.String)
    countries = pl.DataFrame(rows, schema=schema, orient="row")
    return (
        listed.join(countries, on="country_iso3", how="left")
        .join(keys.select("supplier_id", workforce_band="size"), on="supplier_id", how="left")
        .sort("supplier_id")
    )


@dataclass(frozen=True)
class LabOutcomes:
    """Outcomes of the run's suppliers.

    Attributes:
        table: columns of `scoring.tune.outcomes.SCHEMA`.
        sha256: of the file.
        is_case: [suppliers] known cases, in the order of the run's suppliers.
    """

    table: pl.DataFrame
    sha256: str
    is_case: NDArray[np.bool_]


def lab_outcomes(run: LabRun, path: Path) -> LabOutcomes:
    """Outcomes of a file that are known by today."""
    ids = run.normalised.supplier_ids
    table = read_outcomes(path, ids, dt.datetime.now(dt.UTC).date())
    return LabOutcomes(table, outcome_files.outcomes_hash(path), known_cases(table, ids))


def fairness_of(run: LabRun, outcomes: LabOutcomes | None, countries: Path | None) -> Fairness:
    """The fairness of a published run; with outcomes also that of its errors."""
    groups = fairness_groups(
        run.suppliers, run.income, read_countries(countries or run.settings.tune.countries)
    )
    known = None
    if outcomes is not None:
        drawn = random_arm(outcomes.table)["entity_id"]
        known = Outcomes(
            outcomes.is_case, run.normalised.supplier_ids.is_in(drawn.implode()).to_numpy()
        )
    return fairness(groups, run.scores, run.normalised, run.model, known)


def select_signals(run: LabRun, draws: int) -> tuple[Streamlined, Path]:
    """Select the signals of a run, and record the table as an experiment."""
    found = streamline(
        run.normalised,
        run.has_score,
        run.model,
        run.cards,
        run.source_cards,
        draws=draws,
        seed=run.settings.uncertainty.seed,
    )
    metrics = {
        "run_id": run.run_id,
        "keep": found.ids("keep"),
        "drop": found.ids("drop"),
        "asks_avoided": dict(found.asks_avoided),
        "draws": draws,
    }
    folder = keep(run, "select-signals", metrics, found.notes[0], {"signal_selection": found.table})
    return found, folder


def elicited(run: LabRun, path: Path) -> tuple[list[GroupWeights], pl.DataFrame, Path]:
    """Weights of each group that voted, and the ranking under each; recorded as an experiment.

    Raises:
        UsageError: there is no such file.
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `scoring.tune.weight_votes.group_weights`.
    """
    if not path.is_file():
        raise UsageError(f"{path}: file not found; correct the path")
    votes = read_lab_table(path, VOTE_KINDS, BUDGET_COLUMNS[:3])
    pillars = dict(run.settings.scoring.pillars)
    known = [*pillars, *(signal.signal_id for signal in run.model.signals)]
    groups = group_weights(votes, known, path.name)
    ranks = group_ranks(
        run.normalised, run.has_score, run.model, groups, pillars, run.settings.uncertainty.seed
    )
    metrics = {
        "run_id": run.run_id,
        "votes_sha256": inputs.file_hash(path),
        "groups": [
            {
                "group": group.group,
                "method": group.method,
                "votes": group.votes,
                "left_out": group.left_out,
                "shares": {name: round(share, 4) for name, share in group.shares.items()},
            }
            for group in groups
        ],
        "in_top_k_of_all": int(ranks["in_top_k_of_all"].sum()),
        "in_top_k_of_any": int(ranks["in_top_k_of_any"].sum()),
    }
    verdict = (
        f"{metrics['in_top_k_of_all']} suppliers are in the top {run.model.top_k} whoever of the "
        f"{len(groups)} groups is asked, {metrics['in_top_k_of_any']} under one of them at least."
    )
    return groups, ranks, keep(run, "elicit", metrics, verdict, {"ranks": ranks})


def keep(
    run: LabRun,
    kind: experiments.Kind,
    metrics: Mapping[str, Any],
    verdict: str,
    tables: Mapping[str, pl.DataFrame],
    outcomes: LabOutcomes | None = None,
) -> Path:
    """Write the tables and a line of the experiments; returns the experiment's folder."""
    experiment = Experiment(
        kind=kind,
        profile=f"run {run.run_id}",
        profile_hash=effective_hash(run.settings),
        outcomes_hash=None if outcomes is None else outcomes.sha256,
        metrics=metrics,
        verdict=verdict,
    )
    folder = run.out / FOLDER / experiment.experiment_id
    workspace = WorkFolder(folder)
    for name, table in tables.items():
        workspace.write_frame(Table(f"{name}.parquet"), table)
    workspace.write_json(Record("summary.json"), {**metrics, "verdict": verdict})
    experiments.record(run.out, experiment)
    return folder
