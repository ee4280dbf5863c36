"""The monthly run under Prefect: tasks around the stages, and nothing else.

The work folder of a request is what persists: every stage leaves its result there and finds it
again, so a run that is killed and started again goes on where it stopped. Prefect's own result
cache would only be a second truth that can disagree with the first; the tasks have none.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run, task_run
from prefect.states import Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task, exponential_backoff

from configs.config_errors import DataRejectedError, NotLatestError, UsageError
from flows.orchestration.run_machine import note_machine
from flows.orchestration.secret_blocks import load_keys
from flows.orchestration.served_pages import report_address
from flows.run import stages
from flows.run.folders import published_runs
from flows.run.folders.folder_lock import one_run_at_a_time
from flows.run.request import run_request
from flows.run.results import alerts
from flows.run.work.private_files import keep_files_private
from flows.run.work.stage_types import (
    Identified,
    Measured,
    PreparedRun,
    Published,
    PulledSource,
    RunRequest,
    Scored,
    StagedSource,
)
from reports.tables.rejections import rejections_text
from reports.wording import SCREENING
from signals.source_errors import SourceUnavailableError
from sql.warehouse import WarehouseError

P = ParamSpec("P")
R = TypeVar("R")

#: Faults that a user corrects; trying again changes nothing.
REJECTIONS = (UsageError, DataRejectedError, WarehouseError)

_PULL_RETRIES = 2
# Prefect declares the runner's future invariant, and so rejects its own runners.
_RUNNER = cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=4))
_TOP_ROWS = 10


def _is_outage(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Only a source that did not answer is asked again."""
    return isinstance(state.data, SourceUnavailableError) or (
        "SourceUnavailableError" in (state.message or "")
    )


def _or_failed(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """A rejection becomes the task's state, in its one sentence and without a traceback."""
    try:
        return call(*args, **kwargs)
    except REJECTIONS as error:
        return cast(R, _rejected(error))


def _rejected(error: Exception) -> State[Any]:
    """What a task or flow returns to fail: Prefect takes a returned state for its own."""
    return Failed(message=str(error), data=error)


@task(name="prepare", cache_policy=NO_CACHE, persist_result=False)
def prepare(request: RunRequest) -> PreparedRun:
    """Read and guard the supplier list."""
    return _or_failed(stages.prepare, request)


@task(
    name="pull",
    task_run_name="pull {source_id}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=_PULL_RETRIES,
    retry_condition_fn=_is_outage,
)
def pull(prepared: PreparedRun, source_id: str) -> PulledSource:
    """Bring the raw files of one source."""
    try:
        return _or_failed(stages.pull, prepared, source_id)
    except SourceUnavailableError as error:
        if task_run.run_count <= _PULL_RETRIES:
            raise
        return cast(PulledSource, _rejected(error))


@task(
    name="stage",
    task_run_name="stage {source_id}",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def stage(prepared: PreparedRun, source_id: str) -> StagedSource:
    """Read one source's raw files into typed rows."""
    return _or_failed(stages.stage, prepared, source_id)


@task(name="identify", cache_policy=NO_CACHE, persist_result=False)
def identify(prepared: PreparedRun) -> Identified:
    """Link the suppliers to registers and lists."""
    return _or_failed(stages.identify, prepared)


@task(name="measure", cache_policy=NO_CACHE, persist_result=False)
def measure(prepared: PreparedRun) -> Measured:
    """Compute the signals; the warehouse's one writer."""
    return _or_failed(stages.measure, prepared)


@task(name="score", cache_policy=NO_CACHE, persist_result=False)
def score(prepared: PreparedRun) -> Scored:
    """Bring the values together into scores."""
    return _or_failed(stages.score, prepared)


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(prepared: PreparedRun) -> Published:
    """Write the outputs aside, give them their name, move `latest` last."""
    return _or_failed(stages.publish, prepared)


def _run_name() -> str:
    return name_of(
        flow_run.parameters, _scheduled_month() or dt.datetime.now(dt.UTC).date().isoformat()
    )


def name_of(parameters: Mapping[str, Any], due: str) -> str:
    """Name of a flow run: the file of its list or profile, and the month."""
    files = [*(parameters.get("suppliers") or []), parameters.get("profile")]
    named = next((Path(str(one)).stem for one in files if one), "list")
    return f"{named} {(parameters.get('as_of') or due)[:7]}"


@flow(
    name="monthly",
    flow_run_name=_run_name,
    task_runner=_RUNNER,
    persist_result=False,
)
def monthly(
    profile: str | None = None,
    as_of: str | None = None,
    suppliers: list[str] | None = None,
    out: str = "outputs",
    overrides: list[str] | None = None,
    force: bool = False,
    drop: list[str] | None = None,
    mapping: str | None = None,
    completed: str | None = None,
) -> dict[str, Any]:
    """Rank a supplier list as of a day, and publish the result.

    Args:
        profile: name of a profile, or the path of a YAML file; None for base.yaml alone.
        as_of: the day the run stands on, such as 2022-03-01; None for the first of the month in
            which the run was due, however late it starts.
        suppliers: files of the list; empty for those the profile names.
        out: folder of the results.
        overrides: configuration changes as `key.path=value`.
        force: do all stages again, and publish again.
        drop: columns of the list to leave unread.
        mapping: mapping file of the list, as `understory list check` writes it.
        completed: workbook of `understory list check` with the completed cells.

    Returns:
        Where the result lies and how much of it there is; a Failed state with one sentence when
        the list or the configuration is rejected, or the run is held or ranks no supplier.
    """
    request: RunRequest | None = None
    try:
        load_keys()
        settings = run_request.settings_of(
            profile,
            overrides,
            suppliers,
            drop,
            None if mapping is None else Path(mapping),
            None if completed is None else Path(completed),
        )
        request = run_request.request_of(settings, as_of or _scheduled_month(), Path(out), force)
        keep_files_private()
        note_machine()
        alone = partial(_alone, request)
        published = alerts.reported(request, alone, flow_run.scheduled_start_time)
    except REJECTIONS as error:
        if request is None:
            text = alerts.failure_text(f"The run in {out}", error)
            alerts.send(alerts.EVENTS, ["failed"], text)
        return cast(dict[str, Any], _rejected(error))
    record = published.as_record()
    _leave_artifacts(record)
    if published.attention:
        return cast(dict[str, Any], _rejected(NotLatestError(published.attention, record)))
    return record


def _scheduled_month() -> str | None:
    due = flow_run.scheduled_start_time
    return None if due is None else due.date().replace(day=1).isoformat()


def _alone(request: RunRequest) -> Published:
    with one_run_at_a_time(request.out):
        return _walk(request)


def _walk(request: RunRequest) -> Published:
    log = get_run_logger()
    prepared = prepare(request, return_state=True).result()
    log.info("List read; request %s, as of %s", prepared.request_key, request.as_of)
    _bring(log, prepared, prepared.identity_source_ids)
    identified = identify(prepared, return_state=True).result()
    log.info("%d links to registers, %d list hits", identified.links, identified.flags)
    _bring(log, prepared, prepared.evidence_source_ids)
    measured = measure(prepared, return_state=True).result()
    log.info("Signals computed for run %s: %s", measured.run_id, dict(measured.observed))
    scored = score(prepared, return_state=True).result()
    log.info("%d suppliers ranked, %d insufficient", scored.ranked, scored.insufficient)
    published = publish(prepared, return_state=True).result()
    log.info("%s: %s", published.state.replace("_", " ").capitalize(), published.folder)
    return published


def _bring(
    log: logging.Logger | logging.LoggerAdapter[logging.Logger],
    prepared: PreparedRun,
    source_ids: tuple[str, ...],
) -> None:
    """Pull sources side by side and stage each as it comes."""
    patient_pull = pull.with_options(
        retry_delay_seconds=exponential_backoff(prepared.request.settings.download.backoff_seconds)
    )
    pulled = {patient_pull.submit(prepared, source_id): source_id for source_id in source_ids}
    staged = [
        future
        for done in as_completed(list(pulled))
        if (future := _stage_when_pulled(log, prepared, pulled[done], done)) is not None
    ]
    for future in staged:
        future.result()


def _stage_when_pulled(
    log: logging.Logger | logging.LoggerAdapter[logging.Logger],
    prepared: PreparedRun,
    source_id: str,
    done: PrefectFuture[PulledSource],
) -> PrefectFuture[StagedSource] | None:
    """Go on with a source that was pulled; write down one that did not answer."""
    try:
        pulled = done.result()
    except SourceUnavailableError as error:
        log.warning("Source %s is not available, the run goes on without it: %s", source_id, error)
        stages.mark_source_unavailable(prepared, source_id, error)
        return None
    log.info("Pulled %s: %d files", source_id, len(pulled.files))
    return stage.submit(prepared, source_id)


def _leave_artifacts(record: dict[str, Any]) -> None:
    """A summary and a link in Prefect's UI.

    Suppliers appear by id alone: names stay out of a server that others may read.
    """
    folder = Path(record["folder"])
    rows = published_runs.read_ranked(folder).head(_TOP_ROWS).iter_rows(named=True)
    lines = [
        f"# Run {record['run_id']}",
        f"{SCREENING}",
        f"{record['ranked']:,} suppliers ranked, {record['insufficient']:,} with insufficient "
        f"information; {rejections_text(record['rejected'], record['rejected_of_sources'])}.",
        "| rank | supplier | priority band | score |\n|---:|---|---|---:|\n"
        + "\n".join(
            f"| {row['rank']} | {_plain(row['supplier_id'])} | {row['priority_band']} "
            f"| {row['score']:.1f} |"
            for row in rows
            if row["rank"] is not None
        ),
        f"Report: {_plain(record['report'])}",
        *(f"- {_plain(fact)}" for fact in record["facts"]),
        *(f"- Warning: {_plain(warning)}" for warning in record["warnings"]),
    ]
    create_markdown_artifact(
        "\n\n".join(lines), key="monthly-summary", description="The top of the list"
    )
    address = report_address(record["run_id"], os.environ)
    if address is not None:
        create_link_artifact(address, key="report", link_text="report.html")


def _plain(text: str) -> str:
    """Text from a list, with nothing in it that Markdown or HTML would act on."""
    kept = "".join(mark if mark.isalnum() or mark in " .,:;-/_()%" else " " for mark in text)
    return " ".join(kept.split())
