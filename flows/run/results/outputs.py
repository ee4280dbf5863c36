"""What a run hands to readers: its manifest and the bundle that reports are written from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError
from flows.run.history import supplier_charts
from flows.run.history.land_figure_data import land_figures
from flows.run.history.rank_history import history
from flows.run.identity import identity_inputs, identity_result
from flows.run.request import inputs, manifest, weight_approval
from flows.run.results.list_checks import list_checks
from flows.run.results.source_warnings import source_warnings
from flows.run.storage.local_copies import as_given, versions_of_inputs
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, as_declared
from reports.bundle import ReportBundle
from reports.outputs.registry import table_outputs
from reports.page.html_series import SERIES_FOR
from reports.tables.purchasing_practices import purchasing_practices
from signals.card import Status
from signals.registry import signals, sources
from sql.warehouse import Warehouse

#: Suppliers, from the first, whose land is drawn.
FIGURES_FOR = 20


def manifest_of(prepared: PreparedRun) -> dict[str, Any]:
    """The run's manifest, from what its stages left.

    Raises:
        DataRejectedError: estimated weights that were neither accepted nor overridden.
    """
    workspace = prepared.workspace
    measured = workspace.read_json(artefacts.MEASURED)
    scored = workspace.read_json(artefacts.SCORED)
    record = workspace.read_json(artefacts.LIST_INTAKE)
    source_records = inputs.source_records(prepared)
    warnings = source_warnings(source_records)
    settings = prepared.request.settings
    return manifest.build(
        run_id=measured["run_id"],
        identity=measured["identity"],
        as_of=prepared.request.as_of,
        started_at=prepared.started_at,
        finished_at=dt.datetime.now(dt.UTC),
        settings=as_given(settings),
        stored_inputs=versions_of_inputs(settings, prepared.request.out),
        sources=source_records,
        list_checks=list_checks(
            source_records,
            identity_inputs.listed_companies(prepared),
            identity_result.flags(workspace),
        ),
        relations=identity_result.relation_counts(workspace),
        rows=measured["rows"],
        signals={"all": len(measured["observed"]), "unchanged": len(measured["taken_over"])},
        supplier_list=record,
        seeds={
            "uncertainty": prepared.request.settings.uncertainty.seed,
            "selection": prepared.request.settings.selection.seed,
        },
        uncertainty=scored["uncertainty"],
        countries=scored["countries"],
        within_cell_variance_share=scored["within_cell_variance_share"],
        reference=scored["reference"],
        previous_run_id=scored["previous_run_id"],
        weights=weight_approval.approval_record(
            prepared.request.settings, dt.datetime.now(dt.UTC).date()
        ),
        fairness=scored["fairness"],
        drift=scored["drift"],
        facts=scored["facts"],
        decisions=scored["decisions"],
        warnings=[
            *warnings,
            *_withheld_cells(record),
            *record["notes"],
            *scored["notes"],
            *scored["decisions"]["notes"],
        ],
    )


def _withheld_cells(record: Mapping[str, Any]) -> list[str]:
    """One sentence on cells of the list that look like personal data; none without such a cell."""
    held = record["withheld"]
    if not held:
        return []
    cells = sum(one["rows"] for one in held)
    named = "; ".join(f"{one['where']}, column {one['column']}: {one['rows']}" for one in held)
    return [
        f"{cells} {'cell' if cells == 1 else 'cells'} of the supplier list may hold personal data "
        f"and {'was' if cells == 1 else 'were'} withheld, never stored or used ({named})."
    ]


def reject_below_minimum(prepared: PreparedRun, record: Mapping[str, Any]) -> None:
    """Stop a run with too little evidence for publication.

    Raises:
        DataRejectedError: fewer suppliers or working sources than configured.
    """
    least = prepared.request.settings.publish
    suppliers = prepared.suppliers
    working = sum(source["status"] == "read" for source in record["sources"])
    if suppliers.height >= least.minimum_suppliers and working >= least.minimum_sources_ok:
        return
    with Warehouse(prepared.request.out / "warehouse.duckdb") as warehouse:
        refused = {**record, "result": "refused"}
        warehouse.finish_run(str(record["run_id"]), "refused", dt.datetime.now(dt.UTC), refused)
    raise DataRejectedError(
        f"not published: {suppliers.height} suppliers and {working} sources that could be read, "
        f"but publish.minimum_suppliers is {least.minimum_suppliers} and "
        f"publish.minimum_sources_ok is {least.minimum_sources_ok}; give sources a mirror folder "
        "or a network, or lower the minimum"
    )


def bundle_of(prepared: PreparedRun, record: Mapping[str, Any]) -> ReportBundle:
    """Everything the reports need, read back from the work folder."""
    workspace = prepared.workspace
    uncertainty = workspace.read_json(artefacts.SCORED)["uncertainty"]
    own = workspace.scan_frame(artefacts.CONTRIBUTIONS)
    contributions = own.filter(pl.col("signal_id").is_in(_applying(own).implode()))
    scores = workspace.read_frame(artefacts.SCORES)
    signal_cards = {name: signal.card for name, signal in signals().items()}
    with Warehouse(prepared.request.out / "warehouse.duckdb") as warehouse:
        earlier_ranks, earlier_values = history(
            warehouse, prepared.request.as_of, prepared.suppliers["supplier_id"]
        )
    return ReportBundle(
        title=prepared.request.settings.title,
        language=prepared.request.settings.language,
        is_synthetic=prepared.request.settings.is_synthetic,
        run_id=str(record["run_id"]),
        as_of=prepared.request.as_of,
        scores=scores,
        contributions=contributions,
        suppliers=prepared.suppliers,
        sites=prepared.sites,
        rejected=workspace.read_frame(artefacts.REJECTED_ROWS),
        site_signal_values=workspace.read_frame(artefacts.SITE_SIGNAL_VALUES),
        signal_cards=signal_cards,
        source_cards={
            name: as_declared(module.CARD, prepared.request.settings.sources.get(name))
            for name, module in sources().items()
        },
        manifest=record,
        top_k=prepared.request.settings.scoring.top_k,
        uncertainty=workspace.read_frame(artefacts.RANK_UNCERTAINTY),
        ranks_withheld=uncertainty["reason"],
        flags=_if_any(identity_result.flags(workspace)),
        links=_if_any(identity_result.links(workspace)),
        purchasing_practices=purchasing_practices(
            workspace.read_frame(artefacts.PRACTICE_TOTALS),
            workspace.read_frame(artefacts.BUYER_YARDSTICKS),
            contributions,
            signal_cards,
        ),
        needed_changes=workspace.read_frame(artefacts.NEEDED_CHANGES),
        ranks_within_country=workspace.read_frame(artefacts.COUNTRY_RANKS),
        earlier_ranks=_if_any(earlier_ranks),
        earlier_values=_if_any(earlier_values),
        land_figures=land_figures(
            workspace,
            prepared.sites,
            prepared.request.as_of,
            scores.filter(pl.col("rank") <= FIGURES_FOR)["supplier_id"].to_list(),
        ),
        series=supplier_charts.series_of(
            workspace, prepared.sites, prepared.request.as_of, _with_series(scores)
        ),
        every_contribution=own,
        shared_contributions=workspace.read_frame(artefacts.SHARED_CONTRIBUTIONS),
        tables={
            output.name: workspace.read_frame(artefacts.output_table(output.name))
            for output in table_outputs()
            if workspace.has(artefacts.output_table(output.name))
        }
        | identity_result.relation_tables(workspace),
    )


def _applying(contributions: pl.LazyFrame) -> pl.Series:
    """The signals that apply to some supplier, or of which there is a date."""
    of_any = (pl.col("status") != Status.NOT_APPLICABLE) | pl.col("data_through").is_not_null()
    found = contributions.group_by("signal_id").agg(of_any.any().alias("of_any"))
    return found.collect(engine="streaming").filter("of_any")["signal_id"]


def _with_series(scores: pl.DataFrame) -> pl.Series:
    """At least the suppliers whose page has small figures: the first by rank, then the others."""
    first = pl.col("rank") <= SERIES_FOR
    if scores["rank"].count() < SERIES_FOR:
        first |= pl.col("rank").is_null()
    return scores.filter(first)["supplier_id"]


def _if_any(frame: pl.DataFrame) -> pl.DataFrame | None:
    return None if frame.is_empty() else frame
