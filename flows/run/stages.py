"""The stages of a run as plain functions; Prefect only wraps them.

Each stage leaves its result in the request's work folder, so calling it again is cheap and a
run that was killed goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable
from dataclasses import replace

from configs import machine_memory
from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run import scoring_stage, staged_tables
from flows.run.decisions import prioritisation_stage
from flows.run.earlier_values import EarlierValues
from flows.run.folders import publication, published_runs, uploaded_runs
from flows.run.folders.folder_lock import note_request, one_run_at_a_time
from flows.run.folders.list_of_folder import reject_other_list
from flows.run.folders.run_log import log_run_outcome
from flows.run.history import reference_store
from flows.run.identity import identify as identify_run
from flows.run.identity import identity_result
from flows.run.identity.run_identity import hash_of, identity_of
from flows.run.request import earlier_list, inputs, source_keys
from flows.run.request.list_reading import ListRead, read_list
from flows.run.results import publish_stage
from flows.run.results.unchanged import is_unchanged, look_for_changes
from flows.run.signal_values import keep_values
from flows.run.sources import stored_raw_files
from flows.run.sources.source_boundary import reject_limits_of_none
from flows.run.sources.source_stages import fetcher_of as fetcher_of
from flows.run.sources.source_stages import mark_source_unavailable as mark_source_unavailable
from flows.run.sources.source_stages import pull as pull
from flows.run.sources.source_stages import pull_context as pull_context
from flows.run.sources.source_stages import stage as stage
from flows.run.storage.local_copies import effective_hash
from flows.run.work import artefacts
from flows.run.work.memory_of_run import reject_too_little
from flows.run.work.stage_types import (
    Identified,
    Measured,
    PreparedRun,
    Published,
    RunRequest,
    Scored,
    StageEvent,
)
from reports.tables.rejections import with_suppliers
from signals.fetching.fetch import SourceUnavailableError
from signals.fetching.stand_in import VARIABLE, passed_on
from signals.financial.disclosure_regime import disclosure_regimes
from signals.purchasing.practice_totals import buyer_yardsticks, practice_totals
from signals.values import income_by_country
from sql.warehouse import Warehouse

log = logging.getLogger("understory")


def prepare(request: RunRequest, read: ListRead | None = None) -> PreparedRun:
    """Read and guard the supplier list; nothing is written before it has passed.

    Args:
        request: of the run.
        read: the list, where an earlier month of a back-fill has read and guarded it.

    Raises:
        UsageError: no list is named, a file or a mirror is not there, or a storage that the run
            is to be kept in cannot be used.
        DataRejectedError: the list holds person-level data, or nothing usable, or is too large for
            the memory.
    """
    settings = request.settings
    reject_no_list(settings)
    if request.as_of > _today():
        raise UsageError(f"--as-of {request.as_of}: this day is still to come; give a past day")
    source_keys.reject_foreign_variables(settings)
    reject_limits_of_none(settings)
    inputs.reject_missing_mirrors(settings)
    reject_stand_in(settings)
    uploaded_runs.reject_unusable(settings.publish.upload_to)
    stored_raw_files.reject_unusable(settings.raw_store)
    fingerprint = None if read else earlier_list.fingerprint_of_list(settings.suppliers)
    if fingerprint and not request.force:
        read = earlier_list.take_over(request.out, fingerprint)
    intake = read_list(settings.suppliers) if read is None else read
    if read is None and fingerprint != earlier_list.fingerprint_of_list(settings.suppliers):
        fingerprint = None
    reject_too_little(intake.suppliers.height)
    reject_other_list(request.out, settings.title, intake.suppliers["supplier_id"])
    request_key = hash_of(
        request.as_of.isoformat(),
        effective_hash(settings),
        *prioritisation_stage.file_hashes(settings),
        *(f"{path}:{digest}" for path, digest in intake.file_hashes.items()),
    )[:16]
    followed = request.is_followed or _is_before_latest(request)
    request = replace(request, is_followed=followed)
    prepared = PreparedRun(request, request_key, dt.datetime.now(dt.UTC))
    note_request(request.out, request.as_of)
    workspace = prepared.workspace
    if request.force:
        workspace.forget()
    earlier_list.keep(workspace, intake, fingerprint)
    identity_result.reset_identity_result(workspace)
    return prepared


def identify(prepared: PreparedRun) -> Identified:
    """Link the suppliers to registers and lists; evidence is pulled with what this finds."""
    return identify_run.identify(prepared)


def measure(prepared: PreparedRun) -> Measured:
    """Load what was staged, compute every signal as of the date, keep the values.

    One writer, one transaction: a run that is killed here leaves the warehouse as it was. Where
    nothing has changed since this request was finished, its values stand.
    """
    workspace = prepared.workspace
    as_of = prepared.request.as_of
    if look_for_changes(prepared):
        kept = workspace.read_json(artefacts.MEASURED)
        stored_raw_files.reject_other_run(prepared, str(kept["run_id"]))
        return Measured(str(kept["run_id"]), str(kept["identity"]), kept["observed"])
    machine_memory.give_back()
    base = identity_of(prepared)
    reference = reference_store.choose(prepared, base)
    identity = hash_of(base, reference["sha256"]) if reference["mode"] == "frozen" else base
    run_id = f"{as_of:%Y%m%d}-{identity[:8]}"
    stored_raw_files.reject_other_run(prepared, run_id)
    out = prepared.request.out
    with log_run_outcome(out, run_id), Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.start_run(run_id, as_of, identity, prepared.started_at)
        with warehouse.transaction():
            loads, contents = staged_tables.load_staging(warehouse, prepared, run_id)
            loads += identity_result.load(warehouse, prepared, run_id)
            reasons = inputs.unavailable_sources(prepared)
            frames = staged_tables.KnownFrames(warehouse, prepared, contents)
            earlier = EarlierValues(prepared, frames, reasons)
            observed = keep_values(warehouse, prepared, run_id, frames, earlier, reasons, loads)
        own_number = prepared.request.settings.buyer.companies_house_number
        earlier.bring(artefacts.INCOME_GROUPS, income_by_country, "")
        earlier.bring(artefacts.DISCLOSURE_REGIMES, disclosure_regimes, "")
        earlier.bring(artefacts.PRACTICE_TOTALS, practice_totals, "")
        earlier.bring(
            artefacts.BUYER_YARDSTICKS,
            lambda frames: buyer_yardsticks(frames, own_number),
            str(own_number),
        )
        if not any(one.rejected for one in loads if one.table.endswith("signal_values")):
            earlier.keep_record()
        workspace.delete_all(artefacts.PUBLISHED)
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
        "taken_over": sorted(earlier.taken),
        "taken_over_in_part": sorted(earlier.taken_in_part),
        "rows": inputs.row_counts(loads),
    }
    workspace.write_json(artefacts.MEASURED, record)
    return Measured(run_id, identity, observed)


def score(prepared: PreparedRun) -> Scored:
    """Bring the values together into scores, with the points of every reason."""
    if is_unchanged(prepared):
        kept = prepared.workspace.read_json(artefacts.SCORED)
        return Scored(str(kept["run_id"]), kept["ranked"], kept["insufficient"])
    machine_memory.give_back()
    with log_run_outcome(prepared.request.out, _run_id(prepared)):
        return scoring_stage.score_list(prepared)


def publish(prepared: PreparedRun) -> Published:
    """Write the outputs aside and give them their name; `latest` moves last, if at all.

    Raises:
        DataRejectedError: the run is below the configured minimum, or its estimated weights
            were not accepted; nothing is published.
    """
    with log_run_outcome(prepared.request.out, _run_id(prepared)):
        return publish_stage.publish(prepared)


def run_all(request: RunRequest, progress: Callable[[StageEvent], None] | None = None) -> Published:
    """The whole run in order, in this process; another run in the folder is waited for."""
    with one_run_at_a_time(request.out):
        return _run_all(request, progress)


def _run_all(request: RunRequest, progress: Callable[[StageEvent], None] | None) -> Published:
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
            mark_source_unavailable(prepared, source_id, error)
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


def reject_no_list(settings: Settings) -> None:
    """Check that a list is named.

    Raises:
        UsageError: none is.
    """
    if not settings.suppliers.files:
        raise UsageError("no supplier list: give one with --suppliers FILE, or a profile that has")


def reject_stand_in(settings: Settings) -> None:
    """Check that data of a server that stands for publishers are declared as synthetic.

    Raises:
        UsageError: they are not.
    """
    if passed_on(os.environ) and not settings.is_synthetic:
        raise UsageError(
            f"{VARIABLE} is set, so that no data are real: add --set is_synthetic=true, or unset it"
        )


def _is_before_latest(request: RunRequest) -> bool:
    latest = publication.latest_run(request.out)
    if latest is None:
        return False
    named = published_runs.read_manifest(request.out / latest)["as_of"]
    return request.as_of < dt.date.fromisoformat(str(named))


def _run_id(prepared: PreparedRun) -> str:
    return str(prepared.workspace.read_json(artefacts.MEASURED)["run_id"])


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
