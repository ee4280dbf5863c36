"""The stages of a run as plain functions; Prefect only wraps them.

Each stage leaves its result in the request's work folder, so calling it again is cheap and a
run that was killed goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import polars as pl

import configs
from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run import (
    artefacts,
    inputs,
    outputs,
    prioritisation_stage,
    publication,
    published_runs,
    reference_store,
    scoring_stage,
    source_keys,
)
from flows.run import identify as identify_run
from flows.run.run_log import log_run_outcome
from flows.run.stage_types import (
    Identified,
    Measured,
    PreparedRun,
    Published,
    PulledSource,
    RunRequest,
    Scored,
    StagedSource,
    StageEvent,
)
from reports.tables.rejections import rejected_of_list, with_suppliers
from reports.write import write_outputs
from signals.account import Unit
from signals.conservation import Balance, data_through, stage_source
from signals.fetching.egress import hosts_of
from signals.fetching.fetch import Fetcher, SourceUnavailableError
from signals.fetching.raw_store import ContentStore
from signals.fetching.stand_in import VARIABLE, passed_on
from signals.financial.disclosure_regime import disclosure_regimes
from signals.measurable_sites import measurable_sites
from signals.purchasing.practice_totals import buyer_yardsticks, practice_totals
from signals.registry import signals, sources
from signals.source import PullContext
from signals.source_errors import NotPublishedError, StoppedEarlyError
from signals.values import finish, income_by_country
from signals.zonal.dask_cluster import measuring_on
from signals.zonal.window_files import windows_kept_by
from sql.warehouse import Warehouse

log = logging.getLogger("understory")


def prepare(request: RunRequest) -> PreparedRun:
    """Read and guard the supplier list; nothing is written before it has passed.

    Raises:
        UsageError: no list is named, or a file or a mirror is not there.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    settings = request.settings
    if not settings.suppliers.files:
        raise UsageError("no supplier list: give one with --suppliers FILE, or a profile that has")
    if request.as_of > _today():
        raise UsageError(f"--as-of {request.as_of}: this day is still to come; give a past day")
    source_keys.reject_foreign_variables(settings)
    inputs.reject_missing_mirrors(settings)
    reject_stand_in(settings)
    intake = inputs.read_list(settings.suppliers)
    request_key = _hash(
        request.as_of.isoformat(),
        configs.effective_hash(settings),
        *prioritisation_stage.file_hashes(settings),
        *(f"{path}:{digest}" for path, digest in intake.file_hashes.items()),
    )[:16]
    prepared = PreparedRun(request, request_key, dt.datetime.now(dt.UTC))
    workspace = prepared.workspace
    if request.force:
        workspace.forget()
    workspace.write_frame(artefacts.LISTED_SUPPLIERS, intake.suppliers)
    workspace.write_frame(artefacts.LISTED_SITES, intake.sites)
    workspace.write_frame(artefacts.LIST_REJECTED, intake.rejected)
    workspace.write_json(artefacts.LIST_INTAKE, intake.record)
    identify_run.reset_identity_result(workspace)
    return prepared


def pull(prepared: PreparedRun, source_id: str) -> PulledSource:
    """Bring the raw files of one source, or those already brought for this request.

    Raises:
        SourceUnavailableError: the publisher or mirror does not answer as it should.
    """
    workspace = prepared.workspace
    record = artefacts.pulled(source_id)
    if workspace.has(record) and not inputs.stopped_early(workspace, source_id):
        kept = inputs.raw_files(workspace.read_json(record))
        if all(inputs.is_unchanged(file) for file in kept):
            return PulledSource(source_id, kept)
    with closing(fetcher_of(prepared.request.settings, source_id)) as fetcher:
        context = pull_context(prepared, source_id, fetcher)
        try:
            with ContentStore(prepared.request.out / "raw", fetcher).pulling(source_id):
                files = tuple(sources()[source_id].pull(context))
            reason = None
        except StoppedEarlyError as stopped:
            files, reason = stopped.files, str(stopped)
            log.warning("source %s stopped early and is used in part: %s", source_id, reason)
        except NotPublishedError as error:
            # The one file of a source is gone: an outage like any other, and the run goes on.
            raise SourceUnavailableError(str(error)) from error
    workspace.write_json(record, {**inputs.raw_record(files), "stopped_early": reason})
    workspace.delete(artefacts.outage(source_id))
    return PulledSource(source_id, files)


def mark_source_unavailable(prepared: PreparedRun, source_id: str, reason: str) -> None:
    """Record that a source did not answer: its signals become `not_covered`, with a warning."""
    log.warning("source %s is not available: %s", source_id, reason)
    prepared.workspace.write_json(artefacts.outage(source_id), {"reason": reason})


def stage(prepared: PreparedRun, source_id: str) -> StagedSource:
    """Read one source's raw files into typed rows; nothing if the source gave up.

    Rasters are read over the network here: a source that goes away in the middle is out too.
    """
    workspace = prepared.workspace
    record = artefacts.staged(source_id)
    if inputs.is_unavailable(workspace, source_id):
        return StagedSource(source_id, {})
    files = inputs.raw_files(workspace.read_json(artefacts.pulled(source_id)))
    fingerprint = _hash(*(f"{file.key}:{file.sha256}" for file in files))
    if workspace.has(record) and workspace.read_json(record)["fingerprint"] == fingerprint:
        return StagedSource(source_id, workspace.read_json(record)["rows"])
    rows: dict[str, int] = {}
    fetcher = fetcher_of(prepared.request.settings, source_id)
    windows = ContentStore(prepared.request.out / "raw", fetcher).windows
    try:
        with (
            closing(fetcher),
            measuring_on(prepared.request.settings.measure.dask_scheduler),
            windows_kept_by(windows),
        ):
            context = pull_context(prepared, source_id, fetcher)
            settled = stage_source(sources()[source_id], files, context)
    except SourceUnavailableError as error:
        mark_source_unavailable(prepared, source_id, str(error))
        # Done again, the run asks again.
        workspace.delete(artefacts.pulled(source_id))
        return StagedSource(source_id, {})
    for staged in settled.tables:
        workspace.write_frame(artefacts.staged_rows(source_id, staged.table), staged.rows)
        workspace.write_frame(artefacts.staged_rejected(source_id, staged.table), staged.rejected)
        rows[staged.table] = staged.rows.height
    _log_rejected(source_id, settled.balances)
    through = data_through(settled.tables, prepared.request.as_of)
    content = {
        "rows": rows,
        "fingerprint": fingerprint,
        "conservation": {unit: one.record() for unit, one in settled.balances.items()},
        "data_through": None if through is None else through.isoformat(),
    }
    workspace.write_json(record, content)
    return StagedSource(source_id, rows)


def _log_rejected(source_id: str, balances: Mapping[Unit, Balance]) -> None:
    """One line per source that rejected something: how much of each unit, and by which rules."""
    parts = [
        f"{sum(one.rejected.values())} of {one.read} {unit}s ({', '.join(sorted(one.rejected))})"
        for unit, one in balances.items()
        if one.rejected
    ]
    if parts:
        log.warning("source %s rejected %s", source_id, "; ".join(parts))


def identify(prepared: PreparedRun) -> Identified:
    """Link the suppliers to registers and lists; evidence is pulled with what this finds."""
    return identify_run.identify(prepared)


def measure(prepared: PreparedRun) -> Measured:
    """Load what was staged, compute every signal as of the date, keep the values.

    One writer, one transaction: a run that is killed here leaves the warehouse as it was.
    """
    workspace = prepared.workspace
    as_of = prepared.request.as_of
    base = _identity(prepared)
    reference = reference_store.choose(prepared, base)
    identity = _hash(base, reference["sha256"]) if reference["mode"] == "frozen" else base
    run_id = f"{as_of:%Y%m%d}-{identity[:8]}"
    suppliers, sites = prepared.suppliers, prepared.sites
    observed: dict[str, int] = {}
    measured: dict[str, list[pl.DataFrame]] = {"signal_values": [], "site_signal_values": []}
    out = prepared.request.out
    with log_run_outcome(out, run_id), Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.start_run(run_id, as_of, identity, prepared.started_at)
        with warehouse.transaction():
            loads = inputs.load_staging(warehouse, prepared, run_id)
            loads += identify_run.load(warehouse, prepared, run_id)
            frames = inputs.published_as_of(warehouse, prepared)
            reasons = inputs.unavailable_sources(prepared)
            warehouse.clear("signal_values", run_id)
            warehouse.clear("site_signal_values", run_id)
            for signal in signals().values():
                computed = signal.compute(frames)
                finished = finish(signal.card, computed, suppliers, sites, as_of)
                values = inputs.explain_unavailable_sources(
                    finished.values, signal.card, reasons, suppliers
                )
                measured["signal_values"].append(values)
                measured["site_signal_values"].append(finished.site_values)
                warehouse.reject("signal_values", finished.rejected, run_id)
                observed[signal.card.id] = int((values["status"] == "observed").sum())
            for table, parts in measured.items():
                rows = pl.concat(parts).with_columns(pl.lit(run_id).alias("run_id"))
                loads.append(warehouse.load(table, rows, run_id))
        workspace.write_frame(artefacts.SIGNAL_VALUES, warehouse.read("signal_values", run_id))
        workspace.write_frame(
            artefacts.SITE_SIGNAL_VALUES, warehouse.read("site_signal_values", run_id)
        )
        workspace.write_frame(artefacts.INCOME_GROUPS, income_by_country(frames))
        workspace.write_frame(artefacts.DISCLOSURE_REGIMES, disclosure_regimes(frames))
        workspace.write_frame(artefacts.PRACTICE_TOTALS, practice_totals(frames))
        own_number = prepared.request.settings.buyer.companies_house_number
        yardsticks = buyer_yardsticks(frames, own_number)
        workspace.write_frame(artefacts.BUYER_YARDSTICKS, yardsticks)
        rejected = with_suppliers(
            warehouse.read_rejected(run_id), workspace.read_frame(artefacts.LIST_REJECTED)
        )
        workspace.write_frame(artefacts.REJECTED_ROWS, rejected)
    record = {
        "run_id": run_id,
        "identity": identity,
        "identity_without_reference": base,
        "reference": reference,
        "observed": observed,
        "rows": inputs.row_counts(loads),
    }
    workspace.write_json(artefacts.MEASURED, record)
    return Measured(run_id, identity, observed)


def score(prepared: PreparedRun) -> Scored:
    """Bring the values together into scores, with the points of every reason."""
    with log_run_outcome(prepared.request.out, _run_id(prepared)):
        return scoring_stage.score_list(prepared)


def publish(prepared: PreparedRun) -> Published:
    """Write the outputs aside and give them their name; `latest` moves last.

    Raises:
        DataRejectedError: the run is below the configured minimum, or its estimated weights
            were not accepted; nothing is published.
    """
    with log_run_outcome(prepared.request.out, _run_id(prepared)):
        return _published(prepared)


def _published(prepared: PreparedRun) -> Published:
    request, workspace = prepared.request, prepared.workspace
    measured = workspace.read_json(artefacts.MEASURED)
    scored = workspace.read_json(artefacts.SCORED)
    run_id = str(measured["run_id"])
    target = request.out / run_id
    already = (target / "manifest.json").is_file() and not request.force
    if already:
        record = published_runs.read_manifest(target)
    else:
        record = outputs.manifest_of(prepared)
        outputs.reject_below_minimum(prepared, record)
        finished = workspace.empty_folder("finished")
        write_outputs(outputs.bundle_of(prepared, record), finished)
        publication.publish_atomically(finished, request.out, run_id)
    reference_store.freeze(prepared, measured["reference"], measured["identity_without_reference"])
    is_latest = publication.move_latest(request.out, run_id, request.as_of)
    with Warehouse(request.out / "warehouse.duckdb") as warehouse:
        warehouse.finish_run(run_id, "published", dt.datetime.now(dt.UTC), record)
    rejected = workspace.read_frame(artefacts.REJECTED_ROWS)
    of_list = rejected_of_list(rejected)
    # The next run of this request asks the sources again: only an unfinished one goes on.
    workspace.delete_all(artefacts.PULL_FOLDER)
    return Published(
        run_id=run_id,
        folder=target,
        report=target / "report.html",
        ranked=scored["ranked"],
        insufficient=scored["insufficient"],
        rejected=of_list,
        rejected_of_sources=rejected.height - of_list,
        facts=tuple(record.get("facts", ())),
        warnings=tuple(record["warnings"]),
        already_published=already,
        is_latest=is_latest,
    )


def run_all(request: RunRequest, progress: Callable[[StageEvent], None] | None = None) -> Published:
    """The whole run in order, in this process."""
    tell = progress or (lambda event: None)
    tell(StageEvent("prepare", "reading the supplier list", 0, 1))
    prepared = prepare(request)
    total = len(prepared.source_ids)
    for done, source_id in enumerate(prepared.source_ids):
        if done == len(prepared.identity_source_ids):
            tell(StageEvent("identify", "linking suppliers to registers", done, total))
            identify(prepared)
        tell(StageEvent("pull", source_id, done, total))
        try:
            pull(prepared, source_id)
        except SourceUnavailableError as error:
            mark_source_unavailable(prepared, source_id, str(error))
        tell(StageEvent("stage", source_id, done, total))
        stage(prepared, source_id)
    if not prepared.evidence_source_ids:
        identify(prepared)
    tell(StageEvent("measure", "computing the signals", 0, 1))
    measure(prepared)
    tell(StageEvent("score", "scoring", 0, 1))
    score(prepared)
    tell(StageEvent("publish", "writing the outputs", 0, 1))
    return publish(prepared)


def pull_context(prepared: PreparedRun, source_id: str, fetcher: Fetcher) -> PullContext:
    """What a source may know when it pulls and stages for this request."""
    settings = prepared.request.settings.sources[source_id]
    suppliers, sites = prepared.suppliers, prepared.sites
    return PullContext(
        as_of=prepared.request.as_of,
        mirror=None if settings.mirror is None else Path(settings.mirror),
        url=settings.url,
        options=settings.options,
        suppliers=suppliers,
        sites=measurable_sites(sites, sources()[source_id].CARD.location_needed),
        thresholds=identify_run.thresholds(prepared.request.settings.identity),
        store=ContentStore(prepared.request.out / "raw", fetcher),
    )


def reject_stand_in(settings: Settings) -> None:
    """Check that data of a server that stands for publishers are declared as synthetic.

    Raises:
        UsageError: they are not.
    """
    if passed_on(os.environ) and not settings.is_synthetic:
        raise UsageError(
            f"{VARIABLE} is set, so that no data are real: add --set is_synthetic=true, or unset it"
        )


def fetcher_of(settings: Settings, source_id: str) -> Fetcher:
    """A fetcher that knows the key of one source and no other secret of the environment."""
    keys = source_keys.key_values(sources()[source_id].CARD) | passed_on(os.environ)
    declared = settings.sources[source_id]
    hosts = hosts_of([declared.url, *declared.options.values()])
    return Fetcher(settings.download, environment=keys, declared_hosts=hosts)


def _run_id(prepared: PreparedRun) -> str:
    return str(prepared.workspace.read_json(artefacts.MEASURED)["run_id"])


def _identity(prepared: PreparedRun) -> str:
    """Hash of the request and of every byte read: equal identity, equal ranked list."""
    workspace = prepared.workspace
    parts = [prepared.request_key, *identify_run.identity_part(workspace)]
    for source_id in prepared.source_ids:
        if workspace.has(artefacts.outage(source_id)):
            parts.append(f"{source_id}:none")
            continue
        files = inputs.raw_files(workspace.read_json(artefacts.pulled(source_id)))
        parts += sorted(f"{source_id}:{file.key}:{file.sha256}" for file in files)
    return _hash(*parts)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
