"""The scoring stage: scores, their uncertainty, and explanations of each rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from scoring.engine import ScoringResult, score
from scoring.explanation.counterfactual import needed_changes
from scoring.explanation.country_share import country_share, ranks_within_country
from scoring.explanation.district_share import within_cell_variance_share
from scoring.explanation.rank_change import ReadMonth
from scoring.normalisation.reference_distribution import Reference
from scoring.scored_list import ScoredList
from scoring.scoring_model import ScoringModel, scoring_model
from scoring.simulation.rank_uncertainty import RankingUncertainty, analyse_rank_uncertainty
from signals.financial.disclosure_regime import with_regimes
from signals.registry import signals, sources
from sql.warehouse import Loaded, Warehouse

#: Of the contributions of a signal: results are written by supplier.
_SUPPLIERS_PER_GROUP = 20_000


def score_list(prepared: PreparedRun) -> Scored:
    """Score the measured list and leave every result in the work folder and the warehouse."""
    workspace, settings = prepared.workspace, prepared.request.settings
    # What is written from here on belongs to no run until its record is there.
    workspace.delete(artefacts.SCORED)
    measured = workspace.read_json(artefacts.MEASURED)
    run_id, choice = str(measured["run_id"]), measured["reference"]
    frozen = choice["mode"] == "frozen"
    reference = (
        reference_store.load(prepared.request.out, choice["version"], choice["sha256"])
        if frozen
        else None
    )
    values = scan_values(workspace, prepared.request.as_of)
    result, model = _score(prepared, values, reference)
    progress = StageProgress("Scoring")
    progress.step("uncertainty of the ranks")
    uncertainty = analyse_rank_uncertainty(
        result.normalised,
        result.has_score,
        model,
        result.cards,
        settings.uncertainty,
        awaits_second_source=result.awaits_second_source,
    )
    scores = attach_uncertainty(result.scores, uncertainty.ranks)
    _write_scores(workspace, scores, result, uncertainty)
    contributions = workspace.scan_frame(artefacts.CONTRIBUTIONS)
    progress.step("fairness and drift")
    checks = check_run(prepared, scores, run_id, values, result.normalised, model, reference)
    if choice["mode"] == "freezes":
        reference = result.normalised.reference
        choice = {**choice, "sha256": reference_store.keep(prepared, reference)}
    progress.step("comparison with earlier months")
    moved = _compare(
        prepared,
        run_comparison.read_month(result.normalised, values, model, reference),
        result,
        choice.get("sha256"),
        run_id,
    )
    progress.step("audit plan and rankings by law")
    peers = result.normalised.keys.with_columns(
        result.normalised.supplier_ids, result.normalised.commodity_hs
    )
    rated = contributions.filter(pl.col("risk").is_not_null())
    people = (prepared.suppliers, prepared.sites)
    decided = decide(prepared.request, scores, rated, peers, people, result.cards)
    workspace.write_frame(
        artefacts.NEEDED_CHANGES, needed_changes(scores, rated, model, result.normalised)
    )
    progress.step("tables")
    scored = ScoredList(
        scores,
        contributions,
        result.normalised,
        model,
        *people,
        result.cards,
        result.source_cards,
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
    workspace.write_frame(artefacts.COUNTRY_RANKS, ranks_within_country(scores, prepared.suppliers))
    record = {
        "run_id": run_id,
        "code_version": code_version(),
        **counts,
        "uncertainty": _uncertainty(uncertainty),
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
            *uncertainty.notes,
            *([uncertainty.reason] if uncertainty.reason else []),
            *checks.notes(),
            *moved.notes,
            *([choice["note"]] if choice["note"] else []),
        ],
    }
    workspace.write_json(artefacts.SCORED, record)
    return Scored(run_id, **counts)


def _score(
    prepared: PreparedRun, values: Mapping[str, pl.LazyFrame], reference: Reference | None
) -> tuple[ScoringResult, ScoringModel]:
    workspace = prepared.workspace
    cards = {name: signal.card for name, signal in signals().items()}
    source_cards = {name: module.CARD for name, module in sources().items()}
    model = scoring_model(prepared.request.settings, cards, source_cards)
    suppliers = with_regimes(prepared.suppliers, workspace.read_frame(artefacts.DISCLOSURE_REGIMES))
    income = workspace.read_frame(artefacts.INCOME_GROUPS)
    return score(values, suppliers, income, cards, model, reference, sources=source_cards), model


def _write_scores(
    workspace: WorkFolder,
    scores: pl.DataFrame,
    result: ScoringResult,
    uncertainty: RankingUncertainty,
) -> None:
    """Leave scores, contributions and what the draws say of the ranks."""
    workspace.write_frame(artefacts.SCORES, scores)
    shared: list[pl.DataFrame] = []
    by_supplier = _by_supplier(result.contributions_by_signal(), shared)
    workspace.write_parts(artefacts.CONTRIBUTIONS, by_supplier, _SUPPLIERS_PER_GROUP)
    nothing = workspace.scan_frame(artefacts.CONTRIBUTIONS).clear().collect()
    workspace.write_frame(artefacts.SHARED_CONTRIBUTIONS, pl.concat([nothing, *shared]))
    workspace.write_frame(
        artefacts.RANK_UNCERTAINTY,
        uncertainty.ranks.select("supplier_id", "rank_median", "prob_same_band").join(
            uncertainty.depends_on, on="supplier_id", how="left"
        ),
    )


def _by_supplier(
    of_signals: Iterator[pl.DataFrame], shared: list[pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """The contributions that suppliers have of their own; to `shared` goes what holds for all.

    One part without rows where there is nothing else.
    """
    has_own = False
    for part in of_signals:
        if part["supplier_id"].null_count():
            shared.append(part)
        else:
            has_own = True
            yield part
    if shared and not has_own:
        yield shared[0].clear()


def _compare(
    prepared: PreparedRun,
    month: ReadMonth,
    result: ScoringResult,
    reference_sha256: str | None,
    run_id: str,
) -> run_comparison.Changes:
    """What changed since the latest published month before this one."""
    workspace, out = prepared.workspace, prepared.request.out
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        moved = run_comparison.changes(
            warehouse,
            out,
            prepared.request.as_of,
            month,
            result.cards,
            result.source_cards,
            reference_sha256,
            workspace.empty_folder(artefacts.EARLIER_VALUES),
            run_id,
        )
    workspace.delete_all(artefacts.EARLIER_VALUES)
    return moved


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
        shared = prepared.workspace.read_frame(artefacts.SHARED_CONTRIBUTIONS)
        of_one = shared.with_columns(run, supplier_id=pl.lit(""))
        _reject_broken(warehouse.check("contributions", of_one, run_id))
        for table, frame in marts.items():
            warehouse.clear(table, run_id)
            if not frame.is_empty():
                _reject_broken(warehouse.load(table, frame.with_columns(run), run_id))


def _reject_broken(loaded: Loaded) -> None:
    if loaded.rejected:
        rules = dict(loaded.rejected_by_rule)
        raise RuntimeError(f"{loaded.table}: own rows break {rules}")


def _uncertainty(uncertainty: RankingUncertainty) -> dict[str, Any]:
    """How certain the ranks of the list are, for the manifest."""
    certainty = uncertainty.certainty
    scored = certainty is not None
    return {
        "draws": uncertainty.draws,
        "sensitivity_draws": uncertainty.sensitivity_draws,
        "top_decile_retention": round(uncertainty.top_decile_retention, 4) if scored else None,
        "top_decile_retention_perturbed": (
            round(uncertainty.top_decile_retention_perturbed, 4) if scored else None
        ),
        "top_k": None if certainty is None else certainty.k,
        "certain": None if certainty is None else certainty.certain,
        "interchangeable": None if certainty is None else certainty.interchangeable,
        "ranks_are_printable": uncertainty.ranks_are_printable,
        "reason": uncertainty.reason,
    }
