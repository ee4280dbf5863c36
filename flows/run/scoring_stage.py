"""The scoring stage: scores, their uncertainty, and explanations of each rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.run.decisions.prioritisation_stage import decide
from flows.run.history import reference_store, run_comparison
from flows.run.history.run_monitoring import check_run
from flows.run.signal_values import scan_values
from flows.run.stage_progress import StageProgress
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.stage_types import PreparedRun, Scored
from flows.run.work.work_folder import WorkFolder
from reports.outputs.registry import table_outputs
from scoring.aggregation.aggregate import attach_uncertainty
from scoring.engine import score
from scoring.explanation.counterfactual import needed_changes
from scoring.explanation.country_share import country_share, places_in_country
from scoring.explanation.district_share import within_cell_variance_share
from scoring.scored_list import ScoredList
from scoring.scoring_model import scoring_model
from scoring.simulation.rank_uncertainty import RankingUncertainty, analyse_rank_uncertainty
from signals.financial.disclosure_regime import with_regimes
from signals.registry import signals, sources
from sql.warehouse import Loaded, Warehouse

#: Of the contributions of a signal: results are written by supplier.
_SUPPLIERS_PER_GROUP = 20_000

#: Columns of the contributions that rankings and needed changes are made from.
_OF_A_RATING = (
    "supplier_id", "signal_id", "pillar", "risk", "weight", "points", "sector_relevance",
    "shrunk_value",
)  # fmt: skip


def score_list(prepared: PreparedRun) -> Scored:
    """Score the measured list and leave every result in the work folder and the warehouse."""
    workspace, settings = prepared.workspace, prepared.request.settings
    # What is written from here on belongs to no run until its record is there.
    workspace.delete(artefacts.SCORED)
    measured = workspace.read_json(artefacts.MEASURED)
    run_id, choice = str(measured["run_id"]), measured["reference"]
    out = prepared.request.out
    frozen = choice["mode"] == "frozen"
    reference = reference_store.load(out, choice["version"], choice["sha256"]) if frozen else None
    values = scan_values(workspace, prepared.request.as_of)
    cards = {name: signal.card for name, signal in signals().items()}
    source_cards = {name: module.CARD for name, module in sources().items()}
    model = scoring_model(settings, cards, source_cards)
    suppliers = prepared.suppliers
    result = score(
        values,
        with_regimes(suppliers, workspace.read_frame(artefacts.DISCLOSURE_REGIMES)),
        workspace.read_frame(artefacts.INCOME_GROUPS),
        cards,
        model,
        reference,
        sources=source_cards,
    )
    progress = StageProgress("Scoring")
    progress.step("uncertainty of the ranks")
    doubt = analyse_rank_uncertainty(
        result.normalised,
        result.has_score,
        model,
        cards,
        settings.uncertainty,
        awaits_second_source=result.awaits_second_source,
    )
    scores = attach_uncertainty(result.scores, doubt.places)
    workspace.write_frame(artefacts.SCORES, scores)
    workspace.write_parts(
        artefacts.CONTRIBUTIONS, result.contributions_by_signal(), _SUPPLIERS_PER_GROUP
    )
    contributions = workspace.scan_frame(artefacts.CONTRIBUTIONS)
    rated = contributions.filter(pl.col("risk").is_not_null()).select(_OF_A_RATING).collect()
    workspace.write_frame(
        artefacts.RANK_UNCERTAINTY,
        doubt.places.select("supplier_id", "rank_median", "prob_same_band").join(
            doubt.depends_on, on="supplier_id", how="left"
        ),
    )
    workspace.write_frame(artefacts.RANK_DEPENDENCE, doubt.dependence)
    progress.step("fairness and drift")
    checks = check_run(prepared, scores, run_id, result.normalised, model, reference)
    if choice["mode"] == "freezes":
        reference = result.normalised.reference
        choice = {**choice, "sha256": reference_store.keep(prepared, reference)}
    progress.step("comparison with earlier months")
    month = run_comparison.read_month(result.normalised, values, model, reference)
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        moved = run_comparison.changes(
            warehouse,
            out,
            prepared.request.as_of,
            month,
            cards,
            source_cards,
            choice.get("sha256"),
            workspace.empty_folder(artefacts.EARLIER_VALUES),
            run_id,
        )
    workspace.delete_all(artefacts.EARLIER_VALUES)
    progress.step("audit plan and rankings by law")
    peers = result.normalised.keys.with_columns(
        result.normalised.supplier_ids, result.normalised.commodity_hs
    )
    decided = decide(
        prepared.request,
        scores,
        rated,
        peers,
        (prepared.suppliers, prepared.sites),
        cards,
    )
    workspace.write_frame(
        artefacts.NEEDED_CHANGES,
        needed_changes(scores, rated, model, result.normalised),
    )
    progress.step("tables")
    scored = ScoredList(
        scores,
        contributions,
        result.normalised,
        model,
        prepared.suppliers,
        prepared.sites,
        cards,
        source_cards,
    )
    leave_output_tables(
        workspace,
        scored,
        {
            "legal_rankings": decided.legal_rankings,
            "overrides": _if_any(decided.overrides),
            "audit_plan": decided.plan,
            "movements": _if_any(moved.movements),
            "restatements": _if_any(moved.restatements),
            "fairness": checks.fairness.table,
            "drift": checks.drift,
        },
    )
    marts = {
        "scores": scores,
        "peer_keys": peers,
        "movements": moved.movements,
        "restatements": moved.restatements,
    }
    _load(prepared, run_id, marts)
    ranked = int(scores["score"].is_not_null().sum())
    counts = {"ranked": ranked, "insufficient": scores.height - ranked}
    countries = country_share(scores, prepared.suppliers)
    workspace.write_frame(artefacts.COUNTRY_RANKS, places_in_country(scores, prepared.suppliers))
    record = {
        "run_id": run_id,
        "code_version": code_version(),
        **counts,
        "uncertainty": _uncertainty(doubt),
        "reference": choice,
        "countries": countries.record(),
        "within_cell_variance_share": within_cell_variance_share(
            workspace.read_frame(artefacts.SITE_SIGNAL_VALUES), prepared.sites
        ),
        "previous_run_id": moved.previous_run_id,
        **checks.record(),
        "decisions": decided.record(),
        "facts": [*([countries.sentence] if countries.sentence else []), *checks.facts()],
        "notes": [
            *result.notes,
            *doubt.notes,
            *([doubt.reason] if doubt.reason else []),
            *checks.notes(),
            *moved.notes,
            *([choice["note"]] if choice["note"] else []),
        ],
    }
    workspace.write_json(artefacts.SCORED, record)
    return Scored(run_id, **counts)


def leave_output_tables(
    workspace: WorkFolder, scored: ScoredList, made: Mapping[str, pl.DataFrame | None]
) -> None:
    """Leave every table that becomes a file: those made on the way, and those declared."""
    declared = {
        output.name: output.scored(scored)
        for output in table_outputs()
        if output.scored is not None
    }
    workspace.delete_all(artefacts.OUTPUT_TABLES)
    for name, table in {**made, **declared}.items():
        if table is not None:
            workspace.write_frame(artefacts.output_table(name), table)


def _if_any(table: pl.DataFrame) -> pl.DataFrame | None:
    return None if table.is_empty() else table


def _load(prepared: PreparedRun, run_id: str, marts: Mapping[str, pl.DataFrame]) -> None:
    """Keep the results in the warehouse; the contributions lie in the folder of the run."""
    run = pl.lit(run_id).alias("run_id")
    with Warehouse(prepared.request.out / "warehouse.duckdb") as warehouse, warehouse.transaction():
        contributions = prepared.workspace.folder / artefacts.CONTRIBUTIONS
        _reject_broken(warehouse.check("contributions", contributions, run_id))
        for table, frame in marts.items():
            warehouse.clear(table, run_id)
            if not frame.is_empty():
                _reject_broken(warehouse.load(table, frame.with_columns(run), run_id))


def _reject_broken(loaded: Loaded) -> None:
    if loaded.rejected:
        rules = dict(loaded.rejected_by_rule)
        raise RuntimeError(f"{loaded.table}: own rows break {rules}")


def _uncertainty(doubt: RankingUncertainty) -> dict[str, Any]:
    """How company the list is, for the manifest."""
    certainty = doubt.certainty
    scored = certainty is not None
    return {
        "draws": doubt.draws,
        "sensitivity_draws": doubt.sensitivity_draws,
        "top_decile_retention": round(doubt.top_decile_retention, 4) if scored else None,
        "top_decile_retention_perturbed": (
            round(doubt.top_decile_retention_perturbed, 4) if scored else None
        ),
        "top_k": None if certainty is None else certainty.k,
        "certain": None if certainty is None else certainty.certain,
        "interchangeable": None if certainty is None else certainty.interchangeable,
        "ranks_are_printable": doubt.ranks_are_printable,
        "reason": doubt.reason,
    }
